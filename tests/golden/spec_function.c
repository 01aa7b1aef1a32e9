/* The words of a function: what is done with rows, windows and timers. */
#include <stdio.h>
#include <string.h>

#include "tests/golden/reading.h"

static bool has_begin(const char *text, const char *begin)
{
    return strncmp(text, begin, strlen(begin)) == 0;
}

/* ---- windows ---- */

static bool read_keys_of_all(struct reading *r, const char *f)
{
    char key[40] = "", field[40] = "", wanted[320];

    if (sscanf(f,
               "process over the list: number of records, number of distinct keys (%39[^)]), the "
               "id of the record with the greatest value (%39[^;]",
               key, field) != 2)
        return stop(r, SPEC_UNKNOWN, "function", f);
    snprintf(wanted, sizeof wanted,
             "process over the list: number of records, number of distinct keys (%s), the id of "
             "the record with the greatest value (%s; on a tie the one that arrived first)",
             key, field);
    r->s->family = FAMILY_WINDOW_KEYS;
    return says(r, "function", f, wanted) && key_word_of(r, key) &&
           field_of(r, field, &r->s->value);
}

static bool read_window_function(struct reading *r, const char *f)
{
    if (r->s->key == KEY_NONE && !r->s->is_all)
        return stop(r, SPEC_UNKNOWN, "a window without a key of kind",
                    json_get_text(json_get(r->job, "window"), "kind"));
    if (r->s->is_all && has_begin(f, "process over the list:"))
        return read_keys_of_all(r, f);
    r->s->family = strcmp(f, "incremental aggregate") == 0 ? FAMILY_WINDOW : FAMILY_WINDOW_LIST;
    return r->s->family == FAMILY_WINDOW ||
           says(r, "function", f, "process over the list of elements");
}

/* ---- two stages ---- */

static bool read_first_stage(struct reading *r, const struct json *j)
{
    const char *aggregate = json_get_text(j, "aggregate");
    char field[40] = "";

    if (sscanf(aggregate, "count; sum of %39s", field) != 1)
        return stop(r, SPEC_UNKNOWN, "stage_1.aggregate", aggregate);
    return key_word_of(r, json_get_text(j, "key")) && field_of(r, field, &r->s->value) &&
           read_window(r, json_get(j, "window")) &&
           says(r, "stage_1.result", json_get_text(j, "result"), "(key, count, sum, window end)") &&
           members(r, j, "stage_1", " key window aggregate result note ");
}

static bool read_second_stage(struct reading *r, const struct json *j)
{
    const char *rule = json_get_text(j, "on_timer");

    r->s->n = json_get_int(j, "n");
    r->s->by_sum = has_begin(rule, "sort by sum ");
    return says(r, "stage_2.on_timer", rule,
                r->s->by_sum ? "sort by sum descending, then key ascending (bytes); emit the first "
                               "n as one line; clear the list"
                             : "sort by count descending, then key ascending (bytes); emit the "
                               "first n as one line; clear the list") &&
           says(r, "stage_2.key", json_get_text(j, "key"), "window end") &&
           says(r, "stage_2.state", json_get_text(j, "state"), "list of results") &&
           says(r, "stage_2.timer", json_get_text(j, "timer"),
                "event time at window end (not end - 1)") &&
           at_least_one(r, "stage_2.n", r->s->n) &&
           members(r, j, "stage_2", " key state timer on_timer n note ");
}

bool read_top(struct reading *r)
{
    r->s->family = FAMILY_TOP;
    return read_first_stage(r, json_get(r->job, "stage_1")) &&
           read_second_stage(r, json_get(r->job, "stage_2"));
}

/* ---- state ---- */

static bool read_list_rule(struct reading *r, const char *state, const char *rule)
{
    char field[32] = "", other[32] = "";
    long long threshold;

    if (sscanf(state, "list: the last n values of %31s (oldest first)", field) != 1 ||
        sscanf(rule,
               "append, drop the oldest if there are more than n; emit a line only when the list "
               "is full and the record's %31s > %lld",
               other, &threshold) != 2)
        return stop(r, SPEC_UNKNOWN, "function.rule", rule);
    r->s->family = FAMILY_LIST;
    r->s->threshold = threshold;
    if (r->s->n > LIST_MAX)
        return stop(r, SPEC_UNKNOWN, "function.n", "greater than 4096");
    return field_of(r, field, &r->s->value) && field_of(r, other, &r->s->threshold_field);
}

static bool read_state_function(struct reading *r, const struct json *f)
{
    const char *state = json_get_text(f, "state"), *rule = json_get_text(f, "rule");

    r->s->n = json_get_int(f, "n");
    if (!members(r, f, "function", " state rule n note ") ||
        !at_least_one(r, "function.n", r->s->n))
        return false;
    if (has_begin(state, "list:"))
        return read_list_rule(r, state, rule);
    if (has_begin(state, "value:")) {
        r->s->family = FAMILY_VALUE;
        return says(r, "function.state", state, "value: number of records of the key so far") &&
               says(r, "function.rule", rule,
                    "emit the record if it is number 1, n+1, 2n+1, ... of its key");
    }
    r->s->family = FAMILY_MAP;
    return says(r, "function.state", state, "map: destination -> count") &&
           says(r, "function.rule", rule,
                "add 1 to the count of the record's destination; whenever that count is a "
                "multiple of n emit a line; distinct = entries in the map");
}

