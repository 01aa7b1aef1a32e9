/* timestamps.h -- the watermarks of one stream: a generator, its probes, and a filter behind it.
 *
 * What goes out only rises, and a watermark that goes out ends idleness.
 * Watermarks from upstream are swallowed, but the end of time; so is upstream
 * status: who assigns timestamps is the authority on them.
 *
 * Two ways to ask the generator: every `every_ms` of the clock (Flink's
 * auto-watermark interval: the next probe is due `every_ms` after the last one
 * ran), or, with every_ms 0 and `per_row`, after each row.  With neither it is
 * not asked, and what goes out is what a punctuated generator promises.
 *
 * Flink    TimestampsAndWatermarksOperator and its WatermarkEmitter (2.3.0).  The per-row mode is
 *          what a punctuated generator over the same bound does.
 */
#ifndef CORE_TIME_TIMESTAMPS_H
#define CORE_TIME_TIMESTAMPS_H

#include "time/generator.h"

struct timestamps {
    struct generator generator;
    int64_t every_ms; /* 0: no probes */
    bool per_row;
    int64_t next_probe_ms; /* INT64_MAX: none */
    int64_t watermark_ms;  /* the last that went out */
    bool idle;             /* the last status that went out */
};

/* What must go out now, in this order if several. */
enum timestamps_out {
    TIMESTAMPS_NOTHING = 0,
    TIMESTAMPS_ACTIVE = 1,
    TIMESTAMPS_WATERMARK = 2, /* t->watermark_ms */
    TIMESTAMPS_IDLE = 4
};

void timestamps_init(struct timestamps *t, struct generator g, int64_t every_ms, bool per_row,
                     int64_t now_ms);
unsigned timestamps_on_row(struct timestamps *t, int64_t event_ms); /* after the row went out */
unsigned timestamps_on_promise(struct timestamps *t, int64_t watermark_ms); /* behind a row */
unsigned timestamps_on_watermark(struct timestamps *t, int64_t watermark_ms);
unsigned timestamps_on_time(struct timestamps *t, int64_t now_ms); /* probe if one is due */
unsigned timestamps_finish(struct timestamps *t, int64_t now_ms);  /* one last probe */

#endif
