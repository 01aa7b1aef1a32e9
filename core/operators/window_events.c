#include "operators/window_events.h"

#include "base/hash.h"

static void note(const struct operator* op, enum event_kind kind, int64_t a, int64_t b)
{
    trace_note(op->task->trace, kind, op->task->actor, op->task->attempt, 0, 0, a, b);
}

void window_note_firing(struct user_operator *u, int64_t start_ms, int64_t max_ms, uint32_t rows)
{
    uint32_t key = (uint32_t)hash_bytes(u->ctx.key.p, u->ctx.key.bytes);

    u->op.task->counters->of[COUNTER_WINDOWS_FIRED]++;
    note(&u->op, EVENT_WINDOW, start_ms, (int64_t)((uint64_t)rows << 32 | key));
    u->ctx.event_ms = max_ms;
    u->ctx.origin = 0;
}

void window_drop_late(struct user_operator *u, const struct window_config *c,
                      const struct weir_row *row)
{
    uint64_t *counter = u->op.task->counters->of;

    counter[COUNTER_LATE_ROWS]++;
    note(&u->op, EVENT_LATE, row->event_ms, u->op.watermark_ms);
    if (c->late_output)
        operator_emit(&u->op, TAG_LATE, row);
    else
        counter[COUNTER_LATE_DROPPED]++;
}

bool window_row_has_time(struct user_operator *u, const struct weir_row *row)
{
    if (row->event_ms != WEIR_NO_TIME)
        return true;
    operator_fail(&u->op, ERR_USER,
                  "a row without a timestamp: put weir_watermarks() before the window");
    return false;
}
