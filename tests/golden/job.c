#include "tests/golden/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "base/json.h"
#include "cli/report.h"
#include "cli/run.h"
#include "sim/world.h"

#define FLIGHT_(C)                                                                                 \
    C(STRING, flight_id)                                                                           \
    C(TIMESTAMP, event_time)                                                                       \
    C(STRING, origin) C(STRING, destination) C(BIGINT, distance_mi) C(BIGINT, delay_min)
#define QUAKE_(C)                                                                                  \
    C(STRING, quake_id)                                                                            \
    C(TIMESTAMP, event_time)                                                                       \
    C(STRING, network) C(STRING, magnitude) C(STRING, place) C(STRING, depth_km)
#define RECORD_(C)                                                                                 \
    C(STRING, key)                                                                                 \
    C(STRING, id)                                                                                  \
    C(STRING, destination)                                                                         \
    C(TIMESTAMP, ts)                                                                               \
    C(BIGINT, distance_mi) C(BIGINT, delay_min) C(BIGINT, mag100) C(BIGINT, depth_km)
#define LINE_(C) C(STRING, text)
#define STATS_(C) C(BIGINT, count) C(BIGINT, sum) C(BIGINT, max) C(BIGINT, min)
#define COUNT_(C) C(BIGINT, n)
#define NAME_(C) C(STRING, name)
#define QUIET_(C) C(BIGINT, last) C(BIGINT, seen)
WEIR_ROW(flight, FLIGHT_)
WEIR_ROW(quake, QUAKE_)
WEIR_ROW(record, RECORD_)
WEIR_ROW(line, LINE_)
WEIR_ROW(stats, STATS_)
WEIR_ROW(counted, COUNT_)
WEIR_ROW(named, NAME_)
WEIR_ROW(quiet, QUIET_)

static const struct spec *spec_of(const struct weir_ctx *c)
{
    return *(const struct spec *const *)weir_with(c);
}

static int64_t value_of(const struct record *r, enum field_word f)
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

/* ---- datasets to records ---- */

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
    record_emit(c, r);
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
    record_emit(c, r);
}

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

    return has_kept_key(s, r.key) && (!s->where || value_of(&r, s->where_field) >= s->where_min);
}

static bool has_wanted_id(struct weir_ctx *c, const struct weir_row *row)
{
    struct weir_text id = record_of(row).id;
    char text[32];

    snprintf(text, sizeof text, "%.*s", (int)id.bytes, id.p);
    return strtoll(text, NULL, 10) % spec_of(c)->id_modulo == 0;
}

/* ---- output lines ---- */

struct values { /* what a line may hold; unused ones stay zero */
    struct weir_text key, id, destination, first, last_id;
    int64_t start, end, count, sum, max, min, ts, wm, nth, distinct, last, seen, delay;
    const int64_t *list;
    uint32_t listed;
};

static void put_text(struct json_writer *w, const char *name, struct weir_text t)
{
    json_put_span(w, name, (struct span){(const uint8_t *)t.p, t.bytes});
}

static void put(struct json_writer *w, enum out_word o, const struct values *v, bool last_is_id)
{
    const char *name = out_name(o);

    switch (o) {
    case OUT_key:
        put_text(w, name, v->key);
        break;
    case OUT_id:
        put_text(w, name, v->id);
        break;
    case OUT_destination:
        put_text(w, name, v->destination);
        break;
    case OUT_first:
        put_text(w, name, v->first);
        break;
    case OUT_last:
        if (last_is_id)
            put_text(w, name, v->last_id);
        else
            json_put_int(w, name, v->last);
        break;
    case OUT_values:
        json_array(w, name);
        for (uint32_t i = 0; i < v->listed; i++)
            json_put_int(w, NULL, v->list[i]);
        json_end(w);
        break;
#define PUT_INT_(field)                                                                            \
    case OUT_##field:                                                                              \
        json_put_int(w, name, v->field);                                                           \
        break;
        PUT_INT_(start)
        PUT_INT_(end)
        PUT_INT_(count)
        PUT_INT_(sum)
        PUT_INT_(max)
        PUT_INT_(min)
        PUT_INT_(ts)
        PUT_INT_(wm)
        PUT_INT_(nth)
        PUT_INT_(distinct)
        PUT_INT_(seen)
        PUT_INT_(delay)
    case OUT_WORDS:
        break;
    }
}

static void emit(struct weir_ctx *c, int tag, const struct values *v)
{
    const struct spec *s = spec_of(c);
    struct bytes text = {0};
    struct json_writer w = {.out = &text};
    struct line l;

    json_object(&w, NULL);
    for (uint32_t i = 0; i < s->outs; i++)
        put(&w, s->out[i], v, s->family == FAMILY_WINDOW_LIST);
    json_end(&w);
    l = (struct line){.text = {(const char *)text.p, (uint32_t)text.bytes}};
    if (tag < 0)
        line_emit(c, l);
    else
        line_emit_to(c, tag, l);
    bytes_done(&text);
}

