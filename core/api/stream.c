/* The builders of weir.h.  Each checks its arguments, adds a node and connects it. */
#include <string.h>

#include "api/job.h"
#include "api/windows.h"
#include "base/hash.h"
#include "connectors/file_sink.h"
#include "connectors/sources.h"
#include "data/key_group.h"
#include "data/schema.h"
#include "operators/functions.h"
#include "operators/process.h"
#include "operators/rolling.h"
#include "operators/timestamps.h"
#include "operators/window.h"

static struct weir_stream *new_stream(struct weir_job *job, uint32_t node, uint32_t tag,
                                      const struct weir_schema *type)
{
    struct weir_stream *s = arena_alloc(job->arena, sizeof *s);

    *s = (struct weir_stream){.job = job, .parts = 1, .type = type, .key_column = -1};
    s->part[0] = (struct stream_part){.node = node, .tag = tag};
    return s;
}

/* After a mistake builders go on with the stream they were given, so that programs need no checks;
 * weir_run() then reports the first mistake and runs nothing. */
static struct weir_stream *wrong(struct weir_stream *s)
{
    return s;
}

static void check_schema(struct weir_job *job, struct weir_here here, const struct weir_schema *s)
{
    struct diag why = {0};

    if (schema_check(s, &why))
        job_mistake(job, here, "%s", why.text);
}

static struct node *add_node(struct weir_job *job, struct weir_here here, const char *class_name,
                             const char *name, const struct weir_schema *out)
{
    struct node *n;

    if (out)
        check_schema(job, here, out);
    n = dataflow_add(job->dataflow, class_name, name, here, &job->mistake);
    if (n)
        n->out = out;
    return n;
}

/* Connect all parts of `s` to a new node; NULL after a mistake that leaves nothing to build on. */
static struct node *add_after(struct weir_stream *s, struct weir_here here, const char *class_name,
                              const char *name, const struct weir_schema *out)
{
    struct node *n = add_node(s->job, here, class_name, name, out);

    if (n == NULL)
        return NULL;
    n->in = s->type;
    n->key_column = s->key_column;
    for (uint32_t i = 0; i < s->parts; i++) {
        struct edge *e = dataflow_connect(s->job->dataflow, s->part[i].node, s->part[i].tag, n->id,
                                          &s->job->mistake);

        if (e == NULL)
            return NULL;
        e->type = s->type;
        e->ship = s->key_column >= 0 ? SHIP_HASH : s->part[i].ship;
        e->ship_is_set = s->key_column >= 0 || s->part[i].ship_is_set;
        e->key_column = s->key_column;
    }
    return n;
}

static void check_function(struct weir_job *job, struct weir_here here, bool is_there,
                           const char *what)
{
    if (!is_there)
        job_mistake(job, here, "%s: give it a function", what);
}

static void *config_of(struct weir_job *job, struct node *n, const void *config, size_t bytes)
{
    void *copy = arena_copy(job->arena, config, bytes);

    n->config = copy;
    return copy;
}

/* What the config says becomes part of the graph's hash, one number or text at a time. */
static void say(struct node *n, uint64_t value)
{
    n->config_hash = hash_mix(n->config_hash, value);
}

static void say_text(struct node *n, const char *text)
{
    say(n, hash_bytes(text, strlen(text)));
}

static void constants(struct weir_job *job, struct node *n, const void *with, uint32_t bytes)
{
    n->with = arena_copy(job->arena, with, bytes);
    n->with_bytes = with ? bytes : 0;
}

