#include "data/key_group.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

int32_t java_hash_int(int32_t v)
{
    return v;
}

int32_t java_hash_boolean(bool v)
{
    return v ? 1231 : 1237;
}

int32_t java_hash_double(double v)
{
    uint64_t bits = 0x7ff8000000000000u; /* Java's one NaN */

    if (v == v)
        memcpy(&bits, &v, 8);
    return java_hash_long((int64_t)bits);
}

int32_t java_hash_utf16(const uint16_t *units, size_t count)
{
    uint32_t h = 0;

    for (size_t i = 0; i < count; i++)
        h = 31 * h + units[i];
    return (int32_t)h;
}

/* ASCII needs no decoding, and nearly all keys are ASCII. */
int32_t java_hash_text(struct span utf8)
{
    uint32_t h = 0;

    for (size_t i = 0, n; i < utf8.bytes; i += n) {
        uint32_t c = utf8.p[i];

        n = 1;
        if (c >= 0x80)
            c = utf8_next(utf8.p + i, utf8.bytes - i, &n);
        if (c >= 0x10000) { /* two UTF-16 units */
            h = 31 * h + (0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        h = 31 * h + c;
    }
    return (int32_t)h;
}

int32_t java_hash_key(enum weir_type type, struct span key)
{
    uint64_t v;
    double d;

    if (type == WEIR_STRING)
        return java_hash_text(key);
    assert(key.bytes == 8);
    memcpy(&v, key.p, 8);
    if (type == WEIR_BOOLEAN)
        return java_hash_boolean(v != 0);
    if (type == WEIR_INT)
        return java_hash_int((int32_t)v);
    if (type == WEIR_BIGINT || type == WEIR_TIMESTAMP)
        return java_hash_long((int64_t)v);
    memcpy(&d, key.p, 8);
    return java_hash_double(d);
}

struct key_range key_group_range(uint32_t subtask, uint32_t parallelism, uint32_t max_parallelism)
{
    uint32_t i = subtask, p = parallelism, max = max_parallelism;

    assert(i < p && parallelism_is_legal(p, max));
    return (struct key_range){(i * max + p - 1) / p, ((i + 1) * max - 1) / p};
}

uint32_t default_max_parallelism(uint32_t parallelism)
{
    uint32_t want = parallelism + parallelism / 2, power = 1;

    while (power < want && power < MAX_PARALLELISM_LIMIT)
        power *= 2;
    return power < 128 ? 128 : power;
}
