/* driver.h -- runs the program of a workload: its tasks are stepped in turn, without the simulator
 * and without a trace. */
#ifndef TESTS_BENCH_DRIVER_H
#define TESTS_BENCH_DRIVER_H

#include "tests/bench/workload.h"

struct run_cost {
    int64_t slowest_ns; /* CPU time of the slowest step */
    size_t heap_bytes;  /* held at the end */
};

int64_t cpu_ns(void); /* of the process, so far */
/* CPU ns from the first row to the last result.  With `cost` (may be NULL) it goes row by row, and
 * the time says nothing. */
int64_t run_program(const struct workload *w, const struct bid *rows, uint64_t *digest,
                    struct run_cost *cost);

#endif
