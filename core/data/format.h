/* format.h -- the text formats of rows, a const table each: a line into a row, a row into a line.
 *
 * Sources and file sinks know nothing of a format but this.  A file begins with the format's
 * header line, if it has one; every other line is a row.
 *
 * raw is the line itself, of a schema with one STRING column; its texts are not checked.
 *
 * Flink    DecodingFormat, EncodingFormat.
 */
#ifndef CORE_DATA_FORMAT_H
#define CORE_DATA_FORMAT_H

#include "data/csv.h"
#include "data/json_row.h"

struct format;

struct line_reader { /* what is known of the lines of one file */
    const struct format *format;
    const struct weir_schema *schema;
    struct csv_layout csv; /* after `start` */
    struct json_rules json;
};

struct format {
    const char *name, *suffix;     /* "csv", ".csv" */
    bool has_header, empty_is_row; /* empty_is_row: so is an empty line; else it is passed over */
    /* From a header line; only if the format has one. */
    int (*start)(struct line_reader *r, struct span header, struct diag *why);
    /* A line without its newline into an image with row_room() for the line's bytes.  Returns the
     * image's bytes, or an err. */
    int (*decode)(const struct line_reader *r, struct span line, uint64_t *image, uint32_t room,
                  struct diag *why);
    void (*header)(const struct weir_schema *s, struct bytes *out); /* NULL: none */
    void (*encode)(const struct weir_schema *s, const struct weir_row *row, struct bytes *out);
};

const struct format *format_of(enum weir_format f);

#endif
