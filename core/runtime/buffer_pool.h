/* buffer_pool.h -- segments from a budget: when it is used up, that is backpressure.
 *
 *   B1  free + acquired = made, always; released twice is an assert
 *   B2  `budget` segments may be out; a row in progress may go over it (overdraft), which is
 *       counted, and the pool says "not available" until it is back below
 *   B3  an oversize element gets a segment of its own size, not kept for reuse
 *   B4  a pool that is freed while others still hold its segments ends with the last of them
 *
 * One owner acquires; whoever holds a segment may release it, from any thread: it goes onto a list
 * that the owner takes as a whole when its own is empty (so no ABA), without a lock.
 *
 * Flink    LocalBufferPool (overdraft buffers: FLINK-26762).
 */
#ifndef CORE_RUNTIME_BUFFER_POOL_H
#define CORE_RUNTIME_BUFFER_POOL_H

#include "runtime/parcel.h"

struct buffer_pool;

struct buffer_pool *buffer_pool_new(uint32_t segment_bytes, uint32_t budget);
void buffer_pool_free(struct buffer_pool *p); /* B4; NULL is fine */
bool buffer_pool_is_available(const struct buffer_pool *p);
/* Never NULL: the task asks for availability first, a row in progress takes overdraft. */
struct segment *buffer_pool_acquire(struct buffer_pool *p, uint32_t bytes_needed);
void segment_release(struct segment *s);
uint32_t buffer_pool_out(const struct buffer_pool *p);
uint32_t buffer_pool_overdraft_max(const struct buffer_pool *p); /* most ever over the budget */

#endif
