/* Entries, keys and index are three arrays:
 *
 *     index   [ . | 3 | . | 0 | 2 | . | 1 | . ]     entry number + 1, and 32 hash bits
 *     entry   [ 0: key, value ][ 1 ][ 2 ][ 3 ]      in order of insertion
 *     keys    [ long key of 1 | long key of 3 ]     keys over 8 bytes, in the same order
 *
 * A lookup reads one or two neighbouring slots and one entry.  The index is at most half full and
 * probed linearly; a removed slot is closed by moving its followers back, so there are no
 * tombstones in it, only among the entries.
 */
#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/word.h"

/* The value, 8-aligned, stands behind the struct. */
struct entry {
    uint32_t hash; /* low bits of hash_bytes() */
    uint32_t key_bytes;
    uint64_t key; /* up to 8 bytes: the key itself, zero-padded; else its offset in `keys` */
};
enum { SMALL = 8, DEAD = UINT32_MAX, INDEX_MIN = 16, ENTRIES_MIN = 8, PEEK_SLOTS_MIN = 1 << 16 };
static const uint32_t entries_max = 1u << 30;

struct slot {
    uint32_t entry; /* number + 1; 0 = empty */
    uint32_t hash;
};

struct map {
    uint32_t value_bytes, stride;
    uint32_t entries, live; /* entries includes tombstones */
    uint32_t first;         /* every entry before it is a tombstone */
    uint32_t room;          /* of entry[] */
    uint32_t slots;         /* power of two, or 0 at first */
    uint64_t moves;
    uint8_t *entry;
    struct slot *slot;
    struct bytes keys;
};

static inline struct entry *entry_at(const struct map *m, int64_t i)
{
    return (struct entry *)(void *)(m->entry + (size_t)i * m->stride);
}

struct map *map_new(uint32_t value_bytes)
{
    struct map *m = mem_alloc(sizeof *m);

    m->value_bytes = value_bytes;
    m->stride = (uint32_t)sizeof(struct entry) + ((value_bytes + 7) & ~7u);
    return m;
}

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    bytes_done(&m->keys);
    mem_free(m->entry);
    mem_free(m->slot);
    mem_free(m);
}

static void forget_entries(struct map *m)
{
    m->moves++;
    m->entries = m->live = m->first = 0;
    bytes_clear(&m->keys);
}

void map_clear(struct map *m)
{
    if (m->live)
        memset(m->slot, 0, m->slots * sizeof *m->slot);
    forget_entries(m);
}

uint32_t map_count(const struct map *m)
{
    return m->live;
}

static inline bool entry_is(const struct map *m, const struct entry *e, struct span key,
                            uint64_t word)
{
    if (e->key_bytes != key.bytes)
        return false;
    if (key.bytes <= SMALL)
        return e->key == word;
    return memcmp(m->keys.p + e->key, key.p, key.bytes) == 0;
}

/* The slot of `key`, or the empty slot where it would go. */
static inline uint32_t probe(const struct map *m, struct span key, uint32_t hash)
{
    uint64_t word = key.bytes <= SMALL ? word_little(word_load_short(key.p, key.bytes)) : 0;
    uint32_t mask = m->slots - 1, i = hash & mask;

    for (; m->slot[i].entry; i = (i + 1) & mask)
        if (m->slot[i].hash == hash && entry_is(m, entry_at(m, m->slot[i].entry - 1), key, word))
            break;
    return i;
}

int64_t map_find_hashed(const struct map *m, struct span key, uint64_t hash)
{
    return m->live ? (int64_t)m->slot[probe(m, key, (uint32_t)hash)].entry - 1 : MAP_NONE;
}

/* A key of eight bytes is compared as a word. */
static inline void *get_word(const struct map *m, uint64_t word, uint32_t hash)
{
    uint32_t mask = m->slots - 1;

    for (uint32_t i = hash & mask; m->slot[i].entry; i = (i + 1) & mask) {
        struct entry *e = entry_at(m, m->slot[i].entry - 1);

        if (m->slot[i].hash == hash && e->key == word && e->key_bytes == SMALL)
            return e + 1;
    }
    return NULL;
}

