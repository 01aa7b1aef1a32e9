#include "runtime/task.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "runtime/counters_state.h"
#include "runtime/gate.h"

/* A letter waits until nothing is owed, then it is one step. */
enum letter_kind { LETTER_TRIGGER, LETTER_COMPLETE, LETTER_ABORTED, LETTER_DONE };
struct letter {
    enum letter_kind kind;
    uint32_t checkpoint;
    enum snapshot_kind snapshot;
    bool is_final;
    int64_t created_us;
    uint64_t request;
    int result;
};

/* A slow thing that was asked for and has not been answered. */
struct awaited {
    uint64_t request;
    uint32_t owner;      /* operator, or OWNER_TASK */
    uint32_t checkpoint; /* its snapshot; 0: not part of one */
};
enum { OWNER_TASK = UINT32_MAX };

/* A snapshot whose parts are being made durable. */
struct unacked {
    uint32_t checkpoint;
    struct state_handle handle;
    bool failed;
};

struct task {
    struct task_context context;
    struct counters counters;
    struct chain chain;
    struct gate *gate; /* NULL: a source */
    enum task_phase phase;
    enum task_progress last;
    bool end_sent;  /* a source has sent WEIR_END */
    bool data_over; /* operators are finished; no rows follow */
    bool final_is_complete;
    bool is_suspended;        /* its last snapshot was taken to stop the job */
    struct letter drain;      /* checkpoint != 0: end the data, then take this savepoint */
    uint32_t last_checkpoint; /* highest taken or given up */
    struct letter *letter;
    uint32_t letters, letter_room;
    struct awaited *awaited;
    uint32_t awaits, await_room;
    struct unacked *unacked;
    uint32_t unackeds, unacked_room;
    int64_t since_us, cost_us; /* accounting: when the last step began (-1: none yet), its cost */
    int64_t unflushed_us;      /* when the oldest open segment began; INT64_MAX: none */
    int64_t buffer_timeout_us;
};

/* ---- life ---- */

static void init_context(struct task *t, const struct task_spec *s, uint32_t restored)
{
    const struct vertex *v = job_graph_vertex_of(s->graph, s->task);

    t->context = (struct task_context){
        .graph = s->graph,
        .vertex = v,
        .options = s->options,
        .data = s->data,
        .lines = s->lines,
        .output = s->output,
        .trace = s->trace,
        .counters = &t->counters,
        .task = s->task,
        .subtask = s->task - v->first_task,
        .attempt = s->attempt,
        .actor = ACTOR_TASK + s->task,
        .now_us = s->now_us,
        .restored = restored,
        .has_checkpoints = option_number(s->options, OPTION_INTERVAL) > 0,
        .is_batch = s->graph->is_batch,
    };
}

struct task *task_new(const struct task_spec *s, struct span snapshot, uint32_t restored,
                      struct diag *why)
{
    struct task *t = mem_alloc(sizeof *t);
    struct snapshot_in in;
    char what[64];
    int err;

    init_context(t, s, restored);
    t->since_us = -1;
    t->unflushed_us = INT64_MAX;
    t->buffer_timeout_us = option_number(s->options, OPTION_BUFFER_TIMEOUT);
    t->last_checkpoint = restored;
    t->gate = gate_new(s->graph, t->context.vertex, t->context.subtask, s->attempt,
                       (uint32_t)option_number(s->options, OPTION_CHANNEL_BUFFERS));
    if (t->gate) {
        t->gate->trace = s->trace;
        t->gate->actor = t->context.actor;
        t->gate->attempt = s->attempt;
    }
    snprintf(what, sizeof what, "checkpoint %u, task %u", restored, s->task);
    err = chain_build(&t->chain, &t->context, s->find, s->pool, why);
    if (!err && snapshot.bytes)
        err = snapshot_open(&in, snapshot, what, why);
    if (!err && snapshot.bytes)
        counters_restore(&t->counters, &in);
    if (!err)
        err = chain_open(&t->chain, snapshot.bytes ? &in : NULL, s->parts, why);
    if (!err)
        return t;
    task_free(t);
    return NULL;
}

