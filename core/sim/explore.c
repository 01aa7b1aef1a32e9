#include "sim/explore.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

enum { FAULTS_MAX = 3, PROGRESS_EVERY = 16 };

/* How often each event was noted for each actor, its highest checkpoint: what can be anchored. */
struct census {
    uint32_t actors; /* tasks */
    uint32_t *count; /* [kind * (actors + 1) + task + 1]; task -1: the master */
    uint32_t *checkpoint;
};

struct explorer {
    const struct explore_spec *spec;
    struct census census;
    struct answer expected;
    bool fixed;
    uint64_t step_max;
};

static const enum event_kind anchors[] = {
    EVENT_RECORD, EVENT_BARRIER,   EVENT_ALIGN,  EVENT_SNAPSHOT,  EVENT_ACK,    EVENT_COMPLETE,
    EVENT_NOTIFY, EVENT_PRECOMMIT, EVENT_COMMIT, EVENT_WATERMARK, EVENT_WINDOW, EVENT_START};
enum { ANCHORS = sizeof anchors / sizeof anchors[0] };

/* ---- one judged run ---- */

struct listeners {
    struct judge *judge;
    struct census *census; /* NULL: nobody counts */
};

static uint32_t cell(const struct census *c, int kind, uint32_t actor)
{
    uint32_t task = actor >= ACTOR_TASK ? actor - ACTOR_TASK + 1 : 0;

    return (uint32_t)kind * (c->actors + 1) + (task <= c->actors ? task : 0);
}

static void listen(void *arg, const struct event *e)
{
    struct listeners *l = arg;

    judge_listen(l->judge, e);
    if (l->census) {
        uint32_t i = cell(l->census, e->kind, e->actor);

        l->census->count[i]++;
        if (e->checkpoint > l->census->checkpoint[i])
            l->census->checkpoint[i] = e->checkpoint;
    }
}

struct outcome {
    struct violation violation;
    struct answer answer;
    uint64_t hash, steps;
};

static int run_once(const struct explorer *x, const struct plan *plan, uint64_t seed, bool jitter,
                    struct census *census, struct outcome *o, struct diag *why)
{
    const struct explore_spec *s = x->spec;
    struct listeners l = {
        judge_new(s->graph, s->options, x->fixed ? &x->expected : NULL, x->expected.source_rows),
        census};
    struct world_spec spec = {.graph = s->graph,
                              .options = s->options,
                              .data = s->data,
                              .find = s->find,
                              .plan = plan,
                              .seed = seed,
                              .jitter = jitter,
                              .step_max = x->step_max,
                              .listen = listen,
                              .listen_arg = &l};
    struct world *w = world_new(&spec, why);

    *o = (struct outcome){0};
    if (w == NULL) {
        judge_free(l.judge);
        return why->err;
    }
    while (judge_violation(l.judge)->invariant == INVARIANT_NONE && world_step(w))
        judge_look(l.judge, w);
    if (judge_violation(l.judge)->invariant == INVARIANT_NONE)
        judge_end(l.judge, w);
    o->violation = *judge_violation(l.judge);
    o->answer = judge_answer(l.judge);
    o->hash = world_hash(w);
    o->steps = world_steps(w);
    world_free(w);
    judge_free(l.judge);
    return ERR_NONE;
}

/* ---- drawing plans ---- */

static uint32_t task_count(const struct explorer *x)
{
    return x->spec->graph->tasks;
}

static uint32_t worker_count(const struct explorer *x)
{
    uint32_t n = 1;

    for (uint32_t i = 0; i < x->spec->graph->vertices; i++)
        if (x->spec->graph->vertex[i].parallelism > n)
            n = x->spec->graph->vertex[i].parallelism;
    return n;
}

static void draw_task(const struct explorer *x, struct rng *r, char out[SUBJECT_BYTES])
{
    job_graph_task_name(x->spec->graph, (uint32_t)rng_below(r, task_count(x)), out);
}

