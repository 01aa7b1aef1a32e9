/* Joins of two streams: each case builds a program through the public API and drives the operator
 * that came of it. */
#include <stdlib.h>
#include <string.h>

#include "api/job.h"
#include "base/mem.h"
#include "operators/joins.h"
#include "operators/registry.h"
#include "tests/conformance/lone.h"

#define ITEM_(C) C(STRING, key) C(BIGINT, value)
WEIR_ROW(item, ITEM_)
enum { VALUES_MAX = 4096 };

struct join_case {
    struct lone lone;
    struct weir_job *job; /* the program */
    struct tag_side {     /* of a window: what makes its rows of those of a side */
        struct operator* tag;
        struct target target;
        struct output output;
    } side[2];
};

/* ---- the functions of the vectors ---- */

static struct join_case *case_of(const struct weir_ctx *c)
{
    return *(struct join_case *const *)weir_with(c);
}

static struct json_writer *put_head(struct weir_ctx *c)
{
    struct json_writer *out = case_of(c)->lone.out;

    put_list(out, "r");
    json_put_int(out, NULL, weir_event_ms(c));
    put_text(out, weir_key_text(c));
    return out;
}

static void on_pair(struct weir_ctx *c, const struct weir_row *first, const struct weir_row *second)
{
    struct json_writer *out = put_head(c);

    json_put_int(out, NULL, item_of(first).value);
    json_put_int(out, NULL, item_of(second).value);
    json_put_int(out, NULL, first->event_ms);
    json_put_int(out, NULL, second->event_ms);
    json_end(out);
}

