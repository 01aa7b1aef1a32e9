#include "state/keyed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/word.h"
#include "data/schema.h"
#include "state/cell.h"

/* A value without texts needs no allocation: its image lies in the table. */
struct flat {
    uint32_t key_group; /* where struct cell has it */
    _Alignas(8) uint64_t image[];
};

struct keyed {
    const struct weir_state *decl;
    uint32_t states;
    struct map *table[WEIR_STATES];   /* key -> struct cell, or struct flat */
    uint32_t flat_bytes[WEIR_STATES]; /* of a flat image; 0: cells */
    uint32_t key_group;
    struct span key;
    uint64_t hash;
    void *at;     /* the entry of the current key that was found last, or NULL; ... */
    int at_state; /* ... in this table */
    struct map_peeks peeks[WEIR_STATES];
    struct grave grave; /* emptied when the key changes */
};

static bool is_value(enum weir_state_kind kind)
{
    return kind == WEIR_VALUE || kind == WEIR_REDUCING;
}

static uint32_t flat_bytes(const struct weir_state *d)
{
    return is_value(d->kind) && schema_is_fixed(d->type) ? d->type->size : 0;
}

struct keyed *keyed_new(const struct weir_state decl[WEIR_STATES])
{
    struct keyed *k = mem_alloc(sizeof *k);

    k->decl = decl;
    for (uint32_t s = 0; s < WEIR_STATES && decl[s].name; s = ++k->states) {
        k->flat_bytes[s] = flat_bytes(&decl[s]);
        k->table[s] = map_new(k->flat_bytes[s] ? (uint32_t)sizeof(struct flat) + k->flat_bytes[s]
                                               : (uint32_t)sizeof(struct cell));
    }
    return k;
}

void keyed_free(struct keyed *k)
{
    if (k == NULL)
        return;
    for (uint32_t s = 0; s < k->states; s++) {
        for (int64_t e = map_next(k->table[s], 0); e != MAP_NONE && !k->flat_bytes[s];
             e = map_next(k->table[s], e + 1)) {
            cell_bury(map_value(k->table[s], e), &k->grave);
            grave_empty(&k->grave);
        }
        map_free(k->table[s]);
    }
    grave_done(&k->grave);
    mem_free(k);
}

void keyed_key(struct keyed *k, uint32_t key_group, struct span key)
{
    if (k->grave.bodies)
        grave_empty(&k->grave);
    k->key_group = key_group;
    k->key = key;
    k->hash = hash_bytes(key.p, key.bytes);
    k->at = NULL;
}

bool keyed_peek(struct keyed *k, struct span key)
{
    bool is_worth_it = false;

    for (uint32_t s = 0; s < k->states; s++)
        is_worth_it |= map_peek(&k->peeks[s], k->table[s], key);
    return is_worth_it;
}

uint64_t keyed_count(const struct keyed *k)
{
    uint64_t n = 0;

    for (uint32_t s = 0; s < k->states; s++)
        n += map_count(k->table[s]);
    return n;
}

/* The current key's cell, or flat image; NULL: it has none. */
static inline void *find(struct keyed *k, int state)
{
    assert((uint32_t)state < k->states);
    if (k->at == NULL || k->at_state != state)
        k->at = map_get_hashed(k->table[state], k->key, k->hash);
    k->at_state = state;
    return k->at;
}

static void *find_or_make(struct keyed *k, int state)
{
    struct cell *c = find(k, state);

    if (c)
        return c;
    k->at = c = map_value(k->table[state], map_put_hashed(k->table[state], k->key, k->hash, NULL));
    c->key_group = k->key_group;
    return c;
}

static inline struct span value_of(const struct keyed *k, int state, void *entry)
{
    if (k->flat_bytes[state])
        return (struct span){(const uint8_t *)((struct flat *)entry)->image, k->flat_bytes[state]};
    return image_span(((struct cell *)entry)->value);
}

struct span keyed_value(struct keyed *k, int state)
{
    void *found = find(k, state);

    return found ? value_of(k, state, found) : (struct span){0};
}

static void flat_put(struct keyed *k, int state, struct span image)
{
    struct flat *f = find_or_make(k, state);

    word_copy(f->image, image.p, k->flat_bytes[state]);
}

void keyed_value_put(struct keyed *k, int state, struct span image)
{
    struct cell *c;
    struct image old;

    assert(k->flat_bytes[state] == 0 || k->flat_bytes[state] == image.bytes);
    if (k->flat_bytes[state]) {
        flat_put(k, state, image);
        return;
    }
    c = find_or_make(k, state);
    old = c->value;

    c->value = image_new(image); /* copied first: it may hold texts of the old one */
    grave_bury(&k->grave, old.p);
}

