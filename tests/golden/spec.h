/* spec.h -- a job.json understood: words of the vocabulary become numbers, nothing else is read. */
#ifndef TESTS_GOLDEN_SPEC_H
#define TESTS_GOLDEN_SPEC_H

#include "tui/json.h"
#include "weir.h"

enum key_word {
    KEY_NONE,
    KEY_ORIGIN,
    KEY_DESTINATION,
    KEY_ROUTE,
    KEY_REGION,
    KEY_NETWORK,
    KEY_MAGNITUDE_CLASS,
    KEY_ID
};
enum field_word { FIELD_NONE, FIELD_DISTANCE, FIELD_DELAY, FIELD_MAG100, FIELD_DEPTH };
enum family {
    FAMILY_WINDOW,      /* an aggregate */
    FAMILY_WINDOW_LIST, /* its elements */
    FAMILY_WINDOW_KEYS, /* how many keys, and the greatest */
    FAMILY_TOP,         /* windows, then the first n of those that end together */
    FAMILY_QUIET,
    FAMILY_SORT,
    FAMILY_VALUE,
    FAMILY_LIST,
    FAMILY_MAP,
    FAMILY_SIDES,
    FAMILY_ROLLING,
    FAMILY_KEY_GROUPS,
    FAMILY_JOIN,
    FAMILY_GROUP,
    FAMILY_INTERVAL,
    FAMILY_BROADCAST
};
enum side_key { SIDE_ORIGIN, SIDE_DESTINATION, SIDE_ROUTE, SIDE_WAY_BACK };
enum told_word { TOLD_NAME, TOLD_CITY, TOLD_STATE, TOLD_COUNTRY }; /* of an airport, to all */
enum watermarks { WATERMARKS_NO_TIME, WATERMARKS_NONE, WATERMARKS_BOUNDED, WATERMARKS_PUNCTUATED };

/* What an output line holds, in order. */
#define OUT_LIST(O)                                                                                \
    O(key)                                                                                         \
    O(start)                                                                                       \
    O(end)                                                                                         \
    O(count)                                                                                       \
    O(sum)                                                                                         \
    O(max)                                                                                         \
    O(min)                                                                                         \
    O(first)                                                                                       \
    O(last)                                                                                        \
    O(ts)                                                                                          \
    O(wm)                                                                                          \
    O(id)                                                                                          \
    O(nth)                                                                                         \
    O(values)                                                                                      \
    O(destination)                                                                                 \
    O(distinct)                                                                                    \
    O(seen)                                                                                        \
    O(delay)                                                                                       \
    O(value)                                                                                       \
    O(ids)                                                                                         \
    O(top)                                                                                         \
    O(hash)                                                                                        \
    O(group)                                                                                       \
    O(subtasks)                                                                                    \
    O(left)                                                                                        \
    O(right)                                                                                       \
    O(left_ts)                                                                                     \
    O(right_ts)                                                                                    \
    O(departures)                                                                                  \
    O(arrivals)                                                                                    \
    O(departed_mi)                                                                                 \
    O(arrived_mi)
enum out_word {
#define OUT_ENUM_(name) OUT_##name,
    OUT_LIST(OUT_ENUM_) OUT_WORDS
};
const char *out_name(enum out_word o);
enum { OUTS_MAX = OUT_WORDS, LIST_MAX = 4096, SUBTASKS_MAX = 16 };

struct spec {
    enum family family;
    bool is_batch;
    bool quakes; /* earthquakes.csv, else flights.csv */
    enum key_word key;
    enum field_word value; /* of aggregates, deltas, a list state, a rolling aggregate, a split */
    int64_t id_modulo;     /* 0: all */
    enum watermarks watermarks;
    int64_t delay_ms, every_id;
    bool filter_before_time;
    const struct json *keep; /* keep_keys, of the job's JSON; NULL: no such filter */
    bool where;
    enum field_word where_field;
    int64_t where_min;

    bool is_all; /* windowAll: the key is not a key, but what FAMILY_WINDOW_KEYS counts */
    struct weir_window window; /* but for its functions: gap_of, delta */
    struct weir_trigger inner; /* of a purging trigger */
    bool late_output;
    enum field_word gap_field; /* of a dynamic session: field * gap_ms, at least gap_least_ms */
    int64_t gap_ms;            /* also of the quiet alarm */
    int64_t gap_least_ms;

    int64_t n, lo, hi, threshold;
    enum field_word threshold_field;
    bool by_sum; /* FAMILY_TOP: the order */
    enum weir_rolling_kind rolling;
    bool rolling_last;
    int64_t max_parallelism;
    const struct json *parallelisms;

    enum side_key side[2];
    struct weir_interval interval; /* but for its late rows */
    enum told_word told;

    uint32_t outs;
    enum out_word out[OUTS_MAX];
};

enum understood { SPEC_OK, SPEC_SKIP, SPEC_UNKNOWN };
/* UNKNOWN: `why` names the word.  SKIP: `why` names the family. */
enum understood spec_read(struct spec *s, const struct json *job, char why[160]);

#endif
