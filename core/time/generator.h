/* generator.h -- make watermarks from the timestamps of rows.
 *
 * A watermark t is a promise: no row with a timestamp <= t will follow.  Rows
 * may be out of order by `delay_ms`, so the greatest timestamp seen bounds what
 * may still come.  A probe asks from time to time: what do you promise now?
 *
 *   P1  the promise is the greatest timestamp so far, minus the delay, minus 1: a row exactly
 *       delay_ms behind the greatest one may still come
 *   P2  it never falls: a row behind the greatest one changes nothing
 *   P3  before the first row it is INT64_MIN, nothing promised; and no row, however early, makes
 *       it wrap round
 *   P4  a probe without a row since the last one is quiet, the first of them starts a timer; a
 *       probe more than idle_ms after that start says IDLE.  A clock that shows 0 cannot start it
 *   P5  IDLE is said once; then nothing, until a row comes; a row stops the timer and ends it
 *
 * Pure: the clock is an argument.  A row costs one comparison.
 *
 * Flink    BoundedOutOfOrdernessWatermarks, AscendingTimestampsWatermarks (delay 0),
 *          WatermarksWithIdleness (2.3.0).  That only higher ones go out is for
 *          whoever asks (timestamps.h).
 * Lab      labs/04-watermark
 */
#ifndef CORE_TIME_GENERATOR_H
#define CORE_TIME_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

struct generator {
    int64_t delay_ms, idle_ms; /* idle_ms 0: never idle */
    int64_t greatest_ms;       /* timestamp so far; before the first row what makes P3 true */
    bool rows_since_probe;
    bool idle;             /* said so, and no row since */
    int64_t quiet_from_ms; /* clock at the first quiet probe; 0: not started */
};

enum generator_out { GENERATOR_NOTHING, GENERATOR_WATERMARK, GENERATOR_IDLE };

/* delay_ms >= 0, idle_ms >= 0 */
void generator_init(struct generator *g, int64_t delay_ms, int64_t idle_ms);
void generator_on_row(struct generator *g, int64_t event_ms);
int64_t generator_watermark(const struct generator *g); /* what is promised now; P1, P3 */
/* Asked periodically: WATERMARK = generator_watermark(), which may repeat or be INT64_MIN. */
enum generator_out generator_on_probe(struct generator *g, int64_t now_ms);

/* Organ labs link this file's object alone: a drifted header is a link error that says so. */
extern const int generator_version_1;

#endif
