#include "tests/golden/spec.h"

#include <stdio.h>
#include <string.h>

#include "tests/golden/reading.h"

const char *out_name(enum out_word o)
{
    static const char *const names[] = {
#define OUT_NAME_(name) #name,
        OUT_LIST(OUT_NAME_)};

    return names[o];
}

/* ---- shared ---- */

/* An unknown word weighs more than a family that is not built; else the first finding stays. */
bool stop(struct reading *r, enum understood u, const char *what, const char *word)
{
    if (r->u == SPEC_OK || (r->u == SPEC_SKIP && u == SPEC_UNKNOWN)) {
        r->u = u;
        snprintf(r->why, 160, "%s '%.100s'", what, word);
    }
    return false;
}

int word_in(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

bool members(struct reading *r, const struct json *j, const char *where, const char *names)
{
    char padded[80];

    for (size_t i = 0; i < json_count(j); i++) {
        snprintf(padded, sizeof padded, " %s ", json_name(json_at(j, i)));
        if (strstr(names, padded) == NULL)
            return stop(r, SPEC_UNKNOWN, where, json_name(json_at(j, i)));
    }
    return true;
}

bool at_least_one(struct reading *r, const char *what, int64_t n)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)n);
    return n >= 1 ? true : stop(r, SPEC_UNKNOWN, what, text);
}

bool says(struct reading *r, const char *what, const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0 ? true : stop(r, SPEC_UNKNOWN, what, text);
}

bool begins(struct reading *r, const char *what, const char *text, const char *wanted)
{
    return strncmp(text, wanted, strlen(wanted)) == 0 ? true : stop(r, SPEC_UNKNOWN, what, text);
}

bool key_word_of(struct reading *r, const char *word)
{
    static const char *const words[] = {
        "", "origin", "destination", "route", "region", "network", "magnitude class", "id", NULL};
    int k = word_in(word, words);
    bool of_flights = k >= KEY_ORIGIN && k <= KEY_ROUTE;
    bool of_quakes = k >= KEY_REGION && k <= KEY_MAGNITUDE_CLASS;

    if (k < 0 || (r->s->quakes ? of_flights : of_quakes))
        return stop(r, SPEC_UNKNOWN, "key", word);
    r->s->key = (enum key_word)k;
    return true;
}

bool field_of(struct reading *r, const char *word, enum field_word *f)
{
    static const char *const words[] = {"", "distance_mi", "delay_min", "mag100", "depth_km", NULL};
    int k = word_in(word, words);

    if (k < 0 || (k && (k >= FIELD_MAG100) != r->s->quakes))
        return stop(r, SPEC_UNKNOWN, "field", word);
    *f = (enum field_word)k;
    return true;
}

/* ---- the parts that every job has ---- */

static bool read_source(struct reading *r)
{
    const struct json *source = json_get(r->job, "source");
    const char *file = json_get_text(source, "file");

    r->s->quakes = strcmp(file, "earthquakes.csv") == 0;
    if (!r->s->quakes && strcmp(file, "flights.csv") != 0)
        return stop(r, SPEC_UNKNOWN, "source.file", file);
    return members(r, source, "source", " file note ");
}

static bool read_mode(struct reading *r)
{
    const char *mode = json_get_text(r->job, "runtime_mode");

    r->s->is_batch = strcmp(mode, "BATCH") == 0;
    if (json_get(r->job, "runtime_mode") && !r->s->is_batch)
        return stop(r, SPEC_UNKNOWN, "runtime_mode", mode);
    if (json_get_int(r->job, "parallelism") != 1)
        return stop(r, SPEC_UNKNOWN, "parallelism", "other than 1");
    return true;
}

