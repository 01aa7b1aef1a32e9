/* assigner.h -- a window is arithmetic.
 *
 * A tumbling window of size s with offset o covers the whole line of time with
 * [o + n*s, o + (n+1)*s).  The start for a timestamp, also a negative one:
 * r = (ts - o) % s, truncating as in C; start = ts - r, and one size less if r
 * is negative.  Everything wraps as in two's complement, as Java's does.
 *
 * Flink    TumblingEventTimeWindows, TimeWindow.getWindowStartWithOffset.
 * Lab      06 windows (a later part)
 */
#ifndef CORE_WINDOW_ASSIGNER_H
#define CORE_WINDOW_ASSIGNER_H

#include <stdint.h>

struct tumbling {
    int64_t size_ms;   /* > 0 */
    int64_t offset_ms; /* |offset| < size */
};

/* Sums that wrap instead of being undefined. */
static inline int64_t ms_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}
static inline int64_t ms_subtract(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t tumbling_start(const struct tumbling *t, int64_t event_ms)
{
    int64_t rest = ms_subtract(event_ms, t->offset_ms) % t->size_ms;

    return ms_subtract(event_ms, rest >= 0 ? rest : rest + t->size_ms);
}
static inline int64_t tumbling_end(const struct tumbling *t, int64_t start_ms)
{
    return ms_add(start_ms, t->size_ms);
}
/* The greatest timestamp that belongs to the window. */
static inline int64_t tumbling_max(const struct tumbling *t, int64_t start_ms)
{
    return ms_subtract(tumbling_end(t, start_ms), 1);
}

#endif
