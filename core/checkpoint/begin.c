#include <string.h>

#include "base/mem.h"
#include "checkpoint/coordinating.h"

/* ---- triggering ---- */

static enum alignment alignment_of(const struct coordinator *c, enum snapshot_kind kind)
{
    if (c->spec.at_least_once)
        return ALIGNMENT_AT_LEAST_ONCE;
    if (kind == SNAPSHOT_CHECKPOINT && c->spec.unaligned && c->spec.aligned_timeout_us == 0)
        return ALIGNMENT_UNALIGNED;
    return ALIGNMENT_ALIGNED;
}

static struct pending *begin(struct coordinator *c, int64_t now_us, const struct request *r)
{
    struct plan plan = co_plan(c);
    struct pending *p = pending_new(&plan, r);

    p->manifest.graph_hash = c->spec.graph_hash;
    p->manifest.checkpoint = ++c->last_id; /* K1 */
    p->manifest.attempt = *c->spec.attempt;
    p->created_us = now_us;
    p->expires_us = now_us + c->spec.timeout_us;
    p->timer = ++c->timers_made;
    p->is_final = r->kind == SNAPSHOT_CHECKPOINT && co_data_is_over(c);
    c->final_begun |= p->is_final;
    MEM_GROW(c->pending, c->pendings, c->pending_room);
    c->pending[c->pendings++] = p;
    return p;
}

static void trigger(struct coordinator *c, int64_t now_us, const struct request *r,
                    struct actions *todo)
{
    const struct pending *p = begin(c, now_us, r);
    const struct plan plan = co_plan(c);

    co_trace(c, EVENT_TRIGGER, pending_number(p), p->is_final);
    for (uint32_t t = 0; t < c->spec.tasks; t++) {
        struct message *m;

        if (!plan_tells(&plan, t))
            continue;
        m = co_tell(t, MESSAGE_TRIGGER, pending_number(p), todo);
        m->created_us = now_us;
        m->snapshot = r->kind;
        m->alignment = alignment_of(c, r->kind);
    }
}

static void refuse(struct coordinator *c, const struct request *r, enum give_up_reason reason,
                   const struct actions *todo)
{
    co_answer(c, r, (struct coordinator_note){.kind = NOTE_REFUSED, .reason = reason}, todo);
    co_report_failure(c, (struct failed){0, r->kind, reason, ACTION_MASTER}, todo);
}

static enum choice choose(struct coordinator *c, int64_t now_us, struct request *r)
{
    const struct standing now = {
        .pending = c->pendings,
        .max_concurrent = c->spec.max_concurrent,
        .cleaning = c->cleaning,
        .pause_left_us = c->last_completion_us - now_us + c->spec.min_pause_us,
    };
    enum choice choice = requests_choose(&c->queue, &now, r);

    if (choice == CHOICE_TOO_SOON)
        co_set_periodic(c, now_us + now.pause_left_us);
    return choice;
}

/* A request that may begin does so when the chores are done; until then no other is chosen. */
static void look(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    while (!c->is_beginning && choose(c, now_us, &c->beginning) == CHOICE_GO) {
        c->is_beginning = c->scheduling || !c->beginning.periodic;
        if (!c->is_beginning)
            refuse(c, &c->beginning, GIVE_UP_NOT_PERIODIC, todo);
    }
}

static void begin_chosen(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    const struct plan plan = co_plan(c);

    if (plan_is_empty(&plan))
        refuse(c, &c->beginning, GIVE_UP_NOT_RUNNING, todo);
    else
        trigger(c, now_us, &c->beginning, todo);
    c->is_beginning = false;
    look(c, now_us, todo);
}

void co_ask(struct coordinator *c, int64_t now_us, const struct request *r, struct actions *todo)
{
    struct request refused;

    if (!requests_add(&c->queue, r, &refused))
        co_answer(c, &refused,
                  (struct coordinator_note){.kind = NOTE_REFUSED, .reason = GIVE_UP_TOO_MANY},
                  todo);
    look(c, now_us, todo);
}

/* ---- the end of a call ---- */

void co_do_later(struct coordinator *c, struct chore chore)
{
    MEM_GROW(c->chore, c->chores, c->chore_room);
    c->chore[c->chores++] = chore;
}

void co_look_later(struct coordinator *c)
{
    co_do_later(c, (struct chore){.kind = CHORE_LOOK});
}

static void do_chore(struct coordinator *c, int64_t now_us, struct chore chore,
                     struct actions *todo)
{
    switch (chore.kind) {
    case CHORE_LOOK:
        look(c, now_us, todo);
        break;
    case CHORE_CLEANED:
        c->cleaning--;
        co_look_later(c);
        break;
    case CHORE_CLOSED:
        co_look_later(c);
        break;
    case CHORE_TELL:
        co_tell_aborted(c, chore.pending, chore.latest, todo);
        pending_free(chore.pending);
    }
}

void co_do_chores(struct coordinator *c, int64_t now_us, struct actions *todo)
{
    for (;;) {
        if (c->chore_at < c->chores)
            do_chore(c, now_us, c->chore[c->chore_at++], todo);
        else if (c->is_beginning)
            begin_chosen(c, now_us, todo);
        else
            break;
    }
    c->chore_at = c->chores = 0;
}
