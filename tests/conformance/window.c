/* The real window operator, alone: rows and watermarks go in as the task would give them, and what
 * it sends on is caught by an operator behind it. */
#include "operators/window.h"

#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"
#include "operators/registry.h"
#include "runtime/operator.h"
#include "tests/conformance/topic.h"

#define ELEMENT_ROW_(C) C(STRING, key) C(BIGINT, value)
#define STATS_(C) C(BIGINT, count) C(BIGINT, sum) C(BIGINT, min) C(BIGINT, max)
WEIR_ROW(item, ELEMENT_ROW_)
WEIR_ROW(stats, STATS_)

struct catcher { /* the operator behind */
    struct operator op;
    struct json_writer *out;
    bool late;
};

struct window_case {
    struct task_context task;
    struct counters counters;
    struct node node;
    struct window_config config;
    struct operator* window;
    struct catcher main, late;
    struct target target[2];
    struct json_writer *out; /* of this step; the functions write through the catcher */
};

/* ---- the functions of the vectors ---- */

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct stats *s = acc;
    int64_t v = item_of(row).value;

    (void)c;
    s->min = s->count == 0 || v < s->min ? v : s->min;
    s->max = s->count == 0 || v > s->max ? v : s->max;
    s->sum = (int64_t)((uint64_t)s->sum + (uint64_t)v);
    s->count++;
}

static struct json_writer *writer_of(const struct weir_ctx *c)
{
    return *(struct json_writer *const *)weir_with(c);
}

static void put_head(struct weir_ctx *c, int64_t start_ms, int64_t end_ms)
{
    struct json_writer *out = writer_of(c);
    struct weir_text key = weir_key_text(c);

    put_list(out, "r");
    json_put_int(out, NULL, weir_event_ms(c));
    json_put_span(out, NULL, (struct span){(const uint8_t *)key.p, key.bytes});
    json_put_int(out, NULL, start_ms);
    json_put_int(out, NULL, end_ms);
}

static void aggregate_result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct stats *s = acc;
    struct json_writer *out = writer_of(c);

    put_head(c, start_ms, end_ms);
    json_put_int(out, NULL, s->count);
    json_put_int(out, NULL, s->sum);
    json_put_int(out, NULL, s->min);
    json_put_int(out, NULL, s->max);
    json_end(out);
}

static void list_result(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms,
                        int64_t end_ms)
{
    struct json_writer *out = writer_of(c);
    struct weir_row row;

    put_head(c, start_ms, end_ms);
    json_array(out, NULL);
    while (weir_rows_next(rows, &row))
        json_put_int(out, NULL, item_of(&row).value);
    json_end(out);
    json_end(out);
}

/* ---- catching ---- */

static void caught_row(struct operator* op, const struct weir_row *row)
{
    struct catcher *c = (struct catcher *)op;
    struct item e = item_of(row);

    if (!c->late)
        return;
    put_list(c->out, "late");
    json_put_int(c->out, NULL, row->event_ms);
    json_put_span(c->out, NULL, (struct span){(const uint8_t *)e.key.p, e.key.bytes});
    json_put_int(c->out, NULL, e.value);
    json_end(c->out);
}

static enum progress caught_watermark(struct operator* op, int64_t ms, bool *pass)
{
    struct catcher *c = (struct catcher *)op;

    (void)pass;
    if (!c->late)
        put_watermark(c->out, ms);
    return PROGRESS_DONE;
}

static const struct operator_class catcher_class = {.name = "catcher",
                                                    .bytes = sizeof(struct catcher),
                                                    .on_row = caught_row,
                                                    .on_watermark = caught_watermark};

/* ---- which cases ---- */

static bool is_among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static bool wanted(const struct json *op, struct refusal *why)
{
    static const char *const assigners[] = {"tumbling",        "sliding", "session",
                                            "dynamic_session", "global",  NULL};
    static const char *const triggers[] = {"event_time",
                                           "processing_time",
                                           "count",
                                           "continuous_event_time",
                                           "continuous_processing_time",
                                           "delta",
                                           "end_of_stream",
                                           "never",
                                           "processing_timeout",
                                           "purging",
                                           NULL};
    static const char *const functions[] = {"aggregate", "list", "sorted_list", NULL};
    const struct json *a = json_get(op, "assigner");
    const char *assigner = json_get_text(a, "type"), *time = json_get_text(a, "time");
    const char *trigger = json_get_text(json_get(op, "trigger"), "type");
    const char *function = json_get_text(op, "function");

    if (!only_fields(op, "kind assigner trigger evictor lateness late_output function", why))
        return false;
    if (!is_among(assigner, assigners) || !is_among(trigger, triggers) ||
        !is_among(function, functions))
        return refuse(why, CASE_FAIL, "unknown assigner '%s', trigger '%s' or function '%s'",
                      assigner, trigger, function);
    if (strcmp(assigner, "tumbling") != 0)
        return refuse(why, CASE_SKIP, "assigner %s is not built yet", assigner);
    if (strcmp(time, "event") != 0)
        return refuse(why, CASE_SKIP, "%s time is not built yet", time);
    if (strcmp(trigger, "event_time") != 0)
        return refuse(why, CASE_SKIP, "trigger %s is not built yet", trigger);
    if (json_kind(json_get(op, "evictor")) != JSON_NULL)
        return refuse(why, CASE_SKIP, "evictors are not built yet");
    return only_fields(a, "type time size offset", why);
}

