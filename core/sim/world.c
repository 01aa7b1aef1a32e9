#include "sim/world.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "checkpoint/coordinator.h"
#include "sim/post.h"
#include "sim/watch.h"

struct worker {
    struct task_executor *executor; /* NULL: dead */
    int64_t paused_until_us;
};

struct sim_task { /* by task number */
    bool there, runnable;
    uint32_t worker, slot;
    int64_t busy_until_us;
    int64_t slow_us;
    bool has_finished;
    struct counters finished; /* what it had counted then */
};

struct world {
    struct world_spec spec;
    struct trace trace;
    struct rng order, times, fate; /* who of equals is first; jitter; what a kill leaves done */
    int64_t now_us;
    uint64_t steps;
    struct fs *output, *checkpoints;
    struct job_master *master;
    uint32_t workers;
    struct worker *worker;
    struct sim_task *task;
    struct post post;
    struct actions todo;
    struct watch watch[PLAN_LINES_MAX];
    bool fault_pending; /* a plan line has fired in this step */
    struct diag failure;
};

/* ---- time on links and disks ---- */

static int64_t drawn(struct world *w, int64_t us)
{
    return w->spec.jitter ? (int64_t)rng_below(&w->times, (uint64_t)(4 * us) + 1) : us;
}

static int64_t after(struct world *w, enum option o)
{
    return w->now_us + drawn(w, option_number(w->spec.options, o));
}

static void put(struct world *w, struct letter_box b)
{
    b.tie = (uint32_t)rng_next(&w->order);
    post_put(&w->post, b);
}

/* ---- plan lines ---- */

static void on_event(void *arg, const struct event *e)
{
    struct world *w = arg;

    if (w->spec.plan && e->kind != EVENT_FAULT)
        for (uint32_t i = 0; i < w->spec.plan->faults; i++)
            w->fault_pending |= watch_event(&w->watch[i], &w->spec.plan->fault[i], e);
    if (w->spec.listen)
        w->spec.listen(w->spec.listen_arg, e);
}

static int bind_plan(struct world *w, struct diag *why)
{
    const struct plan *p = w->spec.plan;
    int err = ERR_NONE;

    for (uint32_t i = 0; p && i < p->faults && !err; i++) {
        struct diag unknown = {0};

        err = watch_bind(&w->watch[i], &p->fault[i], w->spec.graph, w->workers, &unknown);
        if (err)
            diag_set(why, err, "line %u of the plan: %s", p->fault[i].line, unknown.text);
    }
    return err;
}

/* ---- life ---- */

static void route(struct world *w);

static void boot(struct world *w, uint32_t i)
{
    struct executor_spec spec = {
        .graph = w->spec.graph,
        .options = w->spec.options,
        .data = w->spec.data,
        .output = w->output,
        .checkpoints = w->checkpoints,
        .trace = &w->trace,
        .find = w->spec.find,
        .worker = i,
    };

    w->worker[i] = (struct worker){executor_new(&spec, &w->todo), 0};
    route(w);
}

struct world *world_new(const struct world_spec *spec, struct diag *why)
{
    struct world *w = mem_alloc(sizeof *w);

    w->spec = *spec;
    if (w->spec.step_max == 0)
        w->spec.step_max = WORLD_STEP_MAX;
    w->workers = master_workers(spec->graph, spec->options);
    w->order = rng_of(spec->seed, "order");
    w->times = rng_of(spec->seed, "times");
    w->fate = rng_of(spec->seed, "fate");
    trace_init(&w->trace, spec->ring);
    w->trace.listen = on_event;
    w->trace.listen_arg = w;
    post_init(&w->post, spec->graph);
    w->output = fs_memory_new(NULL);
    w->checkpoints = fs_memory_new(NULL);
    w->worker = mem_alloc(w->workers * sizeof *w->worker);
    w->task = mem_alloc(spec->graph->tasks * sizeof *w->task);
    w->master = master_new(spec->graph, spec->options, w->workers, &w->trace);
    if (bind_plan(w, why)) {
        world_free(w);
        return NULL;
    }
    for (uint32_t i = 0; i < w->workers; i++)
        boot(w, i);
    return w;
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    post_done(&w->post); /* segments in flight go back to pools that still live */
    for (uint32_t i = 0; i < w->workers; i++)
        executor_free(w->worker[i].executor);
    master_free(w->master);
    fs_memory_free(w->output);
    fs_memory_free(w->checkpoints);
    actions_done(&w->todo);
    trace_done(&w->trace);
    mem_free(w->worker);
    mem_free(w->task);
    mem_free(w);
}

