/* part_sqlite.h -- a pending part of a table sink: what it holds, and how it is applied.
 *
 * database | sink | upsert SQL | delete SQL | subtask | number | epoch | columns | type ...
 * then, to its end, rows: is it a delete | image
 */
#ifndef CORE_DATABASE_PART_SQLITE_H
#define CORE_DATABASE_PART_SQLITE_H

#include "base/err.h"
#include "database/table_sink.h"

struct part_name { /* whose transaction it is */
    const char *job, *uid;
    uint32_t subtask;
    uint64_t number;
    uint32_t epoch; /* the attempt that opened it; 0: the job has no checkpoints */
};

void part_begin(struct bytes *out, const struct table_sink *t, const struct weir_schema *schema,
                const struct part_name *name);
/* False: an append only sink cannot take this change. */
bool part_put_row(struct bytes *out, const struct table_sink *t, const struct weir_row *row);

/* Apply it to the database, which is sought in `directory`.  ERR_NONE as well if it had been
 * applied before (D1). */
int part_apply(struct span part, const char *directory, struct diag *why);

/* Before a run: the database and the table are there and fit. */
int part_check_table(const struct table_sink *t, const struct weir_schema *schema,
                     const char *directory, struct diag *why);
/* Before a run from the beginning: D3. */
int part_forget(const struct table_sink *t, const struct part_name *name, const char *directory,
                struct diag *why);
/* The table's rows, or -1. */
int64_t part_count_rows(const struct table_sink *t, const char *directory);

#endif
