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

struct weir_stream *weir_rescale_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_RESCALE);
}

struct weir_stream *weir_shuffle_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_SHUFFLE);
}

struct weir_stream *weir_global_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_GLOBAL);
}

struct weir_stream *weir_broadcast_at(struct weir_here here, struct weir_stream *s)
{
    return build_shipped(here, s, SHIP_BROADCAST);
}

struct weir_stream *weir_partition_custom_at(struct weir_here here, struct weir_stream *s,
                                             const char *column, weir_partition *fn)
{
    struct weir_stream *copy = build_shipped(here, s, SHIP_CUSTOM);
    int by = build_column(s, here, column ? column : "");

    build_check_function(s->job, here, fn != NULL, "weir_partition_custom()");
    for (uint32_t i = 0; i < copy->parts; i++) {
        copy->part[i].column = by;
        copy->part[i].partition = fn;
    }
    return copy;
}