/* ---- what machines decided: onto the links and disks ---- */

/* The plan line, if any, that waits for such a message. */
static int armed_fault(struct world *w, const struct message *m)
{
    for (uint32_t i = 0; w->spec.plan && i < w->spec.plan->faults; i++) {
        const struct fault *f = &w->spec.plan->fault[i];
        bool kind = f->message == FAULT_ACK ? m->kind == MESSAGE_ACK
                                            : m->kind == MESSAGE_NOTIFY_COMPLETE;

        if (w->watch[i].armed && kind && subject_has(&w->watch[i].target, ACTOR_TASK + m->task))
            return (int)i;
    }
    return -1;
}

static void send_message(struct world *w, const struct message *m)
{
    struct letter_box b = {.kind = BOX_MESSAGE,
                           .message = post_carry(&w->post, m),
                           .due_us = after(w, OPTION_SIM_LINK)};
    int i = armed_fault(w, m);

    if (i >= 0) {
        const struct fault *f = &w->spec.plan->fault[i];

        w->watch[i].armed = false;
        if (f->kind == FAULT_DROP)
            return;
        if (f->kind == FAULT_DELAY)
            b.due_us += f->us;
        if (f->kind == FAULT_DUP)
            put(w, b);
    }
    put(w, b);
}

static void ask_disk(struct world *w, struct action *a)
{
    struct letter_box b = {.kind = BOX_DISK,
                           .disk = *a,
                           .due_us = after(w, OPTION_SIM_DISK),
                           .worker = a->task == ACTION_MASTER ? ACTION_MASTER
                                                              : w->task[a->task].worker};

    a->body = (struct bytes){0}; /* moved */
    put(w, b);
}

static void route(struct world *w)
{
    for (uint32_t i = 0; i < w->todo.count; i++) {
        struct action *a = &w->todo.item[i];

        if (a->kind == ACTION_SEND)
            send_message(w, &a->message);
        else
            ask_disk(w, a);
    }
    actions_clear(&w->todo);
}

static void collect_parcels(struct world *w, struct task *t)
{
    struct parcel p;

    while (task_take_parcel(t, &p))
        put(w, (struct letter_box){
                   .kind = BOX_PARCEL, .parcel = p, .due_us = after(w, OPTION_SIM_LINK)});
}

/* ---- faults ---- */

/* Where an executor's tasks are now: after a deployment, a cancellation, a death. */
static void refresh(struct world *w, uint32_t worker)
{
    struct task_executor *x = w->worker[worker].executor;

    for (uint32_t t = 0; t < w->spec.graph->tasks; t++)
        if (w->task[t].there && w->task[t].worker == worker &&
            (x == NULL || executor_find(x, t) == NULL))
            w->task[t].there = false;
    for (uint32_t s = 0; x && s < executor_tasks(x); s++) {
        const struct task *task = executor_task(x, s);
        struct sim_task *t = task ? &w->task[task_view_context(task)->task] : NULL;

        if (t && (!t->there || t->slot != s || t->worker != worker))
            *t = (struct sim_task){true, true, worker, s, w->now_us, 0, false, {{0}}};
    }
}

