/* window.h -- the window operator: element, firing, lateness, clean-up.
 *
 * For an element of window w (flink-semantics 2.2):
 *   1. w is late if its clean-up time has passed; then, if the element is late for good, it goes to
 *      the late output, or is counted as dropped
 *   2. else it is added to the contents of (window, key)
 *   3. if the watermark has reached w's maximum timestamp the key fires at once, alone; else its
 *      trigger timer is registered (`armed`)
 * When the watermark moves: windows whose maximum it has reached fire, one armed key a resume();
 * windows whose clean-up time it has reached are dropped.
 *
 *   W1  without allowed lateness a window fires at most once a key
 *   W2  results carry the window's maximum timestamp
 *   W3  the watermark is not state: after a restore nothing is late until the next one comes
 *
 * Flink    WindowOperator.  Its timers are one a key and window; ours one a window (state/panes.h):
 *          the answers are the same, the order of keys within one window's firing is that of
 *          their first arrival (Flink: unspecified).
 */
#ifndef CORE_OPERATORS_WINDOW_H
#define CORE_OPERATORS_WINDOW_H

#include "runtime/operator.h"
#include "window/assigner.h"

struct window_config {
    bool late_output;          /* late rows go to TAG_LATE; else they are dropped and counted */
    bool is_list;              /* which of the two functions */
    bool is_all;               /* not keyed: all rows have the empty key */
    struct weir_window window; /* of general_window.c: its trigger is resolved, never DEFAULT */
    struct weir_aggregate aggregate;
    struct weir_window_list list;
};

static inline bool window_is_session(const struct weir_window *w)
{
    return w->gap_ms || w->gap_of;
}

/* The class that serves it: a short way if it is of event time and fires at its end. */
const struct operator_class *window_class_of(const struct window_config *c);

#endif
