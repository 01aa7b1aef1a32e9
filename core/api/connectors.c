/* The builders of weir_connectors.h: sources and sinks. */
#include <string.h>

#include "api/build.h"
#include "base/hash.h"
#include "connectors/address.h"
#include "connectors/bad_rows.h"
#include "connectors/datagen.h"
#include "connectors/file_sink.h"
#include "connectors/sources.h"
#include "connectors/table_source.h"
#include "data/format.h"
#include "data/schema.h"

/* ---- sources ---- */

enum { ROWS_PER_SECOND = 10000 }; /* of a generator that says nothing, as in Flink */

static bool is_raw(const struct weir_schema *s)
{
    return s->columns == 1 && s->column[0].type == WEIR_STRING;
}

static void check_raw(struct weir_job *job, struct weir_here here, enum weir_format format,
                      const struct weir_schema *s)
{
    if (format == WEIR_RAW && !is_raw(s))
        job_mistake(job, here, "raw lines want a row type with one STRING column, unlike '%s'",
                    s->name);
}

static void check_address(struct weir_job *job, struct weir_here here, const char *path)
{
    struct diag why = {0};
    struct address a;

    if (address_is_socket(path) && address_parse(&a, path, &why))
        job_mistake(job, here, "%s", why.text);
}

static struct weir_stream *add_file_source(struct weir_here here, struct weir_job *job,
                                           struct file_source_config config)
{
    bool is_socket = address_is_socket(config.path);
    struct node *n = build_node(job, here, is_socket ? "socket_source" : "file_source",
                                is_socket ? "socket" : format_of(config.format)->name,
                                config.schema);

    check_raw(job, here, config.format, config.schema);
    check_address(job, here, config.path);
    config.path = arena_text(job->arena, config.path);
    if (n) {
        n->is_source = true;
        if (is_socket)
            n->parallelism = 1;
        build_config(job, n, &config, sizeof config);
        build_say_text(n, config.path);
        build_say(n, config.format);
    }
    return build_stream(job, n ? n->id : 0, TAG_MAIN, config.schema);
}

struct weir_stream *weir_csv_at(struct weir_here here, struct weir_job *job, const char *path,
                                const struct weir_schema *schema)
{
    return add_file_source(here, job, (struct file_source_config){path, schema, WEIR_CSV});
}

struct weir_stream *weir_json_at(struct weir_here here, struct weir_job *job, const char *path,
                                 const struct weir_schema *schema)
{
    return add_file_source(here, job, (struct file_source_config){path, schema, WEIR_JSON});
}

