/* gate.h -- all input channels of a task: who is next, one clock, one cut.
 *
 * Channels take turns, a segment each; a channel shut by the aligner is passed
 * over.  Watermarks go through the valve, barriers through the aligner, and
 * what they decide comes out in order, as items among the rows.
 *
 * A union is one gate over the channels of several edges: one valve and one
 * aligner over them all.
 *
 *   G1  nothing is taken from a shut channel (I12)
 *   G2  after end of data on every channel END_OF_DATA comes out once; barriers may follow
 *
 * Flink    InputGate (UnionInputGate), CheckpointedInputGate, StreamTaskNetworkInput.
 */
#ifndef CORE_RUNTIME_GATE_H
#define CORE_RUNTIME_GATE_H

#include "checkpoint/aligner.h"
#include "graph/job_graph.h"
#include "runtime/inbox.h"
#include "time/valve.h"
#include "trace/trace.h"

struct gate {
    uint32_t channels;
    struct inbox *inbox;
    struct valve *valve;
    struct aligner *aligner;
    struct trace *trace;
    uint32_t actor, attempt;
    uint32_t turn;               /* channel asked first */
    uint32_t action_next;        /* decisions of the aligner not handed out yet */
    unsigned valve_out;          /* decisions of the valve not handed out yet */
    uint32_t ended;              /* channels whose data has ended */
    uint32_t taking;             /* channel the last item came from */
    enum snapshot_kind snapshot; /* of the newest barrier */
};

enum gate_kind {
    GATE_EMPTY,       /* nothing that may be taken */
    GATE_ROW,         /* row; its element is valid until the next gate_next() */
    GATE_WATERMARK,   /* watermark_ms */
    GATE_STATUS,      /* active */
    GATE_CHECKPOINT,  /* checkpoint, created_ms, snapshot */
    GATE_ABORT,       /* checkpoint, reason */
    GATE_END_OF_DATA, /* of all channels */
    GATE_NOTHING      /* something was taken that makes nothing come out */
};
struct gate_item {
    enum gate_kind kind;
    struct weir_row row;
    int64_t watermark_ms, created_ms;
    bool active;
    uint32_t checkpoint;
    enum align_reason reason;
    enum snapshot_kind snapshot;
};

/* For subtask `subtask` of the vertex; NULL if it has no inputs (a source). */
struct gate *gate_new(const struct job_graph *g, const struct vertex *v, uint32_t subtask,
                      uint32_t attempt, uint32_t capacity);
void gate_free(struct gate *g); /* NULL is fine */
void gate_next(struct gate *g, int64_t now_us, struct gate_item *item);
/* Behind a GATE_ROW: the next row if it lies in the same segment, as gate_next() would give it. */
bool gate_next_row(struct gate *g, struct weir_row *row);
/* A row that will come soon from where the last one came; false: none to tell of. */
bool gate_ahead(struct gate *g, struct weir_row *row);
bool gate_on_parcel(struct gate *g, struct parcel *p); /* false: no such channel */
bool gate_take(struct gate *g, struct parcel *out);    /* credit and resumes to send */

#endif
