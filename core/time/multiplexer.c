#include "time/multiplexer.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "time/combined.h"

struct multiplexer {
    uint32_t *number; /* of each split */
    struct partial *clock;
    uint32_t splits, room;
    int64_t combined_ms;
    bool idle;
};

struct multiplexer *multiplexer_new(void)
{
    struct multiplexer *m = mem_alloc(sizeof *m);

    m->combined_ms = INT64_MIN;
    return m;
}

void multiplexer_free(struct multiplexer *m)
{
    if (m) {
        mem_free(m->number);
        mem_free(m->clock);
    }
    mem_free(m);
}

int64_t multiplexer_watermark(const struct multiplexer *m)
{
    return m->combined_ms;
}

static struct partial *find(const struct multiplexer *m, uint32_t number)
{
    for (uint32_t i = 0; i < m->splits; i++)
        if (m->number[i] == number)
            return &m->clock[i];
    return NULL;
}

void multiplexer_add(struct multiplexer *m, uint32_t split)
{
    assert(find(m, split) == NULL);
    if (m->splits == m->room) {
        m->room = m->room ? 2 * m->room : 4;
        m->number = mem_resize(m->number, m->room * sizeof *m->number);
        m->clock = mem_resize(m->clock, m->room * sizeof *m->clock);
    }
    m->number[m->splits] = split;
    m->clock[m->splits++] = (struct partial){INT64_MIN, false};
}

void multiplexer_remove(struct multiplexer *m, uint32_t split)
{
    struct partial *p = find(m, split);
    size_t i, behind;

    if (p == NULL)
        return;
    i = (size_t)(p - m->clock);
    behind = --m->splits - i;
    memmove(p, p + 1, behind * sizeof *p);
    memmove(&m->number[i], &m->number[i + 1], behind * sizeof *m->number);
}

static unsigned combine(struct multiplexer *m)
{
    unsigned out = MULTIPLEXER_NOTHING;

    if (m->splits && partials_combine(m->clock, m->splits, &m->combined_ms, &m->idle)) /* M2, M3 */
        out |= MULTIPLEXER_WATERMARK;
    return m->idle ? out | MULTIPLEXER_IDLE : out; /* M1 */
}

unsigned multiplexer_now(struct multiplexer *m, uint32_t split, int64_t watermark_ms)
{
    struct partial *p = find(m, split);

    return p && partial_raise(p, watermark_ms) ? combine(m) : MULTIPLEXER_NOTHING;
}

unsigned multiplexer_idle_now(struct multiplexer *m, uint32_t split)
{
    struct partial *p = find(m, split);

    if (p == NULL)
        return MULTIPLEXER_NOTHING;
    p->idle = true;
    return combine(m);
}

void multiplexer_later(struct multiplexer *m, uint32_t split, int64_t watermark_ms)
{
    struct partial *p = find(m, split);

    if (p)
        partial_raise(p, watermark_ms);
}

static void set_idle(struct multiplexer *m, uint32_t split, bool idle)
{
    struct partial *p = find(m, split);

    if (p)
        p->idle = idle;
}

void multiplexer_idle_later(struct multiplexer *m, uint32_t split)
{
    set_idle(m, split, true);
}

void multiplexer_active_later(struct multiplexer *m, uint32_t split)
{
    set_idle(m, split, false);
}

unsigned multiplexer_tick(struct multiplexer *m)
{
    return combine(m);
}
