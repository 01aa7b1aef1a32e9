#include "state/panes.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "data/schema.h"

struct panes {
    const struct weir_schema *acc;
    uint32_t value_bytes;
    struct pane **pane; /* P1 */
    uint32_t count, room;
    struct pane *pinned;
    struct map *spare; /* empty, or NULL */
    struct map_peeks peeks;
};

struct panes *panes_new(const struct weir_schema *acc)
{
    struct panes *p = mem_alloc(sizeof *p);

    p->acc = acc;
    p->value_bytes = (uint32_t)(sizeof(struct pane_key) + (acc ? acc->size : sizeof(struct bytes)));
    return p;
}

/* The map of a pane that is gone serves the next one: it has its size, and its memory is warm. */
static void pane_free(struct panes *p, struct pane *pane)
{
    for (int64_t e = map_next(pane->keys, 0); !p->acc && e != MAP_NONE;
         e = map_next(pane->keys, e + 1))
        bytes_done(pane_list(map_value(pane->keys, e)));
    map_free(p->spare);
    map_clear(pane->keys);
    p->spare = pane->keys;
    mem_free(pane);
}

static struct map *keys_new(struct panes *p)
{
    struct map *keys = p->spare ? p->spare : map_new_packed(p->value_bytes);

    p->spare = NULL;
    return keys;
}

void panes_free(struct panes *p)
{
    if (p == NULL)
        return;
    for (uint32_t i = 0; i < p->count; i++)
        pane_free(p, p->pane[i]);
    map_free(p->spare);
    mem_free(p->pane);
    mem_free(p);
}

uint32_t panes_count(const struct panes *p)
{
    return p->count;
}

uint64_t panes_keys(const struct panes *p)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < p->count; i++)
        n += map_count(p->pane[i]->keys);
    return n;
}

struct pane *panes_at(const struct panes *p, uint32_t i)
{
    assert(i < p->count);
    return p->pane[i];
}

static struct pane *insert(struct panes *p, uint32_t at, int64_t start_ms)
{
    struct pane *pane = mem_alloc(sizeof *pane);

    pane->start_ms = start_ms;
    pane->keys = keys_new(p);
    MEM_GROW(p->pane, p->count, p->room);
    memmove(&p->pane[at + 1], &p->pane[at], (p->count - at) * sizeof(struct pane *));
    p->pane[at] = pane;
    p->count++;
    return pane;
}

/* Behind the last pane that starts at or before `start_ms`; the newest are wanted most. */
static uint32_t seek(const struct panes *p, int64_t start_ms)
{
    uint32_t at = p->count;

    while (at && p->pane[at - 1]->start_ms > start_ms)
        at--;
    return at;
}

struct pane *panes_pin(struct panes *p, int64_t start_ms)
{
    uint32_t at;

    if (p->pinned && p->pinned->start_ms == start_ms)
        return p->pinned;
    at = seek(p, start_ms);
    if (at && p->pane[at - 1]->start_ms == start_ms)
        p->pinned = p->pane[at - 1];
    else
        p->pinned = insert(p, at, start_ms);
    return p->pinned;
}

bool panes_peek(struct panes *p, int64_t start_ms, struct span key)
{
    uint32_t at = seek(p, start_ms);

    if (at == 0 || p->pane[at - 1]->start_ms != start_ms)
        return true;
    return map_peek(&p->peeks, p->pane[at - 1]->keys, key);
}

void panes_drop(struct panes *p, uint32_t i)
{
    struct pane *pane = panes_at(p, i);

    if (p->pinned == pane)
        p->pinned = NULL;
    map_peeks_forget(&p->peeks);
    pane_free(p, pane);
    p->count--;
    memmove(&p->pane[i], &p->pane[i + 1], (p->count - i) * sizeof(struct pane *));
}

struct pane_key *pane_put(struct pane *pane, uint32_t key_group, struct span key)
{
    uint64_t hash = hash_bytes(key.p, key.bytes);
    struct pane_key *k = map_get_hashed(pane->keys, key, hash);

    if (k)
        return k;
    k = map_value(pane->keys, map_put_hashed(pane->keys, key, hash, NULL));
    k->key_group = (uint16_t)key_group;
    return k;
}

void pane_arm(struct pane *pane, struct pane_key *k)
{
    pane->armed += !k->armed;
    k->armed = true;
}

void pane_disarm(struct pane *pane, struct pane_key *k)
{
    pane->armed -= k->armed;
    k->armed = false;
}

static void pane_snapshot(const struct panes *p, const struct pane *pane, struct bytes *out)
{
    bytes_put_i64(out, pane->start_ms);
    bytes_put_u32(out, map_count(pane->keys));
    for (int64_t e = map_next(pane->keys, 0); e != MAP_NONE; e = map_next(pane->keys, e + 1)) {
        struct pane_key *k = map_value(pane->keys, e);

        bytes_put_u32(out, k->key_group);
        bytes_put_block(out, map_key(pane->keys, e));
        bytes_put_u8(out, k->armed);
        bytes_put_u32(out, k->rows);
        if (p->acc)
            bytes_put(out, pane_acc(k), p->acc->size);
        bytes_put_block(out, p->acc ? (struct span){0} : bytes_span(pane_list(k)));
    }
}

void panes_snapshot(const struct panes *p, struct bytes *out)
{
    schema_write(p->acc, out);
    bytes_put_u32(out, p->count);
    for (uint32_t i = 0; i < p->count; i++)
        pane_snapshot(p, p->pane[i], out);
}

static void pane_restore(struct panes *p, struct reader *r)
{
    struct pane *pane = panes_pin(p, read_i64(r));
    uint32_t keys = read_u32(r), acc_bytes = p->acc ? p->acc->size : 0;

    for (uint32_t i = 0; i < keys && reader_ok(r); i++) {
        uint32_t group = read_u32(r);
        struct span key = read_block(r), acc, list;
        bool armed = read_u8(r);
        uint32_t rows = read_u32(r);
        struct pane_key *k;

        acc = read_span(r, acc_bytes);
        list = read_block(r);
        if (!reader_ok(r))
            return;
        k = pane_put(pane, group, key);
        k->rows = rows;
        if (armed)
            pane_arm(pane, k);
        if (p->acc)
            memcpy(pane_acc(k), acc.p, acc_bytes);
        else
            bytes_put(pane_list(k), list.p, list.bytes);
    }
}

int panes_restore(struct panes *p, struct reader *r, const char *what, struct diag *why)
{
    uint32_t count;

    if (!schema_matches(p->acc, r))
        return diag_set(why, ERR_MISMATCH,
                        "%s: the window's accumulator was written with another row type", what);
    count = read_u32(r);
    for (uint32_t i = 0; i < count && reader_ok(r); i++)
        pane_restore(p, r);
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: window contents do not end where they should", what);
    return ERR_NONE;
}
