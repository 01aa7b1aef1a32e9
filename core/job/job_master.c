#include "job/job_master.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "checkpoint/coordinator.h"
#include "job/regions.h"
#include "job/restart_strategy.h"

/* One task of the current attempt, as far as the master knows. */
struct execution {
    enum task_state state;
    uint32_t worker;
};

struct job_master {
    const struct job_graph *graph;
    const struct options *options;
    struct trace *trace;
    enum job_state state;
    uint32_t attempt, restarts;
    uint32_t workers;
    bool *registered; /* by worker */
    bool *is_source;  /* by task */
    struct execution *task;
    uint32_t *region_of; /* by task */
    int64_t restart_us;  /* RESTARTING: not before this */
    struct coordinator *coordinator;
    struct restart_spec restart;
    struct restart_strategy *strategy;
    struct diag failure, last_failure;
    uint32_t same_failures;          /* in a row */
    struct coordinator_note *answer; /* to users, not taken yet; oldest first */
    uint32_t answers, answer_room;
};

const char *job_state_name(enum job_state s)
{
    static const char *const names[] = {
#define JOB_STATE_NAME_(name) #name,
        JOB_STATE_LIST(JOB_STATE_NAME_)};

    return (unsigned)s < JOB_STATES ? names[s] : "?";
}

/* ---- the two state machines: what may follow what; one setter each ---- */

#define TO_(s) (1u << JOB_STATE_##s)
static const unsigned job_may[JOB_STATES] = {
    [JOB_STATE_CREATED] = TO_(RUNNING) | TO_(FAILED),
    [JOB_STATE_RUNNING] = TO_(RESTARTING) | TO_(FINISHED) | TO_(FAILED),
    [JOB_STATE_RESTARTING] = TO_(RUNNING) | TO_(FAILED),
};
#undef TO_
#define TO_(s) (1u << TASK_STATE_##s)
static const unsigned task_may[TASK_STATES] = {
    [TASK_STATE_CREATED] = TO_(DEPLOYING) | TO_(CANCELED),
    /* messages overtake each other: FINISHED may be heard before RUNNING */
    [TASK_STATE_DEPLOYING] = TO_(RUNNING) | TO_(FINISHED) | TO_(CANCELED) | TO_(FAILED),
    [TASK_STATE_RUNNING] = TO_(FINISHED) | TO_(CANCELED) | TO_(FAILED),
    /* final for an attempt; the next one begins with DEPLOYING */
    [TASK_STATE_FINISHED] = TO_(DEPLOYING),
    [TASK_STATE_CANCELED] = TO_(DEPLOYING),
    [TASK_STATE_FAILED] = TO_(DEPLOYING),
};
#undef TO_

static void set_state(struct job_master *m, enum job_state next)
{
    assert(job_may[m->state] & 1u << next);
    m->state = next;
    trace_note(m->trace, EVENT_JOB, ACTOR_MASTER, m->attempt, 0, 0, next, 0);
}

static bool set_task(struct job_master *m, uint32_t task, enum task_state next)
{
    bool legal = task_may[m->task[task].state] & 1u << next;

    if (legal)
        m->task[task].state = next;
    return legal;
}

static bool all_tasks_are(const struct job_master *m, enum task_state s)
{
    for (uint32_t t = 0; t < m->graph->tasks; t++)
        if (m->task[t].state != s)
            return false;
    return true;
}

/* ---- life ---- */

static void make_coordinator(struct job_master *m)
{
    const struct options *o = m->options;
    struct coordinator_spec spec = {
        .graph_hash = m->graph->hash,
        .tasks = m->graph->tasks,
        .is_source = m->is_source,
        .attempt = &m->attempt,
        .interval_us = option_number(o, OPTION_INTERVAL), /* 0: none */
        .only_last = m->graph->is_batch,
        .first_delay_us = option_number(o, OPTION_INTERVAL),
        .min_pause_us = option_number(o, OPTION_MIN_PAUSE),
        .timeout_us = option_number(o, OPTION_TIMEOUT),
        .max_concurrent = (uint32_t)option_number(o, OPTION_MAX_CONCURRENT),
        .tolerable = (uint32_t)option_number(o, OPTION_TOLERABLE),
        .retained = (uint32_t)option_number(o, OPTION_RETAINED),
        .trace = m->trace,
    };

    m->coordinator = coordinator_new(&spec);
}

