/* W3a, W3b: a rolling sum of prices by key, one result a row; 10,000 or a million keys. */
#include <stdlib.h>

#include "tests/bench/workload.h"

#define TOTAL(C) C(BIGINT, price)
#define RESULT(C) C(BIGINT, key) C(BIGINT, total)
WEIR_ROW(total, TOTAL)
WEIR_ROW(result, RESULT)

enum { KEYS_MAX = 1000000, AHEAD = 16 };

static void sum_up(struct weir_ctx *c, const struct weir_row *row)
{
    struct bid b = bid_of(row);
    struct total t = {0, 0};

    total_get(c, 0, &t);
    t.price += b.price;
    total_put(c, 0, &t);
    result_emit(c, (struct result){.key = b.key, .total = t.price});
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct result r = result_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of((uint64_t)r.key, (uint64_t)r.total, 0, 0);
    (void)c;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    static const struct weir_process summing = {
        .state = {{.name = "total", .kind = WEIR_VALUE, .type = &total_schema}}, .on_row = sum_up};
    struct weir_job *job = weir_job(0, NULL, "W3");

    digest_sink(weir_processed(weir_key_by(weir_rows(job, rows, count, &bid_schema), "key"),
                               &summing, &result_schema),
                add, digest);
    return job;
}

/* Keys are dense, so the totals are an array: nothing is faster. */
static uint64_t limit(const struct bid *rows, uint64_t count)
{
    int64_t *total = calloc(KEYS_MAX, sizeof *total);
    uint64_t digest = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&total[rows[i + AHEAD].key - 1000], 1);
        total[rows[i].key - 1000] += rows[i].price;
        digest += digest_of((uint64_t)rows[i].key, (uint64_t)total[rows[i].key - 1000], 0, 0);
    }
    free(total);
    return digest;
}

const struct workload w3a_workload = {"W3a", "rolling, 10 k", 10000000, 10000, 100,
                                      false, false,           program,  limit};
const struct workload w3b_workload = {"W3b", "rolling, 1 M", 10000000, KEYS_MAX, 100,
                                      false, false,          program,  limit};
