/* The rolling operator: its functions, and the rows of the vectors. */
#include "operators/rolling.h"

#include <string.h>

#include "base/mem.h"
#include "operators/registry.h"
#include "tests/conformance/lone.h"

#define ELEMENT_ROW_(C) C(STRING, key) C(BIGINT, a) C(BIGINT, b)
WEIR_ROW(item, ELEMENT_ROW_)
enum { COLUMN_A = 1 };

struct reduce_case {
    struct lone lone;
    struct rolling_config config;
};

/* `mix`, of the vectors: a = (2 * o.a + n.a) mod 1000, b = n.b. */
static void mix(struct weir_ctx *c, void *so_far, const struct weir_row *row)
{
    struct item *o = so_far, n = item_of(row);

    (void)c;
    o->a = (int64_t)(2 * (uint64_t)o->a + (uint64_t)n.a) % 1000;
    o->b = n.b;
}

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

static void caught(struct lone *l, uint32_t tag, const struct weir_row *row)
{
    struct item e = item_of(row);

    (void)tag;
    put_list(l->out, "r");
    json_put_int(l->out, NULL, row->event_ms);
    put_text(l->out, e.key);
    json_put_int(l->out, NULL, e.a);
    json_put_int(l->out, NULL, e.b);
    json_end(l->out);
}

static void element(struct lone *l, const struct json *step)
{
    struct item v = {.key = text_of(json_at(step, 2)),
                     .a = json_int(json_at(step, 3)),
                     .b = json_int(json_at(step, 4))};

    lone_row(l, json_int(json_at(step, 1)), &v);
}

static void *reduce_begin(const struct json *op, struct refusal *why)
{
    struct reduce_case *r = mem_alloc(sizeof *r);

    if (!configure(&r->config, op, why)) {
        mem_free(r);
        return NULL;
    }
    r->lone.element = element;
    r->lone.caught = caught;
    lone_begin(&r->lone, &rolling_class,
               (struct node){.config = &r->config, .in = &item_schema, .out = &item_schema});
    return r;
}

static bool reduce_step(void *self, const struct json *step, struct json_writer *out)
{
    return lone_step(&((struct reduce_case *)self)->lone, step, out);
}

static void reduce_end(void *self)
{
    lone_end(&((struct reduce_case *)self)->lone);
    mem_free(self);
}

const struct topic reduce_topic = {.name = "reduce",
                                   .sorted = true,
                                   .begin = reduce_begin,
                                   .step = reduce_step,
                                   .end = reduce_end};
