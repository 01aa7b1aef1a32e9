#include "runtime/chain.h"

#include <assert.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/mem.h"

static struct outbox *make_outbox(const struct chain *c, const struct job_edge *e,
                                  struct buffer_pool *pool)
{
    const struct task_context *t = c->context;
    struct outbox_spec spec = {
        .graph = t->graph,
        .edge = e,
        .subtask = t->subtask,
        .attempt = t->attempt,
        .actor = t->actor,
        .pool = pool,
        .trace = t->trace,
        .counters = t->counters,
        .failure = &c->context->failure,
        .disturbed = &c->context->disturbed,
        .elements_max = (uint32_t)option_number(t->options, OPTION_BUFFER_ELEMENTS),
        .queue_max = (uint32_t)option_number(t->options, OPTION_SUBPARTITION_BUFFERS),
        .credit = (uint32_t)option_number(t->options, OPTION_CHANNEL_BUFFERS),
        .drawn = hash_mix(hash_mix(t->graph->hash, e->id), t->subtask),
    };

    return outbox_new(&spec);
}

static struct operator*
    make_operator(const struct chain *c, uint32_t i, operator_find *find, struct diag *why)
{
    const struct node *n = c->context->vertex->node[i];
    const struct operator_class *class = find(n->class_name);
    struct operator* op;

    if (class == NULL) {
        diag_set(why, ERR_MISMATCH, "operator '%s': no class '%s' in this weir", n->name,
                 n->class_name);
        return NULL;
    }
    op = mem_alloc(class->bytes);
    op->class = class;
    op->task = c->context;
    op->node = n;
    op->index = i;
    op->watermark_ms = INT64_MIN;
    op->deadline_us = INT64_MAX;
    op->cost_us = option_cost_us(c->context->options, n->uid);
    return op;
}

/* The head pays the default for each row; the others only what was set for them by name. */
static int64_t chain_cost(const struct chain *c)
{
    int64_t usual = option_number(c->context->options, OPTION_SIM_COST), cost = 0;

    for (uint32_t i = 0; i < c->operators; i++)
        if (i == 0 || c->op[i]->cost_us != usual)
            cost += c->op[i]->cost_us;
    return cost;
}

static struct target target_of(const struct chain *c, const struct chain_link *l)
{
    const struct vertex *v = c->context->vertex;

    if (l->chained)
        return (struct target){.op = c->op[l->to]};
    for (uint32_t i = 0; i < v->out_edges; i++)
        if (v->out_edge[i] == l->to)
            return (struct target){.outbox = c->outbox[i]};
    assert(!"a link to an edge that is not the vertex's");
    return (struct target){0};
}

/* Targets of one output lie side by side: pass over the links once for each (operator, tag). */
static void wire(struct chain *c)
{
    const struct vertex *v = c->context->vertex;
    struct target *next = c->targets = mem_alloc((v->links + 1) * sizeof *next);

    for (uint32_t i = 0; i < c->operators; i++)
        for (uint32_t tag = 0; tag < OUTPUT_TAGS; tag++) {
            struct output *out = &c->op[i]->output[tag];

            out->target = next;
            for (uint32_t l = 0; l < v->links; l++)
                if (v->link[l].from == i && v->link[l].tag == tag) {
                    *next++ = target_of(c, &v->link[l]);
                    out->count++;
                }
        }
}

int chain_build(struct chain *c, struct task_context *context, operator_find *find,
                struct buffer_pool *pool, struct diag *why)
{
    const struct vertex *v = context->vertex;

    *c = (struct chain){.context = context};
    c->op = mem_alloc(v->nodes * sizeof(struct operator*));
    c->outbox = mem_alloc((v->out_edges + 1) * sizeof(struct outbox *));
    for (; c->outboxes < v->out_edges; c->outboxes++)
        c->outbox[c->outboxes] = make_outbox(c, &context->graph->edge[v->out_edge[c->outboxes]],
                                             pool);
    for (; c->operators < v->nodes; c->operators++) {
        c->op[c->operators] = make_operator(c, c->operators, find, why);
        if (c->op[c->operators] == NULL)
            return why->err;
        if (c->op[c->operators]->class->on_time)
            c->timed = c->operators + 1;
    }
    wire(c);
    c->cost_us = chain_cost(c);
    return ERR_NONE;
}

