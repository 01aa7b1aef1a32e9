#include "database/database_sqlite.h"

#include <stdio.h>
#include <string.h>

#include "data/schema.h"

enum { BUSY_MS = 5000, PATH_BYTES = 4096, TABLES_MAX = 64 };

/* ---- failing ---- */

static int err_of(int code)
{
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_CORRUPT:
        return ERR_DAMAGED;
    case SQLITE_NOTADB:
        return ERR_FORMAT;
    case SQLITE_CANTOPEN:
        return ERR_NOT_FOUND;
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
        return ERR_MISMATCH;
    default:
        return ERR_IO;
    }
}

int database_failed(const struct database *d, struct diag *why)
{
    int code = sqlite3_errcode(d->sql);

    return diag_set(why, err_of(code & 0xff), "%s: %s%s", d->name, sqlite3_errmsg(d->sql),
                    (code & 0xff) == SQLITE_BUSY ? " (another process holds it)" : "");
}

/* ---- opening ---- */

/* A name in double quotes that is no column shall be a mistake, not a text. */
static void settle(const struct database *d)
{
    sqlite3_busy_timeout(d->sql, BUSY_MS);
    sqlite3_db_config(d->sql, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
}

int database_open(struct database *d, const char *directory, const char *path,
                  enum database_use use, struct diag *why)
{
    char full[PATH_BYTES];
    int flags = use == DATABASE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int err = ERR_NONE;

    snprintf(full, sizeof full, "%s%s%s", path[0] == '/' ? "" : directory,
             path[0] == '/' ? "" : "/", path);
    *d = (struct database){.name = path};
    if (sqlite3_open_v2(full, &d->sql, flags, NULL) != SQLITE_OK)
        err = diag_set(why, err_of(sqlite3_errcode(d->sql) & 0xff),
                       "database '%s' cannot be opened: %s", full, sqlite3_errmsg(d->sql));
    if (err)
        database_close(d);
    else
        settle(d);
    return err;
}

void database_close(struct database *d)
{
    sqlite3_close(d->sql);
    d->sql = NULL;
}

/* ---- statements ---- */

sqlite3_stmt *database_prepare(const struct database *d, const char *sql, struct diag *why)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(d->sql, sql, -1, &s, NULL) != SQLITE_OK)
        database_failed(d, why);
    return s;
}

