#include "runtime/inbox.h"

#include <stddef.h>

#include "runtime/buffer_pool.h"

void inbox_init(struct inbox *in, struct channel_id channel, uint32_t capacity)
{
    *in = (struct inbox){.channel = channel, .capacity = capacity};
}

static void release_spent(struct inbox *in)
{
    if (in->spent == NULL)
        return;
    segment_release(in->spent);
    in->spent = NULL;
    in->unannounced++;
}

void inbox_done(struct inbox *in)
{
    release_spent(in);
    parcel_queue_done(&in->queue);
}

void inbox_push(struct inbox *in, struct parcel p)
{
    parcel_queue_push(&in->queue, p);
}

const struct element *inbox_peek(const struct inbox *in, const struct parcel **event)
{
    const struct parcel *head;

    *event = NULL;
    if (in->queue.count == 0)
        return NULL;
    head = parcel_queue_at(&in->queue, 0);
    if (head->kind == PARCEL_DATA)
        return (const struct element *)((const uint8_t *)head->segment->data + head->segment->read);
    *event = head;
    return NULL;
}

bool inbox_pop(struct inbox *in)
{
    struct parcel *head = parcel_queue_at(&in->queue, 0);
    const struct parcel *event;

    release_spent(in);
    if (head->kind != PARCEL_DATA) {
        parcel_queue_pop(&in->queue);
        return true;
    }
    head->segment->read += inbox_peek(in, &event)->bytes;
    if (head->segment->read < head->segment->bytes)
        return false;
    in->spent = parcel_queue_pop(&in->queue).segment;
    return true;
}

bool inbox_take(struct inbox *in, struct parcel *out)
{
    release_spent(in);
    if (in->resume) {
        in->resume = false;
        *out = (struct parcel){.kind = PARCEL_RESUME, .channel = in->channel};
        return true;
    }
    if (in->unannounced == 0)
        return false;
    *out = (struct parcel){
        .kind = PARCEL_CREDIT, .channel = in->channel, .credit = in->unannounced};
    in->unannounced = 0;
    return true;
}
