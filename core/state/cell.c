#include "state/cell.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void grave_bury(struct grave *g, void *p)
{
    if (p == NULL)
        return;
    MEM_GROW(g->body, g->bodies, g->room);
    g->body[g->bodies++] = p;
}

void grave_empty(struct grave *g)
{
    while (g->bodies)
        mem_free(g->body[--g->bodies]);
}

void grave_done(struct grave *g)
{
    grave_empty(g);
    mem_free(g->body);
    *g = (struct grave){0};
}

struct image image_new(struct span s, const int64_t *access_ms)
{
    struct image i = {.bytes = (uint32_t)s.bytes};

    if (access_ms == NULL) {
        i.p = mem_copy(s.p, s.bytes);
        return i;
    }
    assert(s.bytes % 8 == 0);
    i.p = mem_alloc(s.bytes + 8);
    memcpy(i.p, s.p, s.bytes);
    *image_access_ms(i) = *access_ms;
    return i;
}

int64_t *image_access_ms(struct image i)
{
    return (int64_t *)(i.p + i.bytes / 8);
}

struct span image_span(struct image i)
{
    return (struct span){(const uint8_t *)i.p, i.bytes};
}

void cell_bury(struct cell *c, struct grave *g)
{
    grave_bury(g, c->value.p);
    for (uint32_t i = 0; i < c->count; i++)
        grave_bury(g, c->list[i].p);
    mem_free(c->list);
    mem_free(c->order);
    for (int64_t e = c->map ? map_next(c->map, 0) : MAP_NONE; e != MAP_NONE;
         e = map_next(c->map, e + 1))
        grave_bury(g, cell_map_image(c, e)->p);
    map_free(c->map);
}

void cell_list_add(struct cell *c, struct image i)
{
    MEM_GROW(c->list, c->count, c->room);
    c->list[c->count++] = i;
}

int64_t cell_map_find(const struct cell *c, struct span key)
{
    return c->map ? map_find(c->map, key) : MAP_NONE;
}

struct image *cell_map_image(const struct cell *c, int64_t entry)
{
    return map_value(c->map, entry);
}

static void forget_order(struct cell *c)
{
    mem_free(c->order);
    c->order = NULL;
}

struct image *cell_map_put(struct cell *c, struct span key)
{
    if (c->map == NULL)
        c->map = map_new(sizeof(struct image));
    forget_order(c);
    return map_value(c->map, map_put(c->map, key, NULL));
}

void cell_map_remove(struct cell *c, int64_t entry, struct grave *g)
{
    grave_bury(g, cell_map_image(c, entry)->p);
    map_remove_entry(c->map, entry);
    forget_order(c);
}

uint32_t cell_map_count(const struct cell *c)
{
    return c->map ? map_count(c->map) : 0;
}

static int by_key(const void *a, const void *b, void *map)
{
    return span_compare(map_key(map, *(const int64_t *)a), map_key(map, *(const int64_t *)b));
}

const int64_t *cell_map_sorted(struct cell *c)
{
    uint32_t n = 0;

    if (c->order)
        return c->order;
    c->order = mem_alloc(map_count(c->map) * sizeof *c->order);
    for (int64_t e = map_next(c->map, 0); e != MAP_NONE; e = map_next(c->map, e + 1))
        c->order[n++] = e;
    qsort_r(c->order, n, sizeof *c->order, by_key, c->map); /* keys differ: no ties */
    return c->order;
}