static void kill_worker(struct world *w, uint32_t i)
{
    if (w->worker[i].executor == NULL)
        return;
    trace_note(&w->trace, EVENT_KILL, ACTOR_WORKER + i, master_attempt(w->master), 0, 0, 0, 0);
    post_cut(&w->post, i, &w->fate, w->spec.graph, w->workers);
    executor_free(w->worker[i].executor);
    w->worker[i].executor = NULL;
    refresh(w, i);
    put(w, (struct letter_box){.kind = BOX_LOST, .worker = i, .due_us = after(w, OPTION_SIM_LOSS)});
}

static uint32_t worker_of(const struct world *w, const struct subject *s)
{
    return s->is_worker ? s->worker : master_worker_of(w->master, s->task[0]);
}

static void carry_out(struct world *w, uint32_t i)
{
    const struct fault *f = &w->spec.plan->fault[i];
    const struct subject *target = &w->watch[i].target;

    switch (f->kind) {
    case FAULT_KILL:
        kill_worker(w, worker_of(w, target));
        break;
    case FAULT_PAUSE:
        w->worker[worker_of(w, target)].paused_until_us = w->now_us + f->us;
        break;
    case FAULT_SLOW:
        for (uint32_t n = 0; n < w->spec.graph->tasks; n++)
            if (target->is_worker ? master_worker_of(w->master, n) == target->worker
                                  : subject_has(target, ACTOR_TASK + n))
                w->task[n].slow_us = f->us;
        break;
    case FAULT_DROP:
    case FAULT_DUP:
    case FAULT_DELAY:
        break; /* armed: send_message() does it */
    }
}

/* After a step: message faults are armed before its messages leave, the others strike after. */
static void settle(struct world *w)
{
    bool fired[PLAN_LINES_MAX] = {false};
    uint32_t faults = w->spec.plan ? w->spec.plan->faults : 0;

    if (!w->fault_pending) {
        route(w);
        return;
    }
    w->fault_pending = false;
    for (uint32_t i = 0; i < faults; i++) {
        fired[i] = w->watch[i].fired && w->watch[i].seen != UINT32_MAX;
        if (fired[i]) {
            w->watch[i].seen = UINT32_MAX; /* struck */
            trace_note(&w->trace, EVENT_FAULT, ACTOR_MASTER, 0, 0, 0, i, 0);
        }
    }
    route(w);
    for (uint32_t i = 0; i < faults; i++)
        if (fired[i])
            carry_out(w, i);
}

/* ---- delivering ---- */

static void wake(struct world *w, uint32_t task)
{
    w->task[task].runnable = true;
}

static void deliver_message(struct world *w, const struct message *m)
{
    bool down = m->kind >= MESSAGE_DEPLOY;
    struct task_executor *x = w->worker[m->worker].executor;

    if (!down) {
        master_on_message(w->master, w->now_us, m, &w->todo);
    } else if (x) {
        executor_on_message(x, w->now_us, m, &w->todo);
        refresh(w, m->worker);
        wake(w, m->task);
    }
}

static void deliver_parcel(struct world *w, struct parcel *p)
{
    uint32_t number = parcel_receiver(w->spec.graph, p);
    bool up = parcel_is_upstream(p->kind);
    struct task_executor *x = w->worker[master_worker_of(w->master, number)].executor;

    if (x == NULL) {
        post_drop(p);
    } else if (executor_on_parcel(x, p) == number) {
        wake(w, number);
        if (up)
            collect_parcels(w, executor_find(x, number)); /* credit may let a segment go */
    }
}

static void deliver_disk(struct world *w, struct letter_box *b)
{
    const struct action *a = &b->disk;
    int result = action_carry_out(a, w->checkpoints, w->output);

    if (a->kind == ACTION_REMOVE)
        return;
    if (a->task == ACTION_MASTER) {
        master_on_done(w->master, w->now_us, a->request, result, &w->todo);
    } else if (w->worker[b->worker].executor) {
        executor_on_done(w->worker[b->worker].executor, w->now_us, a->task, a->attempt, a->request,
                         result, &w->todo);
        wake(w, a->task);
    }
}

