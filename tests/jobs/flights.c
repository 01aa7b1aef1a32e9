/* Departures and mean delay of each airport in each hour; late rows apart. */
#include "tests/jobs/flight.h"

#define HOURLY(C)                                                                                  \
    C(STRING, origin) C(TIMESTAMP, window_end) C(BIGINT, flights) C(DOUBLE, mean_delay_min)
#define SUMS(C) C(BIGINT, flights) C(BIGINT, delay_min)
WEIR_ROW(hourly, HOURLY)
WEIR_ROW(sums, SUMS)

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sums *s = acc;

    s->flights++;
    s->delay_min += flight_of(row).delay_min;
    (void)c;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct sums *s = acc;

    hourly_emit(c, (struct hourly){.origin = weir_key_text(c),
                                   .window_end = end_ms,
                                   .flights = s->flights,
                                   .mean_delay_min = (double)s->delay_min / (double)s->flights});
    (void)start_ms;
}

static const struct weir_aggregate per_hour = {&sums_schema, add, result, NULL, 0, NULL};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "departures an hour");
    struct weir_stream *late;
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30 * WEIR_MINUTE});
    struct weir_stream *hours = weir_windowed(
        weir_key_by(flights, "origin"), (struct weir_window){.size_ms = WEIR_HOUR, .late = &late},
        &per_hour, &hourly_schema);

    weir_uid(weir_file_sink(hours, "results/hours"), "hours");
    weir_uid(weir_file_sink(late, "results/late"), "late");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
