#include "api/windows.h"

#include "api/build.h"
#include "base/hash.h"
#include "data/schema.h"
#include "window/trigger.h"

/* ---- mistakes ---- */

static void check_sizes(struct weir_job *job, struct weir_here here, const struct weir_window *w)
{
    int64_t step = w->slide_ms ? w->slide_ms : w->size_ms;

    if (w->size_ms <= 0)
        job_mistake(job, here, "window size_ms is %lld; it must be positive",
                    (long long)w->size_ms);
    else if (w->slide_ms < 0)
        job_mistake(job, here, "window slide_ms is %lld; it must be positive",
                    (long long)w->slide_ms);
    else if (w->step_ms < 0 || w->size_ms % (w->step_ms ? w->step_ms : 1) != 0)
        job_mistake(job, here, "window size_ms %lld is no multiple of its step_ms %lld",
                    (long long)w->size_ms, (long long)w->step_ms);
    else if (w->step_ms && w->slide_ms)
        job_mistake(job, here, "a window has slide_ms or step_ms, not both");
    else if (w->offset_ms <= -step || w->offset_ms >= step)
        job_mistake(job, here, "window offset_ms must be smaller than its %s",
                    w->slide_ms ? "slide" : "size");
}

static void check_kind(struct weir_job *job, struct weir_here here, const struct weir_window *w)
{
    bool is_sized = w->size_ms || w->offset_ms || w->slide_ms || w->step_ms;

    if (w->gap_ms < 0)
        job_mistake(job, here, "a session's gap_ms is %lld; it must be positive",
                    (long long)w->gap_ms);
    if (w->gap_ms && w->gap_of)
        job_mistake(job, here, "a session has gap_ms or gap_of, not both");
    if (is_sized && (window_is_session(w) || w->is_global))
        job_mistake(job, here, "%s has no size, offset, slide or step",
                    w->is_global ? "a global window" : "a session");
    if (w->is_global && window_is_session(w))
        job_mistake(job, here, "a window is global or a session, not both");
    if (!window_is_session(w) && !w->is_global)
        check_sizes(job, here, w);
    if (w->allowed_lateness_ms < 0)
        job_mistake(job, here, "allowed_lateness_ms must not be negative");
    if (w->allowed_lateness_ms && (w->processing_time || w->is_global))
        job_mistake(job, here, "allowed_lateness_ms: %s is never late",
                    w->is_global ? "a row of a global window" : "the wall clock");
}

static void check_own(struct weir_job *job, struct weir_here here, const struct weir_own_trigger *t)
{
    if (t == NULL || t->on_element == NULL) {
        job_mistake(job, here, "a trigger of your own: set `own`, with its on_element");
        return;
    }
    if (t->state)
        build_check_schema(job, here, t->state);
    if (t->state && !schema_is_fixed(t->state))
        job_mistake(job, here, "a trigger's state has no STRING columns, unlike '%s'",
                    t->state->name);
    if (t->state && t->on_merge && t->merge == NULL)
        job_mistake(job, here, "a trigger that merges and has a state: give it `merge`");
}

static void check_trigger(struct weir_job *job, struct weir_here here, const struct weir_trigger *t)
{
    switch (t->kind) {
    case WEIR_TRIGGER_COUNT:
        if (t->count <= 0)
            job_mistake(job, here, "a count trigger's count is %lld; it must be positive",
                        (long long)t->count);
        break;
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME:
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
        if (t->interval_ms <= 0)
            job_mistake(job, here,
                        "a continuous trigger's interval_ms is %lld; it must be positive",
                        (long long)t->interval_ms);
        break;
    case WEIR_TRIGGER_DELTA:
        if (t->delta == NULL)
            job_mistake(job, here, "a delta trigger needs its function `delta`");
        break;
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
        if (t->timeout_ms <= 0)
            job_mistake(job, here, "a time-out trigger's timeout_ms is %lld; it must be positive",
                        (long long)t->timeout_ms);
        /* fallthrough */
    case WEIR_TRIGGER_PURGING:
        if (t->inner == NULL || t->inner->kind == WEIR_TRIGGER_DEFAULT)
            job_mistake(job, here, "this trigger is around another one: set `inner`");
        else
            check_trigger(job, here, t->inner);
        break;
    case WEIR_TRIGGER_OWN:
        check_own(job, here, t->own);
        break;
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_EVENT_TIME:
    case WEIR_TRIGGER_PROCESSING_TIME:
    case WEIR_TRIGGER_END_OF_STREAM:
    case WEIR_TRIGGER_NEVER:
        break;
    }
}

