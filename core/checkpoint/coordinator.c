#include "checkpoint/coordinator.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "checkpoint/coordinating.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct coordinator *coordinator_new(const struct coordinator_spec *spec)
{
    struct coordinator *c = mem_alloc(sizeof *c);

    assert(spec->tasks >= 1);
    c->spec = *spec;
    if (spec->interval_us)
        c->spec.interval_us = larger(spec->interval_us, spec->min_pause_us);
    if (spec->backlog_interval_us)
        c->spec.backlog_interval_us = larger(spec->backlog_interval_us, spec->min_pause_us);
    if (spec->max_concurrent == 0)
        c->spec.max_concurrent = 1;
    c->periodic.due_us = c->renotify_us = INT64_MAX;
    c->start_delay_us = spec->first_delay_us;
    c->last_completion_us = INT64_MIN / 2;
    c->failures.tolerable = spec->tolerable;
    c->store.retained = spec->retained ? spec->retained : 1;
    c->data_ended = mem_alloc(spec->tasks);
    c->finished = mem_alloc(spec->tasks);
    return c;
}

void coordinator_free(struct coordinator *c)
{
    if (c == NULL)
        return;
    for (uint32_t i = 0; i < c->pendings; i++)
        pending_free(c->pending[i]);
    completed_done(&c->store);
    requests_done(&c->queue);
    mem_free(c->pending);
    mem_free(c->chore);
    mem_free(c->note);
    mem_free(c->data_ended);
    mem_free(c->finished);
    mem_free(c);
}

/* ---- parts ---- */

void co_trace(const struct coordinator *c, enum event_kind kind, uint32_t checkpoint, int64_t a)
{
    trace_note(c->spec.trace, kind, ACTOR_MASTER, 0, checkpoint, 0, a, 0);
}

struct message *co_tell(uint32_t task, enum message_kind kind, uint32_t checkpoint,
                        struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_SEND);

    a->task = ACTION_MASTER;
    a->message.kind = kind;
    a->message.task = task;
    a->message.checkpoint = checkpoint;
    return &a->message;
}

void co_note(struct coordinator *c, struct coordinator_note n, const struct actions *todo)
{
    MEM_GROW(c->note, c->notes, c->note_room);
    n.after = todo->count;
    c->note[c->notes++] = n;
}

bool coordinator_next_note(struct coordinator *c, struct coordinator_note *n)
{
    if (c->note_at == c->notes) {
        c->note_at = c->notes = 0;
        return false;
    }
    *n = c->note[c->note_at++];
    return true;
}

void co_answer(struct coordinator *c, const struct request *r, struct coordinator_note n,
               const struct actions *todo)
{
    n.request = r->number;
    if (r->number)
        co_note(c, n, todo);
}

struct pending *co_find(const struct coordinator *c, uint64_t checkpoint)
{
    for (uint32_t i = 0; i < c->pendings; i++)
        if (pending_number(c->pending[i]) == checkpoint)
            return c->pending[i];
    return NULL;
}

void co_take_out(struct coordinator *c, const struct pending *p)
{
    uint32_t i = 0;

    while (c->pending[i] != p)
        i++;
    memmove(&c->pending[i], &c->pending[i + 1], (--c->pendings - i) * sizeof p);
}

struct plan co_plan(const struct coordinator *c)
{
    return (struct plan){c->spec.tasks, c->spec.is_source, c->finished};
}

/* ---- the periodic timer ---- */

static int64_t interval_us(const struct coordinator *c)
{
    bool has_other = c->works_on_backlog && c->spec.backlog_interval_us;
    int64_t us = has_other ? c->spec.backlog_interval_us : c->spec.interval_us;

    return us ? us : INT64_MAX;
}

void co_set_periodic(struct coordinator *c, int64_t due_us)
{
    c->periodic = (struct timer){due_us, ++c->timers_made};
}

void co_clear_periodic(struct coordinator *c)
{
    c->periodic.due_us = INT64_MAX;
}

bool co_data_is_over(const struct coordinator *c)
{
    return c->data_ends == c->spec.tasks;
}

void coordinator_on_backlog(struct coordinator *c, int64_t now_us, bool works_on_backlog)
{
    c->works_on_backlog = works_on_backlog;
    if (interval_us(c) < INT64_MAX && now_us + interval_us(c) < c->periodic.due_us)
        co_set_periodic(c, now_us + interval_us(c));
}

/* ---- starting, stopping, asking ---- */

