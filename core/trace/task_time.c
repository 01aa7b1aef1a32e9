#include "trace/task_time.h"

int64_t task_time_backpressured(const struct task_time *t)
{
    return t->soft.ms_per_second + t->hard.ms_per_second;
}

int64_t task_time_busy(const struct task_time *t)
{
    int64_t not_busy = t->idle.ms_per_second + task_time_backpressured(t);

    return not_busy < 1000 ? 1000 - not_busy : 0;
}

int64_t task_time_backpressured_ms(const struct task_time *t)
{
    return t->soft.total_ms + t->hard.total_ms;
}

int64_t task_time_busy_ms(const struct task_time *t, int64_t now_ms)
{
    int64_t busy = now_ms - t->started_ms - t->idle.total_ms - task_time_backpressured_ms(t);

    return busy > 0 ? busy : 0;
}

enum pressure pressure_of(int64_t ms_per_second)
{
    static const int64_t most[] = {
#define PRESSURE_MOST_(name, ms) ms,
        PRESSURE_LIST(PRESSURE_MOST_)};
    int p = 0;

    while (ms_per_second > most[p])
        p++;
    return (enum pressure)p;
}

const char *pressure_name(enum pressure p)
{
    static const char *const names[] = {
#define PRESSURE_NAME_(name, ms) #name,
        PRESSURE_LIST(PRESSURE_NAME_)};

    return (unsigned)p < PRESSURES ? names[p] : "?";
}
