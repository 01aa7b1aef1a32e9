#include "time/timestamps.h"

void timestamps_init(struct timestamps *t, struct generator g, int64_t every_ms, bool per_row,
                     int64_t now_ms)
{
    *t = (struct timestamps){.generator = g,
                             .every_ms = every_ms,
                             .per_row = per_row,
                             .next_probe_ms = every_ms ? now_ms + every_ms : INT64_MAX,
                             .watermark_ms = INT64_MIN};
}

static unsigned send(struct timestamps *t, int64_t watermark_ms)
{
    unsigned out = TIMESTAMPS_WATERMARK;

    if (watermark_ms <= t->watermark_ms)
        return TIMESTAMPS_NOTHING;
    t->watermark_ms = watermark_ms;
    if (t->idle)
        out |= TIMESTAMPS_ACTIVE;
    t->idle = false;
    return out;
}

static unsigned probe(struct timestamps *t, int64_t now_ms)
{
    switch (generator_on_probe(&t->generator, now_ms)) {
    case GENERATOR_WATERMARK:
        return send(t, generator_watermark(&t->generator));
    case GENERATOR_IDLE:
        if (t->idle)
            return TIMESTAMPS_NOTHING;
        t->idle = true;
        return TIMESTAMPS_IDLE;
    case GENERATOR_NOTHING:
        break;
    }
    return TIMESTAMPS_NOTHING;
}

unsigned timestamps_on_row(struct timestamps *t, int64_t event_ms)
{
    generator_on_row(&t->generator, event_ms);
    return t->per_row ? send(t, generator_watermark(&t->generator)) : TIMESTAMPS_NOTHING;
}

unsigned timestamps_on_promise(struct timestamps *t, int64_t watermark_ms)
{
    return send(t, watermark_ms);
}

unsigned timestamps_on_watermark(struct timestamps *t, int64_t watermark_ms)
{
    return watermark_ms == INT64_MAX ? send(t, INT64_MAX) : TIMESTAMPS_NOTHING;
}

unsigned timestamps_on_time(struct timestamps *t, int64_t now_ms)
{
    if (now_ms < t->next_probe_ms)
        return TIMESTAMPS_NOTHING;
    t->next_probe_ms = now_ms + t->every_ms;
    return probe(t, now_ms);
}

unsigned timestamps_finish(struct timestamps *t, int64_t now_ms)
{
    return probe(t, now_ms);
}
