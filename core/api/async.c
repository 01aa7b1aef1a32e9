/* The builder of weir_async.h. */
#include "api/build.h"
#include "connectors/table_lookup.h"
#include "operators/async.h"

enum { CAPACITY = 100 }; /* of who says nothing, as in Flink */

static void check_function(struct weir_job *job, struct weir_here here, const struct weir_async *fn)
{
    build_check_function(job, here, fn->on_row != NULL, "weir_awaited(): on_row");
    build_check_function(job, here, fn->on_answer != NULL, "weir_awaited(): on_answer");
    if (fn->timeout_ms < 0 || fn->retry.delay_ms < 0)
        job_mistake(job, here, "weir_awaited(): a time-out of %lld ms, a retry after %lld ms",
                    (long long)fn->timeout_ms, (long long)fn->retry.delay_ms);
    if (fn->retry.max_attempts && fn->timeout_ms == 0)
        job_mistake(job, here, "weir_awaited(): with a retry, timeout_ms says when to give up");
    if (fn->on_timeout && fn->timeout_ms == 0)
        job_mistake(job, here, "weir_awaited(): on_timeout without timeout_ms is never called");
}

static int key_column(struct weir_stream *s, struct weir_here here,
                      const struct weir_lookup_table *t)
{
    struct weir_stream rows = {.job = s->job, .type = t->schema};

    build_check_schema(s->job, here, t->schema);
    if (t->latency_ms < 0 || (t->latency_max_ms && t->latency_max_ms < t->latency_ms))
        job_mistake(s->job, here, "%s: a latency of %lld to %lld ms", t->path,
                    (long long)t->latency_ms, (long long)t->latency_max_ms);
    return build_column(&rows, here, t->column);
}

/* Where functions are is no part of what the graph says, but whether they are. */
static void say(struct node *n, const struct weir_async *fn, const struct weir_lookup_table *t)
{
    const uint64_t numbers[] = {(uint64_t)fn->timeout_ms,
                                fn->capacity,
                                (uint64_t)fn->unordered << 1 | (fn->on_timeout != NULL),
                                fn->retry.max_attempts,
                                (uint64_t)fn->retry.delay_ms,
                                fn->retry.if_not_found,
                                (uint64_t)t->latency_ms,
                                (uint64_t)t->latency_max_ms,
                                t->fail_every};

    build_say_text(n, t->path);
    build_say_text(n, t->column);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        build_say(n, numbers[i]);
}

struct weir_stream *weir_awaited_at(struct weir_here here, struct weir_stream *s,
                                    const struct weir_async *fn, struct weir_lookup_table table,
                                    const struct weir_schema *out)
{
    struct table_lookup_config with = {table, key_column(s, here, &table)};
    struct async_config config = {.fn = *fn, .service = &table_lookup_class};
    struct node *n = build_after(s, here, "async", "async", out);

    check_function(s->job, here, fn);
    if (n == NULL)
        return build_wrong(s);
    if (fn->capacity == 0)
        config.fn.capacity = CAPACITY;
    if (with.column >= 0)
        config.key_is_text = table.schema->column[with.column].type == WEIR_STRING;
    config.service_with = arena_copy(s->job->arena, &with, sizeof with);
    build_config(s->job, n, &config, sizeof config);
    say(n, &config.fn, &table);
    build_constants(s->job, n, fn->with, fn->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, out);
}
