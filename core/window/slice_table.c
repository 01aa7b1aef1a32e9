#include "window/slice_table.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/schema.h"
#include "window/lateness.h"

struct slice {
    int64_t start_ms;
    uint32_t rows;
    _Alignas(8) uint8_t acc[];
};

struct of_key {
    uint32_t key_group;
    uint32_t head, count, room; /* slices in use begin at `head` */
    uint32_t front, middle;     /* how many are in the first two parts: L1 */
    uint32_t back_rows;
    uint8_t *slices;
    _Alignas(8) uint8_t back[]; /* an accumulator */
};

struct slice_table {
    const struct weir_schema *acc;
    struct assigner windows;
    struct slice_calls calls;
    int64_t slice_ms, wm_ms;
    struct map *keys;
    struct map_peeks peeks;
    int64_t end_ms;   /* of the windows that fire next; INT64_MAX: nothing to fire */
    int64_t entry;    /* the next key to look at */
    int64_t least_ms; /* the oldest slice of the keys that this pass has come by */
    uint32_t stride;
    struct bytes result;
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

struct slice_table *slice_table_new(const struct weir_schema *acc, const struct assigner *a,
                                    struct slice_calls calls)
{
    struct slice_table *t = mem_alloc(sizeof *t);

    *t = (struct slice_table){.acc = acc,
                              .windows = *a,
                              .calls = calls,
                              .slice_ms = common_divisor(a->size_ms, a->step_ms),
                              .wm_ms = INT64_MIN,
                              .end_ms = INT64_MAX,
                              .least_ms = INT64_MAX,
                              .stride = (uint32_t)sizeof(struct slice) + acc->size};
    t->keys = map_new((uint32_t)sizeof(struct of_key) + acc->size);
    return t;
}

void slice_table_free(struct slice_table *t)
{
    if (t == NULL)
        return;
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1))
        mem_free(((struct of_key *)map_value(t->keys, e))->slices);
    map_free(t->keys);
    bytes_done(&t->result);
    mem_free(t);
}

uint64_t slice_table_keys(const struct slice_table *t)
{
    return map_count(t->keys);
}

bool slice_table_peek(struct slice_table *t, struct span key)
{
    return map_peek(&t->peeks, t->keys, key);
}

static inline struct slice *at(const struct slice_table *t, const struct of_key *k, uint32_t i)
{
    return (struct slice *)(void *)(k->slices + (size_t)(k->head + i) * t->stride);
}

/* The end of the first window that holds `ms` and has not fired. */
static int64_t first_end(const struct slice_table *t, int64_t ms)
{
    int64_t from = ms > t->wm_ms ? ms : ms_add(t->wm_ms, 1); /* the last instant is after wm_ms */
    const struct assigner *a = &t->windows;

    return ms_add(window_start(ms_subtract(from, a->size_ms), a->step_ms, a->offset_ms),
                  ms_add(a->step_ms, a->size_ms));
}

/* ---- rows ---- */

/* Room for one more behind the last. */
static void make_room(const struct slice_table *t, struct of_key *k)
{
    if (k->head + k->count < k->room)
        return;
    if (k->head > k->room / 2) {
        memmove(k->slices, at(t, k, 0), (size_t)k->count * t->stride);
        k->head = 0;
        return;
    }
    k->room = k->room ? 2 * k->room : 4;
    k->slices = mem_resize(k->slices, (size_t)k->room * t->stride);
}

/* A slice without rows, before slice `i`.  In the front it is what is behind it. */
static struct slice *insert(const struct slice_table *t, struct of_key *k, uint32_t i,
                            int64_t start_ms)
{
    struct slice *s;

    make_room(t, k);
    s = at(t, k, i);
    memmove((uint8_t *)s + t->stride, s, (size_t)(k->count - i) * t->stride);
    k->count++;
    if (i < k->front) {
        k->front++; /* a copy of the next one stands there already */
    } else {
        memset(s, 0, t->stride);
        k->middle += i < k->front + k->middle;
    }
    s->start_ms = start_ms;
    return s;
}

static void add_to(const struct slice_table *t, void *acc, uint32_t *rows,
                   const struct weir_row *row)
{
    ++*rows;
    t->calls.add(t->calls.with, acc, row);
}

