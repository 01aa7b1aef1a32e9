#include "state/keyed.h"

#include <assert.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/word.h"
#include "data/schema.h"
#include "state/tables.h"

static uint32_t flat_bytes(const struct weir_state *d)
{
    bool is_one_image = d->kind != WEIR_LIST && d->kind != WEIR_MAP;

    return is_one_image && schema_is_fixed(d->type) && !ttl_is_on(&d->ttl) ? d->type->size : 0;
}

struct keyed *keyed_new(const struct weir_state *decl, const int64_t *now_us)
{
    struct keyed *k = mem_alloc(sizeof *k);

    k->now_us = now_us;
    for (; k->states < WEIR_STATES && decl[k->states].name; k->states++) {
        struct table *t = &k->table[k->states];

        t->decl = &decl[k->states];
        t->flat_bytes = flat_bytes(t->decl);
        t->cells = map_new_packed(
            (uint32_t)(t->flat_bytes ? sizeof(struct flat) + t->flat_bytes : sizeof(struct cell)));
    }
    return k;
}

static void table_done(struct table *t, struct grave *g)
{
    for (int64_t e = map_next(t->cells, 0); e != MAP_NONE && !t->flat_bytes;
         e = map_next(t->cells, e + 1)) {
        cell_bury(map_value(t->cells, e), g);
        grave_empty(g);
    }
    map_free(t->cells);
    mem_free(t->found);
}

void keyed_free(struct keyed *k)
{
    if (k == NULL)
        return;
    for (uint32_t s = 0; s < k->states; s++)
        table_done(&k->table[s], &k->grave);
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
    k->turn++;
    k->at_of = NULL;
}

bool keyed_peek(struct keyed *k, struct span key)
{
    bool is_worth_it = false;

    for (uint32_t s = 0; s < k->states; s++)
        is_worth_it |= map_peek(&k->table[s].peeks, k->table[s].cells, key);
    return is_worth_it;
}

uint64_t keyed_count(const struct keyed *k)
{
    uint64_t n = 0;

    for (uint32_t s = 0; s < k->states; s++)
        n += map_count(k->table[s].cells);
    return n;
}

void keyed_each_key(const struct keyed *k, int state, void (*each)(void *arg, struct span key),
                    void *arg)
{
    const struct map *cells = k->table[state].cells;

    assert((uint32_t)state < k->states);
    for (int64_t e = map_next(cells, 0); e != MAP_NONE; e = map_next(cells, e + 1))
        each(arg, map_key(cells, e));
}

/* ---- the current key's cell ---- */

static inline struct table *table_of(struct keyed *k, int state)
{
    assert((uint32_t)state < k->states);
    return &k->table[state];
}

static int64_t entry_of(const struct keyed *k, const struct table *t)
{
    return map_find_hashed(t->cells, k->key, k->hash);
}

static void remove_entry(struct keyed *k, struct table *t, int64_t e)
{
    if (e == MAP_NONE)
        return;
    if (t->flat_bytes == 0)
        cell_bury(map_value(t->cells, e), &k->grave);
    map_remove_entry(t->cells, e);
    k->at_of = NULL;
}

/* ---- time-to-live ---- */

enum { CLEAN_KEYS = 5 }; /* Flink's */

static struct image image_now(const struct keyed *k, const struct table *t, struct span s)
{
    int64_t now = keyed_now_ms(k);

    return image_new(s, ttl_is_on(&t->decl->ttl) ? &now : NULL);
}

static void renew(const struct keyed *k, const struct table *t, struct image i)
{
    if (ttl_is_on(&t->decl->ttl) && t->decl->ttl.renew_on_read)
        *image_access_ms(i) = keyed_now_ms(k);
}

static void drop_expired_elements(struct keyed *k, const struct table *t, struct cell *c)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < c->count; i++)
        if (table_has_expired(k, t, c->list[i]))
            grave_bury(&k->grave, c->list[i].p);
        else
            c->list[kept++] = c->list[i];
    c->count = kept;
}

static void drop_expired_entries(struct keyed *k, const struct table *t, struct cell *c)
{
    for (int64_t e = map_next(c->map, 0); e != MAP_NONE; e = map_next(c->map, e + 1))
        if (table_has_expired(k, t, *cell_map_image(c, e)))
            cell_map_remove(c, e, &k->grave);
}

/* Remove what has expired of a key, and the key if nothing is left of it. */
static void drop_expired(struct keyed *k, struct table *t, int64_t e)
{
    struct cell *c = map_value(t->cells, e);
    bool is_empty;

    if (t->decl->kind == WEIR_LIST) {
        drop_expired_elements(k, t, c);
        is_empty = c->count == 0;
    } else if (t->decl->kind == WEIR_MAP) {
        drop_expired_entries(k, t, c);
        is_empty = cell_map_count(c) == 0;
    } else {
        is_empty = table_has_expired(k, t, c->value);
    }
    if (is_empty)
        remove_entry(k, t, e);
}

