/* The builders of weir_connectors.h that speak with SQLite. */
#include "api/build.h"
#include "connectors/file_sink.h"
#include "connectors/table_source.h"
#include "data/schema.h"
#include "database/lookup.h"

/* ---- out ---- */

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

/* ---- in ---- */

static void check_source(struct weir_job *job, struct weir_here here,
                         const struct weir_table_source *t)
{
    if (given(t->database)[0] == 0 || (t->table == NULL) == (t->select == NULL))
        job_mistake(job, here,
                    "SQLite: give the path of the database and the name of a table, or a select");
    if ((t->select == NULL) != (t->key == NULL))
        job_mistake(
            job, here,
            "SQLite: a select wants a key: an integer column of it, of its own in each row");
}

struct weir_stream *weir_sqlite_at(struct weir_here here, struct weir_job *job,
                                   struct weir_table_source t, const struct weir_schema *schema)
{
    struct node *n = build_node(job, here, TABLE_SOURCE_CLASS, "table", schema);
    struct arena *a = job->arena;
    struct table_source_config config = {arena_text(a, given(t.database)), arena_text(a, t.table),
                                         arena_text(a, t.select), arena_text(a, t.key), schema};

    check_source(job, here, &t);
    if (n) {
        n->is_source = true;
        build_config(job, n, &config, sizeof config);
        build_say_text(n, config.database);
        build_say_text(n, given(config.table));
        build_say_text(n, given(config.select));
        build_say_text(n, given(config.key));
    }
    return build_stream(job, n ? n->id : 0, TAG_MAIN, schema);
}

/* ---- lookup ---- */

enum { LOOKUP_SLOTS = 1024 };

/* The columns of `out` that `in` does not have. */
static const struct weir_schema *columns_to_find(struct weir_stream *s, struct weir_here here,
                                                 const char *table, const struct weir_schema *out)
{
    struct weir_column *column = arena_alloc(s->job->arena, out->columns * sizeof *column);
    struct weir_schema *found = arena_alloc(s->job->arena, sizeof *found);

    *found = (struct weir_schema){.name = arena_text(s->job->arena, table), .column = column};
    for (uint32_t i = 0; i < out->columns; i++) {
        int in = schema_column(s->type, out->column[i].name);

        if (in < 0)
            column[found->columns++] = out->column[i];
        else if (s->type->column[in].type != out->column[i].type)
            job_mistake(s->job, here, "column '%s' is %s in the stream and %s in row type '%s'",
                        out->column[i].name, type_name(s->type->column[in].type),
                        type_name(out->column[i].type), out->name);
    }
    if (found->columns == 0)
        job_mistake(
            s->job, here,
            "row type '%s' has only columns that the stream has: nothing is to be looked up",
            out->name);
    return found;
}

struct weir_stream *weir_lookup_at(struct weir_here here, struct weir_stream *s,
                                   struct weir_lookup l, const struct weir_schema *out)
{
    struct arena *a = s->job->arena;
    struct lookup_config config = {.in = s->type, .out = out, .keeps_unmatched = l.keep_unmatched};
    struct node *n = build_after(s, here, "sqlite_lookup", "lookup", out);

    check_names(s->job, here, l.database, l.table);
    config.key = build_column(s, here, given(l.key));
    config.database = arena_text(a, given(l.database));
    config.table = arena_text(a, given(l.table));
    config.column = arena_text(a, l.column ? l.column : given(l.key));
    config.slots = l.cache_rows ? l.cache_rows : LOOKUP_SLOTS;
    config.found = columns_to_find(s, here, config.table, out);
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    build_say_text(n, config.database);
    build_say_text(n, config.table);
    build_say_text(n, config.column);
    build_say(n, (uint64_t)config.key << 1 | config.keeps_unmatched);
    return build_stream(s->job, n->id, TAG_MAIN, out);
}
