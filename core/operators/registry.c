#include "operators/registry.h"

#include <string.h>

const struct operator_class *operators_find(const char *name)
{
    static const struct operator_class *const classes[] = {&filter_class,
                                                           &map_class,
                                                           &process_class,
                                                           &timestamps_class,
                                                           &window_class,
                                                           &general_window_class,
                                                           &merged_window_class,
                                                           &fold_class,
                                                           &rolling_class,
                                                           &co_process_class,
                                                           &broadcast_process_class,
                                                           &interval_join_class,
                                                           &tag_class,
                                                           &own_sink_class,
                                                           &async_class};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(classes[i]->name, name) == 0)
            return classes[i];
    return NULL;
}
