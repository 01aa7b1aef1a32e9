/* word.h -- load and copy a few bytes without a call.
 *
 * Keys and texts of a stream are short: for 3 or 8 bytes, calling memcpy or
 * memcmp costs more than the work.  Lengths are covered by two overlapping
 * accesses, so nothing is read or written outside [p, p + n).
 */
#ifndef CORE_BASE_WORD_H
#define CORE_BASE_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A word as its bytes lie on a little-endian machine; its own inverse. */
static inline uint64_t word_little(uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return v;
#else
    return __builtin_bswap64(v);
#endif
}

static inline uint64_t word_load(const void *p)
{
    uint64_t v;

    memcpy(&v, p, 8);
    return word_little(v);
}

static inline uint32_t word_load_half(const void *p)
{
    uint32_t v;

    memcpy(&v, p, 4);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

/* n <= 8 bytes as a number, the first lowest, zeros above: equal iff the bytes are, for one n. */
static inline uint64_t word_load_short(const void *p, size_t n)
{
    const uint8_t *at = p;

    if (n == 8)
        return word_load(at);
    if (n >= 4)
        return word_load_half(at) | (uint64_t)word_load_half(at + n - 4) << (8 * (n - 4));
    if (n == 0)
        return 0;
    return at[0] | (uint64_t)at[n / 2] << (8 * (n / 2)) | (uint64_t)at[n - 1] << (8 * (n - 1));
}

/* The high bit of each byte of `w` that equals `c`. */
static inline uint64_t word_bytes_equal(uint64_t w, uint8_t c)
{
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu;
    uint64_t x = w ^ 0x0101010101010101u * c;

    return ~(((x & low7) + low7) | x | low7);
}

/* memcpy that is quick for up to 64 bytes; p may be NULL if n is 0. */
static inline void word_copy(void *to, const void *from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if (n > 64) {
        memcpy(t, f, n);
    } else if (n > 32) {
        memcpy(t, f, 32);
        memcpy(t + n - 32, f + n - 32, 32);
    } else if (n > 16) {
        memcpy(t, f, 16);
        memcpy(t + n - 16, f + n - 16, 16);
    } else if (n >= 8) {
        uint64_t a, b;

        memcpy(&a, f, 8), memcpy(&b, f + n - 8, 8);
        memcpy(t, &a, 8), memcpy(t + n - 8, &b, 8);
    } else if (n >= 4) {
        uint32_t a, b;

        memcpy(&a, f, 4), memcpy(&b, f + n - 4, 4);
        memcpy(t, &a, 4), memcpy(t + n - 4, &b, 4);
    } else if (n) {
        uint8_t middle = f[n / 2], last = f[n - 1];

        t[0] = f[0], t[n / 2] = middle, t[n - 1] = last;
    }
}

#endif