static void draw_anchor(const struct explorer *x, struct rng *r, struct anchor *a)
{
    const struct census *c = &x->census;

    *a = (struct anchor){.nth = 1};
    for (int tries = 0; tries < 100; tries++) {
        int kind = anchors[rng_below(r, ANCHORS)];
        uint32_t task = kind == EVENT_COMPLETE ? 0 : 1 + (uint32_t)rng_below(r, c->actors);
        uint32_t i = (uint32_t)kind * (c->actors + 1) + task;

        if (c->count[i] == 0)
            continue;
        a->event = kind;
        if (task)
            job_graph_task_name(x->spec->graph, task - 1, a->subject);
        if (c->checkpoint[i] && kind != EVENT_START)
            a->checkpoint = 1 + (uint32_t)rng_below(r, c->checkpoint[i]);
        else
            a->nth = 1 + (uint32_t)rng_below(r, c->count[i]);
        return;
    }
    a->event = EVENT_START;
}

static void draw_fault(const struct explorer *x, struct rng *r, struct fault *f)
{
    static const enum fault_kind kinds[] = {FAULT_KILL, FAULT_KILL, FAULT_KILL, FAULT_PAUSE,
                                            FAULT_SLOW, FAULT_DROP, FAULT_DUP,  FAULT_DELAY};
    uint64_t kind = rng_below(r, sizeof kinds / sizeof kinds[0]);

    *f = (struct fault){.kind = kinds[kind], .after.event = -1};
    draw_anchor(x, r, &f->at);
    f->message = rng_below(r, 3) ? FAULT_NOTIFY : FAULT_ACK;
    if (f->kind == FAULT_KILL || f->kind == FAULT_PAUSE)
        snprintf(f->subject, sizeof f->subject, "tm-%u",
                 1 + (unsigned)rng_below(r, worker_count(x)));
    else
        draw_task(x, r, f->subject);
    f->us = f->kind == FAULT_SLOW ? 10 + (int64_t)rng_below(r, 100)
                                  : 100 * (1 + (int64_t)rng_below(r, 100));
}

static void draw_plan(const struct explorer *x, uint64_t seed, struct plan *p)
{
    struct rng r = rng_of(seed, "plan");

    *p = (struct plan){0};
    p->faults = 1 + (uint32_t)rng_below(&r, FAULTS_MAX);
    for (uint32_t i = 0; i < p->faults; i++) {
        draw_fault(x, &r, &p->fault[i]);
        p->fault[i].line = i + 1;
    }
}

/* ---- shrinking ---- */

struct shrinking {
    const struct explorer *x;
    struct finding *f;
};

/* Keep `p` if the same invariant still breaks with it. */
static bool keeps(struct shrinking *s, const struct plan *p, bool jitter)
{
    struct outcome o;
    struct diag why = {0};

    s->f->runs++;
    if (run_once(s->x, p, s->f->seed, jitter, NULL, &o, &why) ||
        o.violation.invariant != s->f->violation.invariant)
        return false;
    s->f->plan = *p;
    s->f->jitter = jitter;
    s->f->violation = o.violation;
    s->f->hash = o.hash;
    s->f->steps = o.steps;
    return true;
}

static bool drop_lines(struct shrinking *s)
{
    for (uint32_t i = 0; i < s->f->plan.faults; i++) {
        struct plan p = s->f->plan;

        memmove(&p.fault[i], &p.fault[i + 1], (p.faults - i - 1) * sizeof p.fault[0]);
        p.faults--;
        if (keeps(s, &p, s->f->jitter))
            return true;
    }
    return false;
}

static bool weaken(struct shrinking *s, uint32_t i)
{
    struct plan p = s->f->plan;
    struct fault *f = &p.fault[i];

    if (f->kind == FAULT_KILL) {
        f->kind = FAULT_PAUSE;
        f->us = 1000;
        if (keeps(s, &p, s->f->jitter))
            return true;
        p = s->f->plan;
    }
    if (f->at.nth > 1) {
        f->at.nth /= 2;
        if (keeps(s, &p, s->f->jitter))
            return true;
        p = s->f->plan;
    }
    if (f->at.checkpoint > 1) {
        f->at.checkpoint--;
        if (keeps(s, &p, s->f->jitter))
            return true;
        p = s->f->plan;
    }
    if (f->us < 20)
        return false;
    f->us /= 2;
    return keeps(s, &p, s->f->jitter);
}

