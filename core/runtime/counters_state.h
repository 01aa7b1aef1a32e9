/* counters_state.h -- what a task has counted is part of its state.
 *
 * So totals reconcile to the row, with and without a failure.  (Flink's counters
 * restart at 0.)  Times are not: they are the attempt's own.
 */
#ifndef CORE_RUNTIME_COUNTERS_STATE_H
#define CORE_RUNTIME_COUNTERS_STATE_H

#include "state/snapshot.h"
#include "trace/counters.h"

void counters_snapshot(const struct counters *c, struct snapshot_out *out);
void counters_restore(struct counters *c, const struct snapshot_in *in); /* none there: as it is */

#endif
