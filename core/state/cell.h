/* cell.h -- what one key holds in one state: a value, a list or a map of row images.
 *
 * The inside of keyed.h.  Every image has an allocation of its own, so that it can outlive its
 * entry: what leaves a cell is buried, and the grave is emptied when nobody looks any more (S3).
 */
#ifndef CORE_STATE_CELL_H
#define CORE_STATE_CELL_H

#include "base/map.h"
#include "weir.h"

struct grave {
    void **body;
    uint32_t bodies, room;
};
void grave_bury(struct grave *g, void *p); /* NULL is fine */
void grave_empty(struct grave *g);
void grave_done(struct grave *g);

struct image {
    uint64_t *p;
    uint32_t bytes; /* a multiple of 8; with a time-to-live, the time of access lies behind them */
};
struct image image_new(struct span s, const int64_t *access_ms); /* a copy; NULL: lives for ever */
struct span image_span(struct image i);
int64_t *image_access_ms(struct image i); /* only if it was made with one */

struct cell {
    uint8_t of_map; /* the map's: map_new_packed() */
    uint32_t key_group;
    uint32_t count, room; /* LIST: images in use and allocated */
    struct image value;   /* VALUE, REDUCING, AGGREGATING */
    struct image *list;   /* LIST, owned */
    struct map *map;      /* MAP: key image -> struct image */
    int64_t *order;       /* MAP: its entries by key, or NULL */
};
void cell_bury(struct cell *c, struct grave *g); /* all that it holds */
void cell_list_add(struct cell *c, struct image i);

int64_t cell_map_find(const struct cell *c, struct span key); /* MAP_NONE: not there */
struct image *cell_map_image(const struct cell *c, int64_t entry);
struct image *cell_map_put(struct cell *c, struct span key); /* found or made */
void cell_map_remove(struct cell *c, int64_t entry, struct grave *g);
uint32_t cell_map_count(const struct cell *c);
/* The entries in the order of their keys' bytes: sorted once, then kept until the map changes. */
const int64_t *cell_map_sorted(struct cell *c);

#endif
