#include "base/bytes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/word.h"

void bytes_done(struct bytes *b)
{
    mem_free(b->p);
    *b = (struct bytes){0};
}

static void ensure(struct bytes *b, size_t more)
{
    size_t room = b->room ? b->room : 64;

    if (b->p && b->room - b->bytes >= more)
        return;
    while (room - b->bytes < more)
        room *= 2;
    b->p = mem_resize(b->p, room);
    b->room = room;
}

uint8_t *bytes_grow(struct bytes *b, size_t more)
{
    ensure(b, more);
    b->bytes += more;
    return b->p + b->bytes - more;
}

void bytes_put(struct bytes *b, const void *p, size_t bytes)
{
    if (bytes)
        memcpy(bytes_grow(b, bytes), p, bytes);
}

void bytes_put_u8(struct bytes *b, uint8_t v)
{
    *bytes_grow(b, 1) = v;
}

void bytes_put_u32(struct bytes *b, uint32_t v)
{
    uint8_t *p = bytes_grow(b, 4);

    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

void bytes_put_u64(struct bytes *b, uint64_t v)
{
    v = word_little(v);
    memcpy(bytes_grow(b, 8), &v, 8);
}

void bytes_put_i64(struct bytes *b, int64_t v)
{
    bytes_put_u64(b, (uint64_t)v);
}

void bytes_put_block(struct bytes *b, struct span s)
{
    bytes_put_u32(b, (uint32_t)s.bytes);
    bytes_put(b, s.p, s.bytes);
}

void bytes_put_text(struct bytes *b, const char *text)
{
    bytes_put_block(b, span_text(text ? text : ""));
}

void bytes_format(struct bytes *b, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ensure(b, (size_t)n + 1);
    va_start(args, format);
    vsnprintf((char *)b->p + b->bytes, (size_t)n + 1, format, args);
    va_end(args);
    b->bytes += (size_t)n;
}

void bytes_put_decimal(struct bytes *b, int64_t v)
{
    uint8_t digits[20], *p = digits + sizeof digits;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do {
        *--p = (uint8_t)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (v < 0)
        bytes_put_u8(b, '-');
    bytes_put(b, p, (size_t)(digits + sizeof digits - p));
}

void bytes_put_double(struct bytes *b, double v)
{
    char text[32];

    if (isnan(v)) {
        bytes_put(b, "NaN", 3);
    } else if (isinf(v)) {
        bytes_format(b, "%sInfinity", v < 0 ? "-" : "");
    } else {
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, v);
            if (strtod(text, NULL) == v)
                break;
        }
        bytes_put(b, text, strlen(text));
    }
}

const char *bytes_cstr(struct bytes *b)
{
    ensure(b, 1);
    b->p[b->bytes] = 0;
    return (const char *)b->p;
}

bool span_equal(struct span a, struct span b)
{
    return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.p, b.p, a.bytes) == 0);
}

int span_compare(struct span a, struct span b)
{
    size_t n = a.bytes < b.bytes ? a.bytes : b.bytes;
    int order = n ? memcmp(a.p, b.p, n) : 0;

    return order ? order : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

/* The next `bytes` bytes, or NULL (and the reader has failed for good). */
static const uint8_t *take(struct reader *r, size_t bytes)
{
    const uint8_t *p = r->p;

    if (r->failed || (size_t)(r->end - r->p) < bytes) {
        r->failed = true;
        return NULL;
    }
    if (bytes)
        r->p += bytes; /* an empty span may be NULL, and NULL + 0 is undefined */
    return p;
}

uint8_t read_u8(struct reader *r)
{
    const uint8_t *p = take(r, 1);

    return p ? *p : 0;
}

uint32_t read_u32(struct reader *r)
{
    const uint8_t *p = take(r, 4);

    return p ? word_load_half(p) : 0;
}

uint64_t read_u64(struct reader *r)
{
    const uint8_t *p = take(r, 8);

    return p ? word_load(p) : 0;
}

int64_t read_i64(struct reader *r)
{
    return (int64_t)read_u64(r);
}

struct span read_span(struct reader *r, size_t bytes)
{
    const uint8_t *p = take(r, bytes);

    return p ? (struct span){p, bytes} : (struct span){0};
}

struct span read_block(struct reader *r)
{
    return read_span(r, read_u32(r));
}

char *read_text(struct reader *r, char *out, size_t room)
{
    struct span s = read_block(r);

    out[0] = 0;
    if (s.bytes >= room || (s.bytes && memchr(s.p, 0, s.bytes)))
        r->failed = true;
    if (r->failed || s.bytes == 0)
        return out;
    memcpy(out, s.p, s.bytes);
    out[s.bytes] = 0;
    return out;
}
