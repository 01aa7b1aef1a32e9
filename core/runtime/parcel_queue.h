/* parcel_queue.h -- a growing ring of parcels, in order.  Pushed and popped by value: what is
 * pushed is owned by the queue, what is popped by the caller. */
#ifndef CORE_RUNTIME_PARCEL_QUEUE_H
#define CORE_RUNTIME_PARCEL_QUEUE_H

#include "runtime/parcel.h"

struct parcel_queue { /* zero-initialised is empty */
    struct parcel *ring;
    uint32_t room, head, count; /* room is a power of two */
    uint32_t segments;          /* data parcels among them */
};

void parcel_queue_push(struct parcel_queue *q, struct parcel p);
struct parcel parcel_queue_pop(struct parcel_queue *q); /* count > 0 */
static inline struct parcel *parcel_queue_at(const struct parcel_queue *q, uint32_t i)
{
    return &q->ring[(q->head + i) & (q->room - 1)];
}
void parcel_queue_done(struct parcel_queue *q); /* gives segments back */

#endif
