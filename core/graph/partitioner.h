/* partitioner.h -- which consumer a row goes to, and who is connected to whom.
 *
 * A partitioner chooses among the channels of one producing subtask:
 *
 *   FORWARD    0                          REBALANCE  next, from a drawn start, moved before use
 *   RESCALE    next, from 0               SHUFFLE    drawn for each row
 *   BROADCAST  all                        GLOBAL     0
 *   HASH       the owner of the key group CUSTOM     the user's function
 *
 * Wiring: an all-to-all edge connects every producer to every consumer; a
 * pointwise one (FORWARD, RESCALE) only neighbours.  With P producers, C
 * consumers: if P >= C consumer i reads producers i*P/C .. (i+1)*P/C - 1; else
 * producer p feeds consumers ceil(p*C/P) .. ceil((p+1)*C/P) - 1, and consumer i
 * is its sub-partition i modulo the number of its consumers: the *order* of
 * sub-partitions is not that of the consumers (vector partition-2).
 *
 * Random numbers are drawn from a seed given by the task, never from the clock.
 *
 * Flink    StreamPartitioner and its subclasses, VertexInputInfoComputationUtils.
 */
#ifndef CORE_GRAPH_PARTITIONER_H
#define CORE_GRAPH_PARTITIONER_H

#include "base/bytes.h"
#include "base/rng.h"
#include "graph/dataflow.h"

#define MAPPER_LIST(M) M(ARBITRARY) M(FIRST) M(FULL) M(RANGE) M(ROUND_ROBIN) M(UNSUPPORTED)
enum mapper {
#define MAPPER_ENUM_(name) MAPPER_##name,
    MAPPER_LIST(MAPPER_ENUM_) MAPPERS
};
const char *mapper_name(enum mapper m);

struct partitioner_traits {
    bool pointwise, broadcast;
    bool unaligned_supported;
    enum mapper output, input; /* match producing, consuming subtasks */
};
struct partitioner_traits partitioner_traits(enum ship s);

struct partitioner {
    enum ship ship;
    uint32_t channels;
    uint32_t max_parallelism;  /* HASH */
    uint32_t next;             /* REBALANCE, RESCALE: last used */
    struct rng rng;            /* SHUFFLE */
    weir_partition *partition; /* CUSTOM */
};

/* `drawn` = any number; the start of REBALANCE is drawn % channels. */
void partitioner_init(struct partitioner *p, enum ship s, uint32_t channels,
                      uint32_t max_parallelism, uint64_t drawn);
/* The channel of the next row.  `key_group` counts for HASH, `key` for CUSTOM.  Not for
 * BROADCAST.  What the function of CUSTOM says is the caller's to check. */
uint32_t partitioner_select(struct partitioner *p, uint32_t key_group, struct span key);

/* The edge's wiring.  Inputs of consumer i, in channel order: `producers` of them, input n reads
 * sub-partition *subpartition of *producer. */
uint32_t wiring_inputs(enum ship s, uint32_t up, uint32_t down, uint32_t consumer);
void wiring_input(enum ship s, uint32_t up, uint32_t down, uint32_t consumer, uint32_t n,
                  uint32_t *producer, uint32_t *subpartition);
/* Consumers of producer p: how many, and the one behind sub-partition `sub`. */
uint32_t wiring_outputs(enum ship s, uint32_t up, uint32_t down, uint32_t producer);
uint32_t wiring_output(enum ship s, uint32_t up, uint32_t down, uint32_t producer, uint32_t sub);

#endif