static void deliver_lost(struct world *w, uint32_t worker)
{
    master_on_worker_lost(w->master, w->now_us, worker, &w->todo);
    put(w, (struct letter_box){
               .kind = BOX_REBOOT, .worker = worker, .due_us = after(w, OPTION_SIM_REBOOT)});
}

static void deliver(struct world *w, struct letter_box b)
{
    switch (b.kind) {
    case BOX_MESSAGE:
        deliver_message(w, &b.message);
        break;
    case BOX_PARCEL:
        deliver_parcel(w, &b.parcel);
        break;
    case BOX_DISK:
        deliver_disk(w, &b);
        bytes_done(&b.disk.body);
        break;
    case BOX_LOST:
        deliver_lost(w, b.worker);
        break;
    case BOX_REBOOT:
        boot(w, b.worker);
        break;
    }
}

/* ---- who is next ---- */

/* When task t wants to run; INT64_MAX: it waits for others. */
static int64_t ready_us(const struct world *w, const struct sim_task *t)
{
    const struct worker *worker = &w->worker[t->worker];
    int64_t at = t->busy_until_us;

    if (!t->there)
        return INT64_MAX;
    if (!t->runnable) {
        int64_t deadline = task_deadline_us(executor_task(worker->executor, t->slot));

        if (deadline == INT64_MAX)
            return INT64_MAX;
        at = deadline > at ? deadline : at;
    }
    return worker->paused_until_us > at ? worker->paused_until_us : at;
}

/* Whoever has the least time; of equals the seed chooses.  -1: nobody. */
static int next_task(struct world *w, int64_t *when)
{
    int best = -1;
    uint32_t equals = 0;

    *when = INT64_MAX;
    for (uint32_t i = 0; i < w->spec.graph->tasks; i++) {
        int64_t at = ready_us(w, &w->task[i]);

        if (at == INT64_MAX || at > *when)
            continue;
        if (at < w->now_us)
            at = w->now_us; /* those that could have run already are equals */
        equals = at < *when ? 1 : equals + 1;
        if (at < *when || rng_below(&w->order, equals) == 0)
            best = (int)i;
        *when = at;
    }
    return best;
}

static void begin_step(struct world *w, int64_t now_us)
{
    if (now_us > w->now_us)
        w->now_us = now_us;
    w->trace.step = (uint32_t)(w->steps + 1);
    w->trace.us = w->now_us;
}

/* True if the task did something. */
static bool step_task(struct world *w, uint32_t number)
{
    struct sim_task *t = &w->task[number];
    struct task_executor *x = w->worker[t->worker].executor;
    struct task *task = executor_task(x, t->slot);
    enum task_progress p = executor_step(x, t->slot, w->now_us, 1, &w->todo);
    int64_t cost = drawn(w, task_cost_us(task)) + (task_cost_us(task) ? t->slow_us : 0);

    collect_parcels(w, task);
    if (p == TASK_FINISHED) {
        t->has_finished = true;
        t->finished = *task_view_context(task)->counters;
    }
    t->runnable = p == TASK_MORE;
    t->busy_until_us = w->now_us + cost;
    return p != TASK_BLOCKED_ON_INPUT && p != TASK_BLOCKED_ON_OUTPUT;
}

static bool stop(struct world *w, int err, const char *text)
{
    diag_set(&w->failure, err, "%s", text);
    return false;
}

/* In a simulation nothing outside changes: what fails again and again will never do otherwise. */
static bool restarts_in_vain(const struct world *w)
{
    return master_same_failures(w->master) >
           WORLD_SAME_FAILURES_MAX + (w->spec.plan ? w->spec.plan->faults : 0);
}

