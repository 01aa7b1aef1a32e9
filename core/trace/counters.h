/* counters.h -- the numbers a task counts, under Flink's metric names.
 *
 * One fixed set a task: plain integers that the task alone writes and anyone
 * may read between two steps.  Times are virtual or real microseconds, as the
 * driver's clock is; busy + idle + backpressured = time since the start.
 */
#ifndef CORE_TRACE_COUNTERS_H
#define CORE_TRACE_COUNTERS_H

#include <stdint.h>

#define COUNTER_LIST(C)                                                                            \
    C(RECORDS_IN, "numRecordsIn")                                                                  \
    C(RECORDS_OUT, "numRecordsOut")                                                                \
    C(BYTES_OUT, "numBytesOut")                                                                    \
    C(BUFFERS_OUT, "numBuffersOut")                                                                \
    C(LATE_DROPPED, "numLateRecordsDropped")                                                       \
    C(LATE_ROWS, "numLateRecords") /* ours: dropped or to the side output */                       \
    C(FIRED_TIMERS, "numFiredTimers")                                                              \
    C(WINDOWS_FIRED, "numWindowsFired") /* ours */                                                 \
    C(BAD_ROWS, "numBadRows")           /* ours: rows a source skipped */                          \
    C(BUSY_US, "accumulateBusyTimeUs")                                                             \
    C(IDLE_US, "accumulateIdleTimeUs")                                                             \
    C(BACKPRESSURED_US, "accumulateBackPressuredTimeUs")

enum counter {
#define COUNTER_ENUM_(name, word) COUNTER_##name,
    COUNTER_LIST(COUNTER_ENUM_) COUNTERS
};

struct counters {
    uint64_t of[COUNTERS];
};

const char *counter_name(int counter); /* "numRecordsIn" */

#endif
