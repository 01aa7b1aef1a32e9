#include "time/timerq.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

struct timerq {
    struct timer **heap;
    uint32_t count, room;
    bool is_quiet;        /* T5 */
    struct map *identity; /* event_ms and key -> struct timer * */
    struct bytes scratch; /* the identity looked up last */
};

struct timerq *timerq_new(void)
{
    struct timerq *q = mem_alloc(sizeof *q);

    q->identity = map_new(sizeof(struct timer *));
    return q;
}

void timerq_free(struct timerq *q)
{
    if (q == NULL)
        return;
    for (uint32_t i = 0; i < q->count; i++)
        mem_free(q->heap[i]);
    mem_free(q->heap);
    map_free(q->identity);
    bytes_done(&q->scratch);
    mem_free(q);
}

uint32_t timerq_count(const struct timerq *q)
{
    return q->count;
}

static struct span identity_of(struct timerq *q, int64_t event_ms, struct span key)
{
    bytes_clear(&q->scratch);
    bytes_put_i64(&q->scratch, event_ms);
    bytes_put(&q->scratch, key.p, key.bytes);
    return bytes_span(&q->scratch);
}

static struct span key_of(const struct timer *t)
{
    return (struct span){t->key, t->key_bytes};
}

static int order(const struct timer *a, const struct timer *b) /* T2 */
{
    if (a->event_ms != b->event_ms)
        return a->event_ms < b->event_ms ? -1 : 1;
    if (a->key_group != b->key_group)
        return a->key_group < b->key_group ? -1 : 1;
    return span_compare(key_of(a), key_of(b));
}

static void place(struct timerq *q, uint32_t at, struct timer *t)
{
    q->heap[at] = t;
    t->place = at;
}

static void sift_up(struct timerq *q, uint32_t at)
{
    struct timer *t = q->heap[at];

    while (at && order(t, q->heap[(at - 1) / 2]) < 0) {
        place(q, at, q->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(q, at, t);
}

static void sift_down(struct timerq *q, uint32_t at)
{
    struct timer *t = q->heap[at];

    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child + 1 < q->count && order(q->heap[child + 1], q->heap[child]) < 0)
            child++;
        if (child >= q->count || order(t, q->heap[child]) < 0)
            break;
        place(q, at, q->heap[child]);
        at = child;
    }
    place(q, at, t);
}

bool timerq_set(struct timerq *q, int64_t event_ms, uint32_t key_group, struct span key)
{
    struct timer *t;
    bool made = false;
    int64_t entry = 0;

    if (!q->is_quiet)
        entry = map_put(q->identity, identity_of(q, event_ms, key), &made);
    if (!made)
        return false;
    t = mem_alloc(sizeof *t + key.bytes);
    t->event_ms = event_ms;
    t->key_group = key_group;
    t->key_bytes = (uint32_t)key.bytes;
    if (key.bytes)
        memcpy(t->key, key.p, key.bytes);
    memcpy(map_value(q->identity, entry), &t, sizeof t);
    MEM_GROW(q->heap, q->count, q->room);
    place(q, q->count++, t);
    sift_up(q, t->place);
    return true;
}

static void take_out(struct timerq *q, struct timer *t)
{
    struct timer *last = q->heap[--q->count];

    if (last == t)
        return;
    place(q, t->place, last);
    sift_up(q, last->place);
    sift_down(q, last->place);
}

bool timerq_delete(struct timerq *q, int64_t event_ms, struct span key)
{
    int64_t entry = map_find(q->identity, identity_of(q, event_ms, key));
    struct timer *t;

    if (entry == MAP_NONE)
        return false;
    memcpy(&t, map_value(q->identity, entry), sizeof t);
    map_remove_entry(q->identity, entry);
    take_out(q, t);
    mem_free(t);
    return true;
}

const struct timer *timerq_head(const struct timerq *q)
{
    return q->count ? q->heap[0] : NULL;
}

struct timer *timerq_pop(struct timerq *q)
{
    struct timer *t = q->heap[0];

    assert(q->count);
    map_remove(q->identity, identity_of(q, t->event_ms, key_of(t)));
    take_out(q, t);
    return t;
}

void timerq_quiesce(struct timerq *q, bool is_quiet)
{
    q->is_quiet = is_quiet;
}

int64_t timerq_deadline_us(const struct timerq *q)
{
    const struct timer *head = timerq_head(q);

    if (head == NULL || head->event_ms > INT64_MAX / 1000)
        return INT64_MAX;
    return head->event_ms < 0 ? 0 : head->event_ms * 1000;
}

void timer_free(struct timer *t)
{
    mem_free(t);
}

static int order_of_pointers(const void *a, const void *b)
{
    return order(*(struct timer *const *)a, *(struct timer *const *)b);
}

void timerq_snapshot(const struct timerq *q, struct bytes *out)
{
    struct timer **sorted = mem_copy(q->heap, q->count * sizeof *sorted);

    qsort(sorted, q->count, sizeof *sorted, order_of_pointers); /* no ties: T1, T2 */
    bytes_put_u32(out, q->count);
    for (uint32_t i = 0; i < q->count; i++) {
        bytes_put_i64(out, sorted[i]->event_ms);
        bytes_put_u32(out, sorted[i]->key_group);
        bytes_put_block(out, key_of(sorted[i]));
    }
    mem_free(sorted);
}

bool timerq_restore(struct timerq *q, struct reader *r)
{
    uint32_t count = read_u32(r);

    for (uint32_t i = 0; i < count && reader_ok(r); i++) {
        int64_t event_ms = read_i64(r);
        uint32_t group = read_u32(r);
        struct span key = read_block(r);

        if (reader_ok(r))
            timerq_set(q, event_ms, group, key);
    }
    return reader_ok(r);
}
