/* coordinating.h -- the coordinator's inside, shared by its three files.
 *
 *   coordinator.c   what happens to it: starts, stops, acks, declines, timers
 *   begin.c         the queue of requests, and how a checkpoint begins
 *   outcome.c       how one ends: given up, or complete
 *
 * Functions begin with co_.
 */
#ifndef CORE_CHECKPOINT_COORDINATING_H
#define CORE_CHECKPOINT_COORDINATING_H

#include "checkpoint/coordinator.h"
#include "checkpoint/failures.h"
#include "checkpoint/pending.h"

enum { EXPIRED_REMEMBERED = 16 };

/* What waits for the end of the call. */
enum chore_kind {
    CHORE_LOOK,    /* is there a request that may begin now? */
    CHORE_CLEANED, /* the files of an aborted checkpoint are gone: one less is being cleaned */
    CHORE_CLOSED,  /* a complete one was put away */
    CHORE_TELL     /* its tasks that `pending` is aborted */
};
struct chore {
    enum chore_kind kind;
    struct pending *pending; /* TELL; owned */
    uint32_t latest;
};

struct timer {
    int64_t due_us; /* INT64_MAX: not set */
    uint64_t made;  /* among timers of one instant the one made first goes off first */
};

struct coordinator {
    struct coordinator_spec spec;
    bool scheduling; /* between start and stop */
    uint32_t last_id, completes, requests_made;
    uint64_t timers_made;
    struct timer periodic;
    int64_t start_delay_us, last_completion_us;
    bool works_on_backlog;
    struct requests queue;
    struct pending **pending; /* oldest first */
    uint32_t pendings, pending_room;
    uint32_t cleaning; /* aborted, files not gone yet */
    struct completed store;
    struct failures failures;
    uint32_t expired[EXPIRED_REMEMBERED], expireds; /* the last ones, in a ring */
    struct chore *chore;
    uint32_t chores, chore_room, chore_at;
    struct coordinator_note *note;
    uint32_t notes, note_room, note_at;
    struct request beginning; /* chosen; it begins when the chores are done */
    bool is_beginning;
    bool is_silent; /* nobody is left to be told of an abort */
    /* the end */
    bool *data_ended, *finished;
    uint32_t data_ends, finishes;
    bool final_begun;    /* a last one waits or is pending */
    uint32_t drained_id; /* != 0: complete, a savepoint that made the sources end their data */
    uint32_t final_id;   /* != 0: complete, and all data lies before its barriers */
    int64_t renotify_us, renotify_after_us;
};

void co_trace(const struct coordinator *c, enum event_kind kind, uint32_t checkpoint, int64_t a);
struct message *co_tell(uint32_t task, enum message_kind kind, uint32_t checkpoint,
                        struct actions *todo);
void co_note(struct coordinator *c, struct coordinator_note n, const struct actions *todo);
/* To the user of `r`, if one waits. */
void co_answer(struct coordinator *c, const struct request *r, struct coordinator_note n,
               const struct actions *todo);
struct pending *co_find(const struct coordinator *c, uint64_t checkpoint); /* NULL: not pending */
void co_take_out(struct coordinator *c, const struct pending *p);
struct plan co_plan(const struct coordinator *c);
bool co_data_is_over(const struct coordinator *c);
void co_set_periodic(struct coordinator *c, int64_t due_us);
void co_clear_periodic(struct coordinator *c);

/* begin.c */
void co_ask(struct coordinator *c, int64_t now_us, const struct request *r, struct actions *todo);
void co_do_later(struct coordinator *c, struct chore chore);
void co_look_later(struct coordinator *c);
void co_do_chores(struct coordinator *c, int64_t now_us, struct actions *todo);

/* outcome.c */
void co_report_failure(struct coordinator *c, struct failed what, const struct actions *todo);
/* By the fault of `task`, or ACTION_MASTER. */
void co_give_up(struct coordinator *c, struct pending *p, enum give_up_reason reason, uint32_t task,
                struct actions *todo);
void co_give_up_all(struct coordinator *c, enum give_up_reason reason, struct actions *todo);
void co_tell_aborted(const struct coordinator *c, const struct pending *p, uint32_t latest,
                     struct actions *todo);
void co_complete(struct coordinator *c, int64_t now_us, struct pending *p, struct actions *todo);
void co_end_with(struct coordinator *c, int64_t now_us, uint32_t id); /* K5: none follows it */
void co_renotify(struct coordinator *c, int64_t now_us, struct actions *todo);

#endif
