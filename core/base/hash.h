/* hash.h -- a fast hash for tables, and CRC32C for what is written down.
 *
 * hash_bytes() is the same on every machine and in every build: hashes are
 * part of what a run may show.
 */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include "base/bytes.h"
#include "base/word.h"

/* Both halves of the 128-bit product: every bit of a and b reaches every bit of the result
 * (the idea of wyhash). */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Random odd numbers: digits of sqrt(2), sqrt(3) and sqrt(5) behind the point. */
static const uint64_t hash_root2 = 0x6a09e667f3bcc909u, hash_root3 = 0xbb67ae8584caa73bu,
                      hash_root5 = 0x3c6ef372fe94f82bu;

uint64_t hash_long(const void *p, size_t bytes); /* over 8 bytes */
static inline uint64_t hash_bytes(const void *p, size_t bytes)
{
    uint64_t word;

    if (bytes > 8)
        return hash_long(p, bytes);
    word = word_load_short(p, bytes); /* most keys: one product of the key and its turned self */
    return hash_fold(word ^ hash_root2, (word << 32 | word >> 32) ^ (hash_root3 + 2 * bytes));
}
uint64_t hash_mix(uint64_t hash, uint64_t value);           /* fold one more word in */
uint32_t crc32c(uint32_t crc, const void *p, size_t bytes); /* start with 0; Castagnoli */

#endif
