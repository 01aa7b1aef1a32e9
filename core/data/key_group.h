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

#include "base/bytes.h"
#include "weir.h"

enum { MAX_PARALLELISM_LIMIT = 32768 };

int32_t java_hash_int(int32_t v);
int32_t java_hash_long(int64_t v);
int32_t java_hash_boolean(bool v);
int32_t java_hash_double(double v); /* every NaN alike; 0.0 and -0.0 differ */
int32_t java_hash_utf16(const uint16_t *units, size_t count);
int32_t java_hash_text(struct span utf8); /* decodes; a bad byte counts as U+FFFD */

uint32_t key_group_murmur(int32_t hash); /* 0 .. 2^31-1 */
uint32_t key_group_of(int32_t hash, uint32_t max_parallelism);
/* The group of a key as row_key() gives it. */
uint32_t key_group_of_key(enum weir_type type, struct span key, uint32_t max_parallelism);
uint32_t key_group_subtask(uint32_t group, uint32_t parallelism, uint32_t max_parallelism);

/* More subtasks than key groups would leave some without any: refused. */
static inline bool parallelism_is_legal(uint32_t parallelism, uint32_t max_parallelism)
{
    return parallelism >= 1 && parallelism <= max_parallelism &&
           max_parallelism <= MAX_PARALLELISM_LIMIT;
}

struct key_range {
    uint32_t first, last; /* inclusive */
};
struct key_range key_group_range(uint32_t subtask, uint32_t parallelism, uint32_t max_parallelism);
uint32_t default_max_parallelism(uint32_t parallelism); /* >= 1 */

#endif
