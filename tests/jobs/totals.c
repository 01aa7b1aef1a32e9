/* Rolling aggregates: the miles flown from each airport so far, said at every flight, and its longest
 * flight, said at the end. */
#include "tests/jobs/flight.h"

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "totals of departures");
    struct weir_stream *keyed = weir_key_by(
        weir_watermarks(weir_csv(job, "datasets/flights.csv", &flight_schema),
                        (struct weir_time){.column = "event_time"}),
        "origin");
    struct weir_stream *miles = weir_rolled(
        keyed, &(struct weir_rolling){.kind = WEIR_SUM, .column = "distance_mi"});
    struct weir_stream *longest = weir_rolled(
        keyed,
        &(struct weir_rolling){.kind = WEIR_MAX_BY, .column = "distance_mi", .at_end = true});

    weir_uid(weir_file_sink(miles, "results/miles"), "miles");
    weir_uid(weir_file_sink(longest, "results/longest"), "longest");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
