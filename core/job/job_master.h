/* job_master.h -- the control plane of one job: deploy, checkpoint, fail, restart, finish.
 *
 *   CREATED -> RUNNING -> FINISHED
 *                 |  ^ \-> FAILED (restarts used up, or a checkpoint that cannot be read)
 *                 v  |
 *             RESTARTING (old attempt cancelled, waiting for delay and workers)
 *
 * Events go in, decisions come out.  All tasks of the job share one attempt
 * number; a restart makes a new one, and what an old one still says changes
 * nothing.  The coordinator (checkpoint/coordinator.h) is a part of it; whether and when a failure
 * is followed by a restart is the strategy's to say (restart_strategy.h).
 *
 * Regions (regions.h) are known, but a failure restarts all of them: one attempt number is what
 * fences the dead from the living, and a checkpoint is of the whole job.
 *
 * Flink    JobMaster, DefaultScheduler.  We differ: Flink restarts only the failed regions.
 */
#ifndef CORE_JOB_JOB_MASTER_H
#define CORE_JOB_JOB_MASTER_H

#include "checkpoint/coordinator.h"
#include "graph/job_graph.h"

#define JOB_STATE_LIST(S) S(CREATED) S(RUNNING) S(RESTARTING) S(FINISHED) S(FAILED)
enum job_state {
#define JOB_STATE_ENUM_(name) JOB_STATE_##name,
    JOB_STATE_LIST(JOB_STATE_ENUM_) JOB_STATES
};
const char *job_state_name(enum job_state s);

struct job_master;

/* Workers that a job gets: one for each slot needed, unless weir.workers says; at most WORKERS_MAX,
 * for a worker may have several slots. */
uint32_t master_workers(const struct job_graph *g, const struct options *o);
struct job_master *master_new(const struct job_graph *g, const struct options *o, uint32_t workers,
                              struct trace *trace);
void master_free(struct job_master *m);
/* Before the first message: go on from a snapshot of another process, in the attempt after.
 * `owned`: it is this job's now, and goes when it is subsumed. */
void master_restore(struct job_master *m, const struct manifest *from, bool owned);
/* A user asks for a checkpoint or a savepoint; the answer has this number.  Only while all tasks
 * run; one that stops the job lets no periodic checkpoint follow. */
bool master_may_snapshot(const struct job_master *m);
uint32_t master_request(struct job_master *m, int64_t now_us, enum snapshot_kind kind,
                        struct actions *todo);
/* A checkpoint that no other follows. */
uint32_t master_request_last(struct job_master *m, int64_t now_us, struct actions *todo);
bool master_next_answer(struct job_master *m, struct coordinator_note *answer); /* false: none */
/* The job is over: what execution.checkpointing.externalized-checkpoint-retention does not keep is
 * removed. */
void master_end(struct job_master *m, enum job_end end, struct actions *todo);

void master_on_message(struct job_master *m, int64_t now_us, const struct message *msg,
                       struct actions *todo);
void master_on_worker_lost(struct job_master *m, int64_t now_us, uint32_t worker,
                           struct actions *todo);
void master_on_done(struct job_master *m, int64_t now_us, uint64_t request, int result,
                    struct actions *todo);
void master_on_time(struct job_master *m, int64_t now_us, struct actions *todo);
int64_t master_deadline_us(const struct job_master *m); /* INT64_MAX: never */

enum job_state master_state(const struct job_master *m);
uint32_t master_attempt(const struct job_master *m);
uint32_t master_restarts(const struct job_master *m);
uint32_t master_worker_of(const struct job_master *m, uint32_t task);
/* The least task that the failure of `task` brings down with it. */
uint32_t master_region_of(const struct job_master *m, uint32_t task);
enum task_state master_task_state(const struct job_master *m, uint32_t task);
const struct coordinator *master_coordinator(const struct job_master *m);
const struct diag *master_failure(const struct job_master *m); /* why FAILED */
/* The last failure, whether restarted after or not, and how often in a row it was the same one: a
 * function that fails on a row fails on it again after every restart. */
const struct diag *master_last_failure(const struct job_master *m);
uint32_t master_same_failures(const struct job_master *m);

#endif
