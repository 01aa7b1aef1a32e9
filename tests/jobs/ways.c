/* Every tenth flight goes each way there is between subtasks, to three of them; each flight is
 * written with the way it came, the subtask it came to, and the first letter of its origin. */
#include "tests/jobs/flight.h"

#define ARRIVAL(C) C(STRING, way) C(BIGINT, subtask) C(BIGINT, flight_id) C(BIGINT, letter)
WEIR_ROW(arrival, ARRIVAL)

static bool every_tenth(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return flight_of(row).flight_id % 10 == 0;
}

static void arrive(struct weir_ctx *c, const struct weir_row *row)
{
    const char *way = weir_with(c);
    struct flight f = flight_of(row);

    arrival_emit(c, (struct arrival){.way = {way, (uint32_t)strlen(way)},
                                     .subtask = weir_subtask(c),
                                     .flight_id = f.flight_id,
                                     .letter = f.origin.p[0]});
}

static uint32_t by_number(struct weir_text text, int64_t number, uint32_t channels)
{
    (void)text;
    return (uint32_t)(number / 10 % channels);
}

static uint32_t by_letter(struct weir_text text, int64_t number, uint32_t channels)
{
    (void)number;
    return (uint32_t)text.p[0] % channels;
}

static struct weir_stream *arrived(struct weir_stream *s, const char *way)
{
    s = weir_parallelism(weir_map(s, arrive, &arrival_schema), 3);
    return weir_constants(s, way, (uint32_t)strlen(way) + 1);
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "ways");
    struct weir_stream *s = weir_filter(weir_csv(job, "datasets/flights.csv", &flight_schema),
                                        every_tenth);
    struct weir_stream *all = arrived(weir_rebalance(s), "rebalance");

    all = weir_union(all, arrived(weir_rescale(s), "rescale"));
    all = weir_union(all, arrived(weir_shuffle(s), "shuffle"));
    all = weir_union(all, arrived(weir_global(s), "global"));
    all = weir_union(all, arrived(weir_broadcast(s), "broadcast"));
    all = weir_union(all, arrived(weir_partition_custom(s, "flight_id", by_number), "number"));
    all = weir_union(all, arrived(weir_partition_custom(s, "origin", by_letter), "letter"));
    weir_uid(weir_file_sink(all, "results/ways"), "ways");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
