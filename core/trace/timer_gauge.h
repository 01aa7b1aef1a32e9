/* timer_gauge.h -- how much of the time something lasted: milliseconds a second, over a minute.
 *
 * Started and ended as often as it likes; read every READING_SECONDS.  What lasts while it is read
 * counts as far as it has come.
 *
 *   G1  the value is the mean of the last GAUGE_READINGS readings, from 0 to 1000
 *   G2  the longest is the longest single stretch seen since the reading before, from its start
 *
 * Times are the task's wall clock; nobody reads one here.
 *
 * Flink    TimerGauge.
 */
#ifndef CORE_TRACE_TIMER_GAUGE_H
#define CORE_TRACE_TIMER_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

enum { READING_SECONDS = 5, GAUGE_READINGS = 12 };

struct timer_gauge { /* zeroed is a new one */
    bool runs;
    int64_t start_ms, since_ms; /* of the stretch; up to where it is counted */
    int64_t counted_ms;         /* since the last reading */
    int64_t stretch_ms;         /* G2, so far */
    int64_t reading_ms[GAUGE_READINGS];
    uint32_t readings;

    int64_t total_ms;      /* ever */
    int64_t ms_per_second; /* G1 */
    int64_t longest_ms;    /* G2 */
};

void timer_gauge_start(struct timer_gauge *g, int64_t now_ms); /* no effect while it runs */
void timer_gauge_end(struct timer_gauge *g, int64_t now_ms);   /* no effect unless it runs */
void timer_gauge_read(struct timer_gauge *g, int64_t now_ms);  /* every READING_SECONDS */

#endif
