/* line_rows.h -- what sources of lines share: a line becomes a row of a format, or a bad row. */
#ifndef CORE_CONNECTORS_LINE_ROWS_H
#define CORE_CONNECTORS_LINE_ROWS_H

#include "connectors/bad_rows.h"
#include "data/format.h"

struct line_rows {
    struct operator* op;
    struct line_reader reader;
    uint64_t row; /* number of the next one, bad ones counted */
    struct bytes image;
    struct bad_rows bad_rows;
};

void line_rows_init(struct line_rows *l, struct operator* op, const struct weir_schema *schema,
                    enum weir_format format);
void line_rows_done(struct line_rows *l);
struct span line_rows_trim(struct span line); /* without the carriage return at its end */
static inline bool line_rows_passes_over(const struct line_rows *l, struct span line)
{
    return line.bytes == 0 && !l->reader.format->empty_is_row;
}
/* The image's bytes, which lie in l->image, or an err with `why`. */
int line_rows_decode(struct line_rows *l, struct span line, struct diag *why);
/* Send the image on; `where` it was read is for the trace. */
void line_rows_emit(struct line_rows *l, int64_t where, uint32_t bytes);
/* Line `number` of `path` is no row. */
void line_rows_reject(struct line_rows *l, const char *path, uint64_t number, struct span line,
                      const struct diag *why);

#endif
