#include "sim/invariant.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "operators/window.h"
#include "runtime/gate.h"
#include "graph/partitioner.h"
#include "window/lateness.h"

enum { SAVED = 4 };

struct pane_tally {            /* of one window of one task */
    int64_t came, late, fired; /* rows */
};

struct history {                  /* what of a task's past survives */
    uint64_t wrote, wrote_digest; /* sink rows */
    uint64_t late;
    struct map *panes; /* window start -> struct pane_tally */
};

struct saved {
    uint32_t checkpoint;
    struct history history;
};

struct watched {                      /* one task */
    const struct weir_window *window; /* of its head, or NULL */
    uint32_t attempt;
    int64_t watermark_ms;
    uint32_t channels;
    uint32_t *barrier; /* by channel: the newest barrier that came */
    uint32_t aligning; /* checkpoint between its first and its last barrier; 0: none */
    struct history now;
    struct saved saved[SAVED];
    uint32_t next_saved;
    struct map *fired_once; /* (window start, key) of this attempt: W1 */
};

struct transaction_tally {
    uint64_t rows, digest;
    bool committed;
};

struct judge {
    const struct job_graph *graph;
    const struct answer *expected;
    uint64_t source_rows;
    uint32_t capacity;
    struct watched *task;
    struct map *transactions;               /* (task, transaction) -> struct transaction_tally */
    uint64_t *committed, *committed_digest; /* by task */
    struct answer answer;
    struct violation violation;
    uint32_t step;
};

const char *invariant_name(enum invariant i)
{
    static const char *const names[] = {"none",
#define INVARIANT_NAME_(name, text) #name,
                                        INVARIANT_LIST(INVARIANT_NAME_)};

    return (unsigned)i < INVARIANTS ? names[i] : "?";
}

const char *invariant_text(enum invariant i)
{
    static const char *const texts[] = {"nothing violated",
#define INVARIANT_TEXT_(name, text) text,
                                        INVARIANT_LIST(INVARIANT_TEXT_)};

    return (unsigned)i < INVARIANTS ? texts[i] : "?";
}

/* ---- life ---- */

static uint32_t channels_of(const struct job_graph *g, const struct vertex *v, uint32_t subtask)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < v->in_edges; i++) {
        const struct job_edge *e = &g->edge[v->in_edge[i]];

        n += wiring_inputs(e->ship, g->vertex[e->from].parallelism, v->parallelism, subtask);
    }
    return n;
}

struct judge *judge_new(const struct job_graph *g, const struct options *o,
                        const struct answer *expected, uint64_t source_rows)
{
    struct judge *j = mem_alloc(sizeof *j);

    *j = (struct judge){.graph = g, .expected = expected, .source_rows = source_rows};
    j->capacity = (uint32_t)option_number(o, OPTION_CHANNEL_BUFFERS);
    j->task = mem_alloc(g->tasks * sizeof *j->task);
    j->committed = mem_alloc(g->tasks * sizeof *j->committed);
    j->committed_digest = mem_alloc(g->tasks * sizeof *j->committed_digest);
    j->transactions = map_new(sizeof(struct transaction_tally));
    for (uint32_t t = 0; t < g->tasks; t++) {
        const struct vertex *v = job_graph_vertex_of(g, t);
        struct watched *w = &j->task[t];

        if (strcmp(v->node[0]->class_name, "window") == 0)
            w->window = &((const struct window_config *)v->node[0]->config)->window;
        w->watermark_ms = INT64_MIN;
        w->channels = channels_of(g, v, t - v->first_task);
        w->barrier = mem_alloc((w->channels + 1) * sizeof *w->barrier);
        w->now.panes = map_new(sizeof(struct pane_tally));
        w->fired_once = map_new(0);
    }
    return j;
}

void judge_free(struct judge *j)
{
    if (j == NULL)
        return;
    for (uint32_t t = 0; t < j->graph->tasks; t++) {
        mem_free(j->task[t].barrier);
        map_free(j->task[t].now.panes);
        map_free(j->task[t].fired_once);
        for (int i = 0; i < SAVED; i++)
            map_free(j->task[t].saved[i].history.panes);
    }
    map_free(j->transactions);
    mem_free(j->task);
    mem_free(j->committed);
    mem_free(j->committed_digest);
    mem_free(j);
}