void coordinator_restore(struct coordinator *c, const struct manifest *m, bool owned)
{
    struct actions none = {0};

    completed_add(&c->store, manifest_copy(m), owned, &none);
    assert(none.count == 0); /* it is the first */
    c->last_id = m->checkpoint;
}

void coordinator_start(struct coordinator *c, int64_t now_us)
{
    if (c->spec.interval_us == 0)
        return;
    c->scheduling = true;
    if (co_data_is_over(c)) /* a task may end before the last one has begun to run */
        co_set_periodic(c, now_us);
    else if (!c->spec.only_last)
        co_set_periodic(c, now_us + c->start_delay_us);
    c->start_delay_us = c->spec.min_pause_us;
}

void coordinator_hold(struct coordinator *c)
{
    c->scheduling = false;
    co_clear_periodic(c);
}

void coordinator_pause(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    coordinator_hold(c);
    co_give_up_all(c, GIVE_UP_SUSPEND, todo);
    co_do_chores(c, now_us, todo);
}

void coordinator_stop(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    coordinator_hold(c);
    c->is_silent = true;
    co_give_up_all(c, GIVE_UP_TASK_FAILURE, todo);
    co_do_chores(c, now_us, todo);
    c->is_silent = false;
    c->renotify_us = INT64_MAX;
    memset(c->data_ended, 0, c->spec.tasks);
    memset(c->finished, 0, c->spec.tasks);
    c->data_ends = c->finishes = 0;
    c->final_id = c->drained_id = 0;
}

uint32_t coordinator_request(struct coordinator *c, int64_t now_us, enum snapshot_kind kind,
                             struct actions *todo)
{
    const struct request r = {.kind = kind,
                              .forced = kind != SNAPSHOT_CHECKPOINT && !c->spec.unaligned,
                              .number = ++c->requests_made};

    co_ask(c, now_us, &r, todo);
    co_do_chores(c, now_us, todo);
    return r.number;
}

void coordinator_end(struct coordinator *c, enum retention retention, enum job_end end,
                     struct actions *todo)
{
    completed_end(&c->store, retention, end, todo);
}

/* ---- acknowledging, declining ---- */

void coordinator_discard(struct coordinator *c, uint32_t checkpoint,
                         const struct state_handle *handle, struct actions *todo)
{
    bool is_over = checkpoint && checkpoint <= c->last_id && !co_find(c, checkpoint);

    if (is_over && !completed_has(&c->store, checkpoint) && handle->path[0]) /* K4 */
        discard_file(handle->path, todo);
}

static bool has_expired(const struct coordinator *c, uint32_t checkpoint)
{
    for (uint32_t i = 0; i < c->expireds && i < EXPIRED_REMEMBERED; i++)
        if (c->expired[i] == checkpoint)
            return true;
    return false;
}

static void ask_to_finalize(struct pending *p, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_WRITE);

    a->task = ACTION_MASTER;
    a->request = pending_number(p); /* one a checkpoint, so its id is unique */
    p->finalizing = true;
    manifest_path(p->request.kind, pending_number(p), a->path);
    manifest_write(&p->manifest, &a->body);
}

bool coordinator_on_ack(struct coordinator *c, int64_t now_us, uint32_t task, uint32_t checkpoint,
                        const struct state_handle *handle, struct actions *todo)
{
    struct pending *p = co_find(c, checkpoint);

    (void)now_us;
    if (p == NULL) {
        coordinator_discard(c, checkpoint, handle, todo);
        return has_expired(c, checkpoint);
    }
    if (!pending_on_ack(p, task, handle)) /* K3 */
        return true;
    co_trace(c, EVENT_ACKED, checkpoint, task);
    if (p->owed == 0)
        ask_to_finalize(p, todo);
    return true;
}

void coordinator_on_decline(struct coordinator *c, int64_t now_us, uint32_t task,
                            uint32_t checkpoint, enum give_up_reason reason, struct actions *todo)
{
    struct pending *p = co_find(c, checkpoint);

    if (task >= c->spec.tasks || p == NULL || p->finalizing) /* K3 */
        return;
    co_give_up(c, p, reason, task, todo);
    co_do_chores(c, now_us, todo);
}

bool coordinator_on_done(struct coordinator *c, int64_t now_us, uint64_t request, int result,
                         struct actions *todo)
{
    struct pending *p = co_find(c, request);

