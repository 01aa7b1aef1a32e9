#include "base/json.h"

#include <assert.h>
#include <math.h>

#include "base/utf8.h"

enum { LEVELS = 32 };

static void escape(struct bytes *out, uint8_t c)
{
    if (c == '"' || c == '\\')
        bytes_format(out, "\\%c", c);
    else if (c == '\n')
        bytes_put(out, "\\n", 2);
    else
        bytes_format(out, "\\u%04x", c);
}

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void quote(struct bytes *out, struct span text)
{
    const uint8_t *p = text.p;

    bytes_put_u8(out, '"');
    for (size_t i = 0, n; i < text.bytes; i += n) {
        for (n = 0; i + n < text.bytes && is_plain(p[i + n]);)
            n++;
        if (n) {
            bytes_put(out, p + i, n);
        } else if (p[i] < 0x80) {
            escape(out, p[i]);
            n = 1;
        } else if (utf8_next(p + i, text.bytes - i, &n) == UTF8_BAD) {
            bytes_put(out, "\xef\xbf\xbd", 3);
        } else {
            bytes_put(out, p + i, n);
        }
    }
    bytes_put_u8(out, '"');
}

/* The bit of the innermost open level; 0 at the top. */
static uint32_t level_bit(const struct json_writer *w)
{
    return w->depth ? 1u << (w->depth - 1) : 0;
}

/* What stands before a value: a comma if it is not the first, and its name. */
static void lead(struct json_writer *w, const char *name)
{
    if (w->has_members & level_bit(w))
        bytes_put_u8(w->out, ',');
    w->has_members |= level_bit(w);
    if (name) {
        assert(w->depth && !(w->is_array & level_bit(w)));
        quote(w->out, span_text(name));
        bytes_put_u8(w->out, ':');
    }
}

static void open_level(struct json_writer *w, const char *name, bool array)
{
    lead(w, name);
    assert(w->depth < LEVELS);
    w->depth++;
    w->has_members &= ~level_bit(w);
    w->is_array &= ~level_bit(w);
    if (array)
        w->is_array |= level_bit(w);
    bytes_put_u8(w->out, array ? '[' : '{');
}

void json_object(struct json_writer *w, const char *name)
{
    open_level(w, name, false);
}

void json_array(struct json_writer *w, const char *name)
{
    open_level(w, name, true);
}

void json_end(struct json_writer *w)
{
    assert(w->depth > 0);
    bytes_put_u8(w->out, w->is_array & level_bit(w) ? ']' : '}');
    w->depth--;
}

void json_put_int(struct json_writer *w, const char *name, int64_t v)
{
    lead(w, name);
    bytes_put_decimal(w->out, v);
}

void json_put_double(struct json_writer *w, const char *name, double v)
{
    lead(w, name);
    if (isfinite(v))
        bytes_put_double(w->out, v);
    else
        bytes_put(w->out, "null", 4);
}

void json_put_bool(struct json_writer *w, const char *name, bool v)
{
    lead(w, name);
    bytes_put(w->out, v ? "true" : "false", v ? 4 : 5);
}

void json_put_null(struct json_writer *w, const char *name)
{
    lead(w, name);
    bytes_put(w->out, "null", 4);
}

void json_put_text(struct json_writer *w, const char *name, const char *text)
{
    json_put_span(w, name, span_text(text));
}

void json_put_span(struct json_writer *w, const char *name, struct span text)
{
    lead(w, name);
    quote(w->out, text);
}
