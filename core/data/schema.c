#include "data/schema.h"

#include <string.h>

#include "base/hash.h"

const char *type_name(enum weir_type t)
{
    static const char *const names[] = {"BOOLEAN", "INT",    "BIGINT",
                                        "DOUBLE",  "STRING", "TIMESTAMP"};

    return (unsigned)t < sizeof names / sizeof names[0] ? names[t] : "?";
}

int schema_column(const struct weir_schema *s, const char *name)
{
    for (uint32_t i = 0; i < s->columns; i++)
        if (strcmp(s->column[i].name, name) == 0)
            return (int)i;
    return -1;
}

static uint32_t struct_bytes(const struct weir_schema *s)
{
    uint32_t bytes = 8;

    for (uint32_t i = 0; i < s->columns; i++)
        bytes += s->column[i].type == WEIR_STRING ? 16 : 8;
    return bytes;
}

int schema_check(const struct weir_schema *s, struct diag *why)
{
    if (s->columns == 0 || s->columns > SCHEMA_COLUMNS_MAX)
        return diag_set(why, ERR_USAGE, "row type '%s' has %u columns; 1 to %d are possible",
                        s->name, s->columns, SCHEMA_COLUMNS_MAX);
    for (uint32_t i = 0; i < s->columns; i++) {
        const char *name = s->column[i].name;

        if ((unsigned)s->column[i].type > WEIR_TIMESTAMP)
            return diag_set(why, ERR_USAGE, "column '%s' of row type '%s' has no type", name,
                            s->name);
        if (schema_column(s, name) != (int)i)
            return diag_set(why, ERR_USAGE, "row type '%s' has two columns '%s'", s->name, name);
    }
    if (s->size != struct_bytes(s))
        return diag_set(why, ERR_USAGE,
                        "row type '%s' was not made by WEIR_ROW: its struct has "
                        "%u bytes, its columns need %u",
                        s->name, s->size, struct_bytes(s));
    return ERR_NONE;
}

bool schema_equal(const struct weir_schema *a, const struct weir_schema *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->columns != b->columns)
        return false;
    for (uint32_t i = 0; i < a->columns; i++)
        if (a->column[i].type != b->column[i].type ||
            strcmp(a->column[i].name, b->column[i].name) != 0)
            return false;
    return true;
}

uint64_t schema_hash(const struct weir_schema *s)
{
    uint64_t hash = s->columns;

    for (uint32_t i = 0; i < s->columns; i++) {
        const char *name = s->column[i].name;

        hash = hash_mix(hash, hash_bytes(name, strlen(name)));
        hash = hash_mix(hash, s->column[i].type);
    }
    return hash;
}

void schema_write(const struct weir_schema *s, struct bytes *out)
{
    bytes_put_u8(out, s != NULL);
    if (s == NULL)
        return;
    bytes_put_text(out, s->name);
    bytes_put_u32(out, s->columns);
    for (uint32_t i = 0; i < s->columns; i++) {
        bytes_put_text(out, s->column[i].name);
        bytes_put_u8(out, (uint8_t)s->column[i].type);
    }
}

bool schema_matches(const struct weir_schema *now, struct reader *r)
{
    enum { NAME_MAX_BYTES = 256 };
    bool same = read_u8(r) == (now != NULL);
    char name[NAME_MAX_BYTES];

    if (now == NULL || !same)
        return same && reader_ok(r);
    read_text(r, name, sizeof name);
    same = read_u32(r) == now->columns;
    for (uint32_t i = 0; same && i < now->columns; i++) {
        same = strcmp(read_text(r, name, sizeof name), now->column[i].name) == 0;
        same = read_u8(r) == now->column[i].type && same;
    }
    return same && reader_ok(r);
}
