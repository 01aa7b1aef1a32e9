/* desk.h -- what other processes ask of a run: looked after at every tick.
 *
 *   info             ok <job id> <state> <began, ms since 1970> <job name>
 *   savepoint [DIR]  ok <path of the savepoint>, when it is complete
 *   stop [DIR]       the same, and the run ends as it stands (Flink: stop)
 *   drain [DIR]      the same, and the run ends with all windows fired (Flink: stop --drain)
 *   cancel           ok, and the run ends at once
 *
 * Without DIR it is execution.checkpointing.savepoint-dir.
 */
#ifndef CORE_LOCAL_DESK_H
#define CORE_LOCAL_DESK_H

#include "local/control.h"
#include "local/local.h"
#include "local/retained.h"

struct caller { /* who waits for a savepoint; request 0: nobody */
    int fd;
    uint32_t request;
    char directory[LAYOUT_PATH_MAX];
};

struct desk { /* zeroed but for what is borrowed */
    const struct retained *retained;
    const struct options *options;
    const char *job; /* its name */
    struct control control;
    struct caller caller[CALLERS_MAX];
    int64_t began_ms;
    /* The last savepoint that was handed over, "": none. */
    char savepoint[LAYOUT_PATH_MAX];
};

int desk_open(struct desk *d, struct diag *why); /* fails: it can be used, but nobody calls */
void desk_tick(struct desk *d, struct local *l);
void desk_answered(void *desk, const struct coordinator_note *answer); /* for local_spec */
void desk_close(struct desk *d, const char *how); /* who still waits hears how the run ended */

#endif
