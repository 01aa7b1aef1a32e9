/* file_sink.h -- rows into files, each exactly once: the two-phase commit.
 *
 * A transaction is the rows between two checkpoints of one subtask.
 *
 *   open --snapshot n--> writing --durable--> pre-committed --n complete--> committing --> gone
 *
 * Pre-commit writes the rows to  DIR/.pending/part-<subtask>-<epoch>-<number>  and is part of
 * the snapshot: the checkpoint is acknowledged only after it is durable.  Commit renames that to
 * DIR/part-<subtask>-<number>.csv (or .json), which makes the rows visible.
 *
 *   C1  nothing is committed before its checkpoint is complete
 *   C2  what is owed is in state; a restore commits all of it again, which changes nothing if
 *       it had been done: the pending file is gone and the part is there
 *   C3  a notification for n commits everything up to n: lost, late and doubled ones do no harm
 *   C4  a transaction's pending name carries the attempt (epoch): one that a dead attempt left
 *       behind is never taken for ours, and the next attempt sweeps it away
 *   C5  a pre-commit that could not be written keeps its rows for the next checkpoint
 *   C6  a part ends at a checkpoint, and before it when the next row finds it larger than
 *       roll_bytes or older than roll_every_ms: then it is a transaction of its own, pre-committed
 *       with the others by the next checkpoint
 *
 * Until then transactions lie in memory.  Without checkpoints a part is written and committed when
 * it ends, the last one at the end of the input.
 *
 * The same class serves print: lines `label> {json}` in parts under `.print/<node>/`, which the
 * command line shows; and "sqlite_sink", whose parts become rows of a table: table_sink.h.
 *
 * Flink    TwoPhaseCommitSinkFunction, FileSink with a CheckpointRollingPolicy.  Its
 *          DefaultRollingPolicy, whose parts go on over checkpoints, is not here.
 */
#ifndef CORE_CONNECTORS_FILE_SINK_H
#define CORE_CONNECTORS_FILE_SINK_H

#include "database/table_sink.h"

struct file_sink_config {
    const char *directory;   /* in the output directory */
    const char *label;       /* print: what stands before a row; else NULL */
    struct table_sink table; /* where parts become rows; table.database NULL: nowhere */
    const struct weir_schema *schema;
    struct weir_files files; /* of files only */
};

/* A line that is no row at the begin of each part. */
bool file_sink_has_header(const struct file_sink_config *c);

#endif
