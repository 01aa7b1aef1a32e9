/* A source of the user's: the subtask's splits, read in turn, a row of each. */
#include <string.h>

#include "base/mem.h"
#include "callback/context.h"
#include "connectors/registry.h"
#include "connectors/sources.h"
#include "data/element.h"

enum { WAIT_MS = 10, ORIGIN_ROW_BITS = 40 };

struct place { /* a split, and where in it the next row is */
    uint32_t split;
    bool is_over;
    uint64_t rows; /* given so far */
    void *position;
};

struct own_source {
    struct user_operator user;
    const struct weir_source *fn;
    const struct weir_schema *schema;
    uint32_t splits;     /* of all subtasks */
    struct place *place; /* of this subtask's, in order of split */
    uint32_t places, turn;
    void *row;
};

/* ---- which splits ---- */

static bool is_mine(struct own_source *s, uint32_t split)
{
    const struct task_context *t = s->user.op.task;
    uint32_t n = t->vertex->parallelism, to = split % n;

    if (s->fn->assign)
        to = s->fn->assign(&s->user.ctx, split, n);
    if (to >= n)
        operator_fail(&s->user.op, ERR_USER, "split %u is assigned to subtask %u: there are %u",
                      split, to, n);
    return to == t->subtask;
}

static void enumerate(struct own_source *s)
{
    s->splits = s->fn->splits(&s->user.ctx);
    s->place = mem_alloc((s->splits + (size_t)1) * sizeof *s->place);
    for (uint32_t split = 0; split < s->splits && !s->user.op.task->failure.err; split++)
        if (is_mine(s, split))
            s->place[s->places++] = (struct place){.split = split,
                                                   .position = mem_alloc(s->fn->position->size)};
}

static int own_source_open(struct operator* op, struct diag *why)
{
    struct own_source *s = (struct own_source *)op;
    const struct own_source_config *config = op->node->config;

    (void)why;
    context_open(&s->user);
    s->user.ctx.mute = "a source's row is filled in where `next` is given it";
    s->fn = &config->fn;
    s->schema = config->schema;
    s->row = mem_alloc(s->schema->size);
    if (s->fn->open)
        s->user.ctx.opened = s->fn->open(&s->user.ctx);
    if (!op->task->failure.err)
        enumerate(s);
    return ERR_NONE;
}

static void own_source_close(struct operator* op)
{
    struct own_source *s = (struct own_source *)op;

    if (s->user.ctx.opened && s->fn->close)
        s->fn->close(s->user.ctx.opened);
    for (uint32_t i = 0; i < s->places; i++)
        mem_free(s->place[i].position);
    mem_free(s->place);
    mem_free(s->row);
    context_close(&s->user);
}

/* ---- rows ---- */

static void give(struct own_source *s, struct place *p)
{
    struct task_context *t = s->user.op.task;
    const char *mute = s->user.ctx.mute;

    s->user.ctx.origin = (uint64_t)p->split << ORIGIN_ROW_BITS | p->rows;
    t->counters->of[COUNTER_RECORDS_IN]++;
    trace_note(t->trace, EVENT_RECORD, t->actor, t->attempt, 0, CHANNEL_NONE, (int64_t)p->rows,
               (int64_t)s->user.ctx.origin);
    p->rows++;
    s->user.ctx.mute = NULL;
    weir_emit(&s->user.ctx, s->schema, s->row);
    s->user.ctx.mute = mute;
}

static enum weir_next ask(struct own_source *s, struct place *p)
{
    enum weir_next answer;

    memset(s->row, 0, s->schema->size);
    answer = s->fn->next(&s->user.ctx, p->split, p->position, s->row);
    p->is_over = answer == WEIR_NEXT_END;
    if (answer == WEIR_NEXT_ROW && !s->user.op.task->failure.err)
        give(s, p);
    return answer;
}

/* Each split is asked once at most, and nobody behind the one that gave a row. */
static enum progress own_source_resume(struct operator* op)
{
    struct own_source *s = (struct own_source *)op;
    bool waits = false;

