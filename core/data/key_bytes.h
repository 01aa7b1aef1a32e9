/* key_bytes.h -- a key as Flink's serializers write it; in batch, keys go in the order of this.
 *
 * Fixed columns are written with their high byte first: 1 byte a BOOLEAN, 4 an
 * INT, 8 the rest.  A text is its count of UTF-16 units + 1, then the units, each number 7 bits
 * a byte, the low ones first, the high bit set on all but the last.
 *
 * The order of such bytes is for grouping: equal keys are neighbours.  It is not that of the keys:
 * bytes count as signed, and shorter texts come first.
 *
 * Flink    StringSerializer, IntSerializer ...; VariableLengthByteKeyComparator.
 */
#ifndef CORE_DATA_KEY_BYTES_H
#define CORE_DATA_KEY_BYTES_H

#include "base/bytes.h"
#include "weir.h"

/* `key` as row_key() gives it. */
void key_bytes_put(struct bytes *out, enum weir_type type, struct span key);
int key_bytes_compare(struct span a, struct span b); /* <0, 0, >0 */

#endif
