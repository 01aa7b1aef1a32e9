/* filter: pass on the rows for which the function says yes. */
#include "callback/context.h"
#include "operators/functions.h"
#include "operators/registry.h"

static void filter_on_row(struct operator* op, const struct weir_row *row)
{
    struct user_operator *u = (struct user_operator *)op;
    const struct filter_config *config = op->node->config;

    context_row(u, row);
    if (config->test(&u->ctx, row))
        operator_emit(op, TAG_MAIN, row);
}

const struct operator_class filter_class = {
    .name = "filter",
    .bytes = sizeof(struct user_operator),
    .open = user_open,
    .on_row = filter_on_row,
    .close = user_close,
};
