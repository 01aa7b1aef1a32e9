#include "base/json_scan.h"

#include <string.h>

#include "base/utf8.h"
#include "base/word.h"

struct scan {
    const uint8_t *start, *p, *end;
    struct diag *why;
};

static int scan_value(struct scan *s, struct json_value *v, uint32_t level);

/* ---- mistakes ---- */

static int mistake(struct scan *s, const uint8_t *at, const char *what)
{
    return diag_set(s->why, ERR_FORMAT, "character %zu: %s", (size_t)(at - s->start) + 1, what);
}

static int expected(struct scan *s, const char *what)
{
    size_t at = (size_t)(s->p - s->start) + 1;

    if (s->p == s->end)
        return diag_set(s->why, ERR_FORMAT, "character %zu: expected %s, found the end", at, what);
    if (*s->p < 0x20 || *s->p > 0x7e)
        return diag_set(s->why, ERR_FORMAT, "character %zu: expected %s, found byte 0x%02x", at,
                        what, *s->p);
    return diag_set(s->why, ERR_FORMAT, "character %zu: expected %s, found '%c'", at, what, *s->p);
}

/* ---- small steps ---- */

static void skip_blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

/* Blanks, then `c`? */
static bool take(struct scan *s, uint8_t c)
{
    skip_blanks(s);
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool is_digit(const struct scan *s)
{
    return s->p < s->end && (uint32_t)*s->p - '0' <= 9;
}

/* ---- texts ---- */

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit of \uXXXX at `p`; -1: there is none. */
static int32_t unit_at(const uint8_t *p, const uint8_t *end)
{
    int32_t unit = 0;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(p[i]);

        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

/* Bytes of the escape at p, which is its backslash; 0: a bad one (S2). */
static size_t escape_bytes(const uint8_t *p, const uint8_t *end)
{
    int32_t unit;

    if (end - p >= 2 && p[1] != 'u')
        return p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
    unit = unit_at(p, end);
    if (unit < 0 || is_low(unit))
        return 0;
    if (!is_high(unit))
        return 6;
    return is_low(unit_at(p + 6, end)) ? 12 : 0;
}

/* A byte with its high bit set where a text needs a look: quote, backslash or below 0x20. */
static uint64_t stops_in(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x80u * ones;
    uint64_t controls = (w - 0x20u * ones) & ~w & highs; /* right up to the first one */

    return controls | word_bytes_equal(w, '"') | word_bytes_equal(w, '\\');
}

/* To the next byte of a text that needs a look.  True: bytes beyond ASCII were passed. */
static bool skip_plain(struct scan *s)
{
    uint64_t seen = 0;

    for (; s->end - s->p >= 8; s->p += 8) {
        uint64_t w = word_load(s->p), stops = stops_in(w);
        size_t plain = stops ? (size_t)__builtin_ctzll(stops) / 8 : 8;

        seen |= plain == 8 ? w : w & ((1ull << (8 * plain)) - 1);
        if (plain < 8) {
            s->p += plain;
            return seen & 0x8080808080808080u;
        }
    }
    for (; s->p < s->end && *s->p >= 0x20 && *s->p != '"' && *s->p != '\\'; s->p++)
        seen |= *s->p;
    return seen & 0x8080808080808080u;
}

static int check_utf8(struct scan *s, struct span text)
{
    for (size_t i = 0, n; i < text.bytes; i += n)
        if (utf8_next(text.p + i, text.bytes - i, &n) == UTF8_BAD && n == 1)
            return mistake(s, text.p + i, "a byte that is not UTF-8");
    return ERR_NONE;
}

/* A text whose opening quote is at p. */
static int scan_text(struct scan *s, struct json_value *v)
{
    const uint8_t *start = ++s->p;
    bool beyond_ascii = false;

    *v = (struct json_value){.type = JSON_TYPE_TEXT};
    for (;;) {
        size_t n;

        beyond_ascii |= skip_plain(s);
        if (s->p == s->end)
            return expected(s, "a quote at the end of a text");
        if (*s->p == '"')
            break;
        if (*s->p != '\\')
            return mistake(s, s->p, "a control character in a text must be escaped");
        n = escape_bytes(s->p, s->end);
        if (n == 0)
            return mistake(s, s->p, "a bad escape in a text");
        v->escaped = true;
        s->p += n;
    }
    v->text = (struct span){start, (size_t)(s->p++ - start)};
    return beyond_ascii ? check_utf8(s, v->text) : ERR_NONE;
}

static uint8_t unescaped_letter(uint8_t c)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *at = strchr(from, c);

    return at ? (uint8_t)to[at - from] : c;
}

static uint32_t put_escape(const uint8_t *p, const uint8_t *end, size_t bytes, uint8_t *out)
{
    int32_t unit = unit_at(p, end);

    if (bytes == 2) {
        *out = unescaped_letter(p[1]);
        return 1;
    }
    if (bytes == 12)
        unit = 0x10000 + ((unit - 0xd800) << 10) + (unit_at(p + 6, end) - 0xdc00);
    return (uint32_t)utf8_put((uint32_t)unit, out);
}

uint32_t json_unescape(const struct json_value *v, uint8_t *out)
{
    const uint8_t *p = v->text.p, *end = p + v->text.bytes;
    uint32_t n = 0;

    if (!v->escaped) {
        word_copy(out, p, v->text.bytes);
        return (uint32_t)v->text.bytes;
    }
    while (p < end) {
        size_t bytes = *p == '\\' ? escape_bytes(p, end) : 1;

        if (*p == '\\')
            n += put_escape(p, end, bytes, out + n);
        else
            out[n++] = *p;
        p += bytes;
    }
    return n;
}

/* ---- numbers and words ---- */

static int skip_digits(struct scan *s)
{
    if (!is_digit(s))
        return expected(s, "a digit");
    while (is_digit(s))
        s->p++;
    return ERR_NONE;
}

static int scan_number(struct scan *s, struct json_value *v)
{
    const uint8_t *start = s->p;

    *v = (struct json_value){.type = JSON_TYPE_NUMBER, .whole = true};
    s->p += *s->p == '-';
    if (s->p < s->end && *s->p == '0')
        s->p++; /* a digit behind it is refused by whoever comes next */
    else if (skip_digits(s))
        return ERR_FORMAT;
    if (s->p < s->end && *s->p == '.') {
        v->whole = false;
        s->p++;
        if (skip_digits(s))
            return ERR_FORMAT;
    }
    if (s->p < s->end && (*s->p | 0x20) == 'e') {
        v->whole = false;
        s->p++;
        if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
            s->p++;
        if (skip_digits(s))
            return ERR_FORMAT;
    }
    v->text = (struct span){start, (size_t)(s->p - start)};
    return ERR_NONE;
}

static int scan_word(struct scan *s, struct json_value *v)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = {{"null", JSON_TYPE_NULL}, {"true", JSON_TYPE_TRUE}, {"false", JSON_TYPE_FALSE}};

    for (int i = 0; i < 3; i++) {
        size_t n = strlen(words[i].word);

        if ((size_t)(s->end - s->p) >= n && memcmp(s->p, words[i].word, n) == 0) {
            *v = (struct json_value){.type = words[i].type, .text = {s->p, n}};
            s->p += n;
            return ERR_NONE;
        }
    }
    return expected(s, "a value");
}

