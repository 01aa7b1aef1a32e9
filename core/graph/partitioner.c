#include "graph/partitioner.h"

#include <assert.h>

#include "data/key_group.h"
#include "data/row.h"

const char *mapper_name(enum mapper m)
{
    static const char *const names[] = {
#define MAPPER_NAME_(name) #name,
        MAPPER_LIST(MAPPER_NAME_)};

    return (unsigned)m < MAPPERS ? names[m] : "?";
}

struct partitioner_traits partitioner_traits(enum ship s)
{
    static const struct partitioner_traits traits[SHIPS] = {
        [SHIP_FORWARD] = {true, false, false, MAPPER_UNSUPPORTED, MAPPER_UNSUPPORTED},
        [SHIP_REBALANCE] = {false, false, true, MAPPER_ARBITRARY, MAPPER_ROUND_ROBIN},
        [SHIP_RESCALE] = {true, false, false, MAPPER_UNSUPPORTED, MAPPER_UNSUPPORTED},
        [SHIP_SHUFFLE] = {false, false, true, MAPPER_ARBITRARY, MAPPER_ROUND_ROBIN},
        [SHIP_BROADCAST] = {false, true, false, MAPPER_UNSUPPORTED, MAPPER_UNSUPPORTED},
        [SHIP_GLOBAL] = {false, false, true, MAPPER_ARBITRARY, MAPPER_FIRST},
        [SHIP_HASH] = {false, false, true, MAPPER_ARBITRARY, MAPPER_RANGE},
        [SHIP_CUSTOM] = {false, false, false, MAPPER_ARBITRARY, MAPPER_FULL},
    };

    return traits[s];
}

void partitioner_init(struct partitioner *p, enum ship s, uint32_t channels,
                      uint32_t max_parallelism, uint64_t drawn)
{
    assert(channels >= 1);
    *p = (struct partitioner){.ship = s,
                              .channels = channels,
                              .max_parallelism = max_parallelism,
                              .next = channels - 1,
                              .rng = rng_of(drawn, "shuffle")};
    if (s == SHIP_REBALANCE)
        p->next = (uint32_t)(drawn % channels);
}

uint32_t partitioner_select(struct partitioner *p, uint32_t key_group, struct span key)
{
    switch (p->ship) {
    case SHIP_REBALANCE:
    case SHIP_RESCALE:
        p->next = p->next + 1 < p->channels ? p->next + 1 : 0;
        return p->next;
    case SHIP_SHUFFLE:
        return (uint32_t)rng_below(&p->rng, p->channels);
    case SHIP_HASH:
        return key_group_subtask(key_group, p->channels, p->max_parallelism);
    case SHIP_CUSTOM:
        return p->partition((struct weir_text){(const char *)key.p, (uint32_t)key.bytes},
                            row_key_number(key), p->channels);
    case SHIP_FORWARD:
    case SHIP_GLOBAL:
    case SHIP_BROADCAST:
    case SHIPS:
        break;
    }
    return 0;
}

static uint32_t ceil_div(uint64_t a, uint64_t b)
{
    return (uint32_t)((a + b - 1) / b);
}

static bool is_pointwise(enum ship s)
{
    return partitioner_traits(s).pointwise;
}

/* Pointwise, more consumers than producers: the first consumer of producer p. */
static uint32_t first_consumer(uint32_t up, uint32_t down, uint32_t p)
{
    return ceil_div((uint64_t)p * down, up);
}

uint32_t wiring_inputs(enum ship s, uint32_t up, uint32_t down, uint32_t consumer)
{
    uint64_t i = consumer;

    if (!is_pointwise(s))
        return up;
    if (up < down)
        return 1;
    return (uint32_t)((i + 1) * up / down - i * up / down);
}

void wiring_input(enum ship s, uint32_t up, uint32_t down, uint32_t consumer, uint32_t n,
                  uint32_t *producer, uint32_t *subpartition)
{
    uint64_t i = consumer;

    *producer = n;
    *subpartition = consumer;
    if (!is_pointwise(s))
        return;
    if (up < down) {
        *producer = (uint32_t)(i * up / down);
        *subpartition = consumer % wiring_outputs(s, up, down, *producer);
    } else {
        *producer = (uint32_t)(i * up / down) + n;
        *subpartition = 0;
    }
}

uint32_t wiring_outputs(enum ship s, uint32_t up, uint32_t down, uint32_t producer)
{
    if (!is_pointwise(s))
        return down;
    if (up >= down)
        return 1;
    return first_consumer(up, down, producer + 1) - first_consumer(up, down, producer);
}

uint32_t wiring_output(enum ship s, uint32_t up, uint32_t down, uint32_t producer, uint32_t sub)
{
    uint32_t first, count;

    if (!is_pointwise(s))
        return sub;
    if (up >= down) /* the consumer whose range of producers holds this one */
        return ceil_div((uint64_t)(producer + 1) * down, up) - 1;
    first = first_consumer(up, down, producer);
    count = wiring_outputs(s, up, down, producer);
    return first + (sub + count - first % count) % count;
}
