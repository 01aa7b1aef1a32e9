/* registry.h -- every operator class, by the name that travels in the graph. */
#ifndef CORE_OPERATORS_REGISTRY_H
#define CORE_OPERATORS_REGISTRY_H

#include "runtime/operator.h"

extern const struct operator_class filter_class, map_class, process_class, timestamps_class,
    window_class, general_window_class, merged_window_class, fold_class, rolling_class,
    co_process_class, broadcast_process_class, interval_join_class, tag_class, own_sink_class,
    async_class;

const struct operator_class *operators_find(const char *name); /* NULL: not one of these */

#endif
