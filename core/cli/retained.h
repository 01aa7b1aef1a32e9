/* retained.h -- where a run under `local` keeps its checkpoints, and how another goes on from them.
 *
 *   DIR/JOB/RUN/chk-<n>/_metadata, and a file a task beside it
 *
 * DIR is execution.checkpointing.dir, relative to the output directory; RUN is new for each run,
 * so that nobody takes another run's files for his own.  `-s PATH` names a chk-<n>, its
 * _metadata, or a RUN (then its newest complete checkpoint, which is said); the run that goes on
 * takes that folder over (Flink's CLAIM mode): numbers go on, and what it subsumes is removed.
 */
#ifndef CORE_CLI_RETAINED_H
#define CORE_CLI_RETAINED_H

#include "checkpoint/manifest.h"
#include "cli/run.h"

enum { RETAINED_PATH_MAX = 512 };

struct retained {
    char directory[RETAINED_PATH_MAX]; /* of the run */
    struct manifest from;              /* checkpoint 0: begins at the beginning */
};

/* Find what `-s` names and read its metadata, or name a new folder. */
int retained_open(struct retained *t, const struct run *r, struct diag *why);
void retained_done(struct retained *t);

#endif
