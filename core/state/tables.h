/* tables.h -- what stands behind keyed.h: a table for each state, a cell for each key in it.
 *
 * The inside of keyed.c (access) and keyed_snapshot.c (snapshots); nobody else looks here.
 */
#ifndef CORE_STATE_TABLES_H
#define CORE_STATE_TABLES_H

#include "state/cell.h"
#include "state/keyed.h"
#include "state/ttl.h"

struct found { /* by a read of a list or map with a time-to-live */
    struct span key, image;
};

/* A value that has no texts and lives for ever needs no allocation: its image lies in the table. */
struct flat {
    uint8_t of_map; /* as in struct cell */
    uint32_t key_group;
    _Alignas(8) uint64_t image[];
};

struct table { /* of one state */
    const struct weir_state *decl;
    struct map *cells;   /* key -> struct cell, or struct flat */
    uint32_t flat_bytes; /* of a flat image; 0: cells */
    struct map_peeks peeks;
    int64_t next; /* the entry that the next clean-up begins with */
    struct found *found;
    uint32_t founds, room;
    uint64_t turn; /* of the key that was read */
};

struct keyed {
    struct table table[WEIR_STATES];
    uint32_t states;
    const int64_t *now_us;
    uint32_t key_group;
    struct span key;
    uint64_t hash;
    uint64_t turn;             /* counts the keys that were current */
    struct cell *at;           /* the current key's, found last, in ... */
    const struct table *at_of; /* ... this table, or NULL */
    struct grave grave;        /* emptied when the key changes */
};

static inline int64_t keyed_now_ms(const struct keyed *k)
{
    return *k->now_us / 1000;
}

static inline bool table_has_expired(const struct keyed *k, const struct table *t, struct image i)
{
    return ttl_is_on(&t->decl->ttl) &&
           ttl_has_expired(&t->decl->ttl, *image_access_ms(i), keyed_now_ms(k));
}

/* The current key's cell, or flat image; NULL: it has none. */
static inline struct cell *table_find(struct keyed *k, const struct table *t)
{
    if (k->at_of != t) {
        k->at = map_get_hashed(t->cells, k->key, k->hash);
        k->at_of = t;
    }
    return k->at;
}

/* It, made if it is not there. */
static inline struct cell *table_cell(struct keyed *k, const struct table *t)
{
    if (table_find(k, t))
        return k->at;
    k->at = map_value(t->cells, map_put_hashed(t->cells, k->key, k->hash, NULL));
    k->at->key_group = k->key_group;
    return k->at;
}

static inline struct image table_value(const struct table *t, struct cell *c)
{
    if (t->flat_bytes)
        return (struct image){((struct flat *)(void *)c)->image, t->flat_bytes};
    return c->value;
}

#endif
