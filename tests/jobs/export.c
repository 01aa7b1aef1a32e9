/* Flights as JSON lines, in parts of about 40 KB: what feeds.c reads. */
#include "tests/jobs/flight.h"

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "flights as JSON lines");
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);

    weir_uid(weir_files(flights, "results/export",
                        (struct weir_files){.format = WEIR_JSON, .roll_bytes = 40000}),
             "export");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
