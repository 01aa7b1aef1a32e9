/* window_events.h -- what every window operator says of itself, in one form: counters, the trace,
 * and the message about a row that no window can take.
 */
#ifndef CORE_OPERATORS_WINDOW_EVENTS_H
#define CORE_OPERATORS_WINDOW_EVENTS_H

#include "callback/context.h"
#include "operators/window.h"

/* The window of the current key that starts at `start_ms` fires with `rows` rows; what is emitted
 * from here on carries its maximum timestamp (W2). */
void window_note_firing(struct user_operator *u, int64_t start_ms, int64_t max_ms, uint32_t rows);
/* To the late output, if there is one; else dropped and counted. */
void window_drop_late(struct user_operator *u, const struct window_config *c,
                      const struct weir_row *row);
/* False: it has no timestamp, and the task fails. */
bool window_row_has_time(struct user_operator *u, const struct weir_row *row);

#endif
