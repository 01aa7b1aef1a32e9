/* A program drawn from the seed in WEIR_SEED (default 1), whose answer does not depend on the order in
 * which rows of different splits meet: whatever runs it, and however, must give the same rows.
 *
 * Numbers, out of order by up to DISORDER_MS, go through two to seven stages; nothing is ever late,
 * and what is computed of several rows is a sum. */
#include <stdio.h>
#include <stdlib.h>

#include "weir.h"

#define ITEM(C) C(BIGINT, key) C(BIGINT, value) C(TIMESTAMP, at)
#define FACTORS(C) C(BIGINT, of) C(BIGINT, plus)
#define SUM(C) C(BIGINT, sum) C(BIGINT, n)
WEIR_ROW(item, ITEM)
WEIR_ROW(factors, FACTORS)
WEIR_ROW(sum, SUM)

enum { ITEMS = 1500, KEYS = 23, SPAN_MS = 60000, DISORDER_MS = 500, STAGES_MAX = 7 };

static uint64_t state;
static int64_t draw(int64_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((state >> 33) % (uint64_t)below);
}

/* ---- what stages do ---- */

static bool keep(struct weir_ctx *c, const struct weir_row *row)
{
    const struct factors *f = weir_with(c);

    return (item_of(row).value + f->plus) % (f->of + 2) != 0;
}

static void change(struct weir_ctx *c, const struct weir_row *row)
{
    const struct factors *f = weir_with(c);
    struct item v = item_of(row);

    v.value = (v.value * (f->of + 1) + f->plus) % 1000003;
    v.key = (v.key * (f->plus + 1)) % KEYS;
    item_emit(c, v);
}

static void copy(struct weir_ctx *c, const struct weir_row *row)
{
    struct item v = item_of(row);

    for (int64_t i = v.value % 3; i; i--)
        item_emit(c, (struct item){0, (v.key + i) % KEYS, v.value + i, v.at});
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct sum *s = acc;

    s->sum += item_of(row).value;
    s->n++;
    (void)c;
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    struct sum *s = acc;
    const struct sum *o = other;

    s->sum += o->sum;
    s->n += o->n;
    (void)c;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    const struct sum *s = acc;

    item_emit(c, (struct item){0, weir_key_int(c), (s->sum * 31 + s->n + start_ms) % 1000003,
                               end_ms - 1});
}

/* A key's rows are added up; the sum is said once, at the end. */
static void remember(struct weir_ctx *c, const struct weir_row *row)
{
    struct sum s = {0};

    sum_get(c, 0, &s);
    s.sum += item_of(row).value;
    s.n++;
    sum_put(c, 0, &s);
    weir_timer_set(c, WEIR_END - 1);
}

static void say(struct weir_ctx *c, int64_t ms)
{
    struct sum s = {0};

    sum_get(c, 0, &s);
    item_emit(c, (struct item){0, weir_key_int(c), s.sum * 7 + s.n, SPAN_MS});
    (void)ms;
}

/* ---- drawing ---- */

static struct weir_stream *windowed(struct weir_stream *s)
{
    static const struct weir_aggregate summing = {&sum_schema, add, result, NULL, 0, merge};
    struct weir_window w = {.size_ms = 100 * (1 + draw(30)), .offset_ms = draw(100)};

    switch (draw(4)) {
    case 0:
        w.slide_ms = 100 * (1 + draw(20));
        break;
    case 1:
        w.step_ms = w.size_ms / (1 + draw(2) * (w.size_ms / 100 - 1));
        break;
    case 2:
        w = (struct weir_window){.gap_ms = 20 + draw(300)};
        break;
    default:
        break;
    }
    return weir_windowed(weir_key_by(s, "key"), w, &summing, &item_schema);
}

static struct weir_stream *summed(struct weir_stream *s)
{
    static const struct weir_process totals = {
        .state = {{"sum", WEIR_VALUE, &sum_schema}}, .on_row = remember, .on_timer = say};

    return weir_processed(weir_key_by(s, "key"), &totals, &item_schema);
}

static struct weir_stream *stage(struct weir_stream *s)
{
    struct factors f = {0, draw(9), draw(9)};

    switch (draw(8)) {
    case 0:
        return weir_constants(weir_filter(s, keep), &f, sizeof f);
    case 1:
        return weir_constants(weir_map(s, change, &item_schema), &f, sizeof f);
    case 2:
        return weir_flat_map(s, copy, &item_schema);
    case 3:
        return weir_disable_chaining(
            weir_constants(weir_map(s, change, &item_schema), &f, sizeof f));
    case 4:
        return weir_constants(weir_map(weir_rebalance(s), change, &item_schema), &f, sizeof f);
    case 5: /* the same rows by two ways */
        return weir_union(weir_constants(weir_filter(s, keep), &f, sizeof f),
                          weir_constants(weir_map(s, change, &item_schema), &f, sizeof f));
    default:
        return windowed(s);
    }
}

static struct weir_stream *source(struct weir_job *job)
{
    static struct item items[ITEMS];
    struct weir_time by_column = {.column = "at", .out_of_order_ms = DISORDER_MS};

    for (int64_t i = 0; i < ITEMS; i++)
        items[i] = (struct item){0, draw(KEYS), draw(1000000),
                                 i * SPAN_MS / ITEMS - draw(DISORDER_MS)};
    return weir_watermarks(weir_rows(job, items, ITEMS, &item_schema), by_column);
}

int main(int argc, char **argv)
{
    const char *seed = getenv("WEIR_SEED");
    struct weir_job *job = weir_job(argc, argv, "a random program");
    struct weir_stream *s;
    int stages;

    state = seed ? strtoull(seed, NULL, 10) : 1;
    draw(2);
    s = source(job);
    stages = 2 + (int)draw(STAGES_MAX - 2);
    while (stages--)
        s = stage(s);
    if (draw(3) == 0)
        s = summed(s);
    weir_file_sink(s, "results/rows");
    weir_option(job, "execution.checkpointing.interval", "2ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
