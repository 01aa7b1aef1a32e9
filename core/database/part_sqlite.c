#include "database/part_sqlite.h"

#include <string.h>

#include "base/mem.h"
#include "database/database_sqlite.h"
#include "database/values_sqlite.h"
#include "data/row.h"

enum { NAME_MAX_BYTES = 512, SQL_MAX = 32768 };

static const char commits_table[] =
    "CREATE TABLE IF NOT EXISTS weir_commits (sink TEXT, subtask INTEGER, number INTEGER, "
    "epoch INTEGER, PRIMARY KEY (sink, subtask))";

/* ---- its statements ---- */

static bool is_key(const struct table_sink *t, uint32_t column)
{
    return t->keys >> column & 1;
}

static void put_key_names(struct bytes *sql, const struct table_sink *t,
                          const struct weir_schema *s)
{
    const char *comma = "";

    for (uint32_t i = 0; i < s->columns; i++)
        if (is_key(t, i)) {
            bytes_format(sql, "%s", comma);
            database_put_name(sql, s->column[i].name);
            comma = ", ";
        }
}

static void put_conflict(struct bytes *sql, const struct table_sink *t, const struct weir_schema *s)
{
    const char *before = " DO UPDATE SET ";

    bytes_format(sql, " ON CONFLICT (");
    put_key_names(sql, t, s);
    bytes_format(sql, ")");
    for (uint32_t i = 0; i < s->columns; i++)
        if (!is_key(t, i)) {
            bytes_format(sql, "%s", before);
            database_put_name(sql, s->column[i].name);
            bytes_format(sql, " = excluded.");
            database_put_name(sql, s->column[i].name);
            before = ", ";
        }
    if (before[1] == 'D') /* every column is a key */
        bytes_format(sql, " DO NOTHING");
}

static void put_insert(struct bytes *sql, const struct table_sink *t, const struct weir_schema *s)
{
    bytes_format(sql, "INSERT INTO ");
    database_put_name(sql, t->table);
    bytes_format(sql, " (");
    database_put_columns(sql, s);
    bytes_format(sql, ") VALUES (");
    for (uint32_t i = 0; i < s->columns; i++)
        bytes_format(sql, "%s?%u", i ? ", " : "", i + 1);
    bytes_format(sql, ")");
    if (t->keys)
        put_conflict(sql, t, s);
}

/* Parameters have the numbers of their columns, as in the insert. */
static void put_delete(struct bytes *sql, const struct table_sink *t, const struct weir_schema *s)
{
    const char *before = " WHERE ";

    bytes_format(sql, "DELETE FROM ");
    database_put_name(sql, t->table);
    for (uint32_t i = 0; i < s->columns; i++)
        if (is_key(t, i)) {
            bytes_format(sql, "%s", before);
            database_put_name(sql, s->column[i].name);
            bytes_format(sql, " IS ?%u", i + 1);
            before = " AND ";
        }
}

/* An append only sink never deletes. */
static void put_nothing(struct bytes *sql, const struct table_sink *t, const struct weir_schema *s)
{
    (void)sql;
    (void)t;
    (void)s;
}

/* ---- write ---- */

typedef void put_sql(struct bytes *, const struct table_sink *, const struct weir_schema *);

static void put_statement(struct bytes *out, put_sql *put, const struct table_sink *t,
                          const struct weir_schema *s)
{
    struct bytes sql = {0};

    put(&sql, t, s);
    bytes_put_text(out, bytes_cstr(&sql));
    bytes_done(&sql);
}

static void put_sink_name(struct bytes *out, const struct part_name *name)
{
    bytes_format(out, "%s/%s", name->job, name->uid);
}

void part_begin(struct bytes *out, const struct table_sink *t, const struct weir_schema *schema,
                const struct part_name *name)
{
    struct bytes sink = {0};

    put_sink_name(&sink, name);
    bytes_put_text(out, t->database);
    bytes_put_text(out, bytes_cstr(&sink));
    bytes_done(&sink);
    put_statement(out, put_insert, t, schema);
    put_statement(out, t->keys ? put_delete : put_nothing, t, schema);
    bytes_put_u32(out, name->subtask);
    bytes_put_u64(out, name->number);
    bytes_put_u32(out, name->epoch);
    bytes_put_u32(out, schema->columns);
    for (uint32_t i = 0; i < schema->columns; i++)
        bytes_put_u8(out, (uint8_t)schema->column[i].type);
}