    for (uint32_t asked = 0; asked < s->places; asked++) {
        struct place *p = &s->place[s->turn];

        s->turn = s->turn + 1 < s->places ? s->turn + 1 : 0;
        if (p->is_over)
            continue;
        if (ask(s, p) == WEIR_NEXT_ROW || op->task->failure.err)
            return PROGRESS_MORE;
        waits |= !p->is_over;
    }
    if (!waits)
        return PROGRESS_END;
    operator_wake_at(op, op->task->now_us + 1000 * (s->fn->wait_ms ? s->fn->wait_ms : WAIT_MS));
    return PROGRESS_WAIT;
}

static void own_source_on_time(struct operator* op, int64_t now_us)
{
    (void)now_us;
    operator_wake_at(op, INT64_MAX); /* the next resume asks */
}

/* ---- state ---- */

static void own_source_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    const struct own_source *s = (struct own_source *)op;
    struct bytes *b = operator_block(op, out, "splits", 1);

    (void)checkpoint;
    schema_write(s->fn->position, b);
    bytes_put_u32(b, s->places);
    for (uint32_t i = 0; i < s->places; i++) {
        bytes_put_u32(b, s->place[i].split);
        bytes_put_u8(b, s->place[i].is_over);
        bytes_put_u64(b, s->place[i].rows);
        bytes_put(b, s->place[i].position, s->fn->position->size);
    }
    snapshot_block_end(out);
}

static struct place *place_of(const struct own_source *s, uint32_t split)
{
    for (uint32_t i = 0; i < s->places; i++)
        if (s->place[i].split == split)
            return &s->place[i];
    return NULL;
}

/* A split that is another subtask's now is passed over; one that is gone must have been over. */
static int read_place(struct own_source *s, struct reader *r, struct diag *why)
{
    uint32_t split = read_u32(r);
    bool is_over = read_u8(r);
    uint64_t rows = read_u64(r);
    struct span position = read_span(r, s->fn->position->size);
    struct place *p = place_of(s, split);

    if (reader_ok(r) && !is_over && split >= s->splits)
        return diag_set(why, ERR_MISMATCH,
                        "'%s': the checkpoint stands in split %u, and there are only %u now",
                        s->user.op.node->uid, split, s->splits);
    if (p == NULL || !reader_ok(r))
        return ERR_NONE;
    p->is_over = is_over;
    p->rows = rows;
    memcpy(p->position, position.p, position.bytes);
    return ERR_NONE;
}

static int read_places(struct own_source *s, struct reader *r, struct diag *why)
{
    uint32_t count;

    if (!schema_matches(s->fn->position, r))
        return diag_set(why, ERR_MISMATCH,
                        "'%s': positions were written with another type than '%s'",
                        s->user.op.node->uid, s->fn->position->name);
    count = read_u32(r);
    for (uint32_t i = 0; i < count && reader_ok(r); i++)
        if (read_place(s, r, why))
            return why->err;
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "'%s': splits do not end where they should",
                        s->user.op.node->uid);
    return ERR_NONE;
}

static int own_source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    const struct task_context *t = op->task;
    uint32_t parts = t->parts ? t->vertex->parallelism : 1;
    int err = ERR_NONE;
    struct reader r;

    for (uint32_t i = 0; i < parts && !err; i++)
        if (operator_block_find(op, t->parts ? &t->parts[i] : in, "splits", &r) == ERR_NONE)
            err = read_places((struct own_source *)op, &r, why);
    return err;
}

static void own_source_describe(const struct operator* op, struct bytes *out)
{
    const struct own_source *s = (const struct own_source *)op;
    uint32_t over = 0;

    for (uint32_t i = 0; i < s->places; i++)
        over += s->place[i].is_over;
    bytes_format(out, "splits %u of %u over", over, s->places);
}

const struct operator_class own_source_class = {
    .name = "own_source",
    .bytes = sizeof(struct own_source),
    .open = own_source_open,
    .resume = own_source_resume,
    .on_time = own_source_on_time,
    .snapshot = own_source_snapshot,
    .restore = own_source_restore,
    .describe = own_source_describe,
    .close = own_source_close,
};
