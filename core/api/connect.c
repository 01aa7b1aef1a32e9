/* The builders of weir_connect.h. */
#include <string.h>

#include "api/build.h"
#include "data/schema.h"
#include "operators/joins.h"
#include "operators/process.h"
#include "operators/registry.h"

static enum weir_type key_type(const struct weir_stream *s)
{
    return s->type->column[s->key_column].type;
}

static bool is_keyed(const struct weir_stream *s)
{
    return s->key_column >= 0;
}

static void check_jobs(struct weir_here here, const struct weir_stream *first,
                       const struct weir_stream *second)
{
    if (first->job != second->job)
        job_mistake(first->job, here, "the two streams are of two jobs");
}

/* Equal keys have to meet: both streams are keyed, by columns of one type. */
static bool check_keys(struct weir_here here, const struct weir_stream *first,
                       const struct weir_stream *second, const char *what)
{
    if (!is_keyed(first) || !is_keyed(second)) {
        job_mistake(first->job, here,
                    "%s needs two keyed streams, and the %s is not: use "
                    "weir_key_by()",
                    what, is_keyed(first) ? "second" : "first");
        return false;
    }
    if (key_type(first) == key_type(second))
        return true;
    job_mistake(
        first->job, here,
        "%s: the first stream is keyed by %s '%s', the second by %s '%s': keys of two types "
        "never meet",
        what, type_name(key_type(first)), first->type->column[first->key_column].name,
        type_name(key_type(second)), second->type->column[second->key_column].name);
    return false;
}

/* ---- process functions ---- */

struct weir_stream *weir_co_processed_at(struct weir_here here, struct weir_stream *first,
                                         struct weir_stream *second,
                                         const struct weir_co_process *fn,
                                         const struct weir_schema *out)
{
    struct process_config config = {.fn = {.on_row = fn->on_row_1, .on_timer = fn->on_timer},
                                    .on_row_2 = fn->on_row_2};
    struct node *n;

    memcpy(config.fn.state, fn->state, sizeof fn->state);
    check_jobs(here, first, second);
    if (is_keyed(first) || is_keyed(second) || fn->state[0].name || fn->on_timer)
        check_keys(here, first, second, "a co-process function with keys, state or timers");
    build_check_states(first, here, fn->state);
    n = build_after_two(first, second, here, "co_process", out);
    if (n == NULL)
        return build_wrong(first);
    build_config(first->job, n, &config, sizeof config);
    build_say_states(n, config.fn.state);
    build_constants(first->job, n, fn->with, fn->with_bytes);
    return build_stream(first->job, n->id, TAG_MAIN, out);
}

static void check_broadcast(struct weir_here here, struct weir_stream *s,
                            const struct weir_broadcast *fn)
{
    struct weir_stream as_if_keyed = *s; /* of these states no key is asked */

    as_if_keyed.key_column = 0;
    build_check_states(&as_if_keyed, here, fn->broadcast);
    for (int i = 0; i < WEIR_STATES; i++)
        if (fn->broadcast[i].name && (fn->broadcast[i].kind != WEIR_MAP || fn->broadcast[i].ttl.ms))
            job_mistake(s->job, here, "broadcast state '%s': it is a map, and has no time-to-live",
                        fn->broadcast[i].name);
}

struct weir_stream *weir_broadcasted_at(struct weir_here here, struct weir_stream *s,
                                        struct weir_stream *broadcast,
                                        const struct weir_broadcast *fn,
                                        const struct weir_schema *out)
{
    struct process_config config = {.fn = {.on_row = fn->on_row, .on_timer = fn->on_timer},
                                    .on_row_2 = fn->on_broadcast};
    struct node *n;

    memcpy(config.fn.state, fn->state, sizeof fn->state);
    memcpy(config.broadcast, fn->broadcast, sizeof fn->broadcast);
    check_jobs(here, s, broadcast);
    if (is_keyed(broadcast))
        job_mistake(s->job, here, "the broadcast stream goes to every subtask: it cannot be keyed");
    if (fn->on_timer && !is_keyed(s))
        job_mistake(s->job, here, "timers need a keyed stream: use weir_key_by()");
    build_check_states(s, here, fn->state);
    check_broadcast(here, s, fn);
    n = build_after_two(s, build_shipped(here, broadcast, SHIP_BROADCAST), here,
                        "broadcast_process", out);
    if (n == NULL)
        return build_wrong(s);
    build_config(s->job, n, &config, sizeof config);
    build_say_states(n, config.fn.state);
    build_say_states(n, config.broadcast);
    build_constants(s->job, n, fn->with, fn->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, out);
}

/* ---- interval join ---- */

static bool late_stream(struct weir_stream **late, const struct weir_stream *of,
                        const struct node *n, uint32_t tag)
{
    if (late)
        *late = build_stream(of->job, n ? n->id : 0, tag, of->type);
    return late != NULL;
}

static void check_interval(struct weir_job *job, struct weir_here here,
                           const struct interval_join_config *c, const struct weir_interval *i)
{
    if (i->lower_ms > i->upper_ms)
        job_mistake(job, here, "the interval's lower_ms %lld is greater than its upper_ms %lld",
                    (long long)i->lower_ms, (long long)i->upper_ms);
    else if (c->lower_ms > c->upper_ms)
        job_mistake(job, here, "no row can be in the interval: of %lld to %lld ms %s excluded",
                    (long long)i->lower_ms, (long long)i->upper_ms,
                    i->lower_exclusive && i->upper_exclusive ? "both bounds are" : "a bound is");
}

