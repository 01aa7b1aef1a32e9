/* W6: session count by key, gap 2 s, 100,000 keys, less than 4 s of disorder. */
#include <stdlib.h>

#include "tests/bench/workload.h"

#define COUNT(C) C(BIGINT, n)
#define RESULT(C) C(BIGINT, key) C(BIGINT, start) C(BIGINT, end) C(BIGINT, n)
WEIR_ROW(count, COUNT)
WEIR_ROW(result, RESULT)

enum { KEYS = 100000, GAP_MS = 2000, DISORDER_MS = 4000, OPEN_MAX = 6, LOOK_EVERY_MS = 1000 };

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
    result_emit(c, (struct result){.key = weir_key_int(c),
                                   .start = start_ms,
                                   .end = end_ms,
                                   .n = ((const struct count *)acc)->n});
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct result r = result_of(row);

    ((struct sum *)acc)->digest += (int64_t)digest_of((uint64_t)r.key, (uint64_t)r.start,
                                                      (uint64_t)r.end, (uint64_t)r.n);
    (void)c;
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    static const struct weir_aggregate counting = {
        .acc = &count_schema, .add = count_row, .result = emit_count, .merge = merge};
    struct weir_job *job = weir_job(0, NULL, "W6");
    struct weir_stream *s = weir_watermarks(
        weir_rows(job, rows, count, &bid_schema),
        (struct weir_time){.column = "ts", .out_of_order_ms = DISORDER_MS});

    digest_sink(weir_windowed(weir_key_by(s, "key"), (struct weir_window){.gap_ms = GAP_MS},
                              &counting, &result_schema),
                add, digest);
    return job;
}

/* The open sessions of a key side by side; now and then all keys are looked at for those over. */
struct session {
    int64_t first, last, rows;
};
struct open {
    uint32_t count;
    struct session at[OPEN_MAX];
};

static void take_in(struct open *o, int64_t ts)
{
    struct session s = {ts, ts, 1};
    uint32_t kept = 0;

    for (uint32_t i = 0; i < o->count; i++) {
        const struct session *old = &o->at[i];

        if (old->last + GAP_MS < s.first || s.last + GAP_MS < old->first) {
            o->at[kept++] = *old;
            continue;
        }
        s.first = old->first < s.first ? old->first : s.first;
        s.last = old->last > s.last ? old->last : s.last;
        s.rows += old->rows;
    }
    if (kept == OPEN_MAX)
        abort();
    o->at[kept++] = s;
    o->count = kept;
}

static uint64_t close_over(struct open *of, int64_t watermark_ms)
{
    uint64_t digest = 0;

    for (uint64_t k = 0; k < KEYS; k++) {
        uint32_t kept = 0;

        for (uint32_t i = 0; i < of[k].count; i++) {
            const struct session *s = &of[k].at[i];

            if (s->last + GAP_MS - 1 > watermark_ms)
                of[k].at[kept++] = *s;
            else
                digest += digest_of(1000 + k, (uint64_t)s->first, (uint64_t)(s->last + GAP_MS),
                                    (uint64_t)s->rows);
        }
        of[k].count = kept;
    }
    return digest;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    enum { AHEAD = 16 };
    struct open *of = calloc(KEYS, sizeof *of);
    int64_t greatest = 0, look_ms = 0;
    uint64_t digest = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&of[rows[i + AHEAD].key - 1000], 1);
        take_in(&of[rows[i].key - 1000], rows[i].ts);
        if (rows[i].ts > greatest)
            greatest = rows[i].ts;
        if (greatest - DISORDER_MS - 1 >= look_ms) {
            look_ms = greatest - DISORDER_MS - 1 + LOOK_EVERY_MS;
            digest += close_over(of, greatest - DISORDER_MS - 1);
        }
    }
    digest += close_over(of, INT64_MAX);
    free(of);
    return digest;
}

const struct workload w6_workload = {"W6",  "session 2 s", 5000000, KEYS, 100,
                                     false, true,          program, limit};
