/* map, flat_map: the function emits what it makes of a row. */
#include "callback/context.h"
#include "operators/functions.h"
#include "operators/registry.h"

static int map_open(struct operator* op, struct diag *why)
{
    (void)why;
    context_open((struct user_operator *)op);
    return ERR_NONE;
}

static void map_on_row(struct operator* op, const struct weir_row *row)
{
    struct user_operator *u = (struct user_operator *)op;
    const struct map_config *config = op->node->config;

    context_row(u, row);
    config->on_row(&u->ctx, row);
}

static void map_close(struct operator* op)
{
    context_close((struct user_operator *)op);
}

const struct operator_class map_class = {
    .name = "map",
    .bytes = sizeof(struct user_operator),
    .open = map_open,
    .on_row = map_on_row,
    .close = map_close,
};
