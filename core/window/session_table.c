#include "window/session_table.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/schema.h"
#include "window/lateness.h"

struct of_key {
    uint32_t key_group, count;
    uint8_t *more;        /* the second session and those behind it, or NULL */
    struct session first; /* and its accumulator */
};

struct end {
    int64_t ms;    /* the last instant of a session, now or when it was entered */
    int64_t entry; /* of its key */
};

struct session_table {
    const struct weir_schema *acc;
    uint32_t stride; /* of a session */
    struct map *keys;
    struct map_peeks peeks;
    uint64_t moves; /* of the keys, that the heap knows of */
    struct end *heap;
    uint32_t ends, room;
};

struct session_table *session_table_new(const struct weir_schema *acc)
{
    struct session_table *t = mem_alloc(sizeof *t);

    t->acc = acc;
    t->stride = (uint32_t)sizeof(struct session) + acc->size;
    t->keys = map_new((uint32_t)sizeof(struct of_key) + acc->size);
    return t;
}

void session_table_free(struct session_table *t)
{
    if (t == NULL)
        return;
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1))
        mem_free(((struct of_key *)map_value(t->keys, e))->more);
    map_free(t->keys);
    mem_free(t->heap);
    mem_free(t);
}

uint64_t session_table_keys(const struct session_table *t)
{
    return map_count(t->keys);
}

bool session_table_peek(struct session_table *t, struct span key)
{
    return map_peek(&t->peeks, t->keys, key);
}

static struct session *at(const struct session_table *t, struct of_key *k, uint32_t i)
{
    return i == 0 ? &k->first : (struct session *)(void *)(k->more + (size_t)(i - 1) * t->stride);
}

/* ---- the heap of ends ---- */

static bool is_before(struct end a, struct end b) /* B3 */
{
    return a.ms != b.ms ? a.ms < b.ms : a.entry < b.entry;
}

static void sift_up(struct end *heap, uint32_t i, struct end e)
{
    for (; i && is_before(e, heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = e;
}

static void sift_down(struct end *heap, uint32_t count, uint32_t i, struct end e)
{
    for (uint32_t child; (child = 2 * i + 1) < count; i = child) {
        child += child + 1 < count && is_before(heap[child + 1], heap[child]);
        if (!is_before(heap[child], e))
            break;
        heap[i] = heap[child];
    }
    heap[i] = e;
}

static void enter(struct session_table *t, int64_t ms, int64_t entry)
{
    MEM_GROW(t->heap, t->ends, t->room);
    t->ends++;
    sift_up(t->heap, t->ends - 1, (struct end){ms, entry});
}

static void pop(struct session_table *t)
{
    t->ends--;
    if (t->ends)
        sift_down(t->heap, t->ends, 0, t->heap[t->ends]);
}

/* Keys have moved in their table: all ends anew. */
static void enter_all(struct session_table *t)
{
    t->moves = map_moves(t->keys);
    t->ends = 0;
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1)) {
        struct of_key *k = map_value(t->keys, e);

        for (uint32_t i = 0; i < k->count; i++)
            enter(t, window_max(at(t, k, i)->window), e);
    }
}

/* ---- rows ---- */

static void insert(const struct session_table *t, struct of_key *k, uint32_t i,
                   struct time_window w)
{
    k->more = mem_resize(k->more, (size_t)k->count * t->stride);
    for (uint32_t n = k->count++; n > i; n--)
        memcpy(at(t, k, n), at(t, k, n - 1), t->stride);
    memset(at(t, k, i), 0, t->stride);
    at(t, k, i)->window = w;
}

static void take_out(const struct session_table *t, struct of_key *k, uint32_t i)
{
    for (k->count--; i < k->count; i++)
        memcpy(at(t, k, i), at(t, k, i + 1), t->stride);
}

/* Session `i` takes in the one behind it. */
static void absorb(const struct session_table *t, struct of_key *k, uint32_t i,
                   const struct session_merge *merge)
{
    struct session *s = at(t, k, i), *next = at(t, k, i + 1);

    s->window = window_cover(s->window, next->window);
    s->rows += next->rows;
    merge->merge(merge->with, s->acc, next->acc);
    take_out(t, k, i + 1);
}

static struct session *begin(struct session_table *t, uint32_t key_group, struct span key,
                             struct time_window w, uint32_t place)
{
    uint64_t hash = hash_bytes(key.p, key.bytes);
    int64_t entry = map_put_hashed(t->keys, key, hash, NULL);
    struct of_key *k = map_value(t->keys, entry);

    k->key_group = key_group;
    insert(t, k, place, w);
    if (t->moves != map_moves(t->keys))
        enter_all(t);
    else
        enter(t, window_max(w), entry);
    return at(t, k, place);
}

