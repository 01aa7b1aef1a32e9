/* The window operator for every assigner, trigger and evictor: Flink's WindowOperator and
 * EvictingWindowOperator, step by step in their order (window.h, flink-semantics 2.2).  Contents,
 * the trigger's state and timers go by the name of window and key; sessions keep where each window
 * in flight has its contents.  window.c is the short way of the most common case. */
#include <string.h>

#include "operators/registry.h"
#include "callback/timers.h"
#include "data/schema.h"
#include "operators/window_events.h"
#include "state/row_list.h"
#include "window/contents.h"
#include "window/evictor.h"
#include "window/lateness.h"
#include "window/sessions.h"

struct general_window {
    struct user_operator user;
    const struct window_config *config;
    struct assigner assigner; /* but for sessions and the global window */
    struct contents contents;
    struct sessions sessions;
    struct timerq *event, *processing;
    struct merging swallowed;      /* of the last merge */
    struct bytes name, state_name; /* of the window at hand, of where its contents are */
    struct bytes rows, gone, kept; /* of a firing with an evictor: rows, marks, what stays */
};

struct place { /* a window of the current key, and where its contents are */
    struct time_window window, state;
};

static struct general_window *of(struct operator* op)
{
    return (struct general_window *)op;
}

static int64_t now_ms(const struct general_window *w)
{
    return w->user.op.task->now_us / 1000;
}

static bool is_event_time(const struct general_window *w)
{
    return !w->config->window.processing_time && !w->config->window.is_global;
}

static bool keeps_rows(const struct general_window *w)
{
    return w->config->is_list || w->config->window.evictor.kind != WEIR_EVICT_NOTHING;
}

static struct assigner assigner_of(const struct weir_window *w)
{
    return (struct assigner){.kind = w->slide_ms  ? ASSIGNER_SLIDING
                                     : w->step_ms ? ASSIGNER_CUMULATE
                                                  : ASSIGNER_TUMBLING,
                             .size_ms = w->size_ms,
                             .step_ms = w->slide_ms ? w->slide_ms : w->step_ms,
                             .offset_ms = w->offset_ms};
}

static int window_open(struct operator* op, struct diag *why)
{
    struct general_window *w = of(op);

    (void)why;
    context_open(&w->user);
    w->config = op->node->config;
    w->assigner = assigner_of(&w->config->window);
    contents_init(&w->contents, keeps_rows(w) ? NULL : w->config->aggregate.acc);
    sessions_init(&w->sessions);
    w->event = timerq_new();
    w->processing = timerq_new();
    return ERR_NONE;
}

static void window_close(struct operator* op)
{
    struct general_window *w = of(op);

    contents_done(&w->contents);
    sessions_done(&w->sessions);
    timerq_free(w->event);
    timerq_free(w->processing);
    merging_done(&w->swallowed);
    bytes_done(&w->name);
    bytes_done(&w->state_name);
    bytes_done(&w->rows);
    bytes_done(&w->gone);
    bytes_done(&w->kept);
    context_close(&w->user);
}

/* ---- times of a window ---- */

static int64_t cleanup_ms(const struct general_window *w, struct time_window window)
{
    if (is_event_time(w))
        return lateness_cleanup(window_max(window), w->config->window.allowed_lateness_ms);
    return window_max(window);
}

static bool is_late(const struct general_window *w, struct time_window window)
{
    return is_event_time(w) && cleanup_ms(w, window) <= w->user.op.watermark_ms;
}

static struct span name(struct general_window *w, struct time_window window)
{
    return window_name(&w->name, window, w->user.ctx.key);
}

static struct span state_name(struct general_window *w, struct time_window window)
{
    return window_name(&w->state_name, window, w->user.ctx.key);
}

static struct timerq *clock_of(const struct general_window *w)
{
    return is_event_time(w) ? w->event : w->processing;
}

static void set_deadline(struct general_window *w)
{
    operator_wake_at(&w->user.op, timers_deadline_us(&w->user.op, w->processing));
}

static void set_cleanup(struct general_window *w, struct time_window window)
{
    int64_t ms = cleanup_ms(w, window);

    if (ms != INT64_MAX) /* the end of time does not come */
        timerq_set(clock_of(w), ms, w->user.ctx.key_group, name(w, window));
}

/* ---- the trigger ---- */

/* A trigger of the user's may set timers under the name of its window, while it is asked. */
static void lend_timers(struct general_window *w, struct timerq *event, struct timerq *processing,
                        struct span pane)
{
    w->user.ctx.timers = event;
    w->user.ctx.processing = processing;
    w->user.ctx.pane = pane;
}

