/* column.h -- one column of two rows: which is greater, and their sum.
 *
 * An INT sum wraps at 32 bits and a BIGINT sum at 64, as in Java; doubles are ordered as by
 * Double.compare: -0 < 0, NaN is the greatest.  Nulls are the caller's business.
 */
#ifndef CORE_DATA_COLUMN_H
#define CORE_DATA_COLUMN_H

#include "weir.h"

/* Of two images: below 0, 0 or above. */
int column_compare(const struct weir_schema *s, int column, const uint64_t *a, const uint64_t *b);
uint64_t column_sum(enum weir_type type, uint64_t a, uint64_t b); /* of two slots; no text */

#endif
