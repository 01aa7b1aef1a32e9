/* The builders of weir.h.  Each checks its arguments, adds a node and connects it. */
#include <string.h>

#include "api/build.h"
#include "api/windows.h"
#include "base/hash.h"
#include "data/key_group.h"
#include "data/schema.h"
#include "operators/functions.h"
#include "operators/process.h"
#include "operators/rolling.h"
#include "operators/timestamps.h"
#include "operators/window.h"
#include "state/subtask_lists.h"

/* ---- one stream in, one out ---- */

struct weir_stream *weir_watermarks_at(struct weir_here here, struct weir_stream *s,
                                       struct weir_time time)
{
    struct timestamps_config config = {.time = time};
    struct node *n;

    config.column = build_column(s, here, time.column ? time.column : "");
    if (config.column < 0)
        return build_wrong(s);
    if (s->type->column[config.column].type != WEIR_TIMESTAMP &&
        s->type->column[config.column].type != WEIR_BIGINT)
        job_mistake(s->job, here, "column '%s' is a %s; a timestamp is a TIMESTAMP or a BIGINT",
                    time.column, type_name(s->type->column[config.column].type));
    if (time.out_of_order_ms < 0 || time.idle_ms < 0 || time.every_ms < 0)
        job_mistake(s->job, here, "out_of_order_ms, idle_ms and every_ms must not be negative");
    if (time.idle_ms > 0 && time.every_ms == 0)
        job_mistake(s->job, here, "idle_ms is seen by periodic probes only: set every_ms");
    if (time.punctuated && (time.out_of_order_ms || time.every_ms))
        job_mistake(s->job, here,
                    "out_of_order_ms and every_ms mean nothing where a function promises: "
                    "leave them, or punctuated, out");
    n = build_after(s, here, "timestamps", "watermarks", s->type);
    if (n == NULL)
        return build_wrong(s);
    config.time.column = arena_text(s->job->arena, time.column);
    build_config(s->job, n, &config, sizeof config);
    build_say(n, (uint64_t)config.column);
    build_say(n, (uint64_t)time.out_of_order_ms);
    build_say(n, (uint64_t)time.idle_ms);
    build_say(n, (uint64_t)time.every_ms);
    build_say(n, time.punctuated != NULL);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}

struct weir_stream *weir_filter_at(struct weir_here here, struct weir_stream *s, weir_test *test)
{
    struct filter_config config = {test};
    struct node *n = build_after(s, here, "filter", "filter", s->type);

    build_check_function(s->job, here, test != NULL, "weir_filter()");
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}

static struct weir_stream *add_map(struct weir_here here, struct weir_stream *s, const char *name,
                                   weir_on_row *on_row, const struct weir_schema *out)
{
    struct map_config config = {on_row};
    struct node *n = build_after(s, here, "map", name, out);

    build_check_function(s->job, here, on_row != NULL, name);
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    return build_stream(s->job, n->id, TAG_MAIN, out);
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

    if (t->ms && state_is_of_subtask(state))
        job_mistake(s->job, here,
                    "state '%s': operator state lives for ever; a time-to-live is of "
                    "a key's state",
                    state->name);
    else if (t->ms < 0)
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

    if (s->key_column < 0 && !state_is_of_subtask(state))
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
        build_check_schema(s->job, here, state->type);
    if (state->key)
        build_check_schema(s->job, here, state->key);
    check_ttl(s, here, state);
}

