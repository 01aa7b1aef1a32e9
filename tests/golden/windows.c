/* The functions of windows: aggregates, lists of elements, keys of all, the first n. */
#include <stdlib.h>
#include <string.h>

#include "tests/golden/lines.h"
#include "tests/golden/records.h"
#include "tests/golden/streams.h"

#define STATS_(C) C(BIGINT, count) C(BIGINT, sum) C(BIGINT, max) C(BIGINT, min)
WEIR_ROW(stats, STATS_)

static void combine(struct stats *s, struct stats other)
{
    s->max = s->count == 0 || other.max > s->max ? other.max : s->max;
    s->min = s->count == 0 || other.min < s->min ? other.min : s->min;
    s->sum += other.sum;
    s->count += other.count;
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    int64_t v = record_of(row).value;

    combine(acc, (struct stats){.count = 1, .sum = v, .max = v, .min = v});
    (void)c;
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    const struct stats *s = other;

    if (s->count)
        combine(acc, *s);
    (void)c;
}

/* ---- one window, one line ---- */

static void window_out(struct weir_ctx *c, struct values v, const struct stats *s)
{
    v.key = weir_key_text(c);
    v.count = s->count;
    v.sum = s->sum;
    v.max = s->max;
    v.min = s->min;
    v.ts = weir_event_ms(c);
    v.wm = weir_watermark_ms(c);
    line_out(c, TO_OUTPUT, &v);
}

static void aggregated(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    window_out(c, (struct values){.start = start_ms, .end = end_ms}, acc);
}

static void listed(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct values v = {.start = start_ms, .end = end_ms};
    struct bytes ids = {0};
    struct stats s = {0};
    struct weir_row row;

    while (weir_rows_next(rows, &row)) {
        v.last_id = record_of(&row).id;
        bytes_put(&ids, &v.last_id, sizeof v.last_id);
        add(c, &s, &row);
    }
    v.ids = (const struct weir_text *)(const void *)ids.p;
    v.id_count = (uint32_t)s.count;
    v.first = s.count ? v.ids[0] : v.first;
    window_out(c, v, &s);
    bytes_done(&ids);
}

static bool same_text(struct weir_text a, struct weir_text b)
{
    return a.bytes == b.bytes && memcmp(a.p, b.p, a.bytes) == 0;
}

/* Put the key among those seen, unless it is there. */
static void note_key(struct bytes *keys, struct weir_text key)
{
    const struct weir_text *k = (const struct weir_text *)(const void *)keys->p;

    for (size_t i = 0; i < keys->bytes / sizeof *k; i++)
        if (same_text(k[i], key))
            return;
    bytes_put(keys, &key, sizeof key);
}

static void keys_listed(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms,
                        int64_t end_ms)
{
    struct values v = {.start = start_ms, .end = end_ms};
    struct bytes keys = {0};
    struct stats s = {0};
    struct weir_row row;

    while (weir_rows_next(rows, &row)) {
        struct record r = record_of(&row);

        if (s.count == 0 || r.value > s.max)
            v.top = r.id;
        note_key(&keys, r.key);
        add(c, &s, &row);
    }
    v.distinct = (int64_t)(keys.bytes / sizeof(struct weir_text));
    window_out(c, v, &s);
    bytes_done(&keys);
}

/* ---- the first n of the windows that end together ---- */

static void rank(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct stats *s = acc;

    ranked_emit(c, (struct ranked){
                       .key = weir_key_text(c), .count = s->count, .sum = s->sum, .end = end_ms});
    (void)start_ms;
}

static void collect(struct weir_ctx *c, const struct weir_row *row)
{
    struct ranked r = ranked_of(row);

    weir_list_add(c, 0, &r);
    weir_timer_set(c, r.end);
}

