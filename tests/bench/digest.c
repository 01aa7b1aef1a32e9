/* The sink of every workload: adds a digest of each row, in no order. */
#include "tests/bench/workload.h"

void digest_bid(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct bid e = bid_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of((uint64_t)e.key, (uint64_t)e.user,
                                                      (uint64_t)e.price, (uint64_t)e.ts);
    (void)c;
}

static void finish(struct weir_ctx *c, const void *acc)
{
    **(uint64_t *const *)weir_with(c) += (uint64_t)((const struct sum *)acc)->digest;
}

void digest_sink(struct weir_stream *s,
                 void (*add)(struct weir_ctx *, void *, const struct weir_row *), uint64_t *digest)
{
    weir_folded(s, &(struct weir_fold){.acc = &sum_schema,
                                       .add = add,
                                       .finish = finish,
                                       .with = &digest,
                                       .with_bytes = sizeof digest});
}
