/* pending.h -- a checkpoint that has begun: who takes part, who has acknowledged.
 *
 * The plan is made when it begins and kept: who has ended by then takes no part
 * and owes nothing, who ends later is still told of the outcome.
 *
 * Flink    PendingCheckpoint, DefaultCheckpointPlanCalculator.
 */
#ifndef CORE_CHECKPOINT_PENDING_H
#define CORE_CHECKPOINT_PENDING_H

#include "checkpoint/manifest.h"
#include "checkpoint/requests.h"

struct pending {
    struct manifest manifest; /* handles come with the acks */
    struct request request;
    int64_t created_us, expires_us;
    uint64_t timer;  /* among timers of one instant the one made first goes off first */
    bool *owes;      /* by task: takes part and has not acknowledged */
    bool *is_in;     /* by task: takes part */
    uint32_t owed;   /* tasks that have not acknowledged */
    bool finalizing; /* nobody owes, the metadata is being written */
    bool is_final;   /* began after all data had ended, or ends it (terminate) */
};

struct plan { /* of the job as it is now; borrowed */
    uint32_t tasks;
    const bool *is_source, *finished; /* by task */
};

struct pending *pending_new(const struct plan *plan, const struct request *r);
void pending_free(struct pending *p);
/* Who is told to begin: the sources; behind sources that have all ended, the tasks they fed. */
bool plan_tells(const struct plan *plan, uint32_t task);
bool plan_is_empty(const struct plan *plan); /* every task has ended */
/* True if this ack counts: `task` takes part and had not acknowledged. */
bool pending_on_ack(struct pending *p, uint32_t task, const struct state_handle *handle);
uint32_t pending_number(const struct pending *p);

#endif
