/* meter.h -- how often something happens: events a second, over a span of time.
 *
 * The count is looked at every READING_SECONDS; the rate is how much it grew over the span, by the
 * span's seconds.  Until the meter is as old as its span, it looks back to zero.
 *
 * Flink    MeterView.
 */
#ifndef CORE_TRACE_METER_H
#define CORE_TRACE_METER_H

#include <stdint.h>

enum { METER_SPAN_SECONDS = 60 }; /* the usual */

struct meter {
    int64_t count;       /* of all events ever; counted by who owns the meter */
    double rate;         /* a second, at the last reading */
    uint32_t span;       /* seconds: a multiple of READING_SECONDS */
    uint32_t now, looks; /* the place of the last reading; how many are kept */
    int64_t *counted;    /* owned: at each reading of a span, and at the one before */
};

void meter_init(struct meter *m, uint32_t span_seconds); /* rounded down, at least one reading */
void meter_done(struct meter *m);
void meter_read(struct meter *m); /* every READING_SECONDS */

#endif