struct session *session_table_take(struct session_table *t, uint32_t key_group, struct span key,
                                   struct time_window w, int64_t wm_ms,
                                   const struct session_merge *merge)
{
    struct of_key *k = map_get_hashed(t->keys, key, hash_bytes(key.p, key.bytes));
    uint32_t count = k ? k->count : 0, i = 0;
    struct session *s;

    while (i < count && at(t, k, i)->window.end_ms < w.start_ms)
        i++;
    if (i == count || !window_intersects(at(t, k, i)->window, w))
        return lateness_window_is_late(window_max(w), 0, wm_ms) ? NULL
                                                                : begin(t, key_group, key, w, i);
    s = at(t, k, i);
    s->window = window_cover(s->window, w);
    while (i + 1 < k->count && window_intersects(s->window, at(t, k, i + 1)->window))
        absorb(t, k, i, merge);
    return s;
}

/* ---- ends ---- */

bool session_table_is_due(const struct session_table *t, int64_t wm_ms)
{
    return t->ends && t->heap[0].ms <= wm_ms;
}

/* The session that has instant `ms`; NULL: there is none any more. */
static struct session *session_at(const struct session_table *t, int64_t entry, int64_t ms)
{
    struct of_key *k = map_value(t->keys, entry);

    for (uint32_t i = 0; map_is_live(t->keys, entry) && i < k->count; i++) {
        struct time_window w = at(t, k, i)->window;

        if (window_max(w) == ms || (w.start_ms <= ms && ms < w.end_ms))
            return at(t, k, i);
    }
    return NULL;
}

struct session *session_table_due(struct session_table *t, int64_t wm_ms, uint32_t *key_group,
                                  struct span *key)
{
    while (session_table_is_due(t, wm_ms)) {
        struct end e = t->heap[0];
        struct session *s = session_at(t, e.entry, e.ms);

        if (s == NULL) {
            pop(t);
        } else if (window_max(s->window) > e.ms) { /* it has grown */
            sift_down(t->heap, t->ends, 0, (struct end){window_max(s->window), e.entry});
        } else {
            *key_group = ((struct of_key *)map_value(t->keys, e.entry))->key_group;
            *key = map_key(t->keys, e.entry);
            return s;
        }
    }
    return NULL;
}

void session_table_drop(struct session_table *t, struct session *due)
{
    int64_t entry = t->heap[0].entry;
    struct of_key *k = map_value(t->keys, entry);
    uint32_t i = 0;

    while (at(t, k, i) != due)
        i++;
    take_out(t, k, i);
    pop(t);
    if (k->count)
        return;
    mem_free(k->more);
    map_remove_entry(t->keys, entry);
}

/* ---- snapshots ---- */

void session_table_snapshot(const struct session_table *t, struct bytes *out)
{
    schema_write(t->acc, out);
    bytes_put_u32(out, map_count(t->keys));
    for (int64_t e = map_next(t->keys, 0); e != MAP_NONE; e = map_next(t->keys, e + 1)) {
        struct of_key *k = map_value(t->keys, e);

        bytes_put_u32(out, k->key_group);
        bytes_put_block(out, map_key(t->keys, e));
        bytes_put_u32(out, k->count);
        for (uint32_t i = 0; i < k->count; i++) {
            const struct session *s = at(t, k, i);

            bytes_put_i64(out, s->window.start_ms);
            bytes_put_i64(out, s->window.end_ms);
            bytes_put_u32(out, s->rows);
            bytes_put(out, s->acc, t->acc->size);
        }
    }
}

static void session_read(struct session_table *t, uint32_t key_group, struct span key,
                         struct reader *r)
{
    int64_t start_ms = read_i64(r), end_ms = read_i64(r);
    uint32_t rows = read_u32(r);
    struct span acc = read_span(r, t->acc->size);
    const struct of_key *k = map_get_hashed(t->keys, key, hash_bytes(key.p, key.bytes));
    struct session *s;

    if (!reader_ok(r))
        return;
    s = begin(t, key_group, key, (struct time_window){start_ms, end_ms}, k ? k->count : 0);
    s->rows = rows;
    memcpy(s->acc, acc.p, acc.bytes);
}

int session_table_restore(struct session_table *t, struct reader *r, const char *what,
                          struct diag *why)
{
    uint32_t keys;

    if (!schema_matches(t->acc, r))
        return diag_set(why, ERR_MISMATCH,
                        "%s: the sessions' accumulator was written with another row type", what);
    keys = read_u32(r);
    for (uint32_t n = 0; n < keys && reader_ok(r); n++) {
        uint32_t key_group = read_u32(r);
        struct span key = read_block(r);
        uint32_t count = read_u32(r);

        for (uint32_t i = 0; i < count && reader_ok(r); i++)
            session_read(t, key_group, key, r);
    }
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: sessions do not end where they should", what);
    return ERR_NONE;
}
