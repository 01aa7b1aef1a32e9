#include "host/task_executor.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "runtime/buffer_pool.h"
#include "runtime/parcel_queue.h"

struct slot {
    struct task *task; /* NULL: free */
    uint32_t number, attempt;
    bool reported; /* its end was told */
};

struct task_executor {
    struct executor_spec spec;
    struct buffer_pool *pool;
    struct slot *slot;
    uint32_t slots, room;
    uint32_t cancelled;        /* attempts up to this one are over */
    struct parcel_queue early; /* parcels whose task is not deployed yet */
};

/* Enough that no task of this worker starves another: what all channels may hold at once. */
static uint32_t pool_budget(const struct executor_spec *s)
{
    uint64_t per_channel = (uint64_t)option_number(s->options, OPTION_SUBPARTITION_BUFFERS) +
                           (uint64_t)option_number(s->options, OPTION_CHANNEL_BUFFERS) + 2;
    uint64_t channels = (uint64_t)s->graph->tasks * s->graph->tasks + s->graph->tasks;

    return (uint32_t)(per_channel * channels);
}

static struct action *send_up(struct task_executor *x, enum message_kind kind, uint32_t task,
                              uint32_t attempt, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_SEND);

    a->task = task;
    a->attempt = attempt;
    a->message.kind = kind;
    a->message.worker = x->spec.worker;
    a->message.task = task;
    a->message.attempt = attempt;
    return a;
}

struct task_executor *executor_new(const struct executor_spec *spec, struct actions *todo)
{
    struct task_executor *x = mem_alloc(sizeof *x);

    x->spec = *spec;
    x->pool = buffer_pool_new((uint32_t)option_number(spec->options, OPTION_SEGMENT),
                              pool_budget(spec));
    send_up(x, MESSAGE_REGISTER, 0, 0, todo)->message.graph_hash = spec->graph->hash;
    return x;
}

static void free_slot(struct slot *s)
{
    task_free(s->task);
    s->task = NULL;
}

void executor_free(struct task_executor *x)
{
    if (x == NULL)
        return;
    for (uint32_t i = 0; i < x->slots; i++)
        free_slot(&x->slot[i]);
    parcel_queue_done(&x->early);
    buffer_pool_free(x->pool);
    mem_free(x->slot);
    mem_free(x);
}

static struct slot *take_slot(struct task_executor *x)
{
    for (uint32_t i = 0; i < x->slots; i++)
        if (x->slot[i].task == NULL)
            return &x->slot[i];
    MEM_GROW(x->slot, x->slots, x->room);
    x->slot[x->slots] = (struct slot){0};
    return &x->slot[x->slots++];
}

static void tell_state(struct task_executor *x, uint32_t task, uint32_t attempt,
                       enum task_state state, const struct diag *why, struct actions *todo)
{
    struct message *m = &send_up(x, MESSAGE_TASK_STATE, task, attempt, todo)->message;

    m->state = state;
    if (why) {
        m->err = why->err;
        snprintf(m->text, sizeof m->text, "%.*s", (int)sizeof m->text - 1, why->text);
    }
}

/* ---- deploying ---- */

static int read_state(struct task_executor *x, const struct message *m, struct bytes *out,
                      struct diag *why)
{
    const struct state_handle *h = &m->handle;
    int err;

    if (h->path[0] == 0)
        return ERR_NONE;
    err = fs_read(x->spec.checkpoints, h->path, out);
    if (err)
        return diag_set(why, err, "checkpoint %u: %s cannot be read: %s", m->checkpoint, h->path,
                        err_text(err));
    if (out->bytes != h->bytes || handle_check(bytes_span(out)) != h->check)
        return diag_set(why, ERR_DAMAGED,
                        "checkpoint %u: %s is damaged (%zu bytes, %llu expected, or another "
                        "checksum); weir does not fall back to an older checkpoint by itself",
                        m->checkpoint, h->path, out->bytes, (unsigned long long)h->bytes);
    return ERR_NONE;
}

