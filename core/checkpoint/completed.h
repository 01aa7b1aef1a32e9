/* completed.h -- the checkpoints that exist: the newest `retained`, oldest first.
 *
 * A savepoint is its user's: it is not kept here, nothing of it is ever
 * removed, and only its number is remembered, so that a late copy of an ack
 * does not take its file away.
 *
 *   S1  what is pushed out goes metadata first, then the parts
 *   S2  what the job does not own (a snapshot restored without claiming it) is never removed
 *   S3  at the end of the job `retention` decides what stays
 *
 * Flink    StandaloneCompletedCheckpointStore, CheckpointProperties, RecoveryClaimMode.
 */
#ifndef CORE_CHECKPOINT_COMPLETED_H
#define CORE_CHECKPOINT_COMPLETED_H

#include "checkpoint/manifest.h"
#include "wire/actions.h"

/* R(NAME, the vectors' word, the option's word): what is kept when the job has ended. */
#define RETENTION_LIST(R)                                                                          \
    R(NEVER, "NEVER_RETAIN_AFTER_TERMINATION", "NO_EXTERNALIZED_CHECKPOINTS")                      \
    R(ON_FAILURE, "RETAIN_ON_FAILURE", "DELETE_ON_CANCELLATION")                                   \
    R(ON_CANCELLATION, "RETAIN_ON_CANCELLATION", "RETAIN_ON_CANCELLATION")
enum retention {
#define RETENTION_ENUM_(name, word, option) RETENTION_##name,
    RETENTION_LIST(RETENTION_ENUM_) RETENTIONS
};
enum retention retention_of(const char *option); /* RETENTIONS: not one */

#define JOB_END_LIST(E) E(FINISHED) E(CANCELED) E(FAILED) E(SUSPENDED)
enum job_end {
#define JOB_END_ENUM_(name) JOB_END_##name,
    JOB_END_LIST(JOB_END_ENUM_) JOB_ENDS
};
bool retention_keeps(enum retention r, enum job_end end);

struct kept {
    struct manifest manifest;
    bool owned; /* S2 */
};

struct completed {
    uint32_t retained; /* >= 1 */
    struct kept *item;
    uint32_t count, room;
    uint32_t *savepoint; /* numbers */
    uint32_t savepoints, savepoint_room;
};

void completed_done(struct completed *c);
/* `m` is moved.  The number of the checkpoint that was pushed out, 0: none. */
uint32_t completed_add(struct completed *c, struct manifest m, bool owned, struct actions *todo);
void completed_note_savepoint(struct completed *c, uint32_t checkpoint);
bool completed_has(const struct completed *c, uint32_t checkpoint); /* savepoints too */
const struct manifest *completed_latest(const struct completed *c); /* NULL: none */
void completed_end(struct completed *c, enum retention r, enum job_end end, struct actions *todo);

/* For whoever gives a checkpoint up. */
void discard_metadata(enum snapshot_kind kind, uint32_t checkpoint, struct actions *todo);
void discard_parts(const struct manifest *m, struct actions *todo);
void discard_file(const char *path, struct actions *todo);

#endif
