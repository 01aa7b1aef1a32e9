#include "window/evictor.h"

#include "window/assigner.h"

static int64_t greatest_time(const struct weir_row *rows, uint32_t count)
{
    int64_t most = INT64_MIN;

    for (uint32_t i = 0; i < count; i++)
        most = rows[i].event_ms > most ? rows[i].event_ms : most;
    return most;
}

static bool goes(const struct weir_evictor *e, const struct weir_row *rows, uint32_t count,
                 uint32_t i, int64_t cutoff_ms)
{
    switch (e->kind) {
    case WEIR_EVICT_COUNT:
        return (int64_t)(count - i) > e->count;
    case WEIR_EVICT_TIME:
        return rows[0].event_ms != WEIR_NO_TIME && rows[i].event_ms <= cutoff_ms;
    case WEIR_EVICT_DELTA:
        return e->delta(&rows[i], &rows[count - 1]) >= e->threshold;
    case WEIR_EVICT_NOTHING:
        break;
    }
    return false;
}

void evictor_mark(const struct weir_evictor *e, const struct weir_row *rows, uint32_t count,
                  bool *out)
{
    int64_t cutoff_ms = ms_subtract(greatest_time(rows, count), e->size_ms);

    for (uint32_t i = 0; i < count; i++)
        out[i] = goes(e, rows, count, i, cutoff_ms);
}