static bool is_over(const struct world *w)
{
    enum job_state s = master_state(w->master);

    return s == JOB_STATE_FINISHED || s == JOB_STATE_FAILED || w->failure.err;
}

bool world_step(struct world *w)
{
    int64_t task_us, master_us;

    while (!is_over(w)) {
        const struct letter_box *letter = post_head(&w->post);
        int64_t letter_us = letter ? letter->due_us : INT64_MAX;
        int task = next_task(w, &task_us);
        bool did = true;

        master_us = master_deadline_us(w->master);
        if (letter == NULL && task < 0 && master_us == INT64_MAX)
            return stop(w, ERR_LIMIT,
                        "the job stands still: nobody can do anything, and it is "
                        "not finished");
        if (w->steps >= w->spec.step_max)
            return stop(w, ERR_LIMIT, "the job goes on for ever: the limit of steps is reached");
        if (restarts_in_vain(w))
            return diag_set(&w->failure, ERR_LIMIT, "restarted %u times, always after: %.400s",
                            master_restarts(w->master),
                            master_last_failure(w->master)->text) == ERR_NONE;
        if (letter_us <= task_us && letter_us <= master_us) {
            begin_step(w, letter_us);
            deliver(w, post_take(&w->post));
        } else if (master_us < task_us) {
            begin_step(w, master_us);
            master_on_time(w->master, w->now_us, &w->todo);
        } else {
            begin_step(w, task_us);
            did = step_task(w, (uint32_t)task);
        }
        settle(w);
        if (did) {
            w->steps++;
            return true;
        }
    }
    if (master_state(w->master) == JOB_STATE_FAILED)
        stop(w, master_failure(w->master)->err, master_failure(w->master)->text);
    return false;
}

void world_run_to(struct world *w, uint64_t step)
{
    while (w->steps < step && world_step(w))
        ;
    if (is_over(w))
        world_step(w); /* fills in the failure */
}

/* ---- looking ---- */

uint64_t world_steps(const struct world *w)
{
    return w->steps;
}

uint64_t world_hash(const struct world *w)
{
    return w->trace.hash;
}

int64_t world_now_us(const struct world *w)
{
    return w->now_us;
}

const struct diag *world_failure(const struct world *w)
{
    return &w->failure;
}

struct fs *world_output(const struct world *w)
{
    return w->output;
}

struct fs *world_checkpoints(const struct world *w)
{
    return w->checkpoints;
}

const struct job_master *world_master(const struct world *w)
{
    return w->master;
}

uint32_t world_workers(const struct world *w)
{
    return w->workers;
}

struct task_executor *world_worker(const struct world *w, uint32_t i)
{
    return w->worker[i].executor;
}

const struct trace *world_trace(const struct world *w)
{
    return &w->trace;
}

const struct task *world_task(const struct world *w, uint32_t task)
{
    const struct sim_task *t = &w->task[task];

    return t->there ? executor_task(w->worker[t->worker].executor, t->slot) : NULL;
}

int64_t world_slow_us(const struct world *w, uint32_t task)
{
    return w->task[task].slow_us;
}

bool world_fault_fired(const struct world *w, uint32_t fault)
{
    return w->watch[fault].fired;
}

void world_in_flight(const struct world *w, uint32_t edge, uint32_t from, uint32_t to,
                     void (*each)(void *arg, const struct parcel *p), void *arg)
{
    post_each_parcel(&w->post, edge, from, to, each, arg);
}

const struct counters *world_counters(const struct world *w, uint32_t task)
{
    const struct task *t = world_task(w, task);

    if (t)
        return task_view_context(t)->counters;
    return w->task[task].has_finished ? &w->task[task].finished : NULL;
}

uint64_t world_counter(const struct world *w, enum counter c)
{
    uint64_t sum = 0;

    for (uint32_t t = 0; t < w->spec.graph->tasks; t++)
        if (world_counters(w, t))
            sum += world_counters(w, t)->of[c];
    return sum;
}
