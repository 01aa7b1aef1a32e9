#include "tui/cache.h"

#include <string.h>

void cache_init(struct cache *c, size_t room)
{
    *c = (struct cache){.room = room < CACHE_ROOM ? room : CACHE_ROOM};
}

void cache_drop(struct cache *c)
{
    while (c->count)
        frame_free(c->frames[--c->count]);
}

struct frame *cache_take(struct cache *c, int64_t step)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->frames[i]->step == step) {
            struct frame *f = c->frames[i];

            c->count--;
            memmove(&c->frames[i], &c->frames[i + 1], (c->count - i) * sizeof c->frames[0]);
            return f;
        }
    return NULL;
}

void cache_give(struct cache *c, struct frame *f)
{
    if (f == NULL)
        return;
    frame_free(cache_take(c, f->step));
    if (c->room == 0) {
        frame_free(f);
        return;
    }
    if (c->count == c->room)
        frame_free(c->frames[--c->count]);
    memmove(&c->frames[1], &c->frames[0], c->count * sizeof c->frames[0]);
    c->frames[0] = f;
    c->count++;
}

bool cache_has(const struct cache *c, int64_t step)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->frames[i]->step == step)
            return true;
    return false;
}
