#include "checkpoint/coordinator.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { RENOTIFY_US = 100000 };

struct coordinator {
    struct coordinator_spec spec;
    bool running;
    uint32_t last_id, completed;
    uint32_t last_wanted;                 /* no ids after this one; 0: no such limit */
    int64_t next_trigger_us, last_end_us; /* INT64_MAX: no trigger planned */
    /* the pending checkpoint */
    struct manifest pending; /* checkpoint 0: none */
    int64_t created_us;
    bool *acked;
    uint32_t acks;
    bool finalizing; /* all acks are in, the metadata is being written */
    bool pending_is_final;
    /* complete ones, oldest first */
    struct manifest *complete;
    uint32_t completes, complete_room;
    uint32_t failures;
    bool failed;
    /* the end */
    bool *data_ended, *finished;
    uint32_t data_ends, finishes;
    uint32_t final_id; /* != 0: complete, and it began after all data had ended */
    int64_t renotify_us, renotify_after_us;
};

const char *give_up_name(int reason)
{
    static const char *const names[] = {
#define GIVE_UP_NAME_(name, word) word,
        GIVE_UP_LIST(GIVE_UP_NAME_)};

    return reason >= 0 && reason <= GIVE_UP_FINALIZE ? names[reason] : "?";
}

struct coordinator *coordinator_new(const struct coordinator_spec *spec)
{
    struct coordinator *c = mem_alloc(sizeof *c);

    assert(spec->tasks >= 1);
    c->spec = *spec;
    c->next_trigger_us = c->renotify_us = INT64_MAX;
    c->last_end_us = INT64_MIN / 2;
    c->acked = mem_alloc(spec->tasks);
    c->data_ended = mem_alloc(spec->tasks);
    c->finished = mem_alloc(spec->tasks);
    return c;
}

void coordinator_free(struct coordinator *c)
{
    if (c == NULL)
        return;
    manifest_done(&c->pending);
    for (uint32_t i = 0; i < c->completes; i++)
        manifest_done(&c->complete[i]);
    mem_free(c->complete);
    mem_free(c->acked);
    mem_free(c->data_ended);
    mem_free(c->finished);
    mem_free(c);
}

static void note(const struct coordinator *c, enum event_kind kind, uint32_t checkpoint, int64_t a)
{
    trace_note(c->spec.trace, kind, ACTOR_MASTER, 0, checkpoint, 0, a, 0);
}

static struct message *tell(uint32_t task, enum message_kind kind, uint32_t checkpoint,
                            struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_SEND);

    a->task = ACTION_MASTER;
    a->message.kind = kind;
    a->message.task = task;
    a->message.checkpoint = checkpoint;
    return &a->message;
}

static void remove_file(const char *path, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_REMOVE);

    a->task = ACTION_MASTER;
    snprintf(a->path, sizeof a->path, "%s", path);
}

static void remove_metadata(uint32_t checkpoint, struct actions *todo)
{
    char path[HANDLE_PATH_MAX];

    manifest_path(checkpoint, path);
    remove_file(path, todo);
}

static void remove_parts(const struct manifest *m, struct actions *todo)
{
    for (uint32_t i = 0; i < m->tasks; i++)
        if (m->handle[i].path[0])
            remove_file(m->handle[i].path, todo);
}

/* ---- triggering ---- */

static bool data_is_over(const struct coordinator *c)
{
    return c->data_ends == c->spec.tasks;
}

static int64_t pause_end_us(const struct coordinator *c)
{
    return c->last_end_us + c->spec.min_pause_us;
}

static void trigger(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    uint32_t id = ++c->last_id; /* K1 */

    c->pending = (struct manifest){
        .graph_hash = c->spec.graph_hash,
        .checkpoint = id,
        .attempt = *c->spec.attempt,
        .tasks = c->spec.tasks,
        .handle = mem_alloc(c->spec.tasks * sizeof(struct state_handle))};
    c->created_us = now_us;
    c->acks = 0;
    memset(c->acked, 0, c->spec.tasks);
    c->finalizing = false;
    c->pending_is_final = data_is_over(c);
    c->next_trigger_us = now_us + c->spec.interval_us;
    note(c, EVENT_TRIGGER, id, c->pending_is_final);
    for (uint32_t t = 0; t < c->spec.tasks; t++)
        if (c->spec.is_source[t])
            tell(t, MESSAGE_TRIGGER, id, todo)->created_us = now_us;
}

static void maybe_trigger(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    bool enough = c->last_wanted && c->last_id >= c->last_wanted;

    if (!c->running || c->pending.checkpoint || c->final_id || now_us < c->next_trigger_us)
        return;
    if (enough) {
        c->next_trigger_us = INT64_MAX;
        return;
    }
    if (now_us < pause_end_us(c) && !data_is_over(c))
        c->next_trigger_us = pause_end_us(c);
    else
        trigger(c, now_us, todo);
}