void task_free(struct task *t)
{
    if (t == NULL)
        return;
    chain_free(&t->chain);
    gate_free(t->gate);
    actions_done(&t->context.requests);
    bytes_done(&t->context.log);
    mem_free(t->letter);
    mem_free(t->awaited);
    mem_free(t->unacked);
    mem_free(t);
}

static void note(const struct task *t, enum event_kind kind, uint32_t checkpoint, int64_t a,
                 int64_t b)
{
    trace_note(t->context.trace, kind, t->context.actor, t->context.attempt, checkpoint, 0, a, b);
}

static void post(struct task *t, struct letter l)
{
    MEM_GROW(t->letter, t->letters, t->letter_room);
    t->letter[t->letters++] = l;
}

void task_on_savepoint(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot,
                       int64_t created_us)
{
    post(t, (struct letter){.kind = LETTER_TRIGGER,
                            .checkpoint = checkpoint,
                            .snapshot = snapshot,
                            .created_us = created_us});
}

void task_on_complete(struct task *t, uint32_t checkpoint, bool is_final)
{
    post(t,
         (struct letter){.kind = LETTER_COMPLETE, .checkpoint = checkpoint, .is_final = is_final});
}

void task_on_aborted(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot)
{
    post(t,
         (struct letter){.kind = LETTER_ABORTED, .checkpoint = checkpoint, .snapshot = snapshot});
}

void task_on_done(struct task *t, uint64_t request, int result)
{
    post(t, (struct letter){.kind = LETTER_DONE, .request = request, .result = result});
}

/* ---- messages and requests going out ---- */

static struct message *tell_master(const struct task *t, enum message_kind kind,
                                   uint32_t checkpoint, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_SEND);

    a->task = t->context.task;
    a->attempt = t->context.attempt;
    a->message.kind = kind;
    a->message.task = t->context.task;
    a->message.attempt = t->context.attempt;
    a->message.checkpoint = checkpoint;
    return &a->message;
}

static void await(struct task *t, uint64_t request, uint32_t owner, uint32_t checkpoint)
{
    MEM_GROW(t->awaited, t->awaits, t->await_room);
    t->awaited[t->awaits++] = (struct awaited){request, owner, checkpoint};
}

/* What operators asked for during the last call goes to the host, and is awaited. */
static void hand_over_requests(struct task *t, struct actions *todo)
{
    struct actions *requests = &t->context.requests;

    for (uint32_t i = 0; i < requests->count; i++) {
        struct action *r = &requests->item[i], *a = actions_add(todo, r->kind);

        *a = *r;
        r->body = (struct bytes){0}; /* moved */
        if (a->kind != ACTION_REMOVE)
            await(t, a->request, a->owner, a->message.checkpoint);
    }
    actions_clear(requests);
}

/* ---- checkpoints ---- */

/* What an operator still has to write for an older snapshot is owed by this one too: that one may
 * have been given up while the disk was slow, and a sink's state names what it handed over. */
static bool is_part_of(const struct awaited *w, uint32_t checkpoint)
{
    return w->checkpoint == checkpoint ||
           (w->owner != OWNER_TASK && w->checkpoint && w->checkpoint < checkpoint);
}

static bool is_awaited(const struct task *t, uint32_t checkpoint)
{
    for (uint32_t i = 0; i < t->awaits; i++)
        if (is_part_of(&t->awaited[i], checkpoint))
            return true;
    return false;
}

/* Every part of a snapshot is durable (or one failed): the master is told, once. */
static void settle_snapshots(struct task *t, struct actions *todo)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < t->unackeds; i++) {
        struct unacked *u = &t->unacked[i];

        if (is_awaited(t, u->checkpoint)) {
            t->unacked[kept++] = *u;
        } else if (u->failed) {
            note(t, EVENT_DECLINE, u->checkpoint, ERR_IO, 0);
            snprintf(tell_master(t, MESSAGE_DECLINE, u->checkpoint, todo)->text, MESSAGE_TEXT_MAX,
                     "a part of the snapshot could not be written");
        } else {
            note(t, EVENT_ACK, u->checkpoint, (int64_t)u->handle.bytes, 0);
            tell_master(t, MESSAGE_ACK, u->checkpoint, todo)->handle = u->handle;
        }
    }
    t->unackeds = kept;
}

