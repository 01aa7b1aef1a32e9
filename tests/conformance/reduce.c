/* The real rolling operator, alone: rows and watermarks go in as the task would give them, and what
 * it sends on is caught by an operator behind it. */
#include "operators/rolling.h"

#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"
#include "operators/registry.h"
#include "runtime/operator.h"
#include "tests/conformance/topic.h"

#define ELEMENT_ROW_(C) C(STRING, key) C(BIGINT, a) C(BIGINT, b)
WEIR_ROW(item, ELEMENT_ROW_)
enum { COLUMN_A = 1 };

struct catcher { /* the operator behind */
    struct operator op;
    struct json_writer *out;
};

struct reduce_case {
    struct task_context task;
    struct counters counters;
    struct node node;
    struct rolling_config config;
    struct operator* rolling;
    struct catcher main;
    struct target target;
};

/* `mix`, of the vectors: a = (2 * o.a + n.a) mod 1000, b = n.b. */
static void mix(struct weir_ctx *c, void *so_far, const struct weir_row *row)
{
    struct item *o = so_far, n = item_of(row);

    (void)c;
    o->a = (int64_t)(2 * (uint64_t)o->a + (uint64_t)n.a) % 1000;
    o->b = n.b;
}

/* ---- catching ---- */

static void caught_row(struct operator* op, const struct weir_row *row)
{
    struct json_writer *out = ((struct catcher *)op)->out;
    struct item e = item_of(row);

    put_list(out, "r");
    json_put_int(out, NULL, row->event_ms);
    json_put_span(out, NULL, (struct span){(const uint8_t *)e.key.p, e.key.bytes});
    json_put_int(out, NULL, e.a);
    json_put_int(out, NULL, e.b);
    json_end(out);
}

static enum progress caught_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)pass;
    put_watermark(((struct catcher *)op)->out, ms);
    return PROGRESS_DONE;
}

static const struct operator_class catcher_class = {.name = "catcher",
                                                    .bytes = sizeof(struct catcher),
                                                    .on_row = caught_row,
                                                    .on_watermark = caught_watermark};

/* ---- what a case asks for ---- */

static bool read_function(struct weir_rolling *fn, const char *function, struct refusal *why)
{
    static const struct {
        const char *word;
        struct weir_rolling fn;
    } words[] = {{"sum", {.kind = WEIR_SUM}},
                 {"min", {.kind = WEIR_MIN}},
                 {"max", {.kind = WEIR_MAX}},
                 {"min_by_first", {.kind = WEIR_MIN_BY}},
                 {"max_by_first", {.kind = WEIR_MAX_BY}},
                 {"min_by_last", {.kind = WEIR_MIN_BY, .last = true}},
                 {"max_by_last", {.kind = WEIR_MAX_BY, .last = true}},
                 {"mix", {.kind = WEIR_REDUCE, .reduce = mix}}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, function) == 0) {
            *fn = words[i].fn;
            return true;
        }
    return refuse(why, CASE_FAIL, "unknown function '%s'", function);
}

static bool configure(struct rolling_config *config, const struct json *op, struct refusal *why)
{
    const char *mode = json_get_text(op, "mode");
    struct weir_rolling fn;

    if (!only_fields(op, "kind mode function", why) ||
        !read_function(&fn, json_get_text(op, "function"), why))
        return false;
    fn.at_end = strcmp(mode, "batch") == 0;
    *config = rolling_config_of(&fn, COLUMN_A, &item_schema);
    if (fn.at_end || strcmp(mode, "streaming") == 0)
        return true;
    return refuse(why, CASE_FAIL, "unknown mode '%s'", mode);
}

/* ---- life ---- */

static void build_operator(struct reduce_case *r)
{
    struct diag why = {0};

    r->rolling = mem_alloc(rolling_class.bytes);
    r->rolling->class = &rolling_class;
    r->rolling->task = &r->task;
    r->rolling->node = &r->node;
    r->rolling->watermark_ms = INT64_MIN;
    r->rolling->output[TAG_MAIN] = (struct output){1, &r->target};
    rolling_class.open(r->rolling, &why);
}

static void drop_operator(struct reduce_case *r)
{
    rolling_class.close(r->rolling);
    bytes_done(&r->rolling->held);
    mem_free(r->rolling);
}

static void *reduce_begin(const struct json *op, struct refusal *why)
{
    struct reduce_case *r = mem_alloc(sizeof *r);

    if (!configure(&r->config, op, why)) {
        mem_free(r);
        return NULL;
    }
    r->task.counters = &r->counters;
    r->node = (struct node){.name = "rolling",
                            .uid = "r",
                            .config = &r->config,
                            .in = &item_schema,
                            .out = &item_schema,
                            .key_column = 0};
    r->main = (struct catcher){.op = {.class = &catcher_class, .task = &r->task}};
    r->target = (struct target){.op = &r->main.op};
    build_operator(r);
    return r;
}

static void element(struct reduce_case *r, const struct json *step)
{
    const char *key = json_text(json_at(step, 2));
    struct item v = {.key = {key, (uint32_t)strlen(key)},
                     .a = json_int(json_at(step, 3)),
                     .b = json_int(json_at(step, 4))};
    uint64_t image[64];
    uint32_t bytes = row_write(&item_schema, &v, image);
    uint32_t group = key_group_of_key(WEIR_STRING, span_text(key), 128);
    struct weir_row row = {image, json_int(json_at(step, 1)), 0, bytes, (uint16_t)group, 0};

    operator_row(r->rolling, &row);
}

/* Take a snapshot, throw the operator away, restore into a new one. */
static bool snap(struct reduce_case *r)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    bool ok;

    snapshot_start(&out);
    rolling_class.snapshot(r->rolling, 1, &out);
    snapshot_finish(&out);
    drop_operator(r);
    build_operator(r);
    ok = snapshot_open(&in, bytes_span(&out.bytes), "vector", &why) == ERR_NONE &&
         rolling_class.restore(r->rolling, &in, &why) == ERR_NONE;
    snapshot_out_done(&out);
    return ok;
}

static bool reduce_step(void *self, const struct json *step, struct json_writer *out)
{
    struct reduce_case *r = self;
    const char *verb = json_text(json_at(step, 0));

    r->main.out = out;
    if (strcmp(verb, "e") == 0)
        element(r, step);
    else if (strcmp(verb, "w") == 0)
        operator_watermark(r->rolling, json_int(json_at(step, 1)));
    else if (strcmp(verb, "snap") == 0)
        return snap(r);
    else
        return false;
    while (r->rolling->owes)
        operator_resume(r->rolling);
    return true;
}

static void reduce_end(void *self)
{
    drop_operator(self);
    mem_free(self);
}

const struct topic reduce_topic = {.name = "reduce",
                                   .sorted = true,
                                   .begin = reduce_begin,
                                   .step = reduce_step,
                                   .end = reduce_end};