uint32_t coordinator_ask_last(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    uint32_t id = c->last_id + 1;

    if (!c->running || c->final_id)
        return 0;
    c->next_trigger_us = now_us;
    c->last_wanted = id;
    maybe_trigger(c, now_us, todo);
    return id;
}

void coordinator_start(struct coordinator *c, int64_t now_us)
{
    c->running = c->spec.interval_us > 0;
    c->next_trigger_us = c->running ? now_us + c->spec.interval_us : INT64_MAX;
    if (c->running && data_is_over(c)) /* a task may end before the last one has begun to run */
        c->next_trigger_us = now_us;
}

/* ---- giving up ---- */

static void give_up(struct coordinator *c, int64_t now_us, enum give_up_reason reason,
                    struct actions *todo)
{
    uint32_t id = c->pending.checkpoint;

    note(c, EVENT_GIVE_UP, id, reason);
    for (uint32_t t = 0; reason != GIVE_UP_TASK_FAILURE && t < c->spec.tasks; t++)
        tell(t, MESSAGE_NOTIFY_ABORTED, id, todo);
    if (c->finalizing)
        remove_metadata(id, todo); /* K4; if it is still to be written: coordinator_on_done() */
    remove_parts(&c->pending, todo);
    manifest_done(&c->pending);
    c->last_end_us = now_us;
    c->finalizing = false;
    if (reason != GIVE_UP_TASK_FAILURE && ++c->failures > c->spec.tolerable)
        c->failed = true;
}

void coordinator_stop(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    if (c->pending.checkpoint)
        give_up(c, now_us, GIVE_UP_TASK_FAILURE, todo);
    c->running = false;
    c->next_trigger_us = c->renotify_us = INT64_MAX;
    memset(c->data_ended, 0, c->spec.tasks);
    memset(c->finished, 0, c->spec.tasks);
    c->data_ends = c->finishes = 0;
    c->final_id = 0;
}

void coordinator_on_decline(struct coordinator *c, int64_t now_us, uint32_t task,
                            uint32_t checkpoint, struct actions *todo)
{
    if (task >= c->spec.tasks || checkpoint == 0 || checkpoint != c->pending.checkpoint ||
        c->acked[task]) /* K3 */
        return;
    give_up(c, now_us, GIVE_UP_DECLINED, todo);
    maybe_trigger(c, now_us, todo);
}

bool coordinator_has_failed(struct coordinator *c)
{
    bool failed = c->failed;

    if (failed)
        c->failures = 0;
    c->failed = false;
    return failed;
}

/* ---- completing ---- */

static void ask_to_finalize(struct coordinator *c, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_WRITE);

    a->task = ACTION_MASTER;
    a->request = c->pending.checkpoint; /* one a checkpoint, so its id is unique */
    c->finalizing = true;
    manifest_path(c->pending.checkpoint, a->path);
    manifest_write(&c->pending, &a->body);
}

static bool is_complete(const struct coordinator *c, uint32_t checkpoint)
{
    for (uint32_t i = 0; i < c->completes; i++)
        if (c->complete[i].checkpoint == checkpoint)
            return true;
    return false;
}

void coordinator_discard(struct coordinator *c, uint32_t checkpoint,
                         const struct state_handle *handle, struct actions *todo)
{
    bool is_over = checkpoint && checkpoint <= c->last_id && checkpoint != c->pending.checkpoint;

    if (is_over && !is_complete(c, checkpoint) && handle->path[0]) /* K4 */
        remove_file(handle->path, todo);
}

void coordinator_on_ack(struct coordinator *c, int64_t now_us, uint32_t task, uint32_t checkpoint,
                        const struct state_handle *handle, struct actions *todo)
{
    (void)now_us;
    if (checkpoint == 0 || checkpoint != c->pending.checkpoint) {
        coordinator_discard(c, checkpoint, handle, todo);
        return;
    }
    if (task >= c->spec.tasks || c->acked[task]) /* K3 */
        return;
    note(c, EVENT_ACKED, checkpoint, task);
    c->acked[task] = true;
    c->pending.handle[task] = *handle;
    if (++c->acks == c->spec.tasks)
        ask_to_finalize(c, todo);
}

static uint64_t total_bytes(const struct manifest *m)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < m->tasks; i++)
        bytes += m->handle[i].bytes;
    return bytes;
}

static void keep_complete(struct coordinator *c, struct manifest m)
{
    if (c->completes == c->complete_room) {
        c->complete_room = c->complete_room ? 2 * c->complete_room : 2;
        c->complete = mem_resize(c->complete, c->complete_room * sizeof *c->complete);
    }
    c->complete[c->completes++] = m;
}

