#include "operators/process.h"

#include "callback/context.h"
#include "operators/registry.h"
#include "callback/timers.h"

struct process {
    struct user_operator user;
    const struct process_config *config;
    const struct weir_process *fn;
};

static int process_open(struct operator* op, struct diag *why)
{
    struct process *p = (struct process *)op;

    (void)why;
    context_open(&p->user);
    p->config = op->node->config;
    p->fn = &p->config->fn;
    p->user.ctx.decl = p->fn->state;
    p->user.ctx.lists = subtask_lists_new(p->fn->state);
    if (op->node->key_column >= 0) {
        p->user.ctx.keyed = keyed_new(p->fn->state, &op->task->now_us);
        p->user.ctx.timers = timerq_new();
        p->user.ctx.processing = timerq_new();
    }
    return ERR_NONE;
}

static void process_on_row(struct operator* op, const struct weir_row *row)
{
    struct process *p = (struct process *)op;

    context_row(&p->user, row);
    if (p->fn->on_row)
        p->fn->on_row(&p->user.ctx, row);
}

static void process_on_row_2(struct operator* op, const struct weir_row *row)
{
    struct process *p = (struct process *)op;

    context_row_2(&p->user, row);
    if (p->config->on_row_2)
        p->config->on_row_2(&p->user.ctx, row);
    p->user.ctx.is_second = false;
}

static enum progress process_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    const struct process *p = (struct process *)op;

    (void)ms;
    (void)pass;
    return timers_progress(op, p->user.ctx.timers, p->user.ctx.processing);
}

static void fire_first(struct process *p, struct timerq *q)
{
    struct operator* op = & p->user.op;
    struct timer *t = timerq_pop(q);

    context_key(&p->user, t->key_group, (struct span){t->key, t->key_bytes});
    p->user.ctx.is_processing = q == p->user.ctx.processing;
    p->user.ctx.event_ms = p->user.ctx.is_processing ? WEIR_NO_TIME : t->event_ms;
    p->user.ctx.origin = 0;
    op->task->counters->of[COUNTER_FIRED_TIMERS]++;
    trace_note(op->task->trace, EVENT_TIMER, op->task->actor, op->task->attempt, 0, 0, t->event_ms,
               p->user.ctx.is_processing);
    if (p->fn->on_timer)
        p->fn->on_timer(&p->user.ctx, t->event_ms);
    timer_free(t);
    context_key(&p->user, 0, (struct span){0});
    operator_wake_at(op, timers_deadline_us(op, p->user.ctx.processing));
}

static enum progress process_resume(struct operator* op)
{
    struct process *p = (struct process *)op;

    fire_first(p, timers_due(op, p->user.ctx.timers, p->user.ctx.processing));
    return timers_progress(op, p->user.ctx.timers, p->user.ctx.processing);
}

/* One wall-clock timer; the deadline says if there is another. */
static void process_on_time(struct operator* op, int64_t now_us)
{
    struct process *p = (struct process *)op;

    if (p->user.ctx.processing && timerq_deadline_us(p->user.ctx.processing) <= now_us)
        fire_first(p, p->user.ctx.processing);
}

static void process_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct process *p = (struct process *)op;

    (void)checkpoint;
    if (p->user.ctx.broadcast) {
        keyed_snapshot(p->user.ctx.broadcast, operator_block(op, out, "broadcast", 1));
        snapshot_block_end(out);
    }
    if (p->user.ctx.lists) {
        subtask_lists_snapshot(p->user.ctx.lists, operator_block(op, out, "lists", 1));
        snapshot_block_end(out);
    }
    if (p->user.ctx.keyed == NULL)
        return;
    keyed_snapshot(p->user.ctx.keyed, operator_block(op, out, "keyed", 1));
    snapshot_block_end(out);
    timerq_snapshot(p->user.ctx.timers, operator_block(op, out, "timers", 1));
    snapshot_block_end(out);
    timerq_snapshot(p->user.ctx.processing, operator_block(op, out, "processing-timers", 1));
    snapshot_block_end(out);
}

/* An operator that is new, or was written without such timers, has none. */
static bool timers_restore(const struct operator* op, const struct snapshot_in *in,
                           const char *name, struct timerq *q)
{
    struct reader r;

    return operator_block_find(op, in, name, &r) || timerq_restore(q, &r);
}

/* States that are declared, of a block that is there. */
static int states_restore(const struct operator* op, const struct snapshot_in *in, const char *name,
                          struct keyed *states, struct diag *why)
{
    struct reader r;

    if (states == NULL || operator_block_find(op, in, name, &r))
        return ERR_NONE;
    return keyed_restore(states, &r, op->node->uid, why);
}

/* Lists that unite come from all subtasks; else the only part is the subtask's own. */
static int restore_lists(struct process *p, const struct snapshot_in *own, struct diag *why)
{
    const struct operator* op = & p->user.op;
    uint32_t parts = op->task->parts ? op->task->vertex->parallelism : 1;
    int err = ERR_NONE;
    struct reader r;

    for (uint32_t i = 0; i < parts && !err && p->user.ctx.lists; i++) {
        bool is_own = op->task->parts == NULL || i == op->task->subtask;
        const struct snapshot_in *in = is_own ? own : &op->task->parts[i];

        if (operator_block_find(op, in, "lists", &r) == ERR_NONE)
            err = subtask_lists_restore(p->user.ctx.lists, &r, is_own, op->node->uid, why);
    }
    return err;
}

