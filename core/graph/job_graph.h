/* job_graph.h -- chains of operators become vertices; vertices become subtasks.
 *
 * Two operators share a vertex if rows can pass between them by a call
 * (flink-semantics 8.2): one input edge, FORWARD, equal parallelism, one slot
 * group, both chaining strategies allow it, chaining is on.  So an operator
 * with two inputs, or behind a union, begins a vertex.
 *
 * A slot holds at most one subtask of each vertex of its group; groups share
 * no slot, so a job needs for each as many as its widest vertex has subtasks.
 *
 * Tasks are numbered over all vertices: task = first_task + subtask.  The
 * number is the task's for the whole job; attempts differ by their attempt.
 *
 * Flink    StreamingJobGraphGenerator; JobVertex, JobEdge.
 */
#ifndef CORE_GRAPH_JOB_GRAPH_H
#define CORE_GRAPH_JOB_GRAPH_H

#include "base/bytes.h"
#include "graph/dataflow.h"

/* Where one output of a chained operator goes: to an operator of the same chain, or out. */
struct chain_link {
    uint32_t from; /* index in vertex.node */
    uint32_t tag;
    bool chained;
    uint32_t to; /* chained: index in vertex.node; else index in job_graph.edge */
};

struct vertex {
    uint32_t id;
    const char *name; /* "csv -> (filter, map -> print)", as Flink draws it */
    const char *uid;  /* of the head operator; names snapshots */
    uint32_t parallelism, max_parallelism;
    uint32_t first_task;
    uint32_t first_slot; /* of its group: subtask i is in slot first_slot + i */
    const char *slot_group;
    uint32_t nodes;
    const struct node **node; /* in program order; node[0] is the head */
    uint32_t links;
    struct chain_link *link;
    uint32_t in_edges, out_edges; /* counts */
    uint32_t *in_edge, *out_edge; /* indexes in job_graph.edge, in program order */
    bool is_source;
};

struct job_edge {
    uint32_t id;
    uint32_t from, to;  /* vertices */
    uint32_t from_node; /* index in the producing vertex */
    uint32_t tag;
    bool second; /* of the second input of the consumer's head */
    enum ship ship;
    int key_column;
    weir_partition *partition; /* CUSTOM */
    const struct weir_schema *type;
    uint32_t input; /* index of this edge among the consumer's in_edges */
};

struct job_graph {
    const struct dataflow *dataflow;
    uint64_t hash; /* dataflow_hash() and what chaining made of it */
    bool is_batch; /* execution.runtime-mode */
    uint32_t vertices, edges, tasks, slots;
    struct vertex *vertex;
    struct job_edge *edge;
};

/* What one job may have: more is refused when it is built.  A channel costs about 30 KiB. */
enum {
    JOB_TASKS_MAX = 4000,
    JOB_CHANNELS_MAX = 1 << 15,
    INPUT_CHANNELS_MAX = 1024 /* of a task */
};

struct job_graph *job_graph_build(struct arena *a, const struct dataflow *d,
                                  const struct options *o, struct diag *why); /* NULL on error */
const struct vertex *job_graph_vertex_of(const struct job_graph *g, uint32_t task);
uint32_t job_graph_subtask_of(const struct job_graph *g, uint32_t task);
bool vertex_unites_state(const struct vertex *v); /* one of its operators does */
uint32_t job_graph_slot_of(const struct job_graph *g, uint32_t task); /* 0 .. slots - 1 */
/* "window[1]": the name of the vertex's head operator (its uid, where several heads have the same
 * name) and the subtask. */
void job_graph_task_name(const struct job_graph *g, uint32_t task, char out[64]);
/* Tasks named by `subject` ("window[1]", "window[*]", "window", a uid or an operator's name):
 * count, the first `max` in `task`.  0: unknown, and *nearest is the nearest name or NULL. */
uint32_t job_graph_find(const struct job_graph *g, const char *subject, uint32_t *task,
                        uint32_t max, const char **nearest);
void job_graph_explain(const struct job_graph *g, struct bytes *out); /* text, a line a vertex */

#endif
