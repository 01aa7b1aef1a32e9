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

/* V1: the only place where the clock moves, and it moves forward. */
static unsigned advance(struct valve *v, int64_t watermark_ms)
{
    if (watermark_ms <= v->now_ms)
        return VALVE_NOTHING;
    v->now_ms = watermark_ms;
    return VALVE_WATERMARK;
}

/* V2: follow the slowest aligned channel, if there is one. */
static unsigned follow_slowest(struct valve *v)
{
    int64_t slowest = INT64_MAX;
    bool any = false;

    for (uint32_t c = 0; c < v->channels; c++)
        if (v->channel[c].aligned) {
            any = true;
            if (v->channel[c].watermark_ms < slowest)
                slowest = v->channel[c].watermark_ms;
        }
    return any ? advance(v, slowest) : VALVE_NOTHING;
}

/* V4: nobody is left who could still be early, so the fastest was right. */
static unsigned follow_fastest(struct valve *v)
{
    int64_t fastest = INT64_MIN;

    for (uint32_t c = 0; c < v->channels; c++)
        if (v->channel[c].watermark_ms > fastest)
            fastest = v->channel[c].watermark_ms;
    return advance(v, fastest);
}

static bool any_active(const struct valve *v)
{
    for (uint32_t c = 0; c < v->channels; c++)
        if (v->channel[c].active)
            return true;
    return false;
}

unsigned valve_on_watermark(struct valve *v, uint32_t c, int64_t watermark_ms)
{
    struct valve_channel *ch = &v->channel[c];

    assert(c < v->channels);
    if (!v->active || !ch->active) /* V3 */
        return VALVE_NOTHING;
    if (watermark_ms <= ch->watermark_ms)
        return VALVE_NOTHING;
    ch->watermark_ms = watermark_ms;
    if (watermark_ms >= v->now_ms) /* a riser that has caught up */
        ch->aligned = true;
    return follow_slowest(v);
}

unsigned valve_on_idle(struct valve *v, uint32_t c)
{
    struct valve_channel *ch = &v->channel[c];
    bool held_the_clock = ch->watermark_ms == v->now_ms;
    unsigned out = VALVE_NOTHING;

    assert(c < v->channels);
    if (!ch->active)
        return VALVE_NOTHING;
    ch->active = ch->aligned = false;
    if (any_active(v))
        return held_the_clock ? follow_slowest(v) : VALVE_NOTHING;
    if (held_the_clock)
        out = follow_fastest(v);
    v->active = false;
    return out | VALVE_IDLE;
}

unsigned valve_on_active(struct valve *v, uint32_t c)
{
    struct valve_channel *ch = &v->channel[c];

    assert(c < v->channels);
    if (ch->active)
        return VALVE_NOTHING;
    ch->active = true;
    ch->aligned = ch->watermark_ms >= v->now_ms; /* V2: one that is behind must catch up first */
    if (v->active)
        return VALVE_NOTHING;
    v->active = true;
    return VALVE_ACTIVE;
}
