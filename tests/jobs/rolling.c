/* Departures of each airport over the last six hours, said every two (sliding windows, each for
 * itself and by slices that they share), and so far today, said every six hours (cumulating ones). */
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

static const struct weir_aggregate counting = {.acc = &count_schema, .add = add, .result = result},
                                   sharing = {.acc = &count_schema,
                                              .add = add,
                                              .result = result,
                                              .merge = merge};

static void say(struct weir_stream *keyed, struct weir_window w, const struct weir_aggregate *fn,
                const char *name)
{
    char directory[40];

    snprintf(directory, sizeof directory, "results/%s", name);
    weir_uid(weir_file_sink(weir_windowed(keyed, w, fn, &stretch_schema), directory), name);
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "rolling departures");
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30000 * WEIR_SECOND});
    struct weir_stream *keyed = weir_key_by(flights, "origin");

    say(keyed, (struct weir_window){.size_ms = 6 * WEIR_HOUR, .slide_ms = 2 * WEIR_HOUR}, &counting,
        "rolling");
    say(keyed, (struct weir_window){.size_ms = 6 * WEIR_HOUR, .slide_ms = 2 * WEIR_HOUR}, &sharing,
        "shared");
    say(keyed, (struct weir_window){.size_ms = 24 * WEIR_HOUR, .step_ms = 6 * WEIR_HOUR}, &counting,
        "today");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.fixed-delay.delay", "1ms");
    return weir_run(job);
}
