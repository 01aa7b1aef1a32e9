/* Departures of each airport over the last six hours, said every two (sliding windows, each for
 * itself and by slices that they share), and so far today, said every six hours (cumulating ones);
 * those of all airports together, a day and rolling (windows of all rows). */
#include <stdio.h>

#include "tests/jobs/flight.h"

#define STRETCH(C) C(STRING, airport) C(TIMESTAMP, from) C(TIMESTAMP, to) C(BIGINT, flights)
#define COUNT(C) C(BIGINT, n)
WEIR_ROW(stretch, STRETCH)
WEIR_ROW(count, COUNT)

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    ((struct count *)acc)->n++;
    (void)c;
    (void)row;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    stretch_emit(c, (struct stretch){.airport = weir_key_text(c),
                                     .from = start_ms,
                                     .to = end_ms,
                                     .flights = ((const struct count *)acc)->n});
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    ((struct count *)acc)->n += ((const struct count *)other)->n;
    (void)c;
}

static void count_rows(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct count n = {0};
    struct weir_row row;

    while (weir_rows_next(rows, &row))
        n.n++;
    result(c, &n, start_ms, end_ms);
}

static const struct weir_aggregate counting = {.acc = &count_schema, .add = add, .result = result},
                                   sharing = {.acc = &count_schema,
                                              .add = add,
                                              .result = result,
                                              .merge = merge};
static const struct weir_window_list counting_rows = {count_rows, NULL, 0};
static const struct weir_window rolling = {.size_ms = 6 * WEIR_HOUR, .slide_ms = 2 * WEIR_HOUR};

static void say(struct weir_stream *windows, const char *name)
{
    char directory[40];

    snprintf(directory, sizeof directory, "results/%s", name);
    weir_uid(weir_file_sink(windows, directory), name);
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "rolling departures");
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30000 * WEIR_SECOND});
    struct weir_stream *keyed = weir_key_by(flights, "origin");

    say(weir_windowed(keyed, rolling, &counting, &stretch_schema), "rolling");
    say(weir_windowed(keyed, rolling, &sharing, &stretch_schema), "shared");
    say(weir_windowed(keyed,
                      (struct weir_window){.size_ms = 24 * WEIR_HOUR, .step_ms = 6 * WEIR_HOUR},
                      &counting, &stretch_schema),
        "today");
    say(weir_window_all(flights, (struct weir_window){.size_ms = 24 * WEIR_HOUR}, &counting,
                        &stretch_schema),
        "days");
    say(weir_window_all_lists(flights, rolling, &counting_rows, &stretch_schema), "all");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
