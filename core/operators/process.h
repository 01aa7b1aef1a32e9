/* process.h -- ProcessFunction and KeyedProcessFunction: rows, declared state, timers.
 *
 * Timers fire when the watermark passes them, one a resume(), in order of time;
 * one that a timer registers for a time already passed fires in the same
 * advance; one registered by a row waits for the next (flink-semantics 3).
 * Those by the wall clock fire one a step once the task's clock has come to
 * them; what they emit has no timestamp.
 *
 * Flink    KeyedProcessOperator, ProcessOperator.
 */
#ifndef CORE_OPERATORS_PROCESS_H
#define CORE_OPERATORS_PROCESS_H

#include "weir.h"

struct process_config {
    struct weir_process fn;
};

#endif
