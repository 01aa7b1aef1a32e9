#include "time/combined.h"

#include <assert.h>

#include "time/valve.h"

bool partial_raise(struct partial *p, int64_t watermark_ms)
{
    bool rose = watermark_ms > p->watermark_ms;

    p->idle = false;
    if (rose)
        p->watermark_ms = watermark_ms;
    return rose;
}

bool partials_combine(const struct partial *p, uint32_t n, int64_t *now_ms, bool *idle)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN, candidate;

    *idle = true;
    for (uint32_t i = 0; i < n; i++) {
        *idle = *idle && p[i].idle;
        if (!p[i].idle && p[i].watermark_ms < least)
            least = p[i].watermark_ms;
        if (p[i].watermark_ms > greatest)
            greatest = p[i].watermark_ms;
    }
    candidate = *idle ? greatest : least; /* K2 */
    if (candidate <= *now_ms)
        return false;
    *now_ms = candidate; /* K1 */
    return true;
}

void combined_init(struct combined *c, uint32_t inputs)
{
    assert(inputs >= 1 && inputs <= COMBINED_INPUTS);
    *c = (struct combined){.now_ms = INT64_MIN, .inputs = inputs};
    for (uint32_t i = 0; i < inputs; i++)
        c->input[i].watermark_ms = INT64_MIN;
}

static unsigned combine(struct combined *c)
{
    return partials_combine(c->input, c->inputs, &c->now_ms, &c->idle) ? VALVE_WATERMARK
                                                                       : VALVE_NOTHING;
}

unsigned combined_on_watermark(struct combined *c, uint32_t input, int64_t watermark_ms)
{
    partial_raise(&c->input[input], watermark_ms);
    return combine(c);
}

unsigned combined_on_status(struct combined *c, uint32_t input, bool active)
{
    bool was_idle = c->idle;
    unsigned out;

    c->input[input].idle = !active;
    out = combine(c);
    if (was_idle != c->idle)
        out |= c->idle ? VALVE_IDLE : VALVE_ACTIVE;
    return out;
}
