/* Entries, keys and index lie apart:
 *
 *     index   part 0 [ . | 3 | . | 0 ]  part 1 [ 2 | . | 1 | . ]   entry number + 1, 32 hash bits
 *     chunk   [ 0: key, value ][ 1 ][ 2 ][ 3 ]                     in order of insertion
 *     keys    [ bytes, long key of 1 | bytes, long key of 3 ]      keys over 8 bytes, in that order
 *
 * The low bits of a hash choose the part, its high bits the place in it, probed linearly; so a
 * lookup reads a few neighbouring slots and one entry.  A part is at most three quarters full.
 * Then it grows; one that is as large as parts may be is split in two by the next bit of the hash
 * (extendible hashing, Fagin and others 1979).  Entries lie in chunks that stay where they are.
 * So growing costs one part at a time, however many keys there are: no put waits for others to
 * move.
 *
 * A removed slot is closed by moving its followers back, so there are no tombstones in the index,
 * only among the entries.
 */
#include "base/map.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/word.h"

/* An entry: eight bytes of key (or, if it is longer, its offset in `keys`), a byte that says how
 * many they are, and the value: behind eight bytes in all, or (packed) around that byte. */
enum { KEY_LENGTH = 8, VALUE = 16, VALUE_PACKED = 8 };
enum { SMALL = 8, LONG = 254, DEAD = 255 }; /* the byte */
enum { PART_MIN = 16, PART_DOUBLES = 256, PART_MAX = 4096 };
enum { ENTRIES_MIN = 8, CHUNK = 1 << 18, BITS_MAX = 20, PEEK_KEYS_MIN = 1 << 15 };
static const uint32_t entries_max = 1u << 30;

struct slot {
    uint32_t entry; /* number + 1; 0 = empty */
    uint32_t hash;
};

struct part {
    uint32_t slots, used;
    uint32_t bits; /* of the hash that are the same in all of them */
    struct slot slot[];
};

struct map {
    uint32_t value_at, stride;
    uint32_t entries, live; /* entries includes tombstones */
    uint32_t first;         /* every entry before it is a tombstone */
    uint32_t room, chunks;  /* entries that fit into the chunks */
    uint32_t bits;          /* 1 << bits = pointers to parts; several may be the same */
    uint64_t moves;
    uint8_t **chunk;
    struct part **part; /* NULL at first */
    struct bytes keys;
};

/* ---- entries ---- */

static inline uint8_t *entry_at(const struct map *m, uint32_t i)
{
    return m->chunk[i / CHUNK] + (size_t)(i % CHUNK) * m->stride;
}

static inline void *value_at(const struct map *m, uint32_t i)
{
    return entry_at(m, i) + m->value_at;
}

static inline uint64_t word_of(const uint8_t *entry)
{
    return *(const uint64_t *)(const void *)entry;
}

static struct span long_key(const struct map *m, const uint8_t *entry)
{
    const uint8_t *at = m->keys.p + word_of(entry);

    return (struct span){at + 4, word_load_half(at)};
}

struct span map_key(const struct map *m, int64_t i)
{
    const uint8_t *entry = entry_at(m, (uint32_t)i);

    if (entry[KEY_LENGTH] == LONG)
        return long_key(m, entry);
    return (struct span){entry, entry[KEY_LENGTH]};
}

static struct map *make(uint32_t value_at, uint32_t value_bytes)
{
    struct map *m = mem_alloc(sizeof *m);

    m->value_at = value_at;
    m->stride = value_at + ((value_bytes + 7) & ~7u);
    return m;
}

struct map *map_new(uint32_t value_bytes)
{
    return make(VALUE, value_bytes);
}

struct map *map_new_packed(uint32_t value_bytes)
{
    assert(value_bytes);
    return make(VALUE_PACKED, value_bytes);
}

/* ---- parts ---- */

static inline uint32_t parts(const struct map *m)
{
    return m->part ? 1u << m->bits : 0;
}

/* The first of the pointers to a part. */
static bool is_own(const struct map *m, uint32_t i)
{
    return i >> m->part[i]->bits == 0;
}

static inline struct part *part_of(const struct map *m, uint32_t hash)
{
    return m->part[hash & ((1u << m->bits) - 1)];
}

static inline uint32_t home(const struct part *p, uint32_t hash)
{
    return (uint32_t)((uint64_t)hash * p->slots >> 32);
}

static inline uint32_t after(const struct part *p, uint32_t i)
{
    return i + 1 == p->slots ? 0 : i + 1;
}

