/* The words of jobs with two inputs: sides, an interval, a broadcast file. */
#include <stdio.h>
#include <string.h>

#include "tests/golden/reading.h"

/* "... flights, keyed by KEY", and more in brackets or behind a blank. */
static bool read_side(struct reading *r, const char *name, const char *what, enum side_key *key)
{
    static const char *const words[] = {"origin", "destination", "origin-destination",
                                        "destination-origin", NULL};
    const char *text = json_get_text(r->job, name);
    char word[32] = "";
    size_t n = strlen(what);
    int k;

    if (!begins(r, name, text, what))
        return false;
    sscanf(text + n, "%31[a-z-]", word);
    k = word_in(word, words);
    if (k < 0)
        return stop(r, SPEC_UNKNOWN, name, text);
    *key = (enum side_key)k;
    return true;
}

static bool read_interval(struct reading *r, const struct json *j)
{
    r->s->family = FAMILY_INTERVAL;
    r->s->interval = (struct weir_interval){
        .lower_ms = json_get_int(j, "lower_ms"),
        .upper_ms = json_get_int(j, "upper_ms"),
        .lower_exclusive = json_bool(json_get(j, "lower_exclusive")),
        .upper_exclusive = json_bool(json_get(j, "upper_exclusive"))};
    return says(r, "interval_join.condition", json_get_text(j, "condition"),
                "left.ts + lower <= right.ts <= left.ts + upper") &&
           members(r, j, "interval_join",
                   " lower_ms lower_exclusive upper_ms upper_exclusive condition note ");
}

static bool read_in_window(struct reading *r, const char *function)
{
    r->s->family = strncmp(function, "join", 4) == 0 ? FAMILY_JOIN : FAMILY_GROUP;
    if (json_get(r->job, "window") == NULL)
        return stop(r, SPEC_UNKNOWN, "window", "");
    return says(r, "function", function,
                r->s->family == FAMILY_JOIN
                    ? "join: one line a pair"
                    : "coGroup: one line a key and window, also when one side is empty");
}

bool read_sides_of_two(struct reading *r)
{
    const struct json *interval = json_get(r->job, "interval_join");

    return read_side(r, "left", "all flights, keyed by ", &r->s->side[0]) &&
           read_side(r, "right", "the same flights, keyed by ", &r->s->side[1]) &&
           (interval ? read_interval(r, interval)
                     : read_in_window(r, json_get_text(r->job, "function")));
}

/* ---- broadcast ---- */

static bool read_file(struct reading *r, const struct json *b)
{
    static const char *const words[] = {"name", "city", "state", "country", NULL};
    int k = word_in(json_get_text(b, "value"), words);

    if (k < 0)
        return stop(r, SPEC_UNKNOWN, "broadcast.value", json_get_text(b, "value"));
    r->s->told = (enum told_word)k;
    return says(r, "broadcast.file", json_get_text(b, "file"), "airports.csv") &&
           says(r, "broadcast.key", json_get_text(b, "key"), "iata") &&
           says(r, "broadcast.watermark", json_get_text(b, "watermark"),
                "none until MAX at the end of the file") &&
           members(r, b, "broadcast", " file key value watermark note ");
}

static bool read_kind(struct reading *r, const char *kind)
{
    static const char what[] = "KeyedBroadcastProcessFunction over flights keyed by ";

    return begins(r, "function.kind", kind, what) && key_word_of(r, kind + sizeof what - 1);
}

static bool read_told(struct reading *r, const struct json *f)
{
    return read_kind(r, json_get_text(f, "kind")) &&
           says(r, "function.on_broadcast", json_get_text(f, "on_broadcast"),
                r->s->told == TOLD_STATE ? "put iata -> state into the broadcast map"
                                         : "put iata -> value into the broadcast map") &&
           says(r, "function.on_element", json_get_text(f, "on_element"),
                "append (id, ts) to a list state and register an event timer at ts") &&
           begins(r, "function.on_timer", json_get_text(f, "on_timer"),
                  "take all list elements with timestamp == timer timestamp, look the key's ") &&
           members(r, f, "function", " kind on_broadcast on_element on_timer note ");
}

static bool read_then(struct reading *r, const struct json *t)
{
    const char *value = json_get_text(json_get(r->job, "broadcast"), "value");

    return says(r, "then.key", json_get_text(t, "key"), value) &&
           says(r, "then.aggregate", json_get_text(t, "aggregate"), "count") &&
           read_window(r, json_get(t, "window")) &&
           members(r, t, "then", " key window aggregate note ");
}

bool read_broadcast(struct reading *r)
{
    r->s->family = FAMILY_BROADCAST;
    return read_file(r, json_get(r->job, "broadcast")) &&
           read_told(r, json_get(r->job, "function")) && read_then(r, json_get(r->job, "then"));
}