static void on_pair_in_window(struct weir_ctx *c, const struct weir_row *first,
                              const struct weir_row *second)
{
    struct json_writer *out = put_head(c);
    int64_t start_ms, end_ms;

    weir_pair_window(c, &start_ms, &end_ms);
    json_put_int(out, NULL, start_ms);
    json_put_int(out, NULL, end_ms);
    json_put_int(out, NULL, item_of(first).value);
    json_put_int(out, NULL, item_of(second).value);
    json_end(out);
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void put_sorted(struct json_writer *out, struct weir_rows *rows)
{
    int64_t values[VALUES_MAX];
    struct weir_row row;
    size_t n = 0;

    while (weir_rows_next(rows, &row) && n < VALUES_MAX)
        values[n++] = item_of(&row).value;
    qsort(values, n, sizeof values[0], ascending);
    json_array(out, NULL);
    for (size_t i = 0; i < n; i++)
        json_put_int(out, NULL, values[i]);
    json_end(out);
}

static void on_group(struct weir_ctx *c, struct weir_rows *first, struct weir_rows *second,
                     int64_t start_ms, int64_t end_ms)
{
    struct json_writer *out = put_head(c);

    json_put_int(out, NULL, start_ms);
    json_put_int(out, NULL, end_ms);
    put_sorted(out, first);
    put_sorted(out, second);
    json_end(out);
}

static void caught_late(struct lone *l, uint32_t tag, const struct weir_row *row)
{
    struct item e = item_of(row);

    if (tag != TAG_LATE && tag != TAG_LATE_2)
        return;
    put_list(l->out, tag == TAG_LATE ? "late1" : "late2");
    json_put_int(l->out, NULL, row->event_ms);
    put_text(l->out, e.key);
    json_put_int(l->out, NULL, e.value);
    json_end(l->out);
}

/* ---- programs ---- */

static struct weir_stream *side(struct weir_job *job)
{
    return weir_key_by(weir_csv(job, "vectors", &item_schema), "key");
}

static struct weir_stream *interval(struct join_case *j, const struct json *op)
{
    static const char *const words[] = {"lower_inclusive", "upper_inclusive", "late_output"};
    const struct weir_join fn = {on_pair, &j, sizeof j};
    struct weir_stream *late[2];
    bool says[3];

    for (int i = 0; i < 3; i++)
        says[i] = json_bool(json_get(op, words[i]));
    return weir_interval_joined(side(j->job), side(j->job),
                                (struct weir_interval){.lower_ms = json_get_int(op, "lower"),
                                                       .upper_ms = json_get_int(op, "upper"),
                                                       .lower_exclusive = !says[0],
                                                       .upper_exclusive = !says[1],
                                                       .late_1 = says[2] ? &late[0] : NULL,
                                                       .late_2 = says[2] ? &late[1] : NULL},
                                &fn, &item_schema);
}

static struct weir_stream *window(struct join_case *j, struct weir_window w, bool groups)
{
    const struct weir_join join = {on_pair_in_window, &j, sizeof j};
    const struct weir_co_group group = {on_group, &j, sizeof j};

    if (groups)
        return weir_co_grouped(side(j->job), side(j->job), w, &group, &item_schema);
    return weir_window_joined(side(j->job), side(j->job), w, &join, &item_schema);
}

static void element(struct lone *l, const struct json *step)
{
    struct item v = {.key = text_of(json_at(step, 2)), .value = json_int(json_at(step, 3))};

    if (is_of_second(step))
        lone_row_2(l, json_int(json_at(step, 1)), &v);
    else
        lone_row(l, json_int(json_at(step, 1)), &v);
}

/* Through the side's tag into the window operator. */
static void tagged_element(struct lone *l, const struct json *step)
{
    struct tag_side *s = &((struct join_case *)l)->side[is_of_second(step)];
    struct item v = {.key = text_of(json_at(step, 2)), .value = json_int(json_at(step, 3))};
    struct bytes image = {0};
    struct weir_row row = row_of_value(&item_schema, 0, json_int(json_at(step, 1)), &v, &image);

    s->target.op = l->op;
    tag_class.on_row(s->tag, &row);
    bytes_done(&image);
}

/* ---- life ---- */

static const struct node *node_of(const struct join_case *j, const struct weir_stream *s)
{
    return &j->job->dataflow->node[s->part[0].node];
}

static void join_end(void *self)
{
    struct join_case *j = self;

    if (j->lone.op)
        lone_end(&j->lone);
    for (int i = 0; i < 2; i++)
        if (j->side[i].tag) {
            tag_class.close(j->side[i].tag);
            mem_free(j->side[i].tag);
        }
    job_free(j->job);
    mem_free(j);
}

static struct join_case *new_case(void)
{
    struct join_case *j = mem_alloc(sizeof *j);

    j->job = weir_job(0, NULL, "vectors");
    return j;
}

/* Drive what was built, if it could be. */
static void *begin(struct join_case *j, const struct weir_stream *s, struct refusal *why)
{
    const struct node *n = node_of(j, s);

    if (j->job->mistake.err) {
        refuse(why, CASE_FAIL, "%.150s", j->job->mistake.text);
        join_end(j);
        return NULL;
    }
    lone_begin(&j->lone, operators_find(n->class_name), *n);
    return j;
}

static void *interval_begin(const struct json *op, struct refusal *why)
{
    struct join_case *j;

    if (!only_fields(op, "kind lower upper lower_inclusive upper_inclusive late_output", why))
        return NULL;
    j = new_case();
    j->lone.element = element;
    j->lone.caught = caught_late;
    return begin(j, interval(j, op), why);
}

static void make_tags(struct join_case *j)
{
    const struct dataflow *d = j->job->dataflow;

    for (uint32_t i = 0, tags = 0; i < d->nodes; i++) {
        struct tag_side *s = &j->side[tags];

        if (strcmp(d->node[i].class_name, tag_class.name) != 0)
            continue;
        s->tag = mem_alloc(tag_class.bytes);
        s->tag->node = &d->node[i];
        s->tag->output[TAG_MAIN] = (struct output){1, &s->target};
        tags++;
    }
}

static void *window_begin(const struct json *op, struct refusal *why)
{
    bool groups = strcmp(json_get_text(op, "kind"), "window_cogroup") == 0;
    struct weir_window w = {.allowed_lateness_ms = json_get_int(op, "lateness")};
    struct join_case *j;

    if (!only_fields(op, "kind assigner lateness", why) ||
        !read_assigner(json_get(op, "assigner"), &w, why))
        return NULL;
    j = new_case();
    j->lone.element = tagged_element;
    j->lone.sided = true;
    if (begin(j, window(j, w, groups), why) == NULL)
        return NULL;
    make_tags(j);
    return j;
}

static bool join_step(void *self, const struct json *step, struct json_writer *out)
{
    return lone_step(self, step, out);
}

/* ---- the topic: each kind has its own adapter ---- */

static const struct topic interval_topic = {
    .name = "interval_join", .begin = interval_begin, .step = join_step, .end = join_end};
static const struct topic join_window_topic = {
    .name = "window_join", .begin = window_begin, .step = join_step, .end = join_end};
static const struct topic group_window_topic = {
    .name = "window_cogroup", .begin = window_begin, .step = join_step, .end = join_end};

struct kind_case {
    const struct topic *kind;
    void *self;
};

static void *topic_begin(const struct json *op, struct refusal *why)
{
    static const struct topic *const kinds[] = {&interval_topic, &join_window_topic,
                                                &group_window_topic, &co_process_topic};
    const char *name = json_get_text(op, "kind");
    struct kind_case c = {0};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            c.kind = kinds[i];
    if (c.kind == NULL) {
        refuse(why, CASE_FAIL, "unknown kind '%s'", name);
        return NULL;
    }
    c.self = c.kind->begin(op, why);
    return c.self ? mem_copy(&c, sizeof c) : NULL;
}

static bool topic_step(void *self, const struct json *step, struct json_writer *out)
{
    struct kind_case *c = self;

    return c->kind->step(c->self, step, out);
}

static void topic_end(void *self)
{
    struct kind_case *c = self;

    c->kind->end(c->self);
    mem_free(c);
}

const struct topic join_topic = {
    .name = "join", .sorted = true, .begin = topic_begin, .step = topic_step, .end = topic_end};
