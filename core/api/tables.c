/* The builders of weir_connectors.h that speak with SQLite. */
#include "api/build.h"
#include "connectors/file_sink.h"
#include "connectors/table_sink.h"
#include "data/schema.h"

static const char *given(const char *text)
{
    return text ? text : "";
}

static void check_names(struct weir_job *job, struct weir_here here, const char *database,
                        const char *table)
{
    if (given(database)[0] == 0 || given(table)[0] == 0)
        job_mistake(job, here, "SQLite: give the path of the database and the name of the table");
}

static uint64_t keys_of(struct weir_stream *s, struct weir_here here, const struct weir_table *t)
{
    uint64_t keys = 0;

    for (int i = 0; i < WEIR_KEYS && t->key[i]; i++) {
        int column = build_column(s, here, t->key[i]);

        keys |= column < 0 ? 0 : 1ull << column;
    }
    return keys;
}

struct weir_stream *weir_sqlite_sink_at(struct weir_here here, struct weir_stream *s,
                                        struct weir_table t)
{
    struct arena *a = s->job->arena;
    struct file_sink_config config = {.schema = s->type};
    struct node *n;

    check_names(s->job, here, t.database, t.table);
    if (!build_output_is_sound(given(t.database)))
        job_mistake(s->job, here,
                    "database '%s': give a relative path, short, without '..' or hidden parts; -D "
                    "weir.output-dir says where it starts",
                    given(t.database));
    config.directory = arena_format(a, "%s%u", TABLE_SINK_HOME, s->job->dataflow->nodes);
    config.table = (struct table_sink){arena_text(a, given(t.database)),
                                       arena_text(a, given(t.table)), keys_of(s, here, &t)};
    n = build_after(s, here, TABLE_SINK_CLASS, "table", NULL);
    if (n == NULL)
        return build_wrong(s);
    n->is_sink = true;
    build_config(s->job, n, &config, sizeof config);
    build_say_text(n, config.table.database);
    build_say_text(n, config.table.table);
    build_say(n, config.table.keys);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}
