#include "base/quick_sort.h"

struct part { /* first .. end - 1 */
    size_t first, end;
};

static int compare(const struct sortable *s, size_t i, size_t j)
{
    return s->compare(s->of, i, j);
}

static void swap(const struct sortable *s, size_t i, size_t j)
{
    s->swap(s->of, i, j);
}

static void put_in_order(const struct sortable *s, size_t i, size_t j)
{
    if (compare(s, i, j) > 0)
        swap(s, i, j);
}

static void insertion_sort(const struct sortable *s, struct part p)
{
    for (size_t i = p.first; i < p.end; i++)
        for (size_t j = i; j > p.first && compare(s, j - 1, j) > 0; j--)
            swap(s, j, j - 1);
}

/* ---- Q3: a heap with its greatest item at `p.first`, which is item 1 ---- */

static void sift_down(const struct sortable *s, struct part p, size_t item)
{
    size_t count = p.end - p.first, before = p.first - 1; /* item i lies at before + i */

    for (size_t child = 2 * item; child <= count; child = 2 * item) {
        if (child < count && compare(s, before + child, before + child + 1) < 0)
            child++;
        if (compare(s, before + item, before + child) >= 0)
            return;
        swap(s, before + item, before + child);
        item = child;
    }
}

/* Whole levels of the heap from the deepest that has children, each from left to right. */
static void build_heap(const struct sortable *s, struct part p)
{
    size_t level = 1;

    while (2 * level <= p.end - p.first)
        level *= 2;
    for (level /= 2; level >= 1; level /= 2)
        for (size_t item = level; item < 2 * level; item++)
            sift_down(s, p, item);
}

static void heap_sort(const struct sortable *s, struct part p)
{
    build_heap(s, p);
    while (p.end - p.first > 1) {
        swap(s, p.first, --p.end);
        sift_down(s, p, 1);
    }
}

/* ---- Q1 ---- */

/* The median of three goes to the first place. */
static void choose_pivot(const struct sortable *s, struct part p)
{
    size_t middle = p.first + (p.end - p.first) / 2, last = p.end - 1;

    put_in_order(s, middle, p.first);
    put_in_order(s, middle, last);
    put_in_order(s, p.first, last);
}

/* Items that equal the pivot, which is at p.first, wait at both ends: p.first .. low and
 * high .. p.end - 1.  Returns the items between, as they end up: those less, those greater. */
static void partition(const struct sortable *s, struct part p, struct part *less,
                      struct part *greater)
{
    size_t i = p.first, j = p.end, low = p.first, high = p.end;

    for (;;) {
        int order;

        while (++i < j && (order = compare(s, i, p.first)) <= 0)
            if (order == 0 && ++low != i)
                swap(s, low, i);
        while (--j > i && (order = compare(s, p.first, j)) <= 0)
            if (order == 0 && --high != j)
                swap(s, high, j);
        if (i >= j)
            break;
        swap(s, i, j);
    }
    j = i;
    for (size_t equal = low + 1; equal-- > p.first;)
        swap(s, equal, --i);
    while (high < p.end)
        swap(s, high++, j++);
    *less = (struct part){p.first, i};
    *greater = (struct part){j, p.end};
}

/* The smaller side by a call, the greater by going on: the stack stays shallow. */
static void sort_part(const struct sortable *s, struct part p, int depth)
{
    struct part less, greater;

    while (p.end - p.first >= QUICK_SORT_SMALL) {
        if (--depth < 0) {
            heap_sort(s, p);
            return;
        }
        choose_pivot(s, p);
        partition(s, p, &less, &greater);
        if (less.end - less.first < greater.end - greater.first) {
            sort_part(s, less, depth);
            p = greater;
        } else {
            sort_part(s, greater, depth);
            p = less;
        }
    }
    insertion_sort(s, p);
}

static int depth_max(size_t count)
{
    int bits = 0;

    while ((size_t)1 << bits < count)
        bits++;
    return 4 * bits;
}

void quick_sort(const struct sortable *s, size_t count)
{
    sort_part(s, (struct part){0, count}, depth_max(count));
}
