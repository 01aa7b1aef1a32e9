/* trigger.h -- when a window speaks, and when it forgets.
 *
 * A trigger is asked about each element and each timer of its window; it answers with FIRE (call
 * the function), PURGE (forget the contents), both or neither.  It may keep a little state a key
 * and window, and set timers under that name.
 *
 *                              on element                  on event time t     on wall clock t
 *   event_time                 max reached: FIRE, or timer t = max: FIRE       -
 *   processing_time            timer at max                -                   FIRE
 *   count(n)                   n-th since the last: FIRE   -                   -
 *   continuous_event_time(i)   as event_time; and a timer  t = max, or t = the -
 *                              at the next multiple of i   pending one: FIRE
 *   continuous_processing(i)   a timer at the next         -                   the pending one:
 *                              multiple of i                                   FIRE
 *   delta(th, f)               f(kept, new) > th: FIRE     -                   -
 *   end_of_stream              timer at max                t = max: FIRE       -
 *   never                      -                           -                   -
 *   own                        what the user's functions say (weir_windows.h)
 *   purging(inner)             FIRE of inner becomes FIRE and PURGE
 *   processing_timeout(inner)  inner; else a wall-clock    FIRE, whatever      FIRE, whatever
 *                              timer t ahead               inner says          inner says
 *
 * A continuous trigger's last pending time is the maximum: there it fires once, sets no other
 * timer and keeps the time, so later elements of the window begin no new interval.
 *
 * Negative times: "the next multiple" is by the truncating remainder, as in Java.
 *
 * Flink    api.windowing.triggers, one function a row of this table there.
 */
#ifndef CORE_WINDOW_TRIGGER_H
#define CORE_WINDOW_TRIGGER_H

#include "base/bytes.h"
#include "time/timerq.h"
#include "weir.h"
#include "window/time_window.h"

enum trigger_result { TRIGGER_CONTINUE = 0, TRIGGER_FIRE = 1, TRIGGER_PURGE = 2 };

/* Of one key and window.  Names in Flink: "count", "fire-time", "delta-state"; "timeout". */
struct trigger_state { /* zero-initialised is none */
    bool has_value, has_timeout;
    int64_t value;     /* elements counted, or the pending time */
    int64_t timeout;   /* the pending wall-clock time */
    struct bytes last; /* delta: the element compared with, a row image; own: its state */
};

struct trigger_call { /* who is asked about what; all borrowed */
    struct time_window window;
    const struct weir_row *row; /* on_element only */
    int64_t watermark_ms, now_ms;
    struct trigger_state *state;
    struct timerq *event, *processing; /* timers under `name`, the key and window */
    uint32_t key_group;
    struct span name;
    struct weir_ctx *user; /* own: what its callbacks get */
};

/* The default of event-time windows, for an operator that keeps its own timers: WAIT is CONTINUE,
 * a timer at `max_ms` is wanted. */
static inline enum trigger_result trigger_event_time(int64_t max_ms, int64_t wm_ms)
{
    return max_ms <= wm_ms ? TRIGGER_FIRE : TRIGGER_CONTINUE;
}

/* Answers are sums of TRIGGER_FIRE and TRIGGER_PURGE. */
unsigned trigger_on_element(const struct weir_trigger *t, const struct trigger_call *c);
unsigned trigger_on_event_time(const struct weir_trigger *t, const struct trigger_call *c,
                               int64_t time_ms);
unsigned trigger_on_processing_time(const struct weir_trigger *t, const struct trigger_call *c,
                                    int64_t time_ms);
void trigger_clear(const struct weir_trigger *t, const struct trigger_call *c);
/* `c` is the merged window, its state the sum or minimum of what was merged (trigger_absorb()). */
void trigger_on_merge(const struct weir_trigger *t, const struct trigger_call *c);
void trigger_absorb(const struct weir_trigger *t, struct trigger_state *into,
                    const struct trigger_state *from);
bool trigger_can_merge(const struct weir_trigger *t);
/* The user's trigger, maybe inside others; NULL: there is none. */
const struct weir_own_trigger *trigger_own(const struct weir_trigger *t);
void trigger_state_done(struct trigger_state *s);

#endif
