/* job.h -- a small job for C tests, built through the public API: what tests/jobs/toy.c is. */
#ifndef TESTS_JOB_H
#define TESTS_JOB_H

#include "api/job.h"
#include "sim/world.h"

struct test_job {
    struct weir_job *job;
    struct job_graph *graph;
};

/* `pairs`: "key=value" options, NULL-terminated; NULL: the job's own. */
struct test_job test_job_new(const char *const *pairs);
void test_job_free(struct test_job *t);
struct world *test_world(const struct test_job *t, uint64_t seed, const struct plan *plan);
/* Sum of column n over the committed parts of "counts", and rows of "late". */
uint64_t test_counted(const struct world *w);
enum { TEST_ROWS = 60 };

#endif
