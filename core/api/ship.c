/* The builders of weir_ship.h. */
#include "api/build.h"

struct weir_stream *weir_rebalance_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_REBALANCE);
}

struct weir_stream *weir_forward_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_FORWARD);
}
