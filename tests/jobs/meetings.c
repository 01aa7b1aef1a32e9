/* Flights that meet: what joins two streams, each on the same flights, and each answered by Flink.
 *
 *   days      co-process: departures and arrivals of an airport, said at the end of each day
 *   returns   interval join: a flight and those back, one to four hours later
 *   meetings  window join: long flights that leave an airport in the six hours in which others come in
 *   states    broadcast: every airport's state is told to all; then flights a state and week
 *
 * The watermarks lag so far behind that nothing is late, whichever input is read first. */
#include "tests/jobs/flight.h"

#define LEG(C) C(STRING, airport) C(STRING, route) C(BIGINT, flight_id) C(INT, miles)
#define AIRPORT(C) C(STRING, iata) C(STRING, state)
#define DAY(C) C(STRING, airport) C(TIMESTAMP, day) C(BIGINT, departures) C(BIGINT, arrivals)
#define TIME(C) C(TIMESTAMP, at)
#define PAIR(C) C(BIGINT, first) C(BIGINT, second)
#define NAME(C) C(STRING, name)
#define FLIGHTS(C) C(STRING, state) C(BIGINT, n)
#define WEEK(C) C(STRING, state) C(TIMESTAMP, week) C(BIGINT, flights)
WEIR_ROW(leg, LEG)
WEIR_ROW(airport, AIRPORT)
WEIR_ROW(day, DAY)
WEIR_ROW(moment, TIME)
WEIR_ROW(pair, PAIR)
WEIR_ROW(named, NAME)
WEIR_ROW(flights, FLIGHTS)
WEIR_ROW(week, WEEK)

enum { DAY_MS = 24 * WEIR_HOUR, ROUTE_MAX = 16 };

/* ---- legs: a flight as its origin sees it, or its destination, which it leaves for good ---- */

static struct weir_text route(char text[ROUTE_MAX], struct weir_text from, struct weir_text to)
{
    memcpy(text, from.p, from.bytes);
    text[from.bytes] = '-';
    memcpy(text + from.bytes + 1, to.p, to.bytes);
    return (struct weir_text){text, from.bytes + 1 + to.bytes};
}

/* `with`: is it the arrival?  Its route is the way back. */
static void to_leg(struct weir_ctx *c, const struct weir_row *row)
{
    struct flight f = flight_of(row);
    bool arrives = *(const bool *)weir_with(c);
    struct weir_text here = arrives ? f.destination : f.origin;
    char text[ROUTE_MAX];

    leg_emit(c, (struct leg){.airport = here,
                             .route = route(text, here, arrives ? f.origin : f.destination),
                             .flight_id = f.flight_id,
                             .miles = f.distance_mi});
}

static struct weir_stream *legs(struct weir_stream *flights, bool arrives)
{
    return weir_constants(weir_map(flights, to_leg, &leg_schema), &arrives, sizeof arrives);
}

static bool is_long(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return leg_of(row).miles >= 2000;
}

static void say_pair(struct weir_ctx *c, const struct weir_row *first,
                     const struct weir_row *second)
{
    pair_emit(c,
              (struct pair){.first = leg_of(first).flight_id, .second = leg_of(second).flight_id});
}

/* ---- days ---- */

enum { COUNTS };

static void count(struct weir_ctx *c, int64_t departures, int64_t arrivals)
{
    int64_t at = weir_event_ms(c);
    struct moment day = {.at = at - at % DAY_MS};
    struct day counts = {.airport = weir_key_text(c), .day = day.at};

    weir_map_get(c, COUNTS, &day, &counts);
    counts.departures += departures;
    counts.arrivals += arrivals;
    weir_map_put(c, COUNTS, &day, &counts);
    weir_timer_set(c, day.at + DAY_MS - 1);
}

static void depart(struct weir_ctx *c, const struct weir_row *row)
{
    (void)row;
    count(c, 1, 0);
}

static void arrive(struct weir_ctx *c, const struct weir_row *row)
{
    (void)row;
    count(c, 0, 1);
}

