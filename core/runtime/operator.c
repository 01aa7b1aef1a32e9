#include "runtime/operator.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/element.h"

/* ---- held back: what came while the operator owed, as it would lie in a segment ---- */

static void hold_element(struct operator* op, uint8_t type, int64_t ms)
{
    struct element e = {.bytes = sizeof e, .type = type, .event_ms = ms};

    bytes_put(&op->held, &e, sizeof e);
}

void operator_hold_row(struct operator* op, const struct weir_row *row)
{
    struct element e = {.bytes = (uint32_t)sizeof e + row->bytes,
                        .type = ELEMENT_ROW,
                        .change = row->change,
                        .key_group = row->key_group,
                        .event_ms = row->event_ms,
                        .origin = row->origin};

    bytes_put(&op->held, &e, sizeof e);
    bytes_put(&op->held, row->image, row->bytes);
}

/* ---- coming in ---- */

/* Event time moves to `ms`; what lies behind hears of it if `is_passed_on` and the class agrees. */
static void move_time(struct operator* op, int64_t ms, bool is_passed_on)
{
    enum progress progress = PROGRESS_DONE;
    bool pass = true;

    op->watermark_ms = ms;
    if (op->class->on_watermark)
        progress = op->class->on_watermark(op, ms, &pass);
    assert(op->more == NULL);
    pass = pass && is_passed_on;
    if (progress == PROGRESS_MORE) {
        op->owes = op->resumes = true;
        op->pass_when_done = pass;
        op->task->owing++;
        op->task->disturbed = true;
    } else if (pass) {
        operator_emit_watermark(op, ms);
    }
}

void operator_watermark(struct operator* op, int64_t ms)
{
    if (op->owes)
        hold_element(op, ELEMENT_WATERMARK, ms);
    else
        move_time(op, ms, true);
}

void operator_end_key(struct operator* op)
{
    move_time(op, WEIR_END, false);
}

void operator_status(struct operator* op, bool active)
{
    if (op->owes) {
        hold_element(op, active ? ELEMENT_ACTIVE : ELEMENT_IDLE, 0);
        return;
    }
    op->idle = !active;
    if (op->class->on_status == NULL || op->class->on_status(op, active))
        operator_emit_status(op, active);
}

static void let_in(struct operator* op, const struct element *e)
{
    struct weir_row row = element_row(e);

    switch ((enum element_type)e->type) {
    case ELEMENT_ROW:
        op->class->on_row(op, &row);
        break;
    case ELEMENT_WATERMARK:
        operator_watermark(op, e->event_ms);
        break;
    case ELEMENT_IDLE:
    case ELEMENT_ACTIVE:
        operator_status(op, e->type == ELEMENT_ACTIVE);
        break;
    }
}

/* Let in what was held back, until the operator owes again or nothing is left.  It is not held
 * while it is let in, so nothing can be added before what is taken. */
static void drain_held(struct operator* op)
{
    struct bytes held = op->held;
    size_t at = 0;

    op->held = (struct bytes){0};
    while (at < held.bytes && !op->owes) {
        const struct element *e = (const struct element *)(const void *)(held.p + at);

        at += e->bytes;
        let_in(op, e);
    }
    if (at < held.bytes)
        bytes_put(&op->held, held.p + at, held.bytes - at);
    bytes_done(&held);
}

void operator_owe(struct operator* op, enum progress (*more)(struct operator* op))
{
    op->more = more;
    if (op->owes)
        return;
    op->owes = true;
    op->pass_when_done = false;
    op->task->owing++;
    op->task->disturbed = true;
}

/* One portion: first of what a call has left, then of what the class has begun. */
static enum progress pay_off(struct operator* op)
{
    bool was_left = op->more != NULL; /* resume may leave something itself */
    enum progress progress = was_left ? op->more(op) : op->class->resume(op);

    if (!was_left)
        op->resumes = progress != PROGRESS_DONE;
    else if (progress == PROGRESS_DONE)
        op->more = NULL;
    return progress;
}

enum progress operator_resume(struct operator* op)
{
    enum progress progress = pay_off(op);

    if (op->more || op->resumes)
        return progress;
    op->owes = false;
    op->task->owing--;
    if (op->pass_when_done)
        operator_emit_watermark(op, op->watermark_ms);
    if (op->held.bytes)
        drain_held(op);
    return PROGRESS_DONE;
}

/* ---- going out ---- */

void operator_emit_to_all(const struct output *out, const struct weir_row *row)
{
    for (uint32_t i = 0; i < out->count; i++)
        target_row(&out->target[i], row);
}

void operator_emit_watermark(struct operator* op, int64_t ms)
{
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++)
        for (uint32_t i = 0; i < op->output[tag].count; i++) {
            const struct target *t = &op->output[tag].target[i];

            if (t->op)
                operator_watermark(t->op, ms);
            else
                outbox_element(t->outbox, ELEMENT_WATERMARK, ms);
        }
}

void operator_emit_status(struct operator* op, bool active)
{
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++)
        for (uint32_t i = 0; i < op->output[tag].count; i++) {
            const struct target *t = &op->output[tag].target[i];

            if (t->op)
                operator_status(t->op, active);
            else
                outbox_element(t->outbox, active ? ELEMENT_ACTIVE : ELEMENT_IDLE, 0);
        }
}

void operator_fail(struct operator* op, int err, const char *format, ...)
{
    char text[DIAG_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    op->task->disturbed = true;
    diag_set(&op->task->failure, err, "%s[%u]: %s", op->node->name, op->task->subtask, text);
}

struct action *operator_request(struct operator* op, enum action_kind kind)
{
    struct action *a = actions_add(&op->task->requests, kind);

    op->task->disturbed = true;
    a->task = op->task->task;
    a->attempt = op->task->attempt;
    a->request = ++op->task->next_request;
    a->owner = op->index;
    a->message.checkpoint = op->task->snapshotting;
    return a;
}

static const char *block_name(const struct operator* op, const char *name, char out[256])
{
    snprintf(out, 256, "%s/%s", op->node->uid, name);
    return out;
}

struct bytes *operator_block(const struct operator* op, struct snapshot_out *out, const char *name,
                             uint32_t version)
{
    char full[256];

    return snapshot_block(out, block_name(op, name, full), version);
}

int operator_block_find(const struct operator* op, const struct snapshot_in *in, const char *name,
                        struct reader *body)
{
    char full[256];
    uint32_t version;

    return snapshot_find(in, block_name(op, name, full), &version, body);
}
