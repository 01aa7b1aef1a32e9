/* The builders of weir_connectors.h: sources and sinks. */
#include <string.h>

#include "api/build.h"
#include "connectors/file_sink.h"
#include "connectors/sources.h"
#include "data/schema.h"

/* ---- sources ---- */

struct weir_stream *weir_csv_at(struct weir_here here, struct weir_job *job, const char *path,
                                const struct weir_schema *schema)
{
    struct csv_source_config config = {arena_text(job->arena, path), schema};
    struct node *n = build_node(job, here, "csv_source", "csv", schema);

    if (n) {
        n->is_source = true;
        build_config(job, n, &config, sizeof config);
        build_say_text(n, path);
    }
    return build_stream(job, n ? n->id : 0, TAG_MAIN, schema);
}

struct weir_stream *weir_rows_at(struct weir_here here, struct weir_job *job, const void *rows,
                                 uint64_t count, const struct weir_schema *schema)
{
    struct rows_source_config config = {rows, count, schema};
    struct node *n = build_node(job, here, "rows_source", "rows", schema);

    if (!schema_is_fixed(schema))
        job_mistake(job, here,
                    "weir_rows() wants a row type without STRING columns, and '%s' has "
                    "one: use weir_csv()",
                    schema->name);
    if (n) {
        n->is_source = true;
        build_config(job, n, &config, sizeof config);
        build_say(n, count);
    }
    return build_stream(job, n ? n->id : 0, TAG_MAIN, schema);
}

/* ---- sinks ---- */

/* Two sinks in one directory would overwrite each other's parts. */
static void check_directory_is_free(struct weir_job *job, struct weir_here here,
                                    const char *directory)
{
    for (uint32_t i = 0; i < job->dataflow->nodes; i++) {
        const struct node *n = &job->dataflow->node[i];
        const struct file_sink_config *c = n->config;

        if (strcmp(n->class_name, "file_sink") == 0 && c && strcmp(c->directory, directory) == 0)
            job_mistake(job, here,
                        "file sink '%s' is already that of %s:%d: give it a directory "
                        "of its own",
                        directory, n->here.file, n->here.line);
    }
}

/* Its files are named by it, hidden ones are the sink's own. */
static bool directory_is_sound(const char *directory)
{
    enum { DIRECTORY_MAX = 96 };

    for (const char *p = directory; p; p = strchr(p, '/')) {
        p += p > directory;
        if (*p == 0 || *p == '/' || *p == '.')
            return false;
    }
    return strlen(directory) <= DIRECTORY_MAX;
}

static struct weir_stream *add_file_sink(struct weir_here here, struct weir_stream *s,
                                         const char *name, struct file_sink_config config)
{
    struct node *n;

    check_directory_is_free(s->job, here, config.directory);
    n = build_after(s, here, "file_sink", name, NULL);
    config.schema = s->type;
    if (n == NULL)
        return build_wrong(s);
    n->is_sink = true;
    build_config(s->job, n, &config, sizeof config);
    build_say_text(n, config.label ? config.label : config.directory);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}

struct weir_stream *weir_print_at(struct weir_here here, struct weir_stream *s, const char *label)
{
    struct arena *a = s->job->arena;

    return add_file_sink(here, s, "print",
                         (struct file_sink_config){
                             .directory = arena_format(a, ".print/%u", s->job->dataflow->nodes),
                             .label = arena_text(a, label)});
}

struct weir_stream *weir_file_sink_at(struct weir_here here, struct weir_stream *s,
                                      const char *directory)
{
    if (!directory_is_sound(directory))
        job_mistake(s->job, here,
                    "file sink '%s': give a relative directory, short, without '..' or hidden "
                    "parts; -D weir.output-dir says where it starts",
                    directory);
    return add_file_sink(
        here, s, "sink",
        (struct file_sink_config){.directory = arena_text(s->job->arena, directory)});
}