/* ---- life ---- */

static void build_operator(struct window_case *w)
{
    struct diag why = {0};

    w->window = mem_alloc(window_class.bytes);
    w->window->class = &window_class;
    w->window->task = &w->task;
    w->window->node = &w->node;
    w->window->watermark_ms = INT64_MIN;
    w->window->output[TAG_MAIN] = (struct output){1, &w->target[0]};
    w->window->output[TAG_LATE] = (struct output){1, &w->target[1]};
    window_class.open(w->window, &why);
}

static void drop_operator(struct window_case *w)
{
    window_class.close(w->window);
    bytes_done(&w->window->held);
    mem_free(w->window);
}

static void configure(struct window_case *w, const struct json *op)
{
    const struct json *a = json_get(op, "assigner");

    w->config.tumbling = (struct tumbling){json_get_int(a, "size"), json_get_int(a, "offset")};
    w->config.lateness_ms = json_get_int(op, "lateness");
    w->config.late_output = json_bool(json_get(op, "late_output"));
    w->config.is_list = strcmp(json_get_text(op, "function"), "aggregate") != 0;
    w->config.aggregate = (struct weir_aggregate){&stats_schema, add, aggregate_result, NULL, 0};
    w->config.list = (struct weir_window_list){list_result, NULL, 0};
}

static void *window_begin(const struct json *op, struct refusal *why)
{
    struct window_case *w;

    if (!wanted(op, why))
        return NULL;
    w = mem_alloc(sizeof *w);
    configure(w, op);
    w->task.counters = &w->counters;
    w->node = (struct node){.name = "window",
                            .uid = "w",
                            .config = &w->config,
                            .in = &item_schema,
                            .key_column = 0,
                            .with = &w->out,
                            .with_bytes = sizeof w->out};
    w->main = (struct catcher){.op = {.class = &catcher_class, .task = &w->task}};
    w->late = (struct catcher){.op = {.class = &catcher_class, .task = &w->task}, .late = true};
    w->target[0] = (struct target){.op = &w->main.op};
    w->target[1] = (struct target){.op = &w->late.op};
    build_operator(w);
    return w;
}

static void element(struct window_case *w, const struct json *step)
{
    const char *key = json_text(json_at(step, 2));
    struct item v = {.key = {key, (uint32_t)strlen(key)}, .value = json_int(json_at(step, 3))};
    uint64_t image[64];
    uint32_t bytes = row_write(&item_schema, &v, image);
    uint32_t group = key_group_of_key(WEIR_STRING, span_text(key), 128);
    struct weir_row row = {image, json_int(json_at(step, 1)), 0, bytes, (uint16_t)group, 0};

    operator_row(w->window, &row);
}

/* Take a snapshot, throw the operator away, restore into a new one. */
static bool snap(struct window_case *w)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    bool ok;

    snapshot_start(&out);
    window_class.snapshot(w->window, 1, &out);
    snapshot_finish(&out);
    drop_operator(w);
    build_operator(w);
    ok = snapshot_open(&in, bytes_span(&out.bytes), "vector", &why) == ERR_NONE &&
         window_class.restore(w->window, &in, &why) == ERR_NONE;
    snapshot_out_done(&out);
    return ok;
}

static bool window_step(void *self, const struct json *step, struct json_writer *out)
{
    struct window_case *w = self;
    const char *verb = json_text(json_at(step, 0));
    uint64_t dropped = w->counters.of[COUNTER_LATE_DROPPED];

    w->out = w->main.out = w->late.out = out;
    if (strcmp(verb, "e") == 0)
        element(w, step);
    else if (strcmp(verb, "w") == 0)
        operator_watermark(w->window, json_int(json_at(step, 1)));
    else if (strcmp(verb, "snap") == 0)
        return snap(w);
    else if (strcmp(verb, "p") != 0) /* the wall clock plays no role here */
        return false;
    while (w->window->owes)
        operator_resume(w->window);
    dropped = w->counters.of[COUNTER_LATE_DROPPED] - dropped;
    if (dropped) {
        put_list(out, "count");
        json_put_text(out, NULL, "numLateRecordsDropped");
        json_put_int(out, NULL, (int64_t)dropped);
        json_end(out);
    }
    return true;
}

static void window_end(void *self)
{
    drop_operator(self);
    mem_free(self);
}

const struct topic window_topic = {.name = "window",
                                   .sorted = true,
                                   .begin = window_begin,
                                   .step = window_step,
                                   .end = window_end};
