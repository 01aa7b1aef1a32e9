/* fold: a sink that keeps one accumulator a subtask and hands it over at the end of the input.
 * The accumulator is state: it is in every snapshot. */
#include <string.h>

#include "base/mem.h"
#include "data/schema.h"
#include "callback/context.h"
#include "operators/functions.h"
#include "operators/registry.h"

struct fold {
    struct user_operator user;
    const struct weir_fold *fn;
    void *acc;
};

static int fold_open(struct operator* op, struct diag *why)
{
    struct fold *f = (struct fold *)op;

    (void)why;
    context_open(&f->user);
    f->fn = &((const struct fold_config *)op->node->config)->fold;
    f->acc = mem_alloc(f->fn->acc->size);
    return ERR_NONE;
}

static void fold_on_row(struct operator* op, const struct weir_row *row)
{
    struct fold *f = (struct fold *)op;

    context_row(&f->user, row);
    f->fn->add(&f->user.ctx, f->acc, row);
}

static void fold_finish(struct operator* op)
{
    struct fold *f = (struct fold *)op;

    if (f->fn->finish)
        f->fn->finish(&f->user.ctx, f->acc);
}

static void fold_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct fold *f = (struct fold *)op;
    struct bytes *b = operator_block(op, out, "accumulator", 1);

    (void)checkpoint;
    schema_write(f->fn->acc, b);
    bytes_put(b, f->acc, f->fn->acc->size);
    snapshot_block_end(out);
}

static int fold_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct fold *f = (struct fold *)op;
    struct reader r;
    struct span acc;

    if (operator_block_find(op, in, "accumulator", &r))
        return ERR_NONE; /* a new operator starts empty */
    if (schema_matches(f->fn->acc, &r)) {
        acc = read_span(&r, f->fn->acc->size);
        if (reader_at_end(&r)) {
            memcpy(f->acc, acc.p, acc.bytes);
            return ERR_NONE;
        }
    }
    return diag_set(why, ERR_MISMATCH, "'%s': the accumulator was written with another row type",
                    op->node->uid);
}

static void fold_close(struct operator* op)
{
    struct fold *f = (struct fold *)op;

    mem_free(f->acc);
    context_close(&f->user);
}

const struct operator_class fold_class = {
    .name = "fold",
    .bytes = sizeof(struct fold),
    .open = fold_open,
    .on_row = fold_on_row,
    .finish = fold_finish,
    .snapshot = fold_snapshot,
    .restore = fold_restore,
    .close = fold_close,
};
