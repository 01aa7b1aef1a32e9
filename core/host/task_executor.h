/* task_executor.h -- one worker: builds tasks from deployments, carries out what they decide.
 *
 * A struct without globals: a worker is killed by freeing it.  It turns
 * messages into calls on tasks and tasks' decisions into messages up, and
 * reads the snapshot a deployment names.  Files are written by the driver (the
 * actions of kind WRITE and RENAME pass through), which answers by
 * executor_on_done().
 *
 * Flink    TaskExecutor (TaskManager).
 */
#ifndef CORE_HOST_TASK_EXECUTOR_H
#define CORE_HOST_TASK_EXECUTOR_H

#include "runtime/task.h"

struct task_executor;

struct executor_spec { /* borrowed; must outlive the executor */
    const struct job_graph *graph;
    const struct options *options;
    struct fs *data, *output, *checkpoints;
    const struct lines *lines; /* may be NULL */
    struct trace *trace;
    operator_find *find;
    uint32_t worker;
};

struct task_executor *executor_new(const struct executor_spec *spec, struct actions *todo);
/* todo: REGISTER */
void executor_free(struct task_executor *x); /* NULL is fine */

void executor_on_message(struct task_executor *x, int64_t now_us, const struct message *m,
                         struct actions *todo);
void executor_on_done(struct task_executor *x, int64_t now_us, uint32_t task, uint32_t attempt,
                      uint64_t request, int result, struct actions *todo);

/* A parcel for one of this worker's tasks; takes it over.  One that comes before its task is
 * deployed is kept for it (senders and receivers of an attempt start in any order); one of a
 * cancelled attempt is dropped.  Returns the task's number, or UINT32_MAX if nobody took it now. */
uint32_t executor_on_parcel(struct task_executor *x, struct parcel *p);

uint32_t executor_tasks(const struct task_executor *x); /* slots in use, 0 .. n-1 */
struct task *executor_task(const struct task_executor *x, uint32_t slot); /* NULL: free slot */
struct task *executor_find(const struct task_executor *x, uint32_t task); /* by number, or NULL */
/* Step the task in `slot`; a task that finished or failed is reported in todo. */
enum task_progress executor_step(struct task_executor *x, uint32_t slot, int64_t now_us,
                                 uint32_t budget, struct actions *todo);

#endif