/* To the slice and to all that it has been merged into. */
static void add_at(const struct slice_table *t, struct of_key *k, uint32_t i,
                   const struct weir_row *row)
{
    uint32_t first = i < k->front ? 0 : i;

    for (uint32_t n = first; n <= i; n++)
        add_to(t, at(t, k, n)->acc, &at(t, k, n)->rows, row);
    if (i >= k->front && i < k->front + k->middle)
        add_to(t, k->back, &k->back_rows, row);
}

static struct of_key *key_of(struct slice_table *t, uint32_t key_group, struct span key)
{
    uint64_t hash = hash_bytes(key.p, key.bytes);
    struct of_key *k = map_get_hashed(t->keys, key, hash);

    if (k)
        return k;
    k = map_value(t->keys, map_put_hashed(t->keys, key, hash, NULL));
    k->key_group = key_group;
    return k;
}

bool slice_table_add(struct slice_table *t, uint32_t key_group, struct span key,
                     const struct weir_row *row)
{
    int64_t start_ms = window_start(row->event_ms, t->slice_ms, t->windows.offset_ms), end_ms;
    struct time_window last;
    struct of_key *k;
    uint32_t i;

    assigner_first(&t->windows, row->event_ms, &last);
    if (lateness_window_is_late(window_max(last), 0, t->wm_ms))
        return false;
    k = key_of(t, key_group, key);
    for (i = k->count; i && at(t, k, i - 1)->start_ms > start_ms;)
        i--;
    if (i && at(t, k, i - 1)->start_ms == start_ms) {
        add_at(t, k, i - 1, row);
        return true;
    }
    insert(t, k, i, start_ms);
    add_at(t, k, i, row);
    end_ms = first_end(t, row->event_ms);
    t->end_ms = end_ms < t->end_ms ? end_ms : t->end_ms;
    return true;
}

/* ---- firing ---- */

/* Nothing is merged into an accumulator that no row was added to: it becomes the other one. */
static void merge_into(const struct slice_table *t, void *acc, uint32_t *rows, const void *newer,
                       uint32_t newer_rows)
{
    if (*rows)
        t->calls.merge(t->calls.with, acc, newer);
    else
        memcpy(acc, newer, t->acc->size);
    *rows += newer_rows;
}

/* The middle becomes the front. */
static void turn_over(const struct slice_table *t, struct of_key *k)
{
    for (uint32_t i = k->middle; i-- > 1;) {
        struct slice *older = at(t, k, i - 1), *newer = at(t, k, i);

        merge_into(t, older->acc, &older->rows, newer->acc, newer->rows);
    }
    k->front = k->middle;
    k->middle = 0;
    k->back_rows = 0;
    memset(k->back, 0, t->acc->size);
}

static void drop_before(const struct slice_table *t, struct of_key *k, int64_t start_ms)
{
    while (k->count && at(t, k, 0)->start_ms < start_ms) {
        if (k->front == 0)
            turn_over(t, k);
        k->head++;
        k->count--;
        k->front--;
    }
}

static void merge_until(const struct slice_table *t, struct of_key *k, int64_t end_ms)
{
    for (uint32_t i = k->front + k->middle; i < k->count && at(t, k, i)->start_ms < end_ms; i++) {
        merge_into(t, k->back, &k->back_rows, at(t, k, i)->acc, at(t, k, i)->rows);
        k->middle++;
    }
}

/* The accumulator of front and back; the front is older. */
static const void *sum_up(struct slice_table *t, struct of_key *k, uint32_t *rows)
{
    *rows = k->back_rows;
    if (k->front == 0)
        return k->back;
    bytes_clear(&t->result);
    bytes_put(&t->result, at(t, k, 0)->acc, t->acc->size);
    *rows = at(t, k, 0)->rows;
    if (k->middle)
        merge_into(t, t->result.p, rows, k->back, k->back_rows);
    return t->result.p;
}

/* Of the window that ends at t->end_ms; false: the key has no row in it. */
static bool fire_key(struct slice_table *t, struct of_key *k, struct slice_window *out)
{
    out->window = (struct time_window){ms_subtract(t->end_ms, t->windows.size_ms), t->end_ms};
    merge_until(t, k, t->end_ms);
    drop_before(t, k, out->window.start_ms);
    if (k->count && at(t, k, 0)->start_ms < t->least_ms)
        t->least_ms = at(t, k, 0)->start_ms;
    if (k->front + k->middle == 0)
        return false;
    out->key_group = k->key_group;
    out->acc = sum_up(t, k, &out->rows);
    return true;
}

static void begin_pass(struct slice_table *t, int64_t end_ms)
{
    t->end_ms = end_ms;
    t->least_ms = INT64_MAX;
    t->entry = 0;
}