static void find_regions(struct job_master *m)
{
    const struct job_graph *g = m->graph;
    struct region_edge *edge = mem_alloc((g->edges + 1) * sizeof *edge);
    uint32_t *first_task = mem_alloc((g->vertices + 1) * sizeof *first_task);
    struct region_plan plan = {g->vertices, g->edges, first_task, edge};

    for (uint32_t v = 0; v < g->vertices; v++)
        first_task[v] = g->vertex[v].first_task;
    first_task[g->vertices] = g->tasks;
    for (uint32_t e = 0; e < g->edges; e++) {
        enum ship ship = g->edge[e].ship;
        bool pointwise = ship == SHIP_FORWARD || ship == SHIP_RESCALE;

        edge[e] = (struct region_edge){g->edge[e].from, g->edge[e].to, pointwise, false};
    }
    m->region_of = mem_alloc(g->tasks * sizeof *m->region_of);
    regions_find(&plan, m->region_of);
    mem_free(first_task);
    mem_free(edge);
}

uint32_t master_workers(const struct job_graph *g, const struct options *o)
{
    int64_t set = option_number(o, OPTION_WORKERS);
    uint32_t slots = set > 0 ? (uint32_t)set : g->slots;

    return slots < WORKERS_MAX ? slots : WORKERS_MAX;
}

struct job_master *master_new(const struct job_graph *g, const struct options *o, uint32_t workers,
                              struct trace *trace)
{
    struct job_master *m = mem_alloc(sizeof *m);

    assert(workers >= 1);
    *m = (struct job_master){.graph = g, .options = o, .trace = trace, .workers = workers};
    m->registered = mem_alloc(workers);
    m->is_source = mem_alloc(g->tasks);
    m->task = mem_alloc(g->tasks * sizeof *m->task);
    for (uint32_t t = 0; t < g->tasks; t++) {
        /* slot sharing: subtask i of every vertex goes into slot i */
        m->task[t].worker = job_graph_slot_of(g, t) % workers;
        m->is_source[t] = job_graph_vertex_of(g, t)->is_source;
    }
    find_regions(m);
    make_coordinator(m);
    m->restart = restart_spec_of(o, g->hash);
    m->strategy = restart_strategy_new(&m->restart);
    return m;
}

void master_free(struct job_master *m)
{
    if (m == NULL)
        return;
    coordinator_free(m->coordinator);
    mem_free(m->answer);
    restart_strategy_free(m->strategy);
    mem_free(m->registered);
    mem_free(m->is_source);
    mem_free(m->task);
    mem_free(m->region_of);
    mem_free(m);
}

void master_restore(struct job_master *m, const struct manifest *from, bool owned)
{
    assert(m->state == JOB_STATE_CREATED);
    m->attempt = from->attempt;
    coordinator_restore(m->coordinator, from, owned);
}

/* ---- going out: messages are addressed here, whoever made them ---- */

static struct message *tell(const struct job_master *m, uint32_t worker, enum message_kind kind,
                            struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_SEND);

    a->task = ACTION_MASTER;
    a->message.kind = kind;
    a->message.worker = worker;
    a->message.attempt = m->attempt;
    return &a->message;
}

static void address(const struct job_master *m, struct actions *todo, uint32_t from)
{
    for (uint32_t i = from; i < todo->count; i++) {
        struct action *a = &todo->item[i];

        a->attempt = m->attempt;
        if (a->kind == ACTION_SEND) {
            a->message.worker = m->task[a->message.task].worker;
            a->message.attempt = m->attempt;
        }
    }
}

