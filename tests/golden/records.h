/* records.h -- a row of either dataset as the jobs see it: its key, its fields, what is asked of it.
 */
#ifndef TESTS_GOLDEN_RECORDS_H
#define TESTS_GOLDEN_RECORDS_H

#include "tests/golden/spec.h"

#define RECORD_(C)                                                                                 \
    C(STRING, key)                                                                                 \
    C(STRING, id)                                                                                  \
    C(STRING, destination)                                                                         \
    C(TIMESTAMP, ts)                                                                               \
    C(BIGINT, distance_mi)                                                                         \
    C(BIGINT, delay_min)                                                                           \
    C(BIGINT, mag100)                                                                              \
    C(BIGINT, depth_km)                                                                            \
    C(BIGINT, value)  /* the field of spec.value */                                                \
    C(BIGINT, gap_ms) /* of its session, if that is dynamic */                                     \
    C(BIGINT, marks)  /* a punctuated watermark follows it */
WEIR_ROW(record, RECORD_)

/* The records of the job: read, keyed, with times and filtered, in the order that it says. */
struct weir_stream *records(const struct spec *s, struct weir_job *job);
int64_t record_field(const struct record *r, enum field_word f);
static inline const struct spec *spec_of(const struct weir_ctx *c)
{
    return *(const struct spec *const *)weir_with(c);
}

#endif