/* ---- objects and arrays ---- */

static int scan_member(struct scan *s, uint32_t level, json_member *each, void *arg)
{
    struct json_value name, value;

    skip_blanks(s);
    if (s->p == s->end || *s->p != '"')
        return expected(s, "a name in quotes");
    if (scan_text(s, &name))
        return ERR_FORMAT;
    if (!take(s, ':'))
        return expected(s, "':'");
    if (scan_value(s, &value, level))
        return ERR_FORMAT;
    return each ? each(arg, &name, &value, s->why) : ERR_NONE;
}

/* Behind the opening brace. */
static int scan_members(struct scan *s, uint32_t level, json_member *each, void *arg)
{
    int err;

    if (take(s, '}'))
        return ERR_NONE;
    do {
        err = scan_member(s, level, each, arg);
        if (err)
            return err;
    } while (take(s, ','));
    return take(s, '}') ? ERR_NONE : expected(s, "',' or '}'");
}

static int scan_elements(struct scan *s, uint32_t level)
{
    struct json_value element;

    if (take(s, ']'))
        return ERR_NONE;
    do
        if (scan_value(s, &element, level))
            return ERR_FORMAT;
    while (take(s, ','));
    return take(s, ']') ? ERR_NONE : expected(s, "',' or ']'");
}

static int scan_nested(struct scan *s, struct json_value *v, uint32_t level)
{
    const uint8_t *start = s->p++;
    bool is_object = *start == '{';

    if (level == JSON_LEVELS_MAX) /* S3 */
        return mistake(s, start, "nested too deep");
    if (is_object ? scan_members(s, level + 1, NULL, NULL) : scan_elements(s, level + 1))
        return ERR_FORMAT;
    *v = (struct json_value){.type = is_object ? JSON_TYPE_OBJECT : JSON_TYPE_ARRAY,
                             .text = {start, (size_t)(s->p - start)}};
    return ERR_NONE;
}

static int scan_value(struct scan *s, struct json_value *v, uint32_t level)
{
    skip_blanks(s);
    if (s->p == s->end)
        return expected(s, "a value");
    if (*s->p == '"')
        return scan_text(s, v);
    if (*s->p == '-' || is_digit(s))
        return scan_number(s, v);
    if (*s->p == '{' || *s->p == '[')
        return scan_nested(s, v, level);
    return scan_word(s, v);
}

int json_scan_object(struct span text, json_member *each, void *arg, struct diag *why)
{
    struct scan s = {text.p, text.p, text.p + text.bytes, why};
    int err;

    if (!take(&s, '{'))
        return expected(&s, "'{'");
    err = scan_members(&s, 1, each, arg);
    if (err)
        return err;
    skip_blanks(&s);
    return s.p == s.end ? ERR_NONE : expected(&s, "the end"); /* S1 */
}
