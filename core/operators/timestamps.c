#include "operators/timestamps.h"

#include "operators/registry.h"
#include "time/timestamps.h"

struct timestamps_operator {
    struct operator op;
    const struct timestamps_config *config;
    struct timestamps core;
};

static void set_deadline(struct timestamps_operator *t)
{
    int64_t next = t->core.next_probe_ms;

    t->op.deadline_us = next == INT64_MAX ? INT64_MAX : next * 1000;
}

static int timestamps_open(struct operator* op, struct diag *why)
{
    struct timestamps_operator *t = (struct timestamps_operator *)op;
    struct generator g;
    const struct weir_time *time;

    (void)why;
    t->config = op->node->config;
    time = &t->config->time;
    generator_init(&g, time->out_of_order_ms, time->idle_ms);
    timestamps_init(&t->core, g, time->every_ms, time->every_ms == 0 && !time->punctuated,
                    op->task->now_us / 1000);
    set_deadline(t);
    return ERR_NONE;
}

static void send(struct operator* op, unsigned out)
{
    struct timestamps_operator *t = (struct timestamps_operator *)op;

    if (out & TIMESTAMPS_ACTIVE)
        operator_emit_status(op, true);
    if (out & TIMESTAMPS_WATERMARK)
        operator_emit_watermark(op, t->core.watermark_ms);
    if (out & TIMESTAMPS_IDLE)
        operator_emit_status(op, false);
}

static void timestamps_on_row_(struct operator* op, const struct weir_row *row)
{
    struct timestamps_operator *t = (struct timestamps_operator *)op;
    /* By fields: a copy as a whole would wait for the small pieces it was written in. */
    struct weir_row stamped = {row->image,     (int64_t)row->image[1 + t->config->column],
                               row->origin,    row->bytes,
                               row->key_group, row->change};

    if (row->image[0] >> t->config->column & 1) {
        operator_fail(op, ERR_USER, "a row without a timestamp: column '%s' is NULL",
                      t->config->time.column);
        return;
    }
    operator_emit(op, TAG_MAIN, &stamped);
    send(op, timestamps_on_row(&t->core, stamped.event_ms));
    if (t->config->time.punctuated)
        send(op, timestamps_on_promise(&t->core, t->config->time.punctuated(&stamped)));
}

static enum progress timestamps_on_watermark_(struct operator* op, int64_t ms, bool *pass)
{
    struct timestamps_operator *t = (struct timestamps_operator *)op;

    *pass = false;
    send(op, timestamps_on_watermark(&t->core, ms));
    return PROGRESS_DONE;
}

static bool timestamps_on_status(struct operator* op, bool active)
{
    (void)op;
    (void)active;
    return false; /* swallowed */
}

static void timestamps_on_time_(struct operator* op, int64_t now_us)
{
    struct timestamps_operator *t = (struct timestamps_operator *)op;

    send(op, timestamps_on_time(&t->core, now_us / 1000));
    set_deadline(t);
}

const struct operator_class timestamps_class = {
    .name = "timestamps",
    .bytes = sizeof(struct timestamps_operator),
    .open = timestamps_open,
    .on_row = timestamps_on_row_,
    .on_watermark = timestamps_on_watermark_,
    .on_status = timestamps_on_status,
    .on_time = timestamps_on_time_,
};
