/* streams.h -- from the records of a job to its output lines, a family of functions a file. */
#ifndef TESTS_GOLDEN_STREAMS_H
#define TESTS_GOLDEN_STREAMS_H

#include "tests/golden/spec.h"

/* What the jobs' state and accumulators are made of. */
#define COUNT_(C) C(BIGINT, n)
WEIR_ROW(counted, COUNT_)

struct outputs { /* NULL: the job has no such channel */
    struct weir_stream *main, *early, *late;
};

void build_windows(const struct spec *s, struct weir_stream *records, struct outputs *out);
void build_process(const struct spec *s, struct weir_stream *records, struct outputs *out);
void build_two_inputs(const struct spec *s, struct weir_stream *records, struct outputs *out);
void build_rolling(const struct spec *s, struct weir_stream *records, struct outputs *out);

#endif
