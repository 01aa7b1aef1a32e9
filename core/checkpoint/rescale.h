/* rescale.h -- who gets which state when the parallelism changes.
 *
 *   keyed       by key group: the overlap of an old subtask's range with a new one's
 *   list        all old lists one behind the other, dealt out in runs of (nearly) equal length;
 *               the runs that are one longer go to the first receivers, and the next list begins
 *               dealing behind them
 *   union       everybody gets everything
 *   broadcast   every old copy is the same: new subtask i takes the (i modulo copies)-th
 *   in flight   by a mapper: which old subtasks' channels a new subtask reads
 *
 * With the parallelism unchanged lists and broadcast copies stay where they are (Flink hands a
 * broadcast copy that some subtasks lack to all, and so to some two: loading it twice does no
 * harm).
 *
 * Pure arithmetic; nothing here knows what the elements are.
 *
 * Flink    StateAssignmentOperation, RoundRobinOperatorStateRepartitioner, SubtaskStateMapper.
 */
#ifndef CORE_CHECKPOINT_RESCALE_H
#define CORE_CHECKPOINT_RESCALE_H

#include "data/key_group.h"
#include "graph/partitioner.h"

/* ---- keyed ---- */

/* What of `old` belongs to `mine`; false: nothing. */
bool rescale_overlap(struct key_range old, struct key_range mine, struct key_range *both);

/* ---- operator state ---- */

enum { RESCALE_NO_STATE = -1 }; /* as a size: that subtask has no such state at all */

struct list_run { /* elements first .. first + count - 1 of one old subtask's list */
    uint32_t old, first, count;
};
struct lists {
    uint32_t old, new;    /* parallelisms */
    const int32_t *size;  /* by old subtask */
    struct list_run *run; /* room for old + 1 runs */
};
/* The runs that new subtask `subtask` gets, in order; returns how many. */
uint32_t rescale_list(const struct lists *l, uint32_t start, uint32_t subtask);
/* The receiver where the next list begins; the first list begins at 0. */
uint32_t rescale_list_next(const struct lists *l, uint32_t start);
uint32_t rescale_union(const struct lists *l);
uint32_t rescale_broadcast(const struct lists *l, uint32_t subtask);

/* ---- in-flight data ---- */

/* Does new subtask read what was in flight for old one?  Not for UNSUPPORTED. */
bool mapper_reads(enum mapper m, uint32_t old, uint32_t olds, uint32_t new, uint32_t news);
/* It may hand one old subtask to several new ones, which then must drop what is not theirs. */
bool mapper_is_ambiguous(enum mapper m);

/* ---- max parallelism: for ever ---- */

enum rescale_refusal { RESCALE_FITS, RESCALE_MAX_CHANGED, RESCALE_ABOVE_STATE_MAX };
/* `max`: what the program says, or 0.  The state's is in force unless it is refused. */
enum rescale_refusal rescale_check(uint32_t state_max, uint32_t parallelism, uint32_t max);

#endif
