/* timerq.h -- timers of one keyed operator, by one of its two clocks.
 *
 *   T1  a timer is (time, key): set twice it is one timer; deleting an absent one is nothing
 *   T2  timers come out in order of time; ties in order of (key group, key bytes), so that a
 *       restored queue fires as the lost one would have
 *   T3  the queue does not fire: the task takes the head while it is due, one at a time, and a
 *       timer set for the past waits for the next advance of the watermark
 *   T4  a snapshot is all timers in that order; the watermark is not part of it
 *   T5  a quiet queue sets nothing: in batch, what fires at the end of a key has no later
 *
 * A binary heap of timers, and a map from identity to timer beside it: set, delete and pop
 * cost O(log n).
 *
 * Flink    InternalTimerServiceImpl, HeapPriorityQueueSet; ties are unspecified there.
 */
#ifndef CORE_TIME_TIMERQ_H
#define CORE_TIME_TIMERQ_H

#include "base/bytes.h"

struct timerq;

struct timer {
    int64_t event_ms;
    uint32_t key_group;
    uint32_t place; /* in the heap */
    uint32_t key_bytes;
    uint8_t key[];
};

struct timerq *timerq_new(void);
void timerq_free(struct timerq *q); /* NULL is fine */
uint32_t timerq_count(const struct timerq *q);
bool timerq_set(struct timerq *q, int64_t event_ms, uint32_t key_group, struct span key);
bool timerq_delete(struct timerq *q, int64_t event_ms, struct span key); /* false: was not there */
const struct timer *timerq_head(const struct timerq *q);                 /* NULL: empty */
struct timer *timerq_pop(struct timerq *q); /* caller frees with timer_free() */
void timer_free(struct timer *t);
/* From now on, or no more, nothing can be set: T5. */
void timerq_quiesce(struct timerq *q, bool is_quiet);
/* Of a queue by the wall clock: when its head is due, in us; INT64_MAX: never. */
int64_t timerq_deadline_us(const struct timerq *q);
void timerq_snapshot(const struct timerq *q, struct bytes *out);
bool timerq_restore(struct timerq *q, struct reader *r); /* false: malformed */

#endif