static int by_key(const struct ranked *a, const struct ranked *b)
{
    uint32_t n = a->key.bytes < b->key.bytes ? a->key.bytes : b->key.bytes;
    int order = memcmp(a->key.p, b->key.p, n);

    return order ? order : (a->key.bytes > b->key.bytes) - (a->key.bytes < b->key.bytes);
}

static int by_count(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->count == y->count ? by_key(x, y) : (x->count < y->count) - (x->count > y->count);
}

static int by_sum(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return x->sum == y->sum ? by_key(x, y) : (x->sum < y->sum) - (x->sum > y->sum);
}

static void first_n(struct weir_ctx *c, int64_t event_ms)
{
    const struct spec *s = spec_of(c);
    uint32_t n = weir_list_count(c, 0);
    struct ranked *all = calloc(n + 1, sizeof *all);

    for (uint32_t i = 0; i < n; i++)
        weir_list_get(c, 0, i, &all[i]);
    qsort(all, n, sizeof *all, s->by_sum ? by_sum : by_count);
    line_out(c, TO_OUTPUT,
             &(struct values){.end = weir_key_int(c),
                              .ranked = all,
                              .ranked_count = n < s->n ? n : (uint32_t)s->n,
                              .ts = event_ms,
                              .wm = weir_watermark_ms(c)});
    weir_clear(c, 0);
    free(all);
}

static struct weir_stream *first_of_each(const struct spec *s, struct weir_stream *windows)
{
    return weir_processed(
        weir_key_by(windows, "end"),
        &(struct weir_process){
            .state[0] = {.name = "results", .kind = WEIR_LIST, .type = &ranked_schema},
            .on_row = collect,
            .on_timer = first_n,
            .with = &s,
            .with_bytes = sizeof s},
        &line_schema);
}

/* ---- building ---- */

static int64_t gap_of(const struct weir_row *row)
{
    return record_of(row).gap_ms;
}

/* Signed, as the jobs have it. */
static double delta(const struct weir_row *from, const struct weir_row *to)
{
    return (double)(record_of(to).value - record_of(from).value);
}

static void show_late(struct weir_ctx *c, const struct weir_row *row)
{
    struct record r = record_of(row);

    line_late(c, TO_OUTPUT, r.id, r.key);
}

static struct weir_stream *aggregates(const struct spec *s, struct weir_stream *in,
                                      struct weir_window w)
{
    bool is_top = s->family == FAMILY_TOP;
    struct weir_aggregate a = {&stats_schema, add, is_top ? rank : aggregated, &s, sizeof s, merge};
    const struct weir_schema *type = is_top ? &ranked_schema : &line_schema;

    return s->is_all ? weir_window_all(in, w, &a, type)
                     : weir_windowed(weir_key_by(in, "key"), w, &a, type);
}

static struct weir_stream *lists(const struct spec *s, struct weir_stream *in, struct weir_window w)
{
    struct weir_window_list l = {s->family == FAMILY_WINDOW_KEYS ? keys_listed : listed, &s,
                                 sizeof s};

    return s->is_all ? weir_window_all_lists(in, w, &l, &line_schema)
                     : weir_window_lists(weir_key_by(in, "key"), w, &l, &line_schema);
}

void build_windows(const struct spec *s, struct weir_stream *in, struct outputs *out)
{
    bool is_list = s->family == FAMILY_WINDOW_LIST || s->family == FAMILY_WINDOW_KEYS;
    struct weir_trigger inner = s->inner;
    struct weir_window w = s->window;
    struct weir_stream *late = NULL;

    w.gap_of = s->gap_field ? gap_of : NULL;
    w.late = s->late_output ? &late : NULL;
    w.trigger.delta = inner.delta = w.evictor.delta = delta;
    w.trigger.inner = w.trigger.inner ? &inner : NULL;
    out->main = is_list ? lists(s, in, w) : aggregates(s, in, w);
    if (s->family == FAMILY_TOP)
        out->main = first_of_each(s, out->main);
    if (late)
        out->late = weir_map(late, show_late, &line_schema);
}
