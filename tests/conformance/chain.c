/* The job graph of a program that is only a shape: operators without code, edges without rows. */
#include <stdlib.h>
#include <string.h>

#include "data/key_group.h"
#include "graph/job_graph.h"
#include "graph/partitioner.h"
#include "tests/conformance/topic.h"

enum { OPERATORS_MAX = 64 };

struct program {
    struct arena *arena;
    struct options *options;
    struct dataflow *flow;
    const struct job_graph *graph;
    struct diag why;
};

/* ---- what a case says ---- */

static bool read_strategy(struct node *n, const char *word, struct refusal *why)
{
    static const struct {
        const char *word;
        enum chaining chaining;
    } words[] = {{"source", CHAINING_ALWAYS},
                 {"ALWAYS", CHAINING_ALWAYS},
                 {"HEAD", CHAINING_HEAD},
                 {"NEVER", CHAINING_NEVER},
                 {"HEAD_WITH_SOURCES", CHAINING_HEAD_WITH_SOURCES}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0) {
            n->chaining = words[i].chaining;
            return true;
        }
    return refuse(why, CASE_FAIL, "unknown strategy '%s'", word);
}

static bool read_shape(const struct json *o, struct refusal *why)
{
    const char *shape = json_get_text(o, "shape");
    bool one = strcmp(shape, "one-input") == 0 || shape[0] == 0;
    bool two = strcmp(shape, "two-input") == 0 || strcmp(shape, "union") == 0;
    size_t inputs = json_count(json_get(o, "inputs"));

    if (two ? inputs == 2 : one && inputs == (shape[0] != 0))
        return true;
    return refuse(why, CASE_FAIL, "malformed: shape '%s' with %zu inputs", shape, inputs);
}

/* The partitioner of an edge; `none`: nothing was said. */
static bool read_ship(struct edge *e, const char *how, struct refusal *why)
{
    static const struct {
        const char *word;
        enum ship ship;
    } words[] = {{"none", SHIP_FORWARD},        {"forward", SHIP_FORWARD},
                 {"rebalance", SHIP_REBALANCE}, {"rescale", SHIP_RESCALE},
                 {"shuffle", SHIP_SHUFFLE},     {"broadcast", SHIP_BROADCAST},
                 {"global", SHIP_GLOBAL},       {"keyBy", SHIP_HASH}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, how) == 0) {
            e->ship = words[i].ship;
            e->ship_is_set = i > 0;
            return true;
        }
    return refuse(why, CASE_FAIL, "unknown partitioner '%s'", how);
}

static bool read_input(struct program *p, uint32_t to, const struct json *input,
                       struct refusal *why)
{
    const char *from = json_text(json_at(input, 0));
    struct edge *e;

    for (uint32_t n = 0; n < to; n++)
        if (strcmp(p->flow->node[n].uid, from) == 0) {
            e = dataflow_connect(p->flow, n, TAG_MAIN, to, &p->why);
            return read_ship(e, json_text(json_at(input, 1)), why);
        }
    return refuse(why, CASE_FAIL, "an input '%s' that is no operator before", from);
}

static bool read_operator(struct program *p, const struct json *o, struct refusal *why)
{
    const char *name = json_get_text(o, "name");
    bool is_source = json_count(json_get(o, "inputs")) == 0;
    struct node *n = dataflow_add(p->flow, "map",
                                  arena_format(p->arena, "%s%s", is_source ? "Source: " : "", name),
                                  WEIR_HERE, &p->why);

    if (!only_fields(o, "name parallelism maxParallelism strategy inputs shape slotSharingGroup",
                     why) ||
        !read_shape(o, why) || !read_strategy(n, json_get_text(o, "strategy"), why))
        return false;
    n->is_source = is_source;
    n->uid = arena_text(p->arena, name);
    n->uid_is_set = true;
    if (!number_between(o, "parallelism", 1, MAX_PARALLELISM_LIMIT, &n->parallelism, why))
        return false;
    n->max_parallelism = (uint32_t)json_get_int(o, "maxParallelism");
    if (json_get(o, "slotSharingGroup"))
        n->slot_group = arena_text(p->arena, json_get_text(o, "slotSharingGroup"));
    for (size_t i = 0; i < json_count(json_get(o, "inputs")); i++)
        if (!read_input(p, n->id, json_at(json_get(o, "inputs"), i), why))
            return false;
    return true;
}

static bool read_program(struct program *p, const struct json *in, struct refusal *why)
{
    static const char *const options[][2] = {
        {"chaining", "pipeline.operator-chaining.enabled"},
        {"chainDifferentMaxParallelism",
         "pipeline.operator-chaining.chain-operators-with-different-max-parallelism"}};
    const struct json *operators = json_get(in, "operators");

    if (!only_fields(in, "chaining chainDifferentMaxParallelism operators", why))
        return false;
    if (json_count(operators) > OPERATORS_MAX)
        return refuse(why, CASE_FAIL, "more than %d operators", OPERATORS_MAX);
    for (int i = 0; i < 2; i++)
        options_set(p->options, options[i][1],
                    json_bool(json_get(in, options[i][0])) ? "true" : "false", true, &p->why);
    for (size_t i = 0; i < json_count(operators); i++)
        if (!read_operator(p, json_at(operators, i), why))
            return false;
    return true;
}

/* ---- the inputs of a vertex, in the order in which Flink connects them ---- */