void coordinator_restore(struct coordinator *c, const struct manifest *m)
{
    keep_complete(c, manifest_copy(m));
    c->last_id = m->checkpoint;
}

static void subsume_oldest(struct coordinator *c, struct actions *todo)
{
    remove_metadata(c->complete[0].checkpoint, todo); /* K4 */
    remove_parts(&c->complete[0], todo);
    manifest_done(&c->complete[0]);
    memmove(&c->complete[0], &c->complete[1], --c->completes * sizeof c->complete[0]);
}

void coordinator_remove_all(struct coordinator *c, struct actions *todo)
{
    while (c->completes)
        subsume_oldest(c, todo);
}

static void notify_all(struct coordinator *c, uint32_t id, bool is_final, struct actions *todo)
{
    for (uint32_t t = 0; t < c->spec.tasks; t++)
        if (!c->finished[t])
            tell(t, MESSAGE_NOTIFY_COMPLETE, id, todo)->is_final = is_final;
}

/* First after an interval, then after twice as long each time: tasks that take longer for a
 * notification than an interval must not be buried under repetitions. */
static void plan_renotify(struct coordinator *c, int64_t now_us)
{
    c->renotify_us = now_us + c->renotify_after_us;
    if (c->renotify_after_us < RENOTIFY_US)
        c->renotify_after_us *= 2;
}

static void complete(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    uint32_t id = c->pending.checkpoint;

    note(c, EVENT_COMPLETE, id, (int64_t)total_bytes(&c->pending));
    keep_complete(c, c->pending);
    c->pending = (struct manifest){0};
    c->finalizing = false;
    c->completed++;
    c->failures = 0;
    c->last_end_us = now_us;
    if (c->pending_is_final) {
        c->final_id = id;
        c->renotify_after_us = c->spec.interval_us < RENOTIFY_US ? c->spec.interval_us
                                                                 : RENOTIFY_US;
        plan_renotify(c, now_us);
    }
    notify_all(c, id, c->pending_is_final, todo);
    while (c->completes > (c->spec.retained ? c->spec.retained : 1))
        subsume_oldest(c, todo);
    maybe_trigger(c, now_us, todo);
}

bool coordinator_on_done(struct coordinator *c, int64_t now_us, uint64_t request, int result,
                         struct actions *todo)
{
    if (request == 0 || request > c->last_id)
        return false;
    if (c->finalizing && request == c->pending.checkpoint) {
        if (result == ERR_NONE)
            complete(c, now_us, todo);
        else
            give_up(c, now_us, GIVE_UP_FINALIZE, todo);
    } else if (!is_complete(c, (uint32_t)request)) {
        remove_metadata((uint32_t)request, todo); /* K4: given up while it was being written */
    }
    return true;
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
    c->next_trigger_us = now_us; /* K5; after the pending one, if there is one */
    maybe_trigger(c, now_us, todo);
}

void coordinator_on_finished(struct coordinator *c, uint32_t task)
{
    if (task >= c->spec.tasks || c->finished[task])
        return;
    c->finished[task] = true;
    if (++c->finishes == c->spec.tasks) {
        c->running = false;
        c->renotify_us = c->next_trigger_us = INT64_MAX;
    }
}

/* ---- time ---- */

static int64_t timeout_us(const struct coordinator *c)
{
    bool waits_for_acks = c->pending.checkpoint && !c->finalizing;

    return waits_for_acks ? c->created_us + c->spec.timeout_us : INT64_MAX;
}

int64_t coordinator_deadline_us(const struct coordinator *c)
{
    int64_t next = c->renotify_us;

    if (!c->running)
        return INT64_MAX;
    if (c->pending.checkpoint == 0 && c->final_id == 0 && c->next_trigger_us < next)
        next = c->next_trigger_us;
    return timeout_us(c) < next ? timeout_us(c) : next;
}

void coordinator_on_time(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    if (!c->running)
        return;
    if (now_us >= timeout_us(c))
        give_up(c, now_us, GIVE_UP_EXPIRED, todo);
    if (now_us >= c->renotify_us) {
        notify_all(c, c->final_id, true, todo);
        plan_renotify(c, now_us);
    }
    maybe_trigger(c, now_us, todo);
}

/* ---- looking ---- */

const struct manifest *coordinator_latest(const struct coordinator *c)
{
    return c->completes ? &c->complete[c->completes - 1] : NULL;
}

uint32_t coordinator_completed(const struct coordinator *c)
{
    return c->completed;
}

struct pending_view coordinator_pending(const struct coordinator *c)
{
    return (struct pending_view){c->pending.checkpoint, c->created_us, c->acked, c->acks};
}
