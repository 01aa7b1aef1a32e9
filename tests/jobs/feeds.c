/* Flights out of a folder of JSON lines, some of which are none: those of an hour's delay or more. */
#include "tests/jobs/flight.h"

static bool is_long(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return flight_of(row).delay_min >= 60;
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "long delays of a feed");
    struct weir_stream *flights = weir_uid(weir_json(job, "feeds", &flight_schema), "feeds");

    weir_uid(weir_file_sink(weir_filter(flights, is_long), "results/long"), "long");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    weir_option(job, "weir.source.bad-rows", "dead-letter");
    return weir_run(job);
}
