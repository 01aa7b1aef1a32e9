#include "trace/histogram.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void histogram_init(struct histogram *h, uint32_t window)
{
    assert(window > 0);
    *h = (struct histogram){.window = window};
    h->value = mem_alloc(window * sizeof *h->value);
}

void histogram_done(struct histogram *h)
{
    mem_free(h->value);
    *h = (struct histogram){0};
}

void histogram_add(struct histogram *h, int64_t value)
{
    h->value[h->count++ % h->window] = value;
    if (h->size < h->window)
        h->size++;
}

/* Mean and second moment grow value by value, in the order of their places: rounding is part of the
 * answer. */
struct histogram_statistics histogram_statistics(const struct histogram *h)
{
    struct histogram_statistics s = {0};
    double moment = 0;

    for (uint32_t i = 0; i < h->size; i++) {
        int64_t v = h->value[i];
        double n = i + 1, off = (double)v - s.mean;

        s.min = i == 0 || v < s.min ? v : s.min;
        s.max = i == 0 || v > s.max ? v : s.max;
        s.mean += off / n;
        moment += (n - 1) * off * (off / n);
    }
    s.deviation = h->size > 1 ? sqrt(moment / (h->size - 1)) : 0;
    return s;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

double histogram_quantile(const struct histogram *h, double q)
{
    double at = q * (h->size + 1.0), below = floor(at), quantile;
    int64_t *sorted;
    uint32_t i;

    if (h->size == 0)
        return 0;
    sorted = mem_copy(h->value, h->size * sizeof *sorted);
    qsort(sorted, h->size, sizeof *sorted, ascending);
    if (at < 1) {
        quantile = (double)sorted[0];
    } else if (at >= h->size) {
        quantile = (double)sorted[h->size - 1];
    } else {
        i = (uint32_t)below;
        quantile = (double)sorted[i - 1] +
                   (at - below) * ((double)sorted[i] - (double)sorted[i - 1]);
    }
    mem_free(sorted);
    return quantile;
}
