/* The window operators: what a case asks for, its functions, and the rows of the vectors. */
#include "operators/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "operators/registry.h"
#include "tests/conformance/lone.h"
#include "tests/conformance/own_trigger.h"

#define ELEMENT_ROW_(C) C(STRING, key) C(BIGINT, value)
#define STATS_(C) C(BIGINT, count) C(BIGINT, sum) C(BIGINT, min) C(BIGINT, max)
WEIR_ROW(item, ELEMENT_ROW_)
WEIR_ROW(stats, STATS_)

enum { INNERS_MAX = 8, VALUES_MAX = 4096 };
struct window_case {
    struct lone lone;
    struct window_config config;
    struct weir_trigger inner[INNERS_MAX];
    struct weir_own_trigger own; /* of the innermost */
    int inners;
    bool sorts; /* values of a list, ascending */
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

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    struct stats *s = acc;
    const struct stats *o = other;

    (void)c;
    s->min = o->min < s->min ? o->min : s->min;
    s->max = o->max > s->max ? o->max : s->max;
    s->sum = (int64_t)((uint64_t)s->sum + (uint64_t)o->sum);
    s->count += o->count;
}

static const struct window_case *case_of(const struct weir_ctx *c)
{
    return weir_with(c);
}

/* The global window has neither start nor end. */
static void put_bound(struct json_writer *out, int64_t ms)
{
    if (ms == WEIR_NO_TIME)
        json_put_null(out, NULL);
    else
        json_put_int(out, NULL, ms);
}

static void put_head(struct weir_ctx *c, int64_t start_ms, int64_t end_ms)
{
    struct json_writer *out = case_of(c)->lone.out;

    put_list(out, "r");
    json_put_int(out, NULL, weir_event_ms(c));
    put_text(out, weir_key_text(c));
    put_bound(out, start_ms);
    put_bound(out, end_ms);
}

static void aggregate_result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct stats *s = acc;
    struct json_writer *out = case_of(c)->lone.out;

    put_head(c, start_ms, end_ms);
    json_put_int(out, NULL, s->count);
    json_put_int(out, NULL, s->sum);
    json_put_int(out, NULL, s->min);
    json_put_int(out, NULL, s->max);
    json_end(out);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void list_result(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms,
                        int64_t end_ms)
{
    struct json_writer *out = case_of(c)->lone.out;
    struct weir_row row;
    int64_t values[VALUES_MAX];
    uint32_t n = 0;

    while (weir_rows_next(rows, &row) && n < VALUES_MAX)
        values[n++] = item_of(&row).value;
    if (case_of(c)->sorts)
        qsort(values, n, sizeof values[0], ascending);
    put_head(c, start_ms, end_ms);
    json_array(out, NULL);
    for (uint32_t i = 0; i < n; i++)
        json_put_int(out, NULL, values[i]);
    json_end(out);
    json_end(out);
}

/* ---- what a case asks for ---- */

struct word {
    const char *word, *fields;
    int kind;
};

/* The entry of `j`'s type, if its fields are known too. */
static const struct word *word_of(const struct json *j, const struct word *words, const char *what,
                                  struct refusal *why)
{
    const char *type = json_get_text(j, "type");

    for (; words->word; words++)
        if (strcmp(words->word, type) == 0)
            return only_fields(j, words->fields, why) ? words : NULL;
    refuse(why, CASE_FAIL, "unknown %s '%s'", what, type);
    return NULL;
}

static double delta_of(const struct weir_row *from, const struct weir_row *to)
{
    return (double)(item_of(to).value - item_of(from).value);
}

static bool read_trigger(struct window_case *w, const struct json *j, struct weir_trigger *t,
                         struct refusal *why)
{
    static const struct word words[] = {
        {"event_time", "type", WEIR_TRIGGER_EVENT_TIME},
        {"processing_time", "type", WEIR_TRIGGER_PROCESSING_TIME},
        {"count", "type n", WEIR_TRIGGER_COUNT},
        {"continuous_event_time", "type interval", WEIR_TRIGGER_CONTINUOUS_EVENT_TIME},
        {"continuous_processing_time", "type interval", WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME},
        {"delta", "type threshold", WEIR_TRIGGER_DELTA},
        {"end_of_stream", "type", WEIR_TRIGGER_END_OF_STREAM},
        {"never", "type", WEIR_TRIGGER_NEVER},
        {"purging", "type inner", WEIR_TRIGGER_PURGING},
        {"processing_timeout", "type inner timeout reset_on_element clear_on_timeout",
         WEIR_TRIGGER_PROCESSING_TIMEOUT},
        {NULL, NULL, 0}};
    const struct word *word = word_of(j, words, "trigger", why);
    struct weir_trigger *inner;

    if (word == NULL)
        return false;
    *t = (struct weir_trigger){.kind = (enum weir_trigger_kind)word->kind,
                               .count = json_get_int(j, "n"),
                               .interval_ms = json_get_int(j, "interval"),
                               .timeout_ms = json_get_int(j, "timeout"),
                               .delta = delta_of,
                               .threshold = (double)json_get_int(j, "threshold"),
                               .reset_on_element = json_bool(json_get(j, "reset_on_element")),
                               .clear_on_timeout = json_bool(json_get(j, "clear_on_timeout"))};
    own_trigger_instead(t, &w->own);
    if (json_get(j, "inner") == NULL)
        return true;
    if (w->inners == INNERS_MAX)
        return refuse(why, CASE_FAIL, "more than %d triggers inside each other", INNERS_MAX);
    t->inner = inner = &w->inner[w->inners++];
    return read_trigger(w, json_get(j, "inner"), inner, why);
}