/* ---- the functions of the vocabulary ---- */

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct stats *s = acc;
    struct record r = record_of(row);
    int64_t v = value_of(&r, spec_of(c)->value);

    s->max = s->count == 0 || v > s->max ? v : s->max;
    s->min = s->count == 0 || v < s->min ? v : s->min;
    s->sum += v;
    s->count++;
}

static void aggregated(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct stats *s = acc;

    emit(c, -1,
         &(struct values){.key = weir_key_text(c),
                          .start = start_ms,
                          .end = end_ms,
                          .count = s->count,
                          .sum = s->sum,
                          .max = s->max,
                          .min = s->min,
                          .ts = weir_event_ms(c),
                          .wm = weir_watermark_ms(c)});
}

static void listed(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct values v = {.key = weir_key_text(c),
                       .start = start_ms,
                       .end = end_ms,
                       .ts = weir_event_ms(c),
                       .wm = weir_watermark_ms(c)};
    struct stats s = {0};
    struct weir_row row;

    while (weir_rows_next(rows, &row)) {
        if (s.count == 0)
            v.first = record_of(&row).id;
        v.last_id = record_of(&row).id;
        add(c, &s, &row);
    }
    v.count = s.count;
    v.sum = s.sum;
    v.max = s.max;
    v.min = s.min;
    emit(c, -1, &v);
}

static void count_nth(struct weir_ctx *c, const struct weir_row *row)
{
    struct counted n = {0};

    counted_get(c, 0, &n);
    n.n++;
    counted_put(c, 0, &n);
    if ((n.n - 1) % spec_of(c)->n == 0)
        emit(c, -1, &(struct values){.key = weir_key_text(c), .id = record_of(row).id, .nth = n.n});
}

static void keep_last(struct weir_ctx *c, const struct weir_row *row)
{
    const struct spec *s = spec_of(c);
    struct record r = record_of(row);
    uint32_t n = weir_list_count(c, 0), drop = n == s->n;
    int64_t list[LIST_MAX];

    for (uint32_t i = drop; i < n; i++) {
        struct counted v = {0};

        weir_list_get(c, 0, i, &v);
        list[i - drop] = v.n;
    }
    n -= drop;
    list[n++] = value_of(&r, s->value);
    weir_clear(c, 0);
    for (uint32_t i = 0; i < n; i++)
        weir_list_add(c, 0, &(struct counted){.n = list[i]});
    if (n == s->n && value_of(&r, s->threshold_field) > s->threshold)
        emit(c, -1,
             &(struct values){.key = weir_key_text(c), .id = r.id, .list = list, .listed = n});
}

static void count_destination(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);
    struct named to = {.name = r.destination};
    struct counted n = {0};

    weir_map_get(c, 0, &to, &n);
    n.n++;
    weir_map_put(c, 0, &to, &n);
    if (n.n % spec_of(c)->n == 0)
        emit(c, -1,
             &(struct values){.key = weir_key_text(c),
                              .destination = r.destination,
                              .count = n.n,
                              .distinct = weir_map_count(c, 0),
                              .id = r.id});
}

static void watch_quiet(struct weir_ctx *c, const struct weir_row *row)
{
    struct quiet q = {.nulls = 1}; /* last is none at first */
    int64_t ts = weir_event_ms(c), gap = spec_of(c)->gap_ms;

    (void)row;
    quiet_get(c, 0, &q);
    q.seen++;
    if (q.nulls || ts > q.last) {
        if (!q.nulls)
            weir_timer_delete(c, q.last + gap);
        q.nulls = 0;
        q.last = ts;
        weir_timer_set(c, ts + gap);
    }
    quiet_put(c, 0, &q);
}

static void alarm_quiet(struct weir_ctx *c, int64_t event_ms)
{
    struct quiet q = {0};

    quiet_get(c, 0, &q);
    emit(c, -1,
         &(struct values){.key = weir_key_text(c),
                          .last = q.last,
                          .seen = q.seen,
                          .ts = event_ms,
                          .wm = weir_watermark_ms(c)});
    q.seen = 0;
    quiet_put(c, 0, &q);
}

static void split_by_delay(struct weir_ctx *c, const struct weir_row *row)
{
    const struct spec *s = spec_of(c);
    struct record r = record_of(row);
    int tag = r.delay_min < s->lo ? 0 : r.delay_min >= s->hi ? 1 : -1;

    emit(c, tag, &(struct values){.id = r.id, .delay = r.delay_min, .key = r.key});
}

/* A late record behind the side output: id, key, ts, wm. */
static void show_late(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);
    struct bytes text = {0};
    struct json_writer w = {.out = &text};

    json_object(&w, NULL);
    put_text(&w, "id", r.id);
    put_text(&w, "key", r.key);
    json_put_int(&w, "ts", weir_event_ms(c));
    json_put_int(&w, "wm", weir_watermark_ms(c));
    json_end(&w);
    line_emit(c, (struct line){.text = {(const char *)text.p, (uint32_t)text.bytes}});
    bytes_done(&text);
}

/* ---- catching ---- */

static void catch_line(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct channel *ch = *(struct channel *const *)weir_with(c);
    struct weir_text t = line_of(row).text;

    (void)acc;
    bytes_put(&ch->lines, t.p, t.bytes);
    bytes_put_u8(&ch->lines, '\n');
    ch->count++;
}

