#include "data/json_row.h"

#include <math.h>
#include <string.h>

#include "base/json_scan.h"
#include "data/value.h"

enum { EXCERPT_BYTES = 60, NAME_BYTES_MAX = 256, TIME_BYTES_MAX = 64 };

/* The fields of one line, by column: texts lie in an image in column order, whatever the line's. */
struct fields {
    const struct weir_schema *schema;
    struct json_rules rules;
    uint32_t next; /* the column that comes if the line is in the schema's order */
    uint64_t seen; /* bit i: column i is at[i]; the others of `at` are nothing */
    struct json_value at[SCHEMA_COLUMNS_MAX];
};

struct image {
    uint64_t *word;
    uint32_t end; /* bytes */
};

/* ---- a line into fields ---- */

static bool is_named(const struct fields *f, uint32_t column, struct span name)
{
    const char *wanted = f->schema->column[column].name;

    return strncmp(wanted, (const char *)name.p, name.bytes) == 0 && wanted[name.bytes] == 0;
}

/* -1: none of ours. */
static int column_of(const struct fields *f, const struct json_value *name)
{
    uint8_t text[NAME_BYTES_MAX];
    struct span plain = name->text;

    if (name->text.bytes > sizeof text)
        return -1;
    if (name->escaped)
        plain = (struct span){text, json_unescape(name, text)};
    if (f->next < f->schema->columns && is_named(f, f->next, plain))
        return (int)f->next;
    for (uint32_t i = 0; i < f->schema->columns; i++)
        if (is_named(f, i, plain))
            return (int)i;
    return -1;
}

static int excerpt(struct span text)
{
    return (int)(text.bytes < EXCERPT_BYTES ? text.bytes : EXCERPT_BYTES);
}

static int take_field(void *arg, const struct json_value *name, const struct json_value *value,
                      struct diag *why)
{
    struct fields *f = arg;
    int i = column_of(f, name);

    if (i < 0 && f->rules.extra_is_bad)
        return diag_set(why, ERR_FORMAT, "field '%.*s' is no column of '%s'", excerpt(name->text),
                        (const char *)name->text.p, f->schema->name);
    if (i < 0)
        return ERR_NONE;
    if (f->seen >> i & 1)
        return diag_set(why, ERR_FORMAT, "column '%s' stands twice in the line",
                        f->schema->column[i].name);
    f->seen |= 1ull << i;
    f->at[i] = *value;
    f->next = (uint32_t)i + 1;
    return ERR_NONE;
}

/* ---- a field into a slot ---- */

static int wrong_type(const struct weir_column *c, const struct json_value *v, struct diag *why)
{
    const char *quote = v->type == JSON_TYPE_TEXT ? "\"" : "";

    return diag_set(why, ERR_FORMAT, "column '%s': expected %s, found %s%.*s%s", c->name,
                    type_name(c->type), quote, excerpt(v->text), (const char *)v->text.p, quote);
}

static int too_large(const struct weir_column *c, const struct json_value *v, struct diag *why)
{
    return diag_set(why, ERR_FORMAT, "column '%s': %.*s is too large for %s", c->name,
                    excerpt(v->text), (const char *)v->text.p, type_name(c->type));
}

static int decode_number(const struct weir_column *c, const struct json_value *v, int64_t *slot,
                         struct diag *why)
{
    double d;

    if (v->type != JSON_TYPE_NUMBER || (c->type != WEIR_DOUBLE && !v->whole))
        return wrong_type(c, v, why);
    if (!value_parse(c->type, v->text, slot))
        return c->type == WEIR_DOUBLE ? wrong_type(c, v, why) : too_large(c, v, why);
    memcpy(&d, slot, sizeof d);
    return c->type == WEIR_DOUBLE && isinf(d) ? too_large(c, v, why) : ERR_NONE;
}

static int decode_timestamp(const struct weir_column *c, const struct json_value *v, int64_t *slot,
                            struct diag *why)
{
    uint8_t text[TIME_BYTES_MAX];

    if (v->type != JSON_TYPE_TEXT || v->text.bytes > sizeof text ||
        !value_parse(c->type, (struct span){text, json_unescape(v, text)}, slot))
        return wrong_type(c, v, why);
    return ERR_NONE;
}

static int decode_text(const struct weir_column *c, const struct json_value *v, struct image *to,
                       int64_t *slot, struct diag *why)
{
    uint32_t bytes = 0;

    if (v->type > JSON_TYPE_NULL && v->type != JSON_TYPE_TEXT)
        return wrong_type(c, v, why);
    if (v->type == JSON_TYPE_TEXT)
        bytes = json_unescape(v, (uint8_t *)to->word + to->end);
    *slot = (int64_t)(to->end | (uint64_t)bytes << 32);
    to->end += bytes;
    return ERR_NONE;
}

static int decode_fixed(const struct weir_column *c, const struct json_value *v, int64_t *slot,
                        struct diag *why)
{
    if (v->type <= JSON_TYPE_NULL)
        return ERR_NONE;
    if (c->type == WEIR_TIMESTAMP)
        return decode_timestamp(c, v, slot, why);
    if (c->type != WEIR_BOOLEAN)
        return decode_number(c, v, slot, why);
    *slot = v->type == JSON_TYPE_TRUE;
    return *slot || v->type == JSON_TYPE_FALSE ? ERR_NONE : wrong_type(c, v, why);
}

static int decode_column(const struct fields *f, uint32_t i, struct image *to, struct diag *why)
{
    const struct weir_column *c = &f->schema->column[i];
    const struct json_value absent = {0}, *v = f->seen >> i & 1 ? &f->at[i] : &absent;
    int64_t slot = 0;
    int err;

    if (v->type == JSON_TYPE_ABSENT && f->rules.missing_is_bad)
        return diag_set(why, ERR_FORMAT, "column '%s': the field is missing, expected %s", c->name,
                        type_name(c->type));
    err = c->type == WEIR_STRING ? decode_text(c, v, to, &slot, why)
                                 : decode_fixed(c, v, &slot, why);
    to->word[0] |= (uint64_t)(v->type <= JSON_TYPE_NULL) << i;
    to->word[1 + i] = (uint64_t)slot;
    return err;
}

/* ---- a line into an image, and back ---- */

static struct span without_mark(struct span line)
{
    static const uint8_t mark[3] = {0xef, 0xbb, 0xbf}; /* U+FEFF */

    if (line.bytes >= 3 && memcmp(line.p, mark, 3) == 0)
        line = (struct span){line.p + 3, line.bytes - 3};
    return line;
}

int json_row_decode(const struct weir_schema *s, struct json_rules rules, struct span line,
                    uint64_t *image, struct diag *why)
{
    struct fields fields;
    struct image to = {image, 8 * (1 + s->columns)};
    int err;

    if (line.bytes >= INT32_MAX / 2)
        return diag_set(why, ERR_LIMIT, "a line of %zu bytes", line.bytes);
    fields.schema = s;
    fields.rules = rules;
    fields.next = 0;
    fields.seen = 0;
    err = json_scan_object(without_mark(line), take_field, &fields, why);
    image[0] = 0;
    for (uint32_t i = 0; i < s->columns && !err; i++)
        err = decode_column(&fields, i, &to, why);
    if (err)
        return err;
    for (; to.end % 8; to.end++)
        ((uint8_t *)image)[to.end] = 0;
    return (int)to.end;
}

void json_row_encode(const struct weir_schema *s, const struct weir_row *row, struct bytes *out)
{
    row_json(s, row, out);
    bytes_put_u8(out, '\n');
}
