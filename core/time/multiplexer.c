#include "time/multiplexer.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

struct split {
    uint32_t number;
    int64_t watermark_ms;
    bool idle;
};

struct multiplexer {
    struct split *split;
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
    if (m)
        mem_free(m->split);
    mem_free(m);
}

int64_t multiplexer_watermark(const struct multiplexer *m)
{
    return m->combined_ms;
}

static struct split *find(struct multiplexer *m, uint32_t number)
{
    for (uint32_t i = 0; i < m->splits; i++)
        if (m->split[i].number == number)
            return &m->split[i];
    return NULL;
}

void multiplexer_add(struct multiplexer *m, uint32_t split)
{
    assert(find(m, split) == NULL);
    if (m->splits == m->room) {
        m->room = m->room ? 2 * m->room : 4;
        m->split = mem_resize(m->split, m->room * sizeof *m->split);
    }
    m->split[m->splits++] = (struct split){split, INT64_MIN, false};
}

void multiplexer_remove(struct multiplexer *m, uint32_t split)
{
    struct split *s = find(m, split);

    if (s == NULL)
        return;
    m->splits--;
    memmove(s, s + 1, (size_t)(m->split + m->splits - s) * sizeof *s);
}

static unsigned combine(struct multiplexer *m)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN, candidate;
    unsigned out = MULTIPLEXER_NOTHING;
    bool all_idle = true;

    if (m->splits == 0) /* M3 */
        return m->idle ? MULTIPLEXER_IDLE : MULTIPLEXER_NOTHING;
    for (uint32_t i = 0; i < m->splits; i++) {
        const struct split *s = &m->split[i];

        all_idle = all_idle && s->idle;
        if (!s->idle && s->watermark_ms < least)
            least = s->watermark_ms;
        if (s->watermark_ms > greatest)
            greatest = s->watermark_ms;
    }
    m->idle = all_idle;
    candidate = all_idle ? greatest : least; /* M2 */
    if (candidate > m->combined_ms) {
        m->combined_ms = candidate;
        out |= MULTIPLEXER_WATERMARK;
    }
    return all_idle ? out | MULTIPLEXER_IDLE : out; /* M1 */
}

static bool raise(struct split *s, int64_t watermark_ms)
{
    bool rose = watermark_ms > s->watermark_ms;

    s->idle = false;
    if (rose)
        s->watermark_ms = watermark_ms;
    return rose;
}

unsigned multiplexer_now(struct multiplexer *m, uint32_t split, int64_t watermark_ms)
{
    struct split *s = find(m, split);

    return s && raise(s, watermark_ms) ? combine(m) : MULTIPLEXER_NOTHING;
}

unsigned multiplexer_idle_now(struct multiplexer *m, uint32_t split)
{
    struct split *s = find(m, split);

    if (s == NULL)
        return MULTIPLEXER_NOTHING;
    s->idle = true;
    return combine(m);
}

void multiplexer_later(struct multiplexer *m, uint32_t split, int64_t watermark_ms)
{
    struct split *s = find(m, split);

    if (s)
        raise(s, watermark_ms);
}

static void set_idle(struct multiplexer *m, uint32_t split, bool idle)
{
    struct split *s = find(m, split);

    if (s)
        s->idle = idle;
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
