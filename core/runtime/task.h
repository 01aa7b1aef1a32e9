/* task.h -- one subtask of one attempt: a chain, its gate and its outboxes, stepped by a driver.
 *
 *   RUN --a watermark makes someone owe--> FIRING --> RUN
 *   RUN --barrier aligned--> SNAPSHOT --> RUN        (a barrier waits behind what is owed)
 *   RUN --end of data------> END: operators flushed, waits for the final checkpoint
 *
 * No task finishes before a checkpoint that began after every task of the job
 * had reported its end of data is complete (the master triggers it at once):
 * then two-phase sinks have committed everything.  Without checkpoints it
 * finishes at the end of data.
 *
 * Pure: time is an argument; messages and slow work come out as actions; the
 * driver moves parcels.  Time spent busy, idle and backpressured is accounted
 * at the returns of task_step().
 *
 * Flink    StreamTask with its mailbox.  We differ: tasks finish together (see above), so there
 *          are no checkpoints with finished tasks here.
 */
#ifndef CORE_RUNTIME_TASK_H
#define CORE_RUNTIME_TASK_H

#include "runtime/chain.h"
#include "runtime/parcel.h"

struct task;
struct gate;

enum task_progress {
    TASK_MORE,
    TASK_BLOCKED_ON_INPUT,
    TASK_BLOCKED_ON_OUTPUT,
    TASK_FINISHED,
    TASK_FAILED
};
enum task_phase { PHASE_RUN, PHASE_FIRING, PHASE_SNAPSHOT, PHASE_END };

struct task_spec { /* borrowed; must outlive the task */
    const struct job_graph *graph;
    const struct options *options;
    struct fs *data, *output;
    const struct lines *lines; /* may be NULL */
    struct trace *trace;       /* may be NULL */
    struct buffer_pool *pool;
    operator_find *find;
    uint32_t task, attempt;
    int64_t now_us;
    const struct bytes *parts; /* vertex_unites_state(): snapshots of all subtasks; else NULL */
};

/* Build, wire and open the chain; restore it if `snapshot` has bytes (of checkpoint `restored`).
 * NULL on error, with `why`. */
struct task *task_new(const struct task_spec *spec, struct span snapshot, uint32_t restored,
                      struct diag *why);
void task_free(struct task *t); /* gives every segment back; NULL is fine */

/* Do at most `budget` steps (one element, timer or resume each). */
enum task_progress task_step(struct task *t, int64_t now_us, uint32_t budget, struct actions *todo);
/* Steps done, and the virtual cost of the last task_step(). */
int64_t task_cost_us(const struct task *t);
/* For drivers in real time: the last task_step() took until `now_us` and was busy all the time
 * (instead of for its virtual cost). */
void task_worked_until(struct task *t, int64_t now_us);
/* When it wants to be stepped though nothing came; INT64_MAX: never.  A timer does not count while
 * there is no room for what it may send. */
int64_t task_deadline_us(const struct task *t);

/* Letters: noted now, acted on by the next task_step(). */
/* A source that terminates ends its data first; who has taken a snapshot that suspends stands still
 * from then on, and if one that stops is given up the task fails: nobody could go on. */
void task_on_savepoint(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot,
                       int64_t created_us);
static inline void task_on_trigger(struct task *t, uint32_t checkpoint, int64_t created_us)
{
    task_on_savepoint(t, checkpoint, SNAPSHOT_CHECKPOINT, created_us);
}
void task_on_complete(struct task *t, uint32_t checkpoint, bool is_final);
void task_on_aborted(struct task *t, uint32_t checkpoint, enum snapshot_kind snapshot);
void task_on_done(struct task *t, uint64_t request, int result);

/* The data plane.  A parcel for a channel that the task does not have is refused (false; the
 * caller still owns it). */
bool task_on_parcel(struct task *t, struct parcel *p);
/* The next parcel that may leave now (data within credit, events, credit, resumes). */
bool task_take_parcel(struct task *t, struct parcel *out);

/* What functions said by weir_log() since the last call, appended to `out`. */
void task_take_log(struct task *t, struct bytes *out);

/* For frames, drivers and tests. */
bool task_is_quiet(const struct task *t); /* no letter is unread, no request unanswered */
enum task_phase task_phase(const struct task *t);
enum task_progress task_last_progress(const struct task *t);
const struct task_context *task_view_context(const struct task *t);
const struct diag *task_failure(const struct task *t);
const struct gate *task_gate(const struct task *t); /* NULL for a source */
uint32_t task_operators(const struct task *t);
const struct operator* task_operator(const struct task *t, uint32_t i);
uint32_t task_outboxes(const struct task *t);
const struct outbox *task_outbox(const struct task *t, uint32_t i); /* in the order of out_edge */

#endif
