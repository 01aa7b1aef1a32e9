/* timers.h -- which of an operator's timers fires next, by event time or at the end of a batch key.
 *
 * A watermark makes event timers due.  In batch there is no wall clock: its
 * timers fire behind those by event time when their key is over, whatever they
 * are set for; and what is set by a timer that fires there is dropped, as its
 * time would never come.
 *
 * Flink    InternalTimerServiceImpl.advanceWatermark, BatchExecutionInternalTimeService.
 */
#ifndef CORE_CALLBACK_TIMERS_H
#define CORE_CALLBACK_TIMERS_H

#include "runtime/operator.h"
#include "time/timerq.h"

/* The queue whose head is due by op's watermark; NULL: none.  Both queues may be NULL. */
struct timerq *timers_due(const struct operator* op, struct timerq *event,
                          struct timerq *processing);
/* What on_watermark and resume answer: MORE while one is due. */
enum progress timers_progress(const struct operator* op, struct timerq *event,
                              struct timerq *processing);
/* When the wall clock must be looked at again, for op->deadline_us. */
int64_t timers_deadline_us(const struct operator* op, const struct timerq *processing);

#endif
