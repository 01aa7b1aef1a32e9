#include "operators/rolling.h"

#include <string.h>

#include "data/column.h"
#include "data/row.h"
#include "callback/context.h"
#include "operators/registry.h"

struct rolling {
    struct user_operator user;
    const struct rolling_config *config;
    const struct weir_schema *type;
    struct bytes so_far, value; /* the new image; a struct of the type */
};

struct rolling_config rolling_config_of(const struct weir_rolling *fn, int column,
                                        const struct weir_schema *type)
{
    struct rolling_config c = {.fn = *fn, .column = column};

    c.state[ROLLING_STATE] = (struct weir_state){
        .name = "rolling", .kind = WEIR_VALUE, .type = type};
    return c;
}

static struct rolling *of(struct operator* op)
{
    return (struct rolling *)op;
}

static int rolling_open(struct operator* op, struct diag *why)
{
    struct rolling *r = of(op);

    (void)why;
    context_open(&r->user);
    r->config = op->node->config;
    r->type = op->node->in;
    r->user.ctx.decl = r->config->state;
    r->user.ctx.keyed = keyed_new(r->config->state, &op->task->now_us);
    r->user.ctx.timers = timerq_new();
    return ERR_NONE;
}

static void rolling_close(struct operator* op)
{
    bytes_done(&of(op)->so_far);
    bytes_done(&of(op)->value);
    context_close(&of(op)->user);
}

/* ---- one column ---- */

/* Combine the column of `row` into `image`. */
static void combine(const struct rolling *r, uint64_t *image, const uint64_t *row)
{
    int slot = r->config->column + 1;
    uint64_t null = UINT64_C(1) << r->config->column;
    enum weir_rolling_kind kind = r->config->fn.kind;

    if (row[0] & null)
        return;
    if (image[0] & null)
        image[slot] = row[slot];
    else if (kind == WEIR_SUM)
        image[slot] = column_sum(r->type->column[r->config->column].type, image[slot], row[slot]);
    else if (kind == WEIR_MIN ? column_compare(r->type, r->config->column, row, image) < 0
                              : column_compare(r->type, r->config->column, row, image) > 0)
        image[slot] = row[slot];
    image[0] &= ~null;
}

/* minBy, maxBy: does `row` take the place of `image`? */
static bool wins(const struct rolling *r, const uint64_t *image, const uint64_t *row)
{
    uint64_t null = UINT64_C(1) << r->config->column;
    int order;

    if ((row[0] | image[0]) & null)
        return !(row[0] & null);
    order = column_compare(r->type, r->config->column, row, image);
    if (order == 0)
        return r->config->fn.last;
    return r->config->fn.kind == WEIR_MIN_BY ? order < 0 : order > 0;
}

/* ---- rows ---- */

/* The user's function changes a struct that was read from the stored image. */
static void reduce(struct rolling *r, struct span stored, const struct weir_row *row)
{
    void *value;

    bytes_clear(&r->value);
    value = bytes_grow(&r->value, r->type->size);
    row_read(r->type, (const uint64_t *)(const void *)stored.p, value);
    r->config->fn.reduce(&r->user.ctx, value, row);
    bytes_clear(&r->so_far);
    row_write(r->type, value,
              (uint64_t *)(void *)bytes_grow(&r->so_far, row_image_bytes(r->type, value)));
}

static void take(struct rolling *r, struct span image)
{
    bytes_clear(&r->so_far);
    bytes_put(&r->so_far, image.p, image.bytes);
}

/* The aggregate with `row` in it, into so_far. */
static void aggregate(struct rolling *r, struct span stored, const struct weir_row *row)
{
    struct span newest = {(const uint8_t *)row->image, row->bytes};
    enum weir_rolling_kind kind = r->config->fn.kind;

    if (stored.p == NULL)
        take(r, newest);
    else if (kind == WEIR_REDUCE)
        reduce(r, stored, row);
    else if (kind == WEIR_MIN_BY || kind == WEIR_MAX_BY)
        take(r, wins(r, (const uint64_t *)(const void *)stored.p, row->image) ? newest : stored);
    else {
        take(r, stored);
        combine(r, (uint64_t *)(void *)r->so_far.p, row->image);
    }
}

static void rolling_on_row(struct operator* op, const struct weir_row *row)
{
    struct rolling *r = of(op);
    bool at_end = r->config->fn.at_end || op->task->is_batch;
    struct span stored;

    context_row(&r->user, row);
    stored = keyed_value(r->user.ctx.keyed, ROLLING_STATE);
    if (stored.p == NULL && at_end)
        timerq_set(r->user.ctx.timers, WEIR_END, r->user.ctx.key_group, r->user.ctx.key);
    aggregate(r, stored, row);
    keyed_value_put(r->user.ctx.keyed, ROLLING_STATE, bytes_span(&r->so_far));
    if (!at_end)
        context_emit(&r->user.ctx, TAG_MAIN, bytes_span(&r->so_far));
}

/* ---- the end ---- */

static bool is_due(const struct rolling *r)
{
    return r->user.op.watermark_ms == WEIR_END && timerq_count(r->user.ctx.timers);
}

static enum progress rolling_on_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)ms;
    (void)pass;
    return is_due(of(op)) ? PROGRESS_MORE : PROGRESS_DONE;
}

static enum progress rolling_resume(struct operator* op)
{
    struct rolling *r = of(op);
    struct timer *t = timerq_pop(r->user.ctx.timers);
    struct span last;

    op->task->counters->of[COUNTER_FIRED_TIMERS]++;
    context_key(&r->user, t->key_group, (struct span){t->key, t->key_bytes});
    last = keyed_value(r->user.ctx.keyed, ROLLING_STATE);
    r->user.ctx.event_ms = t->event_ms;
    r->user.ctx.origin = 0;
    if (last.p)
        context_emit(&r->user.ctx, TAG_MAIN, last);
    timer_free(t);
    context_key(&r->user, 0, (struct span){0});
    return is_due(r) ? PROGRESS_MORE : PROGRESS_DONE;
}

/* ---- snapshots ---- */

static void rolling_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct rolling *r = of(op);

    (void)checkpoint;
    keyed_snapshot(r->user.ctx.keyed, operator_block(op, out, "keyed", 1));
    snapshot_block_end(out);
    timerq_snapshot(r->user.ctx.timers, operator_block(op, out, "timers", 1));
    snapshot_block_end(out);
}

static int rolling_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct rolling *r = of(op);
    struct reader body;
    int err;

    if (operator_block_find(op, in, "keyed", &body))
        return ERR_NONE; /* a new operator starts empty */
    err = keyed_restore(r->user.ctx.keyed, &body, op->node->uid, why);
    if (!err && (operator_block_find(op, in, "timers", &body) ||
                 !timerq_restore(r->user.ctx.timers, &body)))
        err = diag_set(why, ERR_FORMAT, "'%s': timers do not end where they should", op->node->uid);
    return err;
}

static void rolling_describe(const struct operator* op, struct bytes *out)
{
    const struct rolling *r = (const struct rolling *)op;

    bytes_format(out, "keys %llu", (unsigned long long)keyed_count(r->user.ctx.keyed));
}

const struct operator_class rolling_class = {
    .name = "rolling",
    .bytes = sizeof(struct rolling),
    .open = rolling_open,
    .on_row = rolling_on_row,
    .peek = user_peek,
    .on_watermark = rolling_on_watermark,
    .resume = rolling_resume,
    .snapshot = rolling_snapshot,
    .restore = rolling_restore,
    .describe = rolling_describe,
    .close = rolling_close,
};
