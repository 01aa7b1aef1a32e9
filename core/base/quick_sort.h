/* quick_sort.h -- sort by index, and leave what ties in an order that is always the same.
 *
 * What is sorted is known by place: compare two places, swap two places.  The
 * sort is not stable, yet a function of the answers of `compare` alone: the
 * same input gives the same order on every machine, which qsort() does not
 * promise.
 *
 *   Q1  pivot: the median of first, middle and last; ties with it are moved to both ends while
 *       partitioning, then to the middle (Bentley and McIlroy)
 *   Q2  fewer than QUICK_SORT_SMALL items are sorted by insertion
 *   Q3  a part deeper than 4 * ceil(log2 n) partitions is sorted by a heap, so no input is slow
 *
 * Source   Bentley, McIlroy: Engineering a Sort Function, 1993.
 * Flink    QuickSort, HeapSort: the same choices, so ties come out as they do there.
 */
#ifndef CORE_BASE_QUICK_SORT_H
#define CORE_BASE_QUICK_SORT_H

#include <stddef.h>

enum { QUICK_SORT_SMALL = 13 };

struct sortable {
    void *of;
    int (*compare)(const void *of, size_t i, size_t j); /* <0, 0, >0 */
    void (*swap)(void *of, size_t i, size_t j);
};

void quick_sort(const struct sortable *s, size_t count);

#endif
