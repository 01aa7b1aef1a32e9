#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

static void quote(struct bytes *out, struct span text)
{
    bytes_put_u8(out, '"');
    for (size_t i = 0; i < text.bytes; i++) {
        uint8_t c = text.p[i];

        if (c == '"' || c == '\\') {
            bytes_put_u8(out, '\\');
            bytes_put_u8(out, c);
        } else if (c < 0x20) {
            bytes_format(out, "\\u%04x", c);
        } else {
            bytes_put_u8(out, c);
        }
    }
    bytes_put_u8(out, '"');
}

/* What stands before a value: a comma if it is not the first, and its name. */
static void lead(struct json_writer *w, const char *name)
{
    uint32_t bit = 1u << w->depth;

    if (w->has_members & bit)
        bytes_put_u8(w->out, ',');
    if (w->depth)
        w->has_members |= bit;
    if (name) {
        quote(w->out, span_text(name));
        bytes_put_u8(w->out, ':');
    }
}

static void open_level(struct json_writer *w, const char *name, bool array)
{
    lead(w, name);
    bytes_put_u8(w->out, array ? '[' : '{');
    w->depth++;
    assert(w->depth < 32);
    w->has_members &= ~(1u << w->depth);
    w->is_array = (w->is_array & ~(1u << w->depth)) | (uint32_t)array << w->depth;
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
    bytes_put_u8(w->out, w->is_array & 1u << w->depth ? ']' : '}');
    w->depth--;
}

void json_put_int(struct json_writer *w, const char *name, int64_t v)
{
    lead(w, name);
    bytes_format(w->out, "%" PRId64, v);
}

void json_put_double(struct json_writer *w, const char *name, double v)
{
    lead(w, name);
    if (isfinite(v))
        bytes_format(w->out, "%.17g", v);
    else
        bytes_put(w->out, "null", 4);
}

void json_put_bool(struct json_writer *w, const char *name, bool v)
{
    lead(w, name);
    bytes_format(w->out, "%s", v ? "true" : "false");
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
