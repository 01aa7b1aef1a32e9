/* Rows out of nothing, some keys far more often than others: how often each came, in windows. */
#include "weir.h"

#define CLICK(C) C(BIGINT, id) C(INT, page) C(TIMESTAMP, at)
#define HITS(C) C(BIGINT, page) C(TIMESTAMP, window_end) C(BIGINT, hits) C(BIGINT, ids)
#define SUMS(C) C(BIGINT, hits) C(BIGINT, ids)
WEIR_ROW(click, CLICK)
WEIR_ROW(hits, HITS)
WEIR_ROW(sums, SUMS)

static const struct weir_datagen clicks = {
    .rows_per_second = 200000,
    .seed = 2001,
    .field = {{.column = "id", .kind = WEIR_SEQUENCE, .start = 1, .end = 20000},
              {.column = "page", .kind = WEIR_ZIPF, .min = 1, .max = 50, .skew = 1.1},
              {.column = "at", .start = 978307200000, .max_past_ms = 4}}};

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sums *s = acc;

    s->hits++;
    s->ids += click_of(row).id;
    (void)c;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct sums *s = acc;

    hits_emit(c,
              (struct hits){
                  .page = weir_key_int(c), .window_end = end_ms, .hits = s->hits, .ids = s->ids});
    (void)start_ms;
}

static const struct weir_aggregate sums = {.acc = &sums_schema, .add = add, .result = result};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "generated clicks");
    struct weir_stream *in = weir_watermarks(
        weir_datagen(job, &click_schema, &clicks),
        (struct weir_time){.column = "at", .out_of_order_ms = 4});

    weir_uid(weir_file_sink(weir_windowed(weir_key_by(in, "page"),
                                          (struct weir_window){.size_ms = 10}, &sums, &hits_schema),
                            "results/hits"),
             "hits");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "20ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
