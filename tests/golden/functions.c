/* Functions of rows and timers: state rules, alarms, sorting, side outputs, rolling aggregates. */
#include <stdlib.h>
#include <string.h>

#include "data/key_group.h"
#include "tests/golden/lines.h"
#include "tests/golden/records.h"
#include "tests/golden/streams.h"

#define NAME_(C) C(STRING, name)
#define QUIET_(C) C(BIGINT, last) C(BIGINT, seen)
#define TIME_(C) C(BIGINT, ts)
WEIR_ROW(named, NAME_)
WEIR_ROW(quiet, QUIET_)
WEIR_ROW(timed, TIME_)

/* ---- state rules ---- */

static void count_nth(struct weir_ctx *c, const struct weir_row *row)
{
    struct counted n = {0};

    counted_get(c, 0, &n);
    n.n++;
    counted_put(c, 0, &n);
    if ((n.n - 1) % spec_of(c)->n == 0)
        line_out(c, TO_OUTPUT,
                 &(struct values){.key = weir_key_text(c), .id = record_of(row).id, .nth = n.n});
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
    list[n++] = r.value;
    weir_clear(c, 0);
    for (uint32_t i = 0; i < n; i++)
        weir_list_add(c, 0, &(struct counted){.n = list[i]});
    if (n == s->n && record_field(&r, s->threshold_field) > s->threshold)
        line_out(c, TO_OUTPUT,
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
        line_out(c, TO_OUTPUT,
                 &(struct values){.key = weir_key_text(c),
                                  .destination = r.destination,
                                  .count = n.n,
                                  .distinct = weir_map_count(c, 0),
                                  .id = r.id});
}

/* ---- timers ---- */

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
    line_out(c, TO_OUTPUT,
             &(struct values){.key = weir_key_text(c),
                              .last = q.last,
                              .seen = q.seen,
                              .ts = event_ms,
                              .wm = weir_watermark_ms(c)});
    q.seen = 0;
    quiet_put(c, 0, &q);
}

/* Ids of one time stand in one text, each behind its length. */
static void wait_in_order(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);
    struct timed at = {.ts = weir_event_ms(c)};
    struct named ids = {0};
    struct bytes more = {0};

    if (at.ts <= weir_watermark_ms(c)) {
        line_late(c, 0, r.id, r.key);
        return;
    }
    if (weir_map_get(c, 0, &at, &ids))
        bytes_put(&more, ids.name.p, ids.name.bytes);
    bytes_put_block(&more, (struct span){(const uint8_t *)r.id.p, r.id.bytes});
    ids.name = (struct weir_text){(const char *)more.p, (uint32_t)more.bytes};
    weir_map_put(c, 0, &at, &ids);
    weir_timer_set(c, at.ts);
    bytes_done(&more);
}

static void send_in_order(struct weir_ctx *c, int64_t event_ms)
{
    struct timed at = {.ts = event_ms};
    struct named ids = {0};
    struct reader r;

    weir_map_get(c, 0, &at, &ids);
    r = reader_of((struct span){(const uint8_t *)ids.name.p, ids.name.bytes});
    while (!reader_at_end(&r)) {
        struct span id = read_block(&r);

        line_out(c, TO_OUTPUT,
                 &(struct values){.key = weir_key_text(c),
                                  .id = {(const char *)id.p, (uint32_t)id.bytes},
                                  .ts = event_ms,
                                  .wm = weir_watermark_ms(c)});
    }
    weir_map_remove(c, 0, &at);
}

/* ---- side outputs ---- */

enum { SIDE_EARLY = 0, SIDE_LATE = 1 };

static void split(struct weir_ctx *c, const struct weir_row *row)
{
    const struct spec *s = spec_of(c);
    struct record r = record_of(row);
    int tag = r.value < s->lo ? SIDE_EARLY : r.value >= s->hi ? SIDE_LATE : TO_OUTPUT;

    line_out(c, tag,
             &(struct values){.id = r.id,
                              .value = r.value,
                              .key = r.key,
                              .ts = weir_event_ms(c),
                              .wm = weir_watermark_ms(c)});
}

/* ---- key groups ---- */

static int32_t hash_of(const struct spec *s, struct weir_text key, int64_t number)
{
    return s->key == KEY_ID && !s->quakes
               ? java_hash_int((int32_t)number)
               : java_hash_text((struct span){(const uint8_t *)key.p, key.bytes});
}