/* Where another subtask of the vertex wrote: the number behind the last '-' is the subtask's. */
static void sibling_path(const char *own, uint32_t subtask, char out[HANDLE_PATH_MAX])
{
    const char *dash = strrchr(own, '-');

    snprintf(out, HANDLE_PATH_MAX, "%.*s-%u", dash ? (int)(dash - own) : 0, own, subtask);
}

/* The snapshots of all subtasks of the vertex; their own checksums vouch for them.  NULL and no
 * error: nobody wants them. */
static struct bytes *read_parts(struct task_executor *x, const struct message *m, struct diag *why)
{
    const struct vertex *v = job_graph_vertex_of(x->spec.graph, m->task);
    char path[HANDLE_PATH_MAX];
    struct bytes *part;
    int err;

    if (m->handle.path[0] == 0 || !vertex_unites_state(v))
        return NULL;
    part = mem_alloc(v->parallelism * sizeof *part);
    for (uint32_t i = 0; i < v->parallelism; i++) {
        sibling_path(m->handle.path, i, path);
        err = fs_read(x->spec.checkpoints, path, &part[i]);
        if (err)
            diag_set(why, err, "checkpoint %u: %s cannot be read: %s", m->checkpoint, path,
                     err_text(err));
    }
    return part;
}

static void free_parts(struct task_executor *x, const struct message *m, struct bytes *part)
{
    const struct vertex *v = job_graph_vertex_of(x->spec.graph, m->task);

    for (uint32_t i = 0; part && i < v->parallelism; i++)
        bytes_done(&part[i]);
    mem_free(part);
}

static struct task *build_task(struct task_executor *x, int64_t now_us, const struct message *m,
                               struct diag *why)
{
    struct bytes *part = NULL;
    struct task_spec spec = {
        .graph = x->spec.graph,
        .options = x->spec.options,
        .data = x->spec.data,
        .lines = x->spec.lines,
        .output = x->spec.output,
        .trace = x->spec.trace,
        .pool = x->pool,
        .find = x->spec.find,
        .task = m->task,
        .attempt = m->attempt,
        .now_us = now_us,
    };
    struct bytes state = {0};
    struct task *t = NULL;

    if (m->graph_hash != x->spec.graph->hash)
        diag_set(why, ERR_MISMATCH,
                 "the master runs another program (graph %016llx) than this "
                 "worker (%016llx)",
                 (unsigned long long)m->graph_hash, (unsigned long long)x->spec.graph->hash);
    else if (read_state(x, m, &state, why) == ERR_NONE)
        spec.parts = part = read_parts(x, m, why);
    if (!why->err)
        t = task_new(&spec, bytes_span(&state), m->checkpoint, why);
    if (t && state.bytes)
        trace_note(x->spec.trace, EVENT_RESTORE, ACTOR_TASK + m->task, m->attempt, m->checkpoint, 0,
                   (int64_t)state.bytes, 0);
    bytes_done(&state);
    free_parts(x, m, part);
    return t;
}

/* ---- parcels ---- */

static void drop(struct parcel *p)
{
    if (p->segment)
        segment_release(p->segment);
    p->segment = NULL;
}

static struct slot *find(const struct task_executor *x, uint32_t task)
{
    for (uint32_t i = 0; i < x->slots; i++)
        if (x->slot[i].task && x->slot[i].number == task)
            return &x->slot[i];
    return NULL;
}

uint32_t executor_on_parcel(struct task_executor *x, struct parcel *p)
{
    uint32_t number = parcel_receiver(x->spec.graph, p);
    struct slot *s = find(x, number);

    if (s && task_on_parcel(s->task, p))
        return number;
    if (p->channel.attempt > x->cancelled && (s == NULL || s->attempt < p->channel.attempt))
        parcel_queue_push(&x->early, *p);
    else
        drop(p);
    return UINT32_MAX;
}