/* At every access: look after some keys, where the last clean-up ended. */
static void clean_up(struct keyed *k, struct table *t)
{
    const struct weir_ttl *ttl = &t->decl->ttl;
    int32_t keys = ttl->clean_keys ? ttl->clean_keys : CLEAN_KEYS;
    int64_t e;

    if (!ttl_is_on(ttl))
        return;
    e = map_next(t->cells, t->next);
    if (e == MAP_NONE)
        e = map_next(t->cells, 0);
    for (; keys > 0 && e != MAP_NONE; keys--) {
        drop_expired(k, t, e);
        t->next = e + 1;
        e = map_next(t->cells, t->next);
    }
}

static struct table *table_at_access(struct keyed *k, int state)
{
    struct table *t = table_of(k, state);

    clean_up(k, t);
    return t;
}

/* ---- values, and states that add up; flat ones are the short way ---- */

static inline struct span flat_get(struct keyed *k, const struct table *t)
{
    struct flat *f = (struct flat *)(void *)table_find(k, t);

    return f ? (struct span){(const uint8_t *)f->image, t->flat_bytes} : (struct span){0};
}

static inline void flat_put(struct keyed *k, const struct table *t, struct span image)
{
    struct flat *f = (struct flat *)(void *)table_cell(k, t);

    assert(image.bytes == t->flat_bytes);
    word_copy(f->image, image.p, t->flat_bytes);
}

static struct span cell_get(struct keyed *k, struct table *t)
{
    struct cell *c = table_find(k, t);
    struct image i = c ? c->value : (struct image){0};

    if (c == NULL)
        return (struct span){0};
    if (table_has_expired(k, t, i)) {
        remove_entry(k, t, entry_of(k, t));
        return t->decl->ttl.return_expired ? image_span(i) : (struct span){0};
    }
    renew(k, t, i);
    return image_span(i);
}

static void cell_put(struct keyed *k, struct table *t, struct span image)
{
    struct cell *c = table_cell(k, t);
    struct image old = c->value;

    c->value = image_now(k, t, image); /* copied first: it may hold texts of the old one */
    grave_bury(&k->grave, old.p);
}

struct span keyed_value(struct keyed *k, int state)
{
    struct table *t = table_of(k, state);

    return t->flat_bytes ? flat_get(k, t) : cell_get(k, table_at_access(k, state));
}

void keyed_value_put(struct keyed *k, int state, struct span image)
{
    struct table *t = table_of(k, state);

    if (t->flat_bytes)
        flat_put(k, t, image);
    else
        cell_put(k, table_at_access(k, state), image);
}

struct span keyed_so_far(struct keyed *k, int state)
{
    struct table *t = table_at_access(k, state);
    struct cell *c = table_find(k, t);

    if (t->flat_bytes)
        return flat_get(k, t);
    if (c == NULL || (table_has_expired(k, t, c->value) && !t->decl->ttl.return_expired))
        return (struct span){0};
    return image_span(c->value);
}

void keyed_so_far_put(struct keyed *k, int state, struct span image)
{
    struct table *t = table_of(k, state);

    if (t->flat_bytes)
        flat_put(k, t, image);
    else
        cell_put(k, t, image);
}

void keyed_clear(struct keyed *k, int state)
{
    struct table *t = table_of(k, state);

    remove_entry(k, t, entry_of(k, t));
    clean_up(k, t);
}

/* ---- reading lists and maps with a time-to-live ---- */

static void note(struct keyed *k, struct table *t, struct span key, struct image i)
{
    void *copy = mem_copy(key.p, key.bytes);

    MEM_GROW(t->found, t->founds, t->room);
    grave_bury(&k->grave, copy);
    t->found[t->founds++] = (struct found){{copy, key.bytes}, image_span(i)};
}

/* Returns whether the entry is alive. */
static bool read_one(struct keyed *k, struct table *t, struct span key, struct image i)
{
    bool alive = !table_has_expired(k, t, i);

    if (alive)
        renew(k, t, i);
    if (alive || t->decl->ttl.return_expired)
        note(k, t, key, i);
    return alive;
}

/* A list keeps its expired elements until none is alive, or until it is written anew, renewed; a
 * map loses each that was met. */
static void read_list(struct keyed *k, struct table *t, int64_t e)
{
    struct cell *c = map_value(t->cells, e);
    bool any = false;

    for (uint32_t i = 0; i < c->count; i++)
        any |= read_one(k, t, (struct span){0}, c->list[i]);
    if (!any || t->decl->ttl.renew_on_read)
        drop_expired(k, t, e);
}

