/* W0: source, map identity, sink. */
#include "tests/bench/workload.h"

#define SUM(C) C(BIGINT, digest)
WEIR_ROW(sum, SUM)

static void identity(struct weir_ctx *c, const struct weir_row *row)
{
    bid_emit(c, bid_of(row));
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct bid e = bid_of(row);

    ((struct sum *)acc)->digest +=
        (int64_t)digest_of((uint64_t)e.key, (uint64_t)e.user, (uint64_t)e.price, (uint64_t)e.ts);
    (void)c;
}

static void finish(struct weir_ctx *c, const void *acc)
{
    **(uint64_t *const *)weir_with(c) += (uint64_t)((const struct sum *)acc)->digest;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    struct weir_job *job = weir_job(0, NULL, "W0");

    weir_folded(weir_map(weir_rows(job, rows, count, &bid_schema), identity, &bid_schema),
                &(struct weir_fold){.acc = &sum_schema, .add = add, .finish = finish,
                                    .with = &digest, .with_bytes = sizeof digest});
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

const struct workload w0_workload = {"W0", "pass-through", 10000000, 10000, 100, true, false, program, limit};
