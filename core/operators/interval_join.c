#include <string.h>

#include "operators/context.h"
#include "operators/joins.h"
#include "operators/pairs.h"
#include "operators/registry.h"
#include "state/row_list.h"
#include "state/timed_rows.h"

enum side { FIRST, SECOND, SIDES };

struct interval_join {
    struct user_operator user;
    const struct interval_join_config *config;
    struct timed_rows *kept[SIDES];
    struct timerq *timers; /* when a time of a key may go; named by key and side */
    struct bytes name;
};

static struct interval_join *of(struct operator* op)
{
    return (struct interval_join *)op;
}

static int interval_join_open(struct operator* op, struct diag *why)
{
    struct interval_join *j = of(op);

    (void)why;
    context_open(&j->user);
    j->config = op->node->config;
    j->kept[FIRST] = timed_rows_new(op->node->in);
    j->kept[SECOND] = timed_rows_new(op->node->in_2);
    j->timers = timerq_new();
    return ERR_NONE;
}

static void interval_join_close(struct operator* op)
{
    struct interval_join *j = of(op);

    timed_rows_free(j->kept[FIRST]);
    timed_rows_free(j->kept[SECOND]);
    timerq_free(j->timers);
    bytes_done(&j->name);
    context_close(&j->user);
}

/* ---- times, which wrap ---- */

static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* How long after a row's time a row of the other side may still join it; 0: it need not wait. */
static int64_t patience_ms(const struct interval_join *j, enum side side)
{
    int64_t ms = side == FIRST ? j->config->upper_ms : minus(0, j->config->lower_ms);

    return ms > 0 ? ms : 0;
}

/* ---- rows ---- */

static void drop_late(struct interval_join *j, enum side side, const struct weir_row *row)
{
    struct operator* op = & j->user.op;

    op->task->counters->of[COUNTER_LATE_ROWS]++;
    trace_note(op->task->trace, EVENT_LATE, op->task->actor, op->task->attempt, 0, 0, row->event_ms,
               op->watermark_ms);
    if (side == FIRST ? j->config->late_1 : j->config->late_2)
        operator_emit(op, side == FIRST ? TAG_LATE : TAG_LATE_2, row);
}

static void keep(struct interval_join *j, enum side side, const struct weir_row *row)
{
    struct weir_ctx *c = &j->user.ctx;
    uint8_t of_side = (uint8_t)side;

    timed_rows_add(j->kept[side], c->key_group, c->key, row);
    bytes_clear(&j->name);
    bytes_put(&j->name, c->key.p, c->key.bytes);
    bytes_put(&j->name, &of_side, 1);
    timerq_set(j->timers, plus(row->event_ms, patience_ms(j, side)), c->key_group,
               bytes_span(&j->name));
}

static void meet(struct interval_join *j, enum side side, const struct weir_row *row)
{
    const struct interval_join_config *i = j->config;
    struct pairs *p = pairs_begin(&j->user.ctx, &i->fn);
    int64_t from_ms, to_ms;

    if (side == FIRST) {
        from_ms = plus(row->event_ms, i->lower_ms);
        to_ms = plus(row->event_ms, i->upper_ms);
        row_list_add(&p->first, row);
        timed_rows_collect(j->kept[SECOND], j->user.ctx.key, from_ms, to_ms, &p->second);
    } else {
        from_ms = minus(row->event_ms, i->upper_ms);
        to_ms = minus(row->event_ms, i->lower_ms);
        row_list_add(&p->second, row);
        timed_rows_collect(j->kept[FIRST], j->user.ctx.key, from_ms, to_ms, &p->first);
    }
    pairs_emit(&j->user.ctx, p);
}

static void take(struct interval_join *j, enum side side, const struct weir_row *row)
{
    if (row->event_ms == WEIR_NO_TIME) {
        operator_fail(&j->user.op, ERR_USER,
                      "a row without a timestamp: put weir_watermarks() before the join, on both "
                      "streams");
    } else if (row->event_ms < j->user.op.watermark_ms) {
        drop_late(j, side, row);
    } else {
        keep(j, side, row);
        meet(j, side, row);
    }
}

static void interval_join_on_row(struct operator* op, const struct weir_row *row)
{
    context_row(&of(op)->user, row);
    take(of(op), FIRST, row);
}

static void interval_join_on_row_2(struct operator* op, const struct weir_row *row)
{
    context_row_2(&of(op)->user, row);
    take(of(op), SECOND, row);
    of(op)->user.ctx.is_second = false;
}

/* ---- timers ---- */

static bool is_due(const struct interval_join *j)
{
    const struct timer *head = timerq_head(j->timers);

    return head && head->event_ms <= j->user.op.watermark_ms;
}

static enum progress interval_join_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)ms;
    (void)pass;
    return is_due(of(op)) ? PROGRESS_MORE : PROGRESS_DONE;
}

static enum progress interval_join_resume(struct operator* op)
{
    struct interval_join *j = of(op);
    struct timer *t = timerq_pop(j->timers);
    enum side side = (enum side)t->key[t->key_bytes - 1];

    op->task->counters->of[COUNTER_FIRED_TIMERS]++;
    timed_rows_remove(j->kept[side], (struct span){t->key, t->key_bytes - 1},
                      minus(t->event_ms, patience_ms(j, side)));
    timer_free(t);
    return is_due(j) ? PROGRESS_MORE : PROGRESS_DONE;
}

/* ---- snapshots ---- */

static const char *const block_names[SIDES] = {"first", "second"};

static void interval_join_snapshot(struct operator* op, uint32_t checkpoint,
                                   struct snapshot_out *out)
{
    (void)checkpoint;
    for (int side = FIRST; side < SIDES; side++) {
        timed_rows_snapshot(of(op)->kept[side], operator_block(op, out, block_names[side], 1));
        snapshot_block_end(out);
    }
    timerq_snapshot(of(op)->timers, operator_block(op, out, "timers", 1));
    snapshot_block_end(out);
}

static int interval_join_restore(struct operator* op, const struct snapshot_in *in,
                                 struct diag *why)
{
    struct reader r;

    for (int side = FIRST; side < SIDES; side++) {
        if (operator_block_find(op, in, block_names[side], &r))
            return ERR_NONE; /* a new operator starts empty */
        if (timed_rows_restore(of(op)->kept[side], &r, op->node->uid, why))
            return why->err;
    }
    if (operator_block_find(op, in, "timers", &r) || !timerq_restore(of(op)->timers, &r))
        return diag_set(why, ERR_FORMAT, "'%s': timers do not end where they should",
                        op->node->uid);
    return ERR_NONE;
}

static void interval_join_describe(const struct operator* op, struct bytes *out)
{
    const struct interval_join *j = (const struct interval_join *)op;

    bytes_format(out, "times %llu and %llu", (unsigned long long)timed_rows_count(j->kept[FIRST]),
                 (unsigned long long)timed_rows_count(j->kept[SECOND]));
}

const struct operator_class interval_join_class = {
    .name = "interval_join",
    .bytes = sizeof(struct interval_join),
    .open = interval_join_open,
    .on_row = interval_join_on_row,
    .on_row_2 = interval_join_on_row_2,
    .on_watermark = interval_join_on_watermark,
    .resume = interval_join_resume,
    .snapshot = interval_join_snapshot,
    .restore = interval_join_restore,
    .describe = interval_join_describe,
    .close = interval_join_close,
};
