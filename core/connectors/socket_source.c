/* Lines from a socket into rows.  They cannot be read again: what was read behind the last complete
 * checkpoint is lost by a failure.  The new attempt connects anew and says so. */
#include "base/lines.h"
#include "connectors/line_rows.h"
#include "connectors/registry.h"
#include "connectors/sources.h"

enum { POLL_US = 10000 };

struct socket_source {
    struct operator op;
    const struct file_source_config *config;
    struct line_rows rows;
    struct line_input *input; /* NULL: not this subtask */
    uint64_t lines;           /* of this connection */
};

/* A header line is not sent: the columns of csv come in the schema's order. */
static int start_reader(struct line_reader *r, struct diag *why)
{
    struct bytes header = {0};
    int err = ERR_NONE;

    if (r->format->has_header) {
        r->format->header(r->schema, &header);
        header.bytes--; /* its newline */
        err = r->format->start(r, bytes_span(&header), why);
    }
    bytes_done(&header);
    return err;
}

static int socket_source_open(struct operator* op, struct diag *why)
{
    struct socket_source *s = (struct socket_source *)op;
    struct task_context *t = op->task;

    s->config = op->node->config;
    line_rows_init(&s->rows, op, s->config->schema, s->config->format);
    if (t->subtask)
        return ERR_NONE;
    if (t->lines == NULL)
        return diag_set(why, ERR_USAGE,
                        "%s: a socket cannot be opened in a simulation: use --driver local, or "
                        "read a file",
                        s->config->path);
    if (t->attempt > 1 || t->restored)
        bytes_format(&t->log,
                     "%s: connecting again; a socket cannot be read twice, so lines that came "
                     "after the last checkpoint are lost\n",
                     s->config->path);
    if (start_reader(&s->rows.reader, why))
        return why->err;
    return t->lines->open(t->lines, s->config->path, &s->input, why);
}

static void take_line(struct socket_source *s, struct span line)
{
    struct diag why = {0};
    int bytes;

    s->lines++;
    line = line_rows_trim(line);
    if (line_rows_passes_over(&s->rows, line))
        return;
    bytes = line_rows_decode(&s->rows, line, &why);
    if (bytes > 0)
        line_rows_emit(&s->rows, (int64_t)s->lines, (uint32_t)bytes);
    else
        line_rows_reject(&s->rows, s->config->path, s->lines, line, &why);
}

static enum progress socket_source_resume(struct operator* op)
{
    struct socket_source *s = (struct socket_source *)op;
    struct span line;

    if (s->input == NULL)
        return PROGRESS_END;
    switch (s->input->class->next(s->input, &line)) {
    case LINES_LINE:
        take_line(s, line);
        break;
    case LINES_WAIT:
        operator_wake_at(op, op->task->now_us + POLL_US);
        return PROGRESS_WAIT;
    case LINES_END:
        return PROGRESS_END;
    case LINES_LOST:
        operator_fail(op, ERR_LOST, "%s: the connection broke", s->config->path);
        break;
    case LINES_LONG:
        operator_fail(op, ERR_LIMIT, "%s:%llu: a line of more than %d bytes", s->config->path,
                      (unsigned long long)s->lines + 1, LINE_BYTES_MAX);
        break;
    }
    return PROGRESS_MORE;
}

static void socket_source_on_time(struct operator* op, int64_t now_us)
{
    (void)now_us;
    operator_wake_at(op, INT64_MAX); /* the next resume looks */
}

static void socket_source_describe(const struct operator* op, struct bytes *out)
{
    bytes_format(out, "line %llu", (unsigned long long)((const struct socket_source *)op)->lines);
}

static void socket_source_close(struct operator* op)
{
    struct socket_source *s = (struct socket_source *)op;

    if (s->input)
        s->input->class->close(s->input);
    line_rows_done(&s->rows);
}

const struct operator_class socket_source_class = {
    .name = "socket_source",
    .bytes = sizeof(struct socket_source),
    .open = socket_source_open,
    .resume = socket_source_resume,
    .on_time = socket_source_on_time,
    .describe = socket_source_describe,
    .close = socket_source_close,
};
