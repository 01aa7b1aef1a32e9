/* time_window.h -- an interval of time, [start, end).
 *
 * Its maximum timestamp is end - 1.  The one global window is [MIN, MIN): its maximum wraps to the
 * end of time, as it must, and no other window can look like it.
 *
 * Flink    TimeWindow, GlobalWindow.
 */
#ifndef CORE_WINDOW_TIME_WINDOW_H
#define CORE_WINDOW_TIME_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* Sums that wrap, as Java's do, instead of being undefined. */
static inline int64_t ms_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}
static inline int64_t ms_subtract(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

struct time_window {
    int64_t start_ms, end_ms;
};

static const struct time_window global_window = {INT64_MIN, INT64_MIN};

static inline int64_t window_max(struct time_window w)
{
    return ms_subtract(w.end_ms, 1);
}
static inline bool window_equal(struct time_window a, struct time_window b)
{
    return a.start_ms == b.start_ms && a.end_ms == b.end_ms;
}
/* Also of two that merely touch: elements exactly a gap apart are one session. */
static inline bool window_intersects(struct time_window a, struct time_window b)
{
    return a.start_ms <= b.end_ms && a.end_ms >= b.start_ms;
}
static inline struct time_window window_cover(struct time_window a, struct time_window b)
{
    return (struct time_window){a.start_ms < b.start_ms ? a.start_ms : b.start_ms,
                                a.end_ms > b.end_ms ? a.end_ms : b.end_ms};
}

#endif
