/* local.h -- the driver for speed: worker threads, real time, real files.
 *
 * The same master, executors, tasks, channels and coordinator as under `sim`.
 * The caller's thread is the master's; each worker has a thread, and one more
 * touches the disk (store.h).  Threads share links.h and nothing else; a
 * segment is handed over as a pointer.
 *
 *   L1  a job with a deterministic answer gives the rows that `sim` gives
 *   L2  results become visible only with the checkpoint they belong to, also if the process is
 *       killed: what is owed is committed by the run that goes on from there (restore)
 *   L3  local_stop() takes a last checkpoint and waits until its results are visible
 *
 * No worker is lost here but with the whole process; a task that fails
 * restarts the job by its strategy.
 *
 * Flink    MiniCluster / LocalExecutor.
 */
#ifndef CORE_LOCAL_LOCAL_H
#define CORE_LOCAL_LOCAL_H

#include "checkpoint/manifest.h"
#include "job/job_master.h"
#include "local/board.h"
#include "runtime/operator.h"

struct local;

struct local_spec { /* borrowed; must outlive the run */
    const struct job_graph *graph;
    const struct options *options;
    struct fs *data, *output, *checkpoints; /* safe for several threads */
    const struct lines *lines;              /* this too; may be NULL */
    operator_find *find;
    const struct manifest *restore; /* go on from here; NULL: from the beginning */
    bool claims;                    /* what it restores is this run's, and goes when subsumed */
    bool quiet;                     /* drop what functions log */
    trace_listener *listen; /* of the master's events, in the caller's thread; may be NULL */
    void *listen_arg;
    /* Called in the caller's thread every tick_us and whenever something happened. */
    void (*tick)(void *arg, struct local *l);
    void *tick_arg;
    int64_t tick_us; /* > 0 */
    /* What came of a local_snapshot(): in the caller's thread; may be NULL. */
    void (*answered)(void *arg, const struct coordinator_note *answer);
    void *answered_arg;
};

enum local_end {
    LOCAL_FINISHED,
    LOCAL_FAILED,  /* local_failure() says why */
    LOCAL_STOPPED, /* by local_stop() with a checkpoint, or by a savepoint that suspends */
    LOCAL_CANCELED /* by local_cancel(), or stopped while no checkpoint could be taken */
};

struct local *local_new(const struct local_spec *spec);
enum local_end local_run(struct local *l); /* until it is over; all threads have ended */
void local_free(struct local *l);          /* NULL is fine */

/* From tick(). */
void local_stop(struct local *l);   /* with a checkpoint; asked again: nothing new */
void local_cancel(struct local *l); /* at once; retention says which checkpoints stay */
/* Take a snapshot; the number of the request, 0: none can be taken now.  One that suspends ends the
 * run when it is complete; one that terminates lets the sources end, and the job finishes. */
uint32_t local_snapshot(struct local *l, enum snapshot_kind kind);
bool local_is_stopping(const struct local *l);

int64_t local_us(const struct local *l); /* since the start */
uint32_t local_workers(const struct local *l);
const struct job_master *local_master(const struct local *l);
struct board_line local_line(struct local *l, uint32_t task);
uint64_t local_counter(struct local *l, enum counter c); /* summed over all tasks */

#endif
