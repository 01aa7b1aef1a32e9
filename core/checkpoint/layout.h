/* layout.h -- where the snapshots of a job lie.
 *
 *   <checkpoints>/<job>/chk-<n>/      one part a task, and _metadata, which is written last
 *   <checkpoints>/<job>/shared/       parts that several checkpoints name
 *   <checkpoints>/<job>/taskowned/    parts that the coordinator must not remove
 *   <savepoints>/savepoint-<j>-<r>/   whole in itself; may be moved
 *
 * <j> is the beginning of the job's id.  Without a directory of its own
 * (execution.checkpointing.create-subdir=false) a job writes into <checkpoints>
 * itself; what it finds there under a number of its own it does not write over.
 *
 * Flink    FsCheckpointStorageAccess, AbstractFsCheckpointStorageAccess.
 */
#ifndef CORE_CHECKPOINT_LAYOUT_H
#define CORE_CHECKPOINT_LAYOUT_H

#include <stdbool.h>

enum { LAYOUT_PATH_MAX = 512, LAYOUT_JOB_DIGITS = 6 };

struct layout {                           /* borrowed */
    const char *checkpoints, *savepoints; /* directories */
    const char *job;                      /* id */
    bool own_directory;
};

/* Each false if the path does not fit. */
bool layout_directory(const struct layout *l, char out[LAYOUT_PATH_MAX]); /* of the checkpoints */
bool layout_shared(const struct layout *l, char out[LAYOUT_PATH_MAX]);
bool layout_task_owned(const struct layout *l, char out[LAYOUT_PATH_MAX]);
/* A new one; `unique` tells it from others. */
bool layout_savepoint(const struct layout *l, const char *unique, char out[LAYOUT_PATH_MAX]);

#endif
