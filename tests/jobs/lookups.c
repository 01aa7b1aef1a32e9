/* Each flight with the state of its origin, asked of a table that is slow and fails now and then: in
 * order, where it is looked at whether each flight comes behind the one before it; and as the answers
 * come. */
#include "tests/jobs/flight.h"

#define AIRPORT(C) C(STRING, iata) C(STRING, state)
#define FOUND(C) C(BIGINT, flight_id) C(STRING, origin) C(STRING, state)
#define PLACED(C) C(BIGINT, flight_id) C(STRING, state) C(BOOLEAN, in_order)
#define LAST(C) C(BIGINT, id)
WEIR_ROW(airport, AIRPORT)
WEIR_ROW(found, FOUND)
WEIR_ROW(placed, PLACED)
WEIR_ROW(last, LAST)

static void ask(struct weir_ctx *c, const struct weir_row *row)
{
    weir_request_text(c, flight_of(row).origin);
}

static void join(struct weir_ctx *c, const struct weir_row *row, const struct weir_row *answer)
{
    struct flight f = flight_of(row);

    found_emit(c, (struct found){.flight_id = f.flight_id,
                                 .origin = f.origin,
                                 .state = answer ? airport_of(answer).state
                                                 : (struct weir_text){"nowhere", 7}});
}

/* A row's origin is its place in the file; a subtask's rows come in that order. */
static void place(struct weir_ctx *c, const struct weir_row *row)
{
    struct found f = found_of(row);
    uint32_t last = weir_list_count(c, 0);
    struct last before = {.id = -1}, now = {.id = (int64_t)row->origin};

    if (last)
        weir_list_get(c, 0, last - 1, &before);
    weir_clear(c, 0);
    weir_list_add(c, 0, &now);
    placed_emit(c, (struct placed){
                       .flight_id = f.flight_id, .state = f.state, .in_order = now.id > before.id});
}

int main(int argc, char **argv)
{
    static const struct weir_process placing = {
        .state = {{.name = "last", .kind = WEIR_OPERATOR_LIST, .type = &last_schema}},
        .on_row = place};
    const struct weir_async ordered = {
        .on_row = ask,
        .on_answer = join,
        .timeout_ms = WEIR_MINUTE,
        .capacity = 50,
        .retry = {.max_attempts = 5, .delay_ms = 1},
    };
    struct weir_async unordered = ordered;
    struct weir_lookup_table airports = {
        "datasets/airports.csv", &airport_schema,     "iata",
        .latency_ms = 1,         .latency_max_ms = 3, .fail_every = 10};
    struct weir_job *job = weir_job(argc, argv, "lookups");
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);
    struct weir_stream *timed = weir_watermarks(
        flights,
        (struct weir_time){.column = "event_time", .out_of_order_ms = WEIR_HOUR, .every_ms = 2});

    unordered.unordered = true;
    weir_file_sink(
        weir_processed(weir_uid(weir_awaited(timed, &ordered, airports, &found_schema), "ordered"),
                       &placing, &placed_schema),
        "results/ordered");
    airports.fail_every = 7;
    weir_file_sink(weir_uid(weir_awaited(timed, &unordered, airports, &found_schema), "unordered"),
                   "results/unordered");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "20ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
