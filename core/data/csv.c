#include "data/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One field of a line: its text without the quotes, and whether it was quoted.  A doubled quote
 * inside makes `doubled`; such a field is copied when used. */
struct field {
    struct span text;
    bool quoted, doubled;
};

/* Read the field at *at; *at moves behind its comma.  False: a quote never ends. */
static bool next_field(const uint8_t **at, const uint8_t *end, struct field *f)
{
    const uint8_t *p = *at, *start = p;

    *f = (struct field){{p, 0}, false, false};
    if (p < end && *p == '"') {
        f->quoted = true;
        for (start = ++p; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
            if (*p == '"') {
                f->doubled = true;
                p++;
            }
        if (p >= end)
            return false;
        f->text = (struct span){start, (size_t)(p - start)};
        p++;
        if (p < end && *p != ',')
            return false;
    } else {
        while (p < end && *p != ',')
            p++;
        f->text = (struct span){start, (size_t)(p - start)};
    }
    *at = p + 1; /* end + 1 behind the last one */
    return true;
}

static struct span without_return(struct span line)
{
    if (line.bytes && line.p[line.bytes - 1] == '\r')
        line.bytes--;
    return line;
}

static int missing_column(const struct csv_layout *l, uint32_t column, struct span header,
                          struct diag *why)
{
    const char *name = l->schema->column[column].name;

    return diag_set(why, ERR_MISMATCH, "no column '%s' in the header line \"%.*s\"", name,
                    (int)(header.bytes > 200 ? 200 : header.bytes), (const char *)header.p);
}

int csv_layout(struct csv_layout *l, const struct weir_schema *s, struct span header,
               struct diag *why)
{
    const uint8_t *at, *end;
    struct field f;

    header = without_return(header);
    at = header.p;
    end = at + header.bytes;
    *l = (struct csv_layout){.schema = s};
    for (uint32_t i = 0; i < s->columns; i++)
        l->field_of[i] = -1;
    for (; at <= end; l->fields++) {
        if (!next_field(&at, end, &f))
            return diag_set(why, ERR_FORMAT, "the header line has a quote that does not end");
        for (uint32_t i = 0; i < s->columns; i++)
            if (span_equal(f.text, span_text(s->column[i].name)))
                l->field_of[i] = l->fields;
    }
    for (uint32_t i = 0; i < s->columns; i++)
        if (l->field_of[i] < 0)
            return missing_column(l, i, header, why);
    return ERR_NONE;
}

static bool parse_int(struct span t, int64_t *out)
{
    bool minus = t.bytes && t.p[0] == '-';
    uint64_t v = 0, limit = minus ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    size_t i = minus || (t.bytes && t.p[0] == '+');

    if (i == t.bytes)
        return false;
    for (; i < t.bytes; i++) {
        unsigned digit = t.p[i] - '0';

        if (digit > 9 || v > (limit - digit) / 10)
            return false;
        v = 10 * v + digit;
    }
    *out = (int64_t)(minus ? 0 - v : v);
    return true;
}

static bool parse_double(struct span t, int64_t *out)
{
    char text[64], *end;
    double d;

    if (t.bytes == 0 || t.bytes >= sizeof text || t.p[0] == ' ')
        return false;
    memcpy(text, t.p, t.bytes);
    text[t.bytes] = 0;
    d = strtod(text, &end);
    memcpy(out, &d, 8);
    return *end == 0;
}

/* `digits` decimal digits at p, or -1. */
static int number_at(const uint8_t *p, int digits)
{
    int v = 0;

    for (int i = 0; i < digits; i++) {
        unsigned digit = p[i] - '0';

        if (digit > 9)
            return -1;
        v = 10 * v + (int)digit;
    }
    return v;
}

static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* Up to three digits behind the seconds: ".5" is 500 ms. */
static int millis(const uint8_t *p, size_t n)
{
    int v = 0;

    if (n == 0)
        return 0;
    if (n < 2 || n > 4 || p[0] != '.')
        return -1;
    for (size_t i = 1; i < 4; i++) {
        unsigned digit = i < n ? p[i] - (unsigned)'0' : 0;

        if (digit > 9)
            return -1;
        v = 10 * v + (int)digit;
    }
    return v;
}

int timestamp_parse(struct span text, int64_t *ms)
{
    const uint8_t *p = text.p;
    int year, month, day, hour, minute, second, milli;

    if (text.bytes < 19 || p[4] != '-' || p[7] != '-' || (p[10] != ' ' && p[10] != 'T') ||
        p[13] != ':' || p[16] != ':')
        return ERR_FORMAT;
    year = number_at(p, 4);
    month = number_at(p + 5, 2);
    day = number_at(p + 8, 2);
    hour = number_at(p + 11, 2);
    minute = number_at(p + 14, 2);
    second = number_at(p + 17, 2);
    milli = millis(p + 19, text.bytes - 19);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > month_days(year, month) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || milli < 0)
        return ERR_FORMAT;
    *ms = days_from_civil(year, month, day) * 86400000 +
          ((hour * 60 + minute) * 60 + second) * (int64_t)1000 + milli;
    return ERR_NONE;
}

