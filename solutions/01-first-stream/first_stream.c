/* Flights of 100 miles and more, each with how late it was: early, on time, late, very late. */
#include "weir.h"

#define FLIGHT(C) C(STRING, origin) C(STRING, destination) C(INT, distance_mi) C(INT, delay_min)
#define DELAY(C) C(STRING, origin) C(STRING, destination) C(STRING, delay)
WEIR_ROW(flight, FLIGHT)
WEIR_ROW(delay, DELAY)

bool is_no_hop(struct weir_ctx *c, const struct weir_row *row);
void classify(struct weir_ctx *c, const struct weir_row *row);
struct weir_stream *delays(struct weir_job *job);

bool is_no_hop(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return flight_of(row).distance_mi >= 100;
}

void classify(struct weir_ctx *c, const struct weir_row *row)
{
    struct flight f = flight_of(row);
    const char *class = f.delay_min < 0     ? "early"
                        : f.delay_min < 15  ? "on time"
                        : f.delay_min < 60  ? "late"
                                            : "very late";

    delay_emit(c, (struct delay){.origin = f.origin,
                                 .destination = f.destination,
                                 .delay = {class, (uint32_t)strlen(class)}});
}

struct weir_stream *delays(struct weir_job *job)
{
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);

    return weir_map(weir_filter(flights, is_no_hop), classify, &delay_schema);
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "first stream");

    weir_print(delays(job), "delay");
    return weir_run(job);
}
