/* ttl.h -- time-to-live: when an entry of keyed state has expired.
 *
 *   T1  an entry expires `ms` after its last access: with 10 ms, accessed at 30, it is there at 39
 *       and has expired at 40; a time-to-live too long for the clock never ends
 *
 * Time is the wall clock of the task (weir_now_ms()), never event time.
 *
 * Flink    TtlUtils.
 */
#ifndef CORE_STATE_TTL_H
#define CORE_STATE_TTL_H

#include "weir.h"

static inline bool ttl_is_on(const struct weir_ttl *t)
{
    return t->ms > 0;
}

static inline bool ttl_has_expired(const struct weir_ttl *t, int64_t access_ms, int64_t now_ms)
{
    int64_t most = access_ms > 0 ? INT64_MAX - access_ms : INT64_MAX;

    return access_ms + (t->ms < most ? t->ms : most) <= now_ms;
}

#endif
