/* operator.h -- what every operator can do, and how it sends on.
 *
 * One const table per kind of operator.  Config and constants are the plan's,
 * read-only and shared; struct operator is one attempt's state.  The task calls
 * the slots, never two at once, in this order: open, (restore)?, then any of
 * the rest, then close (once, also after a failed open).
 *
 * Emission never fails and never blocks: the task asks for room in every
 * outbox of the chain before each call; a call emits a bounded number of rows;
 * whoever owes more returns PROGRESS_MORE, and then nothing but `resume` is
 * called on it until it is PROGRESS_DONE (what is sent to it meanwhile is held
 * back, in order).
 *
 * Nobody allocates or reads a clock per record.
 *
 * Flink    StreamOperator, Output, OperatorChain.
 */
#ifndef CORE_RUNTIME_OPERATOR_H
#define CORE_RUNTIME_OPERATOR_H

#include "base/err.h"
#include "base/fs.h"
#include "base/lines.h"
#include "graph/job_graph.h"
#include "runtime/outbox.h"
#include "state/snapshot.h"
#include "trace/counters.h"
#include "trace/trace.h"
#include "weir.h"
#include "wire/actions.h"

struct operator;
enum { OPERATOR_LOG_MAX = 65536 };

enum progress {
    PROGRESS_DONE, /* nothing owed */
    PROGRESS_MORE, /* call resume again, with room */
    PROGRESS_WAIT, /* nothing at the moment: a source; or who owes, until its deadline_us */
    PROGRESS_END   /* a source: there will be no more rows */
};

struct operator_class {
    const char *name; /* stable: it travels in the graph */
    uint32_t bytes;   /* of the struct that starts with struct operator */

    int (*open)(struct operator* op, struct diag *why);
    void (*on_row)(struct operator* op, const struct weir_row *row);
    /* [opt] A row of the second input.  Who has one is a chain's head, is never called while it
     * owes, and has no peek; the watermarks it gets are those of both inputs combined (gate.h). */
    void (*on_row_2)(struct operator* op, const struct weir_row *row);
    /* [opt] Event time moved.  NULL: pass on.  DONE: the task passes `ms` on at once; MORE: it
     * does after resume is DONE.  `*pass` may be set to false: swallowed (timestamps operator). */
    enum progress (*on_watermark)(struct operator* op, int64_t ms, bool *pass);
    bool (*on_status)(struct operator* op, bool active); /* [opt] pass on; false: swallowed */
    /* Owed work, one portion: a timer, a pane's key; for a source: its next row, and more of them
     * while operator_goes_on(). */
    enum progress (*resume)(struct operator* op);
    /* [opt] A hint, never needed: this row comes soon.  Fetch what it touches, change nothing.
     * False: it is not worth its while, do not ask about those behind it. */
    bool (*peek)(struct operator* op, const struct weir_row *row);
    void (*on_time)(struct operator* op, int64_t now_us); /* [opt] deadline_us has come */
    void (*finish)(struct operator* op);                  /* [opt] end of data, after WEIR_END */
    void (*snapshot)(struct operator* op, uint32_t checkpoint,
                     struct snapshot_out *out);                                          /* [opt] */
    int (*restore)(struct operator* op, const struct snapshot_in *in, struct diag *why); /* [opt] */
    void (*on_checkpoint)(struct operator* op, uint32_t checkpoint);    /* [opt] complete */
    void (*on_done)(struct operator* op, uint64_t request, int result); /* [opt] */
    void (*describe)(const struct operator* op, struct bytes *out); /* [opt] a few short facts */
    void (*close)(struct operator* op);                             /* [opt] */
};

/* What a task lends its operators; outlives them. */
struct task_context {
    const struct job_graph *graph;
    const struct vertex *vertex;
    const struct options *options;
    struct fs *data;           /* inputs: read only */
    const struct lines *lines; /* inputs that come when they come; NULL: there are none here */
    struct fs *output;         /* outputs: list and view only; writes are requests */
    struct trace *trace;
    struct counters *counters;
    uint32_t task, subtask, attempt, actor;
    int64_t now_us;          /* of this step; at first when it was built */
    struct diag failure;     /* set by operator_fail(); the task fails after the call */
    struct actions requests; /* collected by operator_request() */
    uint64_t next_request;
    uint32_t snapshotting; /* the checkpoint whose snapshot slots are running, or 0 */
    uint32_t owing;        /* operators of the chain that owe */
    uint32_t restored;     /* the checkpoint this attempt began from, or 0 */
    struct bytes log;      /* what functions said by weir_log(), OPERATOR_LOG_MAX at most */
    /* During restore, if an operator unites state: the snapshots of all subtasks, else NULL. */
    const struct snapshot_in *parts;
    uint32_t budget; /* rows and other portions that this step may still do */
    bool disturbed;  /* something else may be due before the next row: an operator owes, asked or
                      * failed, wants to be called now, or an outbox has less room */
    bool has_checkpoints; /* false: commit at finish, nobody will say complete */
    bool is_batch;        /* keys come one by one, each to its end of time (sorted_input.h) */
};

