/* W2: rows whose key is a multiple of 123 (Nexmark's q2). */
#include "tests/bench/workload.h"

static bool is_wanted(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return bid_of(row).key % 123 == 0;
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct bid b = bid_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of((uint64_t)b.key, (uint64_t)b.price, 0, 0);
    (void)c;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    struct weir_job *job = weir_job(0, NULL, "W2");

    digest_sink(weir_filter(weir_rows(job, rows, count, &bid_schema), is_wanted), add, digest);
    return job;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    uint64_t digest = 0;

    for (uint64_t i = 0; i < count; i++)
        if (rows[i].key % 123 == 0)
            digest += digest_of((uint64_t)rows[i].key, (uint64_t)rows[i].price, 0, 0);
    return digest;
}

const struct workload w2_workload = {"W2", "filter", 10000000, 10000, 100,
                                     true, false,    program,  limit};
