#include "data/row.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"

static uint32_t padded(uint32_t bytes)
{
    return (bytes + 7) & ~7u;
}

/* Walk the struct of a schema: the field at `*at`, which then moves to the next. */
static const uint8_t *field(const uint8_t **at, enum weir_type t)
{
    const uint8_t *f = *at;

    *at += t == WEIR_STRING ? 16 : 8;
    return f;
}

uint32_t row_image_bytes(const struct weir_schema *s, const void *value)
{
    const uint8_t *at = (const uint8_t *)value + 8;
    uint32_t bytes = 8 * (1 + s->columns), text = 0;

    for (uint32_t i = 0; i < s->columns; i++) {
        const uint8_t *f = field(&at, s->column[i].type);

        if (s->column[i].type == WEIR_STRING)
            text += ((const struct weir_text *)(const void *)f)->bytes;
    }
    return bytes + padded(text);
}

uint32_t row_write(const struct weir_schema *s, const void *value, uint64_t *image)
{
    const uint8_t *at = (const uint8_t *)value + 8;
    uint32_t end = 8 * (1 + s->columns), pad;

    memcpy(image, value, 8);
    for (uint32_t i = 0; i < s->columns; i++) {
        const uint8_t *f = field(&at, s->column[i].type);
        struct weir_text t;

        if (s->column[i].type != WEIR_STRING) {
            memcpy(&image[1 + i], f, 8);
            continue;
        }
        memcpy(&t, f, sizeof t);
        image[1 + i] = end | (uint64_t)t.bytes << 32;
        if (t.bytes)
            memcpy((uint8_t *)image + end, t.p, t.bytes);
        end += t.bytes;
    }
    pad = padded(end) - end;
    memset((uint8_t *)image + end, 0, pad);
    return end + pad;
}

void row_read(const struct weir_schema *s, const uint64_t *image, void *value)
{
    const uint8_t *at = (const uint8_t *)value + 8;

    memcpy(value, image, 8);
    for (uint32_t i = 0; i < s->columns; i++) {
        uint8_t *f = (uint8_t *)(uintptr_t)field(&at, s->column[i].type);

        if (s->column[i].type == WEIR_STRING) {
            struct weir_text t = weir_get_STRING(image, (int)i + 1);

            memcpy(f, &t, sizeof t);
        } else {
            memcpy(f, &image[1 + i], 8);
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

struct span row_key(const struct weir_schema *s, const uint64_t *image, int column)
{
    struct weir_text t;

    if (s->column[column].type != WEIR_STRING)
        return (struct span){(const uint8_t *)&image[1 + column], 8};
    t = weir_get_STRING(image, column + 1);
    return (struct span){(const uint8_t *)t.p, t.bytes};
}

uint64_t row_hash(const struct weir_row *row)
{
    return hash_mix(hash_bytes(row->image, row->bytes), (uint64_t)row->event_ms);
}

static void column_format(const struct weir_schema *s, const uint64_t *image, uint32_t i,
                          struct bytes *out)
{
    struct weir_text t;

    if (image[0] >> i & 1) {
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
        bytes_format(out, "%.15g", weir_get_DOUBLE(image, (int)i + 1));
        break;
    case WEIR_BOOLEAN:
        bytes_format(out, "%s", image[1 + i] ? "true" : "false");
        break;
    case WEIR_INT:
    case WEIR_BIGINT:
        bytes_format(out, "%" PRId64, (int64_t)image[1 + i]);
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

    if (image[0] >> i & 1) {
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

/* Days since 1970-01-01 to a civil date (Hinnant, chrono-Compatible Low-Level Date Algorithms). */
static void civil(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

void timestamp_format(int64_t ms, struct bytes *out)
{
    int64_t days = ms / 86400000, rest = ms % 86400000, year;
    int month, day;

    if (rest < 0) {
        rest += 86400000;
        days--;
    }
    civil(days, &year, &month, &day);
    bytes_format(out, "%04" PRId64 "-%02d-%02d %02d:%02d:%02d", year, month, day,
                 (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
    if (rest % 1000)
        bytes_format(out, ".%03d", (int)(rest % 1000));
}
