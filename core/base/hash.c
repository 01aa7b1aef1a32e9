#include "base/hash.h"

#include <string.h>

#include "base/rng.h"

uint64_t hash_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static uint64_t word_at(const uint8_t *p, size_t bytes)
{
    uint64_t v = 0;

    memcpy(&v, p, bytes);
    return v;
}

uint64_t hash_bytes(const void *p, size_t bytes)
{
    const uint8_t *at = p;
    uint64_t hash = 0x2545f4914f6cdd1du ^ bytes;

    for (; bytes >= 8; at += 8, bytes -= 8)
        hash = hash_mix(hash, word_at(at, 8));
    if (bytes)
        hash = hash_mix(hash, word_at(at, bytes));
    return mix64(hash);
}

/* CRC32C a nibble at a time: a table small enough to check by eye. */
static const uint32_t nibble[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
    0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
    0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t crc32c(uint32_t crc, const void *p, size_t bytes)
{
    const uint8_t *at = p;

    crc = ~crc;
    for (size_t i = 0; i < bytes; i++) {
        crc ^= at[i];
        crc = crc >> 4 ^ nibble[crc & 15];
        crc = crc >> 4 ^ nibble[crc & 15];
    }
    return ~crc;
}