/* The trigger's state of a window is taken out of its cell for the call, then put back. */
static struct trigger_state take_state(struct general_window *w, struct time_window window)
{
    struct cell *cell = contents_find(&w->contents, name(w, window));
    struct trigger_state s = {0};

    if (cell) {
        s = cell->trigger;
        cell->trigger = (struct trigger_state){0};
    }
    return s;
}

static void give_state(struct general_window *w, struct time_window window, struct trigger_state s)
{
    lend_timers(w, NULL, NULL, (struct span){0});
    if (s.has_value || s.has_timeout)
        contents_put(&w->contents, name(w, window), w->user.ctx.key_group)->trigger = s;
    else
        trigger_state_done(&s);
    contents_settle(&w->contents, name(w, window));
}

static struct trigger_call call(struct general_window *w, struct time_window window,
                                struct trigger_state *state, const struct weir_row *row)
{
    lend_timers(w, w->event, w->processing, name(w, window));
    return (struct trigger_call){.user = &w->user.ctx,
                                 .window = window,
                                 .row = row,
                                 .watermark_ms = w->user.op.watermark_ms,
                                 .now_ms = now_ms(w),
                                 .state = state,
                                 .event = w->event,
                                 .processing = w->processing,
                                 .key_group = w->user.ctx.key_group,
                                 .name = name(w, window)};
}

static void clear_trigger(struct general_window *w, struct time_window window)
{
    struct trigger_state s = take_state(w, window);
    struct trigger_call c = call(w, window, &s, NULL);

    trigger_clear(&w->config->window.trigger, &c);
    give_state(w, window, s);
}

/* ---- firing ---- */

static void note_firing(struct general_window *w, struct time_window window, uint32_t rows)
{
    window_note_firing(&w->user, window.start_ms, window_max(window), rows);
}

/* The function on an accumulator, or on rows (those not marked in `gone`). */
static void call_function(struct general_window *w, struct time_window window, const void *acc,
                          const struct bytes *list, const bool *gone)
{
    struct weir_ctx *ctx = &w->user.ctx;
    struct weir_rows rows = {.list = list, .gone = gone, .key_group = w->user.ctx.key_group};

    if (w->config->is_list)
        w->config->list.on_window(ctx, &rows, window.start_ms, window.end_ms);
    else
        w->config->aggregate.result(ctx, acc, window.start_ms, window.end_ms);
}

/* An aggregate over rows that were kept for an evictor. */
static void aggregate_rows(struct general_window *w, struct time_window window,
                           const struct bytes *list, const bool *gone)
{
    const struct weir_aggregate *fn = &w->config->aggregate;
    struct weir_rows rows = {.list = list, .gone = gone, .key_group = w->user.ctx.key_group};
    struct cell acc = {0};
    struct weir_row row;

    cell_acc(&acc, fn->acc);
    while (weir_rows_next(&rows, &row))
        fn->add(&w->user.ctx, acc.body.p, &row);
    note_firing(w, window, rows.place); /* adding has set the time of rows */
    call_function(w, window, acc.body.p, NULL, NULL);
    bytes_done(&acc.body);
}

/* All rows of the cell into w->rows; marks, all false, into w->gone. */
static uint32_t spread(struct general_window *w, const struct bytes *list)
{
    struct weir_row row;
    uint32_t n = 0;

    bytes_clear(&w->rows);
    for (size_t at = 0; row_list_next(list, &at, &row); n++)
        bytes_put(&w->rows, &row, sizeof row);
    bytes_clear(&w->gone);
    memset(bytes_grow(&w->gone, n + 1), 0, n + 1);
    return n;
}

static void mark(struct general_window *w, uint32_t count)
{
    evictor_mark(&w->config->window.evictor, (const struct weir_row *)(const void *)w->rows.p,
                 count, (bool *)w->gone.p);
}

/* What the evictor took is gone for good; a window without rows has no contents. */
static void keep_the_rest(struct general_window *w, struct cell *cell, uint32_t count)
{
    const struct weir_row *row = (const struct weir_row *)(const void *)w->rows.p;

    bytes_clear(&w->kept);
    cell->rows = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!w->gone.p[i]) {
            row_list_add(&w->kept, &row[i]);
            cell->rows++;
        }
    bytes_clear(&cell->body);
    bytes_put(&cell->body, w->kept.p, w->kept.bytes);
    if (cell->rows == 0)
        cell_clear(cell);
}