/* Index of a column, or -1 after a mistake that names the nearest one. */
static int column(struct weir_stream *s, struct weir_here here, const char *name)
{
    const char *words[SCHEMA_COLUMNS_MAX], *near;
    int i = schema_column(s->type, name);

    if (i >= 0)
        return i;
    for (uint32_t c = 0; c < s->type->columns; c++)
        words[c] = s->type->column[c].name;
    near = nearest_word(name, words, (int)s->type->columns);
    job_mistake(s->job, here, "row type '%s' has no column '%s'%s%s%s", s->type->name, name,
                near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

/* ---- sources ---- */

struct weir_stream *weir_csv_at(struct weir_here here, struct weir_job *job, const char *path,
                                const struct weir_schema *schema)
{
    struct csv_source_config config = {arena_text(job->arena, path), schema};
    struct node *n = add_node(job, here, "csv_source", "csv", schema);

    if (n) {
        n->is_source = true;
        config_of(job, n, &config, sizeof config);
        say_text(n, path);
    }
    return new_stream(job, n ? n->id : 0, TAG_MAIN, schema);
}

struct weir_stream *weir_rows_at(struct weir_here here, struct weir_job *job, const void *rows,
                                 uint64_t count, const struct weir_schema *schema)
{
    struct rows_source_config config = {rows, count, schema};
    struct node *n = add_node(job, here, "rows_source", "rows", schema);

    if (!schema_is_fixed(schema))
        job_mistake(job, here,
                    "weir_rows() wants a row type without STRING columns, and '%s' has "
                    "one: use weir_csv()",
                    schema->name);
    if (n) {
        n->is_source = true;
        config_of(job, n, &config, sizeof config);
        say(n, count);
    }
    return new_stream(job, n ? n->id : 0, TAG_MAIN, schema);
}

/* ---- one stream in, one out ---- */

struct weir_stream *weir_watermarks_at(struct weir_here here, struct weir_stream *s,
                                       struct weir_time time)
{
    struct timestamps_config config = {.time = time};
    struct node *n;

    config.column = column(s, here, time.column ? time.column : "");
    if (config.column < 0)
        return wrong(s);
    if (s->type->column[config.column].type != WEIR_TIMESTAMP &&
        s->type->column[config.column].type != WEIR_BIGINT)
        job_mistake(s->job, here, "column '%s' is a %s; a timestamp is a TIMESTAMP or a BIGINT",
                    time.column, type_name(s->type->column[config.column].type));
    if (time.out_of_order_ms < 0 || time.idle_ms < 0 || time.every_ms < 0)
        job_mistake(s->job, here, "out_of_order_ms, idle_ms and every_ms must not be negative");
    if (time.idle_ms > 0 && time.every_ms == 0)
        job_mistake(s->job, here, "idle_ms is seen by periodic probes only: set every_ms");
    n = add_after(s, here, "timestamps", "watermarks", s->type);
    if (n == NULL)
        return wrong(s);
    config.time.column = arena_text(s->job->arena, time.column);
    config_of(s->job, n, &config, sizeof config);
    say(n, (uint64_t)config.column);
    say(n, (uint64_t)time.out_of_order_ms);
    say(n, (uint64_t)time.idle_ms);
    say(n, (uint64_t)time.every_ms);
    return new_stream(s->job, n->id, TAG_MAIN, s->type);
}

struct weir_stream *weir_filter_at(struct weir_here here, struct weir_stream *s, weir_test *test)
{
    struct filter_config config = {test};
    struct node *n = add_after(s, here, "filter", "filter", s->type);

    check_function(s->job, here, test != NULL, "weir_filter()");
    if (n == NULL)
        return wrong(s);
    config_of(s->job, n, &config, sizeof config);
    return new_stream(s->job, n->id, TAG_MAIN, s->type);
}

static struct weir_stream *add_map(struct weir_here here, struct weir_stream *s, const char *name,
                                   weir_on_row *on_row, const struct weir_schema *out)
{
    struct map_config config = {on_row};
    struct node *n = add_after(s, here, "map", name, out);

    check_function(s->job, here, on_row != NULL, name);
    if (n == NULL)
        return wrong(s);
    config_of(s->job, n, &config, sizeof config);
    return new_stream(s->job, n->id, TAG_MAIN, out);
}

struct weir_stream *weir_map_at(struct weir_here here, struct weir_stream *s, weir_on_row *on_row,
                                const struct weir_schema *out)
{
    return add_map(here, s, "map", on_row, out);
}

struct weir_stream *weir_flat_map_at(struct weir_here here, struct weir_stream *s,
                                     weir_on_row *on_row, const struct weir_schema *out)
{
    return add_map(here, s, "flat_map", on_row, out);
}

static void check_ttl(struct weir_stream *s, struct weir_here here, const struct weir_state *state)
{
    const struct weir_ttl *t = &state->ttl;

    if (t->ms < 0)
        job_mistake(s->job, here, "state '%s': a time-to-live of %lld ms; it must be positive",
                    state->name, (long long)t->ms);
    else if (t->ms == 0 &&
             (t->renew_on_read || t->return_expired || t->clean_snapshots || t->clean_keys))
        job_mistake(s->job, here,
                    "state '%s': what becomes of expired entries is said, but not "
                    "when they expire: set ttl.ms",
                    state->name);
    else if (t->clean_keys < -1)
        job_mistake(s->job, here, "state '%s': ttl.clean_keys is -1 (none), 0 (as usual) or more",
                    state->name);
}

static void check_state(struct weir_stream *s, struct weir_here here,
                        const struct weir_state *state)
{
    bool is_aggregating = state->kind == WEIR_AGGREGATING;

    if (s->key_column < 0)
        job_mistake(s->job, here, "state '%s' needs a keyed stream: use weir_key_by()",
                    state->name);
    if (state->type == NULL || (state->kind == WEIR_MAP) != (state->key != NULL))
        job_mistake(s->job, here, "state '%s': give it a type, and a key if it is a map",
                    state->name);
    if ((state->kind == WEIR_REDUCING) != (state->reduce != NULL))
        job_mistake(s->job, here, "state '%s': a reducing state, and no other, has a reduce",
                    state->name);
    if ((state->add != NULL) != is_aggregating || (state->result != NULL) != is_aggregating)
        job_mistake(s->job, here,
                    "state '%s': an aggregating state, and no other, has an add and a result",
                    state->name);
    if (state->type)
        check_schema(s->job, here, state->type);
    if (state->key)
        check_schema(s->job, here, state->key);
    check_ttl(s, here, state);
}

static void check_states(struct weir_stream *s, struct weir_here here,
                         const struct weir_state *state)
{
    for (int i = 0; i < WEIR_STATES; i++) {
        if (state[i].name == NULL)
            continue;
        check_state(s, here, &state[i]);
        if (i && state[i - 1].name == NULL)
            job_mistake(s->job, here, "state '%s' is number %d, but there is no number %d",
                        state[i].name, i, i - 1);
        for (int j = 0; j < i; j++)
            if (state[j].name && strcmp(state[i].name, state[j].name) == 0)
                job_mistake(s->job, here, "state '%s' is declared twice", state[i].name);
    }
}

static void say_states(struct node *n, const struct weir_state *state)
{
    for (int i = 0; i < WEIR_STATES && state[i].name; i++) {
        say_text(n, state[i].name);
        say(n, state[i].kind);
        say(n, state[i].type ? schema_hash(state[i].type) : 0);
        say(n, state[i].key ? schema_hash(state[i].key) : 0);
        say(n, (uint64_t)state[i].ttl.ms);
        say(n, state[i].ttl.renew_on_read | state[i].ttl.return_expired << 1 |
                   state[i].ttl.clean_snapshots << 2);
        say(n, (uint32_t)state[i].ttl.clean_keys);
    }
}

struct weir_stream *weir_processed_at(struct weir_here here, struct weir_stream *s,
                                      const struct weir_process *fn, const struct weir_schema *out)
{
    struct process_config config = {*fn};
    struct node *n;

    check_states(s, here, fn->state);
    if (fn->on_timer && s->key_column < 0)
        job_mistake(s->job, here, "timers need a keyed stream: use weir_key_by()");
    n = add_after(s, here, "process", "process", out);
    if (n == NULL)
        return wrong(s);
    config_of(s->job, n, &config, sizeof config);
    say_states(n, config.fn.state);
    constants(s->job, n, fn->with, fn->with_bytes);
    return new_stream(s->job, n->id, TAG_MAIN, out);
}

/* ---- rolling aggregates ---- */

/* Index of the column that is aggregated; -1 for a reduce, or after a mistake. */
static int rolled_column(struct weir_stream *s, struct weir_here here,
                         const struct weir_rolling *fn)
{
    static const char *const verbs[] = {"SUM", "MIN", "MAX"};
    bool is_by = fn->kind == WEIR_MIN_BY || fn->kind == WEIR_MAX_BY;
    enum weir_type type;
    int i;

    if (fn->kind == WEIR_REDUCE)
        return -1;
    i = column(s, here, fn->column ? fn->column : "");
    if (i < 0 || is_by)
        return i;
    type = s->type->column[i].type;
    if (type == WEIR_STRING ||
        (fn->kind == WEIR_SUM && (type == WEIR_BOOLEAN || type == WEIR_TIMESTAMP)))
        job_mistake(s->job, here, "column '%s' is a %s: WEIR_%s takes %s", fn->column,
                    type_name(type), verbs[fn->kind],
                    fn->kind == WEIR_SUM ? "INT, BIGINT or DOUBLE" : "no text; use MIN_BY, MAX_BY");
    return i;
}

struct weir_stream *weir_rolled_at(struct weir_here here, struct weir_stream *s,
                                   const struct weir_rolling *fn)
{
    struct rolling_config config = rolling_config_of(fn, rolled_column(s, here, fn), s->type);
    struct node *n;

    if (s->key_column < 0)
        job_mistake(s->job, here, "a rolling aggregate needs a keyed stream: use weir_key_by()");
    if (fn->kind == WEIR_REDUCE)
        check_function(s->job, here, fn->reduce != NULL, "WEIR_REDUCE");
    n = add_after(s, here, "rolling", "rolling", s->type);
    if (n == NULL)
        return wrong(s);
    config_of(s->job, n, &config, sizeof config);
    say(n, fn->kind);
    say(n, (uint64_t)config.column);
    say(n, (uint64_t)(fn->last | fn->at_end << 1));
    constants(s->job, n, fn->with, fn->with_bytes);
    return new_stream(s->job, n->id, TAG_MAIN, s->type);
}

/* ---- windows: what they may be is in api/windows.c ---- */

static struct weir_stream *add_window(struct weir_here here, struct weir_stream *s,
                                      struct weir_window w, struct window_config *config,
                                      const struct weir_schema *out)
{
    struct node *n;

    if (s->key_column < 0)
        job_mistake(s->job, here, "a window needs a keyed stream: use weir_key_by()");
    window_check(s->job, here, &w, !config->is_list && config->aggregate.merge == NULL);
    config->window = window_resolved(s->job, &w);
    config->late_output = w.late != NULL;
    n = add_after(s, here, window_class_of(config)->name, "window", out);
    if (w.late)
        *w.late = new_stream(s->job, n ? n->id : 0, TAG_LATE, s->type);
    if (n == NULL)
        return wrong(s);
    config_of(s->job, n, config, sizeof *config);
    n->config_hash = hash_mix(n->config_hash, window_hash(config));
    if (config->is_list)
        constants(s->job, n, config->list.with, config->list.with_bytes);
    else
        constants(s->job, n, config->aggregate.with, config->aggregate.with_bytes);
    return new_stream(s->job, n->id, TAG_MAIN, out);
}

struct weir_stream *weir_windowed_at(struct weir_here here, struct weir_stream *s,
                                     struct weir_window w, const struct weir_aggregate *fn,
                                     const struct weir_schema *out)
{
    struct window_config config = {.aggregate = *fn};

    check_function(s->job, here, fn->add && fn->result, "weir_windowed(): add and result");
    check_schema(s->job, here, fn->acc);
    return add_window(here, s, w, &config, out);
}

struct weir_stream *weir_window_lists_at(struct weir_here here, struct weir_stream *s,
                                         struct weir_window w, const struct weir_window_list *fn,
                                         const struct weir_schema *out)
{
    struct window_config config = {.is_list = true, .list = *fn};

    check_function(s->job, here, fn->on_window != NULL, "weir_window_lists(): on_window");
    return add_window(here, s, w, &config, out);
}

/* ---- streams of streams ---- */

struct weir_stream *weir_key_by_at(struct weir_here here, struct weir_stream *s, const char *name)
{
    struct weir_stream *keyed = arena_copy(s->job->arena, s, sizeof *s);

    keyed->key_column = column(s, here, name);
    return keyed;
}

struct weir_stream *weir_side_at(struct weir_here here, struct weir_stream *s, int tag,
                                 const struct weir_schema *type)
{
    check_schema(s->job, here, type);
    if (tag < 0 || tag >= WEIR_TAGS)
        job_mistake(s->job, here, "side output %d: tags are 0 to %d", tag, WEIR_TAGS - 1);
    if (s->parts != 1)
        job_mistake(s->job, here, "a union has no side outputs; take them before weir_union()");
    return new_stream(s->job, s->part[0].node, TAG_SIDE + (uint32_t)(tag & (WEIR_TAGS - 1)), type);
}

struct weir_stream *weir_union_at(struct weir_here here, struct weir_stream *a,
                                  struct weir_stream *b)
{
    struct weir_stream *both = arena_copy(a->job->arena, a, sizeof *a);

    if (!schema_equal(a->type, b->type))
        job_mistake(a->job, here, "union of '%s' and '%s': the row types must be the same",
                    a->type->name, b->type->name);
    if (a->key_column >= 0 || b->key_column >= 0)
        job_mistake(a->job, here, "union before weir_key_by(), not behind it");
    if (a->parts + b->parts > STREAM_PARTS_MAX) {
        job_mistake(a->job, here, "a union of more than %d streams", STREAM_PARTS_MAX);
        return wrong(a);
    }
    memcpy(&both->part[a->parts], b->part, b->parts * sizeof b->part[0]);
    both->parts += b->parts;
    return both;
}

static struct weir_stream *shipped(struct weir_here here, struct weir_stream *s, enum ship ship)
{
    struct weir_stream *copy = arena_copy(s->job->arena, s, sizeof *s);

    if (s->key_column >= 0)
        job_mistake(s->job, here, "a keyed stream is shipped by its key");
    for (uint32_t i = 0; i < copy->parts; i++) {
        copy->part[i].ship = ship;
        copy->part[i].ship_is_set = true;
    }
    return copy;
}

struct weir_stream *weir_rebalance_at(struct weir_here here, struct weir_stream *s)
{
    return shipped(here, s, SHIP_REBALANCE);
}

struct weir_stream *weir_forward_at(struct weir_here here, struct weir_stream *s)
{
    return shipped(here, s, SHIP_FORWARD);
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
    n = add_after(s, here, "file_sink", name, NULL);
    config.schema = s->type;
    if (n == NULL)
        return wrong(s);
    n->is_sink = true;
    config_of(s->job, n, &config, sizeof config);
    say_text(n, config.label ? config.label : config.directory);
    return new_stream(s->job, n->id, TAG_MAIN, s->type);
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

struct weir_stream *weir_folded_at(struct weir_here here, struct weir_stream *s,
                                   const struct weir_fold *fold)
{
    struct fold_config config = {*fold};
    struct node *n = add_after(s, here, "fold", "fold", NULL);

    check_function(s->job, here, fold->add != NULL, "weir_folded(): add");
    check_schema(s->job, here, fold->acc);
    if (n == NULL)
        return wrong(s);
    n->is_sink = true;
    config_of(s->job, n, &config, sizeof config);
    constants(s->job, n, fold->with, fold->with_bytes);
    return new_stream(s->job, n->id, TAG_MAIN, s->type);
}

/* ---- settings ---- */

static struct node *maker(struct weir_stream *s)
{
    return &s->job->dataflow->node[s->part[s->parts - 1].node];
}

struct weir_stream *weir_uid(struct weir_stream *s, const char *uid)
{
    maker(s)->uid = arena_text(s->job->arena, uid);
    maker(s)->uid_is_set = true;
    return s;
}

struct weir_stream *weir_name(struct weir_stream *s, const char *name)
{
    maker(s)->name = arena_text(s->job->arena, name);
    return s;
}

struct weir_stream *weir_parallelism(struct weir_stream *s, uint32_t subtasks)
{
    if (subtasks == 0)
        job_mistake(s->job, maker(s)->here, "parallelism 0: use 1 or more");
    maker(s)->parallelism = subtasks;
    return s;
}

struct weir_stream *weir_max_parallelism(struct weir_stream *s, uint32_t key_groups)
{
    if (key_groups == 0 || key_groups > MAX_PARALLELISM_LIMIT)
        job_mistake(s->job, maker(s)->here, "max parallelism %u: use 1 to %d", key_groups,
                    MAX_PARALLELISM_LIMIT);
    maker(s)->max_parallelism = key_groups;
    return s;
}

struct weir_stream *weir_slot_group(struct weir_stream *s, const char *group)
{
    if (group == NULL || group[0] == 0)
        job_mistake(s->job, maker(s)->here, "a slot group without a name");
    maker(s)->slot_group = arena_text(s->job->arena, group);
    return s;
}

struct weir_stream *weir_disable_chaining(struct weir_stream *s)
{
    maker(s)->chaining = CHAINING_NEVER;
    return s;
}

struct weir_stream *weir_start_new_chain(struct weir_stream *s)
{
    maker(s)->chaining = CHAINING_HEAD;
    return s;
}

struct weir_stream *weir_constants(struct weir_stream *s, const void *with, uint32_t bytes)
{
    constants(s->job, maker(s), with, bytes);
    return s;
}
