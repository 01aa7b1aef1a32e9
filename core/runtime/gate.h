/* gate.h -- all input channels of a task: who is next, one clock, one cut.
 *
 * Channels take turns, a segment each; a channel shut by the aligner is passed
 * over.  Watermarks go through the valve of their input, barriers through the
 * aligner, and what they decide comes out in order, as items among the rows.
 *
 * A union is one input over the channels of several edges: one valve over them
 * all.  An operator with two inputs has two valves, whose clocks are combined
 * into one, and one aligner.
 *
 *   G1  nothing is taken from a shut channel (I12)
 *   G2  after end of data on every channel END_OF_DATA comes out once; barriers may follow
 *   G3  the channels of the first input come before those of the second
 *
 * Flink    InputGate (UnionInputGate), CheckpointedInputGate, StreamTaskNetworkInput,
 *          StreamTwoInputProcessorFactory.
 */
#ifndef CORE_RUNTIME_GATE_H
#define CORE_RUNTIME_GATE_H

#include "checkpoint/aligner.h"
#include "graph/job_graph.h"
#include "runtime/inbox.h"
#include "time/combined.h"
#include "time/valve.h"
#include "trace/trace.h"

struct sorted_input;

struct gate {
    uint32_t channels;
    uint32_t firsts; /* channels of the first input: G3 */
    struct inbox *inbox;
    struct valve *valve[COMBINED_INPUTS]; /* of each input */
    struct combined clock;                /* of both */
    struct aligner *aligner;
    struct sorted_input *sorted; /* in batch, before a keyed operator; else NULL */
    struct trace *trace;
    uint32_t actor, attempt;
    uint32_t turn;        /* channel asked first */
    uint32_t action_next; /* decisions of the aligner not handed out yet */
    unsigned valve_out;   /* decisions of the valve that `taking` belongs to, not combined yet */
    unsigned clock_out;   /* those of the clock, not handed out yet */
    uint32_t ended;       /* channels whose data has ended */
    uint32_t taking;      /* channel the last item came from */
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
    GATE_KEY_OVER,    /* in batch: no row of the last row's key follows (sorted_input.h) */
    GATE_NOTHING      /* something was taken that makes nothing come out */
};
struct gate_item {
    enum gate_kind kind;
    struct weir_row row;
    bool second; /* the row is of the second input, as all that gate_next_row() gives behind it */
    bool is_sorted; /* the row is one of its key, in batch: nothing has been promised */
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
static inline bool gate_next_row(struct gate *g, struct weir_row *row)
{
    const struct element *e = g->sorted ? NULL : inbox_next_row(&g->inbox[g->turn]);

    if (e == NULL)
        return false;
    *row = element_row(e);
    trace_note(g->trace, EVENT_RECORD, g->actor, g->attempt, 0, g->turn, e->event_ms,
               (int64_t)e->origin);
    return true;
}
/* A row that will come soon from where the last one came; false: none to tell of. */
static inline bool gate_ahead(struct gate *g, struct weir_row *row)
{
    const struct element *e = g->sorted ? NULL : inbox_ahead(&g->inbox[g->taking]);

    while (e && e->type != ELEMENT_ROW)
        e = inbox_ahead(&g->inbox[g->taking]);
    if (e)
        *row = element_row(e);
    return e != NULL;
}
bool gate_on_parcel(struct gate *g, struct parcel *p); /* false: no such channel */
bool gate_take(struct gate *g, struct parcel *out);    /* credit and resumes to send */

static inline int64_t gate_now(const struct gate *g) /* the watermark of all inputs */
{
    return g->valve[1] ? g->clock.now_ms : valve_now(g->valve[0]);
}
static inline const struct valve_channel *gate_channel(const struct gate *g, uint32_t c)
{
    return c < g->firsts ? &g->valve[0]->channel[c] : &g->valve[1]->channel[c - g->firsts];
}

#endif
