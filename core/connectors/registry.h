/* registry.h -- every connector class, by the name that travels in the graph. */
#ifndef CORE_CONNECTORS_REGISTRY_H
#define CORE_CONNECTORS_REGISTRY_H

#include "runtime/operator.h"

extern const struct operator_class file_source_class, rows_source_class, datagen_source_class,
    socket_source_class, own_source_class, file_sink_class, sqlite_sink_class, sqlite_source_class;

const struct operator_class *connectors_find(const char *name); /* NULL: not one of these */
/* What the first source of a class that reads lines reads, if it is `path` (NULL: anything); else
 * NULL. */
const char *connectors_path_read(const struct dataflow *d, const char *class_name,
                                 const char *path);

#endif