static void fire_evicting(struct general_window *w, struct time_window window, struct cell *cell)
{
    bool after = w->config->window.evictor.after;
    uint32_t count = spread(w, &cell->body);
    const bool *gone = (const bool *)w->gone.p;

    if (!after)
        mark(w, count);
    if (w->config->is_list)
        call_function(w, window, NULL, &cell->body, gone);
    else
        aggregate_rows(w, window, &cell->body, gone);
    if (after)
        mark(w, count);
    keep_the_rest(w, cell, count);
}

static void fire(struct general_window *w, struct place at)
{
    struct cell *cell = contents_find(&w->contents, state_name(w, at.state));

    if (cell == NULL || !cell->filled)
        return;
    note_firing(w, at.window, cell->rows);
    if (w->config->window.evictor.kind != WEIR_EVICT_NOTHING)
        fire_evicting(w, at.window, cell);
    else
        call_function(w, at.window, cell->body.p, &cell->body, NULL);
}

static void purge(struct general_window *w, struct time_window state)
{
    struct cell *cell = contents_find(&w->contents, state_name(w, state));

    if (cell)
        cell_clear(cell);
    contents_settle(&w->contents, state_name(w, state));
}

static void act(struct general_window *w, struct place at, unsigned result)
{
    if (result & TRIGGER_FIRE)
        fire(w, at);
    if (result & TRIGGER_PURGE)
        purge(w, at.state);
    contents_settle(&w->contents, state_name(w, at.state));
}

/* ---- sessions ---- */

/* A merged window that is over already would have to fire in the past: Flink fails, so do we. */
static bool is_over(struct general_window *w, struct time_window result)
{
    if (is_event_time(w)
            ? !lateness_element_is_late(window_max(result), w->config->window.allowed_lateness_ms,
                                        w->user.op.watermark_ms)
            : window_max(result) > now_ms(w))
        return false;
    operator_fail(&w->user.op, ERR_USER,
                  "a session that ends at %lld would be merged after its end has passed",
                  (long long)result.end_ms);
    return true;
}

/* The trigger's state of those that were merged becomes the result's. */
static void merge_triggers(struct general_window *w, const struct merge *m)
{
    const struct weir_trigger *t = &w->config->window.trigger;
    struct trigger_state merged = take_state(w, m->result.window);
    struct trigger_call c;

    for (uint32_t i = 0; i < m->merged_count; i++) {
        struct trigger_state old = take_state(w, m->merged[i].window);

        trigger_absorb(t, &merged, &old);
        give_state(w, m->merged[i].window, (struct trigger_state){0});
        trigger_state_done(&old);
    }
    c = call(w, m->result.window, &merged, NULL);
    trigger_on_merge(t, &c);
    give_state(w, m->result.window, merged);
}

static void forget_merged(struct general_window *w, struct time_window old)
{
    int64_t ms = cleanup_ms(w, old);

    clear_trigger(w, old);
    if (ms != INT64_MAX)
        timerq_delete(clock_of(w), ms, name(w, old));
}

/* The contents of `from` go to the end of those of `into`. */
static void merge_contents(struct general_window *w, struct time_window into,
                           struct time_window from)
{
    struct cell *source = contents_find(&w->contents, state_name(w, from)), *target;

    if (source == NULL || !source->filled)
        return;
    target = contents_put(&w->contents, name(w, into), w->user.ctx.key_group);
    source = contents_find(&w->contents, state_name(w, from)); /* it may have moved */
    if (w->contents.acc == NULL) {
        target->filled = true;
        bytes_put(&target->body, source->body.p, source->body.bytes);
    } else if (target->filled) {
        w->config->aggregate.merge(&w->user.ctx, target->body.p, source->body.p);
    } else {
        memcpy(cell_acc(target, w->contents.acc), source->body.p, w->contents.acc->size);
    }
    target->rows += source->rows;
    purge(w, from);
}

static bool merge_sessions(struct general_window *w, const struct merge *m)
{
    if (is_over(w, m->result.window))
        return false;
    merge_triggers(w, m);
    for (uint32_t i = 0; i < m->merged_count; i++)
        forget_merged(w, m->merged[i].window);
    for (uint32_t i = 1; i < m->merged_count; i++)
        merge_contents(w, m->result.state, m->merged[i].state);
    return true;
}

/* ---- elements ---- */

static void put_row(struct general_window *w, struct time_window state, const struct weir_row *row)
{
    struct cell *cell = contents_put(&w->contents, state_name(w, state), w->user.ctx.key_group);

    if (w->contents.acc == NULL) {
        cell_add_row(cell, row);
        return;
    }
    cell->rows++;
    w->config->aggregate.add(&w->user.ctx, cell_acc(cell, w->contents.acc), row);
}