struct weir_stream *weir_lines_at(struct weir_here here, struct weir_job *job, const char *path,
                                  const struct weir_schema *schema)
{
    return add_file_source(here, job, (struct file_source_config){path, schema, WEIR_RAW});
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

/* ---- generated rows ---- */

static const struct weir_field *field_of(const struct weir_datagen *g, const char *column)
{
    for (int i = 0; i < WEIR_FIELDS && g->field[i].column; i++)
        if (strcmp(g->field[i].column, column) == 0)
            return &g->field[i];
    return NULL;
}

/* Every field that was given is one of a column, and the only one. */
static void check_fields(struct weir_job *job, struct weir_here here, const struct weir_datagen *g,
                         const struct weir_schema *schema)
{
    for (int i = 0; i < WEIR_FIELDS && g->field[i].column; i++) {
        const char *name = g->field[i].column;

        if (schema_column(schema, name) < 0)
            job_mistake(job, here, "generated column '%s': row type '%s' has no such column", name,
                        schema->name);
        if (field_of(g, name) != &g->field[i])
            job_mistake(job, here, "generated column '%s' is described twice", name);
    }
    if (g->rows_per_second < -1 || g->number_of_rows < 0)
        job_mistake(job, here,
                    "weir_datagen(): rows_per_second is a rate, 0 (10,000) or -1 (no limit), "
                    "number_of_rows a count or 0 (no limit)");
}

static void say_field(struct node *n, const struct weir_field *f)
{
    const double reals[] = {f->low, f->high, f->skew, f->null_rate};
    const int64_t wholes[] = {f->kind, f->start, f->end, f->min, f->max, f->length, f->max_past_ms};

    build_say(n, hash_bytes(reals, sizeof reals));
    build_say(n, hash_bytes(wholes, sizeof wholes));
}

static struct datagen_config datagen_config_of(struct weir_job *job, struct weir_here here,
                                               const struct weir_datagen *g,
                                               const struct weir_schema *schema)
{
    struct weir_field *field = arena_alloc(job->arena, schema->columns * sizeof *field);
    struct datagen_config config = {.schema = schema,
                                    .rows_per_second = g->rows_per_second,
                                    .is_paced = g->rows_per_second >= 0,
                                    .seed = g->seed,
                                    .field = field};

    for (uint32_t i = 0; i < schema->columns; i++) {
        struct diag why = {0};

        if (datagen_field(&schema->column[i], field_of(g, schema->column[i].name), &field[i], &why))
            job_mistake(job, here, "%s", why.text);
    }
    if (config.rows_per_second <= 0)
        config.rows_per_second = ROWS_PER_SECOND;
    config.rows = datagen_rows(schema, field);
    if (g->number_of_rows && (uint64_t)g->number_of_rows < config.rows)
        config.rows = (uint64_t)g->number_of_rows;
    return config;
}

struct weir_stream *weir_datagen_at(struct weir_here here, struct weir_job *job,
                                    const struct weir_schema *schema, const struct weir_datagen *g)
{
    struct node *n = build_node(job, here, "datagen_source", "datagen", schema);
    struct datagen_config config;

    check_fields(job, here, g, schema);
    config = datagen_config_of(job, here, g, schema);
    if (n) {
        n->is_source = true;
        build_config(job, n, &config, sizeof config);
        build_say(n, (uint64_t)config.rows_per_second << 1 | config.is_paced);
        build_say(n, config.rows);
        build_say(n, config.seed);
        for (uint32_t i = 0; i < schema->columns; i++)
            say_field(n, &config.field[i]);
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
    build_say(n, config.files.format);
    build_say(n, (uint64_t)config.files.roll_bytes);
    build_say(n, (uint64_t)config.files.roll_every_ms);
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

struct weir_stream *weir_files_at(struct weir_here here, struct weir_stream *s,
                                  const char *directory, struct weir_files files)
{
    if (!build_output_is_sound(directory))
        job_mistake(s->job, here,
                    "file sink '%s': give a relative directory, short, without '..' or hidden "
                    "parts; -D weir.output-dir says where it starts",
                    directory);
    if ((unsigned)files.format > WEIR_RAW || files.roll_bytes < 0 || files.roll_every_ms < 0)
        job_mistake(
            s->job, here,
            "file sink '%s': its format is WEIR_CSV, WEIR_JSON or WEIR_RAW, and parts roll by "
            "roll_bytes and roll_every_ms of 0 (no matter) or more",
            directory);
    check_raw(s->job, here, files.format, s->type);
    return add_file_sink(here, s, "sink",
                         (struct file_sink_config){
                             .directory = arena_text(s->job->arena, directory), .files = files});
}

struct weir_stream *weir_file_sink_at(struct weir_here here, struct weir_stream *s,
                                      const char *directory)
{
    return weir_files_at(here, s, directory, (struct weir_files){.format = WEIR_CSV});
}

/* ---- bad rows: a file sink behind every source that may have some ---- */

static bool may_have_bad_rows(const struct node *n)
{
    return strcmp(n->class_name, "file_source") == 0 ||
           strcmp(n->class_name, "socket_source") == 0 ||
           strcmp(n->class_name, TABLE_SOURCE_CLASS) == 0;
}

static const char *label_of(struct weir_job *job, const struct node *n)
{
    return n->uid_is_set ? n->uid : arena_format(job->arena, "%s-%u", n->name, n->id);
}

static void add_dead_letters(struct weir_job *job, uint32_t source)
{
    const struct node *from = &job->dataflow->node[source];
    struct weir_stream *bad = build_stream(job, source, TAG_BAD, &bad_row_schema);

    bad = weir_file_sink_at(from->here, bad,
                            arena_format(job->arena, "%s/%s",
                                         option_text(job->options, OPTION_DEAD_LETTERS),
                                         label_of(job, from)));
    job->dataflow->node[bad->part[0].node].parallelism = from->parallelism;
    weir_name(bad, "dead-letter");
}

void build_dead_letters(struct weir_job *job)
{
    uint32_t nodes = job->dataflow->nodes;

    for (uint32_t i = 0; i < nodes && bad_rows_are_dead_letters(job->options); i++)
        if (may_have_bad_rows(&job->dataflow->node[i]))
            add_dead_letters(job, i);
}
