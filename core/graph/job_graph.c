#include "graph/job_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "data/key_group.h"

struct build { /* while a graph is made */
    struct arena *arena;
    const struct dataflow *d;
    const struct options *o;
    struct job_graph *g;
    uint32_t head[DATAFLOW_NODES_MAX];   /* of each node: the node that begins its chain */
    uint32_t vertex[DATAFLOW_NODES_MAX]; /* of each node */
    uint32_t index[DATAFLOW_NODES_MAX];  /* of each node in its vertex */
};

static uint32_t edges_into(const struct dataflow *d, uint32_t node)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < d->edges; i++)
        n += d->edge[i].to == node;
    return n;
}

/* The operator's own max parallelism, or the job's; 0: neither was said. */
static uint32_t said_max_parallelism(const struct build *b, const struct node *n)
{
    int64_t of_job = option_number(b->o, OPTION_MAX_PARALLELISM);

    return n->max_parallelism ? n->max_parallelism : of_job > 0 ? (uint32_t)of_job : 0;
}

static bool strategies_allow(const struct node *from, const struct node *to)
{
    return from->chaining != CHAINING_NEVER &&
           (to->chaining == CHAINING_ALWAYS ||
            (to->chaining == CHAINING_HEAD_WITH_SOURCES && from->is_source));
}

/* flink-semantics 8.2 */
static bool is_chained(const struct build *b, const struct edge *e)
{
    const struct node *from = &b->d->node[e->from], *to = &b->d->node[e->to];
    bool same_max = said_max_parallelism(b, from) == said_max_parallelism(b, to);

    return option_number(b->o, OPTION_CHAINING) && e->ship == SHIP_FORWARD &&
           from->parallelism == to->parallelism && strategies_allow(from, to) &&
           (same_max || option_number(b->o, OPTION_CHAIN_MIXED)) &&
           strcmp(from->slot_group, to->slot_group) == 0 && edges_into(b->d, e->to) == 1;
}

static void find_heads(struct build *b)
{
    for (uint32_t n = 0; n < b->d->nodes; n++)
        b->head[n] = n;
    for (uint32_t n = 0; n < b->d->nodes; n++) /* program order: an edge's `from` comes first */
        for (uint32_t i = 0; i < b->d->edges; i++)
            if (b->d->edge[i].to == n && is_chained(b, &b->d->edge[i]))
                b->head[n] = b->head[b->d->edge[i].from];
}

static uint32_t max_parallelism(const struct build *b, const struct node *n)
{
    uint32_t said = said_max_parallelism(b, n);

    return said ? said : default_max_parallelism(n->parallelism);
}

/* The node and those of its chain behind it: "a -> b", "a -> (b, c -> d)". */
static const char *chain_name(const struct build *b, uint32_t node)
{
    const char *behind = "";
    uint32_t branches = 0;

    for (uint32_t i = 0; i < b->d->edges; i++)
        if (b->d->edge[i].from == node && is_chained(b, &b->d->edge[i]))
            behind = arena_format(b->arena, "%s%s%s", behind, branches++ ? ", " : "",
                                  chain_name(b, b->d->edge[i].to));
    if (branches > 1)
        behind = arena_format(b->arena, "(%s)", behind);
    return branches ? arena_format(b->arena, "%s -> %s", b->d->node[node].name, behind)
                    : b->d->node[node].name;
}

static void make_vertex(struct build *b, uint32_t head)
{
    struct vertex *v = &b->g->vertex[b->g->vertices];

    v->id = b->g->vertices++;
    v->node = arena_alloc(b->arena, b->d->nodes * sizeof *v->node);
    for (uint32_t n = head; n < b->d->nodes; n++) {
        if (b->head[n] != head)
            continue;
        b->vertex[n] = v->id;
        b->index[n] = v->nodes;
        v->node[v->nodes++] = &b->d->node[n];
    }
    v->name = chain_name(b, head);
    v->uid = v->node[0]->uid;
    v->is_source = v->node[0]->is_source;
    v->parallelism = v->node[0]->parallelism;
    v->max_parallelism = max_parallelism(b, v->node[0]);
    v->slot_group = v->node[0]->slot_group;
    v->first_task = b->g->tasks;
    b->g->tasks += v->parallelism;
}

static uint32_t make_edge(struct build *b, const struct edge *e)
{
    struct job_edge *j = &b->g->edge[b->g->edges];
    struct vertex *to = &b->g->vertex[b->vertex[e->to]], *from = &b->g->vertex[b->vertex[e->from]];

    *j = (struct job_edge){.id = b->g->edges++,
                           .from = from->id,
                           .to = to->id,
                           .from_node = b->index[e->from],
                           .tag = e->tag,
                           .second = e->second,
                           .ship = e->ship,
                           .key_column = e->key_column,
                           .partition = e->partition,
                           .type = e->type,
                           .input = to->in_edges};
    to->in_edge[to->in_edges++] = j->id;
    from->out_edge[from->out_edges++] = j->id;
    return j->id;
}

