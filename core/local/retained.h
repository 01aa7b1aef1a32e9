/* retained.h -- the folder of a run's checkpoints, and what an earlier run left there.
 *
 * Each run has a folder of its own, <checkpoint dir>/<job>/<begin>-<process>,
 * with chk-<n>/ in it.  `-s` takes the path of a chk-<n> or of its _metadata, of a
 * savepoint wherever it was moved to, or of a RUN (then its newest complete
 * checkpoint, which is said).
 *
 *   claim      the snapshot becomes the run's own: it goes when it is subsumed.  A checkpoint's
 *              run folder is taken over with it: numbers go on there
 *   no-claim   it is only read, and the run gets a new folder
 *
 * Unless said, a checkpoint is claimed and a savepoint is not (Flink: neither is; there a
 * run that goes on is a new job).
 */
#ifndef CORE_LOCAL_RETAINED_H
#define CORE_LOCAL_RETAINED_H

#include "checkpoint/layout.h"
#include "checkpoint/manifest.h"
#include "graph/job_graph.h"

enum claim_mode { CLAIM_UNSAID, CLAIM_YES, CLAIM_NO };

struct retained_spec { /* borrowed */
    const struct job_graph *graph;
    const struct options *options;
    const char *job;     /* its name */
    const char *restore; /* -s, or NULL */
    enum claim_mode claim;
};

enum { JOB_ID_MAX = 33 }; /* 32 hexadecimal digits, as Flink's */

struct retained {
    char directory[LAYOUT_PATH_MAX]; /* of the run */
    char job_id[JOB_ID_MAX];
    struct manifest from; /* checkpoint 0: begins at the beginning */
    bool claims;
};

/* Find what `-s` names and read its metadata, or name a new folder. */
int retained_open(struct retained *t, const struct retained_spec *spec, struct diag *why);
void retained_done(struct retained *t);
/* Give a complete savepoint-<n> of the run to its user: moved to `directory`, whose name it gets
 * there is in `path`. */
int retained_hand_over(const struct retained *t, uint32_t savepoint, const char *directory,
                       char path[LAYOUT_PATH_MAX], struct diag *why);

#endif
