/* A small job for searching: numbers keyed by their last digit, counted in windows of ten.
 * Few rows, little credit, many checkpoints: every fault has something to hit. */
#include "weir.h"

#define NUMBER(C) C(BIGINT, key) C(TIMESTAMP, at)
#define COUNTED(C) C(BIGINT, key) C(TIMESTAMP, window_end) C(BIGINT, n)
#define ACC(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)
WEIR_ROW(counted, COUNTED)
WEIR_ROW(acc, ACC)

enum { ROWS = 60 };

static void add(struct weir_ctx *c, void *a, const struct weir_row *row)
{
    ((struct acc *)a)->n++;
    (void)c;
    (void)row;
}

static void result(struct weir_ctx *c, const void *a, int64_t start_ms, int64_t end_ms)
{
    counted_emit(c, (struct counted){.key = weir_key_int(c),
                                     .window_end = end_ms,
                                     .n = ((const struct acc *)a)->n});
    (void)start_ms;
}

static const struct weir_aggregate count = {&acc_schema, add, result, NULL, 0, NULL};

int main(int argc, char **argv)
{
    struct number rows[ROWS];
    struct weir_job *job = weir_job(argc, argv, "toy");
    struct weir_stream *numbers, *late;

    for (int i = 0; i < ROWS; i++) /* two splits in the same time, each 3 ms out of order */
        rows[i] = (struct number){.key = i * 7 % 5, .at = i % (ROWS / 2) * 2 - i % 3};
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "400us");
    weir_option(job, "execution.checkpointing.timeout", "20ms");
    weir_option(job, "execution.checkpointing.tolerable-failed-checkpoints", "100");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "200us");
    weir_option(job, "weir.buffer.elements", "2");
    weir_option(job, "weir.sim.cost", "20us");
    numbers = weir_watermarks(weir_rows(job, rows, ROWS, &number_schema),
                              (struct weir_time){.column = "at", .out_of_order_ms = 4});
    weir_uid(weir_file_sink(weir_windowed(weir_key_by(numbers, "key"),
                                          (struct weir_window){.size_ms = 10, .late = &late},
                                          &count, &counted_schema),
                            "counts"),
             "counts");
    weir_uid(weir_file_sink(late, "late"), "late");
    return weir_run(job);
}
