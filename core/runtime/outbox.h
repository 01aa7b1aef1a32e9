/* outbox.h -- the sending half of one edge of one subtask: rows in, parcels out.
 *
 * One sub-partition a consumer: an open segment, a queue of what is finished,
 * and the consumer's credit.
 *
 *   O1  nothing is dropped: what does not fit waits, and has_room() says no before the next row
 *   O2  order is kept: an event closes the open segment first and stands behind it
 *   O3  a segment leaves only for a credit; events leave without
 *   O4  behind an aligned barrier nothing leaves until the consumer says RESUME
 *
 * Flink    BufferWritingResultPartition, PipelinedSubpartition; here a segment is finished when
 *          it is full, when `weir.buffer.elements` are in it, or by outbox_flush().
 */
#ifndef CORE_RUNTIME_OUTBOX_H
#define CORE_RUNTIME_OUTBOX_H

#include "graph/job_graph.h"
#include "runtime/parcel_queue.h"
#include "graph/partitioner.h"
#include "trace/counters.h"
#include "trace/trace.h"

struct outbox;

struct outbox_spec {
    const struct job_graph *graph;
    const struct job_edge *edge;
    uint32_t subtask, attempt, actor;
    struct buffer_pool *pool;
    struct trace *trace;
    struct counters *counters;
    uint32_t elements_max; /* in a segment; 0: by size */
    uint32_t queue_max;    /* segments a sub-partition may queue */
    uint32_t credit;       /* each consumer's at first */
    uint64_t drawn;        /* for the partitioner */
    struct diag *failure;  /* the task's: set by a user's function that answers wrongly */
    bool *disturbed;       /* set whenever has_room() may have changed to no; NULL: nobody asks */
};

struct subpartition {
    struct segment *open;
    struct parcel_queue queue;
    uint32_t credit;
    bool blocked; /* O4 */
    struct channel_id channel;
};

struct outbox *outbox_new(const struct outbox_spec *spec);
void outbox_free(struct outbox *o); /* NULL is fine */
bool outbox_has_room(const struct outbox *o);
void outbox_row(struct outbox *o, const struct weir_row *row);
void outbox_element(struct outbox *o, uint8_t type, int64_t ms); /* watermark or status: to all */
void outbox_event(struct outbox *o, enum parcel_kind kind, uint32_t checkpoint, int64_t created_ms);
void outbox_barrier(struct outbox *o, uint32_t checkpoint, enum snapshot_kind snapshot,
                    int64_t created_ms); /* to all */
void outbox_flush(struct outbox *o);
bool outbox_has_unflushed(const struct outbox *o);
bool outbox_take(struct outbox *o, struct parcel *out); /* false: nothing may leave */
/* CREDIT or RESUME from a consumer; false: not of this outbox. */
bool outbox_on_parcel(struct outbox *o, const struct parcel *p);

uint32_t outbox_subpartitions(const struct outbox *o);
const struct subpartition *outbox_subpartition(const struct outbox *o, uint32_t i);

#endif
