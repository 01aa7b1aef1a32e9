/* filter: pass on the rows for which the function says yes. */
#include "callback/context.h"
#include "operators/functions.h"
#include "operators/registry.h"

static int filter_open(struct operator* op, struct diag *why)
{
    (void)why;
    context_open((struct user_operator *)op);
    return ERR_NONE;
}

static void filter_on_row(struct operator* op, const struct weir_row *row)
{
    struct user_operator *u = (struct user_operator *)op;
    const struct filter_config *config = op->node->config;

    context_row(u, row);
    if (config->test(&u->ctx, row))
        operator_emit(op, TAG_MAIN, row);
}

static void filter_close(struct operator* op)
{
    context_close((struct user_operator *)op);
}

const struct operator_class filter_class = {
    .name = "filter",
    .bytes = sizeof(struct user_operator),
    .open = filter_open,
    .on_row = filter_on_row,
    .close = filter_close,
};