static void check_evictor(struct weir_job *job, struct weir_here here, const struct weir_evictor *e)
{
    if (e->kind == WEIR_EVICT_COUNT && e->count < 0)
        job_mistake(job, here, "a count evictor keeps %lld rows; it must not be negative",
                    (long long)e->count);
    if (e->kind == WEIR_EVICT_TIME && e->size_ms < 0)
        job_mistake(job, here, "a time evictor's size_ms must not be negative");
    if (e->kind == WEIR_EVICT_DELTA && e->delta == NULL)
        job_mistake(job, here, "a delta evictor needs its function `delta`");
}

void window_check(struct weir_job *job, struct weir_here here, const struct weir_window *w,
                  bool cannot_merge)
{
    check_kind(job, here, w);
    check_trigger(job, here, &w->trigger);
    check_evictor(job, here, &w->evictor);
    if (window_is_session(w) && cannot_merge && w->evictor.kind == WEIR_EVICT_NOTHING)
        job_mistake(job, here, "sessions merge: give the aggregate its function `merge`");
    if (window_is_session(w) && !trigger_can_merge(&w->trigger))
        job_mistake(job, here, "sessions merge, and this trigger cannot");
}

/* ---- resolved ---- */

static const struct weir_own_trigger *copied_own(struct weir_job *job,
                                                 const struct weir_own_trigger *own)
{
    struct weir_own_trigger *copy;

    if (own == NULL)
        return NULL;
    copy = arena_copy(job->arena, own, sizeof *own);
    copy->with = own->with_bytes ? arena_copy(job->arena, own->with, own->with_bytes) : NULL;
    return copy;
}

static const struct weir_trigger *copied(struct weir_job *job, const struct weir_trigger *t)
{
    struct weir_trigger *copy;

    if (t == NULL)
        return NULL;
    copy = arena_copy(job->arena, t, sizeof *t);
    copy->inner = copied(job, t->inner);
    copy->own = copied_own(job, t->own);
    return copy;
}

struct weir_window window_resolved(struct weir_job *job, const struct weir_window *w)
{
    struct weir_window r = *w;

    r.late = NULL; /* the caller's variable; the graph knows the stream */
    if (r.trigger.kind == WEIR_TRIGGER_DEFAULT)
        r.trigger.kind = w->is_global         ? WEIR_TRIGGER_NEVER
                         : w->processing_time ? WEIR_TRIGGER_PROCESSING_TIME
                                              : WEIR_TRIGGER_EVENT_TIME;
    r.trigger.inner = copied(job, w->trigger.inner);
    r.trigger.own = copied_own(job, w->trigger.own);
    return r;
}

/* ---- hash ---- */

static uint64_t say(uint64_t hash, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = hash_mix(hash, (uint64_t)values[i]);
    return hash;
}

static uint64_t say_double(uint64_t hash, double value)
{
    return hash_mix(hash, hash_bytes(&value, sizeof value));
}

static uint64_t say_own(uint64_t hash, const struct weir_own_trigger *own)
{
    hash = hash_mix(hash, own->state ? schema_hash(own->state) : 0);
    return hash_mix(hash, own->with ? hash_bytes(own->with, own->with_bytes) : 0);
}

static uint64_t say_trigger(uint64_t hash, const struct weir_trigger *t)
{
    const int64_t values[] = {t->kind,
                              t->count,
                              t->interval_ms,
                              t->timeout_ms,
                              t->delta != NULL,
                              t->reset_on_element,
                              t->clear_on_timeout};

    hash = say_double(say(hash, values, 7), t->threshold);
    if (t->own)
        hash = say_own(hash, t->own);
    return t->inner ? say_trigger(hash, t->inner) : hash;
}

uint64_t window_hash(const struct window_config *c)
{
    const struct weir_window *w = &c->window;
    const struct weir_evictor *e = &w->evictor;
    const int64_t values[] = {w->size_ms,
                              w->offset_ms,
                              w->slide_ms,
                              w->step_ms,
                              w->gap_ms,
                              w->gap_of != NULL,
                              w->is_global,
                              w->processing_time,
                              w->allowed_lateness_ms,
                              c->late_output,
                              e->kind,
                              e->after,
                              e->count,
                              e->size_ms,
                              e->delta != NULL,
                              c->is_all};
    uint64_t hash = say_trigger(say(0, values, sizeof values / sizeof values[0]), &w->trigger);

    hash = hash_mix(say_double(hash, e->threshold), c->is_list);
    return hash_mix(hash, c->is_list ? 0 : schema_hash(c->aggregate.acc));
}
