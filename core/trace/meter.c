#include "trace/meter.h"

#include "base/mem.h"
#include "trace/timer_gauge.h"

void meter_init(struct meter *m, uint32_t span_seconds)
{
    uint32_t readings = span_seconds / READING_SECONDS;

    if (readings == 0)
        readings = 1;
    *m = (struct meter){.span = readings * READING_SECONDS, .looks = readings + 1};
    m->counted = mem_alloc(m->looks * sizeof *m->counted);
}

void meter_done(struct meter *m)
{
    mem_free(m->counted);
    *m = (struct meter){0};
}

void meter_read(struct meter *m)
{
    m->now = (m->now + 1) % m->looks;
    m->counted[m->now] = m->count;
    m->rate = (double)(m->count - m->counted[(m->now + 1) % m->looks]) / m->span;
}
