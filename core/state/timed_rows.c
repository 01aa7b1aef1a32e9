#include "state/timed_rows.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "data/schema.h"
#include "state/row_list.h"

struct moment {
    int64_t ms;
    struct bytes rows;
};

struct times { /* of one key: moment[first], ascending, `count` of them */
    struct moment *moment;
    uint32_t first, count, room;
    uint32_t key_group;
};

struct timed_rows {
    const struct weir_schema *type;
    struct map *keys; /* key -> struct times */
    uint64_t count;
};

struct timed_rows *timed_rows_new(const struct weir_schema *type)
{
    struct timed_rows *t = mem_alloc(sizeof *t);

    t->type = type;
    t->keys = map_new(sizeof(struct times));
    return t;
}

void timed_rows_free(struct timed_rows *t)
{
    if (t == NULL)
        return;
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1)) {
        struct times *k = map_value(t->keys, e);

        for (uint32_t i = 0; i < k->count; i++)
            bytes_done(&k->moment[k->first + i].rows);
        mem_free(k->moment);
    }
    map_free(t->keys);
    mem_free(t);
}

uint64_t timed_rows_count(const struct timed_rows *t)
{
    return t->count;
}

/* Index of the first moment at or after `ms`, or of the end. */
static uint32_t seek(const struct times *k, int64_t ms)
{
    uint32_t low = k->first, high = k->first + k->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (k->moment[middle].ms < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct times *k, uint32_t i, int64_t ms)
{
    return i < k->first + k->count && k->moment[i].ms == ms;
}

/* Room behind the last: what was freed at the beginning, if that is half of all, or more memory. */
static void make_room(struct times *k)
{
    if (k->first + k->count < k->room)
        return;
    if (k->first && k->first >= k->count) {
        memcpy(k->moment, k->moment + k->first, k->count * sizeof *k->moment);
        k->first = 0;
        return;
    }
    k->room = k->room ? 2 * k->room : 4;
    k->moment = mem_resize(k->moment, k->room * sizeof *k->moment);
}

static struct moment *insert(struct timed_rows *t, struct times *k, int64_t ms)
{
    uint32_t i;

    make_room(k);
    i = seek(k, ms);
    memmove(&k->moment[i + 1], &k->moment[i], (k->first + k->count - i) * sizeof *k->moment);
    k->moment[i] = (struct moment){.ms = ms};
    k->count++;
    t->count++;
    return &k->moment[i];
}

static struct moment *find_or_make(struct timed_rows *t, uint32_t key_group, struct span key,
                                   int64_t ms)
{
    struct times *k = map_value(t->keys, map_put(t->keys, key, NULL));
    uint32_t i = seek(k, ms);

    k->key_group = key_group;
    return is_at(k, i, ms) ? &k->moment[i] : insert(t, k, ms);
}

void timed_rows_add(struct timed_rows *t, uint32_t key_group, struct span key,
                    const struct weir_row *row)
{
    row_list_add(&find_or_make(t, key_group, key, row->event_ms)->rows, row);
}

void timed_rows_collect(const struct timed_rows *t, struct span key, int64_t from_ms, int64_t to_ms,
                        struct bytes *list)
{
    int64_t e = map_find(t->keys, key);
    const struct times *k = e == MAP_NONE ? NULL : map_value(t->keys, e);

    for (uint32_t i = k ? seek(k, from_ms) : 0;
         k && i < k->first + k->count && k->moment[i].ms <= to_ms; i++)
        bytes_put(list, k->moment[i].rows.p, k->moment[i].rows.bytes);
}

void timed_rows_remove(struct timed_rows *t, struct span key, int64_t ms)
{
    int64_t e = map_find(t->keys, key);
    struct times *k = e == MAP_NONE ? NULL : map_value(t->keys, e);
    uint32_t i = k ? seek(k, ms) : 0;

    if (k == NULL || !is_at(k, i, ms))
        return;
    bytes_done(&k->moment[i].rows);
    t->count--;
    k->count--;
    if (i == k->first)
        k->first++;
    else
        memmove(&k->moment[i], &k->moment[i + 1], (k->first + k->count - i) * sizeof *k->moment);
    if (k->count == 0) {
        mem_free(k->moment);
        map_remove_entry(t->keys, e);
    }
}

/* ---- snapshots ---- */

static void times_put(const struct times *k, struct bytes *out)
{
    bytes_put_u32(out, k->count);
    for (uint32_t i = k->first; i < k->first + k->count; i++) {
        bytes_put_i64(out, k->moment[i].ms);
        bytes_put_block(out, bytes_span(&k->moment[i].rows));
    }
}

void timed_rows_snapshot(const struct timed_rows *t, struct bytes *out)
{
    schema_write(t->type, out);
    bytes_put_u32(out, map_count(t->keys));
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1)) {
        const struct times *k = map_value(t->keys, e);

        bytes_put_u32(out, k->key_group);
        bytes_put_block(out, map_key(t->keys, e));
        times_put(k, out);
    }
}

static void times_read(struct timed_rows *t, struct reader *r)
{
    uint32_t group = read_u32(r);
    struct span key = read_block(r);
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        int64_t ms = read_i64(r);
        struct span rows = read_block(r);

        if (reader_ok(r))
            bytes_put(&find_or_make(t, group, key, ms)->rows, rows.p, rows.bytes);
    }
}

int timed_rows_restore(struct timed_rows *t, struct reader *r, const char *what, struct diag *why)
{
    uint32_t n;

    if (!schema_matches(t->type, r))
        return diag_set(why, ERR_MISMATCH, "%s: rows were written with another row type", what);
    n = read_u32(r);
    for (uint32_t i = 0; i < n && reader_ok(r); i++)
        times_read(t, r);
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: rows do not end where they should", what);
    return ERR_NONE;
}
