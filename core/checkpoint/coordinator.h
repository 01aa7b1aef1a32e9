/* coordinator.h -- who decides that a checkpoint exists.
 *
 *   request --> pending --all acks--> finalizing --metadata durable--> complete
 *                  |                   |                              (older ones subsumed)
 *                  |                   +-- write failed, task lost --> aborted
 *                  +-- timeout, decline, subsumed, task lost --> aborted
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
 * Once every task has acknowledged, a timeout or a decline comes too late: only the disk's answer,
 * a newer completion or the end of the attempt decides.
 *
 * What Flink posts to its timer thread (a look at the queue, the word to the tasks that a
 * checkpoint is aborted) is done here at the end of the call, in the same order.
 *
 * Pure: events in, decisions out.  Messages are addressed by task; the job
 * master fills in worker and attempt.
 *
 * Flink    CheckpointCoordinator.  We differ in K5: there tasks end by and by and checkpoints go on
 *          with finished tasks; in batch there is none.
 */
#ifndef CORE_CHECKPOINT_COORDINATOR_H
#define CORE_CHECKPOINT_COORDINATOR_H

#include "checkpoint/completed.h"
#include "checkpoint/reason.h"
#include "trace/trace.h"

struct coordinator_spec {
    uint64_t graph_hash;
    uint32_t tasks;
    const bool *is_source;       /* by task; borrowed */
    const uint32_t *attempt;     /* the job's current one; borrowed */
    int64_t interval_us;         /* 0: no periodic checkpoints; raised to min_pause_us */
    bool only_last;              /* batch: none before that of K5, by which sinks commit */
    int64_t backlog_interval_us; /* while a source reads old data; 0: as above, INT64_MAX: none */
    int64_t first_delay_us;      /* of the first start; later ones wait min_pause_us */
    int64_t min_pause_us, timeout_us;
    uint32_t max_concurrent; /* 0 is 1 */
    uint32_t tolerable, retained;
    bool at_least_once, unaligned;
    int64_t aligned_timeout_us; /* unaligned after it */
    struct trace *trace;
};

struct coordinator;

struct coordinator *coordinator_new(const struct coordinator_spec *spec);
void coordinator_free(struct coordinator *c); /* NULL is fine */

/* Go on from a snapshot of another process: it is the latest, and ids follow it.  `owned`: it is
 * removed when it is subsumed (Flink's CLAIM). */
void coordinator_restore(struct coordinator *c, const struct manifest *m, bool owned);
/* All tasks of an attempt run: the periodic trigger begins. */
void coordinator_start(struct coordinator *c, int64_t now_us);
/* No periodic checkpoints until the next start; what is pending goes on. */
void coordinator_hold(struct coordinator *c);
/* As hold, and what is pending or waits is given up (Flink: stopCheckpointScheduler). */
void coordinator_pause(struct coordinator *c, int64_t now_us, struct actions *todo);
/* The attempt is over: as pause, nobody is left to be told, and who had ended is forgotten. */
void coordinator_stop(struct coordinator *c, int64_t now_us, struct actions *todo);
/* A user asks; the answer comes as a note with this number (1, 2, ...). */
uint32_t coordinator_request(struct coordinator *c, int64_t now_us, enum snapshot_kind kind,
                             struct actions *todo);
/* The job is over: what `retention` does not keep is removed. */
void coordinator_end(struct coordinator *c, enum retention retention, enum job_end end,
                     struct actions *todo);
/* The timer that is due first goes off; call again while the deadline is not later than now. */
void coordinator_on_time(struct coordinator *c, int64_t now_us, struct actions *todo);
int64_t coordinator_deadline_us(const struct coordinator *c);
/* True if the checkpoint is pending, or expired lately. */
bool coordinator_on_ack(struct coordinator *c, int64_t now_us, uint32_t task, uint32_t checkpoint,
                        const struct state_handle *handle, struct actions *todo);
/* An ack of an attempt that is over: the file that it names is removed, unless the checkpoint is
 * complete (then the ack is a copy of one that was counted). */
void coordinator_discard(struct coordinator *c, uint32_t checkpoint,
                         const struct state_handle *handle, struct actions *todo);
void coordinator_on_decline(struct coordinator *c, int64_t now_us, uint32_t task,
                            uint32_t checkpoint, enum give_up_reason reason, struct actions *todo);
void coordinator_on_backlog(struct coordinator *c, int64_t now_us, bool works_on_backlog);
void coordinator_on_data_end(struct coordinator *c, int64_t now_us, uint32_t task,
                             struct actions *todo);
void coordinator_on_finished(struct coordinator *c, uint32_t task);
/* The answer to the WRITE of the metadata; false: the request is not the coordinator's. */
bool coordinator_on_done(struct coordinator *c, int64_t now_us, uint64_t request, int result,
                         struct actions *todo);

/* What became known, besides what must be done; in order. */
enum coordinator_note_kind {
    NOTE_FAILED,   /* checkpoint (0: it had none yet), reason, task (ACTION_MASTER: none) */
    NOTE_FAIL_JOB, /* more failures than are tolerated; task */
    NOTE_DONE,     /* request, checkpoint */
    NOTE_REFUSED   /* request, reason */
};
struct coordinator_note {
    enum coordinator_note_kind kind;
    uint32_t checkpoint, task, request;
    enum give_up_reason reason;
    uint32_t after; /* so many actions of the call had been decided before */
};
bool coordinator_next_note(struct coordinator *c, struct coordinator_note *n); /* false: no more */

/* The newest complete checkpoint, or NULL. */
const struct manifest *coordinator_latest(const struct coordinator *c);
const struct completed *coordinator_store(const struct coordinator *c);
uint32_t coordinator_completed(const struct coordinator *c); /* how many, ever */
uint32_t coordinator_queued(const struct coordinator *c);
uint32_t coordinator_failures(const struct coordinator *c); /* in a row */

struct pending_view {
    uint32_t checkpoint; /* 0: there is none */
    enum snapshot_kind kind;
    int64_t created_us;
    const bool *owes; /* by task: has not acknowledged */
    uint32_t acks;
};
struct pending_view coordinator_pending(const struct coordinator *c); /* the oldest */
struct pending_view coordinator_pending_at(const struct coordinator *c, uint32_t i);

#endif
