#include "connectors/file_sink.h"

#include <stdio.h>
#include <string.h>

#include "database/part_sqlite.h"
#include "connectors/registry.h"
#include "connectors/two_phase.h"
#include "data/format.h"

struct file_sink {
    struct operator op;
    const struct file_sink_config *config;
    struct two_phase two_phase;
    struct bytes body; /* of the open transaction */
    uint64_t rows;
    int64_t since_us;   /* when its first row came */
    uint64_t committed; /* transactions, by this attempt */
};

static void note(const struct file_sink *s, enum event_kind kind, uint32_t checkpoint, uint64_t a,
                 uint64_t b)
{
    trace_note(s->op.task->trace, kind, s->op.task->actor, s->op.task->attempt, checkpoint,
               s->op.index, (int64_t)a, (int64_t)b);
}

static bool is_of_files(const struct file_sink_config *c)
{
    return c->label == NULL && c->table.database == NULL;
}

static void pending_path(const struct file_sink *s, const struct transaction *x,
                         char out[ACTION_PATH_MAX])
{
    snprintf(out, ACTION_PATH_MAX, "%s/.pending/part-%u-%u-%llu", s->config->directory,
             s->op.task->subtask, x->epoch, (unsigned long long)x->number);
}

static void part_path(const struct file_sink *s, const struct transaction *x,
                      char out[ACTION_PATH_MAX])
{
    snprintf(out, ACTION_PATH_MAX, "%s/part-%u-%06llu%s", s->config->directory, s->op.task->subtask,
             (unsigned long long)x->number,
             is_of_files(s->config) ? format_of(s->config->files.format)->suffix : "");
}

/* ---- pre-commit ---- */

static void request_write(struct file_sink *s, struct transaction *x)
{
    struct action *a = operator_request(&s->op, ACTION_WRITE);

    pending_path(s, x, a->path);
    bytes_put(&a->body, x->body.p, x->body.bytes);
    x->state = TRANSACTION_WRITING;
    x->request = a->request;
}

/* End the open transaction, if it has rows. */
static void close_part(struct file_sink *s)
{
    struct transaction *x;

    if (s->rows == 0)
        return;
    x = two_phase_add(&s->two_phase, s->op.task->attempt, 0);
    x->rows = s->rows;
    x->body = s->body;
    s->body = (struct bytes){0};
    s->rows = 0;
}

/* Write what has ended, or could not be written before (C5), as part of `checkpoint`. */
static void write_parts(struct file_sink *s, uint32_t checkpoint)
{
    for (uint32_t i = 0; i < s->two_phase.count; i++)
        if (s->two_phase.owed[i].state == TRANSACTION_UNWRITTEN) {
            s->two_phase.owed[i].checkpoint = checkpoint;
            request_write(s, &s->two_phase.owed[i]);
        }
}

static void file_sink_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct file_sink *s = (struct file_sink *)op;

    close_part(s);
    write_parts(s, checkpoint);
    two_phase_snapshot(&s->two_phase, operator_block(op, out, "transactions", 1));
    snapshot_block_end(out);
}

/* Without checkpoints nobody says when: at once. */
static void end_part(struct file_sink *s)
{
    close_part(s);
    if (!s->op.task->has_checkpoints)
        write_parts(s, 0);
}

static void file_sink_finish(struct operator* op)
{
    end_part((struct file_sink *)op);
}

/* ---- rows ---- */

bool file_sink_has_header(const struct file_sink_config *c)
{
    return is_of_files(c) && format_of(c->files.format)->has_header;
}

/* C6 */
static bool is_full(const struct file_sink *s)
{
    const struct weir_files *f = &s->config->files;

    return (f->roll_bytes && s->body.bytes > (size_t)f->roll_bytes) ||
           (f->roll_every_ms && s->op.task->now_us - s->since_us >= 1000 * f->roll_every_ms);
}