/* ---- deploying ---- */

static bool hosts_a_task(const struct job_master *m, uint32_t worker)
{
    for (uint32_t t = 0; t < m->graph->tasks; t++)
        if (m->task[t].worker == worker)
            return true;
    return false;
}

static bool workers_are_there(const struct job_master *m)
{
    for (uint32_t t = 0; t < m->graph->tasks; t++)
        if (!m->registered[m->task[t].worker])
            return false;
    return true;
}

static void deploy(struct job_master *m, struct actions *todo)
{
    const struct manifest *latest = coordinator_latest(m->coordinator);

    m->attempt++;
    set_state(m, JOB_STATE_RUNNING);
    trace_note(m->trace, EVENT_DEPLOY, ACTOR_MASTER, m->attempt, latest ? latest->checkpoint : 0, 0,
               latest ? latest->checkpoint : 0, 0);
    for (uint32_t t = 0; t < m->graph->tasks; t++) {
        struct message *d = tell(m, m->task[t].worker, MESSAGE_DEPLOY, todo);

        set_task(m, t, TASK_STATE_DEPLOYING);
        d->task = t;
        d->graph_hash = m->graph->hash;
        if (latest) {
            d->checkpoint = latest->checkpoint;
            d->handle = latest->handle[t];
        }
    }
}

static void maybe_deploy(struct job_master *m, int64_t now_us, struct actions *todo)
{
    bool waits = m->state == JOB_STATE_CREATED ||
                 (m->state == JOB_STATE_RESTARTING && now_us >= m->restart_us);

    if (waits && workers_are_there(m))
        deploy(m, todo);
}

/* ---- failing ---- */

static void cancel_all(struct job_master *m, struct actions *todo)
{
    for (uint32_t w = 0; w < m->workers; w++)
        if (m->registered[w])
            tell(m, w, MESSAGE_CANCEL, todo);
    for (uint32_t t = 0; t < m->graph->tasks; t++)
        set_task(m, t, TASK_STATE_CANCELED);
}

/* What the same program on the same files would meet again (Flink: SuppressRestartsException). */
static bool is_hopeless(int err)
{
    return err == ERR_DAMAGED || err == ERR_FORMAT || err == ERR_VERSION || err == ERR_MISMATCH ||
           err == ERR_NOT_FOUND || err == ERR_USAGE;
}

static void explain_failure(struct job_master *m, int err, const char *text)
{
    if (is_hopeless(err))
        diag_set(&m->failure, err, "%s", text);
    else if (m->restart.kind == RESTART_NONE)
        diag_set(&m->failure, err, "%s (no restart: %s %s)", text, option_key(OPTION_RESTART),
                 option_is_set(m->options, OPTION_RESTART)
                     ? "is none"
                     : "is not set, and no checkpoints are taken");
    else
        diag_set(&m->failure, err, "%s (restarts used up: %u, %s)", text, m->restarts,
                 option_key(restart_limit(m->restart.kind)));
}

static void remember_failure(struct job_master *m, int err, const char *text)
{
    struct diag now = {0};

    diag_set(&now, err, "%s", text);
    m->same_failures = strcmp(now.text, m->last_failure.text) == 0 ? m->same_failures + 1 : 1;
    m->last_failure = now;
}

static void fail(struct job_master *m, int64_t now_us, int err, const char *text,
                 struct actions *todo)
{
    uint32_t from = todo->count;
    struct restart_answer answer;

