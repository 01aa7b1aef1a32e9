/* failures.h -- how many checkpoints in a row may fail before the job does.
 *
 *   F1  only counted reasons count, and only those of checkpoints newer than the last success
 *   F2  any success, a savepoint's too, starts again at 0; so does failing the job
 *   F3  a savepoint that the master could not take harms nobody; one that stops the job and that a
 *       task could not take fails the job at once, for its tasks wait for the end
 *
 * Flink    CheckpointFailureManager.
 */
#ifndef CORE_CHECKPOINT_FAILURES_H
#define CORE_CHECKPOINT_FAILURES_H

#include <stdint.h>

#include "checkpoint/reason.h"
#include "wire/message.h"

struct failures {
    uint32_t tolerable; /* INT32_MAX and more: any number */
    uint32_t in_a_row;
    uint32_t last_success; /* highest complete checkpoint */
};

struct failed {          /* one failure */
    uint32_t checkpoint; /* 0: it had no number yet */
    enum snapshot_kind kind;
    enum give_up_reason reason;
    uint32_t task; /* by whose fault; ACTION_MASTER: nobody's but the master's */
};

bool failures_on_failure(struct failures *f, const struct failed *what); /* true: fail the job */
/* By whose fault the job fails, as far as the failure manager believes it. */
uint32_t failed_by(const struct failed *what);
void failures_on_success(struct failures *f, uint32_t checkpoint);

#endif