static void begin_table_part(struct file_sink *s)
{
    const struct task_context *t = s->op.task;
    struct part_name name = {.job = t->graph->dataflow->name,
                             .uid = s->op.node->uid,
                             .subtask = t->subtask,
                             .number = s->two_phase.next_number,
                             .epoch = t->has_checkpoints ? t->attempt : 0};

    part_begin(&s->body, &s->config->table, s->config->schema, &name);
}

static void begin_part(struct file_sink *s)
{
    s->since_us = s->op.task->now_us;
    if (file_sink_has_header(s->config))
        format_of(s->config->files.format)->header(s->config->schema, &s->body);
    else if (s->config->table.database)
        begin_table_part(s);
}

static void put_table_row(struct file_sink *s, const struct weir_row *row)
{
    const struct table_sink *t = &s->config->table;

    if (!part_put_row(&s->body, t, row))
        operator_fail(&s->op, ERR_MISMATCH,
                      "%s: table '%s' is appended to, and a row came that changes or deletes "
                      "another: name the key columns (weir_sqlite: keys)",
                      t->database, t->table);
}

static void put_row(struct file_sink *s, const struct weir_row *row)
{
    const struct file_sink_config *c = s->config;

    if (c->label) {
        bytes_format(&s->body, "%s> ", c->label);
        json_row_encode(c->schema, row, &s->body);
    } else if (c->table.database) {
        put_table_row(s, row);
    } else {
        format_of(c->files.format)->encode(c->schema, row, &s->body);
    }
}

static void file_sink_on_row(struct operator* op, const struct weir_row *row)
{
    struct file_sink *s = (struct file_sink *)op;

    if (s->rows && is_full(s))
        end_part(s);
    if (s->rows == 0)
        begin_part(s);
    put_row(s, row);
    s->rows++;
    if (op->task->trace)
        note(s, EVENT_OUTPUT, 0, row_hash(row),
             (uint64_t)op->task->attempt << 40 | s->two_phase.next_number);
}

/* ---- commit ---- */

static void request_commit(struct file_sink *s, struct transaction *x)
{
    struct action *a = operator_request(&s->op, ACTION_RENAME);

    pending_path(s, x, a->path);
    part_path(s, x, a->to);
    x->state = TRANSACTION_COMMITTING;
    x->request = a->request;
}

static void file_sink_on_checkpoint(struct operator* op, uint32_t checkpoint)
{
    struct file_sink *s = (struct file_sink *)op;

    for (uint32_t i = 0; i < s->two_phase.count; i++) {
        struct transaction *x = &s->two_phase.owed[i];

        if (x->state == TRANSACTION_PRECOMMITTED && x->checkpoint <= checkpoint) /* C1, C3 */
            request_commit(s, x);
    }
}

static void on_written(struct file_sink *s, struct transaction *x, int result)
{
    x->request = 0;
    x->state = result ? TRANSACTION_UNWRITTEN : TRANSACTION_PRECOMMITTED;
    if (result) {
        if (!s->op.task->has_checkpoints)
            operator_fail(&s->op, result, "%s: cannot be written: %s", s->config->directory,
                          err_text(result));
        return;
    }
    bytes_done(&x->body);
    note(s, EVENT_PRECOMMIT, x->checkpoint, transaction_id(x), x->rows);
    if (!s->op.task->has_checkpoints)
        request_commit(s, x);
}

/* A table says no in its own ways. */
static void fail_table(struct file_sink *s, int result)
{
    const struct table_sink *t = &s->config->table;

    operator_fail(&s->op, result, "%s: table '%s': rows cannot be committed: %s%s", t->database,
                  t->table, err_text(result),
                  result == ERR_MISMATCH
                      ? ": a row breaks a constraint of the table, the table has "
                        "changed, or the database is not the one that the "
                        "checkpoint belongs to"
                      : "");
}

