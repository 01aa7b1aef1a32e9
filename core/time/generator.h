/* generator.h -- make watermarks from the timestamps of rows.
 *
 * Bounded out-of-orderness with delay d: the watermark is the greatest
 * timestamp so far, minus d, minus 1 (a watermark t says "nothing <= t will
 * follow", and a row equal to the greatest one may).  Ascending timestamps are
 * the case d = 0.
 *
 * Idleness wraps it: without a row between two probes a timer starts; a probe
 * more than `idle_ms` after that start says idle, once.  A clock that shows 0
 * counts as "timer not started".
 *
 * Pure: the clock is an argument.
 *
 * Flink    BoundedOutOfOrdernessWatermarks, AscendingTimestampsWatermarks,
 *          WatermarksWithIdleness (2.3.0).
 */
#ifndef CORE_TIME_GENERATOR_H
#define CORE_TIME_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

struct generator {
    int64_t delay_ms, idle_ms; /* idle_ms 0: never idle */
    int64_t greatest_ms;       /* of the rows so far; INT64_MIN + delay + 1 before the first */
    bool rows_since_probe;
    bool idle;             /* said so, and no row since */
    int64_t quiet_from_ms; /* clock at the first quiet probe; 0: not started */
};

enum generator_out { GENERATOR_NOTHING, GENERATOR_WATERMARK, GENERATOR_IDLE };

/* delay_ms >= 0, idle_ms >= 0 */
void generator_init(struct generator *g, int64_t delay_ms, int64_t idle_ms);
void generator_on_row(struct generator *g, int64_t event_ms);
/* Asked periodically: WATERMARK = generator_watermark(), which may repeat or be INT64_MIN. */
enum generator_out generator_on_probe(struct generator *g, int64_t now_ms);
static inline int64_t generator_watermark(const struct generator *g)
{
    return g->greatest_ms - g->delay_ms - 1;
}

#endif
