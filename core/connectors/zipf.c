#include "connectors/zipf.h"

#include <math.h>

#include "base/mem.h"

enum { FRACTION_BITS = 24 };

/* x^e: the whole part by products, then each binary place of the fraction by one more root. */
static double power(double x, double e)
{
    uint32_t whole = (uint32_t)e;
    double fraction = e - whole, result = 1, root = x;

    while (whole--)
        result *= x;
    for (int i = 0; i < FRACTION_BITS; i++) {
        root = sqrt(root);
        fraction *= 2;
        if (fraction >= 1) {
            result *= root;
            fraction -= 1;
        }
    }
    return result;
}

void zipf_init(struct zipf *z, uint32_t n, double skew)
{
    double sum = 0;

    z->n = n;
    z->sum = mem_alloc(n * sizeof *z->sum);
    for (uint32_t k = 0; k < n; k++)
        z->sum[k] = sum += 1 / power((double)k + 1, skew);
}

void zipf_done(struct zipf *z)
{
    mem_free(z->sum);
    *z = (struct zipf){0};
}

uint32_t zipf_draw(const struct zipf *z, uint64_t random)
{
    double at = (double)(random >> 11) * 0x1p-53 * z->sum[z->n - 1];
    uint32_t low = 0, high = z->n - 1;

    while (low < high) { /* the first whose sum is beyond `at` */
        uint32_t middle = (low + high) / 2;

        if (z->sum[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