static struct part *part_new(uint32_t slots, uint32_t bits)
{
    struct part *p = mem_alloc(sizeof *p + slots * sizeof p->slot[0]);

    p->slots = slots;
    p->bits = bits;
    return p;
}

/* Into the first empty slot from where the hash points. */
static void part_add(struct part *p, struct slot s)
{
    uint32_t i = home(p, s.hash);

    while (p->slot[i].entry)
        i = after(p, i);
    p->slot[i] = s;
    p->used++;
}

/* Let all pointers to `old` point to `low` or `high`, by bit `bits` of their number. */
static void replace(struct map *m, const struct part *old, struct part *low, struct part *high,
                    uint32_t bits)
{
    for (uint32_t i = 0; i < parts(m); i++)
        if (m->part[i] == old)
            m->part[i] = i >> bits & 1 ? high : low;
}

/* Twice while it is small, then by a quarter: memory grows with what is in it.  The slots in order
 * fill the new ones in order, so it is quick. */
static void part_grow(struct map *m, struct part *old)
{
    uint32_t slots = old->slots < PART_DOUBLES ? 2 * old->slots : old->slots + old->slots / 4;
    struct part *p = part_new(slots, old->bits);

    for (uint32_t i = 0; i < old->slots; i++)
        if (old->slot[i].entry)
            part_add(p, old->slot[i]);
    replace(m, old, p, p, 0);
    mem_free(old);
}

/* Those whose hash has the bit, or has it not: three fifths full. */
static struct part *part_half(const struct part *old, uint32_t bit)
{
    uint32_t entries = 0, bits = old->bits;
    struct part *p;

    for (uint32_t i = 0; i < old->slots; i++)
        entries += old->slot[i].entry && (old->slot[i].hash >> bits & 1) == bit;
    p = part_new(PART_MIN + entries + entries / 3 * 2, bits + 1);
    for (uint32_t i = 0; i < old->slots; i++)
        if (old->slot[i].entry && (old->slot[i].hash >> bits & 1) == bit)
            part_add(p, old->slot[i]);
    return p;
}

static void part_split(struct map *m, struct part *old)
{
    uint32_t bits = old->bits;

    if (bits == m->bits) {
        m->part = mem_resize(m->part, 2 * sizeof *m->part << m->bits);
        memcpy(m->part + ((size_t)1 << m->bits), m->part, sizeof *m->part << m->bits);
        m->bits++;
    }
    replace(m, old, part_half(old, 0), part_half(old, 1), bits);
    mem_free(old);
}

/* Hashes that are alike do not part: then the part just grows. */
static bool may_split(const struct map *m, const struct part *p)
{
    return p->slots >= PART_MAX && p->bits < BITS_MAX && p->used / 2 <= m->live >> p->bits;
}

/* The part where one more of this hash may go: at most three quarters full then. */
static struct part *part_with_room(struct map *m, uint32_t hash)
{
    struct part *p;

    if (m->part == NULL) {
        m->part = mem_alloc(sizeof *m->part);
        m->part[0] = part_new(PART_MIN, 0);
    }
    while (p = part_of(m, hash), 4 * (p->used + 1) > 3 * p->slots)
        if (may_split(m, p))
            part_split(m, p);
        else
            part_grow(m, p);
    return p;
}

/* Empty slot i and move back what had been pushed past it (Knuth, TAOCP 6.4, algorithm R). */
static void part_remove(struct part *p, uint32_t i)
{
    uint32_t j = i, from;

    p->used--;
    for (;;) {
        p->slot[i].entry = 0;
        do {
            j = after(p, j);
            if (p->slot[j].entry == 0)
                return;
            from = home(p, p->slot[j].hash);
        } while (i < j ? i < from && from <= j : i < from || from <= j); /* it would stand before */
        p->slot[i] = p->slot[j];
        i = j;
    }
}

/* ---- life ---- */

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    for (uint32_t i = parts(m); i-- > 0;) /* the first pointer to each is its last */
        if (is_own(m, i))
            mem_free(m->part[i]);
    mem_free(m->part);
    bytes_done(&m->keys);
    for (uint32_t i = 0; i < m->chunks; i++)
        mem_free(m->chunk[i]);
    mem_free(m->chunk);
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
    for (uint32_t i = 0; m->live && i < parts(m); i++) {
        struct part *p = m->part[i];

        if (!is_own(m, i))
            continue;
        memset(p->slot, 0, p->slots * sizeof p->slot[0]);
        p->used = 0;
    }
    forget_entries(m);
}