struct connected {
    const struct job_graph *g;
    bool done[OPERATORS_MAX]; /* by vertex */
    uint32_t edge[2 * OPERATORS_MAX];
    uint32_t edges;
};

/* Edges that leave a chain from operator `n` on: first those of the operators behind it. */
static void leaving(const struct vertex *v, uint32_t n, uint32_t *edge, uint32_t *edges)
{
    for (uint32_t i = 0; i < v->links; i++)
        if (v->link[i].from == n && v->link[i].chained)
            leaving(v, v->link[i].to, edge, edges);
    for (uint32_t i = 0; i < v->links; i++)
        if (v->link[i].from == n && !v->link[i].chained)
            edge[(*edges)++] = v->link[i].to;
}

/* A vertex is connected when all behind it are. */
static void connect(struct connected *c, uint32_t vertex)
{
    uint32_t edge[2 * OPERATORS_MAX], edges = 0;

    if (c->done[vertex])
        return;
    c->done[vertex] = true;
    leaving(&c->g->vertex[vertex], 0, edge, &edges);
    for (uint32_t i = 0; i < edges; i++)
        connect(c, c->g->edge[edge[i]].to);
    for (uint32_t i = 0; i < edges; i++)
        c->edge[c->edges++] = edge[i];
}

/* ---- the answer ---- */

static const char *first_of(const struct vertex *v)
{
    return v->node[0]->uid;
}

static void put_inputs(const struct connected *c, const struct vertex *v, struct json_writer *out)
{
    json_array(out, "inputs");
    for (uint32_t i = 0; i < c->edges; i++) {
        const struct job_edge *e = &c->g->edge[c->edge[i]];

        if (e->to != v->id)
            continue;
        json_array(out, NULL);
        json_put_text(out, NULL, first_of(&c->g->vertex[e->from]));
        json_put_text(out, NULL, ship_name(e->ship));
        json_put_text(out, NULL,
                      partitioner_traits(e->ship).pointwise ? "pointwise" : "all-to-all");
        json_end(out);
    }
    json_end(out);
}

static void put_vertex(const struct connected *c, const struct vertex *v, struct json_writer *out)
{
    json_object(out, NULL);
    json_array(out, "chain");
    for (uint32_t i = 0; i < v->nodes; i++)
        json_put_text(out, NULL, v->node[i]->uid);
    json_end(out);
    json_put_text(out, "name", v->name);
    json_put_int(out, "parallelism", v->parallelism);
    put_inputs(c, v, out);
    json_end(out);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each group as its vertices' first operators, joined by blanks; sorted. */
static void put_groups(const struct program *p, struct json_writer *out)
{
    const struct job_graph *g = p->graph;
    const char *groups[OPERATORS_MAX];
    bool is_in[OPERATORS_MAX] = {0};
    uint32_t n = 0;

    for (uint32_t i = 0; i < g->vertices; i++) {
        if (is_in[i])
            continue;
        groups[n] = first_of(&g->vertex[i]);
        for (uint32_t k = i + 1; k < g->vertices; k++)
            if (g->vertex[k].first_slot == g->vertex[i].first_slot) {
                groups[n] = arena_format(p->arena, "%s %s", groups[n], first_of(&g->vertex[k]));
                is_in[k] = true;
            }
        n++;
    }
    qsort(groups, n, sizeof groups[0], by_text);
    json_array(out, "slotGroups");
    for (uint32_t i = 0; i < n; i++)
        json_put_text(out, NULL, groups[i]);
    json_end(out);
}

static void put_graph(const struct program *p, struct json_writer *out)
{
    const struct job_graph *g = p->graph;
    struct connected c = {.g = g};

    for (uint32_t i = 0; i < g->vertices; i++)
        if (g->vertex[i].is_source)
            connect(&c, i);
    json_array(out, "vertices");
    for (uint32_t i = 0; i < g->vertices; i++)
        put_vertex(&c, &g->vertex[i], out);
    json_end(out);
    json_put_int(out, "tasks", g->tasks);
    put_groups(p, out);
    json_put_int(out, "slots", g->slots);
}

static bool answer(struct program *p, const struct json *in, struct json_writer *out,
                   struct refusal *why)
{
    bool is_forward;

    if (!read_program(p, in, why))
        return false;
    dataflow_seal(p->flow, p->options, &p->why);
    is_forward = p->why.err && strstr(p->why.text, "forward from");
    if (p->why.err && !is_forward)
        return refuse(why, CASE_FAIL, "%s", p->why.text);
    if (!is_forward)
        p->graph = job_graph_build(p->arena, p->flow, p->options, &p->why);
    if (!is_forward && p->graph == NULL)
        return refuse(why, CASE_FAIL, "%s", p->why.text);
    json_object(out, NULL);
    if (is_forward)
        json_put_text(out, "error", "forward-changes-parallelism");
    else
        put_graph(p, out);
    json_end(out);
    return true;
}

static bool chain_answer(const struct json *in, const struct json *asked, struct json_writer *out,
                         struct refusal *why)
{
    struct program p = {.arena = arena_new()};
    bool ok;

    (void)asked;
    p.options = options_new(p.arena);
    p.flow = dataflow_new(p.arena, "chain");
    ok = answer(&p, in, out, why);
    arena_free(p.arena);
    return ok;
}

const struct topic chain_topic = {.name = "chain", .answer = chain_answer};
