/* restart_strategy.h -- a task failed: may the job start again, and after how long?
 *
 *   none                never
 *   fixed-delay         `attempts` times, each after `delay`
 *   failure-rate        while no more than `attempts` failures lie in `interval`; after `delay`
 *   exponential-delay   after `initial`, then `multiplier` times as long each time, `max` at most;
 *                       `attempts` times; a run of `reset_after` without failure begins anew
 *
 *   R1  exponential-delay: what fails while a restart is being waited for belongs to that one
 *   R2  a failure is counted even when the answer is no
 *
 * Jitter moves a delay by up to that part of it, either way: many jobs that failed together do not
 * come back together.  It is drawn from a seed.
 *
 * Pure.  Times are of one unit, the caller's: microseconds in the engine, milliseconds in Flink's
 * vectors (delays are whole units, so the two differ by less than one).
 *
 * Flink    RestartBackoffTimeStrategy: NoRestart-, FixedDelay-, FailureRate-,
 *          ExponentialDelayRestartBackoffTimeStrategy.
 */
#ifndef CORE_JOB_RESTART_STRATEGY_H
#define CORE_JOB_RESTART_STRATEGY_H

#include "graph/options.h"

#define RESTART_LIST(R)                                                                            \
    R(NONE, "none")                                                                                \
    R(FIXED_DELAY, "fixed-delay")                                                                  \
    R(FAILURE_RATE, "failure-rate")                                                                \
    R(EXPONENTIAL_DELAY, "exponential-delay")
enum restart_kind {
#define RESTART_ENUM_(name, word) RESTART_##name,
    RESTART_LIST(RESTART_ENUM_) RESTART_KINDS
};
const char *restart_kind_name(enum restart_kind k);
enum restart_kind restart_kind_of(const char *name); /* RESTART_KINDS: no such name */

enum { RESTART_FOR_EVER = INT32_MAX }; /* attempts */

struct restart_spec {
    enum restart_kind kind;
    uint32_t attempts; /* failure-rate: failures in an interval */
    int64_t delay, interval;
    int64_t initial, max, reset_after;
    double multiplier, jitter; /* > 1; 0 to 1 */
    uint64_t seed;
};

/* What the options say (in microseconds).  `restart-strategy.type` not set: exponential-delay if
 * the job takes checkpoints, else none. */
struct restart_spec restart_spec_of(const struct options *o, uint64_t seed);
/* The option that would allow more restarts. */
enum option restart_limit(enum restart_kind k);

struct restart_strategy;
struct restart_strategy *restart_strategy_new(const struct restart_spec *spec);
void restart_strategy_free(struct restart_strategy *s); /* NULL is fine */

struct restart_answer {
    bool is_new_attempt; /* R1: false: part of the restart that is under way */
    bool may_restart;
    int64_t backoff; /* from now */
};
/* `now` never falls. */
struct restart_answer restart_strategy_on_failure(struct restart_strategy *s, int64_t now);

#endif
