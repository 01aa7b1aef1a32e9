/* row_list.h -- rows one behind the other in one block of bytes, as windows keep them.
 *
 * A row is: bytes of its image, change, event time, origin, image; all multiples of 8, so images
 * stay aligned.
 */
#ifndef CORE_STATE_ROW_LIST_H
#define CORE_STATE_ROW_LIST_H

#include "base/bytes.h"
#include "weir.h"

void row_list_add(struct bytes *list, const struct weir_row *row);
/* First to last: begin with *at = 0.  The image is borrowed from the list.  False: no more. */
bool row_list_next(const struct bytes *list, size_t *at, struct weir_row *row);

#endif
