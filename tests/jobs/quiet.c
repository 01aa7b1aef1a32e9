/* Report an airport that sent no flight for six hours of event time. */
#include "tests/jobs/flight.h"

#define SEEN(C) C(BIGINT, flights) C(TIMESTAMP, due)
#define QUIET(C) C(STRING, airport) C(TIMESTAMP, since) C(BIGINT, flights)
WEIR_ROW(seen, SEEN)
WEIR_ROW(quiet, QUIET)

enum { LAST };

static void on_flight(struct weir_ctx *c, const struct weir_row *row)
{
    struct seen s = {0};

    if (seen_get(c, LAST, &s))
        weir_timer_delete(c, s.due);
    s.flights++;
    if (flight_of(row).event_time + 6 * WEIR_HOUR > s.due)
        s.due = flight_of(row).event_time + 6 * WEIR_HOUR;
    weir_timer_set(c, s.due);
    seen_put(c, LAST, &s);
}

static void on_timer(struct weir_ctx *c, int64_t event_ms)
{
    struct seen s = {0};

    seen_get(c, LAST, &s);
    quiet_emit(c, (struct quiet){.airport = weir_key_text(c),
                                 .since = event_ms - 6 * WEIR_HOUR,
                                 .flights = s.flights});
    weir_clear(c, LAST);
}

static const struct weir_process watch = {
    .state = {[LAST] = {.name = "last", .type = &seen_schema}},
    .on_row = on_flight,
    .on_timer = on_timer,
};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "quiet airports");
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30 * WEIR_MINUTE});

    weir_file_sink(weir_processed(weir_key_by(flights, "origin"), &watch, &quiet_schema),
                   "results/quiet");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
