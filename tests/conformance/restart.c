#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "job/regions.h"
#include "job/restart_strategy.h"
#include "tests/conformance/topic.h"

enum { VERTICES_MAX = 26, EDGES_MAX = 256, TASKS_MAX = 4096, NAME_BYTES = 16 };

/* ---- backoff: a script ---- */

static bool read_attempts(const struct json *op, struct restart_spec *spec, struct refusal *why)
{
    const struct json *attempts = json_get(op, "attempts");

    spec->attempts = RESTART_FOR_EVER;
    return (json_kind(attempts) == JSON_STRING && strcmp(json_text(attempts), "infinite") == 0) ||
           number_between(op, "attempts", 0, INT32_MAX, &spec->attempts, why);
}

static bool read_time(const struct json *op, const char *name, int64_t *ms, struct refusal *why)
{
    *ms = json_get_int(op, name);
    return (json_kind(json_get(op, name)) == JSON_INT && *ms >= 0) ||
           refuse(why, CASE_FAIL, "malformed: '%s'", name);
}

static double number_of(const struct json *j)
{
    return json_kind(j) == JSON_INT ? (double)json_int(j) : json_double(j);
}

static bool read_strategy(const struct json *op, struct restart_spec *spec, struct refusal *why)
{
    static const char *const fields[] = {
        [RESTART_NONE] = "kind strategy startMs",
        [RESTART_FIXED_DELAY] = "kind strategy attempts delayMs startMs",
        [RESTART_FAILURE_RATE] = "kind strategy maxFailuresPerInterval intervalMs delayMs startMs",
        [RESTART_EXPONENTIAL_DELAY] = "kind strategy initialMs maxMs multiplier resetThresholdMs "
                                      "jitter attempts startMs",
    };

    if (spec->kind == RESTART_KINDS)
        return refuse(why, CASE_FAIL, "unknown strategy '%s'", json_get_text(op, "strategy"));
    if (!only_fields(op, fields[spec->kind], why))
        return false;
    spec->multiplier = number_of(json_get(op, "multiplier"));
    spec->jitter = number_of(json_get(op, "jitter"));
    switch (spec->kind) {
    case RESTART_FIXED_DELAY:
        return read_attempts(op, spec, why) && read_time(op, "delayMs", &spec->delay, why);
    case RESTART_FAILURE_RATE:
        return number_between(op, "maxFailuresPerInterval", 1, INT32_MAX, &spec->attempts, why) &&
               read_time(op, "intervalMs", &spec->interval, why) &&
               read_time(op, "delayMs", &spec->delay, why);
    case RESTART_EXPONENTIAL_DELAY:
        return read_attempts(op, spec, why) && read_time(op, "initialMs", &spec->initial, why) &&
               read_time(op, "maxMs", &spec->max, why) &&
               read_time(op, "resetThresholdMs", &spec->reset_after, why);
    case RESTART_NONE:
    case RESTART_KINDS:
        break;
    }
    return true;
}

static void *restart_begin(const struct json *op, struct refusal *why)
{
    struct restart_spec spec = {.kind = restart_kind_of(json_get_text(op, "strategy"))};

    if (strcmp(json_get_text(op, "kind"), "backoff") != 0) {
        refuse(why, CASE_FAIL, "unknown kind '%s'", json_get_text(op, "kind"));
        return NULL;
    }
    return read_strategy(op, &spec, why) ? restart_strategy_new(&spec) : NULL;
}

static bool restart_step(void *self, const struct json *step, struct json_writer *out)
{
    struct restart_answer a;

    if (strcmp(json_text(json_at(step, 0)), "fail") != 0)
        return false;
    a = restart_strategy_on_failure(self, json_int(json_at(step, 1)));
    json_object(out, NULL);
    json_put_bool(out, "newAttempt", a.is_new_attempt);
    json_put_bool(out, "canRestart", a.may_restart);
    if (a.may_restart)
        json_put_int(out, "backoffMs", a.backoff);
    json_end(out);
    return true;
}

static void restart_end(void *self)
{
    restart_strategy_free(self);
}

/* ---- regions: a question ---- */

struct question {
    struct region_plan plan;
    uint32_t first_task[VERTICES_MAX + 1];
    struct region_edge edge[EDGES_MAX];
    const struct json *vertices;
    struct partition *lost;
    uint32_t losts, failed;
};

static uint32_t vertex_of(const struct question *q, const char *name)
{
    uint32_t v = 0;

    while (v < q->plan.vertices &&
           strcmp(json_get_text(json_at(q->vertices, v), "name"), name) != 0)
        v++;
    return v;
}

static void task_name(const struct question *q, uint32_t task, char out[NAME_BYTES])
{
    uint32_t v = 0;

    while (q->first_task[v + 1] <= task)
        v++;
    snprintf(out, NAME_BYTES, "%.4s%u", json_get_text(json_at(q->vertices, v), "name"),
             task - q->first_task[v]);
}

static bool read_vertices(struct question *q, struct refusal *why)
{
    q->plan.vertices = (uint32_t)json_count(q->vertices);
    if (q->plan.vertices > VERTICES_MAX)
        return refuse(why, CASE_FAIL, "malformed: 'vertices'");
    for (uint32_t v = 0; v < q->plan.vertices; v++) {
        const struct json *j = json_at(q->vertices, v);
        uint32_t parallelism;

        if (!only_fields(j, "name parallelism", why) ||
            !number_between(j, "parallelism", 1, TASKS_MAX / VERTICES_MAX, &parallelism, why))
            return false;
        q->first_task[v + 1] = q->first_task[v] + parallelism;
    }
    return true;
}

