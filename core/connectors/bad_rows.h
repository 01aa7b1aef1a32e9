/* bad_rows.h -- what becomes of a line that is no row: weir.source.bad-rows, for every format.
 *
 *   fail         the job fails, naming file, line, column and value
 *   skip         counted (numBadRows), and the first few are told
 *   dead-letter  counted, and sent with the reason to the output TAG_BAD: the builder has put a
 *                file sink behind it, so each is there exactly once, as any row is
 *
 * Flink    ignore-parse-errors is skip; the others are ours.
 */
#ifndef CORE_CONNECTORS_BAD_ROWS_H
#define CORE_CONNECTORS_BAD_ROWS_H

#include "runtime/operator.h"

#define BAD_ROW(C) C(STRING, file) C(BIGINT, line) C(STRING, reason) C(STRING, row)
WEIR_ROW(bad_row, BAD_ROW)

struct bad_rows { /* zero-initialised: none yet */
    uint32_t told;
    struct bytes image;
};

bool bad_rows_are_dead_letters(const struct options *o);
/* One came.  `origin`: the number it would have had as a row. */
void bad_rows_take(struct bad_rows *b, struct operator* op, const struct bad_row *row,
                   uint64_t origin);
void bad_rows_done(struct bad_rows *b);

#endif
