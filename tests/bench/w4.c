/* W4: tumbling 10 s count by key, 100,000 keys, less than 4 s of disorder. */
#include <stdlib.h>

#include "tests/bench/workload.h"

#define COUNT(C) C(BIGINT, n)
#define RESULT(C) C(BIGINT, key) C(BIGINT, end) C(BIGINT, n)
WEIR_ROW(count, COUNT)
WEIR_ROW(result, RESULT)

enum { KEYS = 100000, SIZE_MS = 10000, DISORDER_MS = 4000, OPEN = 3 };

static void count_row(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    ((struct count *)acc)->n++;
    (void)c;
    (void)row;
}

static void emit_count(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    result_emit(c, (struct result){
                       .key = weir_key_int(c), .end = end_ms, .n = ((const struct count *)acc)->n});
    (void)start_ms;
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct result r = result_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of((uint64_t)r.key, (uint64_t)r.end,
                                                      (uint64_t)r.n, 0);
    (void)c;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    static const struct weir_aggregate counting = {&count_schema, count_row, emit_count,
                                                   NULL,          0,         NULL};
    struct weir_job *job = weir_job(0, NULL, "W4");
    struct weir_stream *s = weir_watermarks(
        weir_rows(job, rows, count, &bid_schema),
        (struct weir_time){.column = "ts", .out_of_order_ms = DISORDER_MS});

    digest_sink(weir_windowed(weir_key_by(s, "key"), (struct weir_window){.size_ms = SIZE_MS},
                              &counting, &result_schema),
                add, digest);
    return job;
}

/* Keys are dense and at most three windows are open, so contents are arrays: nothing is faster. */
static uint64_t close_window(uint32_t *counts, int64_t end_ms)
{
    uint64_t digest = 0;

    for (uint32_t k = 0; k < KEYS; k++)
        if (counts[k]) {
            digest += digest_of(1000 + k, (uint64_t)end_ms, counts[k], 0);
            counts[k] = 0;
        }
    return digest;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    uint32_t(*open)[KEYS] = calloc(OPEN, sizeof *open);
    int64_t end_ms = 1000000000000 - DISORDER_MS, greatest = 0;
    uint64_t digest = 0;

    end_ms = end_ms - end_ms % SIZE_MS + SIZE_MS;
    for (uint64_t i = 0; i < count; i++) {
        open[rows[i].ts / SIZE_MS % OPEN][rows[i].key - 1000]++;
        if (rows[i].ts > greatest)
            greatest = rows[i].ts;
        for (; greatest - DISORDER_MS >= end_ms; end_ms += SIZE_MS)
            digest += close_window(open[(end_ms / SIZE_MS - 1) % OPEN], end_ms);
    }
    for (int i = 0; i < OPEN; i++, end_ms += SIZE_MS)
        digest += close_window(open[(end_ms / SIZE_MS - 1) % OPEN], end_ms);
    free(open);
    return digest;
}

const struct workload w4_workload = {"W4",  "tumble 10 s", 10000000, KEYS, 100,
                                     false, true,          program,  limit};