/* An exclusive bound is a millisecond further in. */
struct weir_stream *weir_interval_joined_at(struct weir_here here, struct weir_stream *first,
                                            struct weir_stream *second, struct weir_interval i,
                                            const struct weir_join *fn,
                                            const struct weir_schema *out)
{
    struct interval_join_config config = {.fn = *fn,
                                          .lower_ms = ms_add(i.lower_ms, i.lower_exclusive),
                                          .upper_ms = ms_add(i.upper_ms, -i.upper_exclusive)};
    struct node *n;

    check_jobs(here, first, second);
    check_keys(here, first, second, "an interval join");
    check_interval(first->job, here, &config, &i);
    build_check_function(first->job, here, fn->on_pair != NULL, "weir_interval_joined(): on_pair");
    n = build_after_two(first, second, here, "interval_join", out);
    config.late_1 = late_stream(i.late_1, first, n, TAG_LATE);
    config.late_2 = late_stream(i.late_2, second, n, TAG_LATE_2);
    if (n == NULL)
        return build_wrong(first);
    build_config(first->job, n, &config, sizeof config);
    build_say(n, (uint64_t)config.lower_ms);
    build_say(n, (uint64_t)config.upper_ms);
    build_say(n, config.late_1 | config.late_2 << 1);
    build_constants(first->job, n, fn->with, fn->with_bytes);
    return build_stream(first->job, n->id, TAG_MAIN, out);
}

/* ---- window join and coGroup: a union of tagged rows in a window ---- */

static struct weir_stream *tagged(struct weir_here here, struct weir_stream *s, bool second,
                                  const struct weir_schema *either)
{
    struct weir_stream unkeyed = *s;
    struct tag_config config = {s->key_column, second, either};
    struct node *n;

    unkeyed.key_column = -1; /* it stays where it is; its tagged rows are shipped by the key */
    n = build_after(&unkeyed, here, "tag", second ? "second" : "first", either);
    if (n == NULL)
        return NULL;
    n->parallelism = s->job->dataflow->node[s->part[0].node].parallelism;
    build_config(s->job, n, &config, sizeof config);
    build_say(n, (uint64_t)config.key_column << 1 | second);
    return build_stream(s->job, n->id, TAG_MAIN, either);
}

static bool looks_into_rows(const struct weir_window *w)
{
    bool by_row = w->evictor.kind == WEIR_EVICT_DELTA;

    for (const struct weir_trigger *t = &w->trigger; t; t = t->inner)
        by_row = by_row || t->kind == WEIR_TRIGGER_DELTA || t->kind == WEIR_TRIGGER_OWN;
    return w->gap_of || by_row;
}

static void check_window(struct weir_job *job, struct weir_here here, const struct weir_window *w,
                         struct weir_stream *after_a_mistake)
{
    if (w->late) {
        *w->late = after_a_mistake;
        job_mistake(job, here,
                    "rows of two types have no one stream of late rows: they are counted; "
                    "leave out `late`");
    }
    if (looks_into_rows(w))
        job_mistake(job, here,
                    "gap_of, a delta or own trigger and a delta evictor look into rows, and "
                    "here these are of two types");
}

/* What the window's function calls is filled in behind the window's own config. */
static struct weir_stream *add_window(struct weir_here here, struct weir_stream *streams[2],
                                      struct weir_window w, const struct weir_window_list *list,
                                      const struct joined_window_config *fn,
                                      const struct weir_schema *out)
{
    struct weir_job *job = streams[0]->job;
    struct joined_window_config config = *fn;
    const struct weir_schema *either;
    struct weir_stream *first, *second, *s;
    struct node *n;

    check_jobs(here, streams[0], streams[1]);
    check_window(job, here, &w, build_wrong(streams[0]));
    if (!check_keys(here, streams[0], streams[1], "a window of two streams"))
        return build_wrong(streams[0]);
    either = either_type(job->arena, key_type(streams[0]));
    first = tagged(here, streams[0], false, either);
    second = tagged(here, streams[1], true, either);
    if (first == NULL || second == NULL)
        return build_wrong(streams[0]);
    s = weir_key_by_at(here, weir_union_at(here, first, second), either->column[EITHER_KEY].name);
    s = weir_window_lists_at(here, s, w, list, out);
    if (job->mistake.err)
        return build_wrong(streams[0]);
    n = &job->dataflow->node[s->part[0].node];
    n->name = fn->join.on_pair ? "window_join" : "co_group";
    config.window = *(const struct window_config *)n->config;
    build_config(job, n, &config, sizeof config);
    return s;
}

struct weir_stream *weir_window_joined_at(struct weir_here here, struct weir_stream *first,
                                          struct weir_stream *second, struct weir_window w,
                                          const struct weir_join *fn, const struct weir_schema *out)
{
    const struct weir_window_list list = {join_in_window, fn->with, fn->with_bytes};
    struct weir_stream *streams[] = {first, second};

    build_check_function(first->job, here, fn->on_pair != NULL, "weir_window_joined(): on_pair");
    return add_window(here, streams, w, &list, &(struct joined_window_config){.join = *fn}, out);
}

struct weir_stream *weir_co_grouped_at(struct weir_here here, struct weir_stream *first,
                                       struct weir_stream *second, struct weir_window w,
                                       const struct weir_co_group *fn,
                                       const struct weir_schema *out)
{
    const struct weir_window_list list = {group_in_window, fn->with, fn->with_bytes};
    struct weir_stream *streams[] = {first, second};

    build_check_function(first->job, here, fn->on_group != NULL, "weir_co_grouped(): on_group");
    return add_window(here, streams, w, &list, &(struct joined_window_config){.group = *fn}, out);
}
