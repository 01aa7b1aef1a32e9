/* key_group.h -- which subtask owns a key, now and after a change of parallelism.
 *
 * key --Java hash--> 32 bits --murmur--> 31 bits --% max parallelism--> key group
 * and key group * parallelism / max parallelism = subtask.  Keys never move
 * between groups, so max parallelism is for ever; groups move between subtasks.
 *
 *   K1  equal keys have equal groups, across attempts, machines and builds
 *   K2  the ranges of all subtasks cover 0 .. max-1 once each
 *
 * Flink    KeyGroupRangeAssignment, MathUtils.murmurHash; hashes are Java's, so that a job
 *          lands its keys where Flink would: strings hash UTF-16 units, not UTF-8 bytes.
 */
#ifndef CORE_DATA_KEY_GROUP_H
#define CORE_DATA_KEY_GROUP_H

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "weir.h"

enum { MAX_PARALLELISM_LIMIT = 32768 };

int32_t java_hash_int(int32_t v);
static inline int32_t java_hash_long(int64_t v)
{
    return (int32_t)(uint32_t)((uint64_t)v ^ (uint64_t)v >> 32);
}
int32_t java_hash_boolean(bool v);
int32_t java_hash_double(double v); /* every NaN alike; 0.0 and -0.0 differ */
int32_t java_hash_utf16(const uint16_t *units, size_t count);
int32_t java_hash_text(struct span utf8); /* decodes; a bad byte counts as U+FFFD */

int32_t java_hash_key(enum weir_type type, struct span key); /* as row_key() gives it */

/* More subtasks than key groups would leave some without any: refused. */
static inline bool parallelism_is_legal(uint32_t parallelism, uint32_t max_parallelism)
{
    return parallelism >= 1 && parallelism <= max_parallelism &&
           max_parallelism <= MAX_PARALLELISM_LIMIT;
}

/* These are asked for every row that is sent by key, so they are here. */
static inline uint32_t key_group_rotated(uint32_t v, int bits)
{
    return v << bits | v >> (32 - bits);
}
static inline uint32_t key_group_murmur(int32_t hash) /* 0 .. 2^31-1 */
{
    uint32_t k = (uint32_t)hash * 0xcc9e2d51u;

    k = key_group_rotated(k, 15) * 0x1b873593u;
    k = key_group_rotated(k, 13) * 5 + 0xe6546b64u;
    k ^= 4;
    k = (k ^ k >> 16) * 0x85ebca6bu;
    k = (k ^ k >> 13) * 0xc2b2ae35u;
    k ^= k >> 16;
    if (k == 0x80000000u)
        return 0;
    return k & 0x80000000u ? 0u - k : k;
}
static inline uint32_t key_group_of(int32_t hash, uint32_t max_parallelism)
{
    uint32_t murmur = key_group_murmur(hash), mask = max_parallelism - 1;

    assert(max_parallelism >= 1 && max_parallelism <= MAX_PARALLELISM_LIMIT);
    if ((max_parallelism & mask) == 0) /* as the default always is */
        return murmur & mask;
    return murmur % max_parallelism;
}
static inline uint32_t key_group_of_key(enum weir_type type, struct span key,
                                        uint32_t max_parallelism)
{
    uint64_t word;

    if (type != WEIR_BIGINT && type != WEIR_TIMESTAMP)
        return key_group_of(java_hash_key(type, key), max_parallelism);
    memcpy(&word, key.p, 8);
    return key_group_of(java_hash_long((int64_t)word), max_parallelism);
}
static inline uint32_t key_group_subtask(uint32_t group, uint32_t parallelism,
                                         uint32_t max_parallelism)
{
    assert(group < max_parallelism && parallelism <= max_parallelism);
    if ((max_parallelism & (max_parallelism - 1)) == 0)
        return group * parallelism >> __builtin_ctz(max_parallelism);
    return group * parallelism / max_parallelism; /* below 2^30 */
}

struct key_range {
    uint32_t first, last; /* inclusive */
};
struct key_range key_group_range(uint32_t subtask, uint32_t parallelism, uint32_t max_parallelism);
uint32_t default_max_parallelism(uint32_t parallelism); /* >= 1 */

#endif
