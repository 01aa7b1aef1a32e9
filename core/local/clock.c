#include "local/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct clock clock_start(void)
{
    return (struct clock){read_us(CLOCK_REALTIME) - read_us(CLOCK_MONOTONIC)};
}

int64_t clock_now_us(struct clock c)
{
    return read_us(CLOCK_MONOTONIC) + c.offset_us;
}

int64_t clock_monotonic_us(struct clock c, int64_t us)
{
    return us - c.offset_us;
}
