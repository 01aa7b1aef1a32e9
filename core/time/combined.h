/* combined.h -- one clock from the clocks of several inputs of one operator, or of several splits.
 *
 * Each input has its own watermark and may be idle.
 *
 *   K1  the combined watermark never decreases; it is the least over the inputs that are not idle
 *   K2  when all are idle it first rises to the greatest of all
 *   K3  a watermark ends its input's idleness silently; only an input's own status is passed on,
 *       and only if it turns the whole idle or active
 *
 * (A valve, which combines channels of *one* input, ignores watermarks of idle channels and lets a
 * riser catch up first.)
 *
 * Flink    IndexedCombinedWatermarkStatus, CombinedWatermarkStatus (2.3.0).
 */
#ifndef CORE_TIME_COMBINED_H
#define CORE_TIME_COMBINED_H

#include <stdbool.h>
#include <stdint.h>

struct partial {          /* of one input */
    int64_t watermark_ms; /* INT64_MIN: none yet */
    bool idle;
};
bool partial_raise(struct partial *p, int64_t watermark_ms); /* K3; did it rise? */
/* K1 and K2 over n >= 1 inputs: did *now_ms rise?  *idle: are all idle? */
bool partials_combine(const struct partial *p, uint32_t n, int64_t *now_ms, bool *idle);

enum { COMBINED_INPUTS = 2 };
struct combined {
    int64_t now_ms; /* INT64_MIN: none yet */
    bool idle;
    uint32_t inputs; /* 1: all goes through as it is */
    struct partial input[COMBINED_INPUTS];
};

void combined_init(struct combined *c, uint32_t inputs);
/* What goes downstream now: a set of enum valve_out, the watermark (now_ms) before the status. */
unsigned combined_on_watermark(struct combined *c, uint32_t input, int64_t watermark_ms);
unsigned combined_on_status(struct combined *c, uint32_t input, bool active);

#endif
