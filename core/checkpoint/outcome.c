#include "base/mem.h"
#include "checkpoint/coordinating.h"

enum { RENOTIFY_US = 100000 };

/* ---- failing ---- */

void co_report_failure(struct coordinator *c, struct failed what, const struct actions *todo)
{
    co_note(c,
            (struct coordinator_note){.kind = NOTE_FAILED,
                                      .checkpoint = what.checkpoint,
                                      .reason = what.reason,
                                      .task = what.task},
            todo);
    if (failures_on_failure(&c->failures, &what))
        co_note(c, (struct coordinator_note){.kind = NOTE_FAIL_JOB, .task = failed_by(&what)},
                todo);
}

static void remember_expired(struct coordinator *c, uint32_t checkpoint)
{
    c->expired[c->expireds++ % EXPIRED_REMEMBERED] = checkpoint;
}

static uint32_t latest_id(const struct coordinator *c)
{
    const struct manifest *m = coordinator_latest(c);

    return m ? m->checkpoint : 0;
}

/* K4.  The metadata is perhaps being written, or an earlier job's with the same number: the folder
 * goes as a whole, as in Flink.  If it is still to be written: coordinator_on_done(). */
static void remove_files(const struct pending *p, struct actions *todo)
{
    discard_metadata(p->request.kind, pending_number(p), todo);
    discard_parts(&p->manifest, todo);
}

void co_give_up(struct coordinator *c, struct pending *p, enum give_up_reason reason, uint32_t task,
                struct actions *todo)
{
    uint32_t id = pending_number(p);

    co_trace(c, EVENT_GIVE_UP, id, reason);
    co_answer(c, &p->request, (struct coordinator_note){.kind = NOTE_REFUSED, .reason = reason},
              todo);
    remove_files(p, todo);
    c->cleaning++;
    co_do_later(c, (struct chore){.kind = CHORE_CLEANED});
    co_report_failure(c, (struct failed){id, p->request.kind, reason, task}, todo);
    co_do_later(c, (struct chore){.kind = CHORE_TELL, .pending = p, .latest = latest_id(c)});
    co_take_out(c, p);
    if (p->is_final)
        c->final_begun = false;
    if (reason == GIVE_UP_EXPIRED)
        remember_expired(c, id);
    co_look_later(c);
}

void co_give_up_all(struct coordinator *c, enum give_up_reason reason, struct actions *todo)
{
    struct request r;

    while (requests_take_first(&c->queue, &r))
        co_answer(c, &r, (struct coordinator_note){.kind = NOTE_REFUSED, .reason = reason}, todo);
    c->final_begun = false;
    while (c->pendings)
        co_give_up(c, c->pending[0], reason, ACTION_MASTER, todo);
}

void co_tell_aborted(const struct coordinator *c, const struct pending *p, uint32_t latest,
                     struct actions *todo)
{
    for (uint32_t t = 0; !c->is_silent && t < c->spec.tasks; t++) {
        struct message *m;

        if (!p->is_in[t])
            continue;
        m = co_tell(t, MESSAGE_NOTIFY_ABORTED, pending_number(p), todo);
        m->snapshot = p->request.kind;
        m->latest = latest;
    }
}

/* ---- completing ---- */

static uint64_t total_bytes(const struct manifest *m)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < m->tasks; i++)
        bytes += m->handle[i].bytes;
    return bytes;
}

static void notify(struct coordinator *c, const struct pending *p, uint32_t subsumed,
                   struct actions *todo)
{
    for (uint32_t t = 0; t < c->spec.tasks; t++) {
        struct message *m;

        if (!p->is_in[t])
            continue;
        m = co_tell(t, MESSAGE_NOTIFY_COMPLETE, pending_number(p), todo);
        m->snapshot = p->request.kind;
        m->subsumed = subsumed;
        m->is_final = p->is_final;
    }
}

/* First after an interval, then after twice as long each time: tasks that take longer for a
 * notification than an interval must not be buried under repetitions. */
static void plan_renotify(struct coordinator *c, int64_t now_us)
{
    c->renotify_us = now_us + c->renotify_after_us;
    if (c->renotify_after_us < RENOTIFY_US)
        c->renotify_after_us *= 2;
}

void co_renotify(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    for (uint32_t t = 0; t < c->spec.tasks; t++)
        if (!c->finished[t])
            co_tell(t, MESSAGE_NOTIFY_COMPLETE, c->final_id, todo)->is_final = true;
    plan_renotify(c, now_us);
}

void co_end_with(struct coordinator *c, int64_t now_us, uint32_t id)
{
    int64_t us = c->spec.interval_us;

    c->final_id = id;
    c->renotify_after_us = us && us < RENOTIFY_US ? us : RENOTIFY_US;
    plan_renotify(c, now_us);
    co_clear_periodic(c);
}

static void subsume_pending(struct coordinator *c, uint32_t newer, struct actions *todo)
{
    for (uint32_t i = 0; i < c->pendings;) {
        struct pending *p = c->pending[i];

        if (pending_number(p) < newer && p->request.kind == SNAPSHOT_CHECKPOINT)
            co_give_up(c, p, GIVE_UP_SUBSUMED, ACTION_MASTER, todo);
        else
            i++;
    }
}

/* Into the store, or into the user's hands.  The number of the one that is pushed out. */
static uint32_t put_away(struct coordinator *c, struct pending *p, struct actions *todo)
{
    uint32_t subsumed;

    co_do_later(c, (struct chore){.kind = CHORE_CLOSED});
    if (p->request.kind != SNAPSHOT_CHECKPOINT) {
        completed_note_savepoint(&c->store, pending_number(p));
        return 0;
    }
    subsumed = completed_add(&c->store, manifest_copy(&p->manifest), true, todo);
    if (subsumed)
        co_look_later(c);
    return subsumed;
}

void co_complete(struct coordinator *c, int64_t now_us, struct pending *p, struct actions *todo)
{
    uint32_t id = pending_number(p), subsumed;

    co_trace(c, EVENT_COMPLETE, id, (int64_t)total_bytes(&p->manifest));
    c->completes++;
    subsumed = put_away(c, p, todo);
    failures_on_success(&c->failures, id);
    co_answer(c, &p->request, (struct coordinator_note){.kind = NOTE_DONE, .checkpoint = id}, todo);
    co_take_out(c, p);
    co_look_later(c);
    c->last_completion_us = now_us;
    if (p->request.kind == SNAPSHOT_TERMINATE)
        c->drained_id = id;
    p->is_final |= c->drained_id && co_data_is_over(c);
    if (p->is_final)
        co_end_with(c, now_us, id);
    if (p->request.kind != SNAPSHOT_SAVEPOINT) {
        subsume_pending(c, id, todo);
        notify(c, p, subsumed, todo);
    }
    if (p->is_final)
        co_give_up_all(c, GIVE_UP_SHUTDOWN, todo);
    pending_free(p);
    co_do_chores(c, now_us, todo);
}