static void shrink(struct shrinking *s)
{
    bool smaller = true;

    while (smaller) {
        smaller = drop_lines(s);
        if (!smaller && s->f->jitter)
            smaller = keeps(s, &s->f->plan, false);
        for (uint32_t i = 0; !smaller && i < s->f->plan.faults; i++)
            smaller = weaken(s, i);
    }
}

/* ---- the search ---- */

static void begin(struct explorer *x, const struct explore_spec *spec)
{
    size_t cells = (size_t)EVENT_KINDS * (spec->graph->tasks + 1);

    *x = (struct explorer){.spec = spec, .step_max = spec->step_max};
    x->census.actors = spec->graph->tasks;
    x->census.count = mem_alloc(cells * sizeof *x->census.count);
    x->census.checkpoint = mem_alloc(cells * sizeof *x->census.checkpoint);
}

static void end(struct explorer *x)
{
    mem_free(x->census.count);
    mem_free(x->census.checkpoint);
}

/* Runs without faults: what there is, and whether the answer is always the same.  A violation
 * here is a finding with an empty plan. */
static int look_around(struct explorer *x, struct finding *f, struct diag *why)
{
    enum { RUNS = 3 };
    struct plan none = {0};
    bool same = true;

    for (uint64_t i = 0; i < RUNS; i++) {
        struct outcome o;
        int err = run_once(x, &none, 1 + i, i > 0, i ? NULL : &x->census, &o, why);

        if (err)
            return err;
        f->runs++;
        if (o.violation.invariant) {
            *f = (struct finding){true, 1 + i,       f->runs, 0,       i > 0,
                                  none, o.violation, o.hash,  o.steps, false};
            return ERR_NONE;
        }
        if (i == 0) {
            x->expected = o.answer;
            if (x->step_max == 0)
                x->step_max = 20 * o.steps + 100000;
        }
        same = same && o.answer.late == 0 && o.answer.digest == x->expected.digest &&
               o.answer.rows == x->expected.rows;
    }
    x->fixed = f->answer_is_fixed = same;
    return ERR_NONE;
}

static int try_seed(struct explorer *x, uint64_t seed, struct finding *f, struct diag *why)
{
    struct shrinking s = {x, f};
    struct outcome o;
    struct plan p;
    int err;

    draw_plan(x, seed, &p);
    err = run_once(x, &p, seed, true, NULL, &o, why);
    f->runs++;
    if (err || o.violation.invariant == INVARIANT_NONE)
        return err;
    f->found = true;
    f->seed = seed;
    f->plan = p;
    f->jitter = true;
    f->faults_before = p.faults;
    f->violation = o.violation;
    f->hash = o.hash;
    f->steps = o.steps;
    shrink(&s);
    return ERR_NONE;
}

int explore(const struct explore_spec *spec, struct finding *f, struct diag *why)
{
    struct explorer x;
    int err;

    *f = (struct finding){0};
    begin(&x, spec);
    err = look_around(&x, f, why);
    for (uint64_t i = 0; !err && !f->found && i < spec->seeds; i++) {
        err = try_seed(&x, spec->first_seed + i, f, why);
        if (spec->progress && i % PROGRESS_EVERY == 0)
            spec->progress(spec->progress_arg, i + 1, spec->seeds);
    }
    end(&x);
    return err;
}

int explore_once(const struct explore_spec *spec, const struct plan *plan, uint64_t seed,
                 bool jitter, struct finding *f, struct diag *why)
{
    struct explorer x;
    struct finding around = {0};
    struct outcome o;
    int err;

    *f = (struct finding){.seed = seed, .plan = *plan, .jitter = jitter};
    begin(&x, spec);
    err = look_around(&x, &around, why);
    if (!err)
        err = run_once(&x, plan, seed, jitter, NULL, &o, why);
    end(&x);
    if (err)
        return err;
    f->found = o.violation.invariant != INVARIANT_NONE;
    f->violation = o.violation;
    f->hash = o.hash;
    f->steps = o.steps;
    return ERR_NONE;
}