    if (m->state != JOB_STATE_RUNNING)
        return;
    answer = restart_strategy_on_failure(m->strategy, now_us);
    remember_failure(m, err, text);
    coordinator_stop(m->coordinator, now_us, todo);
    address(m, todo, from);
    cancel_all(m, todo);
    if (is_hopeless(err) || !answer.may_restart) {
        explain_failure(m, err, text);
        set_state(m, JOB_STATE_FAILED);
        return;
    }
    m->restarts++;
    m->restart_us = now_us + answer.backoff;
    trace_note(m->trace, EVENT_RESTART, ACTOR_MASTER, m->attempt, 0, 0, answer.backoff, err);
    set_state(m, JOB_STATE_RESTARTING);
    maybe_deploy(m, now_us, todo);
}

void master_on_worker_lost(struct job_master *m, int64_t now_us, uint32_t worker,
                           struct actions *todo)
{
    char text[MESSAGE_TEXT_MAX];

    assert(worker < m->workers);
    m->registered[worker] = false;
    snprintf(text, sizeof text, "worker tm-%u is lost", worker + 1);
    if (hosts_a_task(m, worker))
        fail(m, now_us, ERR_LOST, text, todo);
}

/* ---- coming in ---- */

static void on_register(struct job_master *m, int64_t now_us, const struct message *msg,
                        struct actions *todo)
{
    if (msg->worker >= m->workers)
        return;
    m->registered[msg->worker] = true;
    trace_note(m->trace, EVENT_REGISTER, ACTOR_WORKER + msg->worker, m->attempt, 0, 0, 0, 0);
    maybe_deploy(m, now_us, todo);
}

static void on_task_state(struct job_master *m, int64_t now_us, const struct message *msg,
                          struct actions *todo)
{
    bool is_told_by_workers = msg->state == TASK_STATE_RUNNING ||
                              msg->state == TASK_STATE_FINISHED || msg->state == TASK_STATE_FAILED;

    if (!is_told_by_workers || !set_task(m, msg->task, msg->state))
        return;
    if (msg->state == TASK_STATE_FAILED) {
        fail(m, now_us, msg->err ? msg->err : ERR_USER, msg->text, todo);
    } else if (msg->state == TASK_STATE_RUNNING) {
        if (all_tasks_are(m, TASK_STATE_RUNNING))
            coordinator_start(m->coordinator, now_us);
    } else if (msg->state == TASK_STATE_FINISHED) {
        coordinator_on_finished(m->coordinator, msg->task);
        if (all_tasks_are(m, TASK_STATE_FINISHED))
            set_state(m, JOB_STATE_FINISHED);
    }
}

static void keep_answer(struct job_master *m, const struct coordinator_note *n)
{
    MEM_GROW(m->answer, m->answers, m->answer_room);
    m->answer[m->answers++] = *n;
}

/* What the coordinator made known: failures that are not tolerated, and answers for users. */
static void heed_notes(struct job_master *m, int64_t now_us, struct actions *todo)
{
    struct coordinator_note n;

    while (coordinator_next_note(m->coordinator, &n)) {
        if (n.kind == NOTE_FAIL_JOB)
            fail(m, now_us, ERR_LIMIT,
                 "more checkpoints failed in a row than "
                 "execution.checkpointing.tolerable-failed-checkpoints allows",
                 todo);
        else if (n.kind != NOTE_FAILED)
            keep_answer(m, &n);
    }
}

void master_on_message(struct job_master *m, int64_t now_us, const struct message *msg,
                       struct actions *todo)
{
    uint32_t from = todo->count;

    if (msg->kind == MESSAGE_REGISTER) {
        on_register(m, now_us, msg, todo);
        return;
    }
    if (msg->attempt != m->attempt || m->state != JOB_STATE_RUNNING ||
        msg->task >= m->graph->tasks) {
        if (msg->kind == MESSAGE_ACK)
            coordinator_discard(m->coordinator, msg->checkpoint, &msg->handle, todo);
        return; /* of an old attempt: changes nothing */
    }
    if (msg->kind == MESSAGE_TASK_STATE) {
        on_task_state(m, now_us, msg, todo);
        return;
    }
    if (msg->kind == MESSAGE_ACK)
        coordinator_on_ack(m->coordinator, now_us, msg->task, msg->checkpoint, &msg->handle, todo);
    else if (msg->kind == MESSAGE_DECLINE)
        coordinator_on_decline(m->coordinator, now_us, msg->task, msg->checkpoint,
                               give_up_named(msg->text), todo);
    else if (msg->kind == MESSAGE_DATA_END)
        coordinator_on_data_end(m->coordinator, now_us, msg->task, todo);
    address(m, todo, from);
    heed_notes(m, now_us, todo);
}

