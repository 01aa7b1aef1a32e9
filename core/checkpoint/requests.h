/* requests.h -- who wants a checkpoint, and who may have one now.
 *
 * Savepoints come first, then what must be done whatever else is pending
 * (forced), then users, then the timer; among equals the older one.
 *
 *   R1  at most `max_concurrent` are pending, but for forced ones
 *   R2  the timer's request waits for the pause after the last completion; one that is looked at
 *       too early is dropped, for the timer asks again when the pause is over
 *   R3  at most REQUESTS_MAX wait; a user's request pushes out one of the timer
 *
 * Flink    CheckpointRequestDecider.
 */
#ifndef CORE_CHECKPOINT_REQUESTS_H
#define CORE_CHECKPOINT_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

enum { REQUESTS_MAX = 1000 };

struct request {
    enum snapshot_kind kind;
    bool periodic;   /* the timer's */
    bool forced;     /* R1 */
    uint32_t number; /* of the user who waits for the answer; 0: nobody does */
};

struct requests { /* zero-initialised is empty */
    struct request *item;
    uint32_t count, room;
};

struct standing { /* what a decision depends on */
    uint32_t pending, max_concurrent;
    uint32_t cleaning;     /* given up, but their files are not gone yet */
    int64_t pause_left_us; /* <= 0: over */
};

enum choice {
    CHOICE_NONE,
    CHOICE_GO,      /* `chosen` was taken out */
    CHOICE_TOO_SOON /* `chosen` was taken out: R2 */
};

void requests_done(struct requests *q);
/* False: the queue is full, and `refused` (perhaps `r` itself) is not in it. */
bool requests_add(struct requests *q, const struct request *r, struct request *refused);
bool requests_take_first(struct requests *q, struct request *r); /* false: empty */
enum choice requests_choose(struct requests *q, const struct standing *now, struct request *chosen);

#endif
