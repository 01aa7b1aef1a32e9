/* mailbox.h -- where a thread hears from the others.
 *
 * Anyone puts, one thread takes: all at once, by swapping its empty mail for
 * what has come, so that the lock is held for a few instructions only.
 *
 *   MB1  parcels of one channel are taken in the order in which they were put; so are letters
 *   MB2  whoever waits wakes for what is put after it began to wait, and for what was there before
 *
 * Flink    the mailbox of a StreamTask, and the network stack's input queues.
 */
#ifndef CORE_LOCAL_MAILBOX_H
#define CORE_LOCAL_MAILBOX_H

#include <pthread.h>

#include "runtime/parcel_queue.h"
#include "wire/actions.h"

enum letter_kind {
    LETTER_MESSAGE, /* action.message */
    LETTER_WORK,    /* to the store: carry action out */
    LETTER_DONE,    /* from the store: action, without its body, has this result */
    LETTER_FLUSH,   /* to a worker: say LETTER_FLUSHED once no task awaits an answer */
    LETTER_FLUSHED,
    LETTER_QUIT
};

struct letter {
    enum letter_kind kind;
    int result;
    uint32_t worker; /* WORK, DONE: who asked (ACTION_MASTER: the master) */
    struct action action;
};

struct mail { /* zero-initialised is empty */
    struct parcel_queue parcels;
    struct letter *letter;
    uint32_t letters, room;
};

struct mailbox {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct mail mail;
    bool is_waited_for;
};

void mailbox_init(struct mailbox *b);
void mailbox_done(struct mailbox *b); /* what lies in it is given back */
void mailbox_put_parcel(struct mailbox *b, const struct parcel *p);
void mailbox_put(struct mailbox *b, const struct letter *l); /* moves action.body */
/* Swap what has come for `empty`.  If nothing has, wait for it until the monotonic clock shows
 * `until_us` (INT64_MIN: do not wait, INT64_MAX: as long as it takes). */
void mailbox_take(struct mailbox *b, struct mail *empty, int64_t until_us);
void mail_clear(struct mail *m); /* letters are read, parcels were taken: keeps the room */
void mail_done(struct mail *m);

#endif
