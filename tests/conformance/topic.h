/* topic.h -- one adapter a topic: it translates steps, and drives the object that the engine runs.
 *
 * A script topic has begin, step and end; a question topic has answer.  What
 * comes out is written as JSON and compared with what Flink answered.
 */
#ifndef TESTS_CONFORMANCE_TOPIC_H
#define TESTS_CONFORMANCE_TOPIC_H

#include "base/json.h"
#include "tui/json.h"

enum verdict { CASE_PASS, CASE_FAIL, CASE_SKIP };

struct refusal { /* why a case was skipped, or failed before its first step */
    enum verdict verdict;
    char text[160];
};

struct topic {
    const char *name;
    bool sorted;  /* outputs within a step are compared as a multiset */
    bool single;  /* a step has one answer, null if none is written; else an array of outputs */
    bool objects; /* the answer to a step is an object, not an array */
    /* Script: NULL with `why` filled in if the case is skipped or unknown. */
    void *(*begin)(const struct json *op, struct refusal *why);
    /* Write the step's outputs, as elements unless single (members if `objects`); false: an unknown
     * step. */
    bool (*step)(void *self, const struct json *step, struct json_writer *out);
    void (*end)(void *self);
    /* Question: write the one answer; false with `why`.  `asked` is Flink's answer, which for some
     * kinds also says what was asked (which parallelisms, which groups): only that is read. */
    bool (*answer)(const struct json *in, const struct json *asked, struct json_writer *out,
                   struct refusal *why);
};

extern const struct topic co_process_topic; /* a kind of join */
extern const struct topic aligner_topic, chain_topic, coordinator_topic, debloat_topic, join_topic,
    keygroup_topic, layout_topic, metrics_topic, partition_topic, process_topic, reduce_topic,
    rescale_topic, restart_topic, ttl_topic, valve_topic, watermark_topic, window_topic;

/* For adapters. */
bool refuse(struct refusal *why, enum verdict v, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* returns false */
/* Every member of `object` is one of the blank-separated `names`, else it is refused as FAIL. */
bool only_fields(const struct json *object, const char *names, struct refusal *why);
/* Member `name` as an integer from min to max; anything else is malformed: refused as FAIL. */
bool number_between(const struct json *object, const char *name, int64_t min, int64_t max,
                    uint32_t *number, struct refusal *why);
void put_list(struct json_writer *out, const char *word); /* ["word", ... ; close with json_end */
void put_watermark(struct json_writer *out, int64_t ms);  /* ["w",ms] */
void put_status(struct json_writer *out, bool active);    /* ["status","idle"] */

#endif