uint32_t map_count(const struct map *m)
{
    return m->live;
}

/* ---- looking ---- */

static bool entry_is(const struct map *m, const uint8_t *entry, struct span key)
{
    if (key.bytes > SMALL)
        return entry[KEY_LENGTH] == LONG && span_equal(long_key(m, entry), key);
    return entry[KEY_LENGTH] == key.bytes &&
           word_of(entry) == word_little(word_load_short(key.p, key.bytes));
}

/* A key of eight bytes is compared as a word. */
static inline int64_t find_word(const struct map *m, uint64_t word, uint32_t hash)
{
    const struct part *p = part_of(m, hash);

    for (uint32_t i = home(p, hash); p->slot[i].entry; i = after(p, i)) {
        const uint8_t *entry;

        if (p->slot[i].hash != hash)
            continue;
        entry = entry_at(m, p->slot[i].entry - 1);
        if (word_of(entry) == word && entry[KEY_LENGTH] == SMALL)
            return p->slot[i].entry - 1;
    }
    return MAP_NONE;
}

static int64_t find_bytes(const struct map *m, struct span key, uint32_t hash)
{
    const struct part *p = part_of(m, hash);

    for (uint32_t i = home(p, hash); p->slot[i].entry; i = after(p, i))
        if (p->slot[i].hash == hash && entry_is(m, entry_at(m, p->slot[i].entry - 1), key))
            return p->slot[i].entry - 1;
    return MAP_NONE;
}

int64_t map_find_hashed(const struct map *m, struct span key, uint64_t hash)
{
    if (m->live == 0)
        return MAP_NONE;
    if (key.bytes == SMALL)
        return find_word(m, word_little(word_load(key.p)), (uint32_t)hash);
    return find_bytes(m, key, (uint32_t)hash);
}

void *map_get_hashed(const struct map *m, struct span key, uint64_t hash)
{
    int64_t found = map_find_hashed(m, key, hash);

    return found == MAP_NONE ? NULL : value_at(m, (uint32_t)found);
}

int64_t map_find(const struct map *m, struct span key)
{
    return map_find_hashed(m, key, hash_bytes(key.p, key.bytes));
}

static void prefetch_entry(const struct map *m, uint32_t hash)
{
    const struct part *p = part_of(m, hash);
    uint32_t i = home(p, hash);
    const uint8_t *entry;

    while (p->slot[i].entry && p->slot[i].hash != hash)
        i = after(p, i);
    if (p->slot[i].entry == 0)
        return;
    entry = entry_at(m, p->slot[i].entry - 1);
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + m->stride - 1);
}

bool map_peek(struct map_peeks *peeks, const struct map *m, struct span key)
{
    const struct part *p;
    uint32_t i, hash;

    if (m->live < PEEK_KEYS_MIN)
        return false;
    i = peeks->next++ % MAP_PEEKS;
    if (peeks->at[i].map && peeks->at[i].map->part)
        prefetch_entry(peeks->at[i].map, peeks->at[i].hash);
    hash = (uint32_t)hash_bytes(key.p, key.bytes);
    peeks->at[i].map = m;
    peeks->at[i].hash = hash;
    p = part_of(m, hash);
    __builtin_prefetch(&p->slot[home(p, hash)]);
    return true;
}

void map_peeks_forget(struct map_peeks *p)
{
    *p = (struct map_peeks){0};
}

/* ---- putting ---- */

/* Move entry `from` and its long key down to `to`.  Keys lie in the order of their entries, so
 * what is overwritten has moved already. */
static void entry_move(struct map *m, uint32_t to, uint32_t from)
{
    uint8_t *entry = entry_at(m, to);

    if (to != from)
        memcpy(entry, entry_at(m, from), m->stride);
    if (entry[KEY_LENGTH] == LONG) {
        uint64_t at = m->keys.bytes;
        size_t bytes = 4 + long_key(m, entry).bytes;

        memmove(m->keys.p + at, m->keys.p + word_of(entry), bytes);
        memcpy(entry, &at, sizeof at);
        m->keys.bytes += bytes;
    }
}

static void renumber(struct map *m, const uint32_t *number)
{
    for (uint32_t i = 0; i < parts(m); i++)
        for (uint32_t n = 0; is_own(m, i) && n < m->part[i]->slots; n++)
            if (m->part[i]->slot[n].entry)
                m->part[i]->slot[n].entry = number[m->part[i]->slot[n].entry - 1];
}

