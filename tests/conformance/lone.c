#include "tests/conformance/lone.h"

#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"
#include "time/valve.h"

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

static bool caught_status(struct operator* op, bool active)
{
    struct lone_catcher *c = (struct lone_catcher *)op;

    if (c->tag == TAG_MAIN)
        put_status(c->lone->out, active);
    return true;
}

static const struct operator_class catcher_class = {.name = "catcher",
                                                    .bytes = sizeof(struct lone_catcher),
                                                    .on_row = caught_row,
                                                    .on_watermark = caught_watermark,
                                                    .on_status = caught_status};

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
    combined_init(&l->clock, l->class->on_row_2 ? 2 : 1);
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

bool is_of_second(const struct json *step)
{
    const char *verb = json_text(json_at(step, 0));

    return verb[0] && verb[strlen(verb) - 1] == '2';
}

/* `verb` is `word`, with 1 or 2 behind it if it says which input. */
static bool is_verb(const char *verb, const char *word, bool of_an_input)
{
    size_t n = strlen(word);

    if (strncmp(verb, word, n) != 0)
        return false;
    return of_an_input ? strcmp(verb + n, "1") == 0 || strcmp(verb + n, "2") == 0 : verb[n] == 0;
}

/* What has become of the clock of all inputs reaches the operator. */
static void tell(struct lone *l, unsigned out)
{
    if (out & VALVE_WATERMARK)
        operator_watermark(l->op, l->clock.now_ms);
    while (l->op->owes)
        operator_resume(l->op);
    if (out & (VALVE_IDLE | VALVE_ACTIVE))
        operator_status(l->op, out & VALVE_ACTIVE);
}

/* A watermark or a status, of the input if there are two; false: neither. */
static bool take_time(struct lone *l, const struct json *step)
{
    const char *verb = json_text(json_at(step, 0));
    uint32_t input = is_of_second(step);
    bool two = l->class->on_row_2 != NULL;

    if (is_verb(verb, "w", two))
        tell(l, combined_on_watermark(&l->clock, input, json_int(json_at(step, 1))));
    else if (two && (is_verb(verb, "idle", two) || is_verb(verb, "active", two)))
        tell(l, combined_on_status(&l->clock, input, verb[0] == 'a'));
    else
        return false;
    return true;
}

static bool is_element(const struct lone *l, const char *verb)
{
    return is_verb(verb, "e", l->class->on_row_2 || l->sided);
}

bool lone_step(struct lone *l, const struct json *step, struct json_writer *out)
{
    const char *verb = json_text(json_at(step, 0));
    uint64_t dropped = l->counters.of[COUNTER_LATE_DROPPED];

    l->out = out;
    if (strcmp(verb, "snap") == 0)
        return snap(l);
    if (is_element(l, verb))
        l->element(l, step);
    else if (strcmp(verb, "p") == 0)
        wall_clock(l, json_int(json_at(step, 1)));
    else if (!take_time(l, step))
        return false;
    while (l->op->owes)
        operator_resume(l->op);
    dropped = l->counters.of[COUNTER_LATE_DROPPED] - dropped;
    if (dropped)
        put_dropped(l, dropped);
    return l->task.failure.err == ERR_NONE;
}

struct weir_row row_of_value(const struct weir_schema *type, int key, int64_t event_ms,
                             const void *value, struct bytes *image)
{
    uint32_t bytes = row_image_bytes(type, value);
    uint64_t *p = (uint64_t *)(void *)bytes_grow(image, bytes);
    struct weir_row row = {p, event_ms, 0, bytes, 0, WEIR_INSERT};

    row_write(type, value, p);
    row.key_group = (uint16_t)key_group_of_key(type->column[key].type, row_key(type, p, key),
                                               KEY_GROUPS);
    return row;
}

void lone_row(struct lone *l, int64_t event_ms, const void *value)
{
    struct bytes image = {0};
    struct weir_row row = row_of_value(l->node.in, l->node.key_column, event_ms, value, &image);

    operator_row(l->op, &row);
    bytes_done(&image);
}

void lone_row_2(struct lone *l, int64_t event_ms, const void *value)
{
    struct bytes image = {0};
    struct weir_row row = row_of_value(l->node.in_2, l->node.key_column_2, event_ms, value, &image);

    l->class->on_row_2(l->op, &row);
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
