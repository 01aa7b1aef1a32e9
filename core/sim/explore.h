/* explore.h -- search for a run that breaks an invariant; make what is found small.
 *
 * First a few runs without faults: they tell which events there are to anchor
 * faults on, how many rows the input has, and whether the answer depends on
 * timing.  Then one run a seed, with one to three faults drawn from the seed and
 * all times drawn too (world.h: jitter).  The first violation is shrunk: lines
 * are dropped, anchors moved to earlier occurrences, times made shorter, kills
 * weakened to pauses, the jitter left out -- as long as the same invariant breaks.
 *
 * The same arguments find the same thing.
 */
#ifndef CORE_SIM_EXPLORE_H
#define CORE_SIM_EXPLORE_H

#include "sim/invariant.h"

struct explore_spec { /* borrowed */
    const struct job_graph *graph;
    const struct options *options;
    struct fs *data;
    operator_find *find;
    uint64_t first_seed, seeds;
    uint64_t step_max; /* of one run; 0: 20 times the run without faults */
    void (*progress)(void *arg, uint64_t done, uint64_t seeds); /* NULL: none */
    void *progress_arg;
};

struct finding {
    bool found;
    uint64_t seed, runs, faults_before;
    bool jitter;
    struct plan plan; /* shrunk */
    struct violation violation;
    uint64_t hash, steps;
    bool answer_is_fixed; /* the answer does not depend on timing */
};

/* Returns ERR_NONE, or an error (with `why`) if the job does not even run without faults. */
int explore(const struct explore_spec *spec, struct finding *f, struct diag *why);

/* Run once with a plan and judge it: what replay does. */
int explore_once(const struct explore_spec *spec, const struct plan *plan, uint64_t seed,
                 bool jitter, struct finding *f, struct diag *why);

#endif
