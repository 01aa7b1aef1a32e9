#include "checkpoint/requests.h"

#include <string.h>

#include "base/mem.h"

void requests_done(struct requests *q)
{
    mem_free(q->item);
    *q = (struct requests){0};
}

static bool goes_before(const struct request *a, const struct request *b)
{
    bool a_saves = a->kind != SNAPSHOT_CHECKPOINT, b_saves = b->kind != SNAPSHOT_CHECKPOINT;

    if (a_saves != b_saves)
        return a_saves;
    if (a->forced != b->forced)
        return a->forced;
    return !a->periodic && b->periodic;
}

static void insert(struct requests *q, const struct request *r)
{
    uint32_t at = 0;

    while (at < q->count && !goes_before(r, &q->item[at]))
        at++;
    MEM_GROW(q->item, q->count, q->room);
    memmove(&q->item[at + 1], &q->item[at], (q->count - at) * sizeof *r);
    q->item[at] = *r;
    q->count++;
}

bool requests_add(struct requests *q, const struct request *r, struct request *refused)
{
    bool is_full = q->count >= REQUESTS_MAX;

    if (is_full && !q->item[q->count - 1].periodic) {
        *refused = *r;
        return false;
    }
    insert(q, r);
    if (is_full)
        *refused = q->item[--q->count];
    return !is_full;
}

bool requests_take_first(struct requests *q, struct request *r)
{
    if (q->count == 0)
        return false;
    *r = q->item[0];
    memmove(&q->item[0], &q->item[1], --q->count * sizeof *r);
    return true;
}

enum choice requests_choose(struct requests *q, const struct standing *now, struct request *chosen)
{
    const struct request *first = q->item;

    if (q->count == 0 || now->cleaning > now->max_concurrent)
        return CHOICE_NONE;
    if (now->pending >= now->max_concurrent && !first->forced)
        return CHOICE_NONE;
    requests_take_first(q, chosen);
    return chosen->periodic && now->pause_left_us > 0 ? CHOICE_TOO_SOON : CHOICE_GO;
}
