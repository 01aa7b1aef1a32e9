/* W5: sliding 60 s / 1 s count by key, 2,000 keys and hot keys, less than 4 s of disorder. */
#include <stdlib.h>

#include "tests/bench/workload.h"

#define COUNT(C) C(BIGINT, n)
#define RESULT(C) C(BIGINT, key) C(BIGINT, end) C(BIGINT, n)
WEIR_ROW(count, COUNT)
WEIR_ROW(result, RESULT)

enum { KEYS_MAX = 10000, SIZE_MS = 60000, SLIDE_MS = 1000, DISORDER_MS = 4000 };
enum { SLICES = SIZE_MS / SLIDE_MS, RING = 128 };

static void count_row(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    ((struct count *)acc)->n++;
    (void)c;
    (void)row;
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    ((struct count *)acc)->n += ((const struct count *)other)->n;
    (void)c;
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
    static const struct weir_aggregate counting = {
        .acc = &count_schema, .add = count_row, .result = emit_count, .merge = merge};
    struct weir_job *job = weir_job(0, NULL, "W5");
    struct weir_stream *s = weir_watermarks(
        weir_rows(job, rows, count, &bid_schema),
        (struct weir_time){.column = "ts", .out_of_order_ms = DISORDER_MS});

    digest_sink(weir_windowed(weir_key_by(s, "key"),
                              (struct weir_window){.size_ms = SIZE_MS, .slide_ms = SLIDE_MS},
                              &counting, &result_schema),
                add, digest);
    return job;
}

/* Keys are small numbers: a count for each slice and key, and of each key the running total of the
 * window, to which a slice is added and from which one is taken away. */
struct slices {
    uint32_t in[RING][KEYS_MAX], total[KEYS_MAX];
    uint32_t keys; /* the greatest, and one */
};

static uint64_t slide(struct slices *s, int64_t end_ms)
{
    uint32_t *newest = s->in[(end_ms / SLIDE_MS - 1) % RING];
    uint32_t *gone = s->in[(end_ms / SLIDE_MS - 1 - SLICES) % RING];
    uint64_t digest = 0;

    for (uint32_t k = 0; k < s->keys; k++) {
        s->total[k] += newest[k] - gone[k];
        gone[k] = 0;
        if (s->total[k])
            digest += digest_of(1000 + k, (uint64_t)end_ms, s->total[k], 0);
    }
    return digest;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    struct slices *s = calloc(1, sizeof *s);
    int64_t end_ms = 1000000000000 - DISORDER_MS, greatest = 0;
    uint64_t digest = 0;

    end_ms += SLIDE_MS;
    for (uint64_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)(rows[i].key - 1000);

        s->keys = key >= s->keys ? key + 1 : s->keys;
        s->in[rows[i].ts / SLIDE_MS % RING][key]++;
        if (rows[i].ts > greatest)
            greatest = rows[i].ts;
        for (; greatest - DISORDER_MS >= end_ms; end_ms += SLIDE_MS)
            digest += slide(s, end_ms);
    }
    for (; end_ms <= greatest + SIZE_MS; end_ms += SLIDE_MS)
        digest += slide(s, end_ms);
    free(s);
    return digest;
}

const struct workload w5_workload = {"W5", "slide 60 s/1 s", 500000, 2000, 5, true,
                                     true, program,          limit};
