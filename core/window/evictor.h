/* evictor.h -- which elements of a window a firing leaves out, and forgets.
 *
 *   count(n)     all but the last n
 *   time(size)   those with a timestamp at or before the greatest one - size; none if the first
 *                has no timestamp
 *   delta(th,f)  those with f(element, last element) >= th
 *
 * It is asked before the window function or after it; what it takes out is gone for good.
 *
 * Flink    CountEvictor, TimeEvictor, DeltaEvictor.
 */
#ifndef CORE_WINDOW_EVICTOR_H
#define CORE_WINDOW_EVICTOR_H

#include "weir.h"

/* Marks in `out[i]` what is to go; rows are in order of arrival. */
void evictor_mark(const struct weir_evictor *e, const struct weir_row *rows, uint32_t count,
                  bool *out);

#endif