static void add(struct general_window *w, struct place at, const struct weir_row *row)
{
    struct trigger_state s;
    struct trigger_call c;
    unsigned result;

    put_row(w, at.state, row);
    s = take_state(w, at.window);
    c = call(w, at.window, &s, row);
    result = trigger_on_element(&w->config->window.trigger, &c);
    give_state(w, at.window, s);
    act(w, at, result);
    set_cleanup(w, at.window);
}

/* False: the window was late, or the merge failed. */
static bool add_to_session(struct general_window *w, struct time_window window,
                           const struct weir_row *row)
{
    struct merging *open = sessions_put(&w->sessions, w->user.ctx.key);
    struct merge m;

    merging_add(open, window, &w->swallowed, &m);
    if (m.has_merged && !merge_sessions(w, &m))
        return true;
    if (is_late(w, m.result.window)) {
        sessions_retire(&w->sessions, w->user.ctx.key, m.result.window);
        return false;
    }
    add(w, (struct place){m.result.window, m.result.state}, row);
    return true;
}

static bool add_to_window(struct general_window *w, struct time_window window,
                          const struct weir_row *row)
{
    if (is_late(w, window))
        return false;
    add(w, (struct place){window, window}, row);
    return true;
}

/* False: into none; all are late, or the row falls into a gap. */
static bool add_to_all(struct general_window *w, int64_t ms, const struct weir_row *row)
{
    const struct assigner *a = &w->assigner;
    struct time_window window;
    bool added = false;

    for (bool is_one = assigner_first(a, ms, &window); is_one;
         is_one = assigner_next(a, ms, &window))
        added |= add_to_window(w, window, row);
    return added;
}

static bool assign(struct general_window *w, const struct weir_row *row)
{
    const struct weir_window *c = &w->config->window;
    int64_t ms = c->processing_time ? now_ms(w) : row->event_ms, gap_ms;

    if (c->is_global)
        return add_to_window(w, global_window, row);
    if (!window_is_session(&w->config->window))
        return add_to_all(w, ms, row);
    gap_ms = c->gap_of ? c->gap_of(row) : c->gap_ms;
    if (gap_ms > 0)
        return add_to_session(w, (struct time_window){ms, ms_add(ms, gap_ms)}, row);
    operator_fail(&w->user.op, ERR_USER, "a row's session gap is %lld ms; it must be positive",
                  (long long)gap_ms);
    return true;
}

static void window_on_row(struct operator* op, const struct weir_row *row)
{
    struct general_window *w = of(op);

    if (is_event_time(w) && !window_row_has_time(&w->user, row))
        return;
    context_row(&w->user, row);
    if (!assign(w, row) && is_event_time(w) &&
        lateness_element_is_late(row->event_ms, w->config->window.allowed_lateness_ms,
                                 op->watermark_ms))
        window_drop_late(&w->user, w->config, row);
    set_deadline(w);
}

/* ---- timers ---- */

/* Where the window of a timer keeps its contents; false: it is gone, by a merge. */
static bool place_of(struct general_window *w, struct time_window window, struct place *out)
{
    const struct in_flight *f;

    *out = (struct place){window, window};
    if (!window_is_session(&w->config->window))
        return true;
    f = sessions_find(&w->sessions, w->user.ctx.key, window);
    if (f)
        out->state = f->state;
    return f != NULL;
}

static void clean_up(struct general_window *w, struct place at)
{
    purge(w, at.state);
    clear_trigger(w, at.window);
    if (window_is_session(&w->config->window))
        sessions_retire(&w->sessions, w->user.ctx.key, at.window);
}

static void on_timer(struct general_window *w, const struct timer *t, bool is_event)
{
    struct span full = {t->key, t->key_bytes};
    struct trigger_state s;
    struct trigger_call c;
    struct place at;
    unsigned result;

    w->user.op.task->counters->of[COUNTER_FIRED_TIMERS]++;
    context_key(&w->user, t->key_group, key_of_name(full));
    if (!place_of(w, window_of_name(full), &at))
        return;
    s = take_state(w, at.window);
    c = call(w, at.window, &s, NULL);
    result = is_event ? trigger_on_event_time(&w->config->window.trigger, &c, t->event_ms)
                      : trigger_on_processing_time(&w->config->window.trigger, &c, t->event_ms);
    give_state(w, at.window, s);
    act(w, at, result);
    if (is_event == is_event_time(w) && t->event_ms == cleanup_ms(w, at.window))
        clean_up(w, at);
}