/* Hand out what came early; what still has no task goes back to the end of the queue. */
static void hand_out_early(struct task_executor *x)
{
    for (uint32_t n = x->early.count; n; n--) {
        struct parcel p = parcel_queue_pop(&x->early);

        executor_on_parcel(x, &p);
    }
}

static void deploy(struct task_executor *x, int64_t now_us, const struct message *m,
                   struct actions *todo)
{
    struct diag why = {0};
    struct task *t = build_task(x, now_us, m, &why);

    if (t == NULL) {
        tell_state(x, m->task, m->attempt, TASK_STATE_FAILED, &why, todo);
        return;
    }
    *take_slot(x) = (struct slot){t, m->task, m->attempt, false};
    trace_note(x->spec.trace, EVENT_START, ACTOR_TASK + m->task, m->attempt, m->checkpoint, 0, 0,
               0);
    tell_state(x, m->task, m->attempt, TASK_STATE_RUNNING, NULL, todo);
    hand_out_early(x);
}

static void cancel(struct task_executor *x, uint32_t attempt)
{
    if (attempt > x->cancelled)
        x->cancelled = attempt;
    hand_out_early(x); /* drops what belongs to it */
    for (uint32_t i = 0; i < x->slots; i++)
        if (x->slot[i].task && x->slot[i].attempt <= attempt)
            free_slot(&x->slot[i]);
}

/* ---- messages ---- */

void executor_on_message(struct task_executor *x, int64_t now_us, const struct message *m,
                         struct actions *todo)
{
    struct slot *s = find(x, m->task);

    if (m->kind == MESSAGE_DEPLOY) {
        bool is_news = s == NULL || s->attempt < m->attempt;

        if (is_news && m->attempt > x->cancelled) { /* a cancellation may overtake it */
            cancel(x, m->attempt - 1);
            deploy(x, now_us, m, todo);
        }
        return;
    }
    if (m->kind == MESSAGE_CANCEL) {
        cancel(x, m->attempt);
        return;
    }
    if (s == NULL || s->attempt != m->attempt || s->reported)
        return; /* of another attempt: changes nothing */
    if (m->kind == MESSAGE_TRIGGER)
        task_on_savepoint(s->task, m->checkpoint, m->snapshot, m->created_us);
    else if (m->kind == MESSAGE_NOTIFY_COMPLETE)
        task_on_complete(s->task, m->checkpoint, m->is_final);
    else if (m->kind == MESSAGE_NOTIFY_ABORTED)
        task_on_aborted(s->task, m->checkpoint, m->snapshot);
}

void executor_on_done(struct task_executor *x, int64_t now_us, uint32_t task, uint32_t attempt,
                      uint64_t request, int result, struct actions *todo)
{
    struct slot *s = find(x, task);

    (void)now_us;
    (void)todo;
    if (s && s->attempt == attempt && !s->reported)
        task_on_done(s->task, request, result);
}

/* ---- stepping ---- */

uint32_t executor_tasks(const struct task_executor *x)
{
    return x->slots;
}

struct task *executor_task(const struct task_executor *x, uint32_t slot)
{
    return slot < x->slots ? x->slot[slot].task : NULL;
}

struct task *executor_find(const struct task_executor *x, uint32_t task)
{
    struct slot *s = find(x, task);

    return s ? s->task : NULL;
}

enum task_progress executor_step(struct task_executor *x, uint32_t slot, int64_t now_us,
                                 uint32_t budget, struct actions *todo)
{
    struct slot *s = &x->slot[slot];
    enum task_progress p;

    if (s->reported)
        return task_last_progress(s->task);
    p = task_step(s->task, now_us, budget, todo);
    if (p == TASK_FINISHED || p == TASK_FAILED) {
        s->reported = true;
        tell_state(x, s->number, s->attempt,
                   p == TASK_FINISHED ? TASK_STATE_FINISHED : TASK_STATE_FAILED,
                   task_failure(s->task), todo);
    }
    return p;
}
