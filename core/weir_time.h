/* weir_time.h -- where a row's timestamp is, and what is promised about the rows to come.
 *
 * The part of weir.h about event time; weir.h includes it, programs include weir.h.
 *
 * Flink    WatermarkStrategy: forBoundedOutOfOrderness, withIdleness, and forGenerator with a
 *          punctuated one.
 */
#ifndef WEIR_TIME_H
#define WEIR_TIME_H

#include <stdint.h>

struct weir_row;

/* Bounded out-of-orderness over a TIMESTAMP (or BIGINT, ms) column, unless `punctuated` is set. */
struct weir_time {
    const char *column;
    int64_t out_of_order_ms;
    int64_t idle_ms;  /* 0: never idle (withIdleness) */
    int64_t every_ms; /* 0: a watermark after every row; else periodic (auto-watermark-interval) */
    /* Asked about each row after it was sent on, and nothing else promises anything: the watermark
     * to send, if it is higher than the last one; WEIR_NO_TIME: none. */
    int64_t (*punctuated)(const struct weir_row *);
};

#endif
