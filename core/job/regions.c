#include "job/regions.h"

#include <string.h>

#include "base/mem.h"

/* One connection: task `producer` writes what task `consumer` reads. */
struct connection {
    const struct region_edge *edge;
    struct partition partition;
    uint32_t producer, consumer;
};
typedef void visit_connection(void *arg, const struct connection *c);

static uint32_t tasks_of(const struct region_plan *p, uint32_t vertex)
{
    return p->first_task[vertex + 1] - p->first_task[vertex];
}

/* Pointwise: consumer i of `down` reads producers i*up/down .. (i+1)*up/down - 1, one at least. */
static bool is_connected(const struct region_plan *p, const struct region_edge *e,
                         uint32_t producer, uint32_t consumer)
{
    uint64_t up = tasks_of(p, e->from), down = tasks_of(p, e->to);
    uint64_t first = consumer * up / down, end = (consumer + UINT64_C(1)) * up / down;

    return !e->pointwise || (producer >= first && producer < (end > first ? end : first + 1));
}

static void visit_edge(const struct region_plan *p, uint32_t edge, visit_connection *visit,
                       void *arg)
{
    const struct region_edge *e = &p->edge[edge];

    for (uint32_t i = 0; i < tasks_of(p, e->from); i++)
        for (uint32_t j = 0; j < tasks_of(p, e->to); j++)
            if (is_connected(p, e, i, j)) {
                struct connection c = {
                    e, {edge, i}, p->first_task[e->from] + i, p->first_task[e->to] + j};

                visit(arg, &c);
            }
}

static void visit_edges(const struct region_plan *p, bool blocking, visit_connection *visit,
                        void *arg)
{
    for (uint32_t e = 0; e < p->edges; e++)
        if (p->edge[e].blocking == blocking)
            visit_edge(p, e, visit, arg);
}

/* ---- finding: union-find, whose root is the least task ---- */

static uint32_t root_of(uint32_t *region_of, uint32_t task)
{
    while (region_of[task] != task)
        task = region_of[task] = region_of[region_of[task]];
    return task;
}

static void join(uint32_t *region_of, uint32_t a, uint32_t b)
{
    a = root_of(region_of, a);
    b = root_of(region_of, b);
    if (a < b)
        region_of[b] = a;
    else
        region_of[a] = b;
}

static void join_connected(void *arg, const struct connection *c)
{
    join(arg, c->producer, c->consumer);
}

/* Regions that are marked, and spread along connections. */
struct spread {
    uint32_t *region_of; /* of roots only: final */
    bool *marked;        /* by region */
    bool changed;
    bool upstream; /* against the flow */
};

static void spread_on(void *arg, const struct connection *c)
{
    struct spread *s = arg;
    uint32_t from = root_of(s->region_of, s->upstream ? c->consumer : c->producer);
    uint32_t to = root_of(s->region_of, s->upstream ? c->producer : c->consumer);

    if (s->marked[from] && !s->marked[to])
        s->marked[to] = s->changed = true;
}

static void spread_all(const struct region_plan *p, uint32_t *region_of, uint32_t start,
                       bool upstream, bool *marked)
{
    struct spread s = {region_of, marked, true, upstream};

    memset(marked, 0, p->first_task[p->vertices]);
    marked[start] = true;
    while (s.changed) {
        s.changed = false;
        visit_edges(p, true, spread_on, &s);
    }
}

/* G1: what `start` reaches and is reached from. */
static void join_circle(const struct region_plan *p, uint32_t *region_of, uint32_t start)
{
    uint32_t tasks = p->first_task[p->vertices];
    bool *below = mem_alloc(tasks), *above = mem_alloc(tasks);

    spread_all(p, region_of, start, false, below);
    spread_all(p, region_of, start, true, above);
    for (uint32_t t = 0; t < tasks; t++)
        if (below[t] && above[t])
            join(region_of, start, t);
    mem_free(below);
    mem_free(above);
}

static bool has_blocking_edges(const struct region_plan *p)
{
    for (uint32_t e = 0; e < p->edges; e++)
        if (p->edge[e].blocking)
            return true;
    return false;
}

void regions_find(const struct region_plan *p, uint32_t *region_of)
{
    uint32_t tasks = p->first_task[p->vertices];
    bool may_be_circles = has_blocking_edges(p);

    for (uint32_t t = 0; t < tasks; t++)
        region_of[t] = t;
    visit_edges(p, false, join_connected, region_of);
    for (uint32_t t = 0; may_be_circles && t < tasks; t++)
        if (root_of(region_of, t) == t)
            join_circle(p, region_of, t);
    for (uint32_t t = 0; t < tasks; t++)
        region_of[t] = root_of(region_of, t);
}

/* ---- restarting ---- */

struct restart {
    const uint32_t *region_of;
    const struct partition *lost;
    uint32_t losts;
    bool *marked; /* by region */
    bool changed;
};

static bool is_lost(const struct restart *r, struct partition p)
{
    for (uint32_t i = 0; i < r->losts; i++)
        if (r->lost[i].edge == p.edge && r->lost[i].subtask == p.subtask)
            return true;
    return false;
}

static void mark(struct restart *r, uint32_t region)
{
    r->changed |= !r->marked[region];
    r->marked[region] = true;
}

static void restart_on(void *arg, const struct connection *c)
{
    struct restart *r = arg;
    uint32_t from = r->region_of[c->producer], to = r->region_of[c->consumer];

    if (r->marked[from]) /* G2 */
        mark(r, to);
    else if (r->marked[to] && is_lost(r, c->partition))
        mark(r, from);
}

void regions_restart(const struct region_plan *p, const uint32_t *region_of, uint32_t failed,
                     const struct partition *lost, uint32_t losts, bool *restart)
{
    uint32_t tasks = p->first_task[p->vertices];
    struct restart r = {region_of, lost, losts, mem_alloc(tasks), true};

    r.marked[region_of[failed]] = true;
    while (r.changed) {
        r.changed = false;
        visit_edges(p, true, restart_on, &r);
    }
    for (uint32_t t = 0; t < tasks; t++)
        restart[t] = r.marked[region_of[t]];
    mem_free(r.marked);
}