static void violated(struct judge *j, enum invariant i, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void violated(struct judge *j, enum invariant i, const char *format, ...)
{
    va_list args;

    if (j->violation.invariant)
        return;
    j->violation.invariant = i;
    j->violation.step = j->step;
    va_start(args, format);
    vsnprintf(j->violation.text, sizeof j->violation.text, format, args);
    va_end(args);
}

static void name_of(const struct judge *j, uint32_t task, char out[64])
{
    job_graph_task_name(j->graph, task, out);
}

/* ---- histories: saved with a snapshot, taken back with it ---- */

static struct map *map_copy(const struct map *m)
{
    struct map *copy = map_new(sizeof(struct pane_tally));

    for (int64_t e = map_next(m, 0); e != MAP_NONE; e = map_next(m, e + 1))
        memcpy(map_value(copy, map_put(copy, map_key(m, e), NULL)), map_value(m, e),
               sizeof(struct pane_tally));
    return copy;
}

static void save(struct watched *w, uint32_t checkpoint)
{
    struct saved *s = &w->saved[w->next_saved];

    w->next_saved = (w->next_saved + 1) % SAVED;
    map_free(s->history.panes);
    s->checkpoint = checkpoint;
    s->history = w->now;
    s->history.panes = map_copy(w->now.panes);
}

/* A new attempt begins from `checkpoint`, or from nothing. */
static void take_back(struct watched *w, uint32_t checkpoint)
{
    map_free(w->now.panes);
    w->now = (struct history){0};
    for (int i = 0; i < SAVED && checkpoint; i++)
        if (w->saved[i].checkpoint == checkpoint && w->saved[i].history.panes) {
            w->now = w->saved[i].history;
            w->now.panes = map_copy(w->saved[i].history.panes);
        }
    if (w->now.panes == NULL)
        w->now.panes = map_new(sizeof(struct pane_tally));
    w->watermark_ms = INT64_MIN;
    w->aligning = 0;
    memset(w->barrier, 0, w->channels * sizeof *w->barrier);
    map_clear(w->fired_once);
}

static struct pane_tally *tally(struct watched *w, int64_t start_ms)
{
    struct span key = {(const uint8_t *)&start_ms, 8};

    return map_value(w->now.panes, map_put(w->now.panes, key, NULL));
}

/* ---- while it runs ---- */

static bool has_come_everywhere(const struct watched *w, uint32_t checkpoint)
{
    for (uint32_t c = 0; c < w->channels; c++)
        if (w->barrier[c] < checkpoint)
            return false;
    return true;
}

static void on_barrier(struct watched *w, const struct event *e)
{
    if (e->channel < w->channels && e->checkpoint > w->barrier[e->channel])
        w->barrier[e->channel] = e->checkpoint;
    if (e->checkpoint > w->aligning)
        w->aligning = e->checkpoint;
    if (has_come_everywhere(w, w->aligning))
        w->aligning = 0;
}

static int64_t pane_of(const struct weir_window *w, int64_t event_ms)
{
    return window_start(event_ms, w->size_ms, w->offset_ms);
}

static void on_record(struct judge *j, struct watched *w, const struct event *e, uint32_t task)
{
    char name[64];

    if (w->window)
        tally(w, pane_of(w->window, e->a))->came++;
    if (w->aligning == 0 || e->channel >= w->channels || w->barrier[e->channel] < w->aligning)
        return;
    name_of(j, task, name);
    violated(j, INVARIANT_I12,
             "%s takes a row from channel %u behind barrier %u, which has not come "
             "on every channel",
             name, e->channel, w->aligning);
}

static void on_watermark(struct judge *j, struct watched *w, const struct event *e, uint32_t task)
{
    char name[64];

    name_of(j, task, name);
    if (e->a < w->watermark_ms)
        violated(j, INVARIANT_I20, "%s: watermark %" PRId64 " after %" PRId64, name, e->a,
                 w->watermark_ms);
    w->watermark_ms = e->a;
}

static void on_late(struct judge *j, struct watched *w, const struct event *e, uint32_t task)
{
    char name[64];

    if (w->window == NULL)
        return;
    name_of(j, task, name);
    tally(w, pane_of(w->window, e->a))->late++;
    w->now.late++;
    if (!lateness_element_is_late(e->a, w->window->allowed_lateness_ms, w->watermark_ms))
        violated(j, INVARIANT_I22, "%s drops a row of %" PRId64 " as late at watermark %" PRId64,
                 name, e->a, w->watermark_ms);
}

static void on_window(struct judge *j, struct watched *w, const struct event *e, uint32_t task)
{
    int64_t identity[2] = {e->a, (int64_t)(uint32_t)e->b};
    char name[64];
    bool made;

    if (w->window == NULL || w->window->allowed_lateness_ms)
        return;
    name_of(j, task, name);
    tally(w, e->a)->fired += (int64_t)((uint64_t)e->b >> 32);
    map_put(w->fired_once, (struct span){(const uint8_t *)identity, sizeof identity}, &made);
    if (!made)
        violated(j, INVARIANT_W1, "%s: the window from %" PRId64 " fires twice for one key", name,
                 e->a);
}

/* A task may hold several sinks: the event's channel says which. */
static struct transaction_tally *transaction(struct judge *j, uint32_t task, uint32_t sink,
                                             int64_t id)
{
    int64_t identity[2] = {(int64_t)task << 16 | sink, id};
    struct span key = {(const uint8_t *)identity, sizeof identity};

    return map_value(j->transactions, map_put(j->transactions, key, NULL));
}

static void on_output(struct judge *j, struct watched *w, const struct event *e, uint32_t task)
{
    struct transaction_tally *t = transaction(j, task, e->channel, e->b);

    t->rows++;
    t->digest += mix64((uint64_t)e->a);
    w->now.wrote++;
    w->now.wrote_digest += mix64((uint64_t)e->a);
}

static void on_commit(struct judge *j, const struct event *e, uint32_t task)
{
    struct transaction_tally *t = transaction(j, task, e->channel, e->a);

    if (t->committed) /* committing again changes nothing */
        return;
    t->committed = true;
    j->committed[task] += t->rows;
    j->committed_digest[task] += t->digest;
}

void judge_listen(void *judge, const struct event *e)
{
    struct judge *j = judge;
    uint32_t task = (uint32_t)e->actor - ACTOR_TASK;
    struct watched *w;

    j->step = e->step;
    if (e->actor < ACTOR_TASK || task >= j->graph->tasks)
        return;
    w = &j->task[task];
    switch (e->kind) {
    case EVENT_START:
        take_back(w, e->checkpoint);
        break;
    case EVENT_RECORD:
        on_record(j, w, e, task);
        break;
    case EVENT_WATERMARK:
        on_watermark(j, w, e, task);
        break;
    case EVENT_BARRIER:
        on_barrier(w, e);
        break;
    case EVENT_CANCELED:
        w->aligning = 0;
        break;
    case EVENT_SNAPSHOT:
        save(w, e->checkpoint);
        break;
    case EVENT_LATE:
        on_late(j, w, e, task);
        break;
    case EVENT_WINDOW:
        on_window(j, w, e, task);
        break;
    case EVENT_OUTPUT:
        on_output(j, w, e, task);
        break;
    case EVENT_COMMIT:
        on_commit(j, e, task);
        break;
    default:
        break;
    }
}

static void look_at_credit(struct judge *j, uint32_t task, const struct gate *g, uint32_t c)
{
    char name[64];

    if (g->inbox[c].queue.segments <= g->inbox[c].capacity)
        return;
    name_of(j, task, name);
    violated(j, INVARIANT_I33, "%s queues %u segments on channel %u; its credit is %u", name,
             g->inbox[c].queue.segments, c, g->inbox[c].capacity);
}

static void look_at_clock(struct judge *j, uint32_t task, const struct gate *g, uint32_t c)
{
    const struct valve_channel *ch = gate_channel(g, c);
    int64_t now_ms = valve_now(g->valve[c >= g->firsts]);
    char name[64];

    if (!ch->active || !ch->aligned || ch->watermark_ms >= now_ms)
        return;
    name_of(j, task, name);
    violated(j, INVARIANT_I20,
             "%s: watermark %" PRId64 ", but channel %u has only promised %" PRId64, name, now_ms,
             c, ch->watermark_ms);
}

void judge_look(struct judge *j, const struct world *w)
{
    for (uint32_t t = 0; t < j->graph->tasks; t++) {
        const struct task *task = world_task(w, t);
        const struct gate *g = task ? task_gate(task) : NULL;

        for (uint32_t c = 0; g && c < g->channels; c++) {
            look_at_credit(j, t, g, c);
            look_at_clock(j, t, g, c);
        }
    }
}

/* ---- at the end ---- */

static void check_windows(struct judge *j, uint32_t task)
{
    const struct watched *w = &j->task[task];
    char name[64];

    if (w->window == NULL || w->window->allowed_lateness_ms)
        return;
    name_of(j, task, name);
    for (int64_t e = map_next(w->now.panes, 0); e != MAP_NONE; e = map_next(w->now.panes, e + 1)) {
        const struct pane_tally *p = map_value(w->now.panes, e);
        int64_t start_ms;

        memcpy(&start_ms, map_key(w->now.panes, e).p, 8);
        if (p->fired != p->came - p->late)
            violated(j, INVARIANT_I23,
                     "%s: for the window from %" PRId64 " came %" PRId64 " rows, %" PRId64
                     " of them late; it fired %" PRId64,
                     name, start_ms, p->came, p->late, p->fired);
    }
}

static void check_sink(struct judge *j, uint32_t task)
{
    const struct history *h = &j->task[task].now;
    char name[64];

    name_of(j, task, name);
    if (j->committed[task] != h->wrote || j->committed_digest[task] != h->wrote_digest)
        violated(j, INVARIANT_I3, "%s committed %" PRIu64 " rows; its history wrote %" PRIu64 "%s",
                 name, j->committed[task], h->wrote,
                 j->committed[task] == h->wrote ? ", other ones" : "");
    j->answer.late += h->late;
    j->answer.rows += j->committed[task];
    j->answer.digest += j->committed_digest[task];
}

static uint64_t counter_of(const struct world *w, const struct vertex *v, enum counter c)
{
    uint64_t sum = 0;

    for (uint32_t s = 0; s < v->parallelism; s++)
        if (world_counters(w, v->first_task + s))
            sum += world_counters(w, v->first_task + s)->of[c];
    return sum;
}

/* What left the vertices arrived at the next ones. */
static void check_edges(struct judge *j, const struct world *w)
{
    const struct job_graph *g = j->graph;

    for (uint32_t i = 0; i < g->vertices; i++) {
        const struct vertex *v = &g->vertex[i];
        uint64_t came = counter_of(w, v, COUNTER_RECORDS_IN), sent = 0;
        bool comparable = !v->is_source;

        for (uint32_t e = 0; e < v->in_edges; e++) {
            const struct vertex *from = &g->vertex[g->edge[v->in_edge[e]].from];

            comparable = comparable && from->out_edges == 1 &&
                         g->edge[v->in_edge[e]].ship != SHIP_BROADCAST;
            sent += counter_of(w, from, COUNTER_RECORDS_OUT);
        }
        if (v->is_source)
            j->answer.source_rows += came;
        if (comparable && came != sent)
            violated(j, INVARIANT_I3, "%" PRIu64 " rows were sent to '%s', %" PRIu64 " arrived",
                     sent, v->name, came);
    }
}

void judge_end(struct judge *j, const struct world *w)
{
    if (world_failure(w)->err) {
        violated(j, INVARIANT_I34, "%s", world_failure(w)->text);
        return;
    }
    for (uint32_t t = 0; t < j->graph->tasks; t++) {
        check_sink(j, t);
        check_windows(j, t);
    }
    check_edges(j, w);
    if (j->source_rows && j->answer.source_rows != j->source_rows)
        violated(j, INVARIANT_I3, "the sources read %" PRIu64 " rows; the input has %" PRIu64,
                 j->answer.source_rows, j->source_rows);
    if (j->expected &&
        (j->answer.digest != j->expected->digest || j->answer.rows != j->expected->rows))
        violated(j, INVARIANT_I3,
                 "%" PRIu64 " rows were committed; without faults %" PRIu64 " are, or others",
                 j->answer.rows, j->expected->rows);
}

const struct violation *judge_violation(const struct judge *j)
{
    return &j->violation;
}

struct answer judge_answer(const struct judge *j)
{
    return j->answer;
}
