#include "data/csv.h"

#include <string.h>

#include "base/arena.h"
#include "base/word.h"
#include "data/value.h"

/* A field of a line: its bytes without the quotes around it. */
struct field {
    const uint8_t *p;
    uint32_t bytes;
    bool quoted, doubled; /* doubled: holds "" where one quote is meant */
};

static struct span field_span(const struct field *f)
{
    return (struct span){f->p, f->bytes};
}

/* ---- a line into fields ---- */

/* The fields of one line; those beyond `max` are counted only. */
struct fields {
    struct field *at;
    int count, max;
};

static inline void add_field(struct fields *to, struct field f)
{
    if (to->count < to->max)
        to->at[to->count] = f;
    to->count++;
}

static inline void add_plain(struct fields *to, const uint8_t *p, const uint8_t *end)
{
    add_field(to, (struct field){p, (uint32_t)(end - p), false, false});
}

/* Split at commas, eight bytes at a time.  False: there is a quote somewhere, nothing is split. */
static bool split_plain(struct span line, struct fields *to)
{
    const uint8_t *p = line.p, *start = p, *end = p + line.bytes;

    for (; p < end; p += 8) {
        uint64_t w = end - p >= 8 ? word_load(p) : word_load_short(p, (size_t)(end - p));
        uint64_t commas = word_bytes_equal(w, ',');

        if (word_bytes_equal(w, '"'))
            return false;
        for (; commas; commas &= commas - 1) {
            const uint8_t *comma = p + __builtin_ctzll(commas) / 8;

            add_plain(to, start, comma);
            start = comma + 1;
        }
    }
    add_plain(to, start, end);
    return true;
}

/* The quoted field at p, which is its quote; returns what is behind the closing one, or NULL. */
static const uint8_t *quoted_field(const uint8_t *p, const uint8_t *end, struct field *f)
{
    const uint8_t *start = ++p;

    for (; p < end; p++) {
        if (*p != '"')
            continue;
        if (p + 1 == end || p[1] != '"')
            break;
        f->doubled = true;
        p++;
    }
    if (p == end)
        return NULL;
    *f = (struct field){start, (uint32_t)(p - start), true, f->doubled};
    return p + 1;
}

static const uint8_t *next_comma(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p != ',')
        p++;
    return p;
}

/* The same, minding quotes.  False: a quoted field does not end, or not at a comma. */
static bool split_quoted(struct span line, struct fields *to)
{
    const uint8_t *p = line.p, *end = p + line.bytes;

    for (;; p++) {
        struct field f = {0};

        if (p < end && *p == '"') {
            p = quoted_field(p, end, &f);
            if (p == NULL || (p < end && *p != ','))
                return false;
            add_field(to, f);
        } else {
            const uint8_t *start = p;

            p = next_comma(p, end);
            add_plain(to, start, p);
        }
        if (p == end)
            return true;
    }
}

static int split(struct span line, struct fields *to, struct diag *why)
{
    if (line.bytes >= INT32_MAX)
        return diag_set(why, ERR_LIMIT, "a line of %zu bytes", line.bytes);
    if (split_plain(line, to))
        return ERR_NONE;
    to->count = 0;
    if (split_quoted(line, to))
        return ERR_NONE;
    return diag_set(why, ERR_FORMAT, "field %d: a quoted field must end with a quote and a comma",
                    to->count + 1);
}

static struct span without_return(struct span line)
{
    if (line.bytes && line.p[line.bytes - 1] == '\r')
        line.bytes--;
    return line;
}

/* ---- the header ---- */

static struct span without_mark(struct span line)
{
    static const uint8_t mark[3] = {0xef, 0xbb, 0xbf}; /* U+FEFF */

    if (line.bytes >= 3 && memcmp(line.p, mark, 3) == 0)
        line = (struct span){line.p + 3, line.bytes - 3};
    return line;
}

static int missing_column(const char *name, const struct fields *header, struct diag *why)
{
    struct arena *a = arena_new();
    const char **words = arena_alloc(a, sizeof *words * (size_t)header->count), *nearest;
    int err;

    for (int i = 0; i < header->count; i++)
        words[i] = arena_format(a, "%.*s", (int)header->at[i].bytes, (const char *)header->at[i].p);
    nearest = nearest_word(name, words, header->count);
    if (nearest)
        err = diag_set(why, ERR_MISMATCH, "the header line has no column '%s': did you mean '%s'?",
                       name, nearest);
    else
        err = diag_set(why, ERR_MISMATCH, "the header line has no column '%s'; it begins with '%s'",
                       name, words[0]);
    arena_free(a);
    return err;
}

static int field_named(const struct fields *header, const char *name)
{
    for (int i = 0; i < header->count; i++)
        if (span_equal(field_span(&header->at[i]), span_text(name)))
            return i;
    return -1;
}

int csv_layout(struct csv_layout *l, const struct weir_schema *s, struct span header,
               struct diag *why)
{
    struct field field[CSV_FIELDS_MAX];
    struct fields fields = {field, 0, CSV_FIELDS_MAX};
    int err = split(without_mark(without_return(header)), &fields, why);

    if (err)
        return err;
    if (fields.count > CSV_FIELDS_MAX)
        return diag_set(why, ERR_LIMIT, "the header line has %d columns; %d are possible",
                        fields.count, CSV_FIELDS_MAX);
    *l = (struct csv_layout){.schema = s, .fields = fields.count};
    for (uint32_t i = 0; i < s->columns; i++) {
        l->field_of[i] = field_named(&fields, s->column[i].name);
        if (l->field_of[i] < 0)
            return missing_column(s->column[i].name, &fields, why);
    }
    return ERR_NONE;
}