void master_on_done(struct job_master *m, int64_t now_us, uint64_t request, int result,
                    struct actions *todo)
{
    uint32_t from = todo->count;

    coordinator_on_done(m->coordinator, now_us, request, result, todo);
    address(m, todo, from);
    heed_notes(m, now_us, todo);
}

void master_on_time(struct job_master *m, int64_t now_us, struct actions *todo)
{
    uint32_t from = todo->count;

    if (m->state == JOB_STATE_RUNNING) {
        coordinator_on_time(m->coordinator, now_us, todo);
        address(m, todo, from);
        heed_notes(m, now_us, todo);
    } else {
        maybe_deploy(m, now_us, todo);
    }
}

/* ---- what a user asks for ---- */

bool master_may_snapshot(const struct job_master *m)
{
    return m->state == JOB_STATE_RUNNING && all_tasks_are(m, TASK_STATE_RUNNING);
}

uint32_t master_request_last(struct job_master *m, int64_t now_us, struct actions *todo)
{
    coordinator_hold(m->coordinator);
    return master_request(m, now_us, SNAPSHOT_CHECKPOINT, todo);
}

uint32_t master_request(struct job_master *m, int64_t now_us, enum snapshot_kind kind,
                        struct actions *todo)
{
    uint32_t from = todo->count, request;

    assert(master_may_snapshot(m));
    if (snapshot_stops(kind)) /* nothing may come between it and the end */
        coordinator_pause(m->coordinator, now_us, todo);
    request = coordinator_request(m->coordinator, now_us, kind, todo);
    address(m, todo, from);
    heed_notes(m, now_us, todo);
    return request;
}

bool master_next_answer(struct job_master *m, struct coordinator_note *answer)
{
    if (m->answers == 0)
        return false;
    *answer = m->answer[0];
    memmove(&m->answer[0], &m->answer[1], --m->answers * sizeof *answer);
    return true;
}

void master_end(struct job_master *m, enum job_end end, struct actions *todo)
{
    enum retention r = retention_of(option_text(m->options, OPTION_RETENTION));

    coordinator_end(m->coordinator, r, end, todo);
}

int64_t master_deadline_us(const struct job_master *m)
{
    if (m->state == JOB_STATE_RUNNING)
        return coordinator_deadline_us(m->coordinator);
    if (m->state == JOB_STATE_RESTARTING && workers_are_there(m))
        return m->restart_us;
    return INT64_MAX;
}

/* ---- looking ---- */

enum job_state master_state(const struct job_master *m)
{
    return m->state;
}

uint32_t master_attempt(const struct job_master *m)
{
    return m->attempt;
}

uint32_t master_restarts(const struct job_master *m)
{
    return m->restarts;
}

uint32_t master_worker_of(const struct job_master *m, uint32_t task)
{
    return m->task[task].worker;
}

uint32_t master_region_of(const struct job_master *m, uint32_t task)
{
    return m->region_of[task];
}

enum task_state master_task_state(const struct job_master *m, uint32_t task)
{
    return m->task[task].state;
}

const struct coordinator *master_coordinator(const struct job_master *m)
{
    return m->coordinator;
}

const struct diag *master_failure(const struct job_master *m)
{
    return &m->failure;
}

const struct diag *master_last_failure(const struct job_master *m)
{
    return &m->last_failure;
}

uint32_t master_same_failures(const struct job_master *m)
{
    return m->same_failures;
}
