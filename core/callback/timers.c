#include "callback/timers.h"

struct timerq *timers_due(const struct operator* op, struct timerq *event,
                          struct timerq *processing)
{
    const struct timer *head = event ? timerq_head(event) : NULL;
    bool key_is_over = op->task->is_batch && op->watermark_ms == WEIR_END;

    if (head && head->event_ms <= op->watermark_ms)
        return event;
    return key_is_over && processing && timerq_count(processing) ? processing : NULL;
}

enum progress timers_progress(const struct operator* op, struct timerq *event,
                              struct timerq *processing)
{
    bool is_due = timers_due(op, event, processing) != NULL;

    if (op->task->is_batch && event)
        timerq_quiesce(event, is_due);
    if (op->task->is_batch && processing)
        timerq_quiesce(processing, is_due);
    return is_due ? PROGRESS_MORE : PROGRESS_DONE;
}

int64_t timers_deadline_us(const struct operator* op, const struct timerq *processing)
{
    return op->task->is_batch ? INT64_MAX : timerq_deadline_us(processing);
}
