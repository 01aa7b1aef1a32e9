#include "sim/post.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "runtime/buffer_pool.h"

void post_init(struct post *p, const struct job_graph *g)
{
    uint32_t channels = 0;

    *p = (struct post){.graph = g};
    p->channel_start = mem_alloc((g->edges + 1) * sizeof *p->channel_start);
    for (uint32_t e = 0; e < g->edges; e++) {
        p->channel_start[e] = channels;
        channels += 2 * g->vertex[g->edge[e].from].parallelism *
                    g->vertex[g->edge[e].to].parallelism;
    }
    p->channel_us = mem_alloc((channels + 1) * sizeof *p->channel_us);
}

void post_drop(struct parcel *p)
{
    if (p->segment)
        segment_release(p->segment);
    p->segment = NULL;
}

static void empty(struct letter_box *b)
{
    if (b->kind == BOX_PARCEL)
        post_drop(&b->parcel);
    if (b->kind == BOX_DISK)
        bytes_done(&b->disk.body);
}

void post_done(struct post *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        empty(p->heap[i]);
        mem_free(p->heap[i]);
    }
    while (p->spares)
        mem_free(p->spare[--p->spares]);
    mem_free(p->heap);
    mem_free(p->spare);
    mem_free(p->channel_us);
    mem_free(p->channel_start);
    bytes_done(&p->wire);
    *p = (struct post){0};
}

struct message post_carry(struct post *p, const struct message *m)
{
    struct message arrived;
    int err;

    bytes_clear(&p->wire);
    message_write(m, &p->wire);
    err = message_read(&arrived, bytes_span(&p->wire), NULL);
    assert(err == ERR_NONE);
    return arrived;
}

static bool before(const struct letter_box *a, const struct letter_box *b)
{
    if (a->due_us != b->due_us)
        return a->due_us < b->due_us;
    return a->tie != b->tie ? a->tie < b->tie : a->number < b->number;
}

static int64_t *channel_of(const struct post *p, const struct parcel *x)
{
    const struct job_edge *e = &p->graph->edge[x->channel.edge];
    uint32_t to = p->graph->vertex[e->to].parallelism;
    uint32_t i = 2 * (x->channel.from * to + x->channel.to) + parcel_is_upstream(x->kind);

    return &p->channel_us[p->channel_start[x->channel.edge] + i];
}

/* A parcel comes after the one before it on its channel: equal times would leave it to the tie. */
static void keep_order(struct post *p, struct letter_box *b)
{
    int64_t *last = channel_of(p, &b->parcel);

    if (b->due_us <= *last)
        b->due_us = *last + 1;
    *last = b->due_us;
}

static struct letter_box *box(struct post *p)
{
    return p->spares ? p->spare[--p->spares] : mem_alloc(sizeof(struct letter_box));
}

static void sift_up(struct post *p, uint32_t at)
{
    struct letter_box *b = p->heap[at];

    for (; at && before(b, p->heap[(at - 1) / 2]); at = (at - 1) / 2)
        p->heap[at] = p->heap[(at - 1) / 2];
    p->heap[at] = b;
}

static void sift_down(struct post *p, uint32_t at)
{
    struct letter_box *b = p->heap[at];

    for (uint32_t child; (child = 2 * at + 1) < p->count; at = child) {
        if (child + 1 < p->count && before(p->heap[child + 1], p->heap[child]))
            child++;
        if (!before(p->heap[child], b))
            break;
        p->heap[at] = p->heap[child];
    }
    p->heap[at] = b;
}

void post_put(struct post *p, struct letter_box b)
{
    struct letter_box *copy = box(p);

    b.number = p->number++;
    if (b.kind == BOX_PARCEL)
        keep_order(p, &b);
    *copy = b;
    MEM_GROW(p->heap, p->count, p->room);
    p->heap[p->count++] = copy;
    sift_up(p, p->count - 1);
}

const struct letter_box *post_head(const struct post *p)
{
    return p->count ? p->heap[0] : NULL;
}

static void keep_spare(struct post *p, struct letter_box *b)
{
    MEM_GROW(p->spare, p->spares, p->spare_room);
    p->spare[p->spares++] = b;
}

struct letter_box post_take(struct post *p)
{
    struct letter_box *head = p->heap[0], taken = *head;

    p->heap[0] = p->heap[--p->count];
    if (p->count)
        sift_down(p, 0);
    keep_spare(p, head);
    return taken;
}

static bool touches(const struct post *p, const struct parcel *x, uint32_t worker, uint32_t workers)
{
    (void)p;
    return x->channel.from % workers == worker || x->channel.to % workers == worker;
}

static bool is_cut(const struct post *p, const struct letter_box *b, uint32_t worker,
                   struct rng *fate, uint32_t workers)
{
    if (b->kind == BOX_PARCEL)
        return touches(p, &b->parcel, worker, workers);
    return b->kind == BOX_DISK && b->worker == worker && rng_below(fate, 2);
}

void post_cut(struct post *p, uint32_t worker, struct rng *fate, const struct job_graph *g,
              uint32_t workers)
{
    uint32_t kept = 0;

    (void)g;
    for (uint32_t i = 0; i < p->count; i++) {
        struct letter_box *b = p->heap[i];

        if (is_cut(p, b, worker, fate, workers)) {
            empty(b);
            keep_spare(p, b);
        } else {
            p->heap[kept++] = b;
        }
    }
    p->count = kept;
    for (uint32_t i = kept / 2; i-- > 0;)
        sift_down(p, i);
}

static int by_due(const void *a, const void *b)
{
    return before(*(struct letter_box *const *)a, *(struct letter_box *const *)b) ? -1 : 1;
}

void post_each_parcel(const struct post *p, uint32_t edge, uint32_t from, uint32_t to,
                      void (*each)(void *arg, const struct parcel *p), void *arg)
{
    struct letter_box **mine = mem_alloc((p->count + 1) * sizeof *mine);
    uint32_t n = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct channel_id *c = &p->heap[i]->parcel.channel;

        if (p->heap[i]->kind == BOX_PARCEL && !parcel_is_upstream(p->heap[i]->parcel.kind) &&
            c->edge == edge && c->from == from && c->to == to)
            mine[n++] = p->heap[i];
    }
    qsort(mine, n, sizeof *mine, by_due);
    for (uint32_t i = 0; i < n; i++)
        each(arg, &mine[i]->parcel);
    mem_free(mine);
}
