#include "state/keyed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "data/schema.h"

/* Contents of one key in one state.  Images are owned, each in its own allocation, so that they
 * can outlive their entry until the callback is over (S3). */
struct image {
    uint64_t *p;
    uint32_t bytes;
};

struct cell {
    uint32_t key_group;
    uint32_t count, room; /* LIST: images in use and allocated */
    struct image value;   /* VALUE, REDUCING */
    struct image *list;   /* LIST, owned */
    struct map *map;      /* MAP: key image -> struct image */
    int64_t *order;       /* MAP: its entries by key, or NULL */
};

struct keyed {
    const struct weir_state *decl;
    uint32_t states;
    struct map *table[WEIR_STATES]; /* key -> struct cell */
    uint32_t key_group;
    struct span key;
    uint64_t hash;
    void **grave; /* freed when the key changes */
    uint32_t graves, grave_room;
};

struct keyed *keyed_new(const struct weir_state decl[WEIR_STATES])
{
    struct keyed *k = mem_alloc(sizeof *k);

    k->decl = decl;
    while (k->states < WEIR_STATES && decl[k->states].name)
        k->table[k->states++] = map_new(sizeof(struct cell));
    return k;
}

static void cell_free(struct cell *c)
{
    mem_free(c->value.p);
    for (uint32_t i = 0; i < c->count; i++)
        mem_free(c->list[i].p);
    mem_free(c->list);
    mem_free(c->order);
    for (int64_t e = c->map ? map_next(c->map, 0) : MAP_NONE; e != MAP_NONE;
         e = map_next(c->map, e + 1))
        mem_free(((struct image *)map_value(c->map, e))->p);
    map_free(c->map);
}

static void dig_up(struct keyed *k)
{
    while (k->graves)
        mem_free(k->grave[--k->graves]);
}

static void bury(struct keyed *k, void *p)
{
    if (p == NULL)
        return;
    if (k->graves == k->grave_room) {
        k->grave_room = k->grave_room ? 2 * k->grave_room : 8;
        k->grave = mem_resize(k->grave, k->grave_room * sizeof *k->grave);
    }
    k->grave[k->graves++] = p;
}

void keyed_free(struct keyed *k)
{
    if (k == NULL)
        return;
    for (uint32_t s = 0; s < k->states; s++) {
        for (int64_t e = map_next(k->table[s], 0); e != MAP_NONE; e = map_next(k->table[s], e + 1))
            cell_free(map_value(k->table[s], e));
        map_free(k->table[s]);
    }
    dig_up(k);
    mem_free(k->grave);
    mem_free(k);
}

void keyed_key(struct keyed *k, uint32_t key_group, struct span key)
{
    if (k->graves)
        dig_up(k);
    k->key_group = key_group;
    k->key = key;
    k->hash = hash_bytes(key.p, key.bytes);
}

uint64_t keyed_count(const struct keyed *k)
{
    uint64_t n = 0;

    for (uint32_t s = 0; s < k->states; s++)
        n += map_count(k->table[s]);
    return n;
}

static struct cell *find(struct keyed *k, int state)
{
    int64_t e = map_find_hashed(k->table[state], k->key, k->hash);

    assert((uint32_t)state < k->states);
    return e == MAP_NONE ? NULL : map_value(k->table[state], e);
}

static struct cell *find_or_make(struct keyed *k, int state)
{
    bool made;
    struct cell *c;

    assert((uint32_t)state < k->states);
    c = map_value(k->table[state], map_put_hashed(k->table[state], k->key, k->hash, &made));
    if (made)
        c->key_group = k->key_group;
    return c;
}

static struct image image_of(struct span s)
{
    return (struct image){mem_copy(s.p, s.bytes), (uint32_t)s.bytes};
}

static struct span span_of(struct image i)
{
    return (struct span){(const uint8_t *)i.p, i.bytes};
}

struct span keyed_value(struct keyed *k, int state)
{
    struct cell *c = find(k, state);

    return c ? span_of(c->value) : (struct span){0};
}

void keyed_value_put(struct keyed *k, int state, struct span image)
{
    struct cell *c = find_or_make(k, state);
    struct image old = c->value;

    c->value = image_of(image); /* copied first: it may hold texts of the old one */
    bury(k, old.p);
}

