/* report.h -- what one run did, for people and as JSON. */
#ifndef CORE_CLI_REPORT_H
#define CORE_CLI_REPORT_H

#include "sim/world.h"

struct moment { /* something a person wants to hear of */
    uint32_t step;
    int64_t us;
    uint8_t kind; /* enum event_kind: KILL, RESTART, DEPLOY, GIVE_UP, FAULT */
    uint16_t actor;
    uint32_t checkpoint;
    int64_t a;
};
enum { MOMENTS_MAX = 64 };

struct report {
    const struct job_graph *events; /* print every event; NULL: do not */
    struct moment moment[MOMENTS_MAX];
    uint32_t moments, all_moments; /* kept, and also those beyond MOMENTS_MAX */
    uint32_t checkpoints, last_checkpoint;
    int64_t results; /* lines shown of each sink */
};

void report_listen(void *report, const struct event *e);                   /* a trace_listener */
uint64_t report_rows_in(const struct world *w, const struct job_graph *g); /* of all sources */

#endif