static void write_snapshot(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot,
                           struct snapshot_out *out, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_WRITE);
    struct unacked u = {.checkpoint = checkpoint};
    char folder[SNAPSHOT_FOLDER_MAX];

    a->task = t->context.task;
    a->attempt = t->context.attempt;
    a->owner = OWNER_TASK;
    a->request = ++t->context.next_request;
    a->body = out->bytes; /* moved */
    snapshot_folder(snapshot, checkpoint, folder);
    snprintf(a->path, sizeof a->path, "%s/%s-%u", folder, t->context.vertex->uid,
             t->context.subtask);
    snprintf(u.handle.path, sizeof u.handle.path, "%s", a->path);
    u.handle.bytes = a->body.bytes;
    u.handle.check = handle_check(bytes_span(&a->body));
    note(t, EVENT_SNAPSHOT, checkpoint, (int64_t)u.handle.bytes, u.handle.check);
    await(t, a->request, OWNER_TASK, checkpoint);
    MEM_GROW(t->unacked, t->unackeds, t->unacked_room);
    t->unacked[t->unackeds++] = u;
}

static void take_checkpoint(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot,
                            int64_t created_ms, struct actions *todo)
{
    struct snapshot_out out;

    if (checkpoint <= t->last_checkpoint)
        return;
    t->last_checkpoint = checkpoint;
    t->phase = PHASE_SNAPSHOT;
    t->is_suspended = snapshot == SNAPSHOT_SUSPEND;
    chain_barrier(&t->chain, checkpoint, snapshot, created_ms);
    snapshot_start(&out);
    counters_snapshot(&t->counters, &out);
    chain_snapshot(&t->chain, checkpoint, &out);
    snapshot_finish(&out);
    write_snapshot(t, checkpoint, snapshot, &out, todo);
    hand_over_requests(t, todo);
}

static void give_up_checkpoint(struct task *t, uint32_t checkpoint, enum align_reason reason,
                               struct actions *todo)
{
    if (checkpoint > t->last_checkpoint)
        t->last_checkpoint = checkpoint;
    chain_event(&t->chain, PARCEL_CANCEL, checkpoint, 0);
    note(t, EVENT_DECLINE, checkpoint, reason, 0);
    snprintf(tell_master(t, MESSAGE_DECLINE, checkpoint, todo)->text, MESSAGE_TEXT_MAX, "%s",
             align_reason_name(reason));
}

/* ---- letters ---- */

static void on_done(struct task *t, const struct letter *l)
{
    for (uint32_t i = 0; i < t->awaits; i++) {
        struct awaited w = t->awaited[i];

        if (w.request != l->request)
            continue;
        memmove(&t->awaited[i], &t->awaited[i + 1], (--t->awaits - i) * sizeof w);
        for (uint32_t u = 0; u < t->unackeds; u++)
            if (is_part_of(&w, t->unacked[u].checkpoint) && l->result != ERR_NONE)
                t->unacked[u].failed = true;
        if (w.owner != OWNER_TASK && t->chain.op[w.owner]->class->on_done)
            t->chain.op[w.owner]->class->on_done(t->chain.op[w.owner], l->request, l->result);
        return;
    }
}

static void on_trigger(struct task *t, const struct letter *l, struct actions *todo)
{
    if (l->snapshot == SNAPSHOT_TERMINATE && t->gate == NULL && !t->data_over)
        t->drain = *l; /* end_data() takes it */
    else
        take_checkpoint(t, l->checkpoint, l->snapshot, l->created_us / 1000, todo);
}

