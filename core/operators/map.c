/* map, flat_map: the function emits what it makes of a row. */
#include "callback/context.h"
#include "operators/functions.h"
#include "operators/registry.h"

static void map_on_row(struct operator* op, const struct weir_row *row)
{
    struct user_operator *u = (struct user_operator *)op;
    const struct map_config *config = op->node->config;

    context_row(u, row);
    config->on_row(&u->ctx, row);
}

const struct operator_class map_class = {
    .name = "map",
    .bytes = sizeof(struct user_operator),
    .open = user_open,
    .on_row = map_on_row,
    .close = user_close,
};
