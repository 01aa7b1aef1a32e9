#include "checkpoint/rescale.h"

bool rescale_overlap(struct key_range old, struct key_range mine, struct key_range *both)
{
    both->first = old.first > mine.first ? old.first : mine.first;
    both->last = old.last < mine.last ? old.last : mine.last;
    return both->first <= both->last;
}

/* ---- lists ---- */

static uint32_t total(const struct lists *l)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < l->old; i++)
        n += l->size[i] > 0 ? (uint32_t)l->size[i] : 0;
    return n;
}

/* Elements first .. first + count - 1 of all lists, one behind the other, as runs. */
static uint32_t runs_of(const struct lists *l, uint32_t first, uint32_t count)
{
    uint32_t runs = 0, before = 0;

    for (uint32_t i = 0; i < l->old && count; i++) {
        uint32_t size = l->size[i] > 0 ? (uint32_t)l->size[i] : 0;

        if (first < before + size) {
            uint32_t at = first - before, n = size - at < count ? size - at : count;

            l->run[runs++] = (struct list_run){i, at, n};
            first += n;
            count -= n;
        }
        before += size;
    }
    return runs;
}

static uint32_t keep(const struct lists *l, uint32_t subtask)
{
    if (l->size[subtask] <= 0)
        return 0;
    l->run[0] = (struct list_run){subtask, 0, (uint32_t)l->size[subtask]};
    return 1;
}

uint32_t rescale_list(const struct lists *l, uint32_t start, uint32_t subtask)
{
    uint32_t each = total(l) / l->new, longer = total(l) % l->new;
    uint32_t turn = (subtask + l->new - start) % l->new; /* when it is dealt to */

    if (l->old == l->new)
        return keep(l, subtask);
    return runs_of(l, turn * each + (turn < longer ? turn : longer), each + (turn < longer));
}

uint32_t rescale_list_next(const struct lists *l, uint32_t start)
{
    return (start + total(l) % l->new) % l->new;
}

uint32_t rescale_union(const struct lists *l)
{
    return runs_of(l, 0, total(l));
}

/* ---- broadcast ---- */

/* The old subtask with the n-th copy; `copies` > n of them. */
static uint32_t nth_copy(const struct lists *l, uint32_t n)
{
    uint32_t i = 0;

    for (;; i++)
        if (l->size[i] != RESCALE_NO_STATE && n-- == 0)
            return i;
}

static uint32_t add_copy(const struct lists *l, uint32_t runs, uint32_t old)
{
    if (l->size[old] > 0)
        l->run[runs++] = (struct list_run){old, 0, (uint32_t)l->size[old]};
    return runs;
}

uint32_t rescale_broadcast(const struct lists *l, uint32_t subtask)
{
    uint32_t copies = 0, chosen;

    for (uint32_t i = 0; i < l->old; i++)
        copies += l->size[i] != RESCALE_NO_STATE;
    if (copies == 0)
        return 0;
    chosen = nth_copy(l, subtask % copies);
    if (l->old != l->new || copies == l->old)
        return add_copy(l, 0, chosen);
    if (l->size[subtask] == RESCALE_NO_STATE || chosen == subtask)
        return add_copy(l, 0, chosen);
    return add_copy(l, add_copy(l, 0, chosen < subtask ? chosen : subtask),
                    chosen < subtask ? subtask : chosen);
}

/* ---- in-flight data ---- */

/* Their shares of all key groups overlap; how many groups there are makes no difference. */
static bool ranges_meet(uint32_t old, uint32_t olds, uint32_t new, uint32_t news)
{
    struct key_range mine = key_group_range(new, news, MAX_PARALLELISM_LIMIT);

    return old >= key_group_subtask(mine.first, olds, MAX_PARALLELISM_LIMIT) &&
           old <= key_group_subtask(mine.last, olds, MAX_PARALLELISM_LIMIT);
}

bool mapper_reads(enum mapper m, uint32_t old, uint32_t olds, uint32_t new, uint32_t news)
{
    switch (m) {
    case MAPPER_ARBITRARY:
    case MAPPER_ROUND_ROBIN:
        return old % news == new;
    case MAPPER_FIRST:
        return new == 0;
    case MAPPER_FULL:
        return true;
    case MAPPER_RANGE:
        return ranges_meet(old, olds, new, news);
    case MAPPER_UNSUPPORTED:
    case MAPPERS:
        break;
    }
    return false;
}

bool mapper_is_ambiguous(enum mapper m)
{
    return m == MAPPER_FULL || m == MAPPER_RANGE;
}

/* ---- max parallelism ---- */

enum rescale_refusal rescale_check(uint32_t state_max, uint32_t parallelism, uint32_t max)
{
    if (parallelism > state_max)
        return RESCALE_ABOVE_STATE_MAX;
    return max && max != state_max ? RESCALE_MAX_CHANGED : RESCALE_FITS;
}
