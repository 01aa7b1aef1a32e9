/* Rows with what a table says of their key. */
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "database/database_sqlite.h"
#include "database/lookup.h"
#include "database/values_sqlite.h"
#include "data/row.h"

struct slot {
    bool is_used, is_found;
    struct bytes key, image; /* image: of the columns that were found */
};

struct lookup {
    struct operator op;
    const struct lookup_config *config;
    struct database db;
    sqlite3_stmt *query;
    struct slot *slot;
    struct bytes scratch, out;
};

static int prepare_query(struct lookup *l, struct diag *why)
{
    const struct lookup_config *c = l->config;
    struct bytes sql = {0};

    bytes_format(&sql, "SELECT ");
    database_put_columns(&sql, c->found);
    bytes_format(&sql, " FROM ");
    database_put_name(&sql, c->table);
    bytes_format(&sql, " WHERE ");
    database_put_name(&sql, c->column);
    bytes_format(&sql, " = ?1 LIMIT 1");
    l->query = database_prepare(&l->db, bytes_cstr(&sql), why);
    bytes_done(&sql);
    return why->err;
}

static int check_tables(struct lookup *l, struct diag *why)
{
    const struct lookup_config *c = l->config;
    struct weir_column key = {c->column, c->in->column[c->key].type};
    struct weir_schema key_schema = {.name = c->table, .columns = 1, .column = &key};

    return database_check(&l->db, c->table, c->found, DATABASE_READ, why) ||
                   database_check(&l->db, c->table, &key_schema, DATABASE_READ, why)
               ? why->err
               : ERR_NONE;
}

static int lookup_open(struct operator* op, struct diag *why)
{
    struct lookup *l = (struct lookup *)op;
    const char *directory = option_text(op->task->options, OPTION_DATA_DIR);

    l->config = op->node->config;
    l->slot = mem_alloc(l->config->slots * sizeof *l->slot);
    if (database_open(&l->db, directory, l->config->database, DATABASE_READ, why))
        return why->err;
    return check_tables(l, why) || prepare_query(l, why) ? why->err : ERR_NONE;
}

/* ---- what the table says ---- */

static int ask(struct lookup *l, struct slot *s, struct diag *why)
{
    enum weir_type type = l->config->in->column[l->config->key].type;
    int code = values_bind_key(l->query, type, bytes_span(&s->key), &l->scratch);

    bytes_clear(&s->image);
    if (code == SQLITE_OK)
        code = sqlite3_step(l->query);
    s->is_found = code == SQLITE_ROW;
    if (s->is_found)
        values_read(l->query, 0, l->config->found, &s->image, why);
    else if (code != SQLITE_DONE)
        database_failed(&l->db, why);
    sqlite3_reset(l->query);
    return why->err;
}

/* NULL: it cannot be told, and the task fails. */
static const struct slot *find(struct lookup *l, struct span key)
{
    struct slot *s = &l->slot[hash_bytes(key.p, key.bytes) % l->config->slots];
    struct diag why = {0};

    if (s->is_used && span_equal(bytes_span(&s->key), key))
        return s;
    bytes_clear(&s->key);
    bytes_put(&s->key, key.p, key.bytes);
    s->is_used = ask(l, s, &why) == ERR_NONE;
    if (s->is_used)
        return s;
    operator_fail(&l->op, why.err, "lookup in table '%s' of %s: %s", l->config->table,
                  l->config->database, why.text);
    return NULL;
}

/* ---- rows ---- */

struct source_of { /* where a column of the output lies */
    const struct weir_schema *schema;
    const uint64_t *image; /* NULL: nowhere, it is NULL */
    int column;
};

static struct source_of source_of(const struct lookup *l, const uint64_t *in, const uint64_t *found,
                                  const char *name)
{
    const struct lookup_config *c = l->config;
    int column = schema_column(c->in, name);

    if (column >= 0)
        return (struct source_of){c->in, in, column};
    return (struct source_of){c->found, found, schema_column(c->found, name)};
}

/* Column by column, so that the image is as row_write() would have it. */
static void merge(struct lookup *l, const uint64_t *in, const uint64_t *found)
{
    const struct weir_schema *out = l->config->out;
    uint64_t head[1 + SCHEMA_COLUMNS_MAX] = {0};
    uint32_t end = 8 * (1 + out->columns);

    bytes_clear(&l->out);
    bytes_grow(&l->out, end);
    for (uint32_t i = 0; i < out->columns; i++) {
        struct source_of from = source_of(l, in, found, out->column[i].name);
        bool is_null = from.image == NULL || (from.image[0] >> from.column & 1);
        struct span key = is_null ? (struct span){0}
                                  : row_key(from.schema, from.image, from.column);

        head[0] |= (uint64_t)is_null << i;
        if (out->column[i].type == WEIR_STRING) {
            head[1 + i] = end | (uint64_t)key.bytes << 32;
            bytes_put(&l->out, key.p, key.bytes);
            end += (uint32_t)key.bytes;
        } else if (!is_null) {
            memcpy(&head[1 + i], key.p, 8);
        }
    }
    for (; end % 8; end++)
        bytes_put_u8(&l->out, 0);
    memcpy(l->out.p, head, 8 * (1 + out->columns));
}

static void lookup_on_row(struct operator* op, const struct weir_row *row)
{
    static const struct slot nothing = {0};
    struct lookup *l = (struct lookup *)op;
    const struct lookup_config *c = l->config;
    bool is_null = row->image[0] >> c->key & 1;
    const struct slot *s = is_null ? &nothing : find(l, row_key(c->in, row->image, c->key));
    struct weir_row out = *row;

    if (s == NULL || (!s->is_found && !c->keeps_unmatched))
        return;
    merge(l, row->image, s->is_found ? (const uint64_t *)(const void *)s->image.p : NULL);
    out.image = (const uint64_t *)(const void *)l->out.p;
    out.bytes = (uint32_t)l->out.bytes;
    operator_emit(op, TAG_MAIN, &out);
}

static void lookup_close(struct operator* op)
{
    struct lookup *l = (struct lookup *)op;

    for (uint32_t i = 0; l->slot && i < l->config->slots; i++) {
        bytes_done(&l->slot[i].key);
        bytes_done(&l->slot[i].image);
    }
    mem_free(l->slot);
    sqlite3_finalize(l->query);
    database_close(&l->db);
    bytes_done(&l->scratch);
    bytes_done(&l->out);
}

const struct operator_class sqlite_lookup_class = {
    .name = "sqlite_lookup",
    .bytes = sizeof(struct lookup),
    .open = lookup_open,
    .on_row = lookup_on_row,
    .close = lookup_close,
};
