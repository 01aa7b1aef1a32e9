#include "tests/conformance/lone.h"

#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"

enum { KEY_GROUPS = 128 };

/* ---- catching ---- */

static void caught_row(struct operator* op, const struct weir_row *row)
{
    struct lone_catcher *c = (struct lone_catcher *)op;

    if (c->lone->caught)
        c->lone->caught(c->lone, c->tag, row);
}

static enum progress caught_watermark(struct operator* op, int64_t ms, bool *pass)
{
    struct lone_catcher *c = (struct lone_catcher *)op;

    (void)pass;
    if (c->tag == TAG_MAIN)
        put_watermark(c->lone->out, ms);
    return PROGRESS_DONE;
}

static const struct operator_class catcher_class = {.name = "catcher",
                                                    .bytes = sizeof(struct lone_catcher),
                                                    .on_row = caught_row,
                                                    .on_watermark = caught_watermark};

/* ---- life ---- */

static void build_operator(struct lone *l)
{
    struct diag why = {0};

    l->op = mem_alloc(l->class->bytes);
    l->op->class = l->class;
    l->op->task = &l->task;
    l->op->node = &l->node;
    l->op->watermark_ms = INT64_MIN;
    l->op->deadline_us = INT64_MAX;
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++)
        l->op->output[tag] = (struct output){1, &l->target[tag]};
    l->class->open(l->op, &why);
}

static void drop_operator(struct lone *l)
{
    l->class->close(l->op);
    bytes_done(&l->op->held);
    mem_free(l->op);
}

void lone_begin(struct lone *l, const struct operator_class *class, struct node node)
{
    l->class = class;
    l->node = node;
    l->node.name = l->node.uid = class->name;
    l->node.key_column = 0;
    l->task.counters = &l->counters;
    for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++) {
        l->catcher[tag] = (struct lone_catcher){
            .op = {.class = &catcher_class, .task = &l->task}, .lone = l, .tag = tag};
        l->target[tag] = (struct target){.op = &l->catcher[tag].op};
    }
    build_operator(l);
}

void lone_end(struct lone *l)
{
    drop_operator(l);
}

/* ---- steps ---- */

/* Take a snapshot, throw the operator away, restore into a new one. */
static bool snap(struct lone *l)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    bool ok;

    snapshot_start(&out);
    l->class->snapshot(l->op, 1, &out);
    snapshot_finish(&out);
    drop_operator(l);
    build_operator(l);
    ok = snapshot_open(&in, bytes_span(&out.bytes), "vector", &why) == ERR_NONE &&
         l->class->restore(l->op, &in, &why) == ERR_NONE;
    snapshot_out_done(&out);
    return ok;
}

/* Timers of the wall clock fire in a `p` step only, and see its time. */
static void wall_clock(struct lone *l, int64_t now_ms)
{
    l->task.now_us = now_ms * 1000;
    while (l->op->deadline_us <= l->task.now_us)
        l->class->on_time(l->op, l->task.now_us);
}

static void put_dropped(struct lone *l, uint64_t dropped)
{
    put_list(l->out, "count");
    json_put_text(l->out, NULL, counter_name(COUNTER_LATE_DROPPED));
    json_put_int(l->out, NULL, (int64_t)dropped);
    json_end(l->out);
}

bool lone_step(struct lone *l, const struct json *step, struct json_writer *out)
{
    const char *verb = json_text(json_at(step, 0));
    uint64_t dropped = l->counters.of[COUNTER_LATE_DROPPED];

    l->out = out;
    if (strcmp(verb, "snap") == 0)
        return snap(l);
    if (strcmp(verb, "e") == 0)
        l->element(l, step);
    else if (strcmp(verb, "w") == 0)
        operator_watermark(l->op, json_int(json_at(step, 1)));
    else if (strcmp(verb, "p") == 0)
        wall_clock(l, json_int(json_at(step, 1)));
    else
        return false;
    while (l->op->owes)
        operator_resume(l->op);
    dropped = l->counters.of[COUNTER_LATE_DROPPED] - dropped;
    if (dropped)
        put_dropped(l, dropped);
    return l->task.failure.err == ERR_NONE;
}

void lone_row(struct lone *l, int64_t event_ms, const void *value)
{
    struct bytes image = {0};
    uint32_t bytes = row_image_bytes(l->node.in, value);
    uint64_t *p = (uint64_t *)(void *)bytes_grow(&image, bytes);
    struct weir_row row = {p, event_ms, 0, bytes, 0, WEIR_INSERT};

    row_write(l->node.in, value, p);
    row.key_group = (uint16_t)key_group_of_key(l->node.in->column[0].type,
                                               row_key(l->node.in, p, 0), KEY_GROUPS);
    operator_row(l->op, &row);
    bytes_done(&image);
}

struct weir_text text_of(const struct json *j)
{
    return (struct weir_text){json_text(j), (uint32_t)json_text_bytes(j)};
}

void put_text(struct json_writer *out, struct weir_text text)
{
    json_put_span(out, NULL, (struct span){(const uint8_t *)text.p, text.bytes});
}