static void on_renamed(struct file_sink *s, struct transaction *x, int result)
{
    char part[ACTION_PATH_MAX];
    struct span body;

    part_path(s, x, part);
    if (result == ERR_NOT_FOUND && fs_view(s->op.task->output, part, &body) == ERR_NONE)
        result = ERR_NONE; /* C2: it had been committed before */
    if (result && s->config->table.database) {
        fail_table(s, result);
        return;
    }
    if (result) {
        operator_fail(&s->op, result, "%s: cannot be committed: %s", part, err_text(result));
        return;
    }
    note(s, EVENT_COMMIT, x->checkpoint, transaction_id(x), x->rows);
    s->committed++;
    two_phase_remove(&s->two_phase, x);
}

static void file_sink_on_done(struct operator* op, uint64_t request, int result)
{
    struct file_sink *s = (struct file_sink *)op;
    struct transaction *x = two_phase_awaiting(&s->two_phase, request);

    if (x == NULL)
        return;
    if (x->state == TRANSACTION_WRITING)
        on_written(s, x, result);
    else
        on_renamed(s, x, result);
}

/* ---- restore ---- */

/* C4: a pending file of this subtask that is not owed was left by a dead attempt. */
static void sweep(void *arg, const char *name, uint64_t bytes)
{
    struct file_sink *s = arg;
    struct transaction x = {0};
    struct action *a;
    unsigned subtask;
    unsigned long long number;

    (void)bytes;
    if (sscanf(name, "part-%u-%u-%llu", &subtask, &x.epoch, &number) != 3 ||
        subtask != s->op.task->subtask || x.epoch >= s->op.task->attempt ||
        two_phase_owes(&s->two_phase, x.epoch, number))
        return;
    x.number = number;
    a = operator_request(&s->op, ACTION_REMOVE);
    pending_path(s, &x, a->path);
    note(s, EVENT_ABORT, 0, transaction_id(&x), 0);
}

static int sweep_directory(struct file_sink *s, struct diag *why)
{
    char directory[ACTION_PATH_MAX];
    int err;

    snprintf(directory, sizeof directory, "%s/.pending", s->config->directory);
    err = fs_list(s->op.task->output, directory, sweep, s);
    return err ? diag_set(why, err, "%s: cannot be listed: %s", directory, err_text(err)) : err;
}

/* A restart before the first complete checkpoint: nothing is owed, all that lies there is swept. */
static int file_sink_open(struct operator* op, struct diag *why)
{
    struct file_sink *s = (struct file_sink *)op;

    s->config = op->node->config;
    return op->task->attempt > 1 && op->task->restored == 0 ? sweep_directory(s, why) : ERR_NONE;
}

static int file_sink_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct file_sink *s = (struct file_sink *)op;
    struct reader r;

    if (operator_block_find(op, in, "transactions", &r) == ERR_NONE &&
        !two_phase_restore(&s->two_phase, &r))
        return diag_set(why, ERR_FORMAT, "'%s': transactions do not end where they should",
                        op->node->uid);
    for (uint32_t i = 0; i < s->two_phase.count; i++)
        request_commit(s, &s->two_phase.owed[i]); /* C2 */
    return sweep_directory(s, why);
}

static void file_sink_describe(const struct operator* op, struct bytes *out)
{
    const struct file_sink *s = (const struct file_sink *)op;

    bytes_format(out, "2PC open %llu, %u owed, %llu done", (unsigned long long)s->rows,
                 s->two_phase.count, (unsigned long long)s->committed);
}

static void file_sink_close(struct operator* op)
{
    struct file_sink *s = (struct file_sink *)op;

    bytes_done(&s->body);
    two_phase_done(&s->two_phase);
}

#define SLOTS_                                                                                     \
    .bytes = sizeof(struct file_sink), .open = file_sink_open, .on_row = file_sink_on_row,         \
    .finish = file_sink_finish, .snapshot = file_sink_snapshot, .restore = file_sink_restore,      \
    .on_checkpoint = file_sink_on_checkpoint, .on_done = file_sink_on_done,                        \
    .describe = file_sink_describe, .close = file_sink_close

const struct operator_class file_sink_class = {.name = "file_sink", SLOTS_};
const struct operator_class sqlite_sink_class = {.name = TABLE_SINK_CLASS, SLOTS_};
