#include "connectors/bad_rows.h"

#include <string.h>

#include "data/row.h"

enum { TOLD_MAX = 5 }; /* bad rows told in full */

static bool policy_is(const struct options *o, const char *word)
{
    return strcmp(option_text(o, OPTION_BAD_ROWS), word) == 0;
}

bool bad_rows_are_dead_letters(const struct options *o)
{
    return policy_is(o, "dead-letter");
}

static void send_on(struct bad_rows *b, struct operator* op, const struct bad_row *value,
                    uint64_t origin)
{
    uint64_t *image;
    struct weir_row row = {.event_ms = WEIR_NO_TIME, .origin = origin};

    bytes_clear(&b->image);
    image = (uint64_t *)(void *)bytes_grow(&b->image, row_image_bytes(&bad_row_schema, value));
    row.bytes = row_write(&bad_row_schema, value, image);
    row.image = image;
    operator_emit(op, TAG_BAD, &row);
}

void bad_rows_take(struct bad_rows *b, struct operator* op, const struct bad_row *row,
                   uint64_t origin)
{
    const struct options *o = op->task->options;

    op->task->counters->of[COUNTER_BAD_ROWS]++;
    if (bad_rows_are_dead_letters(o))
        send_on(b, op, row, origin);
    else if (!policy_is(o, "skip"))
        operator_fail(op, ERR_FORMAT,
                      "%.*s:%lld: %.*s (or do without such rows: --bad-rows skip, or dead-letter)",
                      (int)row->file.bytes, row->file.p, (long long)row->line,
                      (int)row->reason.bytes, row->reason.p);
    else if (b->told++ < TOLD_MAX)
        bytes_format(&op->task->log, "skipped %.*s:%lld: %.*s\n", (int)row->file.bytes, row->file.p,
                     (long long)row->line, (int)row->reason.bytes, row->reason.p);
}

void bad_rows_done(struct bad_rows *b)
{
    bytes_done(&b->image);
}