static bool read_evictor(const struct json *j, struct weir_evictor *e, struct refusal *why)
{
    static const struct word words[] = {{"count", "type n when", WEIR_EVICT_COUNT},
                                        {"time", "type size when", WEIR_EVICT_TIME},
                                        {"delta", "type threshold when", WEIR_EVICT_DELTA},
                                        {NULL, NULL, 0}};
    const struct word *word;

    if (json_kind(j) == JSON_NULL)
        return true;
    word = word_of(j, words, "evictor", why);
    if (word)
        *e = (struct weir_evictor){.kind = (enum weir_evictor_kind)word->kind,
                                   .after = strcmp(json_get_text(j, "when"), "after") == 0,
                                   .count = json_get_int(j, "n"),
                                   .size_ms = json_get_int(j, "size"),
                                   .delta = delta_of,
                                   .threshold = (double)json_get_int(j, "threshold")};
    return word != NULL;
}

/* A row's own gap: the numbers travel in the case, there is one at a time. */
static int64_t gap_base, gap_per_value;
static int64_t dynamic_gap(const struct weir_row *row)
{
    return gap_base + gap_per_value * item_of(row).value;
}

bool read_assigner(const struct json *a, struct weir_window *w, struct refusal *why)
{
    enum { TUMBLING, SLIDING, SESSION, DYNAMIC_SESSION, GLOBAL };
    static const struct word words[] = {
        {"tumbling", "type time size offset", TUMBLING},
        {"sliding", "type time size slide offset", SLIDING},
        {"session", "type time gap", SESSION},
        {"dynamic_session", "type time gap_base gap_per_value", DYNAMIC_SESSION},
        {"global", "type time", GLOBAL},
        {NULL, NULL, 0}};
    const struct word *word = word_of(a, words, "assigner", why);

    if (word == NULL)
        return false;
    w->size_ms = json_get_int(a, "size");
    w->offset_ms = json_get_int(a, "offset");
    w->slide_ms = json_get_int(a, "slide");
    w->gap_ms = json_get_int(a, "gap");
    w->is_global = word->kind == GLOBAL;
    w->processing_time = strcmp(json_get_text(a, "time"), "processing") == 0;
    gap_base = json_get_int(a, "gap_base");
    gap_per_value = json_get_int(a, "gap_per_value");
    w->gap_of = word->kind == DYNAMIC_SESSION ? dynamic_gap : NULL;
    return true;
}

static bool read_function(struct window_case *w, const char *function, struct refusal *why)
{
    static const char *const functions[] = {"aggregate", "list", "sorted_list"};

    for (int i = 0; i < 3; i++)
        if (strcmp(functions[i], function) == 0) {
            w->config.is_list = i > 0;
            w->sorts = i == 2;
            return true;
        }
    return refuse(why, CASE_FAIL, "unknown function '%s'", function);
}

static bool configure(struct window_case *w, const struct json *op, struct refusal *why)
{
    struct weir_window *window = &w->config.window;

    w->config.window.allowed_lateness_ms = json_get_int(op, "lateness");
    w->config.late_output = json_bool(json_get(op, "late_output"));
    w->config.aggregate = (struct weir_aggregate){
        .acc = &stats_schema, .add = add, .result = aggregate_result, .merge = merge};
    w->config.list = (struct weir_window_list){list_result, NULL, 0};
    if (!only_fields(op, "kind assigner trigger evictor lateness late_output function", why) ||
        !read_function(w, json_get_text(op, "function"), why) ||
        !read_assigner(json_get(op, "assigner"), window, why) ||
        !read_trigger(w, json_get(op, "trigger"), &window->trigger, why) ||
        !read_evictor(json_get(op, "evictor"), &window->evictor, why))
        return false;
    return true;
}

/* ---- life ---- */

static void caught(struct lone *l, uint32_t tag, const struct weir_row *row)
{
    struct item e = item_of(row);

    if (tag != TAG_LATE)
        return;
    put_list(l->out, "late");
    json_put_int(l->out, NULL, row->event_ms);
    put_text(l->out, e.key);
    json_put_int(l->out, NULL, e.value);
    json_end(l->out);
}

static void element(struct lone *l, const struct json *step)
{
    struct item v = {.key = text_of(json_at(step, 2)), .value = json_int(json_at(step, 3))};

    lone_row(l, json_int(json_at(step, 1)), &v);
}

static void *window_begin(const struct json *op, struct refusal *why)
{
    struct window_case *w = mem_alloc(sizeof *w);

    if (!configure(w, op, why)) {
        mem_free(w);
        return NULL;
    }
    w->lone.element = element;
    w->lone.caught = caught;
    lone_begin(&w->lone, window_class_of(&w->config),
               (struct node){
                   .config = &w->config, .in = &item_schema, .with = w, .with_bytes = sizeof *w});
    return w;
}

static bool window_step(void *self, const struct json *step, struct json_writer *out)
{
    return lone_step(&((struct window_case *)self)->lone, step, out);
}

static void window_end(void *self)
{
    lone_end(&((struct window_case *)self)->lone);
    mem_free(self);
}

const struct topic window_topic = {.name = "window",
                                   .sorted = true,
                                   .begin = window_begin,
                                   .step = window_step,
                                   .end = window_end};
