/* bytes.h -- growing bytes, borrowed bytes, and a reader that cannot run over the end.
 *
 * Numbers are written little-endian, whatever the machine.  A `struct reader`
 * remembers the first failure: read all fields, then ask reader_ok() once.
 * (Numbers in short keys and texts: word.h.)
 */
#ifndef CORE_BASE_BYTES_H
#define CORE_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span { /* borrowed */
    const uint8_t *p;
    size_t bytes;
};

struct bytes { /* owned; zero-initialised is empty */
    uint8_t *p;
    size_t bytes, room;
};

void bytes_done(struct bytes *b);
static inline struct span bytes_span(const struct bytes *b)
{
    return (struct span){b->p, b->bytes};
}
static inline void bytes_clear(struct bytes *b)
{
    b->bytes = 0;
}
uint8_t *bytes_grow(struct bytes *b, size_t more); /* room for `more` at the end, counted in */
void bytes_put(struct bytes *b, const void *p, size_t bytes);
void bytes_put_u8(struct bytes *b, uint8_t v);
void bytes_put_u32(struct bytes *b, uint32_t v);
void bytes_put_u64(struct bytes *b, uint64_t v);
void bytes_put_i64(struct bytes *b, int64_t v);
void bytes_put_block(struct bytes *b, struct span s);   /* u32 length, then the bytes */
void bytes_put_text(struct bytes *b, const char *text); /* as a block; NULL as "" */
void bytes_format(struct bytes *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bytes_put_decimal(struct bytes *b, int64_t v);
/* The shortest of 15 to 17 digits that reads back as `v`; NaN, Infinity, -Infinity as in Java. */
void bytes_put_double(struct bytes *b, double v);
const char *bytes_cstr(struct bytes *b); /* adds a NUL behind the end, not counted in `bytes` */
static inline struct span span_text(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return (struct span){(const uint8_t *)text, n};
}
bool span_equal(struct span a, struct span b);
int span_compare(struct span a, struct span b); /* by bytes, a prefix first: <0, 0, >0 */

struct reader {
    const uint8_t *p, *end;
    bool failed; /* something was read that was not there */
};

static inline struct reader reader_of(struct span s)
{
    return (struct reader){s.p, s.bytes ? s.p + s.bytes : s.p, false}; /* NULL + 0 is undefined */
}
uint8_t read_u8(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
int64_t read_i64(struct reader *r);
struct span read_block(struct reader *r); /* borrowed from what is read */
struct span read_span(struct reader *r, size_t bytes);
/* A block as C string; one that is too long, or has a NUL inside, fails. */
char *read_text(struct reader *r, char *out, size_t room);
static inline bool reader_ok(const struct reader *r)
{
    return !r->failed;
}
static inline bool reader_at_end(const struct reader *r)
{
    return !r->failed && r->p == r->end;
}

#endif
