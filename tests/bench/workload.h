/* workload.h -- the peers' workloads: rows by their formula, an order-free digest, a weir program
 * and a hand-fused limit for each.  (oracle/peers/README.md says what they are.) */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include "weir.h"

#define BID(C) C(BIGINT, key) C(BIGINT, user) C(BIGINT, price) C(BIGINT, ts)
#define SUM(C) C(BIGINT, digest)
WEIR_ROW(bid, BID)
WEIR_ROW(sum, SUM)

struct workload {
    const char *id, *what;
    uint64_t rows;
    uint64_t keys, rows_per_ms;
    bool hot, disorder;
    /* The program: builds the job; its sink adds what it gets to *digest at the end. */
    struct weir_job *(*program)(const struct bid *rows, uint64_t count, uint64_t *digest);
    uint64_t (*limit)(const struct bid *rows, uint64_t count); /* returns the digest */
};

extern const struct workload w0_workload, w1_workload, w2_workload, w3a_workload, w3b_workload,
    w4_workload, w5_workload, w6_workload, w7_workload, w10_workload;

extern const char *flights_path; /* the input of W7, which has no rows in memory */

static inline uint64_t digest_of(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t x = a * 0x9e3779b97f4a7c15u + b * 0xc2b2ae3d27d4eb4fu + c * 0x165667b19e3779f9u +
                 d * 0x27d4eb2f165667c5u;

    return x ^ x >> 29;
}

/* The sink of a program: `add` adds digest_of() a row to the accumulator, a struct sum. */
void digest_sink(struct weir_stream *,
                 void (*add)(struct weir_ctx *, void *, const struct weir_row *), uint64_t *digest);
void digest_bid(struct weir_ctx *, void *acc, const struct weir_row *); /* all of a bid */

#endif
