/* database_sqlite.h -- what all that speaks with SQLite shares: opening, naming, checking, failing.
 *
 * A table is checked before the first row: it is there, it has every column of the row type, and
 * each is declared so (by SQLite's affinity) that its values come and go unchanged:
 *
 *     INT BIGINT BOOLEAN   INTEGER, NUMERIC or no type
 *     DOUBLE               REAL, NUMERIC or no type (INTEGER is read)
 *     STRING               TEXT or no type
 *     TIMESTAMP            TEXT, NUMERIC (DATETIME, TIMESTAMP) or no type: written as the text of
 *                          data/timestamp.h (INTEGER is read: milliseconds since 1970)
 *
 * SQLite decides by the value, not by the column: what is no value of the row's type is a bad row.
 */
#ifndef CORE_DATABASE_DATABASE_SQLITE_H
#define CORE_DATABASE_DATABASE_SQLITE_H

#include <sqlite3.h>

#include "base/bytes.h"
#include "base/err.h"
#include "weir.h"

enum database_use { DATABASE_READ, DATABASE_WRITE };

struct database { /* zero-initialised: closed */
    sqlite3 *sql;
    const char *name; /* for people, as the program gave it */
};

/* A database that exists.  `directory` is where a relative path starts. */
int database_open(struct database *d, const char *directory, const char *path,
                  enum database_use use, struct diag *why);
void database_close(struct database *d);

/* NULL with `why`. */
sqlite3_stmt *database_prepare(const struct database *d, const char *sql, struct diag *why);
int database_run(const struct database *d, const char *sql, struct diag *why); /* no rows */
/* The last call failed: what SQLite says of it, as an err and into `why`. */
int database_failed(const struct database *d, struct diag *why);

void database_put_name(struct bytes *sql, const char *name); /* "quoted" */
/* The names of the columns, quoted, with commas. */
void database_put_columns(struct bytes *sql, const struct weir_schema *s);
/* Is there this table, with columns for `schema`? */
int database_check(const struct database *d, const char *table, const struct weir_schema *schema,
                   enum database_use use, struct diag *why);

#endif
