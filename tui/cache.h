/* cache.h -- the frames last seen, by step, so that stepping to and fro asks the engine once.
 *
 * It only saves time: with room 0 every screen is the same, asked for again.
 */
#ifndef TUI_CACHE_H
#define TUI_CACHE_H

#include "tui/frame.h"

enum { CACHE_ROOM = 64 };

struct cache {
    struct frame *frames[CACHE_ROOM]; /* latest used first */
    size_t count, room;
};

void cache_init(struct cache *c, size_t room);           /* at most CACHE_ROOM */
void cache_drop(struct cache *c);                        /* frees all frames */
void cache_give(struct cache *c, struct frame *f);       /* owns it from now on; NULL is fine */
struct frame *cache_take(struct cache *c, int64_t step); /* the caller owns it; NULL: not there */
bool cache_has(const struct cache *c, int64_t step);

#endif
