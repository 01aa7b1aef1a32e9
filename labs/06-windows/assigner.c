#include "window/assigner.h"

const int assigner_version_1 = 1;

/* TODO
 *
 *     int64_t window_start(int64_t event_ms, int64_t size_ms, int64_t offset_ms)
 *
 * The start of the window that holds event_ms, when windows begin at offset_ms and every
 * size_ms before and behind it (N1). Mind the sign of %: in C -1 % 10 is -1, and the
 * window of -1 is [-10, 0). Sums and differences by ms_add() and ms_subtract(): they may
 * wrap (N4).
 */

/* TODO
 *
 *     bool assigner_first(const struct assigner *a, int64_t event_ms, struct time_window *w)
 *
 * Put the first window of event_ms into *w and return true; false if it is in none.
 * Tumbling: the only one. Sliding: the one that began last (N2); with a slide greater
 * than the size it may have ended before event_ms. Cumulate: the shortest one that holds
 * event_ms (N3).
 */

/* TODO
 *
 *     bool assigner_next(const struct assigner *a, int64_t event_ms, struct time_window *w)
 *
 * *w is the window that came before; replace it by the next one and return true, or
 * return false if there is no more. Tumbling: there is none. Sliding: one slide further
 * back, as long as it holds event_ms. Cumulate: one step longer, until it is full. At the
 * beginning of time an earlier start may wrap round to a late one (N4): the walk ends
 * there.
 */