struct target {
    struct operator* op; /* chained, or NULL */
    struct outbox *outbox;
};
struct output {
    uint32_t count;
    struct target *target;
};

struct operator
{ /* first member of every operator */
    const struct operator_class *class;
    struct task_context *task;
    const struct node *node;
    struct output output[OUTPUT_TAGS];
    int64_t watermark_ms; /* the last that reached it; INT64_MIN */
    int64_t deadline_us;  /* when on_time wants to be called; INT64_MAX never */
    int64_t cost_us;      /* virtual, a row */
    uint32_t index;       /* in the chain */
    bool owes;            /* it has more to do, by `more` or by resume */
    bool resumes;         /* its last answer was MORE */
    bool pass_when_done;  /* pass watermark_ms on after that */
    enum progress (*more)(struct operator* op); /* what operator_owe() left, or NULL */
    bool idle;                                  /* status of its input */
    struct bytes held;                          /* elements that came while it owed */
};

/* What the task calls; they keep the rules above (owes, held, passing on). */
void operator_hold_row(struct operator* op, const struct weir_row *row); /* op->owes */
static inline void operator_row(struct operator* op, const struct weir_row *row)
{
    if (__builtin_expect(op->owes, 0))
        operator_hold_row(op, row);
    else
        op->class->on_row(op, row);
}
/* A source's resume may go on to its next row; else it returns MORE, and is called again if nothing
 * else is due. */
static inline bool operator_goes_on(struct operator* op)
{
    if (op->task->disturbed || op->task->budget <= 1)
        return false;
    op->task->budget--;
    return true;
}
/* on_time is wanted at `us`; INT64_MAX: never. */
static inline void operator_wake_at(struct operator* op, int64_t us)
{
    op->deadline_us = us;
    if (us <= op->task->now_us)
        op->task->disturbed = true;
}
void operator_watermark(struct operator* op, int64_t ms);
/* In batch: the end of time for the key at hand alone; what it owes is resumed, nothing passed on.
 * The next row finds the watermark where it was before the first. */
void operator_end_key(struct operator* op);
void operator_status(struct operator* op, bool active);
enum progress operator_resume(struct operator* op); /* op->owes */

/* In on_row, on_time or resume: more rows come of this call than it may emit at once.  `more` emits
 * them, a portion a call, before anything else is called on `op`, until it is DONE. */
void operator_owe(struct operator* op, enum progress (*more)(struct operator* op));

static inline void target_row(const struct target *t, const struct weir_row *row)
{
    if (t->op)
        operator_row(t->op, row);
    else
        outbox_row(t->outbox, row);
}
void operator_emit_to_all(const struct output *out, const struct weir_row *row);
/* Send on.  `tag` as in dataflow.h.  The row is borrowed.  The hot path of a chain: one target is
 * usual, and the call of it is a jump. */
static inline void operator_emit(struct operator* op, uint32_t tag, const struct weir_row *row)
{
    const struct output *out = &op->output[tag];

    if (__builtin_expect(out->count == 1, 1))
        target_row(out->target, row);
    else
        operator_emit_to_all(out, row);
}
void operator_emit_watermark(struct operator* op, int64_t ms); /* to every tag */
void operator_emit_status(struct operator* op, bool active);
/* Fail the task with a message (the first one stays). */
void operator_fail(struct operator* op, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Ask the host for something slow.  ACTION_WRITE or ACTION_RENAME; fill path, to, body.  The
 * result comes to on_done under the returned action's `request`.  A checkpoint is acknowledged
 * only after every request made in `snapshot` is done. */
struct action *operator_request(struct operator* op, enum action_kind kind);
/* Begin a block of the snapshot under this operator's uid; find it again. */
struct bytes *operator_block(const struct operator* op, struct snapshot_out *out, const char *name,
                             uint32_t version);
int operator_block_find(const struct operator* op, const struct snapshot_in *in, const char *name,
                        struct reader *body);

#endif
