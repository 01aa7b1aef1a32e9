#include "window/merging.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

void merging_done(struct merging *m)
{
    mem_free(m->at);
    *m = (struct merging){0};
}

static void make_room(struct merging *m)
{
    if (m->count < m->room)
        return;
    m->room = m->room ? 2 * m->room : 4;
    m->at = mem_resize(m->at, m->room * sizeof *m->at);
}

void merging_put(struct merging *m, struct in_flight f)
{
    uint32_t i = m->count;

    make_room(m);
    for (; i && m->at[i - 1].window.start_ms > f.window.start_ms; i--)
        m->at[i] = m->at[i - 1];
    m->at[i] = f;
    m->count++;
}

static void take_out(struct merging *m, uint32_t i)
{
    m->count--;
    memmove(&m->at[i], &m->at[i + 1], (m->count - i) * sizeof *m->at);
}

/* ---- the order of what was swallowed: that of a Java HashSet of windows ---- */

/* Where such a set of `size` windows, grown from 16 places, keeps this one. */
static uint32_t java_place(struct time_window w, uint32_t size)
{
    uint64_t h = (uint64_t)ms_add(w.start_ms, w.end_ms);
    uint32_t places = 16, hash;

    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
    h = (h ^ h >> 27) * 0x94d049bb133111eb;
    hash = (uint32_t)(h ^ h >> 31);
    while (size > places / 4 * 3)
        places *= 2;
    return (hash ^ hash >> 16) & (places - 1);
}

/* They were put into it in order of their start, and the new one among them. */
static void order_as_java(struct merging *swallowed, struct time_window added)
{
    struct in_flight *at = swallowed->at;
    uint32_t size = swallowed->count + (merging_find(swallowed, added) == NULL);

    for (uint32_t i = 1; i < swallowed->count; i++) {
        struct in_flight f = at[i];
        uint32_t place = java_place(f.window, size), j = i;

        for (; j && java_place(at[j - 1].window, size) > place; j--)
            at[j] = at[j - 1];
        at[j] = f;
    }
}

void merging_add(struct merging *m, struct time_window w, struct merging *scratch,
                 struct merge *out)
{
    struct in_flight result = {w, w};

    scratch->count = 0;
    for (uint32_t i = 0; i < m->count;) {
        if (!window_intersects(m->at[i].window, result.window)) {
            i++;
            continue;
        }
        result.window = window_cover(result.window, m->at[i].window);
        merging_put(scratch, m->at[i]);
        take_out(m, i);
        i = 0; /* the cover has grown: it may touch earlier ones now */
    }
    order_as_java(scratch, w);
    if (scratch->count)
        result.state = scratch->at[0].state;
    merging_put(m, result);
    *out = (struct merge){result, false, scratch->at, scratch->count};
    out->has_merged = scratch->count > 1 ||
                      (scratch->count == 1 && !window_equal(scratch->at[0].window, result.window));
}

const struct in_flight *merging_find(const struct merging *m, struct time_window w)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (window_equal(m->at[i].window, w))
            return &m->at[i];
    return NULL;
}

void merging_retire(struct merging *m, struct time_window w)
{
    const struct in_flight *f = merging_find(m, w);

    assert(f);
    take_out(m, (uint32_t)(f - m->at));
}
