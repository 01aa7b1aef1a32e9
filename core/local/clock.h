/* clock.h -- real time as a worker sees it: microseconds since 1970 that only go forwards.
 *
 * The wall clock is looked at once, when the driver starts; from then on the
 * monotonic clock is added.  So timers fire in order whatever an
 * administrator does to the wall clock meanwhile.
 */
#ifndef CORE_LOCAL_CLOCK_H
#define CORE_LOCAL_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t offset_us; /* wall clock - monotonic clock, at the start */
};

struct clock clock_start(void);
int64_t clock_now_us(struct clock c);
int64_t clock_monotonic_us(struct clock c, int64_t us); /* the monotonic time of that instant */

#endif
