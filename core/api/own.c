/* The builders of weir_own.h. */
#include <string.h>

#include "api/build.h"
#include "connectors/sources.h"
#include "data/schema.h"
#include "operators/process.h"

/* A half that is told of checkpoints is no transaction. */
static void check_phases(struct weir_job *job, struct weir_here here, const struct weir_sink *fn)
{
    if (fn->on_complete && fn->on_checkpoint == NULL)
        job_mistake(job, here,
                    "weir_sink(): on_complete commits what on_checkpoint has made durable: give it "
                    "both, or none");
    if (fn->on_complete && (fn->on_restore == NULL || fn->state[0].name == NULL))
        job_mistake(job, here,
                    "weir_sink(): what is to be committed has to outlive a failure: declare a "
                    "state, and an on_restore that commits it");
}

struct weir_stream *weir_sink_at(struct weir_here here, struct weir_stream *s,
                                 const struct weir_sink *fn)
{
    struct process_config config = {.fn = {.on_row = fn->on_row, .on_restore = fn->on_restore},
                                    .sink = *fn};
    struct node *n;

    memcpy(config.fn.state, fn->state, sizeof fn->state);
    build_check_function(s->job, here, fn->on_row != NULL, "weir_sink(): on_row");
    check_phases(s->job, here, fn);
    build_check_states(s, here, fn->state);
    n = build_after(s, here, "own_sink", "sink", NULL);
    if (n == NULL)
        return build_wrong(s);
    n->is_sink = true;
    build_config(s->job, n, &config, sizeof config);
    build_say_states(n, config.fn.state);
    build_constants(s->job, n, fn->with, fn->with_bytes);
    return build_stream(s->job, n->id, TAG_MAIN, s->type);
}

static void check_source(struct weir_job *job, struct weir_here here, const struct weir_source *fn)
{
    build_check_function(job, here, fn->splits && fn->next, "weir_source(): splits and next");
    if (fn->position == NULL) {
        job_mistake(job, here,
                    "weir_source(): without a `position` of its splits a restore would "
                    "read them from their beginning");
        return;
    }
    build_check_schema(job, here, fn->position);
    if (!schema_is_fixed(fn->position))
        job_mistake(job, here, "a position has no STRING columns, unlike '%s'", fn->position->name);
    if (fn->wait_ms < 0)
        job_mistake(job, here, "weir_source(): wait_ms is %lld; it must not be negative",
                    (long long)fn->wait_ms);
}

struct weir_stream *weir_source_at(struct weir_here here, struct weir_job *job,
                                   const struct weir_source *fn, const struct weir_schema *out)
{
    const struct own_source_config config = {*fn, out};
    struct node *n = build_node(job, here, "own_source", "source", out);

    check_source(job, here, fn);
    if (n) {
        n->is_source = true;
        n->is_unbounded = fn->is_unbounded;
        n->unites_state = true;
        build_config(job, n, &config, sizeof config);
        build_say(n, fn->position ? schema_hash(fn->position) : 0);
        build_constants(job, n, fn->with, fn->with_bytes);
    }
    return build_stream(job, n ? n->id : 0, TAG_MAIN, out);
}
