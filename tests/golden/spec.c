#include "tests/golden/spec.h"

#include <stdio.h>
#include <string.h>

const char *out_name(enum out_word o)
{
    static const char *const names[] = {
#define OUT_NAME_(name) #name,
        OUT_LIST(OUT_NAME_)};

    return names[o];
}

struct reading {
    struct spec *s;
    const struct json *job;
    char *why;
    enum understood u;
};

/* An unknown word weighs more than a family that is not built; else the first finding stays. */
static bool stop(struct reading *r, enum understood u, const char *what, const char *word)
{
    if (r->u == SPEC_OK || (r->u == SPEC_SKIP && u == SPEC_UNKNOWN)) {
        r->u = u;
        snprintf(r->why, 160, "%s '%.100s'", what, word);
    }
    return false;
}

static int word_in(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* Every member of `j` is in `names` (between blanks). */
static bool members(struct reading *r, const struct json *j, const char *where, const char *names)
{
    char padded[80];

    for (size_t i = 0; i < json_count(j); i++) {
        snprintf(padded, sizeof padded, " %s ", json_name(json_at(j, i)));
        if (strstr(names, padded) == NULL)
            return stop(r, SPEC_UNKNOWN, where, json_name(json_at(j, i)));
    }
    return true;
}

/* A count that the job divides by, or keeps that many of. */
static bool at_least_one(struct reading *r, const char *what, int64_t n)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)n);
    return n >= 1 ? true : stop(r, SPEC_UNKNOWN, what, text);
}

/* Each dataset has its own keys and fields: those of the other one are unknown words here. */
static bool key_of(struct reading *r)
{
    static const char *const words[] = {
        "", "origin", "destination", "route", "region", "network", "magnitude class", "id", NULL};
    const char *word = json_get_text(r->job, "key");
    int k = word_in(word, words);
    bool of_flights = k >= KEY_ORIGIN && k <= KEY_ROUTE;
    bool of_quakes = k >= KEY_REGION && k <= KEY_MAGNITUDE_CLASS;

    if (k < 0 || (r->s->quakes ? of_flights : of_quakes))
        return stop(r, SPEC_UNKNOWN, "key", word);
    r->s->key = (enum key_word)k;
    r->s->id_modulo = json_get_int(r->job, "id_modulo");
    return json_get(r->job, "id_modulo") ? at_least_one(r, "id_modulo", r->s->id_modulo) : true;
}

static bool field_of(struct reading *r, const char *word, enum field_word *f)
{
    static const char *const words[] = {"", "distance_mi", "delay_min", "mag100", "depth_km", NULL};
    int k = word_in(word, words);

    if (k < 0 || (k && (k >= FIELD_MAG100) != r->s->quakes))
        return stop(r, SPEC_UNKNOWN, "field", word);
    *f = (enum field_word)k;
    return true;
}

static bool source_of(struct reading *r)
{
    const struct json *source = json_get(r->job, "source");
    const char *file = json_get_text(source, "file");

    r->s->quakes = strcmp(file, "earthquakes.csv") == 0;
    if (!r->s->quakes && strcmp(file, "flights.csv") != 0)
        return stop(r, SPEC_UNKNOWN, "source.file", file);
    return members(r, source, "source", " file note ");
}

static bool time_of(struct reading *r)
{
    const struct json *t = json_get(r->job, "time");
    const char *w = json_get_text(t, "watermark");

    if (t == NULL)
        return true;
    if (strcmp(w, "punctuated") == 0 || strncmp(w, "none", 4) == 0)
        return stop(r, SPEC_SKIP, "watermark", w);
    if (strcmp(w, "bounded out-of-orderness at every record") != 0)
        return stop(r, SPEC_UNKNOWN, "time.watermark", w);
    r->s->timed = true;
    r->s->delay_ms = json_get_int(t, "delay_ms");
    return members(r, t, "time", " timestamp watermark delay_ms note ");
}

static bool where_of(struct reading *r, const char *text)
{
    char field[32];

    if (text[0] == 0)
        return true;
    r->s->where = true;
    if (sscanf(text, "%31s >= min", field) != 1 || strstr(text, " >= min") == NULL)
        return stop(r, SPEC_UNKNOWN, "filter.where", text);
    return field_of(r, field, &r->s->where_field);
}

/* Watermarks are assigned before the filter unless it says otherwise. */
static bool place_of(struct reading *r, const struct json *place)
{
    const char *text = json_text(place);

    r->s->filter_before_time = strncmp(text, "before the watermark is assigned", 32) == 0;
    if (place && !r->s->filter_before_time && strncmp(text, "after the watermark is assigned", 31))
        return stop(r, SPEC_UNKNOWN, "filter.place", text);
    return true;
}

