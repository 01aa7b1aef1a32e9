/* The short way of the most common sessions: a fixed gap of event time, an accumulator, fired at
 * the end, no allowed lateness (window_class_of()); the answers are those of general_window.c. */
#include "operators/registry.h"
#include "operators/window_events.h"
#include "window/lateness.h"
#include "window/session_table.h"

struct session_window {
    struct user_operator user;
    const struct window_config *config;
    struct session_table *sessions;
    struct session_merge merge;
};

static struct session_window *of(struct operator* op)
{
    return (struct session_window *)op;
}

static void merge(void *with, void *acc, const void *other)
{
    struct session_window *w = with;

    w->config->aggregate.merge(&w->user.ctx, acc, other);
}

static int window_open(struct operator* op, struct diag *why)
{
    struct session_window *w = of(op);

    (void)why;
    context_open(&w->user);
    w->config = op->node->config;
    w->sessions = session_table_new(w->config->aggregate.acc);
    w->merge = (struct session_merge){merge, w};
    return ERR_NONE;
}

static void window_close(struct operator* op)
{
    session_table_free(of(op)->sessions);
    context_close(&of(op)->user);
}

static bool window_peek(struct operator* op, const struct weir_row *row)
{
    const struct node *n = op->node;

    return n->key_column >= 0 &&
           session_table_peek(of(op)->sessions, row_key(n->in, row->image, n->key_column));
}

static void window_on_row(struct operator* op, const struct weir_row *row)
{
    struct session_window *w = of(op);
    struct time_window window = {row->event_ms, ms_add(row->event_ms, w->config->window.gap_ms)};
    struct session *s;

    if (!window_row_has_time(&w->user, row))
        return;
    context_row(&w->user, row);
    s = session_table_take(w->sessions, w->user.ctx.key_group, w->user.ctx.key, window,
                           op->watermark_ms, &w->merge);
    if (s) {
        s->rows++;
        w->config->aggregate.add(&w->user.ctx, s->acc, row);
    } else if (lateness_element_is_late(row->event_ms, 0, op->watermark_ms)) {
        window_drop_late(&w->user, w->config, row);
    }
}

static enum progress more_or_done(struct session_window *w)
{
    return session_table_is_due(w->sessions, w->user.op.watermark_ms) ? PROGRESS_MORE
                                                                      : PROGRESS_DONE;
}

static enum progress window_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)ms;
    (void)pass;
    return more_or_done(of(op));
}

static enum progress window_resume(struct operator* op)
{
    struct session_window *w = of(op);
    uint32_t key_group;
    struct span key;
    struct session *s = session_table_due(w->sessions, op->watermark_ms, &key_group, &key);

    if (s == NULL)
        return PROGRESS_DONE;
    op->task->counters->of[COUNTER_FIRED_TIMERS]++;
    context_key(&w->user, key_group, key);
    window_note_firing(&w->user, s->window.start_ms, window_max(s->window), s->rows);
    w->config->aggregate.result(&w->user.ctx, s->acc, s->window.start_ms, s->window.end_ms);
    context_key(&w->user, 0, (struct span){0});
    session_table_drop(w->sessions, s);
    return more_or_done(w);
}

static void window_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    (void)checkpoint;
    session_table_snapshot(of(op)->sessions, operator_block(op, out, "session-table", 1));
    snapshot_block_end(out);
}

static int window_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct reader r;

    if (operator_block_find(op, in, "session-table", &r))
        return ERR_NONE; /* a new operator starts empty */
    return session_table_restore(of(op)->sessions, &r, op->node->uid, why);
}

static void window_describe(const struct operator* op, struct bytes *out)
{
    const struct session_window *w = (const struct session_window *)op;

    bytes_format(out, "keys %llu", (unsigned long long)session_table_keys(w->sessions));
}

const struct operator_class session_window_class = {
    .name = "session_window",
    .bytes = sizeof(struct session_window),
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
