/* task_time.h -- what a task does with its time: idle, back-pressured, or else busy.
 *
 * Soft back-pressure: the task sees that there is no room and does not begin; hard: it waits for
 * room in the middle of a row.  Busy is what neither says.
 *
 * Flink    TaskIOMetricGroup; JobVertexBackPressureHandler for the levels.
 */
#ifndef CORE_TRACE_TASK_TIME_H
#define CORE_TRACE_TASK_TIME_H

#include "trace/timer_gauge.h"

struct task_time {
    int64_t started_ms;
    struct timer_gauge idle, soft, hard;
};

int64_t task_time_backpressured(const struct task_time *t);    /* milliseconds a second */
int64_t task_time_busy(const struct task_time *t);             /* the same: the rest of 1000 */
int64_t task_time_backpressured_ms(const struct task_time *t); /* since the start */
int64_t task_time_busy_ms(const struct task_time *t, int64_t now_ms);

/* L(name, most): the level of a task that is back-pressured this many milliseconds a second.  That
 * of a vertex is its worst task's. */
#define PRESSURE_LIST(L) L(OK, 100) L(LOW, 500) L(HIGH, INT64_MAX)
enum pressure {
#define PRESSURE_ENUM_(name, most) PRESSURE_##name,
    PRESSURE_LIST(PRESSURE_ENUM_) PRESSURES
};
enum pressure pressure_of(int64_t backpressured_ms_per_second);
const char *pressure_name(enum pressure p); /* "HIGH" */

#endif
