/* The short way of the most common windows whose accumulators are merged: event time, fired at
 * their end, no allowed lateness (window_class_of()).  Sliding ones share slices, sessions lie by
 * key; the answers are those of general_window.c. */
#include "operators/registry.h"
#include "operators/window_events.h"
#include "window/lateness.h"
#include "window/session_table.h"
#include "window/slice_table.h"

struct merged_window {
    struct user_operator user;
    const struct window_config *config;
    struct session_table *sessions; /* one of the two */
    struct slice_table *slices;
};

static struct merged_window *of(struct operator* op)
{
    return (struct merged_window *)op;
}

static void add(void *with, void *acc, const struct weir_row *row)
{
    struct merged_window *w = with;

    w->config->aggregate.add(&w->user.ctx, acc, row);
}

static void merge(void *with, void *acc, const void *newer)
{
    struct merged_window *w = with;

    w->config->aggregate.merge(&w->user.ctx, acc, newer);
}

static int window_open(struct operator* op, struct diag *why)
{
    struct merged_window *w = of(op);
    const struct weir_window *c;

    (void)why;
    context_open(&w->user);
    w->config = op->node->config;
    c = &w->config->window;
    if (c->gap_ms)
        w->sessions = session_table_new(w->config->aggregate.acc);
    else
        w->slices = slice_table_new(
            w->config->aggregate.acc,
            &(struct assigner){ASSIGNER_SLIDING, c->size_ms, c->slide_ms, c->offset_ms},
            (struct slice_calls){add, merge, w});
    return ERR_NONE;
}

static void window_close(struct operator* op)
{
    session_table_free(of(op)->sessions);
    slice_table_free(of(op)->slices);
    context_close(&of(op)->user);
}

static bool window_peek(struct operator* op, const struct weir_row *row)
{
    const struct node *n = op->node;
    struct span key;

    if (n->key_column < 0)
        return false;
    key = row_key(n->in, row->image, n->key_column);
    return of(op)->slices ? slice_table_peek(of(op)->slices, key)
                          : session_table_peek(of(op)->sessions, key);
}

static bool add_to_session(struct merged_window *w, const struct weir_row *row)
{
    struct time_window window = {row->event_ms, ms_add(row->event_ms, w->config->window.gap_ms)};
    struct session *s = session_table_take(w->sessions, w->user.ctx.key_group, w->user.ctx.key,
                                           window, w->user.op.watermark_ms,
                                           &(struct session_merge){merge, w});

    if (s == NULL)
        return false;
    s->rows++;
    add(w, s->acc, row);
    return true;
}

static void window_on_row(struct operator* op, const struct weir_row *row)
{
    struct merged_window *w = of(op);
    struct weir_ctx *c = &w->user.ctx;

    if (!window_row_has_time(&w->user, row))
        return;
    context_row(&w->user, row);
    if (!(w->slices ? slice_table_add(w->slices, c->key_group, c->key, row)
                    : add_to_session(w, row)) &&
        lateness_element_is_late(row->event_ms, 0, op->watermark_ms))
        window_drop_late(&w->user, w->config, row);
}

static enum progress more_or_done(const struct merged_window *w)
{
    bool is_due = w->slices ? slice_table_is_due(w->slices)
                            : session_table_is_due(w->sessions, w->user.op.watermark_ms);
    const struct operator* op = & w->user.op;

    if (!is_due && w->slices && op->task->is_batch && op->watermark_ms == WEIR_END)
        slice_table_begin_again(w->slices);
    return is_due ? PROGRESS_MORE : PROGRESS_DONE;
}

static enum progress window_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)pass;
    if (of(op)->slices)
        slice_table_on_watermark(of(op)->slices, ms);
    return more_or_done(of(op));
}

static void fire(struct merged_window *w, const struct slice_window *s)
{
    w->user.op.task->counters->of[COUNTER_FIRED_TIMERS]++;
    context_key(&w->user, s->key_group, s->key);
    window_note_firing(&w->user, s->window.start_ms, window_max(s->window), s->rows);
    w->config->aggregate.result(&w->user.ctx, s->acc, s->window.start_ms, s->window.end_ms);
    context_key(&w->user, 0, (struct span){0});
}

static enum progress window_resume(struct operator* op)
{
    struct merged_window *w = of(op);
    struct slice_window f;
    struct session *s;

    if (w->slices) {
        if (slice_table_fire(w->slices, &f))
            fire(w, &f);
        return more_or_done(w);
    }
    s = session_table_due(w->sessions, op->watermark_ms, &f.key_group, &f.key);
    if (s) {
        f.window = s->window;
        f.rows = s->rows;
        f.acc = s->acc;
        fire(w, &f);
        session_table_drop(w->sessions, s);
    }
    return more_or_done(w);
}

static void window_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    const struct merged_window *w = of(op);

    (void)checkpoint;
    if (w->slices)
        slice_table_snapshot(w->slices, operator_block(op, out, "slices", 1));
    else
        session_table_snapshot(w->sessions, operator_block(op, out, "session-table", 1));
    snapshot_block_end(out);
}

/* A new operator starts empty. */
static int window_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct merged_window *w = of(op);
    struct reader r;

    if (operator_block_find(op, in, w->slices ? "slices" : "session-table", &r))
        return ERR_NONE;
    if (w->slices)
        return slice_table_restore(w->slices, &r, op->node->uid, why);
    return session_table_restore(w->sessions, &r, op->node->uid, why);
}

static void window_describe(const struct operator* op, struct bytes *out)
{
    const struct merged_window *w = (const struct merged_window *)op;

    bytes_format(out, "keys %llu",
                 (unsigned long long)(w->slices ? slice_table_keys(w->slices)
                                                : session_table_keys(w->sessions)));
}

const struct operator_class merged_window_class = {
    .name = "merged_window",
    .bytes = sizeof(struct merged_window),
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
