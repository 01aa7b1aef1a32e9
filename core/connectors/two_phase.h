/* two_phase.h -- the bookkeeping of a two-phase sink: which transactions are owed to whom.
 *
 * Pure: rows, files and requests are the sink's business; here are only the
 * states of the drawing in file_sink.h.
 */
#ifndef CORE_CONNECTORS_TWO_PHASE_H
#define CORE_CONNECTORS_TWO_PHASE_H

#include "base/bytes.h"

enum transaction_state {
    TRANSACTION_UNWRITTEN, /* the pre-commit failed: to be tried again (C5) */
    TRANSACTION_WRITING,
    TRANSACTION_PRECOMMITTED,
    TRANSACTION_COMMITTING
};

struct transaction {
    uint64_t number; /* of the subtask, over all attempts */
    uint32_t epoch;  /* the attempt that opened it */
    uint32_t checkpoint;
    uint64_t rows;
    enum transaction_state state;
    uint64_t request;  /* WRITING, COMMITTING: what is awaited */
    struct bytes body; /* until it is durable */
};

struct two_phase { /* zero-initialised: nothing owed */
    uint64_t next_number;
    struct transaction *owed; /* in order of number */
    uint32_t count, room;
};

void two_phase_done(struct two_phase *t);
struct transaction *two_phase_add(struct two_phase *t, uint32_t epoch, uint32_t checkpoint);
struct transaction *two_phase_awaiting(struct two_phase *t, uint64_t request); /* or NULL */
void two_phase_remove(struct two_phase *t, struct transaction *x);
bool two_phase_owes(const struct two_phase *t, uint32_t epoch, uint64_t number);
void two_phase_snapshot(const struct two_phase *t, struct bytes *out);
/* Everything restored is pre-committed (it was part of a complete checkpoint). */
bool two_phase_restore(struct two_phase *t, struct reader *r);
static inline uint64_t transaction_id(const struct transaction *x)
{
    return (uint64_t)x->epoch << 40 | x->number;
}

#endif
