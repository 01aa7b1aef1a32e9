/* engine.h -- a run that can be looked at anywhere: all its events, and a world at any step.
 *
 * The whole run is done once, for its events and its end; the world at a step
 * is that run again from the seed, or the last one looked at, if it is not
 * beyond the step.  No copies of the simulated state are kept.
 */
#ifndef CORE_CLI_ENGINE_H
#define CORE_CLI_ENGINE_H

#include "inspect/frame.h"
#include "sim/world.h"

struct engine {
    struct world_spec spec;
    struct plan plan;
    struct event *event; /* of the whole run */
    uint64_t events, room;
    uint64_t steps, hash;
    struct diag end; /* how it ended */
    enum job_state state;
    uint32_t restarts;
    uint64_t rows_in;
    struct world *world; /* the last one looked at */
};

/* Run it all; on ERR_NONE the engine can be asked.  Also after the plan was changed. */
int engine_run(struct engine *e, struct diag *why);
void engine_done(struct engine *e);
/* The frame of `step` (0 .. steps) as a JSON object. */
void engine_frame(struct engine *e, uint64_t step, struct json_writer *w);
/* A plan line that does `action` ("kill tm-1") at the last thing that happened up to `step`. */
int engine_fault_line(const struct engine *e, const char *action, uint64_t step, char out[256],
                      struct diag *why);

#endif