static void make_links(struct build *b)
{
    for (uint32_t v = 0; v < b->g->vertices; v++) {
        b->g->vertex[v].link = arena_alloc(b->arena, (b->d->edges + 1) * sizeof(struct chain_link));
        b->g->vertex[v].in_edge = arena_alloc(b->arena, (b->d->edges + 1) * sizeof(uint32_t));
        b->g->vertex[v].out_edge = arena_alloc(b->arena, (b->d->edges + 1) * sizeof(uint32_t));
    }
    for (uint32_t i = 0; i < b->d->edges; i++) {
        const struct edge *e = &b->d->edge[i];
        struct vertex *v = &b->g->vertex[b->vertex[e->from]];
        bool chained = b->head[e->from] == b->head[e->to];

        v->link[v->links++] = (struct chain_link){b->index[e->from], e->tag, chained,
                                                  chained ? b->index[e->to] : make_edge(b, e)};
    }
}

/* Groups stand behind each other, in the order of their first vertices. */
static void give_slots(struct job_graph *g)
{
    for (uint32_t i = 0; i < g->vertices; i++) {
        struct vertex *v = &g->vertex[i];
        uint32_t widest = 0, first = 0;

        for (uint32_t k = 0; k < g->vertices; k++)
            if (strcmp(g->vertex[k].slot_group, v->slot_group) == 0) {
                first = widest == 0 ? k : first;
                widest = g->vertex[k].parallelism > widest ? g->vertex[k].parallelism : widest;
            }
        v->first_slot = first == i ? g->slots : g->vertex[first].first_slot;
        g->slots += first == i ? widest : 0;
    }
}

static uint32_t input_channels(const struct job_graph *g, const struct vertex *v)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < v->in_edges; i++) {
        const struct job_edge *e = &g->edge[v->in_edge[i]];
        uint32_t up = g->vertex[e->from].parallelism, down = v->parallelism;
        bool is_pointwise = e->ship == SHIP_FORWARD || e->ship == SHIP_RESCALE;

        n += is_pointwise ? (up + down - 1) / down : up;
    }
    return n;
}

static int check_size(const struct job_graph *g, struct diag *why)
{
    uint64_t channels = 0;

    for (uint32_t i = 0; i < g->vertices; i++) {
        uint32_t inputs = input_channels(g, &g->vertex[i]);

        channels += (uint64_t)inputs * g->vertex[i].parallelism;
        if (inputs > INPUT_CHANNELS_MAX)
            return diag_set(why, ERR_USAGE,
                            "'%s': a task would have %u input channels, %d at most: lower the "
                            "parallelism before it",
                            g->vertex[i].name, inputs, INPUT_CHANNELS_MAX);
    }
    if (g->tasks > JOB_TASKS_MAX || channels > JOB_CHANNELS_MAX)
        return diag_set(why, ERR_USAGE,
                        "the job would have %u tasks (%d at most) and %llu channels between them "
                        "(%d at most): lower the parallelism",
                        g->tasks, JOB_TASKS_MAX, (unsigned long long)channels, JOB_CHANNELS_MAX);
    return ERR_NONE;
}

static int check_parallelism(const struct job_graph *g, struct diag *why)
{
    for (uint32_t i = 0; i < g->vertices; i++)
        if (!parallelism_is_legal(g->vertex[i].parallelism, g->vertex[i].max_parallelism))
            return diag_set(why, ERR_USAGE,
                            "'%s': parallelism %u is not possible with pipeline.max-parallelism %u",
                            g->vertex[i].name, g->vertex[i].parallelism,
                            g->vertex[i].max_parallelism);
    return ERR_NONE;
}

/* BATCH must end; AUTOMATIC is BATCH if all sources do. */
static int decide_mode(struct job_graph *g, const struct options *o, struct diag *why)
{
    const char *mode = option_text(o, OPTION_RUNTIME_MODE);

    g->is_batch = strcmp(mode, "STREAMING") != 0;
    for (uint32_t i = 0; g->is_batch && i < g->dataflow->nodes; i++) {
        const struct node *n = &g->dataflow->node[i];

        if (n->is_unbounded && strcmp(mode, "BATCH") == 0)
            return diag_set(why, ERR_USAGE,
                            "%s:%d: '%s' never ends, so the job cannot run with %s=BATCH: use "
                            "STREAMING",
                            n->here.file, n->here.line, n->name, option_key(OPTION_RUNTIME_MODE));
        if (n->is_unbounded)
            g->is_batch = false;
    }
    return ERR_NONE;
}

