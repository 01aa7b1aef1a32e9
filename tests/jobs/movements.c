/* Departures and arrivals of each airport and day: one file twice, a union, a list a window; and the
 * long flights on a side output that is spread over other tasks.  The watermarks are made before
 * the union, so that one branch that is ahead makes nothing late in the other. */
#include "tests/jobs/flight.h"

#define MOVE(C) C(STRING, airport) C(BOOLEAN, arrives)
#define DAY(C) C(STRING, airport) C(TIMESTAMP, day) C(BIGINT, departures) C(BIGINT, arrivals)
#define LONG(C) C(BIGINT, flight_id) C(INT, miles)
WEIR_ROW(move, MOVE)
WEIR_ROW(day, DAY)
WEIR_ROW(long_flight, LONG)

enum { LONG_FLIGHTS };

/* `with`: is it the arrival? */
static void to_move(struct weir_ctx *c, const struct weir_row *row)
{
    struct flight f = flight_of(row);
    bool arrives = *(const bool *)weir_with(c);

    if (!arrives && f.distance_mi >= 2000)
        long_flight_emit_to(c, LONG_FLIGHTS,
                            (struct long_flight){.flight_id = f.flight_id, .miles = f.distance_mi});
    move_emit(c, (struct move){.airport = arrives ? f.destination : f.origin, .arrives = arrives});
}

static void count(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct day d = {.airport = weir_key_text(c), .day = start_ms};
    struct weir_row row;

    while (weir_rows_next(rows, &row)) {
        d.arrivals += move_of(&row).arrives;
        d.departures += !move_of(&row).arrives;
    }
    day_emit(c, d);
    (void)end_ms;
}

static struct weir_stream *moves(struct weir_job *job, bool arrives)
{
    const struct weir_process fn = {
        .on_row = to_move, .with = &arrives, .with_bytes = sizeof arrives};

    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30000 * WEIR_SECOND});

    return weir_processed(flights, &fn, &move_schema);
}

int main(int argc, char **argv)
{
    static const struct weir_window_list per_day = {count, NULL, 0};
    struct weir_job *job = weir_job(argc, argv, "movements a day");
    struct weir_stream *departures = weir_uid(moves(job, false), "departures");
    struct weir_stream *both = weir_union(departures, weir_uid(moves(job, true), "arrivals"));
    struct weir_stream *far = weir_side(departures, LONG_FLIGHTS, &long_flight_schema);

    weir_file_sink(weir_window_lists(weir_key_by(both, "airport"),
                                     (struct weir_window){.size_ms = 24 * WEIR_HOUR}, &per_day,
                                     &day_schema),
                   "results/days");
    weir_file_sink(weir_rebalance(far), "results/far");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "5ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
