#include "time/valve.h"

#include <assert.h>

#include "base/mem.h"

const int valve_version_1 = 1;

struct valve *valve_new(uint32_t channels)
{
    struct valve *v;

    assert(channels >= 1 && channels <= VALVE_CHANNELS_MAX);
    v = mem_alloc(sizeof *v + channels * sizeof v->channel[0]);
    v->channels = channels;
    v->now_ms = INT64_MIN;
    v->active = true;
    for (uint32_t c = 0; c < channels; c++)
        v->channel[c] = (struct valve_channel){INT64_MIN, true, true};
    return v;
}

void valve_free(struct valve *v)
{
    mem_free(v);
}

/* TODO
 *
 *     unsigned valve_on_watermark(struct valve *v, uint32_t c, int64_t watermark_ms)
 *
 * Channel c promises that nothing at or before watermark_ms will follow. Ignore it if
 * everything is idle, or c is, or it is no progress for c (V3). Otherwise keep it; a
 * channel that has caught up with the clock counts again. Then move the clock to the
 * slowest channel that counts, if that is forward (V1, V2), and say VALVE_WATERMARK if it
 * moved.
 */

/* TODO
 *
 *     unsigned valve_on_idle(struct valve *v, uint32_t c)
 *
 * Channel c has nothing for now: nobody waits for it any more. If others are active the
 * clock may move, but only if it was c that held it. If c was the last active one, see
 * V4; then the valve itself is idle and VALVE_IDLE goes out (after the watermark, if both
 * do).
 */

/* TODO
 *
 *     unsigned valve_on_active(struct valve *v, uint32_t c)
 *
 * Channel c is back. It counts for the minimum at once only if it is not behind the
 * clock; else it must catch up first (V2). If the whole valve was idle it is active
 * again: VALVE_ACTIVE goes out.
 */
