/* rng.h -- seeded random numbers, one stream a component.
 *
 * Split per component by name, so that one more draw here does not shift the
 * draws there.  Streams are for the simulator and tests; mix64() alone is a hash, for anyone.
 *
 * Source   splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
#ifndef CORE_BASE_RNG_H
#define CORE_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

struct rng rng_of(uint64_t seed, const char *component);
uint64_t rng_next(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t limit); /* 0 .. limit-1; limit > 0; unbiased enough */
uint64_t mix64(uint64_t x);                        /* splitmix64's finaliser */

#endif
