/* Flights out of a database, each with the name and place of its origin, which are there too. */
#include "tests/jobs/flight.h"

#define ENRICHED(C)                                                                                \
    C(BIGINT, flight_id)                                                                           \
    C(TIMESTAMP, event_time) C(STRING, origin) C(STRING, name) C(DOUBLE, latitude)
WEIR_ROW(enriched, ENRICHED)

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "flights and their airports");
    struct weir_stream *flights = weir_sqlite(
        job, (struct weir_table_source){.database = "in.db", .table = "flights"}, &flight_schema);
    struct weir_stream *enriched = weir_lookup(flights,
                                               (struct weir_lookup){.database = "in.db",
                                                                    .table = "airports",
                                                                    .key = "origin",
                                                                    .column = "iata",
                                                                    .cache_rows = 64},
                                               &enriched_schema);

    weir_file_sink(enriched, "results/enriched");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
