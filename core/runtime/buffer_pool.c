#include "runtime/buffer_pool.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

struct buffer_pool {
    uint32_t segment_bytes, budget;
    uint32_t out, overdraft_max;
    bool closed; /* B4 */
    struct segment *free;
};

struct buffer_pool *buffer_pool_new(uint32_t segment_bytes, uint32_t budget)
{
    struct buffer_pool *p = mem_alloc(sizeof *p);

    assert(segment_bytes >= 64 && segment_bytes % 8 == 0 && budget >= 1);
    p->segment_bytes = segment_bytes;
    p->budget = budget;
    return p;
}

static void free_all(struct buffer_pool *p)
{
    while (p->free) {
        struct segment *next = p->free->next;

        mem_free(p->free);
        p->free = next;
    }
    mem_free(p);
}

void buffer_pool_free(struct buffer_pool *p)
{
    if (p == NULL)
        return;
    p->closed = true;
    if (p->out == 0)
        free_all(p);
}

bool buffer_pool_is_available(const struct buffer_pool *p)
{
    return p->out < p->budget;
}

static struct segment *make(struct buffer_pool *p, uint32_t room)
{
    struct segment *s = mem_alloc(sizeof *s + room);

    s->pool = p;
    s->room = room;
    return s;
}

struct segment *buffer_pool_acquire(struct buffer_pool *p, uint32_t bytes_needed)
{
    struct segment *s = p->free;

    if (bytes_needed > p->segment_bytes) { /* B3 */
        s = make(p, bytes_needed);
    } else if (s) {
        p->free = s->next;
    } else {
        s = make(p, p->segment_bytes);
    }
    s->next = NULL;
    s->bytes = s->elements = s->read = s->ahead = 0;
    p->out++;
    if (p->out > p->budget && p->out - p->budget > p->overdraft_max)
        p->overdraft_max = p->out - p->budget;
    return s;
}

void segment_release(struct segment *s)
{
    struct buffer_pool *p = s->pool;

    assert(p->out > 0 && s->read != UINT32_MAX);
    p->out--;
    if (s->room != p->segment_bytes) {
        mem_free(s);
    } else {
        s->read = UINT32_MAX; /* B1: marks it as free */
        s->next = p->free;
        p->free = s;
    }
    if (p->closed && p->out == 0)
        free_all(p);
}

uint32_t buffer_pool_out(const struct buffer_pool *p)
{
    return p->out;
}

uint32_t buffer_pool_overdraft_max(const struct buffer_pool *p)
{
    return p->overdraft_max;
}
