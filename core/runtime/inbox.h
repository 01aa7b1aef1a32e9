/* inbox.h -- the receiving half of one channel: parcels in, elements and events out.
 *
 * A data segment takes one of the channel's buffers until its last element is
 * consumed; then the buffer is credit again and is announced to the sender.
 *
 *   N1  queued segments never exceed `capacity`: the sender had the credit for each (I33; the
 *       simulator looks after every step)
 *   N2  capacity = sender's credit + on the way + queued here + not announced yet (I31)
 *
 * Flink    RemoteInputChannel.  We differ: no floating buffers shared by a gate; a channel's
 *          credit is its own `buffers-per-channel`.
 */
#ifndef CORE_RUNTIME_INBOX_H
#define CORE_RUNTIME_INBOX_H

#include <stddef.h>

#include "data/element.h"
#include "runtime/parcel_queue.h"

enum { INBOX_AHEAD = 1024 };

struct inbox {
    struct channel_id channel;
    uint32_t capacity;
    uint32_t unannounced; /* credit to give back */
    bool resume;          /* RESUME to send */
    bool end_of_data, end_of_channel;
    struct parcel_queue queue;
    struct segment *spent; /* consumed, but its last row may still be looked at */
};

void inbox_init(struct inbox *in, struct channel_id channel, uint32_t capacity);
void inbox_done(struct inbox *in);
void inbox_push(struct inbox *in, struct parcel p);
/* The head: an element of a segment, or an event (then *event); both NULL: empty. */
const struct element *inbox_peek(const struct inbox *in, const struct parcel **event);
/* Take the head if it is a row of a segment that is being read and not its last: the short way of
 * peek and pop; else NULL and nothing is taken. */
static inline const struct element *inbox_next_row(struct inbox *in)
{
    struct segment *s = in->queue.count ? parcel_queue_at(&in->queue, 0)->segment : NULL;
    const struct element *e;

    if (s == NULL || s->read == 0) /* an event, or `spent` has not been released yet */
        return NULL;
    e = (const struct element *)((const uint8_t *)s->data + s->read);
    if (e->type != ELEMENT_ROW || s->read + e->bytes == s->bytes)
        return NULL;
    s->read += e->bytes;
    return e;
}
/* An element behind the head that was not looked at yet, at most INBOX_AHEAD bytes on; or NULL. */
static inline const struct element *inbox_ahead(struct inbox *in)
{
    struct segment *s = in->queue.count ? parcel_queue_at(&in->queue, 0)->segment : NULL;
    const struct element *e;

    if (s == NULL)
        return NULL;
    if (s->ahead < s->read)
        s->ahead = s->read;
    if (s->ahead == s->bytes || s->ahead >= s->read + INBOX_AHEAD)
        return NULL;
    e = (const struct element *)((const uint8_t *)s->data + s->ahead);
    s->ahead += e->bytes;
    return e;
}
/* Drop the head.  An element's bytes stay valid until the next call on this inbox.
 * True if a segment was finished by it (or an event was taken). */
bool inbox_pop(struct inbox *in);
/* A CREDIT or RESUME to send.  Ends what inbox_pop() left valid. */
bool inbox_take(struct inbox *in, struct parcel *out);

#endif