static void open_letter(struct task *t, struct actions *todo)
{
    struct letter l = t->letter[0];

    memmove(&t->letter[0], &t->letter[1], --t->letters * sizeof l);
    switch (l.kind) {
    case LETTER_TRIGGER:
        on_trigger(t, &l, todo);
        break;
    case LETTER_COMPLETE:
        note(t, EVENT_NOTIFY, l.checkpoint, l.is_final, 0);
        chain_on_checkpoint(&t->chain, l.checkpoint);
        t->final_is_complete |= l.is_final;
        break;
    case LETTER_ABORTED: /* nothing is kept for a checkpoint until it is complete */
        if (snapshot_stops(l.snapshot))
            diag_set(&t->context.failure, ERR_LIMIT,
                     "savepoint %u, which was to stop the job, was given up", l.checkpoint);
        break;
    case LETTER_DONE:
        on_done(t, &l);
        break;
    }
    hand_over_requests(t, todo);
    settle_snapshots(t, todo);
}

/* ---- the end ---- */

/* WEIR_END was passed on and nothing is owed: finish, and say that no rows follow. */
static void end_data(struct task *t, struct actions *todo)
{
    t->data_over = true;
    chain_finish(&t->chain);
    chain_event(&t->chain, PARCEL_END_OF_DATA, 0, 0);
    note(t, EVENT_DATA_END, 0, (int64_t)t->counters.of[COUNTER_RECORDS_IN], 0);
    tell_master(t, MESSAGE_DATA_END, 0, todo);
    hand_over_requests(t, todo);
    if (t->drain.checkpoint)
        on_trigger(t, &t->drain, todo);
}

/* Letters that are left are copies of what was acted on: the last checkpoint is told again and
 * again, and a slow task would never have read them all. */
static bool may_finish(const struct task *t)
{
    return t->data_over && t->awaits == 0 && (t->final_is_complete || !t->context.has_checkpoints);
}

static enum task_progress finish(struct task *t)
{
    chain_event(&t->chain, PARCEL_END_OF_CHANNEL, 0, 0);
    note(t, EVENT_FINISH, 0, 0, 0);
    return TASK_FINISHED;
}

/* ---- steps ---- */

static enum task_progress blocked(struct task *t, enum task_progress why)
{
    chain_flush(&t->chain); /* nobody waits for a row that lies in an open segment */
    return why;
}

/* Nothing is due but the next row: step_once() would come to it again. */
static bool look_around(struct task *t)
{
    t->context.disturbed = false;
    return t->context.owing == 0 && t->letters == 0 && t->context.requests.count == 0 &&
           t->context.failure.err == ERR_NONE && chain_has_room(&t->chain) &&
           chain_deadline_us(&t->chain) > t->context.now_us;
}

/* One more row may be done in this step; who does it pays.  The first is paid by task_step(). */
static inline bool may_go_on(struct task *t)
{
    return t->context.budget > 1 && (!t->context.disturbed || look_around(t));
}

static enum progress next_rows(struct task *t)
{
    struct operator* head = t->chain.op[0];
    enum progress progress;

    while ((progress = head->class->resume(head)) == PROGRESS_MORE && may_go_on(t))
        t->context.budget--;
    return progress;
}

static enum task_progress step_source(struct task *t, struct actions *todo)
{
    struct operator* head = t->chain.op[0];
    enum progress progress;

    if (t->end_sent) {
        end_data(t, todo);
        return TASK_MORE;
    }
    progress = t->drain.checkpoint ? PROGRESS_END : next_rows(t);
    if (progress == PROGRESS_WAIT)
        return blocked(t, TASK_BLOCKED_ON_INPUT);
    if (progress == PROGRESS_END) {
        t->end_sent = true;
        note(t, EVENT_WATERMARK, 0, WEIR_END, 0);
        operator_emit_watermark(head, WEIR_END);
    }
    return TASK_MORE;
}

/* Rows lie one behind the other: what they will touch is fetched while others are worked on. */
static bool peek_ahead(struct task *t, struct operator* head)
{
    struct weir_row row;
    bool is_worth_it = true;

    while (is_worth_it && gate_ahead(t->gate, &row))
        is_worth_it = head->class->peek(head, &row);
    return is_worth_it;
}

