#include "data/key_group.h"

#include <assert.h>
#include <string.h>

int32_t java_hash_int(int32_t v)
{
    return v;
}

int32_t java_hash_long(int64_t v)
{
    return (int32_t)(uint32_t)((uint64_t)v ^ (uint64_t)v >> 32);
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

/* The code point at p and its length in bytes; a byte that begins none is U+FFFD alone. */
static uint32_t code_point(const uint8_t *p, size_t left, size_t *bytes)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;
    uint32_t c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));

    *bytes = 1;
    if (n == 0 || n > left || p[0] > 0xf4)
        return 0xfffd;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0xfffd;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff)
        return 0xfffd;
    *bytes = n;
    return c;
}

int32_t java_hash_text(struct span utf8)
{
    uint32_t h = 0;

    for (size_t i = 0, n; i < utf8.bytes; i += n) {
        uint32_t c = code_point(utf8.p + i, utf8.bytes - i, &n);

        if (c >= 0x10000) {
            h = 31 * h + (0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        h = 31 * h + c;
    }
    return (int32_t)h;
}

static uint32_t rotl(uint32_t v, int bits)
{
    return v << bits | v >> (32 - bits);
}

uint32_t key_group_murmur(int32_t hash)
{
    uint32_t k = (uint32_t)hash * 0xcc9e2d51u;

    k = rotl(k, 15) * 0x1b873593u;
    k = rotl(k, 13) * 5 + 0xe6546b64u;
    k ^= 4;
    k = (k ^ k >> 16) * 0x85ebca6bu;
    k = (k ^ k >> 13) * 0xc2b2ae35u;
    k ^= k >> 16;
    if (k == 0x80000000u)
        return 0;
    return k & 0x80000000u ? 0u - k : k;
}

uint32_t key_group_of(int32_t hash, uint32_t max_parallelism)
{
    return key_group_murmur(hash) % max_parallelism;
}

uint32_t key_group_of_key(enum weir_type type, struct span key, uint32_t max_parallelism)
{
    int64_t v = 0;
    double d;

    if (type == WEIR_STRING)
        return key_group_of(java_hash_text(key), max_parallelism);
    memcpy(&v, key.p, 8);
    memcpy(&d, key.p, 8);
    switch (type) {
    case WEIR_BOOLEAN:
        return key_group_of(java_hash_boolean(v != 0), max_parallelism);
    case WEIR_INT:
        return key_group_of(java_hash_int((int32_t)v), max_parallelism);
    case WEIR_DOUBLE:
        return key_group_of(java_hash_double(d), max_parallelism);
    case WEIR_BIGINT:
    case WEIR_TIMESTAMP:
    case WEIR_STRING:
        break;
    }
    return key_group_of(java_hash_long(v), max_parallelism);
}

uint32_t key_group_subtask(uint32_t group, uint32_t parallelism, uint32_t max_parallelism)
{
    return (uint32_t)((uint64_t)group * parallelism / max_parallelism);
}

struct key_range key_group_range(uint32_t subtask, uint32_t parallelism, uint32_t max_parallelism)
{
    uint64_t i = subtask, p = parallelism, max = max_parallelism;

    assert(subtask < parallelism && parallelism_is_legal(parallelism, max_parallelism));
    return (struct key_range){(uint32_t)((i * max + p - 1) / p),
                              (uint32_t)(((i + 1) * max - 1) / p)};
}

uint32_t default_max_parallelism(uint32_t parallelism)
{
    uint32_t want = parallelism + parallelism / 2, power = 1;

    while (power < want && power < MAX_PARALLELISM_LIMIT)
        power *= 2;
    return power < 128 ? 128 : power;
}
