/* Waves of departures: an airport's flights less than half an hour apart are one (sessions), and
 * those of a route, each flight open for as long as it is far (sessions with a gap of the row). */
#include "tests/jobs/flight.h"

#define WAVE(C)                                                                                    \
    C(STRING, key) C(TIMESTAMP, from) C(TIMESTAMP, to) C(BIGINT, flights) C(BIGINT, miles)
#define SUM(C) C(BIGINT, flights) C(BIGINT, miles)
WEIR_ROW(wave, WAVE)
WEIR_ROW(sum, SUM)

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sum *s = acc;

    (void)c;
    s->flights++;
    s->miles += flight_of(row).distance_mi;
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    const struct sum *o = other;
    struct sum *s = acc;

    (void)c;
    s->flights += o->flights;
    s->miles += o->miles;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct sum *s = acc;

    wave_emit(c, (struct wave){.key = weir_key_text(c),
                               .from = start_ms,
                               .to = end_ms,
                               .flights = s->flights,
                               .miles = s->miles});
}

static int64_t by_distance(const struct weir_row *row)
{
    return flight_of(row).distance_mi * WEIR_MINUTE;
}

static const struct weir_aggregate summing = {
    .acc = &sum_schema, .add = add, .merge = merge, .result = result};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "waves of departures");
    struct weir_stream *flights = weir_watermarks(
        weir_csv(job, "datasets/flights.csv", &flight_schema),
        (struct weir_time){.column = "event_time", .out_of_order_ms = 30000 * WEIR_SECOND});
    struct weir_stream *waves = weir_windowed(weir_key_by(flights, "origin"),
                                              (struct weir_window){.gap_ms = 30 * WEIR_MINUTE},
                                              &summing, &wave_schema);
    struct weir_stream *reach = weir_windowed(
        weir_key_by(flights, "destination"),
        (struct weir_window){
            .gap_of = by_distance,
            .trigger = {.kind = WEIR_TRIGGER_PURGING,
                        .inner = &(struct weir_trigger){.kind = WEIR_TRIGGER_EVENT_TIME}}},
        &summing, &wave_schema);

    weir_uid(weir_file_sink(waves, "results/waves"), "waves");
    weir_uid(weir_file_sink(reach, "results/reach"), "reach");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
