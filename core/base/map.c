#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* An entry: hash, where the key lies, and the value, 8-aligned, behind the struct. */
struct entry {
    uint32_t hash; /* low bits of hash_bytes() */
    uint32_t key_bytes;
    union {
        uint8_t small[8]; /* keys of up to 8 bytes lie here */
        uint8_t *large;   /* owned */
    } key;
};
enum { SMALL = 8, DEAD = UINT32_MAX, INDEX_MIN = 16 };

struct slot {
    uint32_t entry; /* number + 1; 0 = empty */
    uint32_t hash;
};

struct map {
    uint32_t value_bytes, stride;
    uint32_t entries, live; /* entries includes tombstones */
    uint32_t room;          /* of entry[] */
    uint32_t slots;         /* power of two */
    uint8_t *entry;
    struct slot *slot;
    size_t large_bytes;
};

static struct entry *entry_at(const struct map *m, int64_t i)
{
    return (struct entry *)(void *)(m->entry + (size_t)i * m->stride);
}

static const uint8_t *key_of(const struct entry *e)
{
    return e->key_bytes <= SMALL ? e->key.small : e->key.large;
}

struct map *map_new(uint32_t value_bytes)
{
    struct map *m = mem_alloc(sizeof *m);

    m->value_bytes = value_bytes;
    m->stride = (uint32_t)sizeof(struct entry) + ((value_bytes + 7) & ~7u);
    return m;
}

static void free_keys(struct map *m)
{
    for (uint32_t i = 0; m->large_bytes && i < m->entries; i++) {
        struct entry *e = entry_at(m, i);

        if (e->key_bytes != DEAD && e->key_bytes > SMALL)
            mem_free(e->key.large);
    }
}

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    free_keys(m);
    mem_free(m->entry);
    mem_free(m->slot);
    mem_free(m);
}

void map_clear(struct map *m)
{
    free_keys(m);
    m->entries = m->live = 0;
    m->large_bytes = 0;
    if (m->slots)
        memset(m->slot, 0, m->slots * sizeof *m->slot);
}

uint32_t map_count(const struct map *m)
{
    return m->live;
}

static bool entry_is(const struct entry *e, struct span key)
{
    return e->key_bytes == key.bytes && memcmp(key_of(e), key.p, key.bytes) == 0;
}

/* The slot of `key`, or the empty slot where it would go. */
static uint32_t probe(const struct map *m, struct span key, uint32_t hash)
{
    uint32_t mask = m->slots - 1, i = hash & mask;

    for (; m->slot[i].entry; i = (i + 1) & mask)
        if (m->slot[i].hash == hash && entry_is(entry_at(m, m->slot[i].entry - 1), key))
            break;
    return i;
}

int64_t map_find_hashed(const struct map *m, struct span key, uint64_t hash)
{
    return m->slots ? (int64_t)m->slot[probe(m, key, (uint32_t)hash)].entry - 1 : MAP_NONE;
}

int64_t map_find(const struct map *m, struct span key)
{
    return map_find_hashed(m, key, hash_bytes(key.p, key.bytes));
}

void map_prefetch(const struct map *m, uint64_t hash)
{
    if (m->slots)
        __builtin_prefetch(&m->slot[(uint32_t)hash & (m->slots - 1)]);
}

static void index_all(struct map *m, uint32_t slots)
{
    mem_free(m->slot);
    m->slot = mem_alloc(slots * sizeof *m->slot);
    m->slots = slots;
    for (uint32_t n = 0; n < m->entries; n++) {
        const struct entry *e = entry_at(m, n);
        uint32_t i = e->hash & (slots - 1);

        if (e->key_bytes == DEAD)
            continue;
        while (m->slot[i].entry)
            i = (i + 1) & (slots - 1);
        m->slot[i] = (struct slot){n + 1, e->hash};
    }
}

/* Squeeze tombstones out, keeping the order. */
static void squeeze(struct map *m)
{
    uint32_t to = 0;

    for (uint32_t n = 0; n < m->entries; n++) {
        if (entry_at(m, n)->key_bytes == DEAD)
            continue;
        if (to != n)
            memmove(entry_at(m, to), entry_at(m, n), m->stride);
        to++;
    }
    m->entries = to;
}

static void make_room(struct map *m)
{
    if (m->entries > 8 && m->live < m->entries / 2) {
        squeeze(m);
        index_all(m, m->slots);
    }
    if (m->entries == m->room) {
        m->room = m->room ? 2 * m->room : 8;
        m->entry = mem_resize(m->entry, (size_t)m->room * m->stride);
    }
    if (2 * (m->live + 1) > m->slots)
        index_all(m, m->slots ? 2 * m->slots : INDEX_MIN);
}

static void key_store(struct map *m, struct entry *e, struct span key)
{
    uint8_t *to = e->key.small;

    if (key.bytes > SMALL) {
        to = e->key.large = mem_alloc(key.bytes);
        m->large_bytes += key.bytes;
    }
    e->key_bytes = (uint32_t)key.bytes;
    if (key.bytes)
        memcpy(to, key.p, key.bytes);
}

int64_t map_put_hashed(struct map *m, struct span key, uint64_t hash, bool *made)
{
    int64_t found = map_find_hashed(m, key, hash);
    struct entry *e;

    if (made)
        *made = found == MAP_NONE;
    if (found != MAP_NONE)
        return found;
    make_room(m);
    e = entry_at(m, m->entries);
    memset(e, 0, m->stride);
    e->hash = (uint32_t)hash;
    key_store(m, e, key);
    m->slot[probe(m, key, e->hash)] = (struct slot){m->entries + 1, e->hash};
    m->live++;
    return m->entries++;
}

int64_t map_put(struct map *m, struct span key, bool *made)
{
    return map_put_hashed(m, key, hash_bytes(key.p, key.bytes), made);
}

/* Empty slot i and move back what had been pushed past it (Knuth, algorithm R). */
static void slot_remove(struct map *m, uint32_t i)
{
    uint32_t mask = m->slots - 1, j = i;

    for (;;) {
        m->slot[i].entry = 0;
        do {
            j = (j + 1) & mask;
            if (m->slot[j].entry == 0)
                return;
        } while (((j - (m->slot[j].hash & mask)) & mask) < ((j - i) & mask));
        m->slot[i] = m->slot[j];
        i = j;
    }
}

void map_remove_entry(struct map *m, int64_t entry)
{
    struct entry *e = entry_at(m, entry);

    assert(entry >= 0 && entry < m->entries && e->key_bytes != DEAD);
    slot_remove(m, probe(m, map_key(m, entry), e->hash));
    if (e->key_bytes > SMALL) {
        m->large_bytes -= e->key_bytes;
        mem_free(e->key.large);
    }
    e->key_bytes = DEAD;
    m->live--;
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

    return (struct span){key_of(e), e->key_bytes};
}

int64_t map_next(const struct map *m, int64_t from)
{
    for (; from < m->entries; from++)
        if (entry_at(m, from)->key_bytes != DEAD)
            return from;
    return MAP_NONE;
}

size_t map_bytes(const struct map *m)
{
    return (size_t)m->room * m->stride + (size_t)m->slots * sizeof *m->slot + m->large_bytes;
}
