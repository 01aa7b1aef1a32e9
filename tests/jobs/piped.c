/* Flights from standard input: those of two hours' delay or more. */
#include "tests/jobs/flight.h"

static bool is_long(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return flight_of(row).delay_min >= 120;
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "long delays of standard input");
    struct weir_stream *flights = weir_csv(job, "-", &flight_schema);

    weir_uid(weir_file_sink(weir_filter(flights, is_long), "results/long"), "long");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
