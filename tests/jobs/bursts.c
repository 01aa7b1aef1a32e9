/* Flights of each airport in bursts: those that come within 2 ms of the first, by the wall clock.  A
 * state with a time-to-live says if the burst lasts; beside it the same is computed by hand, and
 * every disagreement is a row of "wrong". */
#include "tests/jobs/flight.h"

#define TOTALS(C) C(BIGINT, flights) C(BIGINT, miles)
#define BURST(C) C(STRING, airport) C(BIGINT, flights) C(BIGINT, miles)
#define SINCE(C) C(BIGINT, ms)
WEIR_ROW(totals, TOTALS)
WEIR_ROW(burst, BURST)
WEIR_ROW(since, SINCE)

enum { OPEN, FIRST, TOTAL };
enum { WRONG };
enum { BURST_MS = 2 };

static void add(struct weir_ctx *c, void *acc, const void *value)
{
    struct totals *t = acc;

    (void)c;
    t->flights++;
    t->miles += ((const struct flight *)value)->distance_mi;
}

static void result(struct weir_ctx *c, const void *acc, void *burst)
{
    const struct totals *t = acc;

    *(struct burst *)burst = (struct burst){
        .airport = weir_key_text(c), .flights = t->flights, .miles = t->miles};
}

static void end_burst(struct weir_ctx *c)
{
    struct burst b;

    if (weir_aggregating_get(c, TOTAL, &b))
        burst_emit(c, b);
    weir_clear(c, TOTAL);
}

static void on_flight(struct weir_ctx *c, const struct weir_row *row)
{
    struct since now = {.ms = weir_now_ms(c)}, open, first = {0};
    struct flight flight = flight_of(row);
    bool is_open = since_get(c, OPEN, &open), lasts;

    lasts = since_get(c, FIRST, &first) && now.ms < first.ms + BURST_MS;
    if (is_open != lasts)
        since_emit_to(c, WRONG, first);
    if (!is_open) {
        end_burst(c);
        since_put(c, OPEN, &now);
        since_put(c, FIRST, &now);
        weir_timer_set(c, WEIR_END);
    }
    weir_aggregating_add(c, TOTAL, &flight);
}

static void on_end(struct weir_ctx *c, int64_t event_ms)
{
    (void)event_ms;
    end_burst(c);
}

static const struct weir_process bursts = {
    .state = {[OPEN] = {.name = "open",
                        .kind = WEIR_VALUE,
                        .type = &since_schema,
                        .ttl = {.ms = BURST_MS, .clean_snapshots = true}},
              [FIRST] = {.name = "first", .kind = WEIR_VALUE, .type = &since_schema},
              [TOTAL] = {.name = "total",
                         .kind = WEIR_AGGREGATING,
                         .type = &totals_schema,
                         .add = add,
                         .result = result}},
    .on_row = on_flight,
    .on_timer = on_end,
};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "bursts");
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);
    struct weir_stream *s = weir_processed(weir_key_by(flights, "origin"), &bursts, &burst_schema);

    weir_uid(weir_file_sink(s, "results/bursts"), "bursts");
    weir_uid(weir_file_sink(weir_side(s, WRONG, &since_schema), "results/wrong"), "wrong");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