/* Squeeze tombstones out, keeping the order; all entry numbers change. */
static void squeeze(struct map *m)
{
    uint32_t entries = m->entries, live = m->live;
    uint32_t *number = mem_alloc(entries * sizeof *number); /* the new one, and one */

    forget_entries(m);
    for (uint32_t n = 0; n < entries; n++) {
        if (entry_at(m, n)[KEY_LENGTH] == DEAD)
            continue;
        entry_move(m, m->entries, n);
        number[n] = ++m->entries;
    }
    m->live = live;
    renumber(m, number);
    mem_free(number);
}

static void add_chunk(struct map *m, uint32_t entries)
{
    m->chunk = mem_resize(m->chunk, (m->chunks + 1) * sizeof *m->chunk);
    m->chunk[m->chunks++] = mem_alloc((size_t)entries * m->stride);
    m->room += entries;
}

/* The first chunk grows until it has its size, then others are added. */
static void make_room(struct map *m)
{
    if (m->entries > ENTRIES_MIN && m->live < m->entries / 2)
        squeeze(m);
    if (m->entries < m->room)
        return;
    assert(m->room < entries_max);
    if (m->room == 0 || m->room >= CHUNK)
        add_chunk(m, m->room ? CHUNK : ENTRIES_MIN);
    else
        m->chunk[0] = mem_resize(m->chunk[0], (size_t)(m->room *= 2) * m->stride);
}

static void key_store(struct map *m, uint8_t *entry, struct span key)
{
    uint64_t word = m->keys.bytes;

    entry[KEY_LENGTH] = key.bytes > SMALL ? LONG : (uint8_t)key.bytes;
    if (key.bytes <= SMALL) {
        word = word_little(word_load_short(key.p, key.bytes));
    } else {
        assert(key.bytes <= UINT32_MAX);
        bytes_put_u32(&m->keys, (uint32_t)key.bytes);
        bytes_put(&m->keys, key.p, key.bytes);
    }
    memcpy(entry, &word, sizeof word);
}

int64_t map_put_hashed(struct map *m, struct span key, uint64_t hash, bool *made)
{
    int64_t found = map_find_hashed(m, key, hash);
    uint8_t *entry;

    if (made)
        *made = found == MAP_NONE;
    if (found != MAP_NONE)
        return found;
    make_room(m);
    entry = entry_at(m, m->entries);
    memset(entry, 0, m->stride);
    key_store(m, entry, key);
    part_add(part_with_room(m, (uint32_t)hash), (struct slot){m->entries + 1, (uint32_t)hash});
    m->live++;
    return m->entries++;
}

int64_t map_put(struct map *m, struct span key, bool *made)
{
    return map_put_hashed(m, key, hash_bytes(key.p, key.bytes), made);
}

/* ---- removing ---- */

void map_remove_entry(struct map *m, int64_t entry)
{
    struct span key = map_key(m, entry);
    uint32_t hash = (uint32_t)hash_bytes(key.p, key.bytes), i;
    struct part *p = part_of(m, hash);

    assert(map_is_live(m, entry));
    for (i = home(p, hash); p->slot[i].entry != entry + 1;)
        i = after(p, i);
    part_remove(p, i);
    entry_at(m, (uint32_t)entry)[KEY_LENGTH] = DEAD;
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

/* ---- walking ---- */

void *map_value(const struct map *m, int64_t entry)
{
    return value_at(m, (uint32_t)entry);
}

bool map_is_live(const struct map *m, int64_t entry)
{
    return entry >= 0 && entry < m->entries && entry_at(m, (uint32_t)entry)[KEY_LENGTH] != DEAD;
}

int64_t map_next(const struct map *m, int64_t from)
{
    for (from = from > m->first ? from : m->first; from < m->entries; from++)
        if (entry_at(m, (uint32_t)from)[KEY_LENGTH] != DEAD)
            return from;
    return MAP_NONE;
}

uint64_t map_moves(const struct map *m)
{
    return m->moves;
}

size_t map_bytes(const struct map *m)
{
    size_t bytes = (size_t)m->room * m->stride + m->keys.room + parts(m) * sizeof *m->part;

    for (uint32_t i = 0; i < parts(m); i++)
        if (is_own(m, i))
            bytes += sizeof *m->part[i] + m->part[i]->slots * sizeof m->part[i]->slot[0];
    return bytes;
}
