#include "data/row.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/word.h"

static uint32_t padded(uint32_t bytes)
{
    return (bytes + 7) & ~7u;
}

static inline bool is_null(uint64_t nulls, uint32_t column)
{
    return nulls >> column & 1;
}

/* The struct of a schema is a row of words: nulls, then one for a column, two for a text. */
static inline const struct weir_text *text_at(const uint64_t *word)
{
    return (const struct weir_text *)(const void *)word;
}

uint32_t row_image_bytes(const struct weir_schema *s, const void *value)
{
    const uint64_t *word = value;
    uint64_t nulls = *word++;
    uint32_t text = 0;

    for (uint32_t i = 0; i < s->columns; i++) {
        bool is_text = s->column[i].type == WEIR_STRING;

        if (is_text && !is_null(nulls, i))
            text += text_at(word)->bytes;
        word += is_text ? 2 : 1;
    }
    return 8 * (1 + s->columns) + padded(text);
}

uint32_t row_room(const struct weir_schema *s, size_t text_bytes)
{
    return 8 * (1 + s->columns) + padded((uint32_t)text_bytes);
}

static uint32_t pad(uint64_t *image, uint32_t end)
{
    for (; end % 8; end++)
        ((uint8_t *)image)[end] = 0;
    return end;
}

uint32_t row_write(const struct weir_schema *s, const void *value, uint64_t *image)
{
    const uint64_t *word = value;
    uint64_t nulls = *word++;
    uint32_t end = 8 * (1 + s->columns);

    image[0] = nulls & ((2ull << (s->columns - 1)) - 1);
    for (uint32_t i = 0; i < s->columns; i++) {
        const struct weir_text *t = text_at(word);
        uint32_t bytes;

        if (s->column[i].type != WEIR_STRING) {
            image[1 + i] = is_null(nulls, i) ? 0 : *word;
            word++;
            continue;
        }
        bytes = is_null(nulls, i) ? 0 : t->bytes;
        image[1 + i] = end | (uint64_t)bytes << 32;
        word_copy((uint8_t *)image + end, t->p, bytes);
        end += bytes;
        word += 2;
    }
    return pad(image, end);
}

void row_read(const struct weir_schema *s, const uint64_t *image, void *value)
{
    uint64_t *word = value;

    *word++ = image[0];
    for (uint32_t i = 0; i < s->columns; i++) {
        if (s->column[i].type == WEIR_STRING) {
            *(struct weir_text *)(void *)word = weir_get_STRING(image, (int)i + 1);
            word += 2;
        } else {
            *word++ = image[1 + i];
        }
    }
}

bool row_is_sound(const struct weir_schema *s, const uint64_t *image, uint32_t bytes)
{
    uint32_t fixed = 8 * (1 + s->columns);

    if (bytes < fixed || bytes % 8)
        return false;
    for (uint32_t i = 0; i < s->columns; i++) {
        uint64_t from = (uint32_t)image[1 + i], n = image[1 + i] >> 32;

        if (s->column[i].type == WEIR_STRING && (from < fixed || from + n > bytes))
            return false;
    }
    return true;
}

uint64_t row_hash(const struct weir_row *row)
{
    return hash_mix(hash_bytes(row->image, row->bytes), (uint64_t)row->event_ms);
}

static void column_format(const struct weir_schema *s, const uint64_t *image, uint32_t i,
                          struct bytes *out)
{
    struct weir_text t;

    if (is_null(image[0], i)) {
        bytes_put(out, "NULL", 4);
        return;
    }
    switch (s->column[i].type) {
    case WEIR_STRING:
        t = weir_get_STRING(image, (int)i + 1);
        bytes_put(out, t.p, t.bytes);
        break;
    case WEIR_TIMESTAMP:
        timestamp_format((int64_t)image[1 + i], out);
        break;
    case WEIR_DOUBLE:
        bytes_put_double(out, weir_get_DOUBLE(image, (int)i + 1));
        break;
    case WEIR_BOOLEAN:
        bytes_put(out, image[1 + i] ? "true" : "false", image[1 + i] ? 4 : 5);
        break;
    case WEIR_INT:
    case WEIR_BIGINT:
        bytes_put_decimal(out, (int64_t)image[1 + i]);
        break;
    }
}

void row_format(const struct weir_schema *s, const struct weir_row *row, struct bytes *out)
{
    for (uint32_t i = 0; i < s->columns; i++) {
        bytes_format(out, "%s%s=", i ? " " : "", s->column[i].name);
        column_format(s, row->image, i, out);
    }
}

static void column_json(struct json_writer *w, const struct weir_schema *s, const uint64_t *image,
                        uint32_t i)
{
    const char *name = s->column[i].name;
    struct bytes text = {0};

    if (is_null(image[0], i)) {
        json_put_null(w, name);
    } else if (s->column[i].type == WEIR_DOUBLE) {
        json_put_double(w, name, weir_get_DOUBLE(image, (int)i + 1));
    } else if (s->column[i].type == WEIR_BOOLEAN) {
        json_put_bool(w, name, image[1 + i] != 0);
    } else if (s->column[i].type == WEIR_STRING || s->column[i].type == WEIR_TIMESTAMP) {
        column_format(s, image, i, &text);
        json_put_span(w, name, bytes_span(&text));
    } else {
        json_put_int(w, name, (int64_t)image[1 + i]);
    }
    bytes_done(&text);
}

void row_json(const struct weir_schema *s, const struct weir_row *row, struct bytes *out)
{
    struct json_writer w = {.out = out};

    json_object(&w, NULL);
    for (uint32_t i = 0; i < s->columns; i++)
        column_json(&w, s, row->image, i);
    json_end(&w);
}
