/* async.h -- async I/O: a row asks, waits in a queue, and leaves with its answer.
 *
 *   "async"   async_config
 *
 *   W1  while `capacity` elements wait the operator owes, so nothing more comes in
 *   W2  the end of time goes on when the queue is empty.  Behind it no retry waits for its delay,
 *       and "not found" is the answer
 *   W3  the snapshot is the queue's elements in their order; restored ones are asked anew
 *
 * One element leaves a step.  Answers, time-outs and retries are looked for when the clock has come
 * to the least of their times.
 *
 * Flink    AsyncWaitOperator.
 */
#ifndef CORE_OPERATORS_ASYNC_H
#define CORE_OPERATORS_ASYNC_H

#include "base/lookup.h"
#include "weir.h"

struct async_config {
    struct weir_async fn; /* its capacity is set */
    const struct lookup_class *service;
    const void *service_with;
    bool key_is_text; /* what the service is asked by */
};

#endif
