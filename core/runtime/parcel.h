/* parcel.h -- what passes on a channel, both ways, and the segment that carries rows.
 *
 * Downstream: segments of elements, and events beside them (barriers, cancel
 * markers, ends).  Segments cost credit, events do not.  Upstream: credit, and
 * "go on" behind an aligned barrier.  `local` hands the pointer over,
 * `cluster` will send the bytes, `sim` may delay, cut or reset the link.
 */
#ifndef CORE_RUNTIME_PARCEL_H
#define CORE_RUNTIME_PARCEL_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/message.h"

#include "graph/job_graph.h"

struct buffer_pool;

struct segment { /* acquired from a pool, given back by segment_release() */
    struct buffer_pool *pool;
    struct segment *next;
    uint32_t room;     /* bytes of data[] */
    uint32_t bytes;    /* written */
    uint32_t elements; /* written */
    uint32_t read;     /* consumed by the receiver, bytes */
    uint32_t ahead;    /* looked at by it beforehand, bytes; counts if it is more */
    uint64_t data[];   /* struct element, one after the other */
};

enum parcel_kind {
    PARCEL_DATA,           /* segment */
    PARCEL_BARRIER,        /* checkpoint, created_ms, snapshot */
    PARCEL_CANCEL,         /* checkpoint */
    PARCEL_END_OF_DATA,    /* no rows follow; barriers still may */
    PARCEL_END_OF_CHANNEL, /* nothing follows (Flink: end of partition) */
    PARCEL_CREDIT,         /* upstream: `credit` more segments may come */
    PARCEL_RESUME          /* upstream: the barrier is aligned, go on */
};

/* A channel is (edge, producing subtask, consuming subtask) of one attempt. */
struct channel_id {
    uint32_t edge, from, to, attempt;
};

struct parcel {
    enum parcel_kind kind;
    struct channel_id channel;
    struct segment *segment; /* owned by the parcel */
    uint32_t checkpoint, credit;
    int64_t created_ms;
    enum snapshot_kind snapshot; /* BARRIER */
};

static inline bool parcel_is_upstream(enum parcel_kind k)
{
    return k >= PARCEL_CREDIT;
}

/* The number of the task that it is for: the consumer's, or upstream the producer's. */
static inline uint32_t parcel_receiver(const struct job_graph *g, const struct parcel *p)
{
    const struct job_edge *e = &g->edge[p->channel.edge];
    bool up = parcel_is_upstream(p->kind);

    return g->vertex[up ? e->from : e->to].first_task + (up ? p->channel.from : p->channel.to);
}

#endif
