/* table_source.h -- a table of SQLite as a source.
 *
 * "sqlite_source": rows of a table in the order of their rowid, or of a SELECT in the order of an
 * integer key that it gives.  Subtask i of n reads the i-th part of the range of keys that there is
 * when it opens (as many keys, not as many rows), so that
 *
 *   K1  every row whose key is in the range then is read once, if the table does not change while
 *       the subtasks choose; rows that come behind it later are not read
 *   K2  what is left, the keys from the next one to the end of the part, is state: a restore reads
 *       exactly these
 *   K3  keys are unique; two rows of one key fail the job (of a key that is no integer, too)
 *
 * It reads PORTION_ROWS at a time and holds no lock between.  A row that is none of the row type is
 * a bad row, as in bad_rows.h; its line is the key.
 *
 * The database is opened read-only, and under `sim` too: it is input, as a file is.
 *
 * Flink    JdbcSource with scan.partition.*.
 */
#ifndef CORE_CONNECTORS_TABLE_SOURCE_H
#define CORE_CONNECTORS_TABLE_SOURCE_H

#include "weir.h"

#define TABLE_SOURCE_CLASS "sqlite_source"

struct table_source_config {
    const char *database, *table;
    const char *select, *key; /* select NULL: the table in the order of rowid */
    const struct weir_schema *schema;
};

#endif
