/* chain.h -- the operators of one task and where their outputs go.
 *
 * Built from the plan (vertex, its links and edges): operators in program
 * order, the head first; a target of an output is an operator of the chain (a
 * call) or an outbox.
 *
 * Order, as Flink's OperatorChain has it: open, snapshot, restore, completion
 * and close go from the tail to the head; finish from the head to the tail.
 */
#ifndef CORE_RUNTIME_CHAIN_H
#define CORE_RUNTIME_CHAIN_H

#include "runtime/buffer_pool.h"
#include "runtime/operator.h"
#include "runtime/outbox.h"

typedef const struct operator_class *operator_find(const char *name);

struct chain {
    struct task_context *context;
    uint32_t operators, outboxes, opened;
    struct operator** op;
    uint32_t timed;         /* operators 0 .. timed - 1 contain all that have on_time */
    struct outbox **outbox; /* in the order of vertex.out_edge */
    struct target *targets; /* all outputs' targets in one array */
    int64_t cost_us;        /* virtual, of one row through all of it */
};

/* Make and wire; nothing is opened yet.  An unknown class is ERR_MISMATCH. */
int chain_build(struct chain *c, struct task_context *context, operator_find *find,
                struct buffer_pool *pool, struct diag *why);
void chain_free(struct chain *c); /* closes what was opened */
/* Open tail to head; restore from `in` unless it is NULL.  `parts`: the snapshots of all subtasks,
 * for an operator that unites state; NULL if there is none. */
int chain_open(struct chain *c, const struct snapshot_in *in, const struct bytes *parts,
               struct diag *why);
void chain_finish(struct chain *c);
void chain_snapshot(struct chain *c, uint32_t checkpoint, struct snapshot_out *out);
void chain_on_checkpoint(struct chain *c, uint32_t checkpoint);
/* One portion of the operator that owes, nearest the tail, and does not wait; WAIT: all do. */
enum progress chain_resume(struct chain *c);

bool chain_has_room(const struct chain *c);
void chain_event(struct chain *c, enum parcel_kind kind, uint32_t checkpoint, int64_t created_ms);
void chain_barrier(struct chain *c, uint32_t checkpoint, enum snapshot_kind snapshot,
                   int64_t created_ms);
void chain_flush(struct chain *c);
bool chain_has_unflushed(const struct chain *c);
static inline int64_t chain_deadline_us(const struct chain *c)
{
    int64_t least = INT64_MAX;

    for (uint32_t i = 0; i < c->timed; i++)
        if (c->op[i]->deadline_us < least)
            least = c->op[i]->deadline_us;
    return least;
}
void chain_on_time(struct chain *c, int64_t now_us);

#endif
