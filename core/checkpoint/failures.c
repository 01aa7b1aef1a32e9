#include "checkpoint/failures.h"

#include "wire/actions.h"

static bool is_masters(const struct failed *what)
{
    return give_up_is_pre_flight(what->reason) || what->task == ACTION_MASTER;
}

uint32_t failed_by(const struct failed *what)
{
    bool is_nobodys = is_masters(what) || snapshot_stops(what->kind);

    return is_nobodys ? (uint32_t)ACTION_MASTER : what->task;
}

bool failures_on_failure(struct failures *f, const struct failed *what)
{
    bool is_new = what->checkpoint == 0 || what->checkpoint > f->last_success;

    if (is_masters(what) && what->kind != SNAPSHOT_CHECKPOINT) /* F3 */
        return false;
    if (!is_masters(what) && snapshot_stops(what->kind))
        return true;
    if (!is_new) /* F1 */
        return false;
    if (f->tolerable < INT32_MAX && give_up_is_counted(what->reason))
        f->in_a_row++;
    if (f->in_a_row <= f->tolerable)
        return false;
    f->in_a_row = 0; /* F2 */
    return true;
}

void failures_on_success(struct failures *f, uint32_t checkpoint)
{
    if (checkpoint <= f->last_success)
        return;
    f->last_success = checkpoint;
    f->in_a_row = 0;
}
