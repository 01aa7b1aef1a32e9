/* dataflow.h -- the program as it was written: operators and the edges between them.
 *
 * Built by the API in program order, so node numbers, and everything derived
 * from them, are deterministic.  Read-only once built: what changes while a
 * job runs lives elsewhere (Postgres' split of plan and state).
 *
 * A node names its operator class (a word; the class itself lives in a higher
 * room) and carries that class's config struct, opaque here.
 */
#ifndef CORE_GRAPH_DATAFLOW_H
#define CORE_GRAPH_DATAFLOW_H

#include "base/arena.h"
#include "base/err.h"
#include "graph/options.h"
#include "weir.h"

enum {
    DATAFLOW_NODES_MAX = 256,
    TAG_MAIN = 0,
    TAG_SIDE = 1,
    TAG_LATE = 1 + WEIR_TAGS,
    TAG_LATE_2,
    OUTPUT_TAGS,
    TAG_BAD = TAG_LATE /* of a source, where no row is late */
};
/* an output of an operator: TAG_MAIN, TAG_SIDE + i of weir_emit_to(), TAG_LATE; TAG_LATE_2 of its
 * second input; TAG_BAD of a source's lines that are no rows */

#define SHIP_LIST(S)                                                                               \
    S(FORWARD, "FORWARD")                                                                          \
    S(REBALANCE, "REBALANCE")                                                                      \
    S(RESCALE, "RESCALE")                                                                          \
    S(SHUFFLE, "SHUFFLE")                                                                          \
    S(BROADCAST, "BROADCAST")                                                                      \
    S(GLOBAL, "GLOBAL")                                                                            \
    S(HASH, "HASH")                                                                                \
    S(CUSTOM, "CUSTOM")
enum ship {
#define SHIP_ENUM_(name, word) SHIP_##name,
    SHIP_LIST(SHIP_ENUM_) SHIPS
};
const char *ship_name(enum ship s);

/* May rows come by a call: always; never, but they may go on so; neither; only from a source. */
enum chaining { CHAINING_ALWAYS, CHAINING_HEAD, CHAINING_NEVER, CHAINING_HEAD_WITH_SOURCES };
#define SLOT_GROUP_DEFAULT "default"

struct node {
    uint32_t id;      /* index in dataflow.node */
    const char *name; /* for people: "filter" */
    const char *uid;  /* names its state; derived from name and position if not set */
    bool uid_is_set;
    const char *class_name; /* operator class: "filter", "process", "csv_source" */
    const void *config;     /* of that class */
    uint64_t config_hash;   /* of what it says: sizes, paths, declared state; not of addresses */
    const void *with;       /* the function's constants */
    uint32_t with_bytes;
    const struct weir_schema *in, *out; /* in: NULL for a source; out: NULL for a sink */
    int key_column;                     /* of `in` when its input is keyed, else -1 */
    const struct weir_schema *in_2;     /* of its second input; NULL: it has none */
    int key_column_2;                   /* of in_2 */
    uint32_t parallelism;               /* >= 1 once sealed */
    uint32_t max_parallelism;           /* 0: the job's, or else by the parallelism */
    const char *slot_group; /* once sealed: that of its inputs if they agree, or else the default */
    enum chaining chaining;
    bool is_source, is_sink;
    bool is_unbounded; /* a source that does not end by itself */
    bool is_all;       /* not keyed and yet with keyed state: all of it is that of the empty key */
    bool unites_state; /* operator state that each subtask gets from all at a restore */
    struct weir_here here;
};

struct edge {
    uint32_t from, to; /* nodes */
    uint32_t tag;      /* which output of `from` */
    bool second;       /* it is of the second input of `to`; those of the first come before */
    enum ship ship;
    bool ship_is_set;          /* false: FORWARD if the parallelisms are equal, else REBALANCE */
    int key_column;            /* HASH, CUSTOM: of the row type on the edge; else -1 */
    weir_partition *partition; /* CUSTOM */
    const struct weir_schema *type;
};

struct dataflow {
    struct arena *arena; /* the job's; owns all of this */
    const char *name;
    struct node node[DATAFLOW_NODES_MAX];
    uint32_t nodes;
    struct edge edge[2 * DATAFLOW_NODES_MAX];
    uint32_t edges;
};

struct dataflow *dataflow_new(struct arena *a, const char *name);
struct node *dataflow_add(struct dataflow *d, const char *class_name, const char *name,
                          struct weir_here here, struct diag *why);
struct edge *dataflow_connect(struct dataflow *d, uint32_t from, uint32_t tag, uint32_t to,
                              struct diag *why);
/* Fill in what was left open (parallelism, uids, slot groups, ships) and check the whole: a
 * duplicate uid, a forward between different parallelisms, a stream nobody reads (fine), no
 * source. */
int dataflow_seal(struct dataflow *d, const struct options *o, struct diag *why);
/* Of names, classes, configs, schemas, parallelisms, edges and constants (not of addresses): part
 * of every handshake and every checkpoint. */
uint64_t dataflow_hash(const struct dataflow *d);

#endif