void *map_get_hashed(const struct map *m, struct span key, uint64_t hash)
{
    if (m->live && key.bytes == SMALL)
        return get_word(m, word_little(word_load(key.p)), (uint32_t)hash);
    uint32_t found = m->live ? m->slot[probe(m, key, (uint32_t)hash)].entry : 0;

    return found ? entry_at(m, found - 1) + 1 : NULL;
}

int64_t map_find(const struct map *m, struct span key)
{
    return map_find_hashed(m, key, hash_bytes(key.p, key.bytes));
}

static void prefetch_entry(const struct map *m, uint64_t hash)
{
    uint32_t mask = m->slots - 1, i = (uint32_t)hash & mask;
    const uint8_t *e;

    while (m->slot[i].entry && m->slot[i].hash != (uint32_t)hash)
        i = (i + 1) & mask;
    if (m->slot[i].entry == 0)
        return;
    e = (const uint8_t *)entry_at(m, m->slot[i].entry - 1);
    __builtin_prefetch(e);
    __builtin_prefetch(e + m->stride - 1);
}

bool map_peek(struct map_peeks *p, const struct map *m, struct span key)
{
    uint32_t i;

    if (m->slots < PEEK_SLOTS_MIN)
        return false;
    i = p->next++ % MAP_PEEKS;
    if (p->at[i].map)
        prefetch_entry(p->at[i].map, p->at[i].hash);
    p->at[i].map = m;
    p->at[i].hash = hash_bytes(key.p, key.bytes);
    __builtin_prefetch(&m->slot[(uint32_t)p->at[i].hash & (m->slots - 1)]);
    return true;
}

void map_peeks_forget(struct map_peeks *p)
{
    *p = (struct map_peeks){0};
}

/* Into the first empty slot from where the hash points. */
static void index_add(struct map *m, struct slot s)
{
    uint32_t mask = m->slots - 1, i = s.hash & mask;

    while (m->slot[i].entry)
        i = (i + 1) & mask;
    m->slot[i] = s;
}

/* Twice the slots.  Walking the old slots in order fills the new ones in two nearly sequential
 * streams; walking the entries would miss the cache each time. */
static void index_grow(struct map *m)
{
    struct slot *old = m->slot;
    uint32_t count = m->slots;

    m->slots = count ? 2 * count : INDEX_MIN;
    m->slot = mem_alloc(m->slots * sizeof *m->slot);
    for (uint32_t i = 0; i < count; i++)
        if (old[i].entry)
            index_add(m, old[i]);
    mem_free(old);
}

/* Move entry `from` and its long key down to `to`.  Keys lie in the order of their entries, so
 * what is overwritten has moved already. */
static void entry_move(struct map *m, uint32_t to, uint32_t from)
{
    struct entry *e = entry_at(m, to);

    if (to != from)
        memcpy(e, entry_at(m, from), m->stride);
    if (e->key_bytes > SMALL) {
        uint64_t at = m->keys.bytes;

        memmove(m->keys.p + at, m->keys.p + e->key, e->key_bytes);
        e->key = at;
        m->keys.bytes += e->key_bytes;
    }
}

/* Squeeze tombstones out, keeping the order; all entry numbers change. */
static void squeeze(struct map *m)
{
    uint32_t entries = m->entries;

    forget_entries(m);
    memset(m->slot, 0, m->slots * sizeof *m->slot);
    for (uint32_t n = 0; n < entries; n++) {
        if (entry_at(m, n)->key_bytes == DEAD)
            continue;
        entry_move(m, m->entries, n);
        index_add(m, (struct slot){m->entries + 1, entry_at(m, m->entries)->hash});
        m->live = ++m->entries;
    }
}

