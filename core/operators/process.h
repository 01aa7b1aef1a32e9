/* process.h -- the process functions: rows of one input or two, declared state, timers.
 *
 *   "process"             weir_process
 *   "co_process"          weir_co_process: two inputs, one state
 *   "broadcast_process"   weir_broadcast: rows of the second input reach every subtask and change
 *                         maps that belong to the subtask, not to a key; only they may
 *   "own_sink"            weir_sink: no output; told of checkpoints
 *
 * Timers fire when the watermark passes them, one a resume(), in order of time;
 * one that a timer registers for a time already passed fires in the same
 * advance; one registered by a row waits for the next (flink-semantics 3).
 * Those by the wall clock fire one a step once the task's clock has come to
 * them; what they emit has no timestamp.
 *
 * Broadcast maps are in the snapshot of every subtask; each gets its own back.
 *
 * Flink    KeyedProcessOperator, ProcessOperator, KeyedCoProcessOperator,
 *          CoBroadcastWithKeyedOperator, CoBroadcastWithNonKeyedOperator.
 */
#ifndef CORE_OPERATORS_PROCESS_H
#define CORE_OPERATORS_PROCESS_H

#include "weir.h"

struct process_config {
    struct weir_process fn;
    weir_on_row *on_row_2;                    /* of the second input */
    struct weir_state broadcast[WEIR_STATES]; /* broadcast_process only */
    struct weir_sink sink;                    /* own_sink only; fn has its state and functions */
};

#endif