static void pop_and_fire(struct general_window *w, struct timerq *q)
{
    struct timer *t = timerq_pop(q);

    on_timer(w, t, q == w->event);
    timer_free(t);
    context_key(&w->user, 0, (struct span){0});
    set_deadline(w);
}

static enum progress window_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)ms;
    (void)pass;
    return timers_progress(op, of(op)->event, of(op)->processing);
}

static enum progress window_resume(struct operator* op)
{
    struct general_window *w = of(op);

    pop_and_fire(w, timers_due(op, w->event, w->processing));
    return timers_progress(op, w->event, w->processing);
}

/* One wall-clock timer; the deadline says if there is another. */
static void window_on_time(struct operator* op, int64_t now_us)
{
    struct general_window *w = of(op);
    const struct timer *head = timerq_head(w->processing);

    if (head && head->event_ms <= now_us / 1000)
        pop_and_fire(w, w->processing);
}

/* ---- snapshots ---- */

static const struct weir_schema *own_state(const struct general_window *w)
{
    return trigger_own(&w->config->window.trigger)->state;
}

/* The state of a trigger of the user's is a struct of what it declares now. */
static int check_trigger(const struct general_window *w, const struct snapshot_in *in,
                         struct diag *why)
{
    const struct operator* op = & w->user.op;
    struct reader r;

    if (trigger_own(&w->config->window.trigger) == NULL ||
        (operator_block_find(op, in, "trigger", &r) == ERR_NONE &&
         schema_matches(own_state(w), &r)))
        return ERR_NONE;
    return diag_set(why, ERR_MISMATCH, "%s: the state of its trigger was written with another type",
                    op->node->uid);
}

static void window_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct general_window *w = of(op);

    (void)checkpoint;
    contents_snapshot(&w->contents, operator_block(op, out, "contents", 1));
    snapshot_block_end(out);
    if (trigger_own(&w->config->window.trigger)) {
        schema_write(own_state(w), operator_block(op, out, "trigger", 1));
        snapshot_block_end(out);
    }
    sessions_snapshot(&w->sessions, operator_block(op, out, "sessions", 1));
    snapshot_block_end(out);
    timerq_snapshot(w->event, operator_block(op, out, "event-timers", 1));
    snapshot_block_end(out);
    timerq_snapshot(w->processing, operator_block(op, out, "processing-timers", 1));
    snapshot_block_end(out);
}

static int window_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct general_window *w = of(op);
    struct reader r;
    bool ok = true;

    if (operator_block_find(op, in, "contents", &r))
        return ERR_NONE; /* a new operator starts empty */
    if (check_trigger(w, in, why))
        return why->err;
    if (contents_restore(&w->contents, &r, op->node->uid, why))
        return why->err;
    ok = operator_block_find(op, in, "sessions", &r) == ERR_NONE &&
         sessions_restore(&w->sessions, &r) &&
         operator_block_find(op, in, "event-timers", &r) == ERR_NONE &&
         timerq_restore(w->event, &r) &&
         operator_block_find(op, in, "processing-timers", &r) == ERR_NONE &&
         timerq_restore(w->processing, &r);
    if (!ok)
        return diag_set(why, ERR_FORMAT, "%s: sessions or timers do not end where they should",
                        op->node->uid);
    set_deadline(w);
    return ERR_NONE;
}

static void window_describe(const struct operator* op, struct bytes *out)
{
    const struct general_window *w = (const struct general_window *)op;

    bytes_format(out, "windows %u timers %u", map_count(w->contents.cells),
                 timerq_count(w->event) + timerq_count(w->processing));
}

const struct operator_class general_window_class = {
    .name = "general_window",
    .bytes = sizeof(struct general_window),
    .open = window_open,
    .on_row = window_on_row,
    .on_watermark = window_on_watermark,
    .resume = window_resume,
    .on_time = window_on_time,
    .snapshot = window_snapshot,
    .restore = window_restore,
    .describe = window_describe,
    .close = window_close,
};

const struct operator_class *window_class_of(const struct window_config *c)
{
    const struct weir_window *w = &c->window;
    bool is_usual = w->trigger.kind == WEIR_TRIGGER_EVENT_TIME && !w->processing_time &&
                    w->evictor.kind == WEIR_EVICT_NOTHING && !w->is_global;
    bool is_merged = w->gap_ms || (w->slide_ms && w->slide_ms <= w->size_ms);

    if (is_usual && is_merged && !c->is_list && c->aggregate.merge && w->allowed_lateness_ms == 0)
        return &merged_window_class;
    if (is_usual && !w->slide_ms && !w->step_ms && !window_is_session(w))
        return &window_class;
    return &general_window_class;
}
