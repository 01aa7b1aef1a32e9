/* job.h -- build a weir program from a spec, run it at parallelism 1, catch its channels. */
#ifndef TESTS_GOLDEN_JOB_H
#define TESTS_GOLDEN_JOB_H

#include "base/bytes.h"
#include "tests/golden/spec.h"

enum { CHANNELS_MAX = 4 };

struct channel {
    const char *name;   /* "output", "late", "early" */
    struct bytes lines; /* in order of emission */
    uint64_t count;
};

struct outcome {
    struct channel channel[CHANNELS_MAX];
    uint32_t channels;
    uint64_t source_records, late_dropped;
    char failure[512]; /* "" if the job finished */
};

void outcome_done(struct outcome *o);
void job_run(const struct spec *s, struct outcome *o);

#endif
