#include "job/restart_strategy.h"

#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

struct restart_strategy {
    struct restart_spec spec;
    struct rng rng;
    uint32_t failures;    /* exponential-delay: since it began anew */
    int64_t next_restart; /* exponential-delay: when the last answer's delay is over */
    int64_t *failed_at;   /* failure-rate: the last spec.attempts + 1 failures, oldest first */
    uint32_t kept, room;
};

const char *restart_kind_name(enum restart_kind k)
{
    static const char *const names[] = {
#define RESTART_NAME_(name, word) word,
        RESTART_LIST(RESTART_NAME_)};

    return (unsigned)k < RESTART_KINDS ? names[k] : "?";
}

enum restart_kind restart_kind_of(const char *name)
{
    int k = 0;

    while (k < RESTART_KINDS && strcmp(restart_kind_name((enum restart_kind)k), name) != 0)
        k++;
    return (enum restart_kind)k;
}

/* ---- what the options say ---- */

static enum restart_kind kind_of(const struct options *o)
{
    if (option_is_set(o, OPTION_RESTART))
        return restart_kind_of(option_text(o, OPTION_RESTART));
    return option_number(o, OPTION_INTERVAL) > 0 ? RESTART_EXPONENTIAL_DELAY : RESTART_NONE;
}

enum option restart_limit(enum restart_kind k)
{
    static const enum option limits[] = {
        [RESTART_NONE] = OPTION_RESTART,
        [RESTART_FIXED_DELAY] = OPTION_RESTART_ATTEMPTS,
        [RESTART_FAILURE_RATE] = OPTION_RESTART_RATE_FAILURES,
        [RESTART_EXPONENTIAL_DELAY] = OPTION_RESTART_EXP_ATTEMPTS,
    };

    return limits[k];
}

struct restart_spec restart_spec_of(const struct options *o, uint64_t seed)
{
    enum restart_kind kind = kind_of(o);
    bool is_rate = kind == RESTART_FAILURE_RATE;

    return (struct restart_spec){
        .kind = kind,
        .attempts = (uint32_t)option_number(o, restart_limit(kind)),
        .delay = option_number(o, is_rate ? OPTION_RESTART_RATE_DELAY : OPTION_RESTART_DELAY),
        .interval = option_number(o, OPTION_RESTART_RATE_INTERVAL),
        .initial = option_number(o, OPTION_RESTART_EXP_INITIAL),
        .max = option_number(o, OPTION_RESTART_EXP_MAX),
        .reset_after = option_number(o, OPTION_RESTART_EXP_RESET),
        .multiplier = option_real(o, OPTION_RESTART_EXP_MULTIPLIER),
        .jitter = option_real(o, OPTION_RESTART_EXP_JITTER),
        .seed = seed,
    };
}

/* ---- life ---- */

struct restart_strategy *restart_strategy_new(const struct restart_spec *spec)
{
    struct restart_strategy *s = mem_alloc(sizeof *s);

    s->spec = *spec;
    s->rng = rng_of(spec->seed, "restart");
    s->next_restart = INT64_MIN;
    return s;
}

void restart_strategy_free(struct restart_strategy *s)
{
    if (s)
        mem_free(s->failed_at);
    mem_free(s);
}

/* ---- failure-rate ---- */

static void remember(struct restart_strategy *s, int64_t now)
{
    if (s->kept > s->spec.attempts)
        memmove(s->failed_at, s->failed_at + 1, --s->kept * sizeof now);
    MEM_GROW(s->failed_at, s->kept, s->room);
    s->failed_at[s->kept++] = now;
}

static bool rate_is_low(const struct restart_strategy *s, int64_t now)
{
    return s->kept <= s->spec.attempts || now - s->failed_at[0] > s->spec.interval;
}

/* ---- exponential-delay ---- */

/* Whole units; the product in long double, whose error does not reach a whole unit. */
static int64_t grown(const struct restart_spec *p, uint32_t failures)
{
    long double delay = (long double)p->initial;

    for (uint32_t i = 1; i < failures && delay < (long double)p->max; i++)
        delay *= (long double)p->multiplier;
    return delay < (long double)p->max ? (int64_t)(double)delay : p->max;
}

static int64_t jittered(struct restart_strategy *s, int64_t delay)
{
    int64_t reach = (int64_t)((double)delay * s->spec.jitter);

    if (reach > 0)
        delay += (int64_t)rng_below(&s->rng, 2 * (uint64_t)reach + 1) - reach;
    delay = delay < s->spec.max ? delay : s->spec.max;
    return delay > s->spec.initial ? delay : s->spec.initial;
}

static struct restart_answer grow(struct restart_strategy *s, int64_t now)
{
    bool is_new = s->failures == 0 || now > s->next_restart; /* R1 */

    if (is_new) {
        if (s->failures && now - s->next_restart >= s->spec.reset_after)
            s->failures = 0;
        s->failures++;
        s->next_restart = now + jittered(s, grown(&s->spec, s->failures));
    }
    return (struct restart_answer){is_new, s->failures <= s->spec.attempts, s->next_restart - now};
}

/* ---- the question ---- */

struct restart_answer restart_strategy_on_failure(struct restart_strategy *s, int64_t now)
{
    switch (s->spec.kind) {
    case RESTART_FIXED_DELAY:
        s->failures++; /* R2 */
        return (struct restart_answer){true, s->failures <= s->spec.attempts, s->spec.delay};
    case RESTART_FAILURE_RATE:
        remember(s, now);
        return (struct restart_answer){true, rate_is_low(s, now), s->spec.delay};
    case RESTART_EXPONENTIAL_DELAY:
        return grow(s, now);
    case RESTART_NONE:
    case RESTART_KINDS:
        break;
    }
    return (struct restart_answer){.is_new_attempt = true};
}