int database_run(const struct database *d, const char *sql, struct diag *why)
{
    return sqlite3_exec(d->sql, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_NONE
                                                                    : database_failed(d, why);
}

void database_put_name(struct bytes *sql, const char *name)
{
    bytes_put_u8(sql, '"');
    for (const char *p = name; *p; p++)
        bytes_put(sql, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    bytes_put_u8(sql, '"');
}

void database_put_columns(struct bytes *sql, const struct weir_schema *s)
{
    for (uint32_t i = 0; i < s->columns; i++) {
        bytes_format(sql, "%s", i ? ", " : "");
        database_put_name(sql, s->column[i].name);
    }
}

/* ---- what a table must be ---- */

enum affinity { AFFINITY_INTEGER, AFFINITY_TEXT, AFFINITY_NONE, AFFINITY_REAL, AFFINITY_NUMERIC };

/* By the rules of sqlite.org/datatype3.html, 3.1; `declared` is in capitals. */
static enum affinity affinity_of(const char *declared)
{
    static const struct {
        const char *part;
        enum affinity affinity;
    } rule[] = {{"INT", AFFINITY_INTEGER}, {"CHAR", AFFINITY_TEXT}, {"CLOB", AFFINITY_TEXT},
                {"TEXT", AFFINITY_TEXT},   {"BLOB", AFFINITY_NONE}, {"REAL", AFFINITY_REAL},
                {"FLOA", AFFINITY_REAL},   {"DOUB", AFFINITY_REAL}};

    for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++)
        if (strstr(declared, rule[i].part))
            return rule[i].affinity;
    return declared[0] ? AFFINITY_NUMERIC : AFFINITY_NONE;
}

static bool takes(enum affinity a, enum weir_type type, enum database_use use)
{
    bool reads_integer = use == DATABASE_READ && a == AFFINITY_INTEGER;

    if (a == AFFINITY_NONE)
        return true;
    switch (type) {
    case WEIR_BOOLEAN:
    case WEIR_INT:
    case WEIR_BIGINT:
        return a == AFFINITY_INTEGER || a == AFFINITY_NUMERIC;
    case WEIR_DOUBLE:
        return a == AFFINITY_REAL || a == AFFINITY_NUMERIC || reads_integer;
    case WEIR_STRING:
        return a == AFFINITY_TEXT;
    case WEIR_TIMESTAMP:
        return a == AFFINITY_TEXT || a == AFFINITY_NUMERIC || reads_integer;
    }
    return false;
}

static const char *declaration(enum weir_type type)
{
    return type == WEIR_STRING || type == WEIR_TIMESTAMP ? "TEXT"
           : type == WEIR_DOUBLE                         ? "REAL"
                                                         : "INTEGER";
}

/* The nearest of the names that `sql` gives, into `out`, or "". */
static void find_nearest(const struct database *d, const char *sql, const char *table,
                         const char *name, char out[64])
{
    sqlite3_stmt *s = database_prepare(d, sql, NULL);
    char text[TABLES_MAX][64];
    const char *word[TABLES_MAX], *near;
    int n = 0;

    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    for (; n < TABLES_MAX && sqlite3_step(s) == SQLITE_ROW; n++) {
        snprintf(text[n], sizeof text[n], "%s", (const char *)sqlite3_column_text(s, 0));
        word[n] = text[n];
    }
    sqlite3_finalize(s);
    near = nearest_word(name, word, n);
    snprintf(out, 64, "%s", near ? near : "");
}

static int missing_table(const struct database *d, const char *table,
                         const struct weir_schema *schema, struct diag *why)
{
    struct bytes sql = {0};
    char near[64];
    int err;

    find_nearest(d, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')", "", table,
                 near);
    for (uint32_t i = 0; i < schema->columns; i++)
        bytes_format(&sql, "%s%s %s", i ? ", " : "", schema->column[i].name,
                     declaration(schema->column[i].type));
    err = diag_set(why, ERR_NOT_FOUND, "%s: there is no table '%s'%s%s%s; CREATE TABLE %s (%s)",
                   d->name, table, near[0] ? ": did you mean '" : "", near, near[0] ? "'?" : "",
                   table, bytes_cstr(&sql));
    bytes_done(&sql);
    return err;
}

static int check_column(const struct database *d, const char *table, sqlite3_stmt *s,
                        const struct weir_column *c, enum database_use use, struct diag *why)
{
    const char *declared;
    char near[64];

    sqlite3_reset(s);
    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, c->name, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) {
        find_nearest(d, "SELECT name FROM pragma_table_info(?1)", table, c->name, near);
        return diag_set(why, ERR_MISMATCH, "%s: table '%s' has no column '%s'%s%s%s", d->name,
                        table, c->name, near[0] ? ": did you mean '" : "", near,
                        near[0] ? "'?" : "");
    }
    declared = (const char *)sqlite3_column_text(s, 0);
    if (takes(affinity_of(declared), c->type, use))
        return ERR_NONE;
    return diag_set(why, ERR_MISMATCH,
                    "%s: column '%s' of table '%s' is %s, which is not for %s: "
                    "declare it %s",
                    d->name, c->name, table, declared, type_name(c->type), declaration(c->type));
}

static bool has_table(const struct database *d, const char *table, struct diag *why)
{
    sqlite3_stmt *s = database_prepare(d, "SELECT 1 FROM pragma_table_info(?1)", why);
    bool found = false;

    if (s == NULL)
        return false;
    sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    found = sqlite3_step(s) == SQLITE_ROW;
    if (sqlite3_finalize(s) != SQLITE_OK)
        database_failed(d, why);
    return found;
}

int database_check(const struct database *d, const char *table, const struct weir_schema *schema,
                   enum database_use use, struct diag *why)
{
    sqlite3_stmt *s;
    int err = ERR_NONE;

    if (!has_table(d, table, why))
        return why->err ? why->err : missing_table(d, table, schema, why);
    s = database_prepare(
        d, "SELECT upper(type) FROM pragma_table_info(?1) WHERE name = ?2 COLLATE NOCASE", why);
    if (s == NULL)
        return why->err;
    for (uint32_t i = 0; i < schema->columns && !err; i++)
        err = check_column(d, table, s, &schema->column[i], use, why);
    sqlite3_finalize(s);
    return err;
}
