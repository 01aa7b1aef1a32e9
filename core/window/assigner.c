#include "window/assigner.h"

const int assigner_version_1 = 1;

int64_t window_start(int64_t event_ms, int64_t size_ms, int64_t offset_ms)
{
    int64_t rest = ms_subtract(event_ms, offset_ms) % size_ms;

    return ms_subtract(event_ms, rest >= 0 ? rest : rest + size_ms);
}

bool assigner_first(const struct assigner *a, int64_t event_ms, struct time_window *w)
{
    int64_t every_ms = a->kind == ASSIGNER_SLIDING ? a->step_ms : a->size_ms;

    w->start_ms = window_start(event_ms, every_ms, a->offset_ms);
    w->end_ms = ms_add(w->start_ms, a->size_ms);
    if (a->kind == ASSIGNER_CUMULATE)
        w->end_ms = ms_add(window_start(event_ms, a->step_ms, a->offset_ms), a->step_ms);
    return a->kind != ASSIGNER_SLIDING || w->start_ms > ms_subtract(event_ms, a->size_ms);
}

static bool next_sliding(const struct assigner *a, int64_t event_ms, struct time_window *w)
{
    int64_t start_ms = ms_subtract(w->start_ms, a->step_ms);

    if (start_ms > w->start_ms || start_ms <= ms_subtract(event_ms, a->size_ms))
        return false;
    *w = (struct time_window){start_ms, ms_add(start_ms, a->size_ms)};
    return true;
}

static bool next_cumulating(const struct assigner *a, struct time_window *w)
{
    if (ms_subtract(w->end_ms, w->start_ms) >= a->size_ms)
        return false;
    w->end_ms = ms_add(w->end_ms, a->step_ms);
    return true;
}

bool assigner_next(const struct assigner *a, int64_t event_ms, struct time_window *w)
{
    switch (a->kind) {
    case ASSIGNER_SLIDING:
        return next_sliding(a, event_ms, w);
    case ASSIGNER_CUMULATE:
        return next_cumulating(a, w);
    case ASSIGNER_TUMBLING:
        break;
    }
    return false;
}
