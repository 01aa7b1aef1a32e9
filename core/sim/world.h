/* world.h -- a whole cluster in one thread: virtual time, seeded order, faults by plan.
 *
 * The same master, workers, tasks, channels and stores as everywhere; here are
 * only the clock, the links, the disk and who is next.  Control messages pass
 * through their bytes, snapshots are theirs, and a worker is killed by freeing it.
 *
 * Virtual time is microseconds.  A task that did a step is busy for its cost
 * (weir.sim.cost; more while a `slow` fault holds); messages take
 * weir.sim.link, writes weir.sim.disk.  The world runs whoever has the least
 * time; the seed decides ties; tasks of different slots overlap.  With `jitter`
 * all these times are drawn from the seed, between nothing and four times as
 * long: that is how exploration meets unusual orders.
 *
 * One step = one input element, timer or resume of a task, or one delivered
 * message, parcel or answer.  The same (program, dataset, seed, plan) gives
 * the same events, so the same hash, at every step; going back is running again.
 *
 * A killed worker: its parcels in flight are gone, messages it had sent still
 * arrive, writes it had asked for are done or not (the seed decides).  The
 * master notices after weir.sim.loss-detection; the worker is back
 * weir.sim.reboot after that.
 */
#ifndef CORE_SIM_WORLD_H
#define CORE_SIM_WORLD_H

#include "host/task_executor.h"
#include "job/job_master.h"
#include "sim/plan.h"

struct world;

struct world_spec { /* borrowed; must outlive the world */
    const struct job_graph *graph;
    const struct options *options;
    struct fs *data;
    operator_find *find;
    const struct plan *plan; /* NULL: no faults */
    uint64_t seed;
    bool jitter;
    uint64_t step_max;      /* 0: WORLD_STEP_MAX */
    uint32_t ring;          /* events kept, for frames */
    trace_listener *listen; /* NULL: nobody */
    void *listen_arg;
};
#define WORLD_STEP_MAX 200000000u

/* NULL with `why` if a subject of the plan is unknown. */
struct world *world_new(const struct world_spec *spec, struct diag *why);
void world_free(struct world *w); /* NULL is fine */

bool world_step(struct world *w);                  /* false: over (world_failure() says how) */
void world_run_to(struct world *w, uint64_t step); /* or to the end */
uint64_t world_steps(const struct world *w);       /* done so far */
uint64_t world_hash(const struct world *w);
int64_t world_now_us(const struct world *w);
/* err 0: the job FINISHED (or still runs); else why it failed, stands still or goes on for ever. */
const struct diag *world_failure(const struct world *w);

struct fs *world_output(const struct world *w);      /* committed and pending output */
struct fs *world_checkpoints(const struct world *w); /* to look at, and to damage in tests */
const struct job_master *world_master(const struct world *w);
uint32_t world_workers(const struct world *w);
struct task_executor *world_worker(const struct world *w, uint32_t i); /* NULL: dead */
const struct trace *world_trace(const struct world *w);
/* The task of that number, or NULL while it is nowhere. */
const struct task *world_task(const struct world *w, uint32_t task);
int64_t world_slow_us(const struct world *w, uint32_t task); /* what a `slow` fault adds to a row */
bool world_fault_fired(const struct world *w, uint32_t fault); /* index in the plan */
/* Parcels on the way on one channel, oldest first: calls `each`. */
void world_in_flight(const struct world *w, uint32_t edge, uint32_t from, uint32_t to,
                     void (*each)(void *arg, const struct parcel *p), void *arg);
/* A task's counters: of the living task, or as they were when it finished (its worker may have
 * died since); NULL if there are none. */
const struct counters *world_counters(const struct world *w, uint32_t task);
uint64_t world_counter(const struct world *w, enum counter c); /* summed over all tasks */

#endif