static void catch_all(struct outcome *o, struct weir_stream *s, const char *name)
{
    struct channel *ch = &o->channel[o->channels++];

    ch->name = name;
    weir_folded(
        s, &(struct weir_fold){
               .acc = &counted_schema, .add = catch_line, .with = &ch, .with_bytes = sizeof ch});
}

/* ---- building ---- */

static struct weir_stream *filtered(const struct spec *s, struct weir_stream *in)
{
    if (s->id_modulo)
        in = weir_constants(weir_filter(in, has_wanted_id), &s, sizeof s);
    if (s->keep || s->where)
        in = weir_constants(weir_filter(in, is_kept), &s, sizeof s);
    return in;
}

static struct weir_stream *input(const struct spec *s, struct weir_job *job)
{
    struct weir_stream *in = s->quakes
                                 ? weir_map(
                                       weir_csv(job, "datasets/earthquakes.csv", &quake_schema),
                                       from_quake, &record_schema)
                                 : weir_map(weir_csv(job, "datasets/flights.csv", &flight_schema),
                                            from_flight, &record_schema);

    weir_constants(in, &s, sizeof s);
    if (s->filter_before_time)
        in = filtered(s, in);
    if (s->timed)
        in = weir_watermarks(in,
                             (struct weir_time){.column = "ts", .out_of_order_ms = s->delay_ms});
    return s->filter_before_time ? in : filtered(s, in);
}

static void build_window(const struct spec *s, struct weir_stream *keyed, struct outcome *o)
{
    struct weir_stream *late = NULL, *out;
    struct weir_window w = {.size_ms = s->size_ms,
                            .offset_ms = s->offset_ms,
                            .allowed_lateness_ms = s->lateness_ms,
                            .late = s->late_output ? &late : NULL};
    struct weir_aggregate a = {&stats_schema, add, aggregated, &s, sizeof s, NULL};
    struct weir_window_list l = {listed, &s, sizeof s};

    out = s->family == FAMILY_WINDOW ? weir_windowed(keyed, w, &a, &line_schema)
                                     : weir_window_lists(keyed, w, &l, &line_schema);
    catch_all(o, out, "output");
    if (late)
        catch_all(o, weir_map(late, show_late, &line_schema), "late");
}

static void build_process(const struct spec *s, struct weir_stream *in, struct outcome *o)
{
    struct weir_process p = {.with = &s, .with_bytes = sizeof s};
    struct weir_stream *out;

    p.state[0] = (struct weir_state){.name = "state", .kind = WEIR_VALUE, .type = &counted_schema};
    if (s->family == FAMILY_VALUE) {
        p.on_row = count_nth;
    } else if (s->family == FAMILY_LIST) {
        p.state[0].kind = WEIR_LIST;
        p.on_row = keep_last;
    } else if (s->family == FAMILY_MAP) {
        p.state[0] = (struct weir_state){
            .name = "state", .kind = WEIR_MAP, .type = &counted_schema, .key = &named_schema};
        p.on_row = count_destination;
    } else if (s->family == FAMILY_QUIET) {
        p.state[0].type = &quiet_schema;
        p.on_row = watch_quiet;
        p.on_timer = alarm_quiet;
    } else {
        p.state[0] = (struct weir_state){0};
        p.on_row = split_by_delay;
    }
    out = weir_processed(s->key ? weir_key_by(in, "key") : in, &p, &line_schema);
    catch_all(o, out, "output");
    if (s->family == FAMILY_SIDES) {
        catch_all(o, weir_side(out, 0, &line_schema), "early");
        catch_all(o, weir_side(out, 1, &line_schema), "late");
    }
}

static void run_world(const struct world_spec *w, struct outcome *o)
{
    struct diag why = {0};
    struct world *world = world_new(w, &why);

    if (world == NULL) {
        snprintf(o->failure, sizeof o->failure, "%s", why.text);
        return;
    }
    while (world_step(world))
        ;
    o->source_records = report_rows_in(world, w->graph);
    o->late_dropped = world_counter(world, COUNTER_LATE_DROPPED);
    snprintf(o->failure, sizeof o->failure, "%s", world_failure(world)->text);
    world_free(world);
}

void job_run(const struct spec *s, struct outcome *o)
{
    struct weir_job *job = weir_job(0, NULL, "golden");
    struct weir_stream *in = input(s, job);
    struct fs *data = fs_os_new("", true);
    struct world_spec w = {.options = job->options, .data = data, .find = classes_find, .seed = 1};

    if (s->family == FAMILY_WINDOW || s->family == FAMILY_WINDOW_LIST)
        build_window(s, weir_key_by(in, "key"), o);
    else
        build_process(s, in, o);
    w.graph = job_seal(job);
    if (w.graph)
        run_world(&w, o);
    else
        snprintf(o->failure, sizeof o->failure, "%s", job->mistake.text);
    fs_os_free(data);
    job_free(job);
}

void outcome_done(struct outcome *o)
{
    for (uint32_t i = 0; i < o->channels; i++)
        bytes_done(&o->channel[i].lines);
}
