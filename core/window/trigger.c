#include "window/trigger.h"

#include <string.h>

static void set_event(const struct trigger_call *c, int64_t ms)
{
    timerq_set(c->event, ms, c->key_group, c->name);
}

static void set_processing(const struct trigger_call *c, int64_t ms)
{
    timerq_set(c->processing, ms, c->key_group, c->name);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The pending time of a continuous trigger: an interval after `from`, at most the maximum. */
static void set_next(const struct weir_trigger *t, const struct trigger_call *c, int64_t from)
{
    int64_t next = least(ms_add(from, t->interval_ms), window_max(c->window));

    c->state->value = c->state->has_value ? least(c->state->value, next) : next;
    c->state->has_value = true;
    if (t->kind == WEIR_TRIGGER_CONTINUOUS_EVENT_TIME)
        set_event(c, next);
    else
        set_processing(c, next);
}

static void start_interval(const struct weir_trigger *t, const struct trigger_call *c, int64_t from)
{
    if (!c->state->has_value)
        set_next(t, c, ms_subtract(from, from % t->interval_ms));
}

static unsigned interval_is_over(const struct weir_trigger *t, const struct trigger_call *c,
                                 int64_t time_ms)
{
    if (!c->state->has_value || c->state->value != time_ms)
        return TRIGGER_CONTINUE;
    if (time_ms < window_max(c->window)) {
        c->state->has_value = false;
        set_next(t, c, time_ms);
    }
    return TRIGGER_FIRE;
}

static unsigned count(const struct weir_trigger *t, struct trigger_state *s)
{
    s->value = s->has_value ? s->value + 1 : 1;
    s->has_value = s->value < t->count;
    return s->has_value ? TRIGGER_CONTINUE : TRIGGER_FIRE;
}

static void keep_row(struct trigger_state *s, const struct weir_row *row)
{
    s->has_value = true;
    bytes_clear(&s->last);
    bytes_put(&s->last, row->image, row->bytes);
}

static unsigned delta(const struct weir_trigger *t, const struct trigger_call *c)
{
    struct trigger_state *s = c->state;
    struct weir_row kept = {.image = (const uint64_t *)(const void *)s->last.p,
                            .bytes = (uint32_t)s->last.bytes};

    if (s->has_value && !(t->delta(&kept, c->row) > t->threshold))
        return TRIGGER_CONTINUE;
    keep_row(s, c->row);
    return kept.image ? TRIGGER_FIRE : TRIGGER_CONTINUE;
}

static unsigned purging(unsigned result)
{
    return result & TRIGGER_FIRE ? TRIGGER_FIRE | TRIGGER_PURGE : result;
}

static unsigned timeout_on_element(const struct weir_trigger *t, const struct trigger_call *c)
{
    unsigned result = trigger_on_element(t->inner, c);
    struct trigger_state *s = c->state;

    if (result & TRIGGER_FIRE) {
        trigger_clear(t, c);
        return result;
    }
    if (s->has_timeout && t->reset_on_element) {
        timerq_delete(c->processing, s->timeout, c->name);
        s->has_timeout = false;
    }
    if (!s->has_timeout) {
        s->timeout = ms_add(c->now_ms, t->timeout_ms);
        s->has_timeout = true;
        set_processing(c, s->timeout);
    }
    return result;
}

/* ---- a trigger of the user's ---- */

static struct weir_pane pane_of(const struct weir_own_trigger *own, const struct trigger_call *c)
{
    struct bytes *state = &c->state->last;

    if (own->state && state->bytes == 0)
        memset(bytes_grow(state, own->state->size), 0, own->state->size);
    return (struct weir_pane){.start_ms = c->window.start_ms,
                              .end_ms = c->window.end_ms,
                              .max_ms = window_max(c->window),
                              .state = own->state ? state->p : NULL,
                              .with = own->with};
}

/* State that is all zero is as good as none. */
static unsigned settled(const struct trigger_call *c, enum weir_answer answer)
{
    struct trigger_state *s = c->state;

    s->has_value = false;
    for (size_t i = 0; i < s->last.bytes; i++)
        s->has_value |= s->last.p[i] != 0;
    if (!s->has_value)
        bytes_done(&s->last);
    return (unsigned)answer & (TRIGGER_FIRE | TRIGGER_PURGE);
}

static unsigned own_on_element(const struct weir_own_trigger *own, const struct trigger_call *c)
{
    struct weir_pane pane = pane_of(own, c);

    return settled(c, own->on_element(c->user, &pane, c->row));
}

static unsigned own_on_time(const struct weir_own_trigger *own, const struct trigger_call *c,
                            enum weir_answer (*on_time)(struct weir_ctx *, struct weir_pane *,
                                                        int64_t),
                            int64_t time_ms)
{
    struct weir_pane pane;

    if (on_time == NULL)
        return TRIGGER_CONTINUE;
    pane = pane_of(own, c);
    return settled(c, on_time(c->user, &pane, time_ms));
}

static void own_call(const struct weir_own_trigger *own, const struct trigger_call *c,
                     void (*fn)(struct weir_ctx *, struct weir_pane *))
{
    struct weir_pane pane = pane_of(own, c);

    if (fn)
        fn(c->user, &pane);
    settled(c, WEIR_CONTINUE);
}

static void own_absorb(const struct weir_own_trigger *own, struct trigger_state *into,
                       const struct trigger_state *from)
{
    if (into->has_value)
        own->merge(into->last.p, from->last.p);
    else
        bytes_put(&into->last, from->last.p, from->last.bytes);
    into->has_value = true;
}

const struct weir_own_trigger *trigger_own(const struct weir_trigger *t)
{
    while (t->inner)
        t = t->inner;
    return t->kind == WEIR_TRIGGER_OWN ? t->own : NULL;
}

/* ---- what is asked ---- */

unsigned trigger_on_element(const struct weir_trigger *t, const struct trigger_call *c)
{
    int64_t max_ms = window_max(c->window);

    switch (t->kind) {
    case WEIR_TRIGGER_EVENT_TIME:
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME:
        if (trigger_event_time(max_ms, c->watermark_ms) == TRIGGER_FIRE)
            return TRIGGER_FIRE;
        set_event(c, max_ms);
        if (t->kind == WEIR_TRIGGER_CONTINUOUS_EVENT_TIME)
            start_interval(t, c, c->row->event_ms);
        return TRIGGER_CONTINUE;
    case WEIR_TRIGGER_END_OF_STREAM:
        set_event(c, max_ms);
        return TRIGGER_CONTINUE;
    case WEIR_TRIGGER_PROCESSING_TIME:
        set_processing(c, max_ms);
        return TRIGGER_CONTINUE;
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
        start_interval(t, c, c->now_ms);
        return TRIGGER_CONTINUE;
    case WEIR_TRIGGER_COUNT:
        return count(t, c->state);
    case WEIR_TRIGGER_DELTA:
        return delta(t, c);
    case WEIR_TRIGGER_PURGING:
        return purging(trigger_on_element(t->inner, c));
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
        return timeout_on_element(t, c);
    case WEIR_TRIGGER_OWN:
        return own_on_element(t->own, c);
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_NEVER:
        break;
    }
    return TRIGGER_CONTINUE;
}

/* A time-out fires for every timer of its window, also for one that was not its own. */
static unsigned timed_out(const struct weir_trigger *t, const struct trigger_call *c,
                          unsigned result)
{
    if (t->clear_on_timeout)
        trigger_clear(t, c);
    return TRIGGER_FIRE | (result & TRIGGER_PURGE);
}

unsigned trigger_on_event_time(const struct weir_trigger *t, const struct trigger_call *c,
                               int64_t time_ms)
{
    unsigned at_max = time_ms == window_max(c->window) ? TRIGGER_FIRE : TRIGGER_CONTINUE;

    switch (t->kind) {
    case WEIR_TRIGGER_EVENT_TIME:
    case WEIR_TRIGGER_END_OF_STREAM:
        return at_max;
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME:
        return at_max ? at_max : interval_is_over(t, c, time_ms);
    case WEIR_TRIGGER_PURGING:
        return purging(trigger_on_event_time(t->inner, c, time_ms));
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
        return timed_out(t, c, trigger_on_event_time(t->inner, c, time_ms));
    case WEIR_TRIGGER_OWN:
        return own_on_time(t->own, c, t->own->on_event_time, time_ms);
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_PROCESSING_TIME:
    case WEIR_TRIGGER_COUNT:
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
    case WEIR_TRIGGER_DELTA:
    case WEIR_TRIGGER_NEVER:
        break;
    }
    return TRIGGER_CONTINUE;
}

unsigned trigger_on_processing_time(const struct weir_trigger *t, const struct trigger_call *c,
                                    int64_t time_ms)
{
    switch (t->kind) {
    case WEIR_TRIGGER_PROCESSING_TIME:
        return TRIGGER_FIRE;
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
        return interval_is_over(t, c, time_ms);
    case WEIR_TRIGGER_PURGING:
        return purging(trigger_on_processing_time(t->inner, c, time_ms));
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
        return timed_out(t, c, trigger_on_processing_time(t->inner, c, time_ms));
    case WEIR_TRIGGER_OWN:
        return own_on_time(t->own, c, t->own->on_processing_time, time_ms);
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_EVENT_TIME:
    case WEIR_TRIGGER_END_OF_STREAM:
    case WEIR_TRIGGER_COUNT:
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME:
    case WEIR_TRIGGER_DELTA:
    case WEIR_TRIGGER_NEVER:
        break;
    }
    return TRIGGER_CONTINUE;
}

static void forget(struct trigger_state *s)
{
    s->has_value = false;
    bytes_done(&s->last);
}

void trigger_clear(const struct weir_trigger *t, const struct trigger_call *c)
{
    struct trigger_state *s = c->state;

    switch (t->kind) {
    case WEIR_TRIGGER_EVENT_TIME:
        timerq_delete(c->event, window_max(c->window), c->name);
        break;
    case WEIR_TRIGGER_PROCESSING_TIME:
        timerq_delete(c->processing, window_max(c->window), c->name);
        break;
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME: /* the timer at the maximum stays, as in Flink */
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
        if (s->has_value)
            timerq_delete(t->kind == WEIR_TRIGGER_CONTINUOUS_EVENT_TIME ? c->event : c->processing,
                          s->value, c->name);
        forget(s);
        break;
    case WEIR_TRIGGER_COUNT:
    case WEIR_TRIGGER_DELTA:
        forget(s);
        break;
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
        if (s->has_timeout)
            timerq_delete(c->processing, s->timeout, c->name);
        s->has_timeout = false;
        trigger_clear(t->inner, c);
        break;
    case WEIR_TRIGGER_PURGING:
        trigger_clear(t->inner, c);
        break;
    case WEIR_TRIGGER_OWN:
        own_call(t->own, c, t->own->clear);
        forget(s);
        break;
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_END_OF_STREAM:
    case WEIR_TRIGGER_NEVER:
        break;
    }
}

void trigger_on_merge(const struct weir_trigger *t, const struct trigger_call *c)
{
    int64_t max_ms = window_max(c->window);

    if (t->kind == WEIR_TRIGGER_PURGING)
        trigger_on_merge(t->inner, c);
    if (t->kind == WEIR_TRIGGER_OWN)
        own_call(t->own, c, t->own->on_merge);
    if (t->kind == WEIR_TRIGGER_EVENT_TIME && max_ms > c->watermark_ms)
        set_event(c, max_ms);
    if (t->kind == WEIR_TRIGGER_PROCESSING_TIME && max_ms > c->now_ms)
        set_processing(c, max_ms);
    if (t->kind == WEIR_TRIGGER_CONTINUOUS_EVENT_TIME && c->state->has_value)
        set_event(c, c->state->value);
    if (t->kind == WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME && c->state->has_value)
        set_processing(c, c->state->value);
}

void trigger_absorb(const struct weir_trigger *t, struct trigger_state *into,
                    const struct trigger_state *from)
{
    const struct weir_trigger *leaf = t;

    while (leaf->inner)
        leaf = leaf->inner;
    if (!from->has_value)
        return;
    if (leaf->kind == WEIR_TRIGGER_OWN) {
        own_absorb(leaf->own, into, from);
        return;
    }
    if (!into->has_value)
        into->value = from->value;
    else if (leaf->kind == WEIR_TRIGGER_COUNT)
        into->value += from->value;
    else
        into->value = least(into->value, from->value);
    into->has_value = true;
}

bool trigger_can_merge(const struct weir_trigger *t)
{
    switch (t->kind) {
    case WEIR_TRIGGER_PURGING:
        return trigger_can_merge(t->inner);
    case WEIR_TRIGGER_OWN:
        return t->own && t->own->on_merge;
    case WEIR_TRIGGER_DELTA:
    case WEIR_TRIGGER_PROCESSING_TIMEOUT:
    case WEIR_TRIGGER_END_OF_STREAM:
    case WEIR_TRIGGER_NEVER:
        return false;
    case WEIR_TRIGGER_DEFAULT:
    case WEIR_TRIGGER_EVENT_TIME:
    case WEIR_TRIGGER_PROCESSING_TIME:
    case WEIR_TRIGGER_COUNT:
    case WEIR_TRIGGER_CONTINUOUS_EVENT_TIME:
    case WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME:
        break;
    }
    return true;
}

void trigger_state_done(struct trigger_state *s)
{
    bytes_done(&s->last);
    *s = (struct trigger_state){0};
}
