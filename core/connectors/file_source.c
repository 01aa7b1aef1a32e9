/* Lines of files into rows.  Which lines: split.h; how they become rows: line_rows.h. */
#include "connectors/line_rows.h"
#include "connectors/registry.h"
#include "connectors/sources.h"
#include "connectors/split.h"

enum { STATE_VERSION = 2 };

struct file_source {
    struct operator op;
    const struct file_source_config *config;
    struct line_rows rows;
    struct split split;
    uint32_t next;      /* range of the split */
    const char *path;   /* of the file that is read */
    struct span file;   /* empty: none yet */
    size_t offset, end; /* of its range; offset is the next line's */
    size_t counted;     /* newlines of `file` before this byte are `lines` */
    uint64_t lines;
};

/* The next range of the split; false: it cannot be read, and the task fails. */
static bool begin_range(struct file_source *s)
{
    const struct range *r = &s->split.range[s->next];
    struct diag why = {0};
    size_t first;
    int err = split_view(s->op.task->data, r->path, &s->rows.reader, &s->file, &first, &why);

    if (!err && (r->from < first || r->to > s->file.bytes))
        err = diag_set(&why, ERR_MISMATCH,
                       "%s: lines up to byte %zu are to be read, and it has %zu bytes: it is not "
                       "the file the job began with",
                       r->path, r->to, s->file.bytes);
    if (err) {
        operator_fail(&s->op, err, "%s", why.text);
        return false;
    }
    s->path = r->path;
    s->offset = r->from;
    s->end = r->to;
    s->counted = s->lines = 0;
    s->next++;
    return true;
}

static int file_source_open(struct operator* op, struct diag *why)
{
    struct file_source *s = (struct file_source *)op;
    const struct task_context *t = op->task;
    struct diag split = {0};
    int err;

    s->config = op->node->config;
    line_rows_init(&s->rows, op, s->config->schema, s->config->format);
    err = split_choose(&s->split, t->data, s->config->path, &s->rows.reader,
                       (struct share){t->subtask, t->vertex->parallelism}, &split);
    if (err == ERR_NOT_FOUND)
        return diag_set(why, err, "%s (it is sought in '%s'; set -D %s=DIR)", split.text,
                        option_text(t->options, OPTION_DATA_DIR), option_key(OPTION_DATA_DIR));
    if (err)
        return diag_set(why, err, "%s", split.text);
    if (s->split.count)
        begin_range(s);
    return ERR_NONE;
}

/* ---- rows ---- */

static uint64_t line_number(struct file_source *s, size_t offset)
{
    for (; s->counted < offset; s->counted++)
        s->lines += s->file.p[s->counted] == '\n';
    return s->lines + 1;
}

static enum progress file_source_resume(struct operator* op)
{
    struct file_source *s = (struct file_source *)op;
    struct span line;
    struct diag why;
    size_t offset;
    int bytes;

    if (s->offset >= s->end) {
        if (s->next == s->split.count)
            return PROGRESS_END;
        if (!begin_range(s))
            return PROGRESS_MORE;
    }
    offset = s->offset;
    line = line_at(s->file, offset);
    s->offset += line.bytes + 1;
    line = line_rows_trim(line);
    if (line_rows_passes_over(&s->rows, line))
        return PROGRESS_MORE;
    why.err = ERR_NONE;
    bytes = line_rows_decode(&s->rows, line, &why);
    if (bytes > 0)
        line_rows_emit(&s->rows, (int64_t)offset, (uint32_t)bytes);
    else
        line_rows_reject(&s->rows, s->path, line_number(s, offset), line, &why);
    return PROGRESS_MORE;
}

/* ---- state: what is left of the split ---- */

static void file_source_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct file_source *s = (struct file_source *)op;
    struct bytes *b = operator_block(op, out, "split", STATE_VERSION);
    bool inside = s->offset < s->end;

    (void)checkpoint;
    bytes_put_u64(b, s->rows.row);
    if (inside)
        split_write(&s->split, s->next - 1, s->offset, b);
    else
        split_write(&s->split, s->next, s->next < s->split.count ? s->split.range[s->next].from : 0,
                    b);
    snapshot_block_end(out);
}

static int file_source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct file_source *s = (struct file_source *)op;
    struct reader r;

    if (operator_block_find(op, in, "split", &r))
        return ERR_NONE;
    s->rows.row = read_u64(&r);
    if (!split_read(&s->split, &r) || !reader_at_end(&r))
        return diag_set(why, ERR_FORMAT, "'%s': its split does not end where it should",
                        op->node->uid);
    s->next = 0;
    s->offset = s->end = 0;
    if (s->split.count && !begin_range(s))
        return diag_set(why, op->task->failure.err, "%s", op->task->failure.text);
    return ERR_NONE;
}

static void file_source_describe(const struct operator* op, struct bytes *out)
{
    const struct file_source *s = (const struct file_source *)op;

    if (s->split.count > 1)
        bytes_format(out, "%s ", s->path ? s->path : s->split.range[0].path);
    bytes_format(out, "off %zu", s->offset);
}

static void file_source_close(struct operator* op)
{
    struct file_source *s = (struct file_source *)op;

    line_rows_done(&s->rows);
    split_done(&s->split);
}

const struct operator_class file_source_class = {
    .name = "file_source",
    .bytes = sizeof(struct file_source),
    .open = file_source_open,
    .resume = file_source_resume,
    .snapshot = file_source_snapshot,
    .restore = file_source_restore,
    .describe = file_source_describe,
    .close = file_source_close,
};
