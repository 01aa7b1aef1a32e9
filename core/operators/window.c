#include "operators/window.h"

#include "data/row.h"
#include "operators/registry.h"
#include "operators/window_events.h"
#include "state/panes.h"
#include "state/row_list.h"
#include "window/lateness.h"
#include "window/trigger.h"

struct window {
    struct user_operator user;
    const struct window_config *config;
    struct panes *panes;
    struct pane *at; /* the last row's pane, or NULL: most rows are of the same */
    struct tumbling windows;
    uint32_t firing_pane; /* index of the pane that is being fired */
    int64_t firing_entry; /* next entry of it to look at */
};

static int window_open(struct operator* op, struct diag *why)
{
    struct window *w = (struct window *)op;

    (void)why;
    context_open(&w->user);
    w->config = op->node->config;
    w->windows = (struct tumbling){w->config->window.size_ms, w->config->window.offset_ms};
    w->panes = panes_new(w->config->is_list ? NULL : w->config->aggregate.acc);
    return ERR_NONE;
}

static int64_t max_of(const struct window *w, const struct pane *pane)
{
    return tumbling_max(&w->windows, pane->start_ms);
}

/* Call the function on one key of a pane: W2. */
static void fire(struct window *w, struct pane *pane, int64_t entry)
{
    struct pane_key *k = map_value(pane->keys, entry);
    int64_t end_ms = tumbling_end(&w->windows, pane->start_ms);

    context_key(&w->user, k->key_group, map_key(pane->keys, entry));
    window_note_firing(&w->user, pane->start_ms, max_of(w, pane), k->rows);
    if (w->config->is_list)
        w->config->list.on_window(
            &w->user.ctx, &(struct weir_rows){.list = pane_list(k), .key_group = k->key_group},
            pane->start_ms, end_ms);
    else
        w->config->aggregate.result(&w->user.ctx, pane_acc(k), pane->start_ms, end_ms);
}

static struct pane_key *add(struct window *w, struct pane *pane, const struct weir_row *row)
{
    struct pane_key *k = pane_put(pane, w->user.ctx.key_group, w->user.ctx.key);

    k->rows++;
    if (w->config->is_list)
        row_list_add(pane_list(k), row);
    else
        w->config->aggregate.add(&w->user.ctx, pane_acc(k), row);
    return k;
}

static inline bool is_in(const struct window *w, const struct pane *pane, int64_t event_ms)
{
    return (uint64_t)ms_subtract(event_ms, pane->start_ms) < (uint64_t)w->windows.size_ms;
}

static inline int64_t start_of(const struct window *w, int64_t event_ms)
{
    return w->at && is_in(w, w->at, event_ms) ? w->at->start_ms
                                              : tumbling_start(&w->windows, event_ms);
}

static bool window_peek(struct operator* op, const struct weir_row *row)
{
    struct window *w = (struct window *)op;

    return op->node->key_column >= 0 &&
           panes_peek(w->panes, start_of(w, row->event_ms),
                      row_key(op->node->in, row->image, op->node->key_column));
}

static void window_on_row(struct operator* op, const struct weir_row *row)
{
    struct window *w = (struct window *)op;
    const struct window_config *c = w->config;
    int64_t lateness_ms = c->window.allowed_lateness_ms, start_ms, max_ms;
    struct pane *pane;
    struct pane_key *k;

    if (!window_row_has_time(&w->user, row))
        return;
    start_ms = start_of(w, row->event_ms);
    max_ms = tumbling_max(&w->windows, start_ms);
    context_row(&w->user, row);
    if (lateness_window_is_late(max_ms, lateness_ms, op->watermark_ms)) {
        if (lateness_element_is_late(row->event_ms, lateness_ms, op->watermark_ms))
            window_drop_late(&w->user, c, row);
        return;
    }
    w->at = pane = panes_pin(w->panes, start_ms);
    k = add(w, pane, row);
    if (trigger_event_time(max_ms, op->watermark_ms) == TRIGGER_CONTINUE)
        pane_arm(pane, k);
    else
        fire(w, pane, map_find(pane->keys, w->user.ctx.key));
}

/* The next pane, from `firing_pane` on, that the watermark has made due and that has armed keys. */
static bool find_due(struct window *w)
{
    for (; w->firing_pane < panes_count(w->panes); w->firing_pane++, w->firing_entry = 0) {
        const struct pane *pane = panes_at(w->panes, w->firing_pane);

        if (max_of(w, pane) <= w->user.op.watermark_ms && pane->armed)
            return true;
    }
    return false;
}

static void drop_finished(struct window *w)
{
    for (uint32_t i = panes_count(w->panes); i-- > 0;)
        if (lateness_window_is_late(max_of(w, panes_at(w->panes, i)),
                                    w->config->window.allowed_lateness_ms, w->user.op.watermark_ms))
            panes_drop(w->panes, i);
    w->at = NULL;
}

static enum progress more_or_done(struct window *w)
{
    if (find_due(w))
        return PROGRESS_MORE;
    drop_finished(w);
    return PROGRESS_DONE;
}

static enum progress window_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    struct window *w = (struct window *)op;

    (void)ms;
    (void)pass;
    w->firing_pane = 0;
    w->firing_entry = 0;
    return more_or_done(w);
}

static enum progress window_resume(struct operator* op)
{
    struct window *w = (struct window *)op;
    struct pane *pane = panes_at(w->panes, w->firing_pane);
    int64_t e = map_next(pane->keys, w->firing_entry);
    struct pane_key *k = map_value(pane->keys, e);

    w->firing_entry = e + 1;
    if (k->armed) {
        pane_disarm(pane, k);
        op->task->counters->of[COUNTER_FIRED_TIMERS]++;
        fire(w, pane, e);
    }
    return more_or_done(w);
}

static void window_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct window *w = (struct window *)op;

    (void)checkpoint;
    panes_snapshot(w->panes, operator_block(op, out, "panes", 1));
    snapshot_block_end(out);
}

static int window_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct window *w = (struct window *)op;
    struct reader r;

    if (operator_block_find(op, in, "panes", &r))
        return ERR_NONE; /* a new operator starts empty */
    return panes_restore(w->panes, &r, op->node->uid, why);
}

static void window_describe(const struct operator* op, struct bytes *out)
{
    const struct window *w = (const struct window *)op;

    bytes_format(out, "panes %u keys %llu", panes_count(w->panes),
                 (unsigned long long)panes_keys(w->panes));
}

static void window_close(struct operator* op)
{
    struct window *w = (struct window *)op;

    panes_free(w->panes);
    context_close(&w->user);
}

const struct operator_class window_class = {
    .name = "window",
    .bytes = sizeof(struct window),
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
