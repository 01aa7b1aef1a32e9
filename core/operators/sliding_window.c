/* The short way of the most common sliding windows: event time, an accumulator that can be merged,
 * fired at the end, no allowed lateness (window_class_of()): slices are shared. */
#include "operators/registry.h"
#include "operators/window_events.h"
#include "window/lateness.h"
#include "window/slice_table.h"

struct sliding_window {
    struct user_operator user;
    const struct window_config *config;
    struct slice_table *slices;
};

static struct sliding_window *of(struct operator* op)
{
    return (struct sliding_window *)op;
}

static void add(void *with, void *acc, const struct weir_row *row)
{
    struct sliding_window *w = with;

    w->config->aggregate.add(&w->user.ctx, acc, row);
}

static void merge(void *with, void *acc, const void *newer)
{
    struct sliding_window *w = with;

    w->config->aggregate.merge(&w->user.ctx, acc, newer);
}

static int window_open(struct operator* op, struct diag *why)
{
    struct sliding_window *w = of(op);
    struct assigner a = {.kind = ASSIGNER_SLIDING};

    (void)why;
    context_open(&w->user);
    w->config = op->node->config;
    a.size_ms = w->config->window.size_ms;
    a.step_ms = w->config->window.slide_ms;
    a.offset_ms = w->config->window.offset_ms;
    w->slices = slice_table_new(w->config->aggregate.acc, &a, (struct slice_calls){add, merge, w});
    return ERR_NONE;
}

static void window_close(struct operator* op)
{
    slice_table_free(of(op)->slices);
    context_close(&of(op)->user);
}

static bool window_peek(struct operator* op, const struct weir_row *row)
{
    const struct node *n = op->node;

    return n->key_column >= 0 &&
           slice_table_peek(of(op)->slices, row_key(n->in, row->image, n->key_column));
}

static void window_on_row(struct operator* op, const struct weir_row *row)
{
    struct sliding_window *w = of(op);

    if (!window_row_has_time(&w->user, row))
        return;
    context_row(&w->user, row);
    if (!slice_table_add(w->slices, w->user.ctx.key_group, w->user.ctx.key, row) &&
        lateness_element_is_late(row->event_ms, 0, op->watermark_ms))
        window_drop_late(&w->user, w->config, row);
}

static enum progress more_or_done(struct sliding_window *w)
{
    const struct operator* op = & w->user.op;

    if (slice_table_is_due(w->slices))
        return PROGRESS_MORE;
    if (op->task->is_batch && op->watermark_ms == WEIR_END)
        slice_table_begin_again(w->slices);
    return PROGRESS_DONE;
}

static enum progress window_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    struct sliding_window *w = of(op);

    (void)pass;
    slice_table_on_watermark(w->slices, ms);
    return more_or_done(w);
}

static enum progress window_resume(struct operator* op)
{
    struct sliding_window *w = of(op);
    struct slice_window s;

    context_key(&w->user, 0, (struct span){0});
    if (!slice_table_fire(w->slices, &s))
        return more_or_done(w);
    op->task->counters->of[COUNTER_FIRED_TIMERS]++;
    context_key(&w->user, s.key_group, s.key);
    window_note_firing(&w->user, s.window.start_ms, window_max(s.window), s.rows);
    w->config->aggregate.result(&w->user.ctx, s.acc, s.window.start_ms, s.window.end_ms);
    return more_or_done(w);
}

static void window_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    (void)checkpoint;
    slice_table_snapshot(of(op)->slices, operator_block(op, out, "slice-table", 1));
    snapshot_block_end(out);
}

static int window_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct reader r;

    if (operator_block_find(op, in, "slice-table", &r))
        return ERR_NONE; /* a new operator starts empty */
    return slice_table_restore(of(op)->slices, &r, op->node->uid, why);
}

static void window_describe(const struct operator* op, struct bytes *out)
{
    const struct sliding_window *w = (const struct sliding_window *)op;

    bytes_format(out, "keys %llu", (unsigned long long)slice_table_keys(w->slices));
}

const struct operator_class sliding_window_class = {
    .name = "sliding_window",
    .bytes = sizeof(struct sliding_window),
    .open = window_open,
    .on_row = window_on_row,
    .peek = window_peek,
    .on_watermark = window_on_watermark,
    .resume = window_resume,
    .snapshot = window_snapshot,
    .restore = window_restore,
    .describe = window_describe,
    .close = window_close,
};
