#include "time/generator.h"

#include <assert.h>

const int generator_version_1 = 1;

void generator_init(struct generator *g, int64_t delay_ms, int64_t idle_ms)
{
    assert(delay_ms >= 0 && idle_ms >= 0);
    *g = (struct generator){
        .delay_ms = delay_ms, .idle_ms = idle_ms, .greatest_ms = INT64_MIN + delay_ms + 1};
}

void generator_on_row(struct generator *g, int64_t event_ms)
{
    if (event_ms > g->greatest_ms)
        g->greatest_ms = event_ms;
    g->rows_since_probe = true;
    g->idle = false;
}

int64_t generator_watermark(const struct generator *g)
{
    return g->greatest_ms - g->delay_ms - 1;
}

static bool is_quiet_too_long(struct generator *g, int64_t now_ms)
{
    if (g->rows_since_probe) {
        g->rows_since_probe = false;
        g->quiet_from_ms = 0;
        return false;
    }
    if (g->quiet_from_ms == 0) {
        g->quiet_from_ms = now_ms;
        return false;
    }
    return now_ms - g->quiet_from_ms > g->idle_ms;
}

enum generator_out generator_on_probe(struct generator *g, int64_t now_ms)
{
    if (g->idle_ms == 0 || !is_quiet_too_long(g, now_ms))
        return GENERATOR_WATERMARK;
    if (g->idle)
        return GENERATOR_NOTHING;
    g->idle = true;
    return GENERATOR_IDLE;
}
