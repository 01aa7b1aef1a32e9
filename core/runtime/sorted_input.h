/* sorted_input.h -- the input of a task in batch: a key at a time, its rows in order of time.
 *
 * What a gate gives is kept until its data has ended, then sorted and given
 * again: rows by key (data/key_bytes.h), those of one key by timestamp, those
 * of one time as base/quick_sort.h leaves them.  Behind the last row of each
 * key comes KEY_OVER; behind the last key the end of time and the end of data.
 * Two inputs are sorted each for itself and merged by key and time; a second
 * input without keys (broadcast) is not kept, so all of it comes first.
 *
 *   B1  no watermark and no status comes out before the end of time: while rows flow nothing is
 *       promised, so nothing is late
 *   B2  each key comes once, its rows without another key's between
 *   B3  no checkpoint begins before the data of all tasks has ended: what is kept is no state
 *
 * All rows of the task are in memory; there is no spilling.
 *
 * Flink    SortingDataInput and MultiInputSortingDataInput with ExternalSorter, in memory.
 */
#ifndef CORE_RUNTIME_SORTED_INPUT_H
#define CORE_RUNTIME_SORTED_INPUT_H

#include "runtime/gate.h"

struct sorted_input;

/* NULL where it is not batch, or nothing is keyed. */
struct sorted_input *sorted_input_new(const struct job_graph *g, const struct vertex *v);
void sorted_input_free(struct sorted_input *s); /* NULL is fine */
/* What the gate gives next, if it is from here; false: what comes is. */
bool sorted_input_give(struct sorted_input *s, struct gate_item *item);
/* What came: kept, made GATE_NOTHING, or left as it is. */
void sorted_input_take(struct sorted_input *s, struct gate_item *item);

#endif
