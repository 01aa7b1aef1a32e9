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
    FAMILY_WINDOW,
    FAMILY_WINDOW_LIST,
    FAMILY_QUIET,
    FAMILY_VALUE,
    FAMILY_LIST,
    FAMILY_MAP,
    FAMILY_SIDES
};

/* What an output line holds, in order. */
#define OUT_LIST(O)                                                                                \
    O(key)                                                                                         \
    O(start)                                                                                       \
    O(end)                                                                                         \
    O(count)                                                                                       \
    O(sum)                                                                                         \
    O(max)                                                                                         \
    O(min)                                                                                         \
    O(first) O(last) O(ts) O(wm) O(id) O(nth) O(values) O(destination) O(distinct) O(seen) O(delay)
enum out_word {
#define OUT_ENUM_(name) OUT_##name,
    OUT_LIST(OUT_ENUM_) OUT_WORDS
};
const char *out_name(enum out_word o);
enum { OUTS_MAX = 18, LIST_MAX = 4096 };

struct spec {
    enum family family;
    bool quakes; /* earthquakes.csv, else flights.csv */
    enum key_word key;
    enum field_word value; /* of the aggregate; of a list state */
    int64_t id_modulo;     /* 0: all */
    bool timed;
    int64_t delay_ms;
    bool filter_before_time;
    const struct json *keep; /* keep_keys, of the job's JSON; NULL: no such filter */
    bool where;
    enum field_word where_field;
    int64_t where_min;
    int64_t size_ms, offset_ms, lateness_ms;
    bool late_output;
    int64_t n, gap_ms, lo, hi, threshold;
    enum field_word threshold_field;
    uint32_t outs;
    enum out_word out[OUTS_MAX];
};

enum understood { SPEC_OK, SPEC_SKIP, SPEC_UNKNOWN };
/* UNKNOWN: `why` names the word.  SKIP: `why` names the family. */
enum understood spec_read(struct spec *s, const struct json *job, char why[160]);

#endif
