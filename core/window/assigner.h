/* assigner.h -- a window is arithmetic: which windows does a timestamp belong to?
 *
 * Tumbling windows of size s with offset o cover the whole line of time with
 * [o + n*s, o + (n+1)*s), n also negative.  Sliding windows have the same size
 * but one begins every `slide`: a timestamp is in many, or, if the slide is
 * greater than the size, perhaps in none.  Cumulating windows begin together
 * every `size` and end a `step` apart, until the last is full.
 *
 *        time -10  -5    0    5    10   15      size 10
 *    tumbling  [---------[---------[------
 *     sliding  [---------)                      slide 5: two windows each
 *                   [---------)
 *                        [---------)
 *    cumulate            [----)                 step 5: the second ends later
 *                        [---------)
 *
 *   N1  window_start(): start <= ts < start + size, and start - offset is a multiple of the size,
 *       for negative times too (C's % truncates towards zero, as Java's does)
 *   N2  sliding: every window that holds ts and no other, the newest first
 *   N3  cumulate: every window that holds ts and no other, the shortest first; the last is full
 *   N4  sums wrap as in two's complement, as Java's do; a walk still ends: a
 *       sliding window that does not begin earlier than the one before it is none
 *
 * Pure, no state: assigner_next() is told the window that came before.  Cost: a division, then an
 * addition a window.
 *
 * Flink    TumblingEventTimeWindows, SlidingEventTimeWindows, CumulativeWindowAssigner (of SQL),
 *          TimeWindow.getWindowStartWithOffset; they return lists.
 * Lab      labs/06-windows
 */
#ifndef CORE_WINDOW_ASSIGNER_H
#define CORE_WINDOW_ASSIGNER_H

#include "window/time_window.h"

enum assigner_kind { ASSIGNER_TUMBLING, ASSIGNER_SLIDING, ASSIGNER_CUMULATE };

struct assigner {
    enum assigner_kind kind;
    int64_t size_ms;   /* > 0; of the full window */
    int64_t step_ms;   /* > 0; sliding: from start to start; cumulate: from end to end, and the
                        * size is a multiple of it; tumbling: not looked at */
    int64_t offset_ms; /* |offset| < size (sliding: < step) */
};

/* The start of the window that holds event_ms, of windows that begin every size_ms.  N1 */
int64_t window_start(int64_t event_ms, int64_t size_ms, int64_t offset_ms);

/* The windows of event_ms, one after the other: N2, N3.  False: there is none, or no more. */
bool assigner_first(const struct assigner *a, int64_t event_ms, struct time_window *w);
bool assigner_next(const struct assigner *a, int64_t event_ms, struct time_window *w);

struct tumbling { /* the most common case on its own */
    int64_t size_ms, offset_ms;
};

static inline int64_t tumbling_start(const struct tumbling *t, int64_t event_ms)
{
    return window_start(event_ms, t->size_ms, t->offset_ms);
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

/* Organ labs link this file's object alone: a drifted header is a link error that says so. */
extern const int assigner_version_1;

#endif
