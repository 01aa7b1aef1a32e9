/* hash.h -- a fast hash for tables, and CRC32C for what is written down.
 *
 * hash_bytes() is the same on every machine and in every build: hashes are
 * part of what a run may show.
 */
#ifndef CORE_BASE_HASH_H
#define CORE_BASE_HASH_H

#include "base/bytes.h"

uint64_t hash_bytes(const void *p, size_t bytes);
uint64_t hash_mix(uint64_t hash, uint64_t value);           /* fold one more word in */
uint32_t crc32c(uint32_t crc, const void *p, size_t bytes); /* start with 0; Castagnoli */

#endif