static bool filter_of(struct reading *r)
{
    const struct json *f = json_get(r->job, "filter");

    r->s->keep = json_get(f, "keep_keys");
    r->s->where_min = json_get_int(f, "min");
    return f == NULL ||
           (place_of(r, json_get(f, "place")) && where_of(r, json_get_text(f, "where")) &&
            members(r, f, "filter", " keep_keys place where min note "));
}

static bool trigger_of(struct reading *r, const struct json *t)
{
    static const char *const later[] = {"continuous event time", "count", "delta", NULL};
    const char *kind = json_get_text(t, "kind");

    if (t == NULL)
        return true;
    if (word_in(kind, later) >= 0)
        return stop(r, SPEC_SKIP, "trigger", kind);
    if (strcmp(kind, "event time (default)") != 0)
        return stop(r, SPEC_UNKNOWN, "trigger", kind);
    if (json_bool(json_get(t, "purging")))
        return stop(r, SPEC_SKIP, "trigger", "purging");
    return members(r, t, "window.trigger", " kind purging ");
}

static bool window_of(struct reading *r)
{
    static const char *const later[] = {"sliding", "session", "dynamic session", "global", NULL};
    const struct json *w = json_get(r->job, "window");
    const char *assigner = json_get_text(w, "assigner");

    if (w == NULL)
        return true;
    if (word_in(assigner, later) >= 0) {
        stop(r, SPEC_SKIP, "window", assigner);
        return trigger_of(r, json_get(w, "trigger")) && false;
    }
    if (strcmp(json_get_text(w, "kind"), "windowAll (no key)") == 0)
        return stop(r, SPEC_SKIP, "window", "of all");
    if (strcmp(assigner, "tumbling") != 0)
        return stop(r, SPEC_UNKNOWN, "window.assigner", assigner);
    if (json_get(w, "evictor"))
        return stop(r, SPEC_SKIP, "window with evictor",
                    json_get_text(json_get(w, "evictor"), "kind"));
    r->s->size_ms = json_get_int(w, "size_ms");
    r->s->offset_ms = json_get_int(w, "offset_ms");
    r->s->lateness_ms = json_get_int(w, "allowed_lateness_ms");
    r->s->late_output = json_bool(json_get(w, "late_side_output"));
    return trigger_of(r, json_get(w, "trigger")) &&
           members(
               r, w, "window",
               " assigner size_ms offset_ms trigger allowed_lateness_ms late_side_output note ");
}

static bool window_function(struct reading *r, const char *f)
{
    if (strcmp(f, "incremental aggregate") == 0)
        r->s->family = FAMILY_WINDOW;
    else if (strcmp(f, "process over the list of elements") == 0)
        r->s->family = FAMILY_WINDOW_LIST;
    else if (strncmp(f, "join", 4) == 0 || strncmp(f, "coGroup", 7) == 0 ||
             strncmp(f, "process over the list:", 22) == 0)
        return stop(r, SPEC_SKIP, "function", f);
    else
        return stop(r, SPEC_UNKNOWN, "function", f);
    return json_get(r->job, "key") ? true : stop(r, SPEC_SKIP, "window", "of all");
}

static bool list_function(struct reading *r, const char *state, const char *rule)
{
    char field[32] = "", other[32] = "";

    if (sscanf(state, "list: the last n values of %31s (oldest first)", field) != 1 ||
        sscanf(rule,
               "append, drop the oldest if there are more than n; emit a line only when the list "
               "is full and the record's %31s > %lld",
               other, (long long *)&r->s->threshold) != 2)
        return stop(r, SPEC_UNKNOWN, "function.rule", rule);
    r->s->family = FAMILY_LIST;
    if (r->s->n > LIST_MAX)
        return stop(r, SPEC_UNKNOWN, "function.n", "greater than 4096");
    return field_of(r, field, &r->s->value) && field_of(r, other, &r->s->threshold_field);
}

static bool state_function(struct reading *r, const struct json *f)
{
    const char *state = json_get_text(f, "state"), *rule = json_get_text(f, "rule");

    r->s->n = json_get_int(f, "n");
    if (!members(r, f, "function", " state rule n ") || !at_least_one(r, "function.n", r->s->n))
        return false;
    if (strncmp(state, "list:", 5) == 0)
        return list_function(r, state, rule);
    if (strcmp(state, "value: number of records of the key so far") == 0 &&
        strcmp(rule, "emit the record if it is number 1, n+1, 2n+1, ... of its key") == 0)
        r->s->family = FAMILY_VALUE;
    else if (strcmp(state, "map: destination -> count") == 0 &&
             strcmp(rule,
                    "add 1 to the count of the record's destination; whenever that count is a "
                    "multiple of n emit a line; distinct = entries in the map") == 0)
        r->s->family = FAMILY_MAP;
    else
        return stop(r, SPEC_UNKNOWN, "function.state", state);
    return true;
}

