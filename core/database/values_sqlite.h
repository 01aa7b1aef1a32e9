/* values_sqlite.h -- rows into the parameters of a statement, and out of its result. */
#ifndef CORE_DATABASE_VALUES_SQLITE_H
#define CORE_DATABASE_VALUES_SQLITE_H

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/err.h"
#include "weir.h"

/* Column i of the image becomes parameter ?i+1, as far as the statement has such; it is borrowed
 * until the statement is reset.  A DOUBLE that is no number is NULL in SQLite.  `scratch` is for
 * texts that are made. */
int values_bind(sqlite3_stmt *s, const struct weir_schema *schema, const uint64_t *image,
                struct bytes *scratch);
/* A key as row_key() gives it becomes parameter ?1. */
int values_bind_key(sqlite3_stmt *s, enum weir_type type, struct span key, struct bytes *scratch);
/* The result's columns from `first` on, in the schema's order, into an image that is appended to
 * `out`.  Returns its bytes, or an err with `why`: which column, what stands there. */
int values_read(sqlite3_stmt *s, int first, const struct weir_schema *schema, struct bytes *out,
                struct diag *why);

#endif
