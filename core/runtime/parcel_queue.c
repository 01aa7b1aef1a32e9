#include "runtime/parcel_queue.h"

#include <assert.h>

#include "base/mem.h"
#include "runtime/buffer_pool.h"

static void grow(struct parcel_queue *q)
{
    uint32_t room = q->room ? 2 * q->room : 8;
    struct parcel *ring = mem_alloc(room * sizeof *ring);

    for (uint32_t i = 0; i < q->count; i++)
        ring[i] = *parcel_queue_at(q, i);
    mem_free(q->ring);
    q->ring = ring;
    q->room = room;
    q->head = 0;
}

void parcel_queue_push(struct parcel_queue *q, struct parcel p)
{
    if (q->count == q->room)
        grow(q);
    q->count++;
    *parcel_queue_at(q, q->count - 1) = p;
    q->segments += p.kind == PARCEL_DATA;
}

struct parcel parcel_queue_pop(struct parcel_queue *q)
{
    struct parcel p = *parcel_queue_at(q, 0);

    assert(q->count > 0);
    q->head = (q->head + 1) & (q->room - 1);
    q->count--;
    q->segments -= p.kind == PARCEL_DATA;
    return p;
}

void parcel_queue_done(struct parcel_queue *q)
{
    while (q->count) {
        struct parcel p = parcel_queue_pop(q);

        if (p.segment)
            segment_release(p.segment);
    }
    mem_free(q->ring);
    *q = (struct parcel_queue){0};
}