static bool read_watermark(struct reading *r, const struct json *t)
{
    const char *w = json_get_text(t, "watermark");

    if (strncmp(w, "none", 4) == 0) {
        r->s->watermarks = WATERMARKS_NONE;
        return true;
    }
    if (strcmp(w, "punctuated") == 0) {
        r->s->watermarks = WATERMARKS_PUNCTUATED;
        r->s->every_id = json_get_int(t, "every_id");
        return at_least_one(r, "time.every_id", r->s->every_id) &&
               begins(r, "time.rule", json_get_text(t, "rule"),
                      "after each record whose numeric id is a multiple of every_id: watermark = "
                      "its timestamp - 1");
    }
    r->s->watermarks = WATERMARKS_BOUNDED;
    r->s->delay_ms = json_get_int(t, "delay_ms");
    return says(r, "time.watermark", w, "bounded out-of-orderness at every record");
}

static bool read_time(struct reading *r)
{
    const struct json *t = json_get(r->job, "time");

    if (t == NULL)
        return true;
    return begins(r, "time.timestamp", json_get_text(t, "timestamp"), "event_time") &&
           read_watermark(r, t) &&
           members(r, t, "time", " timestamp watermark delay_ms rule every_id note ");
}

static bool read_where(struct reading *r, const char *text)
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
static bool read_place(struct reading *r, const struct json *place)
{
    static const char before[] = "before the watermark is assigned";

    r->s->filter_before_time = strncmp(json_text(place), before, sizeof before - 1) == 0;
    return place == NULL || r->s->filter_before_time ||
           begins(r, "filter.place", json_text(place), "after the watermark is assigned");
}

static bool read_filter(struct reading *r)
{
    const struct json *f = json_get(r->job, "filter");

    r->s->keep = json_get(f, "keep_keys");
    r->s->where_min = json_get_int(f, "min");
    return f == NULL ||
           (read_place(r, json_get(f, "place")) && read_where(r, json_get_text(f, "where")) &&
            members(r, f, "filter", " keep_keys place where min note "));
}

static bool read_key(struct reading *r)
{
    r->s->id_modulo = json_get_int(r->job, "id_modulo");
    if (json_get(r->job, "id_modulo") && !at_least_one(r, "id_modulo", r->s->id_modulo))
        return false;
    if (json_get(r->job, "left"))
        return key_word_of(r, "origin"); /* its sides have their own */
    return key_word_of(r, json_get_text(r->job, "key"));
}

static bool read_value(struct reading *r)
{
    const struct json *value = json_get(r->job, "value");

    return value == NULL || field_of(r, json_text(value), &r->s->value);
}

static bool read_output(struct reading *r)
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

/* ---- the whole ---- */

static bool is_later_family(struct reading *r)
{
    static const char *const families[] = {"pattern", NULL};

    for (int i = 0; families[i]; i++)
        if (json_get(r->job, families[i])) {
            stop(r, SPEC_SKIP, "family", families[i]);
            return true;
        }
    return false;
}

static bool read_rest(struct reading *r)
{
    if (json_get(r->job, "left"))
        return read_sides_of_two(r);
    if (json_get(r->job, "broadcast"))
        return read_broadcast(r);
    return json_get(r->job, "stage_1") ? read_top(r) : read_function(r);
}

/* The places where a word stands, also in jobs of a family that is skipped. */
static bool read_words(struct reading *r)
{
    return read_source(r) && read_mode(r) && read_time(r) && read_filter(r) && read_key(r) &&
           read_value(r) && read_window(r, json_get(r->job, "window"));
}

enum understood spec_read(struct spec *s, const struct json *job, char why[160])
{
    struct reading r = {s, job, why, SPEC_OK};

    *s = (struct spec){0};
    why[0] = 0;
    if (strcmp(json_get_text(job, "runtime_mode"), "BATCH") == 0)
        stop(&r, SPEC_SKIP, "runtime_mode", "BATCH");
    if (is_later_family(&r) || r.u == SPEC_SKIP) {
        read_words(&r);
        return r.u;
    }
    if (members(&r, job, "job",
                " name title parallelism source runtime_mode time filter key id_modulo window "
                "function value stage_1 stage_2 left right interval_join broadcast then output "
                "order counters late channels note ") &&
        read_words(&r) && read_rest(&r))
        read_output(&r);
    return r.u;
}
