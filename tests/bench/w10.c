/* W10: source, keyBy, map identity, sink: one exchange between two tasks. */
#include <string.h>

#include "tests/bench/workload.h"

static void identity(struct weir_ctx *c, const struct weir_row *row)
{
    bid_emit(c, bid_of(row));
}

static struct weir_job *program(const struct bid *rows, uint64_t count, uint64_t *digest)
{
    struct weir_job *job = weir_job(0, NULL, "W10");
    struct weir_stream *s = weir_key_by(weir_rows(job, rows, count, &bid_schema), "key");

    digest_sink(weir_map(s, identity, &bid_schema), digest_bid, digest);
    return job;
}

/* Rows as the peers see them: no null word, a length before each, buffers of 32 KiB. */
struct record {
    uint32_t bytes;
    int64_t column[4];
} __attribute__((packed));
enum { RECORDS = 32768 / sizeof(struct record) };

static uint64_t drain(const struct record *buffer, uint32_t used)
{
    uint64_t digest = 0;

    for (uint32_t i = 0; i < used; i++) {
        int64_t c[4];

        memcpy(c, buffer[i].column, sizeof c);
        digest += digest_of((uint64_t)c[0], (uint64_t)c[1], (uint64_t)c[2], (uint64_t)c[3]);
    }
    return digest;
}

static uint64_t limit(const struct bid *rows, uint64_t count)
{
    static struct record buffer[RECORDS];
    uint64_t digest = 0;
    uint32_t used = 0;

    for (uint64_t i = 0; i < count; i++) {
        if (used == RECORDS) {
            digest += drain(buffer, used);
            used = 0;
        }
        buffer[used].bytes = sizeof buffer[used].column;
        memcpy(buffer[used++].column, &rows[i].key, sizeof buffer[0].column);
    }
    return digest + drain(buffer, used);
}

const struct workload w10_workload = {"W10", "one exchange", 10000000, 10000, 100,
                                      false, false,          program,  limit};