static void end_day(struct weir_ctx *c, int64_t ms)
{
    struct moment day = {.at = ms + 1 - DAY_MS};
    struct day counts;

    if (weir_map_get(c, COUNTS, &day, &counts))
        day_emit(c, counts);
    weir_map_remove(c, COUNTS, &day);
}

static const struct weir_co_process counting = {
    .state = {{.name = "counts", .kind = WEIR_MAP, .type = &day_schema, .key = &moment_schema}},
    .on_row_1 = depart,
    .on_row_2 = arrive,
    .on_timer = end_day};

/* ---- states: flights wait in their airport's state until all airports are known ---- */

enum { WAITING };
enum { STATES };

static void wait(struct weir_ctx *c, const struct weir_row *row)
{
    struct moment at = {.at = row->event_ms};
    struct flights f = {.n = 0};

    weir_map_get(c, WAITING, &at, &f);
    f.n++;
    weir_map_put(c, WAITING, &at, &f);
    weir_timer_set(c, at.at);
}

static void learn(struct weir_ctx *c, const struct weir_row *row)
{
    struct airport a = airport_of(row);

    weir_broadcast_put(c, STATES, &(struct named){.name = a.iata},
                       &(struct named){.name = a.state});
}

static void say_state(struct weir_ctx *c, int64_t ms)
{
    struct named state = {.name = {"?", 1}}, iata = {.name = weir_key_text(c)};
    struct moment at = {.at = ms};
    struct flights f = {.n = 0};

    weir_map_get(c, WAITING, &at, &f);
    weir_map_remove(c, WAITING, &at);
    weir_broadcast_get(c, STATES, &iata, &state);
    f.state = state.name;
    flights_emit(c, f);
}

static const struct weir_broadcast locating = {
    .state =
        {{.name = "waiting", .kind = WEIR_MAP, .type = &flights_schema, .key = &moment_schema}},
    .broadcast =
        {{.name = "states", .kind = WEIR_MAP, .type = &named_schema, .key = &named_schema}},
    .on_row = wait,
    .on_broadcast = learn,
    .on_timer = say_state};

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    (void)c;
    ((struct week *)acc)->flights += flights_of(row).n;
}

static void say_week(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    (void)end_ms;
    week_emit(c, (struct week){.state = weir_key_text(c),
                               .week = start_ms,
                               .flights = ((const struct week *)acc)->flights});
}

static struct weir_stream *states(struct weir_job *job, struct weir_stream *departures)
{
    static const struct weir_aggregate per_week = {&week_schema, add, say_week, NULL, 0, NULL};
    struct weir_stream *airports = weir_csv(job, "datasets/airports.csv", &airport_schema);
    struct weir_stream *located = weir_broadcasted(weir_key_by(departures, "airport"), airports,
                                                   &locating, &flights_schema);

    return weir_windowed(weir_key_by(located, "state"), (struct weir_window){.size_ms = 7 * DAY_MS},
                         &per_week, &week_schema);
}

int main(int argc, char **argv)
{
    static const struct weir_join saying = {say_pair, NULL, 0};
    struct weir_job *job = weir_job(argc, argv, "flights that meet");
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30000 * WEIR_SECOND});
    struct weir_stream *departures = legs(flights, false), *arrivals = legs(flights, true);

    weir_file_sink(weir_co_processed(weir_key_by(departures, "airport"),
                                     weir_key_by(arrivals, "airport"), &counting, &day_schema),
                   "results/days");
    weir_file_sink(weir_interval_joined(
                       weir_key_by(departures, "route"), weir_key_by(arrivals, "route"),
                       (struct weir_interval){.lower_ms = WEIR_HOUR, .upper_ms = 4 * WEIR_HOUR},
                       &saying, &pair_schema),
                   "results/returns");
    weir_file_sink(weir_window_joined(weir_key_by(weir_filter(departures, is_long), "airport"),
                                      weir_key_by(weir_filter(arrivals, is_long), "airport"),
                                      (struct weir_window){.size_ms = 6 * WEIR_HOUR}, &saying,
                                      &pair_schema),
                   "results/meetings");
    weir_file_sink(states(job, departures), "results/states");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "5ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