/* ---- a field into a slot ---- */

static int bad_value(const struct weir_column *c, const struct field *f, struct diag *why)
{
    return diag_set(why, ERR_FORMAT, "column '%s': '%.*s' is not of type %s", c->name,
                    (int)(f->bytes > 60 ? 60 : f->bytes), (const char *)f->p, type_name(c->type));
}

/* Copy a text, each doubled quote once; returns the bytes, never more than the field's. */
static uint32_t copy_text(const struct field *f, uint8_t *to)
{
    uint32_t n = 0;

    if (!f->doubled) {
        word_copy(to, f->p, f->bytes);
        return f->bytes;
    }
    for (uint32_t i = 0; i < f->bytes; i++) {
        to[n++] = f->p[i];
        i += f->p[i] == '"';
    }
    return n;
}

static uint32_t text_bytes(const struct field *f)
{
    uint32_t n = f->bytes;

    for (uint32_t i = 0; f->doubled && i < f->bytes; i++)
        if (f->p[i] == '"') {
            i++;
            n--;
        }
    return n;
}

/* ---- a line into an image ---- */

struct image {
    uint64_t *word;
    uint32_t end, room; /* bytes */
};

static int decode_column(const struct weir_column *c, uint32_t i, const struct field *f,
                         struct image *to, struct diag *why)
{
    bool null = f->bytes == 0 && !f->quoted;
    int64_t slot = 0;

    to->word[0] |= (uint64_t)null << i;
    if (c->type == WEIR_STRING) {
        uint32_t bytes = text_bytes(f);

        if (bytes > to->room - to->end)
            return diag_set(why, ERR_LIMIT, "column '%s': a text of %u bytes, room for %u", c->name,
                            bytes, to->room - to->end);
        to->word[1 + i] = to->end | (uint64_t)bytes << 32;
        to->end += copy_text(f, (uint8_t *)to->word + to->end);
        return ERR_NONE;
    }
    if (!null && !value_parse(c->type, field_span(f), &slot))
        return bad_value(c, f, why);
    to->word[1 + i] = (uint64_t)slot;
    return ERR_NONE;
}

int csv_decode(const struct csv_layout *l, struct span line, uint64_t *image, uint32_t room,
               struct diag *why)
{
    const struct weir_schema *s = l->schema;
    struct field field[CSV_FIELDS_MAX];
    struct fields fields = {field, 0, l->fields};
    struct image to = {image, 8 * (1 + s->columns), room & ~7u};
    int err = split(without_return(line), &fields, why);

    if (!err && fields.count != l->fields)
        err = diag_set(why, ERR_FORMAT, "%d fields where the header has %d", fields.count,
                       l->fields);
    if (!err && to.end > to.room)
        err = diag_set(why, ERR_LIMIT, "a row of %u bytes or more, room for %u", to.end, to.room);
    if (err)
        return err;
    image[0] = 0;
    for (uint32_t i = 0; i < s->columns && !err; i++)
        err = decode_column(&s->column[i], i, &field[l->field_of[i]], &to, why);
    if (err)
        return err;
    for (; to.end % 8; to.end++)
        ((uint8_t *)image)[to.end] = 0;
    return (int)to.end;
}

/* ---- an image into a line ---- */

static void encode_text(struct weir_text t, struct bytes *out)
{
    bool plain = t.bytes > 0; /* nothing at all is NULL */

    for (uint32_t i = 0; i < t.bytes; i++)
        plain = plain && t.p[i] != '"' && t.p[i] != ',' && t.p[i] != '\n' && t.p[i] != '\r';
    if (plain) {
        bytes_put(out, t.p, t.bytes);
        return;
    }
    bytes_put_u8(out, '"');
    for (uint32_t i = 0; i < t.bytes; i++) {
        if (t.p[i] == '"')
            bytes_put_u8(out, '"');
        bytes_put_u8(out, (uint8_t)t.p[i]);
    }
    bytes_put_u8(out, '"');
}

static void encode_column(enum weir_type type, const uint64_t *image, int slot, struct bytes *out)
{
    switch (type) {
    case WEIR_STRING:
        encode_text(weir_get_STRING(image, slot), out);
        break;
    case WEIR_DOUBLE:
        bytes_put_double(out, weir_get_DOUBLE(image, slot));
        break;
    case WEIR_TIMESTAMP:
        timestamp_format((int64_t)image[slot], out);
        break;
    case WEIR_BOOLEAN:
        bytes_put(out, image[slot] ? "true" : "false", image[slot] ? 4 : 5);
        break;
    case WEIR_INT:
    case WEIR_BIGINT:
        bytes_put_decimal(out, (int64_t)image[slot]);
        break;
    }
}

void csv_header(const struct weir_schema *s, struct bytes *out)
{
    for (uint32_t i = 0; i < s->columns; i++)
        bytes_format(out, "%s%s", i ? "," : "", s->column[i].name);
    bytes_put_u8(out, '\n');
}

void csv_encode(const struct weir_schema *s, const uint64_t *image, struct bytes *out)
{
    for (uint32_t i = 0; i < s->columns; i++) {
        if (i)
            bytes_put_u8(out, ',');
        if (!(image[0] >> i & 1))
            encode_column(s->column[i].type, image, (int)i + 1, out);
    }
    bytes_put_u8(out, '\n');
}