/* A line at the first record of each key. */
static void show_group(struct weir_ctx *c, const struct weir_row *row)
{
    const struct spec *s = spec_of(c);
    uint32_t parallelisms = (uint32_t)json_count(s->parallelisms),
             max = (uint32_t)s->max_parallelism;
    struct values v = {.key = weir_key_text(c), .listed = parallelisms};
    struct counted seen = {0};
    int64_t subtasks[SUBTASKS_MAX];

    (void)row;
    if (counted_get(c, 0, &seen))
        return;
    counted_put(c, 0, &seen);
    v.value = strtoll(v.key.p, NULL, 10);
    v.hash = hash_of(s, v.key, v.value);
    v.group = key_group_of((int32_t)v.hash, max);
    for (uint32_t i = 0; i < parallelisms; i++)
        subtasks[i] = key_group_subtask((uint32_t)v.group,
                                        (uint32_t)json_int(json_at(s->parallelisms, i)), max);
    v.list = subtasks;
    line_out(c, TO_OUTPUT, &v);
}

/* ---- rolling aggregates ---- */

static void keep_new_and_add(struct weir_ctx *c, void *so_far, const struct weir_row *row)
{
    struct record *kept = so_far, r = record_of(row);

    kept->id = r.id;
    kept->value += r.value;
    (void)c;
}

static void show_rolled(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);

    line_out(c, TO_OUTPUT,
             &(struct values){.key = r.key,
                              .id = r.id,
                              .value = r.value,
                              .ts = weir_event_ms(c),
                              .wm = weir_watermark_ms(c)});
}

void build_rolling(const struct spec *s, struct weir_stream *in, struct outputs *out)
{
    struct weir_rolling fn = {.kind = s->rolling,
                              .column = "value",
                              .last = s->rolling_last,
                              .reduce = s->rolling == WEIR_REDUCE ? keep_new_and_add : NULL};

    out->main = weir_map(weir_rolled(weir_key_by(in, "key"), &fn), show_rolled, &line_schema);
    weir_constants(out->main, &s, sizeof s);
}

/* ---- building ---- */

static struct weir_process process_of(const struct spec *s)
{
    static const struct weir_state a_value = {
        .name = "state", .kind = WEIR_VALUE, .type = &counted_schema};
    static const struct weir_state a_list = {
        .name = "state", .kind = WEIR_LIST, .type = &counted_schema};
    static const struct weir_state a_quiet = {
        .name = "state", .kind = WEIR_VALUE, .type = &quiet_schema};
    static const struct weir_state counts = {
        .name = "state", .kind = WEIR_MAP, .type = &counted_schema, .key = &named_schema};
    static const struct weir_state waiting = {
        .name = "state", .kind = WEIR_MAP, .type = &named_schema, .key = &timed_schema};

    switch (s->family) {
    case FAMILY_VALUE:
        return (struct weir_process){.state[0] = a_value, .on_row = count_nth};
    case FAMILY_KEY_GROUPS:
        return (struct weir_process){.state[0] = a_value, .on_row = show_group};
    case FAMILY_LIST:
        return (struct weir_process){.state[0] = a_list, .on_row = keep_last};
    case FAMILY_MAP:
        return (struct weir_process){.state[0] = counts, .on_row = count_destination};
    case FAMILY_QUIET:
        return (struct weir_process){
            .state[0] = a_quiet, .on_row = watch_quiet, .on_timer = alarm_quiet};
    case FAMILY_SORT:
        return (struct weir_process){
            .state[0] = waiting, .on_row = wait_in_order, .on_timer = send_in_order};
    case FAMILY_SIDES:
    case FAMILY_WINDOW:
    case FAMILY_WINDOW_LIST:
    case FAMILY_WINDOW_KEYS:
    case FAMILY_TOP:
    case FAMILY_ROLLING:
    case FAMILY_JOIN:
    case FAMILY_GROUP:
    case FAMILY_INTERVAL:
    case FAMILY_BROADCAST:
        break;
    }
    return (struct weir_process){.on_row = split};
}

void build_process(const struct spec *s, struct weir_stream *in, struct outputs *out)
{
    struct weir_process p = process_of(s);

    p.with = &s;
    p.with_bytes = sizeof s;
    out->main = weir_processed(s->family == FAMILY_SIDES ? in : weir_key_by(in, "key"), &p,
                               &line_schema);
    if (s->family == FAMILY_SORT)
        out->late = weir_side(out->main, 0, &line_schema);
    if (s->family != FAMILY_SIDES)
        return;
    out->early = weir_side(out->main, SIDE_EARLY, &line_schema);
    out->late = weir_side(out->main, SIDE_LATE, &line_schema);
}
