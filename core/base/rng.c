#include "base/rng.h"

#include "base/hash.h"

uint64_t mix64(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

struct rng rng_of(uint64_t seed, const char *component)
{
    struct span name = span_text(component);

    return (struct rng){mix64(seed + 0x9e3779b97f4a7c15u) ^ hash_bytes(name.p, name.bytes)};
}

uint64_t rng_next(struct rng *r)
{
    r->state += 0x9e3779b97f4a7c15u;
    return mix64(r->state);
}

uint64_t rng_below(struct rng *r, uint64_t limit)
{
    return (uint64_t)((unsigned __int128)rng_next(r) * limit >> 64);
}
