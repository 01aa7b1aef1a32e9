#include "data/key_bytes.h"

#include <string.h>

#include "base/utf8.h"

static void put_varying(struct bytes *out, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        bytes_put_u8(out, (uint8_t)(v | 0x80));
    bytes_put_u8(out, (uint8_t)v);
}

/* The UTF-16 units of a text; written to `out` unless it is NULL. */
static uint64_t put_units(struct bytes *out, struct span utf8)
{
    uint64_t units = 0;

    for (size_t i = 0, n; i < utf8.bytes; i += n) {
        uint32_t c = utf8_next(utf8.p + i, utf8.bytes - i, &n);
        bool is_pair = c >= 0x10000;

        units += is_pair ? 2 : 1;
        if (out == NULL)
            continue;
        if (is_pair)
            put_varying(out, 0xd800 + ((c - 0x10000) >> 10));
        put_varying(out, is_pair ? 0xdc00 + ((c - 0x10000) & 0x3ff) : c);
    }
    return units;
}

static void put_high_first(struct bytes *out, uint64_t v, int bytes)
{
    while (bytes--)
        bytes_put_u8(out, (uint8_t)(v >> 8 * bytes));
}

void key_bytes_put(struct bytes *out, enum weir_type type, struct span key)
{
    uint64_t v;

    if (type == WEIR_STRING) {
        put_varying(out, put_units(NULL, key) + 1);
        put_units(out, key);
        return;
    }
    memcpy(&v, key.p, sizeof v);
    put_high_first(out, v, type == WEIR_BOOLEAN ? 1 : type == WEIR_INT ? 4 : 8);
}

int key_bytes_compare(struct span a, struct span b)
{
    size_t n = a.bytes < b.bytes ? a.bytes : b.bytes;

    for (size_t i = 0; i < n; i++)
        if (a.p[i] != b.p[i])
            return (int8_t)a.p[i] < (int8_t)b.p[i] ? -1 : 1;
    return (a.bytes > b.bytes) - (a.bytes < b.bytes);
}
