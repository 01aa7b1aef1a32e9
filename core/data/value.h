/* value.h -- one value of a fixed-size column from its text, as every text format reads it.
 *
 * The whole text must be the value: "12x" is none.  INT and BIGINT are decimal, with a sign or
 * not, in their range; DOUBLE is rounded as strtod rounds, and knows Java's NaN and Infinity;
 * BOOLEAN is true or false; TIMESTAMP is as in timestamp.h.
 */
#ifndef CORE_DATA_VALUE_H
#define CORE_DATA_VALUE_H

#include "base/bytes.h"
#include "weir.h"

/* False: not of the type.  A STRING has no slot of its own and is never one. */
bool value_parse(enum weir_type type, struct span text, int64_t *slot);

#endif