static void make_room(struct map *m)
{
    if (m->entries > ENTRIES_MIN && m->live < m->entries / 2)
        squeeze(m);
    if (m->entries == m->room) {
        assert(m->room < entries_max);
        m->room = m->room ? 2 * m->room : ENTRIES_MIN;
        m->entry = mem_resize(m->entry, (size_t)m->room * m->stride);
    }
    if (2 * (m->live + 1) > m->slots)
        index_grow(m);
}

static uint64_t key_store(struct map *m, struct span key)
{
    if (key.bytes <= SMALL)
        return word_little(word_load_short(key.p, key.bytes));
    bytes_put(&m->keys, key.p, key.bytes);
    return m->keys.bytes - key.bytes;
}

int64_t map_put_hashed(struct map *m, struct span key, uint64_t hash, bool *made)
{
    int64_t found = map_find_hashed(m, key, hash);
    struct entry *e;

    assert(key.bytes < DEAD);
    if (made)
        *made = found == MAP_NONE;
    if (found != MAP_NONE)
        return found;
    make_room(m);
    e = entry_at(m, m->entries);
    *e = (struct entry){(uint32_t)hash, (uint32_t)key.bytes, key_store(m, key)};
    memset(e + 1, 0, m->stride - sizeof *e);
    index_add(m, (struct slot){m->entries + 1, e->hash});
    m->live++;
    return m->entries++;
}

int64_t map_put(struct map *m, struct span key, bool *made)
{
    return map_put_hashed(m, key, hash_bytes(key.p, key.bytes), made);
}

/* Empty slot i and move back what had been pushed past it (Knuth, TAOCP 6.4, algorithm R). */
static void index_remove(struct map *m, uint32_t i)
{
    uint32_t mask = m->slots - 1, j = i;

    for (;;) {
        m->slot[i].entry = 0;
        do {
            j = (j + 1) & mask;
            if (m->slot[j].entry == 0)
                return;
        } while (((j - m->slot[j].hash) & mask) < ((j - i) & mask)); /* would stand before home */
        m->slot[i] = m->slot[j];
        i = j;
    }
}

void map_remove_entry(struct map *m, int64_t entry)
{
    struct entry *e = entry_at(m, entry);
    uint32_t mask = m->slots - 1, i;

    assert(entry >= 0 && entry < m->entries && e->key_bytes != DEAD);
    for (i = e->hash & mask; m->slot[i].entry != entry + 1;)
        i = (i + 1) & mask;
    index_remove(m, i);
    e->key_bytes = DEAD;
    if (--m->live == 0)
        forget_entries(m);
    else if (entry == m->first)
        m->first++;
}

bool map_remove(struct map *m, struct span key)
{
    int64_t found = map_find(m, key);

    if (found != MAP_NONE)
        map_remove_entry(m, found);
    return found != MAP_NONE;
}

void *map_value(const struct map *m, int64_t entry)
{
    return entry_at(m, entry) + 1;
}

struct span map_key(const struct map *m, int64_t entry)
{
    const struct entry *e = entry_at(m, entry);

    if (e->key_bytes > SMALL)
        return (struct span){m->keys.p + e->key, e->key_bytes};
    return (struct span){(const uint8_t *)&e->key, e->key_bytes};
}

int64_t map_next(const struct map *m, int64_t from)
{
    for (from = from > m->first ? from : m->first; from < m->entries; from++)
        if (entry_at(m, from)->key_bytes != DEAD)
            return from;
    return MAP_NONE;
}

bool map_is_live(const struct map *m, int64_t entry)
{
    return entry < m->entries && entry_at(m, entry)->key_bytes != DEAD;
}

uint64_t map_moves(const struct map *m)
{
    return m->moves;
}

size_t map_bytes(const struct map *m)
{
    return (size_t)m->room * m->stride + (size_t)m->slots * sizeof *m->slot + m->keys.room;
}