static bool sides_function(struct reading *r, const struct json *f)
{
    r->s->family = FAMILY_SIDES;
    r->s->lo = json_get_int(f, "lo");
    r->s->hi = json_get_int(f, "hi");
    if (strcmp(json_get_text(f, "rule"), "delay_min < lo -> side output early; delay_min >= hi -> "
                                         "side output late; else main output") != 0)
        return stop(r, SPEC_UNKNOWN, "function.rule", json_get_text(f, "rule"));
    return members(r, f, "function", " kind rule lo hi ");
}

static bool keyed_function(struct reading *r, const struct json *f)
{
    static const char quiet_rule[] =
        "seen += 1; if last is none or ts > last: if last is set delete the event timer at last + "
        "gap; last = ts; register an event timer at last + gap";

    if (json_get(f, "gap_ms") == NULL)
        return stop(r, SPEC_SKIP, "KeyedProcessFunction", "sort buffer");
    if (strncmp(json_get_text(f, "on_element"), quiet_rule, sizeof quiet_rule - 1) != 0)
        return stop(r, SPEC_UNKNOWN, "function.on_element", json_get_text(f, "on_element"));
    if (strcmp(json_get_text(f, "on_timer"), "emit one line; seen = 0; last stays") != 0)
        return stop(r, SPEC_UNKNOWN, "function.on_timer", json_get_text(f, "on_timer"));
    r->s->family = FAMILY_QUIET;
    r->s->gap_ms = json_get_int(f, "gap_ms");
    return members(r, f, "function", " kind state on_element on_timer gap_ms ");
}

static bool function_of(struct reading *r)
{
    const struct json *f = json_get(r->job, "function");
    const char *kind = json_get_text(f, "kind");

    if (json_kind(f) == JSON_STRING)
        return window_function(r, json_text(f));
    if (json_get(f, "state") && kind[0] == 0)
        return state_function(r, f);
    if (strcmp(kind, "ProcessFunction with two side outputs") == 0)
        return sides_function(r, f);
    if (strcmp(kind, "KeyedProcessFunction") == 0)
        return keyed_function(r, f);
    if (strncmp(kind, "rolling", 7) == 0 || strncmp(kind, "KeyedBroadcast", 14) == 0 ||
        json_get(f, "op") || strncmp(json_get_text(f, "rule"), "no stream", 9) == 0)
        return stop(r, SPEC_SKIP, "function", kind[0] ? kind : json_get_text(f, "rule"));
    return stop(r, SPEC_UNKNOWN, "function", kind);
}

static bool output_of(struct reading *r)
{
    const struct json *o = json_get(r->job, "output");

    if (json_count(o) > OUTS_MAX)
        return stop(r, SPEC_UNKNOWN, "output", "too many fields");
    for (size_t i = 0; i < json_count(o); i++) {
        int word = 0;

        while (word < OUT_WORDS && strcmp(out_name((enum out_word)word), json_name(json_at(o, i))))
            word++;
        if (word == OUT_WORDS)
            return stop(r, SPEC_UNKNOWN, "output", json_name(json_at(o, i)));
        r->s->out[r->s->outs++] = (enum out_word)word;
    }
    return true;
}

static bool is_later_family(struct reading *r)
{
    static const char *const families[] = {"pattern", "broadcast", "interval_join",
                                           "stage_1", "left",      NULL};

    for (int i = 0; families[i]; i++)
        if (json_get(r->job, families[i])) {
            stop(r, SPEC_SKIP, "family", families[i]);
            return true;
        }
    if (strcmp(json_get_text(r->job, "runtime_mode"), "BATCH") == 0) {
        stop(r, SPEC_SKIP, "runtime_mode", "BATCH");
        return true;
    }
    return false;
}

/* The places where a word stands, also in jobs of a family that is skipped. */
static bool words_of(struct reading *r)
{
    bool known = source_of(r);

    known = known && time_of(r);
    known = filter_of(r) && known;
    known = key_of(r) && known;
    known = window_of(r) && known;
    return (json_get(r->job, "value") ? field_of(r, json_get_text(r->job, "value"), &r->s->value)
                                      : true) &&
           known;
}

enum understood spec_read(struct spec *s, const struct json *job, char why[160])
{
    struct reading r = {s, job, why, SPEC_OK};

    *s = (struct spec){0};
    why[0] = 0;
    if (is_later_family(&r)) {
        words_of(&r);
        return r.u;
    }
    if (json_get(job, "runtime_mode"))
        stop(&r, SPEC_UNKNOWN, "runtime_mode", json_get_text(job, "runtime_mode"));
    members(&r, job, "job",
            " name title parallelism source time filter key id_modulo window function value output "
            "order counters late channels note ");
    if (words_of(&r) && function_of(&r))
        output_of(&r);
    return r.u;
}