static int restore_timers(struct process *p, const struct snapshot_in *in, struct diag *why)
{
    struct operator* op = & p->user.op;

    if (p->user.ctx.keyed == NULL)
        return ERR_NONE;
    if (!timers_restore(op, in, "timers", p->user.ctx.timers) ||
        !timers_restore(op, in, "processing-timers", p->user.ctx.processing))
        return diag_set(why, ERR_FORMAT, "'%s': timers do not end where they should",
                        op->node->uid);
    operator_wake_at(op, timers_deadline_us(op, p->user.ctx.processing));
    return ERR_NONE;
}

static int process_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct process *p = (struct process *)op;

    if (states_restore(op, in, "broadcast", p->user.ctx.broadcast, why) ||
        states_restore(op, in, "keyed", p->user.ctx.keyed, why) || restore_timers(p, in, why) ||
        restore_lists(p, in, why))
        return why->err;
    if (p->fn->on_restore) {
        p->user.ctx.is_restoring = true;
        p->fn->on_restore(&p->user.ctx);
        p->user.ctx.is_restoring = false;
    }
    return ERR_NONE;
}

static void process_describe(const struct operator* op, struct bytes *out)
{
    const struct process *p = (const struct process *)op;

    if (p->user.ctx.keyed)
        bytes_format(out, "keys %llu timers %u", (unsigned long long)keyed_count(p->user.ctx.keyed),
                     timerq_count(p->user.ctx.timers) + timerq_count(p->user.ctx.processing));
}

const struct operator_class process_class = {
    .name = "process",
    .bytes = sizeof(struct process),
    .open = process_open,
    .on_row = process_on_row,
    .peek = user_peek,
    .on_watermark = process_on_watermark,
    .resume = process_resume,
    .on_time = process_on_time,
    .snapshot = process_snapshot,
    .restore = process_restore,
    .describe = process_describe,
    .close = user_close,
};

const struct operator_class co_process_class = {
    .name = "co_process",
    .bytes = sizeof(struct process),
    .open = process_open,
    .on_row = process_on_row,
    .on_row_2 = process_on_row_2,
    .on_watermark = process_on_watermark,
    .resume = process_resume,
    .on_time = process_on_time,
    .snapshot = process_snapshot,
    .restore = process_restore,
    .describe = process_describe,
    .close = user_close,
};

/* ---- with broadcast state ---- */

static int broadcast_open(struct operator* op, struct diag *why)
{
    struct process *p = (struct process *)op;
    int err = process_open(op, why);

    p->user.ctx.broadcast_decl = p->config->broadcast;
    p->user.ctx.broadcast = keyed_new(p->config->broadcast, &op->task->now_us);
    keyed_key(p->user.ctx.broadcast, 0, (struct span){0}); /* it has no key */
    return err;
}

const struct operator_class broadcast_process_class = {
    .name = "broadcast_process",
    .bytes = sizeof(struct process),
    .open = broadcast_open,
    .on_row = process_on_row,
    .on_row_2 = process_on_row_2,
    .on_watermark = process_on_watermark,
    .resume = process_resume,
    .on_time = process_on_time,
    .snapshot = process_snapshot,
    .restore = process_restore,
    .describe = process_describe,
    .close = user_close,
};

/* ---- a sink of the user's ---- */

static int sink_open(struct operator* op, struct diag *why)
{
    struct process *p = (struct process *)op;
    int err = process_open(op, why);

    p->user.ctx.mute = "a sink has no output";
    if (p->config->sink.open)
        p->user.ctx.opened = p->config->sink.open(&p->user.ctx);
    return err;
}

static void sink_close(struct operator* op)
{
    struct process *p = (struct process *)op;

    if (p->user.ctx.opened && p->config->sink.close)
        p->config->sink.close(p->user.ctx.opened);
    user_close(op);
}

/* No row is at hand. */
static void sink_tell(struct process *p, void (*fn)(struct weir_ctx *, uint32_t),
                      uint32_t checkpoint)
{
    context_key(&p->user, 0, (struct span){0});
    subtask_lists_turn(p->user.ctx.lists);
    if (fn)
        fn(&p->user.ctx, checkpoint);
}

static void sink_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct process *p = (struct process *)op;

    sink_tell(p, p->config->sink.on_checkpoint, checkpoint);
    process_snapshot(op, checkpoint, out);
}

static void sink_on_checkpoint(struct operator* op, uint32_t checkpoint)
{
    struct process *p = (struct process *)op;

    sink_tell(p, p->config->sink.on_complete, checkpoint);
}

static void sink_finish(struct operator* op)
{
    struct process *p = (struct process *)op;

    if (op->task->has_checkpoints)
        return;
    sink_tell(p, p->config->sink.on_checkpoint, 0);
    sink_tell(p, p->config->sink.on_complete, 0);
}

const struct operator_class own_sink_class = {
    .name = "own_sink",
    .bytes = sizeof(struct process),
    .open = sink_open,
    .on_row = process_on_row,
    .peek = user_peek,
    .finish = sink_finish,
    .snapshot = sink_snapshot,
    .restore = process_restore,
    .on_checkpoint = sink_on_checkpoint,
    .describe = process_describe,
    .close = sink_close,
};
