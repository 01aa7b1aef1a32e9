#include "trace/timer_gauge.h"

void timer_gauge_start(struct timer_gauge *g, int64_t now_ms)
{
    if (g->runs)
        return;
    g->runs = true;
    g->start_ms = g->since_ms = now_ms;
}

static void count(struct timer_gauge *g, int64_t now_ms)
{
    g->counted_ms += now_ms - g->since_ms;
    g->total_ms += now_ms - g->since_ms;
    g->since_ms = now_ms;
    if (now_ms - g->start_ms > g->stretch_ms)
        g->stretch_ms = now_ms - g->start_ms;
}

void timer_gauge_end(struct timer_gauge *g, int64_t now_ms)
{
    if (g->runs)
        count(g, now_ms);
    g->runs = false;
}

static int64_t mean_of_readings(const struct timer_gauge *g)
{
    uint32_t n = g->readings < GAUGE_READINGS ? g->readings : GAUGE_READINGS;
    int64_t sum = 0, mean;

    for (uint32_t i = 0; i < n; i++)
        sum += g->reading_ms[i];
    mean = sum / (READING_SECONDS * (int64_t)n);
    return mean < 0 ? 0 : mean > 1000 ? 1000 : mean;
}

void timer_gauge_read(struct timer_gauge *g, int64_t now_ms)
{
    if (g->runs)
        count(g, now_ms);
    g->reading_ms[g->readings++ % GAUGE_READINGS] = g->counted_ms;
    g->ms_per_second = mean_of_readings(g);
    g->longest_ms = g->stretch_ms;
    g->counted_ms = g->stretch_ms = 0;
}