void chain_free(struct chain *c)
{
    for (uint32_t i = c->operators; i-- > 0;) {
        if (i >= c->operators - c->opened && c->op[i]->class->close)
            c->op[i]->class->close(c->op[i]);
        bytes_done(&c->op[i]->held);
        mem_free(c->op[i]);
    }
    for (uint32_t i = 0; i < c->outboxes; i++)
        outbox_free(c->outbox[i]);
    mem_free(c->op);
    mem_free(c->outbox);
    mem_free(c->targets);
    *c = (struct chain){0};
}

static int open_operators(struct chain *c, const struct snapshot_in *in, struct diag *why)
{
    for (uint32_t i = c->operators; i-- > 0;) {
        struct operator* op = c->op[i];
        int err = ERR_NONE;

        c->opened++; /* close() comes also after a failed open */
        if (op->class->open)
            err = op->class->open(op, why);
        if (!err && in && op->class->restore)
            err = op->class->restore(op, in, why);
        if (!err && op->task->failure.err) { /* a function did, by weir_fail() or a wrong use */
            *why = op->task->failure;
            return why->err;
        }
        if (err)
            return diag_set(why, err, "operator '%s' cannot start: %s", op->node->name,
                            err_text(err));
    }
    return ERR_NONE;
}

static int open_parts(const struct task_context *t, const struct bytes *parts,
                      struct snapshot_in *in, struct diag *why)
{
    char what[64];
    int err = ERR_NONE;

    for (uint32_t i = 0; parts && i < t->vertex->parallelism && !err; i++) {
        snprintf(what, sizeof what, "checkpoint %u, subtask %u", t->restored, i);
        err = snapshot_open(&in[i], bytes_span(&parts[i]), what, why);
    }
    return err;
}

int chain_open(struct chain *c, const struct snapshot_in *in, const struct bytes *parts,
               struct diag *why)
{
    struct snapshot_in *part = mem_alloc(c->context->vertex->parallelism * sizeof *part);
    int err = open_parts(c->context, parts, part, why);

    c->context->parts = parts ? part : NULL;
    if (!err)
        err = open_operators(c, in, why);
    c->context->parts = NULL;
    mem_free(part);
    return err;
}

void chain_finish(struct chain *c)
{
    for (uint32_t i = 0; i < c->operators; i++)
        if (c->op[i]->class->finish)
            c->op[i]->class->finish(c->op[i]);
}

void chain_snapshot(struct chain *c, uint32_t checkpoint, struct snapshot_out *out)
{
    c->context->snapshotting = checkpoint;
    for (uint32_t i = c->operators; i-- > 0;)
        if (c->op[i]->class->snapshot)
            c->op[i]->class->snapshot(c->op[i], checkpoint, out);
    c->context->snapshotting = 0;
}

void chain_on_checkpoint(struct chain *c, uint32_t checkpoint)
{
    for (uint32_t i = c->operators; i-- > 0;)
        if (c->op[i]->class->on_checkpoint)
            c->op[i]->class->on_checkpoint(c->op[i], checkpoint);
}

enum progress chain_resume(struct chain *c)
{
    enum progress progress = PROGRESS_DONE;

    for (uint32_t i = c->operators; i-- > 0;)
        if (c->op[i]->owes && (progress = operator_resume(c->op[i])) != PROGRESS_WAIT)
            return progress;
    return progress;
}

bool chain_has_room(const struct chain *c)
{
    for (uint32_t i = 0; i < c->outboxes; i++)
        if (!outbox_has_room(c->outbox[i]))
            return false;
    return true;
}

void chain_event(struct chain *c, enum parcel_kind kind, uint32_t checkpoint, int64_t created_ms)
{
    for (uint32_t i = 0; i < c->outboxes; i++)
        outbox_event(c->outbox[i], kind, checkpoint, created_ms);
}

void chain_barrier(struct chain *c, uint32_t checkpoint, enum snapshot_kind snapshot,
                   int64_t created_ms)
{
    for (uint32_t i = 0; i < c->outboxes; i++)
        outbox_barrier(c->outbox[i], checkpoint, snapshot, created_ms);
}

void chain_flush(struct chain *c)
{
    for (uint32_t i = 0; i < c->outboxes; i++)
        outbox_flush(c->outbox[i]);
}

bool chain_has_unflushed(const struct chain *c)
{
    for (uint32_t i = 0; i < c->outboxes; i++)
        if (outbox_has_unflushed(c->outbox[i]))
            return true;
    return false;
}

void chain_on_time(struct chain *c, int64_t now_us)
{
    for (uint32_t i = 0; i < c->timed; i++)
        if (c->op[i]->deadline_us <= now_us && !c->op[i]->owes)
            c->op[i]->class->on_time(c->op[i], now_us);
}
