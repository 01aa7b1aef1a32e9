#include "tests/golden/records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLIGHT_(C)                                                                                 \
    C(STRING, flight_id)                                                                           \
    C(TIMESTAMP, event_time)                                                                       \
    C(STRING, origin) C(STRING, destination) C(BIGINT, distance_mi) C(BIGINT, delay_min)
#define QUAKE_(C)                                                                                  \
    C(STRING, quake_id)                                                                            \
    C(TIMESTAMP, event_time)                                                                       \
    C(STRING, network) C(STRING, magnitude) C(STRING, place) C(STRING, depth_km)
WEIR_ROW(flight, FLIGHT_)
WEIR_ROW(quake, QUAKE_)

int64_t record_field(const struct record *r, enum field_word f)
{
    switch (f) {
    case FIELD_DISTANCE:
        return r->distance_mi;
    case FIELD_DELAY:
        return r->delay_min;
    case FIELD_MAG100:
        return r->mag100;
    case FIELD_DEPTH:
        return r->depth_km;
    case FIELD_NONE:
        break;
    }
    return 0;
}

static struct weir_text text_of(const char *s)
{
    return (struct weir_text){s, (uint32_t)strlen(s)};
}

/* A decimal number times 100, by its digits; further digits are cut off. */
static int64_t hundredfold(struct weir_text t)
{
    bool minus = t.bytes && t.p[0] == '-';
    int64_t v = 0;
    int decimals = -1;

    for (uint32_t i = minus; i < t.bytes && decimals < 2; i++) {
        if (t.p[i] == '.') {
            decimals = 0;
            continue;
        }
        v = 10 * v + (t.p[i] - '0');
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
        v *= 10;
    return minus ? -v : v;
}

static struct weir_text region_of(struct weir_text place)
{
    for (uint32_t i = place.bytes; i >= 2; i--)
        if (place.p[i - 2] == ',' && place.p[i - 1] == ' ')
            return (struct weir_text){place.p + i, place.bytes - i};
    return place;
}

static struct weir_text class_of(int64_t mag100)
{
    return text_of(mag100 < 100   ? "micro"
                   : mag100 < 250 ? "minor"
                   : mag100 < 450 ? "light"
                                  : "strong");
}

static int64_t id_number(struct weir_text id)
{
    char text[32];

    snprintf(text, sizeof text, "%.*s", (int)id.bytes, id.p);
    return strtoll(text, NULL, 10);
}

/* What is asked of the record, then out with it. */
static void finish_record(struct weir_ctx *c, struct record r)
{
    const struct spec *s = spec_of(c);

    r.value = record_field(&r, s->value);
    r.gap_ms = record_field(&r, s->gap_field) * s->gap_ms;
    r.gap_ms = r.gap_ms < s->gap_least_ms ? s->gap_least_ms : r.gap_ms;
    r.marks = s->every_id && id_number(r.id) % s->every_id == 0;
    record_emit(c, r);
}

static void from_flight(struct weir_ctx *c, const struct weir_row *row)
{
    struct flight f = flight_of(row);
    struct record r = {.id = f.flight_id,
                       .destination = f.destination,
                       .ts = f.event_time,
                       .distance_mi = f.distance_mi,
                       .delay_min = f.delay_min};
    char route[64];

    snprintf(route, sizeof route, "%.*s-%.*s", (int)f.origin.bytes, f.origin.p,
             (int)f.destination.bytes, f.destination.p);
    r.key = spec_of(c)->key == KEY_DESTINATION ? f.destination
            : spec_of(c)->key == KEY_ROUTE     ? text_of(route)
            : spec_of(c)->key == KEY_ID        ? f.flight_id
                                               : f.origin;
    finish_record(c, r);
}

static void from_quake(struct weir_ctx *c, const struct weir_row *row)
{
    struct quake q = quake_of(row);
    struct record r = {.id = q.quake_id, .ts = q.event_time};

    r.mag100 = hundredfold(q.magnitude);
    r.depth_km = hundredfold(q.depth_km) / 100;
    r.key = spec_of(c)->key == KEY_REGION            ? region_of(q.place)
            : spec_of(c)->key == KEY_MAGNITUDE_CLASS ? class_of(r.mag100)
            : spec_of(c)->key == KEY_ID              ? q.quake_id
                                                     : q.network;
    finish_record(c, r);
}

/* ---- filters and time ---- */

static bool has_kept_key(const struct spec *s, struct weir_text key)
{
    for (size_t i = 0; i < json_count(s->keep); i++) {
        const struct json *k = json_at(s->keep, i);

        if (json_text_bytes(k) == key.bytes && memcmp(json_text(k), key.p, key.bytes) == 0)
            return true;
    }
    return s->keep == NULL;
}

static bool is_kept(struct weir_ctx *c, const struct weir_row *row)
{
    const struct spec *s = spec_of(c);
    struct record r = record_of(row);

    return has_kept_key(s, r.key) &&
           (!s->where || record_field(&r, s->where_field) >= s->where_min) &&
           (!s->id_modulo || id_number(r.id) % s->id_modulo == 0);
}

static int64_t no_watermark(const struct weir_row *row)
{
    (void)row;
    return WEIR_NO_TIME;
}

static int64_t marked_watermark(const struct weir_row *row)
{
    return record_of(row).marks ? row->event_ms - 1 : WEIR_NO_TIME;
}

static struct weir_stream *filtered(const struct spec *s, struct weir_stream *in)
{
    return weir_constants(weir_filter(in, is_kept), &s, sizeof s);
}

static struct weir_stream *timed(const struct spec *s, struct weir_stream *in)
{
    struct weir_time time = {.column = "ts"};

    if (s->watermarks == WATERMARKS_NO_TIME)
        return in;
    if (s->watermarks == WATERMARKS_BOUNDED)
        time.out_of_order_ms = s->delay_ms;
    else
        time.punctuated = s->watermarks == WATERMARKS_NONE ? no_watermark : marked_watermark;
    return weir_watermarks(in, time);
}

struct weir_stream *records(const struct spec *s, struct weir_job *job)
{
    struct weir_stream *in = s->quakes
                                 ? weir_map(
                                       weir_csv(job, "datasets/earthquakes.csv", &quake_schema),
                                       from_quake, &record_schema)
                                 : weir_map(weir_csv(job, "datasets/flights.csv", &flight_schema),
                                            from_flight, &record_schema);

    weir_constants(in, &s, sizeof s);
    return s->filter_before_time ? timed(s, filtered(s, in)) : filtered(s, timed(s, in));
}
