/* The words of a window: assigner, trigger, evictor. */
#include <stdio.h>
#include <string.h>

#include "tests/golden/reading.h"

static double number(const struct json *j)
{
    return json_kind(j) == JSON_INT ? (double)json_int(j) : json_double(j);
}

static bool read_delta(struct reading *r, const struct json *j)
{
    return j == NULL || begins(r, "delta", json_text(j), "value of the new element - value of ");
}

/* ---- trigger ---- */

static bool read_trigger_kind(struct reading *r, const struct json *j, struct weir_trigger *t)
{
    static const char *const words[] = {"event time (default)", "continuous event time", "count",
                                        "delta", NULL};
    static const enum weir_trigger_kind kinds[] = {WEIR_TRIGGER_DEFAULT,
                                                   WEIR_TRIGGER_CONTINUOUS_EVENT_TIME,
                                                   WEIR_TRIGGER_COUNT, WEIR_TRIGGER_DELTA};
    int k = word_in(json_get_text(j, "kind"), words);

    if (k < 0)
        return stop(r, SPEC_UNKNOWN, "window.trigger", json_get_text(j, "kind"));
    *t = (struct weir_trigger){.kind = kinds[k],
                               .count = json_get_int(j, "n"),
                               .interval_ms = json_get_int(j, "interval_ms"),
                               .threshold = number(json_get(j, "threshold"))};
    return true;
}

static bool read_trigger(struct reading *r, const struct json *j)
{
    struct weir_trigger *t = &r->s->window.trigger, *inner = &r->s->inner;

    if (j == NULL)
        return true;
    if (!read_trigger_kind(r, j, t) || !read_delta(r, json_get(j, "delta")))
        return false;
    if (json_bool(json_get(j, "purging"))) {
        *inner = *t;
        if (inner->kind == WEIR_TRIGGER_DEFAULT)
            inner->kind = WEIR_TRIGGER_EVENT_TIME;
        *t = (struct weir_trigger){.kind = WEIR_TRIGGER_PURGING, .inner = inner};
    }
    return members(r, j, "window.trigger", " kind interval_ms n threshold delta purging note ");
}

/* ---- evictor ---- */

static bool read_when(struct reading *r, const char *when)
{
    r->s->window.evictor.after = strcmp(when, "after the function") == 0;
    return r->s->window.evictor.after ||
           says(r, "window.evictor.when", when, "before the function");
}

static bool read_evictor(struct reading *r, const struct json *j)
{
    static const char *const words[] = {"count", "time", "delta", NULL};
    static const enum weir_evictor_kind kinds[] = {WEIR_EVICT_COUNT, WEIR_EVICT_TIME,
                                                   WEIR_EVICT_DELTA};
    int k = word_in(json_get_text(j, "kind"), words);

    if (j == NULL)
        return true;
    if (k < 0)
        return stop(r, SPEC_UNKNOWN, "window.evictor", json_get_text(j, "kind"));
    r->s->window.evictor = (struct weir_evictor){.kind = kinds[k],
                                                 .count = json_get_int(j, "keep"),
                                                 .size_ms = json_get_int(j, "window_ms"),
                                                 .threshold = number(json_get(j, "threshold"))};
    return read_when(r, json_get_text(j, "when")) && read_delta(r, json_get(j, "delta")) &&
           members(r, j, "window.evictor", " kind keep window_ms threshold delta when note ");
}

/* ---- assigner ---- */

/* "COLUMN * N [* N], at least M" */
static bool read_gap(struct reading *r, const char *text)
{
    long long n = 0, factor, least = 0;
    char field[32];
    int at = 0, next = 0;

    if (sscanf(text, "%31s * %lld%n", field, &n, &at) != 2)
        return stop(r, SPEC_UNKNOWN, "window.gap_ms_of_element", text);
    for (; sscanf(text + at, " * %lld%n", &factor, &next) == 1; at += next)
        n *= factor;
    if (sscanf(text + at, ", at least %lld", &least) != 1)
        return stop(r, SPEC_UNKNOWN, "window.gap_ms_of_element", text);
    r->s->gap_ms = n;
    r->s->gap_least_ms = least;
    return field_of(r, field, &r->s->gap_field);
}

static bool read_assigner(struct reading *r, const struct json *j)
{
    static const char *const words[] = {"tumbling",        "sliding", "session",
                                        "dynamic session", "global",  NULL};
    enum { SLIDING = 1, SESSION, DYNAMIC, GLOBAL };
    struct weir_window *w = &r->s->window;
    int k = word_in(json_get_text(j, "assigner"), words);

    if (k < 0)
        return stop(r, SPEC_UNKNOWN, "window.assigner", json_get_text(j, "assigner"));
    if (k <= SLIDING) {
        w->size_ms = json_get_int(j, "size_ms");
        w->offset_ms = json_get_int(j, "offset_ms");
        w->slide_ms = json_get_int(j, "slide_ms"); /* 0: tumbling, whatever it is called */
    }
    if (k == SESSION)
        w->gap_ms = json_get_int(j, "gap_ms");
    w->is_global = k == GLOBAL;
    if (k == DYNAMIC)
        return read_gap(r, json_get_text(j, "gap_ms_of_element"));
    if (k == SESSION)
        return at_least_one(r, "window.gap_ms", w->gap_ms);
    return true;
}

static bool read_kind(struct reading *r, const struct json *kind)
{
    if (kind == NULL)
        return true;
    r->s->is_all = true;
    return says(r, "window.kind", json_text(kind), "windowAll (no key)");
}

bool read_window(struct reading *r, const struct json *j)
{
    struct weir_window *w = &r->s->window;

    if (j == NULL)
        return true;
    if (!read_kind(r, json_get(j, "kind")) || !read_assigner(r, j) ||
        !read_trigger(r, json_get(j, "trigger")) || !read_evictor(r, json_get(j, "evictor")))
        return false;
    if (!w->is_global) /* where nothing is late */
        w->allowed_lateness_ms = json_get_int(j, "allowed_lateness_ms");
    r->s->late_output = json_bool(json_get(j, "late_side_output"));
    return members(r, j, "window",
                   " kind assigner size_ms slide_ms offset_ms gap_ms gap_ms_of_element trigger "
                   "evictor allowed_lateness_ms late_side_output note ");
}
