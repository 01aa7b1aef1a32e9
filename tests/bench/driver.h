/* driver.h -- runs the program of a workload under the local driver: one worker, on one core. */
#ifndef TESTS_BENCH_DRIVER_H
#define TESTS_BENCH_DRIVER_H

#include "tests/bench/workload.h"

struct run_cost {
    int64_t slowest_ns; /* CPU time of the slowest step */
    size_t heap_bytes;  /* held at the end */
};

void pin_to_one_core(void); /* this process, from now on */
int64_t cpu_ns(void);       /* of the process, so far */
/* CPU ns of all threads, from the first row to the last result.  With `cost` (may be NULL) its tasks
 * are stepped here, row by row, and the time says nothing. */
int64_t run_program(const struct workload *w, const struct bid *rows, uint64_t *digest,
                    struct run_cost *cost);

#endif