static void bury_cell(struct keyed *k, struct cell *c)
{
    bury(k, c->value.p);
    for (uint32_t i = 0; i < c->count; i++)
        bury(k, c->list[i].p);
    mem_free(c->list);
    mem_free(c->order);
    for (int64_t e = c->map ? map_next(c->map, 0) : MAP_NONE; e != MAP_NONE;
         e = map_next(c->map, e + 1))
        bury(k, ((struct image *)map_value(c->map, e))->p);
    map_free(c->map);
}

void keyed_clear(struct keyed *k, int state)
{
    int64_t e = map_find_hashed(k->table[state], k->key, k->hash);

    if (e == MAP_NONE)
        return;
    bury_cell(k, map_value(k->table[state], e));
    map_remove_entry(k->table[state], e);
}

uint32_t keyed_list_count(struct keyed *k, int state)
{
    struct cell *c = find(k, state);

    return c ? c->count : 0;
}

struct span keyed_list_at(struct keyed *k, int state, uint32_t i)
{
    struct cell *c = find(k, state);

    assert(c && i < c->count);
    return span_of(c->list[i]);
}

static void list_add(struct cell *c, struct span image)
{
    if (c->count == c->room) {
        c->room = c->room ? 2 * c->room : 4;
        c->list = mem_resize(c->list, c->room * sizeof *c->list);
    }
    c->list[c->count++] = image_of(image);
}

void keyed_list_add(struct keyed *k, int state, struct span image)
{
    list_add(find_or_make(k, state), image);
}

struct span keyed_map_get(struct keyed *k, int state, struct span map_key)
{
    struct cell *c = find(k, state);
    int64_t e = c && c->map ? map_find(c->map, map_key) : MAP_NONE;

    return e == MAP_NONE ? (struct span){0} : span_of(*(struct image *)map_value(c->map, e));
}

static void forget_order(struct cell *c)
{
    mem_free(c->order);
    c->order = NULL;
}

static struct image *map_slot(struct cell *c, struct span map_key)
{
    if (c->map == NULL)
        c->map = map_new(sizeof(struct image));
    forget_order(c);
    return map_value(c->map, map_put(c->map, map_key, NULL));
}

void keyed_map_put(struct keyed *k, int state, struct span map_key, struct span image)
{
    struct image *i = map_slot(find_or_make(k, state), map_key), old = *i;

    *i = image_of(image);
    bury(k, old.p);
}

void keyed_map_remove(struct keyed *k, int state, struct span map_key)
{
    struct cell *c = find(k, state);
    int64_t e = c && c->map ? map_find(c->map, map_key) : MAP_NONE;

    if (e == MAP_NONE)
        return;
    bury(k, ((struct image *)map_value(c->map, e))->p);
    map_remove_entry(c->map, e);
    forget_order(c);
    if (map_count(c->map) == 0)
        keyed_clear(k, state);
}

uint32_t keyed_map_count(struct keyed *k, int state)
{
    struct cell *c = find(k, state);

    return c && c->map ? map_count(c->map) : 0;
}

static int order_by_key(const void *a, const void *b, void *map)
{
    return span_compare(map_key(map, *(const int64_t *)a), map_key(map, *(const int64_t *)b));
}

/* The entries in key order: sorted once, then kept until the map changes. */
static const int64_t *sorted(struct cell *c)
{
    uint32_t n = 0;

    if (c->order)
        return c->order;
    c->order = mem_alloc(map_count(c->map) * sizeof *c->order);
    for (int64_t e = map_next(c->map, 0); e != MAP_NONE; e = map_next(c->map, e + 1))
        c->order[n++] = e;
    qsort_r(c->order, n, sizeof *c->order, order_by_key, c->map); /* keys differ: no ties */
    return c->order;
}

void keyed_map_entry(struct keyed *k, int state, uint32_t i, struct span *key, struct span *image)
{
    struct cell *c = find(k, state);
    int64_t e;

    assert(c && c->map && i < map_count(c->map));
    e = sorted(c)[i];
    *key = map_key(c->map, e);
    *image = span_of(*(struct image *)map_value(c->map, e));
}

