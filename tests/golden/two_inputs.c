/* Jobs with two inputs: joins and coGroup of a dataset with itself, and a broadcast file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/job.h"
#include "tests/golden/lines.h"
#include "tests/golden/records.h"
#include "tests/golden/streams.h"

#define AIRPORT_(C)                                                                                \
    C(STRING, iata) C(STRING, name) C(STRING, city) C(STRING, state) C(STRING, country)
#define NAME_(C) C(STRING, name)
WEIR_ROW(airport, AIRPORT_)
WEIR_ROW(named, NAME_)

/* ---- the two sides: records, each by its key ---- */

struct side { /* constants; spec_of() finds the first */
    const struct spec *s;
    enum side_key key;
};

static void to_side(struct weir_ctx *c, const struct weir_row *row)
{
    const struct side *side = weir_with(c);
    struct record r = record_of(row); /* keyed by the origin */
    struct weir_text first = r.key, second = r.destination;
    char route[64];
    int n;

    if (side->key == SIDE_DESTINATION || side->key == SIDE_WAY_BACK) {
        first = r.destination;
        second = r.key;
    }
    n = snprintf(route, sizeof route, "%.*s-%.*s", (int)first.bytes, first.p, (int)second.bytes,
                 second.p);
    r.key = side->key <= SIDE_DESTINATION ? first : (struct weir_text){route, (uint32_t)n};
    record_emit(c, r);
}

static struct weir_stream *side(const struct spec *s, struct weir_stream *in, int which)
{
    struct side with = {s, s->side[which]};

    return weir_key_by(weir_constants(weir_map(in, to_side, &record_schema), &with, sizeof with),
                       "key");
}

static void on_pair(struct weir_ctx *c, const struct weir_row *left, const struct weir_row *right)
{
    struct values v = {.key = weir_key_text(c),
                       .left = record_of(left).id,
                       .right = record_of(right).id,
                       .left_ts = left->event_ms,
                       .right_ts = right->event_ms,
                       .ts = weir_event_ms(c),
                       .wm = weir_watermark_ms(c)};

    weir_pair_window(c, &v.start, &v.end);
    line_out(c, TO_OUTPUT, &v);
}

static int64_t add_up(struct weir_rows *rows, int64_t *miles)
{
    struct weir_row row;
    int64_t n = 0;

    for (; weir_rows_next(rows, &row); n++)
        *miles += record_of(&row).distance_mi;
    return n;
}

static void on_group(struct weir_ctx *c, struct weir_rows *left, struct weir_rows *right,
                     int64_t start_ms, int64_t end_ms)
{
    struct values v = {.key = weir_key_text(c),
                       .start = start_ms,
                       .end = end_ms,
                       .ts = weir_event_ms(c),
                       .wm = weir_watermark_ms(c)};

    v.departures = add_up(left, &v.departed_mi);
    v.arrivals = add_up(right, &v.arrived_mi);
    line_out(c, TO_OUTPUT, &v);
}

/* ---- broadcast: records wait for what is told of their key ---- */

enum { TOLD };
enum { WAITING };

static void tell(struct weir_ctx *c, const struct weir_row *row)
{
    struct airport a = airport_of(row);
    const struct weir_text told[] = {[TOLD_NAME] = a.name,
                                     [TOLD_CITY] = a.city,
                                     [TOLD_STATE] = a.state,
                                     [TOLD_COUNTRY] = a.country};

    weir_broadcast_put(c, TOLD, &(struct named){.name = a.iata},
                       &(struct named){.name = told[spec_of(c)->told]});
}

static void wait(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);

    weir_list_add(c, WAITING, &r);
    weir_timer_set(c, r.ts);
}

/* Those of the timer's time go on, under what was told; the others stay. */
static void look_up(struct weir_ctx *c, int64_t ms)
{
    struct named key = {.name = weir_key_text(c)}, told = {.name = {"?", 1}};
    uint32_t n = weir_list_count(c, WAITING);
    struct record *all = malloc(n * sizeof *all);

    weir_broadcast_get(c, TOLD, &key, &told);
    for (uint32_t i = 0; i < n; i++)
        weir_list_get(c, WAITING, i, &all[i]);
    weir_clear(c, WAITING);
    for (uint32_t i = 0; i < n; i++) {
        if (all[i].ts != ms) {
            weir_list_add(c, WAITING, &all[i]);
            continue;
        }
        all[i].key = told.name;
        record_emit(c, all[i]);
    }
    free(all);
}

static void count(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    (void)c;
    (void)row;
    ((struct counted *)acc)->n++;
}

static void say_count(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    line_out(c, TO_OUTPUT,
             &(struct values){.key = weir_key_text(c),
                              .start = start_ms,
                              .end = end_ms,
                              .count = ((const struct counted *)acc)->n,
                              .ts = weir_event_ms(c),
                              .wm = weir_watermark_ms(c)});
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    (void)c;
    ((struct counted *)acc)->n += ((const struct counted *)other)->n;
}

static struct weir_stream *told(const struct spec *s, struct weir_stream *in)
{
    const struct weir_broadcast fn = {
        .broadcast =
            {{.name = "told", .kind = WEIR_MAP, .type = &named_schema, .key = &named_schema}},
        .state = {{.name = "waiting", .kind = WEIR_LIST, .type = &record_schema}},
        .on_row = wait,
        .on_broadcast = tell,
        .on_timer = look_up,
        .with = &s,
        .with_bytes = sizeof s};

    return weir_broadcasted(weir_key_by(in, "key"),
                            weir_csv(in->job, "datasets/airports.csv", &airport_schema), &fn,
                            &record_schema);
}

/* ---- building ---- */

void build_two_inputs(const struct spec *s, struct weir_stream *in, struct outputs *out)
{
    const struct weir_join join = {on_pair, &s, sizeof s};
    const struct weir_co_group group = {on_group, &s, sizeof s};
    const struct weir_aggregate counts = {&counted_schema, count, say_count, &s, sizeof s, merge};
    struct weir_window w = s->window;

    w.trigger.inner = w.trigger.inner ? &s->inner : NULL;
    if (s->family == FAMILY_BROADCAST)
        out->main = weir_windowed(weir_key_by(told(s, in), "key"), w, &counts, &line_schema);
    else if (s->family == FAMILY_INTERVAL)
        out->main = weir_interval_joined(side(s, in, 0), side(s, in, 1), s->interval, &join,
                                         &line_schema);
    else if (s->family == FAMILY_JOIN)
        out->main = weir_window_joined(side(s, in, 0), side(s, in, 1), w, &join, &line_schema);
    else
        out->main = weir_co_grouped(side(s, in, 0), side(s, in, 1), w, &group, &line_schema);
}
