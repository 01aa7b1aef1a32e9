/* A range of integer keys, a portion of rows at a time. */
#include <string.h>

#include "connectors/bad_rows.h"
#include "database/database_sqlite.h"
#include "connectors/registry.h"
#include "connectors/table_source.h"
#include "database/values_sqlite.h"
#include "data/element.h"

enum { PORTION_ROWS = 256, RANGE_VERSION = 1 };

struct rowid_range { /* K2: from <= key <= to are left */
    int64_t from, to;
    bool is_empty;
};

struct table_source {
    struct operator op;
    const struct table_source_config *config;
    struct database db;
    sqlite3_stmt *portion;
    struct rowid_range left;
    struct bytes rows; /* of the portion: key, bytes, image */
    size_t at;         /* the next of them; behind the last: another portion */
    struct bytes bad;  /* what is wrong with the row behind the portion; empty: nothing */
    int64_t bad_key;
    uint64_t row; /* number of the next one, bad ones counted */
    struct bad_rows bad_rows;
};

static void put_from(const struct table_source_config *c, struct bytes *sql)
{
    if (c->select)
        bytes_format(sql, " FROM (%s)", c->select);
    else {
        bytes_format(sql, " FROM ");
        database_put_name(sql, c->table);
    }
}

static void put_key(const struct table_source_config *c, struct bytes *sql)
{
    if (c->select)
        database_put_name(sql, c->key);
    else
        bytes_format(sql, "rowid");
}

/* ---- which keys ---- */

/* The last key of the first `i` of `n` equal parts, i > 0. */
static int64_t end_of(struct rowid_range all, uint64_t i, uint64_t n)
{
    uint64_t width = (uint64_t)all.to - (uint64_t)all.from; /* one less than there are */

    return (int64_t)((uint64_t)all.from + width / n * i + width % n * i / n);
}

static struct rowid_range part_of(struct rowid_range all, uint32_t i, uint32_t n)
{
    struct rowid_range part = {all.from, end_of(all, i + 1, n), all.is_empty};
    int64_t before = i ? end_of(all, i, n) : 0;

    if (i && before == part.to)
        part.is_empty = true;
    else if (i)
        part.from = before + 1;
    return part;
}

static int read_range(struct table_source *s, sqlite3_stmt *q, struct rowid_range *all,
                      struct diag *why)
{
    if (sqlite3_step(q) != SQLITE_ROW)
        return database_failed(&s->db, why);
    all->is_empty = sqlite3_column_type(q, 0) == SQLITE_NULL;
    all->from = sqlite3_column_int64(q, 0);
    all->to = sqlite3_column_int64(q, 1);
    if (!all->is_empty && (sqlite3_column_type(q, 0) != SQLITE_INTEGER ||
                           sqlite3_column_type(q, 1) != SQLITE_INTEGER))
        return diag_set(why, ERR_MISMATCH, "%s: key '%s' is no integer: '%s' to '%s'",
                        s->config->database, s->config->key, sqlite3_column_text(q, 0),
                        sqlite3_column_text(q, 1));
    return ERR_NONE;
}

static int choose_range(struct table_source *s, struct diag *why)
{
    const struct task_context *t = s->op.task;
    struct rowid_range all = {0};
    struct bytes sql = {0};
    sqlite3_stmt *q;

    bytes_format(&sql, "SELECT min(");
    put_key(s->config, &sql);
    bytes_format(&sql, "), max(");
    put_key(s->config, &sql);
    bytes_format(&sql, ")");
    put_from(s->config, &sql);
    q = database_prepare(&s->db, bytes_cstr(&sql), why);
    if (q && read_range(s, q, &all, why) == ERR_NONE)
        s->left = part_of(all, t->subtask, t->vertex->parallelism);
    sqlite3_finalize(q);
    bytes_done(&sql);
    return why->err;
}

