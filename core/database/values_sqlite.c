#include "database/values_sqlite.h"

#include <string.h>

#include "data/row.h"

/* ---- in ---- */

static int bind_text(sqlite3_stmt *s, int i, struct span t)
{
    return sqlite3_bind_text(s, i, t.bytes ? (const char *)t.p : "", (int)t.bytes, SQLITE_STATIC);
}

static int bind_timestamp(sqlite3_stmt *s, int i, int64_t ms, struct bytes *scratch)
{
    bytes_clear(scratch);
    timestamp_format(ms, scratch);
    return sqlite3_bind_text(s, i, (const char *)scratch->p, (int)scratch->bytes, SQLITE_TRANSIENT);
}

/* A slot of a fixed column, or a text. */
static int bind_value(sqlite3_stmt *s, int i, enum weir_type type, struct span v,
                      struct bytes *scratch)
{
    int64_t slot = 0;
    double d;

    if (type == WEIR_STRING)
        return bind_text(s, i, v);
    memcpy(&slot, v.p, sizeof slot);
    if (type == WEIR_TIMESTAMP)
        return bind_timestamp(s, i, slot, scratch);
    if (type != WEIR_DOUBLE)
        return sqlite3_bind_int64(s, i, slot);
    memcpy(&d, &slot, sizeof d);
    return sqlite3_bind_double(s, i, d);
}

int values_bind(sqlite3_stmt *s, const struct weir_schema *schema, const uint64_t *image,
                struct bytes *scratch)
{
    int parameters = sqlite3_bind_parameter_count(s), code = SQLITE_OK;

    for (int i = 0; i < (int)schema->columns && i < parameters && code == SQLITE_OK; i++)
        if (image[0] >> i & 1)
            code = sqlite3_bind_null(s, i + 1);
        else
            code = bind_value(s, i + 1, schema->column[i].type, row_key(schema, image, i), scratch);
    return code;
}

int values_bind_key(sqlite3_stmt *s, enum weir_type type, struct span key, struct bytes *scratch)
{
    return bind_value(s, 1, type, key, scratch);
}

/* ---- out ---- */

struct reading {
    sqlite3_stmt *s;
    const struct weir_schema *schema;
    int first;
};

static struct span text_of(const struct reading *r, uint32_t i)
{
    const uint8_t *p = sqlite3_column_text(r->s, r->first + (int)i);

    return (struct span){p, (size_t)sqlite3_column_bytes(r->s, r->first + (int)i)};
}

static bool read_integer(enum weir_type type, int64_t v, uint64_t *slot)
{
    double d = (double)v;

    switch (type) {
    case WEIR_BOOLEAN:
        *slot = (uint64_t)v;
        return v == 0 || v == 1;
    case WEIR_INT:
        *slot = (uint64_t)v;
        return v >= INT32_MIN && v <= INT32_MAX;
    case WEIR_BIGINT:
    case WEIR_TIMESTAMP:
        *slot = (uint64_t)v;
        return true;
    case WEIR_DOUBLE:
        memcpy(slot, &d, sizeof d);
        return true;
    case WEIR_STRING:
        break;
    }
    return false;
}

static bool read_real(enum weir_type type, double d, uint64_t *slot)
{
    memcpy(slot, &d, sizeof d);
    return type == WEIR_DOUBLE;
}

/* A value that is there and no STRING. */
static bool read_fixed(const struct reading *r, uint32_t i, uint64_t *slot)
{
    enum weir_type type = r->schema->column[i].type;
    int column = r->first + (int)i;

    switch (sqlite3_column_type(r->s, column)) {
    case SQLITE_INTEGER:
        return read_integer(type, sqlite3_column_int64(r->s, column), slot);
    case SQLITE_FLOAT:
        return read_real(type, sqlite3_column_double(r->s, column), slot);
    case SQLITE_TEXT:
        return type == WEIR_TIMESTAMP &&
               timestamp_parse(text_of(r, i), (int64_t *)slot) == ERR_NONE;
    default:
        return false;
    }
}

static int mistaken(const struct reading *r, uint32_t i, struct diag *why)
{
    static const char *const name[] = {"INTEGER", "REAL", "TEXT", "BLOB", "NULL"};
    const char *stored = name[sqlite3_column_type(r->s, r->first + (int)i) - SQLITE_INTEGER];
    const struct weir_column *c = &r->schema->column[i];
    struct span text = text_of(r, i);

    return diag_set(why, ERR_FORMAT, "column '%s': '%.*s' (%s) is no %s", c->name,
                    (int)(text.bytes < 40 ? text.bytes : 40), text.p ? (const char *)text.p : "",
                    stored, type_name(c->type));
}

static bool read_slot(const struct reading *r, uint32_t i, uint64_t *image, struct span *text)
{
    int type = sqlite3_column_type(r->s, r->first + (int)i);

    image[1 + i] = 0;
    if (type == SQLITE_NULL) {
        image[0] |= 1ull << i;
        return true;
    }
    if (r->schema->column[i].type != WEIR_STRING)
        return read_fixed(r, i, &image[1 + i]);
    *text = text_of(r, i);
    return type == SQLITE_TEXT;
}

int values_read(sqlite3_stmt *s, int first, const struct weir_schema *schema, struct bytes *out,
                struct diag *why)
{
    struct reading r = {s, schema, first};
    uint64_t image[1 + SCHEMA_COLUMNS_MAX] = {0};
    size_t at = out->bytes;
    uint32_t end = 8 * (1 + schema->columns);

    bytes_grow(out, end);
    for (uint32_t i = 0; i < schema->columns; i++) {
        struct span text = {0};

        if (!read_slot(&r, i, image, &text))
            return mistaken(&r, i, why);
        if (schema->column[i].type == WEIR_STRING) {
            image[1 + i] = end | (uint64_t)text.bytes << 32;
            bytes_put(out, text.p, text.bytes);
            end += (uint32_t)text.bytes;
        }
    }
    for (; end % 8; end++)
        bytes_put_u8(out, 0);
    memcpy(out->p + at, image, 8 * (1 + schema->columns));
    return (int)end;
}