bool part_put_row(struct bytes *out, const struct table_sink *t, const struct weir_row *row)
{
    if (row->change != WEIR_INSERT && t->keys == 0)
        return false;
    if (row->change == WEIR_UPDATE_BEFORE)
        return true;
    bytes_put_u8(out, row->change == WEIR_DELETE);
    bytes_put_block(out, (struct span){(const uint8_t *)row->image, row->bytes});
    return true;
}

/* ---- read ---- */

struct part {
    char database[NAME_MAX_BYTES], sink[NAME_MAX_BYTES], insert[SQL_MAX], remove[SQL_MAX];
    uint32_t subtask, epoch;
    uint64_t number;
    struct weir_column column[SCHEMA_COLUMNS_MAX];
    struct weir_schema schema;
    struct reader rows;
};

static bool read_part(struct part *p, struct span body)
{
    struct reader *r = &p->rows;

    *r = reader_of(body);
    read_text(r, p->database, sizeof p->database);
    read_text(r, p->sink, sizeof p->sink);
    read_text(r, p->insert, sizeof p->insert);
    read_text(r, p->remove, sizeof p->remove);
    p->subtask = read_u32(r);
    p->number = read_u64(r);
    p->epoch = read_u32(r);
    p->schema.columns = read_u32(r);
    p->schema.column = p->column;
    if (!reader_ok(r) || p->schema.columns > SCHEMA_COLUMNS_MAX)
        return false;
    for (uint32_t i = 0; i < p->schema.columns; i++)
        p->column[i].type = (enum weir_type)read_u8(r);
    return reader_ok(r);
}

/* ---- apply ---- */

struct applying {
    struct database db;
    const struct part *part;
    sqlite3_stmt *insert, *remove;
    struct bytes image, scratch;
};

static int apply_row(struct applying *a, sqlite3_stmt *s, struct span image, struct diag *why)
{
    bytes_clear(&a->image);
    bytes_put(&a->image, image.p, image.bytes);
    if (!row_is_sound(&a->part->schema, (const uint64_t *)(const void *)a->image.p,
                      (uint32_t)image.bytes))
        return diag_set(why, ERR_DAMAGED, "%s: a pending row is damaged", a->db.name);
    if (values_bind(s, &a->part->schema, (const uint64_t *)(const void *)a->image.p, &a->scratch) !=
            SQLITE_OK ||
        sqlite3_step(s) != SQLITE_DONE) {
        database_failed(&a->db, why);
        sqlite3_reset(s);
        return why->err;
    }
    sqlite3_reset(s);
    return ERR_NONE;
}

static int apply_rows(struct applying *a, struct diag *why)
{
    struct reader r = a->part->rows;
    int err = ERR_NONE;

    while (!err && r.p < r.end) {
        bool is_delete = read_u8(&r);
        struct span image = read_block(&r);

        if (!reader_ok(&r))
            return diag_set(why, ERR_DAMAGED, "%s: a pending part ends in a row", a->db.name);
        err = apply_row(a, is_delete ? a->remove : a->insert, image, why);
    }
    return err;
}

static int note_commit(struct applying *a, struct diag *why)
{
    sqlite3_stmt *s = database_prepare(
        &a->db,
        "INSERT OR REPLACE INTO weir_commits (sink, subtask, number, epoch) VALUES (?, ?, ?, ?)",
        why);

    if (s == NULL)
        return why->err;
    sqlite3_bind_text(s, 1, a->part->sink, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, a->part->subtask);
    sqlite3_bind_int64(s, 3, (int64_t)a->part->number);
    sqlite3_bind_int64(s, 4, a->part->epoch);
    if (sqlite3_step(s) != SQLITE_DONE)
        database_failed(&a->db, why);
    sqlite3_finalize(s);
    return why->err;
}

/* The last number of this sink and subtask, -1 for none, and who opened it. */
static int last_commit(struct applying *a, int64_t *number, int64_t *epoch, struct diag *why)
{
    sqlite3_stmt *s = database_prepare(
        &a->db, "SELECT number, epoch FROM weir_commits WHERE sink = ? AND subtask = ?", why);
    int code;

    *number = -1;
    *epoch = 0;
    if (s == NULL)
        return why->err;
    sqlite3_bind_text(s, 1, a->part->sink, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, a->part->subtask);
    code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        *number = sqlite3_column_int64(s, 0);
        *epoch = sqlite3_column_int64(s, 1);
    } else if (code != SQLITE_DONE) {
        database_failed(&a->db, why);
    }
    sqlite3_finalize(s);
    return why->err;
}

/* Inside the transaction.  D1, D2; a number that a later attempt gave again is of a run that went
 * back behind what the database holds. */