void build_check_states(struct weir_stream *s, struct weir_here here,
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

void build_say_states(struct node *n, const struct weir_state *state)
{
    for (int i = 0; i < WEIR_STATES && state[i].name; i++) {
        build_say_text(n, state[i].name);
        build_say(n, state[i].kind);
        n->unites_state |= state[i].kind == WEIR_OPERATOR_UNION;
        build_say(n, state[i].type ? schema_hash(state[i].type) : 0);
        build_say(n, state[i].key ? schema_hash(state[i].key) : 0);
        build_say(n, (uint64_t)state[i].ttl.ms);
        build_say(n, state[i].ttl.renew_on_read | state[i].ttl.return_expired << 1 |
                         state[i].ttl.clean_snapshots << 2);
        build_say(n, (uint32_t)state[i].ttl.clean_keys);
    }
}

struct weir_stream *weir_processed_at(struct weir_here here, struct weir_stream *s,
                                      const struct weir_process *fn, const struct weir_schema *out)
{
    struct process_config config = {.fn = *fn};
    struct node *n;

    build_check_states(s, here, fn->state);
    if (fn->on_timer && s->key_column < 0)
        job_mistake(s->job, here, "timers need a keyed stream: use weir_key_by()");
    n = build_after(s, here, "process", "process", out);
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    build_say_states(n, config.fn.state);
    build_constants(s->job, n, fn->with, fn->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, out);
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
    i = build_column(s, here, fn->column ? fn->column : "");
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
        build_check_function(s->job, here, fn->reduce != NULL, "WEIR_REDUCE");
    n = build_after(s, here, "rolling", "rolling", s->type);
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    build_say(n, fn->kind);
    build_say(n, (uint64_t)config.column);
    build_say(n, (uint64_t)(fn->last | fn->at_end << 1));
    build_constants(s->job, n, fn->with, fn->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}

/* ---- windows: what they may be is in api/windows.c ---- */

static struct weir_stream *add_window(struct weir_here here, struct weir_stream *s,
                                      struct weir_window w, struct window_config *config,
                                      const struct weir_schema *out)
{
    struct node *n;

    if (s->key_column < 0 && !config->is_all)
        job_mistake(s->job, here,
                    "a window needs a keyed stream: use weir_key_by(), or weir_window_all()");
    window_check(s->job, here, &w, !config->is_list && config->aggregate.merge == NULL);
    config->window = window_resolved(s->job, &w);
    config->late_output = w.late != NULL;
    n = build_after(s, here, window_class_of(config)->name, "window", out);
    if (w.late)
        *w.late = build_stream(s->job, n ? n->id : 0, TAG_LATE, s->type);
    if (n == NULL)
        return build_wrong(s);
    n->is_all = config->is_all;
    n->parallelism = config->is_all ? 1 : n->parallelism;
    build_config(s->job, n, config, sizeof *config);
    n->config_hash = hash_mix(n->config_hash, window_hash(config));
    if (config->is_list)
        build_constants(s->job, n, config->list.with, config->list.with_bytes);
    else
        build_constants(s->job, n, config->aggregate.with, config->aggregate.with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, out);
}

static struct weir_stream *add_aggregated(struct weir_here here, struct weir_stream *s,
                                          struct weir_window w, struct window_config config,
                                          const struct weir_schema *out)
{
    build_check_function(s->job, here, config.aggregate.add && config.aggregate.result,
                         "the window's aggregate: add and result");
    build_check_schema(s->job, here, config.aggregate.acc);
    return add_window(here, s, w, &config, out);
}

static struct weir_stream *add_listed(struct weir_here here, struct weir_stream *s,
                                      struct weir_window w, struct window_config config,
                                      const struct weir_schema *out)
{
    build_check_function(s->job, here, config.list.on_window != NULL, "the window: on_window");
    return add_window(here, s, w, &config, out);
}

struct weir_stream *weir_windowed_at(struct weir_here here, struct weir_stream *s,
                                     struct weir_window w, const struct weir_aggregate *fn,
                                     const struct weir_schema *out)
{
    return add_aggregated(here, s, w, (struct window_config){.aggregate = *fn}, out);
}

struct weir_stream *weir_window_lists_at(struct weir_here here, struct weir_stream *s,
                                         struct weir_window w, const struct weir_window_list *fn,
                                         const struct weir_schema *out)
{
    return add_listed(here, s, w, (struct window_config){.is_list = true, .list = *fn}, out);
}

/* All rows to one subtask.  The edge breaks chains, as in Flink the one keyed by nothing does. */
static struct weir_stream *to_one(struct weir_here here, struct weir_stream *s)
{
    struct weir_stream *all = arena_copy(s->job->arena, s, sizeof *s);

    all->key_column = -1;
    return build_shipped(here, all, SHIP_GLOBAL);
}

struct weir_stream *weir_window_all_at(struct weir_here here, struct weir_stream *s,
                                       struct weir_window w, const struct weir_aggregate *fn,
                                       const struct weir_schema *out)
{
    return add_aggregated(here, to_one(here, s), w,
                          (struct window_config){.is_all = true, .aggregate = *fn}, out);
}

struct weir_stream *weir_window_all_lists_at(struct weir_here here, struct weir_stream *s,
                                             struct weir_window w,
                                             const struct weir_window_list *fn,
                                             const struct weir_schema *out)
{
    return add_listed(here, to_one(here, s), w,
                      (struct window_config){.is_all = true, .is_list = true, .list = *fn}, out);
}

/* ---- streams of streams ---- */

struct weir_stream *weir_key_by_at(struct weir_here here, struct weir_stream *s, const char *name)
{
    struct weir_stream *keyed = arena_copy(s->job->arena, s, sizeof *s);

    keyed->key_column = build_column(s, here, name);
    return keyed;
}

struct weir_stream *weir_side_at(struct weir_here here, struct weir_stream *s, int tag,
                                 const struct weir_schema *type)
{
    build_check_schema(s->job, here, type);
    if (tag < 0 || tag >= WEIR_TAGS)
        job_mistake(s->job, here, "side output %d: tags are 0 to %d", tag, WEIR_TAGS - 1);
    if (s->parts != 1)
        job_mistake(s->job, here, "a union has no side outputs; take them before weir_union()");
    return build_stream(s->job, s->part[0].node, TAG_SIDE + (uint32_t)(tag & (WEIR_TAGS - 1)),
                        type);
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
        return build_wrong(a);
    }
    memcpy(&both->part[a->parts], b->part, b->parts * sizeof b->part[0]);
    both->parts += b->parts;
    return both;
}

/* ---- a fold at the end ---- */

struct weir_stream *weir_folded_at(struct weir_here here, struct weir_stream *s,
                                   const struct weir_fold *fold)
{
    struct fold_config config = {*fold};
    struct node *n = build_after(s, here, "fold", "fold", NULL);

    build_check_function(s->job, here, fold->add != NULL, "weir_folded(): add");
    build_check_schema(s->job, here, fold->acc);
    if (n == NULL)
        return build_wrong(s);
    n->is_sink = true;
    build_config(s->job, n, &config, sizeof config);
    build_constants(s->job, n, fold->with, fold->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
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
    if (subtasks > 1 && maker(s)->is_all)
        job_mistake(s->job, maker(s)->here, "windows of all rows have one subtask, not %u",
                    subtasks);
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
    build_constants(s->job, maker(s), with, bytes);
    return s;
}
