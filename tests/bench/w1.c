/* W1: price * 908 (Nexmark's q1: dollars to euros). */
#include "tests/bench/workload.h"

static void convert(struct weir_ctx *c, const struct weir_row *row)
{
    struct bid b = bid_of(row);

    b.price *= 908;
    bid_emit(c, b);
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    struct weir_job *job = weir_job(0, NULL, "W1");

    digest_sink(weir_map(weir_rows(job, rows, count, &bid_schema), convert, &bid_schema),
                digest_bid, digest);
    return job;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    uint64_t digest = 0;

    for (uint64_t i = 0; i < count; i++)
        digest += digest_of((uint64_t)rows[i].key, (uint64_t)rows[i].user,
                            (uint64_t)rows[i].price * 908, (uint64_t)rows[i].ts);
    return digest;
}

const struct workload w1_workload = {"W1", "arithmetic", 10000000, 10000, 100,
                                     true, false,        program,  limit};