static void take_rows(struct task *t, struct weir_row *row, bool second)
{
    struct operator* head = t->chain.op[0];
    bool peeks = head->class->peek != NULL;

    for (;;) {
        t->counters.of[COUNTER_RECORDS_IN]++;
        peeks = peeks && !second && peek_ahead(t, head);
        if (second)
            head->class->on_row_2(head, row);
        else
            operator_row(head, row);
        if (!may_go_on(t) || !gate_next_row(t->gate, row))
            return;
        t->context.budget--;
    }
}

static enum task_progress step_gate(struct task *t, struct actions *todo)
{
    struct operator* head = t->chain.op[0];
    struct gate_item item;

    gate_next(t->gate, t->context.now_us, &item);
    switch (item.kind) {
    case GATE_EMPTY:
        return blocked(t, TASK_BLOCKED_ON_INPUT);
    case GATE_ROW:
        if (item.is_sorted)
            head->watermark_ms = WEIR_NO_TIME;
        take_rows(t, &item.row, item.second);
        break;
    case GATE_WATERMARK:
        note(t, EVENT_WATERMARK, 0, item.watermark_ms, 0);
        operator_watermark(head, item.watermark_ms);
        break;
    case GATE_STATUS:
        note(t, EVENT_STATUS, 0, item.active, 0);
        operator_status(head, item.active);
        break;
    case GATE_CHECKPOINT:
        take_checkpoint(t, item.checkpoint, item.snapshot, item.created_ms, todo);
        break;
    case GATE_ABORT:
        give_up_checkpoint(t, item.checkpoint, item.reason, todo);
        break;
    case GATE_KEY_OVER:
        operator_end_key(head);
        break;
    case GATE_END_OF_DATA:
        end_data(t, todo);
        break;
    case GATE_NOTHING:
        break;
    }
    return TASK_MORE;
}

/* One step, or as many rows as the budget allows while nothing else is due. */
static enum task_progress step_once(struct task *t, struct actions *todo)
{
    bool owes = t->context.owing > 0;

    t->phase = t->data_over ? PHASE_END : PHASE_RUN;
    if (!owes && may_finish(t))
        return finish(t);
    if (t->letters && !owes) {
        open_letter(t, todo);
        return TASK_MORE;
    }
    if (!chain_has_room(&t->chain))
        return TASK_BLOCKED_ON_OUTPUT;
    if (owes) {
        t->phase = PHASE_FIRING;
        if (chain_resume(&t->chain) != PROGRESS_WAIT)
            return TASK_MORE;
    }
    if (t->is_suspended)
        return blocked(t, TASK_BLOCKED_ON_INPUT);
    if (t->data_over) /* a gate still serves barriers, a source only letters */
        return t->gate ? step_gate(t, todo) : blocked(t, TASK_BLOCKED_ON_INPUT);
    if (chain_deadline_us(&t->chain) <= t->context.now_us) {
        chain_on_time(&t->chain, t->context.now_us);
        return TASK_MORE;
    }
    if (owes)
        return blocked(t, TASK_BLOCKED_ON_INPUT);
    return t->gate ? step_gate(t, todo) : step_source(t, todo);
}

static void watch_flush(struct task *t)
{
    int64_t now = t->context.now_us;

    if (!chain_has_unflushed(&t->chain)) {
        t->unflushed_us = INT64_MAX;
    } else if (t->unflushed_us == INT64_MAX) {
        t->unflushed_us = now;
    } else if (now - t->unflushed_us >= t->buffer_timeout_us) {
        chain_flush(&t->chain);
        t->unflushed_us = INT64_MAX;
    }
}

