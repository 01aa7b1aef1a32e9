/* async_queue.h -- rows that wait for an answer, and the watermarks among them.
 *
 *   ordered     the oldest leaves, when it is done
 *   unordered   of the elements before the first watermark, the one that was done first leaves
 *
 *   A1  a watermark is done; it leaves when it is the oldest, so nothing overtakes it either way
 *   A2  what is put comes out once
 *
 * Flink    OrderedStreamElementQueue, UnorderedStreamElementQueue (whose segments between
 *          watermarks are here what lies before the first watermark).
 */
#ifndef CORE_OPERATORS_ASYNC_QUEUE_H
#define CORE_OPERATORS_ASYNC_QUEUE_H

#include "data/element.h"
#include "base/bytes.h"
#include "weir.h"

struct waiting {             /* one element; owned by the queue until it is taken */
    struct element *element; /* a row with its image, or a watermark */
    uint64_t number;         /* of the question that is asked; 0: none */
    uint64_t done;           /* 1, 2, ...: in this order they were; 0: it is not */
    uint32_t attempts;       /* how often it was asked */
    bool is_timed_out;
    struct span found;            /* the answer; empty: none */
    int64_t timeout_us, retry_us; /* INT64_MAX: never */
};

struct async_queue {       /* zero-initialised: ordered, empty */
    struct waiting **item; /* oldest first */
    uint32_t count, room;
    uint64_t dones;
    bool is_unordered;
};

struct waiting *async_queue_put(struct async_queue *q, const struct element *head,
                                const uint64_t *image);
void async_queue_set_done(struct async_queue *q, struct waiting *w);
/* What leaves next, NULL: nothing can.  It is the caller's, who frees it. */
struct waiting *async_queue_take(struct async_queue *q);
bool async_queue_may_take(const struct async_queue *q);
void waiting_free(struct waiting *w);
void async_queue_done(struct async_queue *q);

#endif