static bool read_edges(struct question *q, const struct json *edges, struct refusal *why)
{
    if (json_count(edges) > EDGES_MAX)
        return refuse(why, CASE_FAIL, "malformed: 'edges'");
    for (; q->plan.edges < json_count(edges); q->plan.edges++) {
        const struct json *j = json_at(edges, q->plan.edges);
        struct region_edge *e = &q->edge[q->plan.edges];

        if (!only_fields(j, "from to pattern type", why))
            return false;
        *e = (struct region_edge){
            .from = vertex_of(q, json_get_text(j, "from")),
            .to = vertex_of(q, json_get_text(j, "to")),
            .pointwise = strcmp(json_get_text(j, "pattern"), "pointwise") == 0,
            .blocking = strcmp(json_get_text(j, "type"), "blocking") == 0,
        };
        if (e->from == q->plan.vertices || e->to == q->plan.vertices)
            return refuse(why, CASE_FAIL, "malformed: an edge of unknown vertices");
    }
    return true;
}

static void lose(struct question *q, const struct json *pair)
{
    q->lost[q->losts++] = (struct partition){(uint32_t)json_int(json_at(pair, 0)),
                                             (uint32_t)json_int(json_at(pair, 1))};
}

static bool read_failure(struct question *q, const struct json *in, struct refusal *why)
{
    const struct json *lost = json_get(in, "lost"), *cause = json_get(in, "cause");
    char name[NAME_BYTES];

    q->lost = mem_alloc((json_count(lost) + 1) * sizeof *q->lost);
    for (size_t i = 0; i < json_count(lost); i++)
        lose(q, json_at(lost, i));
    if (json_kind(cause) == JSON_ARRAY)
        lose(q, cause);
    for (; q->failed < q->first_task[q->plan.vertices]; q->failed++) {
        task_name(q, q->failed, name);
        if (strcmp(name, json_get_text(in, "failed")) == 0)
            return true;
    }
    return refuse(why, CASE_FAIL, "no task '%s'", json_get_text(in, "failed"));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of chosen tasks, sorted as texts. */
static uint32_t names_of(const struct question *q, const bool *chosen, char **name)
{
    uint32_t n = 0;

    for (uint32_t t = 0; t < q->first_task[q->plan.vertices]; t++)
        if (chosen[t]) {
            name[n] = mem_alloc(NAME_BYTES);
            task_name(q, t, name[n++]);
        }
    qsort(name, n, sizeof *name, by_text);
    return n;
}

static char *joined(char **name, uint32_t n)
{
    char *text = mem_alloc(n * NAME_BYTES + 1);

    for (uint32_t i = 0; i < n; i++) {
        if (i)
            strcat(text, " ");
        strcat(text, name[i]);
        mem_free(name[i]);
    }
    return text;
}

static void put_all(struct json_writer *out, const char *member, char **text, uint32_t n)
{
    qsort(text, n, sizeof *text, by_text);
    json_array(out, member);
    for (uint32_t i = 0; i < n; i++) {
        json_put_text(out, NULL, text[i]);
        mem_free(text[i]);
    }
    json_end(out);
}

static void answer(const struct question *q, struct json_writer *out)
{
    uint32_t tasks = q->first_task[q->plan.vertices], regions = 0;
    uint32_t *region_of = mem_alloc(tasks * sizeof *region_of);
    char **name = mem_alloc(tasks * sizeof *name), **region = mem_alloc(tasks * sizeof *region);
    bool *chosen = mem_alloc(tasks);

    regions_find(&q->plan, region_of);
    for (uint32_t r = 0; r < tasks; r++) {
        for (uint32_t t = 0; t < tasks; t++)
            chosen[t] = region_of[t] == r;
        if (region_of[r] == r)
            region[regions++] = joined(name, names_of(q, chosen, name));
    }
    json_object(out, NULL);
    put_all(out, "regions", region, regions);
    regions_restart(&q->plan, region_of, q->failed, q->lost, q->losts, chosen);
    put_all(out, "restart", name, names_of(q, chosen, name));
    json_end(out);
    mem_free(region_of);
    mem_free(name);
    mem_free(region);
    mem_free(chosen);
}

static bool restart_answer_regions(const struct json *in, const struct json *asked,
                                   struct json_writer *out, struct refusal *why)
{
    struct question *q = mem_alloc(sizeof *q);
    bool ok;

    (void)asked;
    q->vertices = json_get(in, "vertices");
    q->plan.first_task = q->first_task;
    q->plan.edge = q->edge;
    ok = only_fields(in, "kind vertices edges lost failed cause", why) && read_vertices(q, why) &&
         read_edges(q, json_get(in, "edges"), why) && read_failure(q, in, why);
    if (ok)
        answer(q, out);
    mem_free(q->lost);
    mem_free(q);
    return ok;
}

const struct topic restart_topic = {.name = "restart",
                                    .single = true,
                                    .begin = restart_begin,
                                    .step = restart_step,
                                    .end = restart_end,
                                    .answer = restart_answer_regions};