static int apply_once(struct applying *a, struct diag *why)
{
    const struct part *p = a->part;
    int64_t number, epoch;

    if (last_commit(a, &number, &epoch, why))
        return why->err;
    if ((int64_t)p->number <= number && p->epoch <= epoch)
        return ERR_NONE;
    if ((int64_t)p->number <= number)
        return diag_set(why, ERR_MISMATCH,
                        "%s holds rows from behind the checkpoint that the job goes on from: go on "
                        "from the newest, or restore the database too",
                        a->db.name);
    if ((int64_t)p->number > number + 1)
        return diag_set(why, ERR_MISMATCH,
                        "%s lacks transaction %lld of '%s', subtask %u: was the database replaced?",
                        a->db.name, (long long)number + 1, p->sink, p->subtask);
    return apply_rows(a, why) || note_commit(a, why) ? why->err : ERR_NONE;
}

static int apply_in_transaction(struct applying *a, struct diag *why)
{
    if (database_run(&a->db, "BEGIN IMMEDIATE", why) || database_run(&a->db, commits_table, why) ||
        (a->insert = database_prepare(&a->db, a->part->insert, why)) == NULL)
        return why->err;
    if (a->part->remove[0])
        a->remove = database_prepare(&a->db, a->part->remove, why);
    if (why->err || apply_once(a, why))
        return why->err;
    return database_run(&a->db, "COMMIT", why);
}

static int apply(const struct part *p, const char *directory, struct diag *why)
{
    struct applying a = {.part = p};

    if (database_open(&a.db, directory, p->database, DATABASE_WRITE, why))
        return why->err;
    if (apply_in_transaction(&a, why))
        sqlite3_exec(a.db.sql, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_finalize(a.insert);
    sqlite3_finalize(a.remove);
    database_close(&a.db);
    bytes_done(&a.image);
    bytes_done(&a.scratch);
    return why->err;
}

int part_apply(struct span body, const char *directory, struct diag *why)
{
    struct part *p = mem_alloc(sizeof *p);

    if (read_part(p, body))
        apply(p, directory, why);
    else
        diag_set(why, ERR_DAMAGED, "a pending part for SQLite is damaged");
    mem_free(p);
    return why->err;
}

/* ---- before a run, and after ---- */

static int check_statements(const struct database *db, const struct table_sink *t,
                            const struct weir_schema *schema, struct diag *why)
{
    struct bytes sql = {0};

    put_insert(&sql, t, schema);
    sqlite3_finalize(database_prepare(db, bytes_cstr(&sql), why));
    bytes_done(&sql);
    return why->err;
}

int part_check_table(const struct table_sink *t, const struct weir_schema *schema,
                     const char *directory, struct diag *why)
{
    struct database db;

    if (database_open(&db, directory, t->database, DATABASE_WRITE, why))
        return why->err;
    if (database_check(&db, t->table, schema, DATABASE_WRITE, why) == ERR_NONE)
        check_statements(&db, t, schema, why);
    database_close(&db);
    return why->err;
}

static int forget(const struct database *db, const char *sink, struct diag *why)
{
    sqlite3_stmt *s;

    if (database_run(db, commits_table, why) ||
        (s = database_prepare(db, "DELETE FROM weir_commits WHERE sink = ?", why)) == NULL)
        return why->err;
    sqlite3_bind_text(s, 1, sink, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_DONE)
        database_failed(db, why);
    sqlite3_finalize(s);
    return why->err;
}

int part_forget(const struct table_sink *t, const struct part_name *name, const char *directory,
                struct diag *why)
{
    struct database db;
    struct bytes sink = {0};

    put_sink_name(&sink, name);
    if (database_open(&db, directory, t->database, DATABASE_WRITE, why) == ERR_NONE) {
        forget(&db, bytes_cstr(&sink), why);
        database_close(&db);
    }
    bytes_done(&sink);
    return why->err;
}

int64_t part_count_rows(const struct table_sink *t, const char *directory)
{
    struct database db;
    struct bytes sql = {0};
    sqlite3_stmt *s;
    int64_t rows = -1;

    if (database_open(&db, directory, t->database, DATABASE_READ, NULL))
        return rows;
    bytes_format(&sql, "SELECT count(*) FROM ");
    database_put_name(&sql, t->table);
    s = database_prepare(&db, bytes_cstr(&sql), NULL);
    if (sqlite3_step(s) == SQLITE_ROW)
        rows = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    database_close(&db);
    bytes_done(&sql);
    return rows;
}