static int prepare_portion(struct table_source *s, struct diag *why)
{
    struct bytes sql = {0};

    bytes_format(&sql, "SELECT ");
    put_key(s->config, &sql);
    bytes_format(&sql, ", ");
    database_put_columns(&sql, s->config->schema);
    put_from(s->config, &sql);
    bytes_format(&sql, " WHERE ");
    put_key(s->config, &sql);
    bytes_format(&sql, " BETWEEN ?1 AND ?2 ORDER BY 1");
    s->portion = database_prepare(&s->db, bytes_cstr(&sql), why);
    bytes_done(&sql);
    return why->err;
}

static int table_source_open(struct operator* op, struct diag *why)
{
    struct table_source *s = (struct table_source *)op;
    const char *directory = option_text(op->task->options, OPTION_DATA_DIR);

    s->config = op->node->config;
    if (database_open(&s->db, directory, s->config->database, DATABASE_READ, why))
        return why->err;
    if (s->config->select == NULL &&
        database_check(&s->db, s->config->table, s->config->schema, DATABASE_READ, why))
        return why->err;
    return choose_range(s, why) || prepare_portion(s, why) ? why->err : ERR_NONE;
}

/* ---- rows ---- */

/* The row at which the statement stands, to the end of the portion; false: it is none of the row
 * type, which is found out again when its turn comes. */
static bool keep_row(struct table_source *s)
{
    size_t at = s->rows.bytes;
    int64_t key = sqlite3_column_int64(s->portion, 0);
    struct diag why = {0};
    int bytes;

    bytes_put_i64(&s->rows, key);
    bytes_put_u64(&s->rows, 0);
    bytes = values_read(s->portion, 1, s->config->schema, &s->rows, &why);
    if (bytes < 0) {
        s->rows.bytes = at;
        bytes_format(&s->bad, "%s", why.text);
        s->bad_key = key;
        return false;
    }
    memcpy(s->rows.p + at + 8, &(uint64_t){(uint64_t)bytes}, 8);
    return true;
}

static bool is_key_again(struct table_source *s, bool first, int64_t last)
{
    int64_t key = sqlite3_column_int64(s->portion, 0);

    if (sqlite3_column_type(s->portion, 0) == SQLITE_INTEGER && (first || key != last))
        return false;
    operator_fail(&s->op, ERR_MISMATCH,
                  "%s: key '%s' is not an integer of its own in each row: '%s' is not, or is there "
                  "twice",
                  s->config->database, s->config->key ? s->config->key : "rowid",
                  sqlite3_column_text(s->portion, 0));
    return true;
}

/* One row more than is kept is looked at, so that no key is cut in two. */
static int step_through(struct table_source *s)
{
    int64_t last = 0;
    int code = SQLITE_ROW;

    for (uint32_t n = 0; n <= PORTION_ROWS; n++) {
        code = sqlite3_step(s->portion);
        if (code != SQLITE_ROW || is_key_again(s, n == 0, last))
            break;
        last = sqlite3_column_int64(s->portion, 0);
        if (n == PORTION_ROWS || !keep_row(s))
            break;
    }
    return code;
}

/* The next portion; nothing is left if there is none. */
static void read_portion(struct table_source *s)
{
    struct diag why = {0};
    int code;

    bytes_clear(&s->rows);
    s->at = 0;
    sqlite3_bind_int64(s->portion, 1, s->left.from);
    sqlite3_bind_int64(s->portion, 2, s->left.to);
    code = step_through(s);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        operator_fail(&s->op, database_failed(&s->db, &why), "%s", why.text);
    sqlite3_reset(s->portion);
    s->left.is_empty = s->rows.bytes == 0 && s->bad.bytes == 0;
}

static void pass_key(struct rowid_range *left, int64_t key)
{
    left->is_empty = key >= left->to;
    left->from = left->is_empty ? key : key + 1;
}