static void read_map(struct keyed *k, struct table *t, int64_t e)
{
    struct cell *c = map_value(t->cells, e);
    const int64_t *entry = cell_map_sorted(c);
    bool all = true;

    for (uint32_t i = 0, n = cell_map_count(c); i < n; i++)
        all &= read_one(k, t, map_key(c->map, entry[i]), *cell_map_image(c, entry[i]));
    if (!all)
        drop_expired(k, t, e);
}

static uint32_t read_all(struct keyed *k, int state)
{
    struct table *t = table_at_access(k, state);
    int64_t e = entry_of(k, t);

    t->turn = k->turn;
    t->founds = 0;
    if (e != MAP_NONE && t->decl->kind == WEIR_LIST)
        read_list(k, t, e);
    else if (e != MAP_NONE)
        read_map(k, t, e);
    return t->founds;
}

/* What the last read of the current key found; a read now if there was none. */
static const struct found *found_at(struct keyed *k, int state, uint32_t i)
{
    struct table *t = table_of(k, state);

    if (t->turn != k->turn)
        read_all(k, state);
    return i < t->founds ? &t->found[i] : NULL;
}

/* ---- lists ---- */

uint32_t keyed_list_count(struct keyed *k, int state)
{
    struct table *t = table_of(k, state);
    struct cell *c;

    if (ttl_is_on(&t->decl->ttl))
        return read_all(k, state);
    c = table_find(k, t);
    return c ? c->count : 0;
}

struct span keyed_list_at(struct keyed *k, int state, uint32_t i)
{
    struct table *t = table_of(k, state);
    const struct found *f;
    struct cell *c;

    if (ttl_is_on(&t->decl->ttl)) {
        f = found_at(k, state, i);
        return f ? f->image : (struct span){0};
    }
    c = table_find(k, t);
    return c && i < c->count ? image_span(c->list[i]) : (struct span){0};
}

void keyed_list_add(struct keyed *k, int state, struct span image)
{
    struct table *t = table_at_access(k, state);

    cell_list_add(table_cell(k, t), image_now(k, t, image));
}

/* ---- maps ---- */

static void remove_from_map(struct keyed *k, struct table *t, struct cell *c, int64_t e)
{
    cell_map_remove(c, e, &k->grave);
    if (cell_map_count(c) == 0)
        remove_entry(k, t, entry_of(k, t));
}

struct span keyed_map_get(struct keyed *k, int state, struct span map_key)
{
    struct table *t = table_at_access(k, state);
    struct cell *c = table_find(k, t);
    int64_t e = c ? cell_map_find(c, map_key) : MAP_NONE;
    struct image i;

    if (e == MAP_NONE)
        return (struct span){0};
    i = *cell_map_image(c, e);
    if (table_has_expired(k, t, i)) {
        remove_from_map(k, t, c, e);
        return t->decl->ttl.return_expired ? image_span(i) : (struct span){0};
    }
    renew(k, t, i);
    return image_span(i);
}

void keyed_map_put(struct keyed *k, int state, struct span map_key, struct span image)
{
    struct table *t = table_at_access(k, state);
    struct image *i = cell_map_put(table_cell(k, t), map_key), old = *i;

    *i = image_now(k, t, image);
    grave_bury(&k->grave, old.p);
}

void keyed_map_remove(struct keyed *k, int state, struct span map_key)
{
    struct table *t = table_at_access(k, state);
    struct cell *c = table_find(k, t);
    int64_t e = c ? cell_map_find(c, map_key) : MAP_NONE;

    if (e != MAP_NONE)
        remove_from_map(k, t, c, e);
}

bool keyed_map_is_empty(struct keyed *k, int state)
{
    return table_find(k, table_at_access(k, state)) == NULL;
}

uint32_t keyed_map_count(struct keyed *k, int state)
{
    struct table *t = table_of(k, state);
    struct cell *c;

    if (ttl_is_on(&t->decl->ttl))
        return read_all(k, state);
    c = table_find(k, t);
    return c ? cell_map_count(c) : 0;
}

bool keyed_map_entry(struct keyed *k, int state, uint32_t i, struct span *key, struct span *image)
{
    struct table *t = table_of(k, state);
    const struct found *f;
    struct cell *c;
    int64_t e;

    if (ttl_is_on(&t->decl->ttl)) {
        f = found_at(k, state, i);
        *key = f ? f->key : (struct span){0};
        *image = f ? f->image : (struct span){0};
        return f != NULL;
    }
    c = table_find(k, t);
    if (c == NULL || i >= cell_map_count(c))
        return false;
    e = cell_map_sorted(c)[i];
    *key = map_key(c->map, e);
    *image = image_span(*cell_map_image(c, e));
    return true;
}
