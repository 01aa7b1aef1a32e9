/* watch.h -- waits for the instant that one plan line names.
 *
 * A line has an anchor (`at barrier of window[0] cp 2`), perhaps behind another one (`after`).  The
 * watch is shown every event of the run and fires once, at the n-th that matches.
 */
#ifndef CORE_SIM_WATCH_H
#define CORE_SIM_WATCH_H

#include "sim/plan.h"
#include "trace/event.h"

struct watch {
    struct subject at, after, target;
    uint32_t seen, after_seen;
    bool fired;
    bool armed; /* DROP, DUP, DELAY: the next matching message */
};

/* Look the line's subjects up in the job; ERR_USAGE names the nearest of an unknown one. */
int watch_bind(struct watch *x, const struct fault *f, const struct job_graph *g, uint32_t workers,
               struct diag *why);
/* True if the line fires with this event. */
bool watch_event(struct watch *x, const struct fault *f, const struct event *e);

#endif
