/* subtask_lists.h -- lists that belong to a subtask, not to a key: operator state.
 *
 *   L1  elements are written one by one, each with its length, so a list can be cut between any two
 *       of them and dealt out to another number of subtasks
 *   L2  at a restore a WEIR_OPERATOR_LIST takes the elements of its own subtask, a
 *       WEIR_OPERATOR_UNION those of all subtasks in their order, its own among them
 *   L3  what a read returned stays valid until subtask_lists_turn(), even if the list was cleared
 *
 * Flink    DefaultOperatorStateBackend: SPLIT_DISTRIBUTE, UNION.
 */
#ifndef CORE_STATE_SUBTASK_LISTS_H
#define CORE_STATE_SUBTASK_LISTS_H

#include "base/bytes.h"
#include "base/err.h"
#include "weir.h"

struct subtask_lists;

static inline bool state_is_of_subtask(const struct weir_state *d)
{
    return d->kind == WEIR_OPERATOR_LIST || d->kind == WEIR_OPERATOR_UNION;
}
/* One list for each entry of `decl[WEIR_STATES]` that is of the subtask, under its index; NULL:
 * there is none.  `decl` is borrowed. */
struct subtask_lists *subtask_lists_new(const struct weir_state *decl);
void subtask_lists_free(struct subtask_lists *l); /* NULL is fine */
void subtask_lists_turn(struct subtask_lists *l); /* a callback is over; NULL is fine */

/* Images, 8-aligned; an empty span beyond the count. */
uint32_t subtask_list_count(const struct subtask_lists *l, int state);
struct span subtask_list_at(const struct subtask_lists *l, int state, uint32_t i);
void subtask_list_add(struct subtask_lists *l, int state, struct span image);
void subtask_list_clear(struct subtask_lists *l, int state);

void subtask_lists_snapshot(const struct subtask_lists *l, struct bytes *out);
/* One subtask's snapshot; called for each, in order, if a list unites. */
int subtask_lists_restore(struct subtask_lists *l, struct reader *r, bool is_own, const char *what,
                          struct diag *why);

#endif
