#include "connectors/line_rows.h"

#include <string.h>

#include "data/element.h"

void line_rows_init(struct line_rows *l, struct operator* op, const struct weir_schema *schema,
                    enum weir_format format)
{
    const struct options *o = op->task->options;

    l->op = op;
    l->reader = (struct line_reader){.format = format_of(format),
                                     .schema = schema,
                                     .json = {option_number(o, OPTION_JSON_MISSING) != 0,
                                              option_number(o, OPTION_JSON_EXTRA) != 0}};
}

void line_rows_done(struct line_rows *l)
{
    bytes_done(&l->image);
    bad_rows_done(&l->bad_rows);
}

struct span line_rows_trim(struct span line)
{
    if (line.bytes && line.p[line.bytes - 1] == '\r')
        line.bytes--;
    return line;
}

int line_rows_decode(struct line_rows *l, struct span line, struct diag *why)
{
    uint32_t room = row_room(l->reader.schema, line.bytes);

    bytes_clear(&l->image);
    bytes_grow(&l->image, room);
    return l->reader.format->decode(&l->reader, line, (uint64_t *)(void *)l->image.p, room, why);
}

void line_rows_emit(struct line_rows *l, int64_t where, uint32_t bytes)
{
    struct task_context *t = l->op->task;
    struct weir_row row = {.image = (const uint64_t *)(const void *)l->image.p,
                           .event_ms = WEIR_NO_TIME,
                           .origin = origin_of(t->subtask, l->row++),
                           .bytes = bytes};

    t->counters->of[COUNTER_RECORDS_IN]++;
    trace_note(t->trace, EVENT_RECORD, t->actor, t->attempt, 0, CHANNEL_NONE, where,
               (int64_t)row.origin);
    operator_emit(l->op, TAG_MAIN, &row);
}

static struct weir_text text_of(const void *p, size_t bytes)
{
    return (struct weir_text){p, (uint32_t)bytes};
}

void line_rows_reject(struct line_rows *l, const char *path, uint64_t number, struct span line,
                      const struct diag *why)
{
    struct bad_row row = {.file = text_of(path, strlen(path)),
                          .line = (int64_t)number,
                          .reason = text_of(why->text, strlen(why->text)),
                          .row = text_of(line.p, line.bytes)};

    bad_rows_take(&l->bad_rows, l->op, &row, origin_of(l->op->task->subtask, l->row++));
}
