#include "connectors/registry.h"

#include <string.h>

#include "database/lookup.h"

#include "connectors/sources.h"

const struct operator_class *connectors_find(const char *name)
{
    static const struct operator_class *const classes[] = {
        &file_source_class,   &rows_source_class,   &datagen_source_class,
        &socket_source_class, &own_source_class,    &file_sink_class,
        &sqlite_sink_class,   &sqlite_source_class, &sqlite_lookup_class};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(classes[i]->name, name) == 0)
            return classes[i];
    return NULL;
}

const char *connectors_path_read(const struct dataflow *d, const char *class_name, const char *path)
{
    for (uint32_t i = 0; i < d->nodes; i++) {
        const struct file_source_config *c = d->node[i].config;

        if (strcmp(d->node[i].class_name, class_name) == 0 &&
            (path == NULL || strcmp(c->path, path) == 0))
            return c->path;
    }
    return NULL;
}
