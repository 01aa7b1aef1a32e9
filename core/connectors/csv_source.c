#include <string.h>

#include "connectors/registry.h"
#include "connectors/sources.h"
#include "data/csv.h"
#include "data/element.h"

enum { SAMPLES = 5 }; /* bad rows told in full */

struct csv_source {
    struct operator op;
    const struct csv_source_config *config;
    struct csv_layout layout;
    struct span file;
    size_t offset, end; /* of the split; offset is the next line's */
    uint64_t row;       /* number in the split */
    bool skip_bad;
    struct bytes image;
    uint32_t samples;
};

/* The first line start at or behind `at`. */
static size_t line_start(struct span file, size_t first, size_t at)
{
    const uint8_t *newline;

    if (at <= first)
        return first;
    newline = at > file.bytes ? NULL : memchr(file.p + at - 1, '\n', file.bytes - at + 1);
    return newline ? (size_t)(newline - file.p) + 1 : file.bytes;
}

static void choose_split(struct csv_source *s, size_t first)
{
    uint64_t bytes = s->file.bytes - first, i = s->op.task->subtask;
    uint64_t n = s->op.task->vertex->parallelism;

    s->offset = line_start(s->file, first, first + (size_t)(i * bytes / n));
    s->end = line_start(s->file, first, first + (size_t)((i + 1) * bytes / n));
}

static struct span line_at(const struct csv_source *s, size_t offset)
{
    const uint8_t *start = s->file.p + offset;
    const uint8_t *newline = memchr(start, '\n', s->file.bytes - offset);

    return (struct span){start, newline ? (size_t)(newline - start) : s->file.bytes - offset};
}

static int csv_source_open(struct operator* op, struct diag *why)
{
    struct csv_source *s = (struct csv_source *)op;
    struct diag layout = {0};
    struct span header;
    int err;

    s->config = op->node->config;
    s->skip_bad = strcmp(option_text(op->task->options, OPTION_BAD_ROWS), "skip") == 0;
    err = fs_view(op->task->data, s->config->path, &s->file);
    if (err)
        return diag_set(
            why, err, "%s: cannot be read: %s (it is sought in '%s'; set -D %s=DIR)",
            s->config->path, err == ERR_MISMATCH ? "it is no plain file" : err_text(err),
            option_text(op->task->options, OPTION_DATA_DIR), option_key(OPTION_DATA_DIR));
    if (s->file.bytes == 0)
        return diag_set(why, ERR_FORMAT, "%s: is empty; a header line was expected",
                        s->config->path);
    header = line_at(s, 0);
    err = csv_layout(&s->layout, s->config->schema, header, &layout);
    if (err)
        return diag_set(why, err, "%s:1: %s", s->config->path, layout.text);
    choose_split(s, header.bytes < s->file.bytes ? header.bytes + 1 : s->file.bytes);
    return ERR_NONE;
}

static unsigned long line_number(const struct csv_source *s, size_t offset)
{
    unsigned long n = 1;

    for (size_t i = 0; i < offset; i++)
        n += s->file.p[i] == '\n';
    return n;
}

static void bad_row(struct csv_source *s, size_t offset, const struct diag *why)
{
    struct operator* op = & s->op;
    unsigned long line = line_number(s, offset);

    op->task->counters->of[COUNTER_BAD_ROWS]++;
    if (!s->skip_bad) {
        operator_fail(op, ERR_FORMAT, "%s:%lu: %s (or skip such rows with --bad-rows skip)",
                      s->config->path, line, why->text);
    } else if (s->samples++ < SAMPLES) {
        bytes_format(&op->task->log, "skipped %s:%lu: %s\n", s->config->path, line, why->text);
    }
}

/* An image of the line at `offset`, or 0 if the row is bad. */
static uint32_t decode(struct csv_source *s, size_t offset, struct span line)
{
    struct diag why = {0};
    size_t room = 16 + 8 * s->config->schema->columns + line.bytes + 8;
    int bytes;

    bytes_clear(&s->image);
    bytes_grow(&s->image, room);
    bytes = csv_decode(&s->layout, line, (uint64_t *)(void *)s->image.p, (uint32_t)room, &why);
    if (bytes < 0)
        bad_row(s, offset, &why);
    return bytes < 0 ? 0 : (uint32_t)bytes;
}

static enum progress csv_source_resume(struct operator* op)
{
    struct csv_source *s = (struct csv_source *)op;
    size_t offset = s->offset;
    struct span line;
    uint32_t bytes;

    if (s->offset >= s->end)
        return PROGRESS_END;
    line = line_at(s, offset);
    s->offset += line.bytes + 1;
    if (line.bytes == 0 || (line.bytes == 1 && line.p[0] == '\r'))
        return PROGRESS_MORE; /* an empty line is no row */
    bytes = decode(s, offset, line);
    if (bytes) {
        uint64_t origin = origin_of(op->task->subtask, s->row);
        struct weir_row row = {(const uint64_t *)(const void *)s->image.p,
                               WEIR_NO_TIME,
                               origin,
                               bytes,
                               0,
                               WEIR_INSERT};

        op->task->counters->of[COUNTER_RECORDS_IN]++;
        trace_note(op->task->trace, EVENT_RECORD, op->task->actor, op->task->attempt, 0,
                   CHANNEL_NONE, (int64_t)offset, (int64_t)origin);
        operator_emit(op, TAG_MAIN, &row);
    }
    s->row++;
    return PROGRESS_MORE;
}

static void csv_source_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct csv_source *s = (struct csv_source *)op;
    struct bytes *b = operator_block(op, out, "split", 1);

    (void)checkpoint;
    bytes_put_u64(b, s->offset);
    bytes_put_u64(b, s->end);
    bytes_put_u64(b, s->row);
    snapshot_block_end(out);
}

static int csv_source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct csv_source *s = (struct csv_source *)op;
    struct reader r;

    if (operator_block_find(op, in, "split", &r))
        return ERR_NONE;
    s->offset = read_u64(&r);
    s->end = read_u64(&r);
    s->row = read_u64(&r);
    if (!reader_at_end(&r) || s->end > s->file.bytes)
        return diag_set(why, ERR_MISMATCH,
                        "%s: the checkpoint's split ends at byte %zu, the file at %zu: it is not "
                        "the file the job was reading",
                        s->config->path, s->end, s->file.bytes);
    return ERR_NONE;
}

static void csv_source_describe(const struct operator* op, struct bytes *out)
{
    bytes_format(out, "off %zu", ((const struct csv_source *)op)->offset);
}

static void csv_source_close(struct operator* op)
{
    bytes_done(&((struct csv_source *)op)->image);
}

const struct operator_class csv_source_class = {
    .name = "csv_source",
    .bytes = sizeof(struct csv_source),
    .open = csv_source_open,
    .resume = csv_source_resume,
    .snapshot = csv_source_snapshot,
    .restore = csv_source_restore,
    .describe = csv_source_describe,
    .close = csv_source_close,
};
