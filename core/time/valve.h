/* valve.h -- combine the watermarks of several channels into one clock.
 *
 * A task may move its event-time clock only as far as its slowest live channel.
 * The valve keeps the last watermark of every channel and answers after each
 * change: what goes on downstream?
 *
 *   V1  valve_now() never decreases
 *   V2  it is the minimum over the *aligned* channels: those that are active and not behind
 *       the clock (a riser from idleness is left out until it has caught up)
 *   V3  an idle channel's watermarks are ignored, and so are all while every channel is idle
 *   V4  when the last active channel goes idle and it was the one that held the clock, the clock
 *       first rises to the greatest watermark of all channels; then IDLE goes out
 *
 * Pure; one owner; a change costs O(channels), and channels are tens.
 *
 * Source   low watermark: Akidau et al., MillWheel, VLDB 2013
 * Flink    StatusWatermarkValve (which keeps a heap; the answers are the same)
 * Lab      labs/05-valve
 */
#ifndef CORE_TIME_VALVE_H
#define CORE_TIME_VALVE_H

#include <stdbool.h>
#include <stdint.h>

enum { VALVE_CHANNELS_MAX = 1024 };

struct valve_channel {
    int64_t watermark_ms; /* INT64_MIN: none yet */
    bool active;          /* false: idle, nobody waits for it */
    bool aligned;         /* counts for the minimum */
};

struct valve {
    uint32_t channels;
    int64_t now_ms; /* the last watermark that went out; INT64_MIN: none */
    bool active;    /* the last status that went out */
    struct valve_channel channel[];
};

/* What must go downstream now, as a set; in this order if both: the watermark valve_now(), then
 * the status. */
enum valve_out { VALVE_NOTHING = 0, VALVE_WATERMARK = 1, VALVE_IDLE = 2, VALVE_ACTIVE = 4 };

/* `channels` in 1..VALVE_CHANNELS_MAX; all start active and aligned, without a watermark. */
struct valve *valve_new(uint32_t channels);
void valve_free(struct valve *v); /* NULL is fine */

/* Channel c promises that nothing older than or equal to `watermark_ms` will follow. */
unsigned valve_on_watermark(struct valve *v, uint32_t c, int64_t watermark_ms);
unsigned valve_on_idle(struct valve *v, uint32_t c);   /* c has nothing for now; repeats are fine */
unsigned valve_on_active(struct valve *v, uint32_t c); /* c is back; repeats are fine */

static inline int64_t valve_now(const struct valve *v)
{
    return v->now_ms;
}

/* Organ labs link this file's object alone: a drifted header is a link error that says so. */
extern const int valve_version_1;

#endif