/* ---- rows and timers ---- */

static bool read_sides(struct reading *r, const struct json *f)
{
    char field[32] = "", wanted[200];

    sscanf(json_get_text(f, "rule"), "%31s < lo", field);
    snprintf(wanted, sizeof wanted,
             "%s < lo -> side output early; %s >= hi -> side output late; else main output", field,
             field);
    r->s->family = FAMILY_SIDES;
    r->s->lo = json_get_int(f, "lo");
    r->s->hi = json_get_int(f, "hi");
    return says(r, "function.rule", json_get_text(f, "rule"), wanted) &&
           field_of(r, field, &r->s->value) && members(r, f, "function", " kind rule lo hi note ");
}

static bool read_quiet(struct reading *r, const struct json *f)
{
    r->s->family = FAMILY_QUIET;
    r->s->gap_ms = json_get_int(f, "gap_ms");
    return begins(r, "function.state", json_get_text(f, "state"),
                  "last (greatest timestamp seen, none at first), seen (records since the last "
                  "alarm)") &&
           begins(r, "function.on_element", json_get_text(f, "on_element"),
                  "seen += 1; if last is none or ts > last: if last is set delete the event timer "
                  "at last + gap; last = ts; register an event timer at last + gap") &&
           says(r, "function.on_timer", json_get_text(f, "on_timer"),
                "emit one line; seen = 0; last stays");
}

static bool read_sort(struct reading *r, const struct json *f)
{
    r->s->family = FAMILY_SORT;
    return says(r, "function.state", json_get_text(f, "state"), "map: timestamp -> list of ids") &&
           says(r, "function.on_element", json_get_text(f, "on_element"),
                "if ts <= current watermark: send to the late side output; else append to the "
                "list at ts and register an event timer at ts") &&
           says(r, "function.on_timer", json_get_text(f, "on_timer"),
                "emit one line per id of the list, in the order of arrival; remove the entry");
}

static bool read_keyed_function(struct reading *r, const struct json *f)
{
    return members(r, f, "function", " kind state on_element on_timer gap_ms note ") &&
           (json_get(f, "gap_ms") ? read_quiet(r, f) : read_sort(r, f));
}

static bool read_rolling(struct reading *r, const struct json *f)
{
    static const char *const words[] = {"sum", "min", "max", "minBy", "maxBy", "reduce", NULL};
    static const char last[] = " last";
    const char *op = json_get_text(f, "op");
    size_t bytes = strlen(op), tail = sizeof last - 1;
    char word[16];
    int k;

    r->s->family = FAMILY_ROLLING;
    r->s->rolling_last = bytes > tail && strcmp(op + bytes - tail, last) == 0;
    snprintf(word, sizeof word, "%.*s", (int)(r->s->rolling_last ? bytes - tail : bytes), op);
    k = word_in(word, words);
    if (k < 0)
        return stop(r, SPEC_UNKNOWN, "function.op", op);
    r->s->rolling = (enum weir_rolling_kind)k; /* in the order of enum weir_rolling_kind */
    return field_of(r, json_get_text(f, "field"), &r->s->value) &&
           members(r, f, "function", " kind op field rule note ");
}

static bool read_key_groups(struct reading *r, const struct json *f)
{
    r->s->family = FAMILY_KEY_GROUPS;
    r->s->max_parallelism = json_get_int(f, "max_parallelism");
    r->s->parallelisms = json_get(f, "parallelisms");
    if (json_count(r->s->parallelisms) > SUBTASKS_MAX)
        return stop(r, SPEC_UNKNOWN, "function.parallelisms", "more than 16");
    for (size_t i = 0; i < json_count(r->s->parallelisms); i++)
        if (!at_least_one(r, "function.parallelisms", json_int(json_at(r->s->parallelisms, i))))
            return false;
    return at_least_one(r, "function.max_parallelism", r->s->max_parallelism) &&
           key_word_of(r, json_get_text(f, "key")) &&
           says(r, "function.rule", json_get_text(f, "rule"),
                "no stream: for each distinct key of the file, Java hash code, key group and the "
                "subtask of the key at several parallelisms") &&
           members(r, f, "function", " rule key max_parallelism parallelisms note ");
}

bool read_function(struct reading *r)
{
    const struct json *f = json_get(r->job, "function");
    const char *kind = json_get_text(f, "kind");

    if (json_kind(f) == JSON_STRING)
        return read_window_function(r, json_text(f));
    if (strcmp(kind, "ProcessFunction with two side outputs") == 0)
        return read_sides(r, f);
    if (strcmp(kind, "KeyedProcessFunction") == 0)
        return read_keyed_function(r, f);
    if (strcmp(kind, "rolling aggregate on the keyed stream") == 0)
        return read_rolling(r, f);
    if (kind[0])
        return stop(r, SPEC_UNKNOWN, "function.kind", kind);
    return json_get(f, "state") ? read_state_function(r, f) : read_key_groups(r, f);
}
