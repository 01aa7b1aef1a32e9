/* csv.h -- rows from and to comma-separated lines (RFC 4180: quotes, doubled quotes).
 *
 * A row is decoded by column *name*: the header line says where each column of
 * the schema stands; columns that the schema does not name are skipped.
 * An empty unquoted field is NULL, `""` the empty text.  A TIMESTAMP is as in
 * timestamp.h.  Numbers must be whole fields: "12x" is a bad row, and so is a
 * row with more or fewer fields than the header.  BOOLEAN is true or false.
 * What csv_encode() writes, csv_decode() reads back, byte for byte the same
 * image, but for texts with a newline.
 */
#ifndef CORE_DATA_CSV_H
#define CORE_DATA_CSV_H

#include "base/err.h"
#include "data/row.h"
#include "data/timestamp.h"

enum { CSV_FIELDS_MAX = 256 }; /* in a line */

struct csv_layout { /* where each schema column stands in a line */
    const struct weir_schema *schema;
    int field_of[SCHEMA_COLUMNS_MAX]; /* all of them are there */
    int fields;                       /* in the header */
};

/* From a header line (without its newline; a byte order mark before it is skipped).  A schema
 * column that is missing is an error that names it and the nearest header word. */
int csv_layout(struct csv_layout *l, const struct weir_schema *s, struct span header,
               struct diag *why);
/* One line (quoted newlines are not supported) into an image; `image` has `room` bytes.  Returns
 * the image's bytes, or a negative err with `why`: which column, what stood there. */
int csv_decode(const struct csv_layout *l, struct span line, uint64_t *image, uint32_t room,
               struct diag *why);
void csv_header(const struct weir_schema *s, struct bytes *out); /* names and a newline */
void csv_encode(const struct weir_schema *s, const uint64_t *image, struct bytes *out);

#endif