/* ---- snapshots: states, each with its entries grouped by key group ---- */

static void image_put(struct image i, struct bytes *out)
{
    bytes_put_block(out, span_of(i));
}

static void cell_put(struct cell *c, enum weir_state_kind kind, struct bytes *out)
{
    uint32_t n = kind == WEIR_MAP ? map_count(c->map) : kind == WEIR_LIST ? c->count : 1;

    bytes_put_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        if (kind == WEIR_VALUE || kind == WEIR_REDUCING)
            image_put(c->value, out);
        else if (kind == WEIR_LIST)
            image_put(c->list[i], out);
        if (kind != WEIR_MAP)
            continue;
        bytes_put_block(out, map_key(c->map, sorted(c)[i]));
        image_put(*(struct image *)map_value(c->map, sorted(c)[i]), out);
    }
}

struct group_of_entry {
    int64_t entry;
    uint32_t group;
};

static int by_group(const void *a, const void *b)
{
    const struct group_of_entry *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

static void table_put(const struct map *table, enum weir_state_kind kind, struct bytes *out)
{
    struct group_of_entry *all = mem_alloc(map_count(table) * sizeof *all);
    uint32_t n = 0;

    for (int64_t e = map_next(table, 0); e != MAP_NONE; e = map_next(table, e + 1))
        all[n++] = (struct group_of_entry){e, ((struct cell *)map_value(table, e))->key_group};
    qsort(all, n, sizeof *all, by_group);
    bytes_put_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        bytes_put_u32(out, all[i].group);
        bytes_put_block(out, map_key(table, all[i].entry));
        cell_put(map_value(table, all[i].entry), kind, out);
    }
    mem_free(all);
}

void keyed_snapshot(const struct keyed *k, struct bytes *out)
{
    bytes_put_u32(out, k->states);
    for (uint32_t s = 0; s < k->states; s++) {
        bytes_put_text(out, k->decl[s].name);
        bytes_put_u8(out, (uint8_t)k->decl[s].kind);
        schema_write(k->decl[s].type, out);
        schema_write(k->decl[s].key, out);
        table_put(k->table[s], k->decl[s].kind, out);
    }
}

/* The declared state that a snapshot's next table belongs to, or -1 with a reason. */
static int match(const struct keyed *k, struct reader *r, const char *what, struct diag *why)
{
    char name[128];
    int found = -1;
    bool same;

    read_text(r, name, sizeof name);
    for (uint32_t s = 0; s < k->states; s++)
        if (strcmp(k->decl[s].name, name) == 0)
            found = (int)s;
    if (found < 0) {
        diag_set(why, ERR_MISMATCH, "%s holds state '%s', which the program does not declare", what,
                 name);
    } else {
        same = read_u8(r) == (uint8_t)k->decl[found].kind;
        same = schema_matches(k->decl[found].type, r) && same;
        same = schema_matches(k->decl[found].key, r) && same;
        if (!same)
            diag_set(why, ERR_MISMATCH, "%s: state '%s' was written with another kind or row type",
                     what, name);
    }
    return why->err ? -1 : found;
}

static void cell_read(struct cell *c, enum weir_state_kind kind, struct reader *r)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        struct span key = kind == WEIR_MAP ? read_block(r) : (struct span){0};
        struct span image = read_block(r);

        if (!reader_ok(r))
            return;
        if (kind == WEIR_LIST) {
            list_add(c, image);
            continue;
        }
        struct image *to = kind == WEIR_MAP ? map_slot(c, key) : &c->value;

        mem_free(to->p);
        *to = image_of(image);
    }
}

static void table_read(struct keyed *k, int state, struct reader *r)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        uint32_t group = read_u32(r);
        struct span key = read_block(r);

        if (!reader_ok(r))
            return;
        keyed_key(k, group, key);
        cell_read(find_or_make(k, state), k->decl[state].kind, r);
    }
}

int keyed_restore(struct keyed *k, struct reader *r, const char *what, struct diag *why)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        int state = match(k, r, what, why);

        if (state < 0)
            return why->err;
        table_read(k, state, r);
    }
    keyed_key(k, 0, (struct span){0});
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: keyed state does not end where it should", what);
    return ERR_NONE;
}