void keyed_clear(struct keyed *k, int state)
{
    int64_t e = map_find_hashed(k->table[state], k->key, k->hash);

    if (e == MAP_NONE)
        return;
    if (k->flat_bytes[state] == 0)
        cell_bury(map_value(k->table[state], e), &k->grave);
    map_remove_entry(k->table[state], e);
    k->at = NULL;
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
    return image_span(c->list[i]);
}

void keyed_list_add(struct keyed *k, int state, struct span image)
{
    cell_list_add(find_or_make(k, state), image_new(image));
}

struct span keyed_map_get(struct keyed *k, int state, struct span map_key)
{
    struct cell *c = find(k, state);
    int64_t e = c ? cell_map_find(c, map_key) : MAP_NONE;

    return e == MAP_NONE ? (struct span){0} : image_span(*cell_map_image(c, e));
}

void keyed_map_put(struct keyed *k, int state, struct span map_key, struct span image)
{
    struct image *i = cell_map_put(find_or_make(k, state), map_key), old = *i;

    *i = image_new(image);
    grave_bury(&k->grave, old.p);
}

void keyed_map_remove(struct keyed *k, int state, struct span map_key)
{
    struct cell *c = find(k, state);
    int64_t e = c ? cell_map_find(c, map_key) : MAP_NONE;

    if (e == MAP_NONE)
        return;
    cell_map_remove(c, e, &k->grave);
    if (cell_map_count(c) == 0)
        keyed_clear(k, state);
}

uint32_t keyed_map_count(struct keyed *k, int state)
{
    struct cell *c = find(k, state);

    return c ? cell_map_count(c) : 0;
}

void keyed_map_entry(struct keyed *k, int state, uint32_t i, struct span *key, struct span *image)
{
    struct cell *c = find(k, state);
    int64_t e;

    assert(c && i < cell_map_count(c));
    e = cell_map_sorted(c)[i];
    *key = map_key(c->map, e);
    *image = image_span(*cell_map_image(c, e));
}

/* ---- snapshots: states, each with its entries grouped by key group ---- */

static void image_put(struct image i, struct bytes *out)
{
    bytes_put_block(out, image_span(i));
}

static void value_put(struct span image, struct bytes *out)
{
    bytes_put_u32(out, 1);
    bytes_put_block(out, image);
}

static void cell_put(struct cell *c, enum weir_state_kind kind, struct bytes *out)
{
    const int64_t *entry = kind == WEIR_MAP ? cell_map_sorted(c) : NULL;
    uint32_t n = kind == WEIR_MAP ? cell_map_count(c) : c->count;

    bytes_put_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        if (kind == WEIR_MAP) {
            bytes_put_block(out, map_key(c->map, entry[i]));
            image_put(*cell_map_image(c, entry[i]), out);
        } else {
            image_put(c->list[i], out);
        }
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

static void table_put(const struct keyed *k, int state, struct bytes *out)
{
    const struct map *table = k->table[state];
    enum weir_state_kind kind = k->decl[state].kind;
    struct group_of_entry *all = mem_alloc(map_count(table) * sizeof *all);
    uint32_t n = 0;

    for (int64_t e = map_next(table, 0); e != MAP_NONE; e = map_next(table, e + 1))
        all[n++] = (struct group_of_entry){e, ((struct cell *)map_value(table, e))->key_group};
    qsort(all, n, sizeof *all, by_group);
    bytes_put_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        bytes_put_u32(out, all[i].group);
        bytes_put_block(out, map_key(table, all[i].entry));
        if (is_value(kind))
            value_put(value_of(k, state, map_value(table, all[i].entry)), out);
        else
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
        table_put(k, (int)s, out);
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
            cell_list_add(c, image_new(image));
        } else {
            struct image *to = cell_map_put(c, key);

            mem_free(to->p);
            *to = image_new(image);
        }
    }
}

static void value_read(struct keyed *k, int state, struct reader *r)
{
    bool is_one = read_u32(r) == 1;
    struct span image = read_block(r);

    if (!is_one || (k->flat_bytes[state] && image.bytes != k->flat_bytes[state]))
        r->failed = true;
    if (reader_ok(r))
        keyed_value_put(k, state, image);
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
        if (is_value(k->decl[state].kind))
            value_read(k, state, r);
        else
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
