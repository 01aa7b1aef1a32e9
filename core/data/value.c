#include "data/value.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "data/timestamp.h"

static bool parse_int(struct span t, int64_t *out)
{
    bool minus = t.bytes && t.p[0] == '-';
    size_t i = t.bytes && (minus || t.p[0] == '+');
    uint64_t v = 0, limit = (uint64_t)INT64_MAX + minus;

    if (i == t.bytes || t.bytes > 64)
        return false;
    for (; i < t.bytes; i++) {
        uint32_t digit = (uint32_t)t.p[i] - '0';

        if (digit > 9 || (i >= 18 && v > (limit - digit) / 10)) /* 18 digits fit */
            return false;
        v = 10 * v + digit;
    }
    *out = (int64_t)(minus ? 0 - v : v);
    return true;
}

/* `123.456` with so few digits that both 123456 and 1000 are exact, and so their quotient is
 * rounded once, as it should be (Clinger 1990).  False: not of this form. */
static bool parse_short_decimal(struct span t, double *out)
{
    static const double ten[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    size_t i = t.bytes && t.p[0] == '-', point = t.bytes;
    bool minus = i;
    int64_t v = 0;

    if (t.bytes - i < 1 || t.bytes - i > 16)
        return false;
    for (; i < t.bytes; i++) {
        uint32_t digit = (uint32_t)t.p[i] - '0';

        if (digit <= 9)
            v = 10 * v + digit;
        else if (t.p[i] == '.' && point == t.bytes && i > minus && i + 1 < t.bytes)
            point = i;
        else
            return false;
    }
    if (v > (int64_t)1 << 53)
        return false;
    *out = (minus ? -(double)v : (double)v) / ten[point == t.bytes ? 0 : t.bytes - 1 - point];
    return true;
}

/* The long way, and the words that Java has for what is no number. */
static bool parse_any_double(struct span t, double *out)
{
    char text[64], *end;

    if (t.bytes == 0 || t.bytes >= sizeof text)
        return false;
    memcpy(text, t.p, t.bytes);
    text[t.bytes] = 0;
    if (strspn(text, "+-.0123456789eE") < t.bytes && strcmp(text, "NaN") != 0 &&
        strcmp(text, "Infinity") != 0 && strcmp(text, "-Infinity") != 0)
        return false;
    *out = strtod(text, &end);
    return end == text + t.bytes;
}

static bool parse_double(struct span t, int64_t *out)
{
    double d;

    if (!parse_short_decimal(t, &d) && !parse_any_double(t, &d))
        return false;
    memcpy(out, &d, 8);
    return true;
}

static bool parse_boolean(struct span t, int64_t *out)
{
    *out = span_equal(t, span_text("true"));
    return *out || span_equal(t, span_text("false"));
}

bool value_parse(enum weir_type type, struct span t, int64_t *slot)
{
    switch (type) {
    case WEIR_INT:
        return parse_int(t, slot) && *slot >= INT32_MIN && *slot <= INT32_MAX;
    case WEIR_BIGINT:
        return parse_int(t, slot);
    case WEIR_DOUBLE:
        return parse_double(t, slot);
    case WEIR_TIMESTAMP:
        return timestamp_parse(t, slot) == ERR_NONE;
    case WEIR_BOOLEAN:
        return parse_boolean(t, slot);
    case WEIR_STRING:
        break;
    }
    return false;
}
