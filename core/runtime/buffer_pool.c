#include "runtime/buffer_pool.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

struct buffer_pool {
    uint32_t segment_bytes, budget;
    uint32_t overdraft_max;
    struct segment *free;               /* the owner's */
    _Atomic(struct segment *) returned; /* anyone puts one here, the owner takes them all */
    atomic_uint out;                    /* segments that are with someone */
    atomic_uint holders;                /* those, and the owner: the last one frees the pool (B4) */
};

struct buffer_pool *buffer_pool_new(uint32_t segment_bytes, uint32_t budget)
{
    struct buffer_pool *p = mem_alloc(sizeof *p);

    assert(segment_bytes >= 64 && segment_bytes % 8 == 0 && budget >= 1);
    p->segment_bytes = segment_bytes;
    p->budget = budget;
    atomic_init(&p->holders, 1);
    return p;
}

static void free_list(struct segment *s)
{
    while (s) {
        struct segment *next = s->next;

        mem_free(s);
        s = next;
    }
}

static void leave(struct buffer_pool *p)
{
    if (atomic_fetch_sub(&p->holders, 1) > 1)
        return;
    free_list(p->free);
    free_list(atomic_load(&p->returned));
    mem_free(p);
}

void buffer_pool_free(struct buffer_pool *p)
{
    if (p)
        leave(p);
}

bool buffer_pool_is_available(const struct buffer_pool *p)
{
    return buffer_pool_out(p) < p->budget;
}

static struct segment *make(struct buffer_pool *p, uint32_t room)
{
    struct segment *s = mem_alloc(sizeof *s + room);

    s->pool = p;
    s->room = room;
    return s;
}

static struct segment *take_free(struct buffer_pool *p)
{
    struct segment *s;

    if (p->free == NULL)
        p->free = atomic_exchange_explicit(&p->returned, NULL, memory_order_acquire);
    s = p->free;
    if (s)
        p->free = s->next;
    return s;
}

struct segment *buffer_pool_acquire(struct buffer_pool *p, uint32_t bytes_needed)
{
    bool is_oversize = bytes_needed > p->segment_bytes; /* B3 */
    struct segment *s = is_oversize ? NULL : take_free(p);
    uint32_t out;

    if (s == NULL)
        s = make(p, is_oversize ? bytes_needed : p->segment_bytes);
    s->next = NULL;
    s->bytes = s->elements = s->read = s->ahead = 0;
    atomic_fetch_add_explicit(&p->holders, 1, memory_order_relaxed);
    out = atomic_fetch_add_explicit(&p->out, 1, memory_order_relaxed) + 1;
    if (out > p->budget && out - p->budget > p->overdraft_max)
        p->overdraft_max = out - p->budget;
    return s;
}

static void give_back(struct buffer_pool *p, struct segment *s)
{
    struct segment *next = atomic_load_explicit(&p->returned, memory_order_relaxed);

    s->read = UINT32_MAX; /* B1: marks it as free */
    do
        s->next = next;
    while (!atomic_compare_exchange_weak_explicit(&p->returned, &next, s, memory_order_release,
                                                  memory_order_relaxed));
}

void segment_release(struct segment *s)
{
    struct buffer_pool *p = s->pool;

    assert(buffer_pool_out(p) > 0 && s->read != UINT32_MAX);
    if (s->room != p->segment_bytes)
        mem_free(s);
    else
        give_back(p, s);
    atomic_fetch_sub_explicit(&p->out, 1, memory_order_relaxed);
    leave(p);
}

uint32_t buffer_pool_out(const struct buffer_pool *p)
{
    return atomic_load_explicit(&p->out, memory_order_relaxed);
}

uint32_t buffer_pool_overdraft_max(const struct buffer_pool *p)
{
    return p->overdraft_max;
}