static bool parse_fixed(enum weir_type type, struct span t, int64_t *out)
{
    switch (type) {
    case WEIR_INT:
        return parse_int(t, out) && *out >= INT32_MIN && *out <= INT32_MAX;
    case WEIR_BIGINT:
        return parse_int(t, out);
    case WEIR_DOUBLE:
        return parse_double(t, out);
    case WEIR_TIMESTAMP:
        return timestamp_parse(t, out) == ERR_NONE;
    case WEIR_BOOLEAN:
        *out = span_equal(t, span_text("true"));
        return *out || span_equal(t, span_text("false"));
    case WEIR_STRING:
        break;
    }
    return false;
}

/* Copy a text, each doubled quote once; returns the bytes. */
static uint32_t copy_text(const struct field *f, uint8_t *to)
{
    uint32_t n = 0;

    if (!f->doubled) {
        memcpy(to, f->text.p, f->text.bytes);
        return (uint32_t)f->text.bytes;
    }
    for (size_t i = 0; i < f->text.bytes; i++) {
        to[n++] = f->text.p[i];
        i += f->text.p[i] == '"';
    }
    return n;
}

static int bad_value(const struct weir_column *c, struct span t, struct diag *why)
{
    return diag_set(why, ERR_FORMAT, "column '%s': '%.*s' is not a %s", c->name,
                    (int)(t.bytes > 60 ? 60 : t.bytes), (const char *)t.p, type_name(c->type));
}

/* The fields of a line that the layout wants; ERR_FORMAT with a reason if they are not all there. */
static int split(const struct csv_layout *l, struct span line, struct field *fields, int max,
                 struct diag *why)
{
    const uint8_t *at = line.p, *end = at + line.bytes;
    struct field f;
    int n = 0;

    for (; at <= end; n++) {
        if (!next_field(&at, end, &f))
            return diag_set(why, ERR_FORMAT, "field %d: a quote that does not end", n + 1);
        if (n < max)
            fields[n] = f;
    }
    if (n != l->fields)
        return diag_set(why, ERR_FORMAT, "%d fields where the header has %d", n, l->fields);
    return ERR_NONE;
}

int csv_decode(const struct csv_layout *l, struct span line, uint64_t *image, uint32_t room,
               struct diag *why)
{
    enum { FIELDS = 128 };
    struct field field[FIELDS];
    const struct weir_schema *s = l->schema;
    uint32_t end = 8 * (1 + s->columns);
    int err;

    line = without_return(line);
    if (l->fields > FIELDS)
        return diag_set(why, ERR_LIMIT, "%d columns; %d are possible", l->fields, FIELDS);
    err = split(l, line, field, FIELDS, why);
    if (err)
        return err;
    if (end + line.bytes + 8 > room)
        return diag_set(why, ERR_LIMIT, "a row of %zu bytes; %u fit", line.bytes, room);
    image[0] = 0;
    for (uint32_t i = 0; i < s->columns; i++) {
        const struct field *f = &field[l->field_of[i]];
        uint32_t n = 0;

        image[1 + i] = 0;
        if (f->text.bytes == 0 && !f->quoted) {
            image[0] |= 1ull << i;
            if (s->column[i].type != WEIR_STRING)
                continue;
        }
        if (s->column[i].type == WEIR_STRING) {
            n = copy_text(f, (uint8_t *)image + end);
            image[1 + i] = end | (uint64_t)n << 32;
            end += n;
        } else if (!parse_fixed(s->column[i].type, f->text, (int64_t *)&image[1 + i])) {
            return bad_value(&s->column[i], f->text, why);
        }
    }
    memset((uint8_t *)image + end, 0, (8 - end % 8) % 8);
    return (int)((end + 7) & ~7u);
}

void csv_header(const struct weir_schema *s, struct bytes *out)
{
    for (uint32_t i = 0; i < s->columns; i++)
        bytes_format(out, "%s%s", i ? "," : "", s->column[i].name);
    bytes_put_u8(out, '\n');
}

static void put_quoted(struct weir_text t, struct bytes *out)
{
    bytes_put_u8(out, '"');
    for (uint32_t i = 0; i < t.bytes; i++) {
        if (t.p[i] == '"')
            bytes_put_u8(out, '"');
        bytes_put_u8(out, (uint8_t)t.p[i]);
    }
    bytes_put_u8(out, '"');
}

static void encode_text(struct weir_text t, struct bytes *out)
{
    bool plain = t.bytes > 0;

    for (uint32_t i = 0; i < t.bytes; i++)
        plain = plain && t.p[i] != '"' && t.p[i] != ',' && t.p[i] != '\n' && t.p[i] != '\r';
    if (plain)
        bytes_put(out, t.p, t.bytes);
    else
        put_quoted(t, out);
}

void csv_encode(const struct weir_schema *s, const uint64_t *image, struct bytes *out)
{
    for (uint32_t i = 0; i < s->columns; i++) {
        if (i)
            bytes_put_u8(out, ',');
        if (image[0] >> i & 1)
            continue;
        if (s->column[i].type == WEIR_STRING)
            encode_text(weir_get_STRING(image, (int)i + 1), out);
        else if (s->column[i].type == WEIR_DOUBLE)
            bytes_format(out, "%.17g", weir_get_DOUBLE(image, (int)i + 1));
        else if (s->column[i].type == WEIR_TIMESTAMP)
            timestamp_format((int64_t)image[1 + i], out);
        else if (s->column[i].type == WEIR_BOOLEAN)
            bytes_format(out, "%s", image[1 + i] ? "true" : "false");
        else
            bytes_format(out, "%" PRId64, (int64_t)image[1 + i]);
    }
    bytes_put_u8(out, '\n');
}