/* The time since the last step: its cost was busy, the rest was what it returned. */
static void account(struct task *t, int64_t now_us)
{
    int64_t passed = now_us - t->since_us, busy = t->cost_us < passed ? t->cost_us : passed;
    enum counter rest = t->last == TASK_BLOCKED_ON_OUTPUT  ? COUNTER_BACKPRESSURED_US
                        : t->last == TASK_BLOCKED_ON_INPUT ? COUNTER_IDLE_US
                                                           : COUNTER_BUSY_US;

    if (t->since_us < 0)
        passed = busy = 0; /* before the first step nobody waited */
    t->counters.of[COUNTER_BUSY_US] += (uint64_t)busy;
    t->counters.of[rest] += (uint64_t)(passed - busy);
    t->since_us = now_us;
}

enum task_progress task_step(struct task *t, int64_t now_us, uint32_t budget, struct actions *todo)
{
    assert(t->last != TASK_FINISHED && t->last != TASK_FAILED && budget > 0);
    account(t, now_us);
    t->context.now_us = now_us;
    t->context.budget = budget;
    do {
        t->last = step_once(t, todo);
        t->context.budget -= t->last == TASK_MORE;
        if (t->context.failure.err)
            t->last = TASK_FAILED;
        if (t->context.requests.count)
            hand_over_requests(t, todo);
    } while (t->last == TASK_MORE && t->context.budget);
    t->cost_us = (budget - t->context.budget) * t->chain.cost_us;
    watch_flush(t);
    if (t->last == TASK_FAILED)
        note(t, EVENT_FAIL, 0, t->context.failure.err, 0);
    return t->last;
}

void task_worked_until(struct task *t, int64_t now_us)
{
    t->counters.of[COUNTER_BUSY_US] += (uint64_t)(now_us - t->since_us);
    t->since_us = now_us;
    t->cost_us = 0;
}

int64_t task_cost_us(const struct task *t)
{
    return t->cost_us;
}

int64_t task_deadline_us(const struct task *t)
{
    int64_t flush = t->unflushed_us == INT64_MAX ? INT64_MAX
                                                 : t->unflushed_us + t->buffer_timeout_us;
    bool may_run = !t->data_over && !t->is_suspended &&
                   t->last != TASK_BLOCKED_ON_OUTPUT; /* room wakes it */
    int64_t operators = may_run ? chain_deadline_us(&t->chain) : INT64_MAX;

    if (t->last == TASK_FAILED)
        return INT64_MAX;
    return flush < operators ? flush : operators;
}

/* ---- data plane ---- */

bool task_on_parcel(struct task *t, struct parcel *p)
{
    if (p->channel.attempt != t->context.attempt)
        return false;
    if (!parcel_is_upstream(p->kind))
        return t->gate && gate_on_parcel(t->gate, p);
    for (uint32_t i = 0; i < t->chain.outboxes; i++)
        if (outbox_on_parcel(t->chain.outbox[i], p))
            return true;
    return false;
}

bool task_take_parcel(struct task *t, struct parcel *out)
{
    if (t->gate && gate_take(t->gate, out))
        return true;
    for (uint32_t i = 0; i < t->chain.outboxes; i++)
        if (outbox_take(t->chain.outbox[i], out))
            return true;
    return false;
}

void task_take_log(struct task *t, struct bytes *out)
{
    bytes_put(out, t->context.log.p, t->context.log.bytes);
    bytes_clear(&t->context.log);
}

/* ---- looking ---- */

bool task_is_quiet(const struct task *t)
{
    return t->letters == 0 && t->awaits == 0;
}

enum task_phase task_phase(const struct task *t)
{
    return t->phase;
}

enum task_progress task_last_progress(const struct task *t)
{
    return t->last;
}

const struct task_context *task_view_context(const struct task *t)
{
    return &t->context;
}

const struct diag *task_failure(const struct task *t)
{
    return &t->context.failure;
}

const struct gate *task_gate(const struct task *t)
{
    return t->gate;
}

uint32_t task_operators(const struct task *t)
{
    return t->chain.operators;
}

const struct operator* task_operator(const struct task *t, uint32_t i)
{
    return t->chain.op[i];
}

uint32_t task_outboxes(const struct task *t)
{
    return t->chain.outboxes;
}

const struct outbox *task_outbox(const struct task *t, uint32_t i)
{
    return t->chain.outbox[i];
}
