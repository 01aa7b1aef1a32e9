/* multiplexer.h -- one watermark for a source reader that reads several splits.
 *
 * Each split has its own watermark; the reader's is the least over the splits
 * that are not idle, and only rises.  "Now" outputs combine at once (and only
 * if their split's watermark rose), "later" outputs are noted and combined at
 * the next tick, after all splits were asked.
 *
 *   M1  while every split is idle each combination says IDLE again
 *   M2  when all are idle, the combined watermark first rises to the greatest one
 *   M3  without splits nothing is combined, and "all idle" stays what it was
 *
 * Flink    WatermarkOutputMultiplexer, CombinedWatermarkStatus (2.3.0).
 */
#ifndef CORE_TIME_MULTIPLEXER_H
#define CORE_TIME_MULTIPLEXER_H

#include <stdbool.h>
#include <stdint.h>

struct multiplexer;
/* What goes out, as a set; in this order if both. */
enum multiplexer_out { MULTIPLEXER_NOTHING = 0, MULTIPLEXER_WATERMARK = 1, MULTIPLEXER_IDLE = 2 };

struct multiplexer *multiplexer_new(void);
void multiplexer_free(struct multiplexer *m);               /* NULL is fine */
int64_t multiplexer_watermark(const struct multiplexer *m); /* the last combined; INT64_MIN */

void multiplexer_add(struct multiplexer *m, uint32_t split);    /* a new number */
void multiplexer_remove(struct multiplexer *m, uint32_t split); /* unknown: nothing happens */
unsigned multiplexer_now(struct multiplexer *m, uint32_t split, int64_t watermark_ms);
unsigned multiplexer_idle_now(struct multiplexer *m, uint32_t split);
void multiplexer_later(struct multiplexer *m, uint32_t split, int64_t watermark_ms);
void multiplexer_idle_later(struct multiplexer *m, uint32_t split);
void multiplexer_active_later(struct multiplexer *m, uint32_t split);
unsigned multiplexer_tick(struct multiplexer *m);

#endif
