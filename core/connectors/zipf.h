/* zipf.h -- draws in which few values are very frequent: P(k) ~ 1 / (k+1)^skew, k = 0 .. n-1.
 *
 * A table of the sums of weights, searched by halves.  The powers are made of products, quotients
 * and square roots only, which IEEE 754 rounds in one way everywhere: libm's pow() differs from
 * machine to machine, and what is drawn is part of what a run is.
 */
#ifndef CORE_CONNECTORS_ZIPF_H
#define CORE_CONNECTORS_ZIPF_H

#include <stdint.h>

enum { ZIPF_VALUES_MAX = 1 << 20, ZIPF_SKEW_MAX = 8 };

struct zipf {
    uint32_t n;
    double *sum; /* of the weights 0 .. k */
};

/* n in 1..ZIPF_VALUES_MAX; skew in 0..ZIPF_SKEW_MAX, where 0 gives every value the same weight. */
void zipf_init(struct zipf *z, uint32_t n, double skew);
void zipf_done(struct zipf *z);
/* From 64 random bits. */
uint32_t zipf_draw(const struct zipf *z, uint64_t random);

#endif
