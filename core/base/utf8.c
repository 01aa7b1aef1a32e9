#include "base/utf8.h"

/* How many bytes a first byte promises; 0: it can be none. */
static size_t length_of(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4) /* continuation; overlong; beyond U+10FFFF */
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

uint32_t utf8_next(const uint8_t *p, size_t left, size_t *bytes)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = length_of(p[0]);
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));

    *bytes = 1;
    if (n == 0 || n > left)
        return UTF8_BAD;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return UTF8_BAD;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return UTF8_BAD;
    *bytes = n;
    return c;
}

size_t utf8_put(uint32_t c, uint8_t *out)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (n == 1) {
        out[0] = (uint8_t)c;
        return 1;
    }
    for (size_t i = n; --i;) {
        out[i] = 0x80 | (c & 0x3f);
        c >>= 6;
    }
    out[0] = (uint8_t)(0xf00u >> n | c);
    return n;
}
