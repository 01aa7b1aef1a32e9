/* A job to be killed: each row says how many rows of its key came before it, from state.  Keys are
 * eight neighbours, so a key's rows come from one split and the answer is the same at any
 * parallelism; a row lost or doubled, in the output or in the state, shows. */
#include "weir.h"

#define ENTRY(C) C(BIGINT, n) C(BIGINT, key) C(BIGINT, before)
#define SEEN(C) C(BIGINT, rows) C(BIGINT, a) C(BIGINT, b) C(BIGINT, c)
WEIR_ROW(entry, ENTRY)
WEIR_ROW(seen, SEEN)

enum { ENTRIES = 96000, OF_A_KEY = 8, WORK = 1500 };

static void book(struct weir_ctx *c, const struct weir_row *row)
{
    struct entry e = entry_of(row);
    struct seen s = {0};
    volatile int64_t x = e.n;

    for (int i = 0; i < WORK; i++) /* as much work as some real function */
        x = x * 31 + i;
    seen_get(c, 0, &s);
    e.before = s.rows++;
    seen_put(c, 0, &s);
    entry_emit(c, e);
}

int main(int argc, char **argv)
{
    static const struct weir_process booking = {.state = {{"seen", WEIR_VALUE, &seen_schema}},
                                                .on_row = book};
    struct weir_job *job = weir_job(argc, argv, "bookings");
    static struct entry rows[ENTRIES];
    struct weir_stream *entries;

    for (int64_t i = 0; i < ENTRIES; i++)
        rows[i] = (struct entry){0, i, i / OF_A_KEY, 0};
    entries = weir_rows(job, rows, ENTRIES, &entry_schema);
    weir_file_sink(weir_processed(weir_key_by(entries, "key"), &booking, &entry_schema),
                   "bookings");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "10ms");
    weir_option(job, "execution.checkpointing.tolerable-failed-checkpoints", "1000000");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
