#include "operators/async_queue.h"

#include <string.h>

#include "base/mem.h"

struct waiting *async_queue_put(struct async_queue *q, const struct element *head,
                                const uint64_t *image)
{
    struct waiting *w = mem_alloc(sizeof *w);

    w->element = mem_alloc(head->bytes);
    memcpy(w->element, head, sizeof *head);
    if (head->bytes > sizeof *head)
        memcpy(element_image(w->element), image, head->bytes - sizeof *head);
    w->timeout_us = w->retry_us = INT64_MAX;
    MEM_GROW(q->item, q->count, q->room);
    q->item[q->count++] = w;
    if (head->type == ELEMENT_WATERMARK)
        async_queue_set_done(q, w);
    return w;
}

void async_queue_set_done(struct async_queue *q, struct waiting *w)
{
    w->done = ++q->dones;
}

/* Its place, or q->count. */
static uint32_t next_out(const struct async_queue *q)
{
    uint32_t first = q->count;

    if (q->count && (!q->is_unordered || q->item[0]->element->type == ELEMENT_WATERMARK))
        return q->item[0]->done ? 0 : q->count;
    for (uint32_t i = 0; i < q->count && q->item[i]->element->type == ELEMENT_ROW; i++)
        if (q->item[i]->done && (first == q->count || q->item[i]->done < q->item[first]->done))
            first = i;
    return first;
}

bool async_queue_may_take(const struct async_queue *q)
{
    return next_out(q) < q->count;
}

struct waiting *async_queue_take(struct async_queue *q)
{
    uint32_t i = next_out(q);
    struct waiting *w;

    if (i == q->count)
        return NULL;
    w = q->item[i];
    memmove(&q->item[i], &q->item[i + 1], (--q->count - i) * sizeof *q->item);
    return w;
}

void waiting_free(struct waiting *w)
{
    mem_free(w->element);
    mem_free(w);
}

void async_queue_done(struct async_queue *q)
{
    while (q->count)
        waiting_free(q->item[--q->count]);
    mem_free(q->item);
    *q = (struct async_queue){0};
}
