/* Flights into a database: each one appended, and of each origin how many there are, upserted. */
#include "tests/jobs/flight.h"

#define COUNT(C) C(STRING, origin) C(BIGINT, flights) C(BIGINT, miles)
WEIR_ROW(count, COUNT)

static void one(struct weir_ctx *c, const struct weir_row *row)
{
    struct flight f = flight_of(row);

    count_emit(c, (struct count){.origin = f.origin, .flights = 1, .miles = f.distance_mi});
}

static void both(struct weir_ctx *c, void *so_far, const struct weir_row *row)
{
    struct count *sum = so_far;

    sum->flights += count_of(row).flights;
    sum->miles += count_of(row).miles;
    (void)c;
}

int main(int argc, char **argv)
{
    static const struct weir_rolling adding = {.kind = WEIR_REDUCE, .reduce = both};
    struct weir_job *job = weir_job(argc, argv, "flights into a database");
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);
    struct weir_stream *counts = weir_rolled(
        weir_key_by(weir_map(flights, one, &count_schema), "origin"), &adding);

    weir_uid(weir_sqlite_sink(flights, (struct weir_table){"flights.db", "flights", {0}}),
             "flights");
    weir_uid(weir_sqlite_sink(counts, (struct weir_table){"flights.db", "origins", {"origin"}}),
             "origins");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