/* All keys have been asked: the next windows are those of the oldest slice that is left. */
static void end_pass(struct slice_table *t)
{
    int64_t next_ms = ms_add(t->end_ms, t->windows.step_ms), wanted_ms = INT64_MAX;

    if (t->least_ms != INT64_MAX)
        wanted_ms = ms_add(window_start(ms_subtract(t->least_ms, t->windows.size_ms),
                                        t->windows.step_ms, t->windows.offset_ms),
                           ms_add(t->windows.step_ms, t->windows.size_ms));
    begin_pass(t, wanted_ms > next_ms ? wanted_ms : next_ms);
}

void slice_table_on_watermark(struct slice_table *t, int64_t ms)
{
    t->wm_ms = ms > t->wm_ms ? ms : t->wm_ms;
}

void slice_table_begin_again(struct slice_table *t)
{
    assert(map_count(t->keys) == 0);
    t->wm_ms = INT64_MIN;
}

bool slice_table_is_due(const struct slice_table *t)
{
    return map_count(t->keys) && ms_subtract(t->end_ms, 1) <= t->wm_ms;
}

bool slice_table_fire(struct slice_table *t, struct slice_window *out)
{
    while (slice_table_is_due(t)) {
        int64_t e = map_next(t->keys, t->entry);
        struct of_key *k;

        if (e == MAP_NONE) {
            end_pass(t);
            continue;
        }
        t->entry = e + 1;
        k = map_value(t->keys, e);
        if (fire_key(t, k, out)) {
            out->key = map_key(t->keys, e);
            return true;
        }
        if (k->count == 0) {
            mem_free(k->slices);
            map_remove_entry(t->keys, e);
        }
    }
    if (map_count(t->keys) == 0)
        begin_pass(t, INT64_MAX);
    return false;
}

/* ---- snapshots ---- */

static void key_put(const struct slice_table *t, const struct of_key *k, struct bytes *out)
{
    bytes_put_u32(out, k->key_group);
    bytes_put_u32(out, k->count);
    bytes_put_u32(out, k->front);
    bytes_put_u32(out, k->middle);
    bytes_put_u32(out, k->back_rows);
    bytes_put(out, k->back, t->acc->size);
    for (uint32_t i = 0; i < k->count; i++) {
        bytes_put_i64(out, at(t, k, i)->start_ms);
        bytes_put_u32(out, at(t, k, i)->rows);
        bytes_put(out, at(t, k, i)->acc, t->acc->size);
    }
}

void slice_table_snapshot(const struct slice_table *t, struct bytes *out)
{
    schema_write(t->acc, out);
    bytes_put_i64(out, t->wm_ms);
    bytes_put_i64(out, t->end_ms);
    bytes_put_u32(out, map_count(t->keys));
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1)) {
        bytes_put_block(out, map_key(t->keys, e));
        key_put(t, map_value(t->keys, e), out);
    }
}

static void acc_read(const struct slice_table *t, void *acc, struct reader *r)
{
    struct span image = read_span(r, t->acc->size);

    if (reader_ok(r))
        memcpy(acc, image.p, image.bytes);
}

static void key_read(struct slice_table *t, struct reader *r)
{
    struct span key = read_block(r);
    uint32_t key_group = read_u32(r), count = read_u32(r), front = read_u32(r);
    uint32_t middle = read_u32(r);
    struct of_key *k;

    if (!reader_ok(r) || front > count || middle > count - front) {
        r->failed = true;
        return;
    }
    k = key_of(t, key_group, key);
    k->back_rows = read_u32(r);
    acc_read(t, k->back, r);
    for (uint32_t i = 0; i < count && reader_ok(r); i++) {
        struct slice *s = insert(t, k, i, read_i64(r));

        s->rows = read_u32(r);
        acc_read(t, s->acc, r);
    }
    k->front = front;
    k->middle = middle;
}

int slice_table_restore(struct slice_table *t, struct reader *r, const char *what, struct diag *why)
{
    uint32_t keys;

    if (!schema_matches(t->acc, r))
        return diag_set(why, ERR_MISMATCH,
                        "%s: the window's accumulator was written with another row type", what);
    t->wm_ms = read_i64(r);
    t->end_ms = read_i64(r);
    keys = read_u32(r);
    for (uint32_t n = 0; n < keys && reader_ok(r); n++)
        key_read(t, r);
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: slices do not end where they should", what);
    return ERR_NONE;
}
