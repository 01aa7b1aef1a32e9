/* table_sink.h -- rows into a table of SQLite: a file sink whose commit is a transaction there.
 *
 * The rows between two checkpoints are pre-committed as a pending part under `.sqlite/<node>/`, as
 * file_sink.h says.  A part says all that is needed to apply it (part_sqlite.h), and whoever
 * carries out the commit does: under `local` the rename of the pending part (local/outlet_fs.h);
 * under `sim` it is a rename in memory, and the parts are applied when the results are written.
 *
 *   D1  a part is applied in one transaction of SQLite together with its number, in the table
 *       weir_commits(sink, subtask, number, epoch): one that is applied again changes nothing
 *   D2  a subtask's parts are applied in the order of their numbers, none left out: the database
 *       refuses a gap
 *   D3  a run from the beginning forgets the numbers of the run before, not its rows
 *
 * With key columns it is an upsert: INSERT ... ON CONFLICT DO UPDATE; -D deletes the key's row, -U
 * is passed over, as the +U behind it brings the whole row.  Without, it appends, and a row that
 * changes an earlier one fails the job.
 *
 * Flink    JdbcSink: in upsert mode it writes before the checkpoint (at least once); ours shows
 *          rows once their checkpoint is complete, in both modes, and each exactly once.
 */
#ifndef CORE_DATABASE_TABLE_SINK_H
#define CORE_DATABASE_TABLE_SINK_H

#include "base/bytes.h"
#include "weir.h"

#define TABLE_SINK_CLASS "sqlite_sink"
#define TABLE_SINK_HOME ".sqlite/" /* directories of parts begin so */

struct table_sink {
    const char *database; /* in the output directory */
    const char *table;
    uint64_t keys; /* bit i: column i is one; 0: append */
};

#endif
