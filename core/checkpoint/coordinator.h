/* coordinator.h -- who decides that a checkpoint exists.
 *
 *   trigger --> pending --all acks--> finalizing --metadata durable--> complete
 *                  |                   |                              (older one subsumed)
 *                  |                   +-- write failed, task lost --> aborted
 *                  +-- timeout, decline, task lost --> aborted
 *
 *   K1  ids start at 1 and strictly increase, over restarts too
 *   K2  complete means: one ack from every task, each of the current attempt, and the metadata
 *       written last and durably
 *   K3  what comes for a checkpoint that is not pending, or twice, changes nothing
 *   K4  an aborted checkpoint leaves no files, those that are acknowledged or written after it
 *       was given up neither (a part whose ack is lost is not known here, and stays); a subsumed
 *       one goes only after its successor is complete, metadata first
 *   K5  once every task has reported the end of its data a last checkpoint begins at once, and its
 *       completion is told again and again until every task has finished: no notification can be
 *       lost for ever
 *
 * Once every task has acknowledged, a timeout or a decline comes too late: only the disk's answer
 * or the end of the attempt decides.
 *
 * Pure: events in, decisions out.  Messages are addressed by task; the job
 * master fills in worker and attempt.
 *
 * Flink    CheckpointCoordinator (aligned, one at a time).  We differ in K5: there tasks end by
 *          and by and checkpoints go on with finished tasks.
 */
#ifndef CORE_CHECKPOINT_COORDINATOR_H
#define CORE_CHECKPOINT_COORDINATOR_H

#include "checkpoint/manifest.h"
#include "trace/trace.h"
#include "wire/actions.h"

struct coordinator_spec {
    uint64_t graph_hash;
    uint32_t tasks;
    const bool *is_source;   /* by task; borrowed */
    const uint32_t *attempt; /* the job's current one; borrowed */
    int64_t interval_us;     /* 0: no checkpoints at all */
    int64_t min_pause_us, timeout_us;
    uint32_t tolerable, retained;
    struct trace *trace;
};

struct coordinator;

#define GIVE_UP_LIST(R)                                                                            \
    R(EXPIRED, "CHECKPOINT_EXPIRED")                                                               \
    R(DECLINED, "CHECKPOINT_DECLINED")                                                             \
    R(TASK_FAILURE, "TASK_FAILURE")                                                                \
    R(FINALIZE, "FINALIZE_CHECKPOINT_FAILURE")
enum give_up_reason {
#define GIVE_UP_ENUM_(name, word) GIVE_UP_##name,
    GIVE_UP_LIST(GIVE_UP_ENUM_)
};
const char *give_up_name(int reason);

struct coordinator *coordinator_new(const struct coordinator_spec *spec);
void coordinator_free(struct coordinator *c); /* NULL is fine */

/* Go on from a checkpoint of another process: it is the latest, and ids follow it. */
void coordinator_restore(struct coordinator *c, const struct manifest *m);
/* All tasks of an attempt run: the periodic trigger begins, `interval` from now. */
void coordinator_start(struct coordinator *c, int64_t now_us);
/* The attempt is over: abort what is pending, trigger nothing until the next start. */
void coordinator_stop(struct coordinator *c, int64_t now_us, struct actions *todo);
/* The job shall end with one more checkpoint: it begins as soon as it may, and none after it.  Its
 * id, or 0 if none can be taken now (no tasks run, or the job takes no checkpoints). */
uint32_t coordinator_ask_last(struct coordinator *c, int64_t now_us, struct actions *todo);
/* The job is over, its checkpoints are not wanted any more. */
void coordinator_remove_all(struct coordinator *c, struct actions *todo);
void coordinator_on_time(struct coordinator *c, int64_t now_us, struct actions *todo);
int64_t coordinator_deadline_us(const struct coordinator *c);
void coordinator_on_ack(struct coordinator *c, int64_t now_us, uint32_t task, uint32_t checkpoint,
                        const struct state_handle *handle, struct actions *todo);
/* An ack of an attempt that is over: the file that it names is removed, unless the checkpoint is
 * complete (then the ack is a copy of one that was counted). */
void coordinator_discard(struct coordinator *c, uint32_t checkpoint,
                         const struct state_handle *handle, struct actions *todo);
void coordinator_on_decline(struct coordinator *c, int64_t now_us, uint32_t task,
                            uint32_t checkpoint, struct actions *todo);
void coordinator_on_data_end(struct coordinator *c, int64_t now_us, uint32_t task,
                             struct actions *todo);
void coordinator_on_finished(struct coordinator *c, uint32_t task);
/* The answer to the WRITE of the metadata; false: the request is not the coordinator's. */
bool coordinator_on_done(struct coordinator *c, int64_t now_us, uint64_t request, int result,
                         struct actions *todo);
/* More consecutive failures than are tolerated: the job must fail.  Asked once, then reset. */
bool coordinator_has_failed(struct coordinator *c);

/* The newest complete checkpoint, or NULL. */
const struct manifest *coordinator_latest(const struct coordinator *c);
uint32_t coordinator_completed(const struct coordinator *c); /* how many, ever */

struct pending_view {    /* for frames */
    uint32_t checkpoint; /* 0: none pending */
    int64_t created_us;
    const bool *acked; /* by task */
    uint32_t acks;
};
struct pending_view coordinator_pending(const struct coordinator *c);

#endif