static void emit_row(struct table_source *s)
{
    struct task_context *t = s->op.task;
    int64_t key;
    uint64_t bytes;
    struct weir_row row = {.event_ms = WEIR_NO_TIME, .origin = origin_of(t->subtask, s->row++)};

    memcpy(&key, s->rows.p + s->at, 8);
    memcpy(&bytes, s->rows.p + s->at + 8, 8);
    row.image = (const uint64_t *)(const void *)(s->rows.p + s->at + 16);
    row.bytes = (uint32_t)bytes;
    s->at += 16 + bytes;
    pass_key(&s->left, key);
    t->counters->of[COUNTER_RECORDS_IN]++;
    trace_note(t->trace, EVENT_RECORD, t->actor, t->attempt, 0, CHANNEL_NONE, key,
               (int64_t)row.origin);
    operator_emit(&s->op, TAG_MAIN, &row);
}

static struct weir_text text_of(const struct bytes *b)
{
    return (struct weir_text){(const char *)b->p, (uint32_t)b->bytes};
}

static void reject_row(struct table_source *s)
{
    struct bytes key = {0};
    struct bad_row row = {.file = {s->config->database, (uint32_t)strlen(s->config->database)},
                          .line = s->bad_key,
                          .reason = text_of(&s->bad)};

    bytes_put_decimal(&key, s->bad_key);
    row.row = text_of(&key);
    pass_key(&s->left, s->bad_key);
    bad_rows_take(&s->bad_rows, &s->op, &row, origin_of(s->op.task->subtask, s->row++));
    bytes_clear(&s->bad);
    bytes_done(&key);
}

static enum progress table_source_resume(struct operator* op)
{
    struct table_source *s = (struct table_source *)op;

    do {
        if (s->at < s->rows.bytes)
            emit_row(s);
        else if (s->bad.bytes)
            reject_row(s);
        else if (s->left.is_empty)
            return PROGRESS_END;
        else
            read_portion(s);
    } while (op->task->failure.err == ERR_NONE && operator_goes_on(op));
    return PROGRESS_MORE;
}

/* ---- state ---- */

static void table_source_snapshot(struct operator* op, uint32_t checkpoint,
                                  struct snapshot_out *out)
{
    const struct table_source *s = (const struct table_source *)op;
    struct bytes *b = operator_block(op, out, "keys", RANGE_VERSION);

    (void)checkpoint;
    bytes_put_u64(b, s->row);
    bytes_put_i64(b, s->left.from);
    bytes_put_i64(b, s->left.to);
    bytes_put_u8(b, s->left.is_empty);
    snapshot_block_end(out);
}

static int table_source_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct table_source *s = (struct table_source *)op;
    struct reader r;

    if (operator_block_find(op, in, "keys", &r))
        return ERR_NONE;
    s->row = read_u64(&r);
    s->left.from = read_i64(&r);
    s->left.to = read_i64(&r);
    s->left.is_empty = read_u8(&r);
    return reader_at_end(&r)
               ? ERR_NONE
               : diag_set(why, ERR_FORMAT, "'%s': its keys do not end where they should",
                          op->node->uid);
}

static void table_source_describe(const struct operator* op, struct bytes *out)
{
    const struct table_source *s = (const struct table_source *)op;

    bytes_format(out, "key %lld", (long long)s->left.from);
}

static void table_source_close(struct operator* op)
{
    struct table_source *s = (struct table_source *)op;

    sqlite3_finalize(s->portion);
    database_close(&s->db);
    bytes_done(&s->rows);
    bytes_done(&s->bad);
    bad_rows_done(&s->bad_rows);
}

const struct operator_class sqlite_source_class = {
    .name = TABLE_SOURCE_CLASS,
    .bytes = sizeof(struct table_source),
    .open = table_source_open,
    .resume = table_source_resume,
    .snapshot = table_source_snapshot,
    .restore = table_source_restore,
    .describe = table_source_describe,
    .close = table_source_close,
};