struct job_graph *job_graph_build(struct arena *a, const struct dataflow *d,
                                  const struct options *o, struct diag *why)
{
    struct build *b = arena_alloc(a, sizeof *b);
    struct job_graph *g = arena_alloc(a, sizeof *g);

    *b = (struct build){.arena = a, .d = d, .o = o, .g = g};
    g->dataflow = d;
    g->vertex = arena_alloc(a, d->nodes * sizeof *g->vertex);
    g->edge = arena_alloc(a, (d->edges + 1) * sizeof *g->edge);
    if (decide_mode(g, o, why))
        return NULL;
    find_heads(b);
    for (uint32_t n = 0; n < d->nodes; n++)
        if (b->head[n] == n)
            make_vertex(b, n);
    make_links(b);
    give_slots(g);
    g->hash = hash_mix(dataflow_hash(d), g->is_batch);
    for (uint32_t i = 0; i < g->vertices; i++)
        g->hash = hash_mix(g->hash,
                           (uint64_t)g->vertex[i].nodes << 32 | g->vertex[i].max_parallelism);
    return options_check(o, why) || check_parallelism(g, why) || check_size(g, why) ? NULL : g;
}

const struct vertex *job_graph_vertex_of(const struct job_graph *g, uint32_t task)
{
    uint32_t v = 0;

    while (v + 1 < g->vertices && g->vertex[v + 1].first_task <= task)
        v++;
    return &g->vertex[v];
}

uint32_t job_graph_subtask_of(const struct job_graph *g, uint32_t task)
{
    return task - job_graph_vertex_of(g, task)->first_task;
}

bool vertex_unites_state(const struct vertex *v)
{
    for (uint32_t i = 0; i < v->nodes; i++)
        if (v->node[i]->unites_state)
            return true;
    return false;
}

uint32_t job_graph_slot_of(const struct job_graph *g, uint32_t task)
{
    return job_graph_vertex_of(g, task)->first_slot + job_graph_subtask_of(g, task);
}

/* The head's name, or its uid where several vertices begin with operators of one name. */
static const char *short_name(const struct job_graph *g, const struct vertex *v)
{
    for (uint32_t i = 0; i < g->vertices; i++)
        if (&g->vertex[i] != v && strcmp(g->vertex[i].node[0]->name, v->node[0]->name) == 0)
            return v->uid;
    return v->node[0]->name;
}

void job_graph_task_name(const struct job_graph *g, uint32_t task, char out[64])
{
    const struct vertex *v = job_graph_vertex_of(g, task);

    snprintf(out, 64, "%.48s[%u]", short_name(g, v), task - v->first_task);
}

static bool vertex_answers_to(const struct vertex *v, const char *name)
{
    for (uint32_t i = 0; i < v->nodes; i++)
        if (strcmp(v->node[i]->name, name) == 0 || strcmp(v->node[i]->uid, name) == 0)
            return true;
    return false;
}

static const char *nearest_name(const struct job_graph *g, const char *name)
{
    const char *words[2 * DATAFLOW_NODES_MAX];
    int n = 0;

    for (uint32_t i = 0; i < g->dataflow->nodes; i++) {
        words[n++] = g->dataflow->node[i].name;
        words[n++] = g->dataflow->node[i].uid;
    }
    return nearest_word(name, words, n);
}

/* "window[1]" into its name and its subtask; -1: all of them; -2: malformed. */
static long split_subject(const char *subject, char name[64])
{
    const char *bracket = strchr(subject, '[');
    size_t n = bracket ? (size_t)(bracket - subject) : strlen(subject);
    char *end;
    long subtask;

    if (n >= 64)
        return -2;
    memcpy(name, subject, n);
    name[n] = 0;
    if (bracket == NULL || strcmp(bracket, "[*]") == 0)
        return -1;
    subtask = strtol(bracket + 1, &end, 10);
    return end > bracket + 1 && strcmp(end, "]") == 0 && subtask >= 0 ? subtask : -2;
}

uint32_t job_graph_find(const struct job_graph *g, const char *subject, uint32_t *task,
                        uint32_t max, const char **nearest)
{
    char name[64];
    long subtask = split_subject(subject, name);
    uint32_t n = 0;

    *nearest = NULL;
    for (uint32_t i = 0; subtask != -2 && i < g->vertices; i++) {
        const struct vertex *v = &g->vertex[i];

        for (uint32_t s = 0; vertex_answers_to(v, name) && s < v->parallelism; s++)
            if (subtask == -1 || subtask == (long)s) {
                if (n < max)
                    task[n] = v->first_task + s;
                n++;
            }
    }
    if (n == 0)
        *nearest = nearest_name(g, name);
    return n;
}

void job_graph_explain(const struct job_graph *g, struct bytes *out)
{
    for (uint32_t i = 0; i < g->vertices; i++) {
        const struct vertex *v = &g->vertex[i];

        bytes_format(out, "%u: %s  (parallelism %u, uid %s)\n", v->id, v->name, v->parallelism,
                     v->uid);
        for (uint32_t e = 0; e < v->out_edges; e++) {
            const struct job_edge *j = &g->edge[v->out_edge[e]];

            bytes_format(out, "   -- %s", ship_name(j->ship));
            if (j->key_column >= 0)
                bytes_format(out, "(%s)", j->type->column[j->key_column].name);
            bytes_format(out, " --> %u: %s\n", j->to, g->vertex[j->to].name);
        }
    }
}
