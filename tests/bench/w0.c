/* W0: source, map identity, sink. */
#include "tests/bench/workload.h"

static void identity(struct weir_ctx *c, const struct weir_row *row)
{
    bid_emit(c, bid_of(row));
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    struct weir_job *job = weir_job(0, NULL, "W0");

    digest_sink(weir_map(weir_rows(job, rows, count, &bid_schema), identity, &bid_schema),
                digest_bid, digest);
    return job;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    uint64_t digest = 0;

    for (uint64_t i = 0; i < count; i++)
        digest += digest_of((uint64_t)rows[i].key, (uint64_t)rows[i].user, (uint64_t)rows[i].price,
                            (uint64_t)rows[i].ts);
    return digest;
}

const struct workload w0_workload = {"W0", "pass-through", 10000000, 10000, 100,
                                     true, false,          program,  limit};