    if (request == 0 || request > c->last_id)
        return false;
    if (p && p->finalizing && result == ERR_NONE) {
        co_complete(c, now_us, p, todo);
    } else if (p && p->finalizing) {
        co_give_up(c, p, GIVE_UP_FINALIZE, ACTION_MASTER, todo);
        co_do_chores(c, now_us, todo);
    } else if (!completed_has(&c->store, (uint32_t)request)) { /* K4: given up while written */
        discard_metadata(SNAPSHOT_CHECKPOINT, (uint32_t)request, todo);
        discard_metadata(SNAPSHOT_SAVEPOINT, (uint32_t)request, todo);
    }
    return true;
}

/* ---- time ---- */

/* At the end of the data it asks for the last one, which waits for no pause; once is enough. */
static void on_periodic(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    const struct request r = {.kind = SNAPSHOT_CHECKPOINT, .periodic = !co_data_is_over(c)};
    int64_t us = interval_us(c);

    if (us < INT64_MAX)
        co_set_periodic(c, larger(c->periodic.due_us + us, now_us));
    else
        co_clear_periodic(c);
    if (co_data_is_over(c) && c->final_begun)
        return;
    c->final_begun = co_data_is_over(c);
    co_ask(c, now_us, &r, todo);
}

/* ---- the end ---- */

void coordinator_on_data_end(struct coordinator *c, int64_t now_us, uint32_t task,
                             struct actions *todo)
{
    if (task >= c->spec.tasks || c->data_ended[task])
        return;
    c->data_ended[task] = true;
    if (++c->data_ends < c->spec.tasks)
        return;
    if (c->drained_id) { /* the savepoint was complete before the last of this was heard */
        co_end_with(c, now_us, c->drained_id);
        co_renotify(c, now_us, todo);
    } else if (c->scheduling) {
        co_set_periodic(c, now_us); /* K5 */
        on_periodic(c, now_us, todo);
        co_do_chores(c, now_us, todo);
    }
}

void coordinator_on_finished(struct coordinator *c, uint32_t task)
{
    if (task >= c->spec.tasks || c->finished[task])
        return;
    c->finished[task] = true;
    if (++c->finishes < c->spec.tasks)
        return;
    coordinator_hold(c);
    c->renotify_us = INT64_MAX;
}

static struct pending *first_to_expire(const struct coordinator *c)
{
    struct pending *first = NULL;

    for (uint32_t i = 0; i < c->pendings; i++)
        if (!c->pending[i]->finalizing &&
            (first == NULL || c->pending[i]->expires_us < first->expires_us))
            first = c->pending[i];
    return first;
}

int64_t coordinator_deadline_us(const struct coordinator *c)
{
    const struct pending *p = first_to_expire(c);
    int64_t next = c->renotify_us < c->periodic.due_us ? c->renotify_us : c->periodic.due_us;

    return p && p->expires_us < next ? p->expires_us : next;
}

/* Of two timers of one instant, the one made first. */
static bool expires_first(const struct coordinator *c, const struct pending *p)
{
    return p->expires_us < c->periodic.due_us ||
           (p->expires_us == c->periodic.due_us && p->timer < c->periodic.made);
}

void coordinator_on_time(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    struct pending *p = first_to_expire(c);

    if (now_us >= c->renotify_us)
        co_renotify(c, now_us, todo);
    else if (p && now_us >= p->expires_us && expires_first(c, p))
        co_give_up(c, p, GIVE_UP_EXPIRED, ACTION_MASTER, todo);
    else if (now_us >= c->periodic.due_us)
        on_periodic(c, now_us, todo);
    co_do_chores(c, now_us, todo);
}

/* ---- looking ---- */

const struct manifest *coordinator_latest(const struct coordinator *c)
{
    return completed_latest(&c->store);
}

const struct completed *coordinator_store(const struct coordinator *c)
{
    return &c->store;
}

uint32_t coordinator_completed(const struct coordinator *c)
{
    return c->completes;
}

uint32_t coordinator_queued(const struct coordinator *c)
{
    return c->queue.count;
}

uint32_t coordinator_failures(const struct coordinator *c)
{
    return c->failures.in_a_row;
}

struct pending_view coordinator_pending_at(const struct coordinator *c, uint32_t i)
{
    const struct pending *p = i < c->pendings ? c->pending[i] : NULL;

    if (p == NULL)
        return (struct pending_view){0};
    return (struct pending_view){pending_number(p), p->request.kind, p->created_us, p->owes,
                                 p->manifest.tasks - p->owed};
}

struct pending_view coordinator_pending(const struct coordinator *c)
{
    return coordinator_pending_at(c, 0);
}
