/* toy.h -- toy operators, and tasks stepped by hand, for tests of the data plane.
 *
 *   toy_source   rows 1, 2, 3 ...; after each, if asked, a watermark of the same number
 *   toy_burst    answers row n by: row 10n+1, watermark 10n+1, row 10n+2, watermark 10n+2; if asked,
 *                "active" before and "idle" behind them
 *   toy_owing    passes rows on; owes `portions` rows for each watermark: 1000 * watermark + i; and
 *                `more` rows for each that it sent: 100 * row + i
 *   toy_sink     writes into its log what comes: "r5 w5 wE idle live fin snap3 ok3 done-1"
 *
 * A row is one BIGINT; its event time is the same number.
 */
#ifndef TESTS_TOY_H
#define TESTS_TOY_H

#include "base/arena.h"
#include "graph/job_graph.h"
#include "runtime/task.h"

enum { TOY_TASKS = 16 };

struct toy { /* config of every toy; what does not concern a toy is 0 */
    int64_t rows;
    bool watermarks, statuses;
    int64_t wait_every;    /* source: WAIT before each row that it divides */
    int64_t time_every_us; /* owing: on_time() wants to be called so often, and emits row 7 */
    uint32_t portions, more;
    bool requests;     /* sink: asks for a write in snapshot and for a rename at completion */
    int64_t fails_at;  /* sink: this row fails the task */
    struct bytes *log; /* sink */
};

struct rig {
    struct arena *arena;
    struct options *options;
    struct dataflow *flow;
    struct job_graph *graph;
    struct buffer_pool *pool;
    struct trace *trace; /* may be NULL */
    struct task *task[TOY_TASKS];
    struct actions todo; /* what tasks have decided; the test looks and clears */
    struct diag why;
    int64_t now_us;
    uint32_t segment_bytes, budget; /* of the pool; 1024 and 1000 by default */
};

void rig_init(struct rig *r, const char *const *pairs); /* options, NULL-terminated; or NULL */
void rig_done(struct rig *r);
/* Nodes and edges, in program order; then rig_open() builds the graph and every task. */
uint32_t rig_add(struct rig *r, const char *class_name, const struct toy *config,
                 uint32_t parallelism);
struct edge *rig_connect(struct rig *r, uint32_t from, uint32_t to, enum ship ship);
void rig_open(struct rig *r);
/* One task from a snapshot; NULL with r->why. */
struct task *rig_task(struct rig *r, uint32_t task, uint32_t attempt, struct span snapshot,
                      uint32_t checkpoint);

/* Step a task until it says something else than MORE (at most `most` steps). */
enum task_progress rig_run(struct rig *r, uint32_t task, uint32_t most);
/* Carry the parcels of one task, or of all, to where they belong; returns how many moved. */
uint32_t rig_move_from(struct rig *r, uint32_t task);
uint32_t rig_move(struct rig *r);
/* Everybody runs and everything moves, until nothing does. */
void rig_settle(struct rig *r);
/* Answer every write and rename in `todo` with `result`; messages stay, the rest is removed. */
void rig_answer(struct rig *r, int result);
/* How many messages of the kind are in `todo`; the last one, or NULL. */
uint32_t rig_count(const struct rig *r, enum message_kind kind);
const struct message *rig_last(const struct rig *r, enum message_kind kind);

const struct operator_class *toys_find(const char *name);

#endif
