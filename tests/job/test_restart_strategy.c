#include <string.h>

#include "tests/check.h"

#include "base/arena.h"
#include "job/restart_strategy.h"

static struct restart_answer fail_at(struct restart_strategy *s, int64_t now)
{
    return restart_strategy_on_failure(s, now);
}

static void expect(struct restart_answer a, bool is_new, bool may, int64_t backoff)
{
    assert_int_equal(a.is_new_attempt, is_new);
    assert_int_equal(a.may_restart, may);
    if (may)
        assert_int_equal(a.backoff, backoff);
}

static void test_fixed_delay_allows_so_many_and_no_more(void **state)
{
    const struct restart_spec spec = {.kind = RESTART_FIXED_DELAY, .attempts = 2, .delay = 7};
    struct restart_strategy *s = restart_strategy_new(&spec);

    expect(fail_at(s, 100), true, true, 7);
    expect(fail_at(s, 100), true, true, 7);
    expect(fail_at(s, 900), true, false, 0);
    restart_strategy_free(s);
    (void)state;
}

static void test_none_never_restarts(void **state)
{
    const struct restart_spec spec = {.kind = RESTART_NONE, .attempts = RESTART_FOR_EVER};
    struct restart_strategy *s = restart_strategy_new(&spec);

    expect(fail_at(s, 0), true, false, 0);
    restart_strategy_free(s);
    (void)state;
}

/* Two in 60 are allowed: the third at 160 is more than 60 after the first, at 100; the fourth at
 * 161 is not more than 60 after the second, at 101. */
static void test_the_failure_rate_looks_back_one_interval(void **state)
{
    const struct restart_spec spec = {
        .kind = RESTART_FAILURE_RATE, .attempts = 2, .interval = 60, .delay = 3};
    struct restart_strategy *s = restart_strategy_new(&spec);

    expect(fail_at(s, 100), true, true, 3);
    expect(fail_at(s, 101), true, true, 3);
    expect(fail_at(s, 161), true, true, 3);
    expect(fail_at(s, 161), true, false, 0);
    restart_strategy_free(s);
    (void)state;
}

/* 100, 150, 225, then 300, the maximum; each counted from when the delay before it was over. */
static void test_exponential_delays_grow_to_the_maximum_and_begin_anew(void **state)
{
    const struct restart_spec spec = {.kind = RESTART_EXPONENTIAL_DELAY,
                                      .attempts = 4,
                                      .initial = 100,
                                      .max = 300,
                                      .multiplier = 1.5,
                                      .reset_after = 1000};
    struct restart_strategy *s = restart_strategy_new(&spec);

    expect(fail_at(s, 1000), true, true, 100);
    expect(fail_at(s, 1100), false, true, 0); /* R1 */
    expect(fail_at(s, 1101), true, true, 150);
    expect(fail_at(s, 1200), false, true, 51);
    expect(fail_at(s, 1300), true, true, 225);
    expect(fail_at(s, 1600), true, true, 300);
    expect(fail_at(s, 2900), true, true, 100); /* 1000 after 1900 */
    expect(fail_at(s, 3001), true, true, 150);
    expect(fail_at(s, 3200), true, true, 225);
    expect(fail_at(s, 3500), true, true, 300);
    expect(fail_at(s, 3900), true, false, 0); /* the fifth in a row */
    restart_strategy_free(s);
    (void)state;
}

static void test_jitter_stays_within_its_part_and_comes_from_the_seed(void **state)
{
    struct restart_spec spec = {.kind = RESTART_EXPONENTIAL_DELAY,
                                .attempts = RESTART_FOR_EVER,
                                .initial = 1000,
                                .max = 100000,
                                .multiplier = 10,
                                .jitter = 0.25,
                                .reset_after = 1000000};
    bool differs = false;

    for (spec.seed = 1; spec.seed <= 50; spec.seed++) {
        struct restart_strategy *a = restart_strategy_new(&spec), *b = restart_strategy_new(&spec);
        int64_t first = fail_at(a, 0).backoff, second = fail_at(a, 5000).backoff;

        assert_in_range(first, 1000, 1250); /* never below the initial one */
        assert_in_range(second, 7500, 12500);
        differs |= second != 10000;
        assert_int_equal(fail_at(b, 0).backoff, first);
        assert_int_equal(fail_at(b, 5000).backoff, second);
        restart_strategy_free(a);
        restart_strategy_free(b);
    }
    assert_true(differs);
    (void)state;
}

/* Flink 2.3: exponential-delay (1 s, 1.5, 1 min, 0.1) with checkpoints, none without. */
static void test_defaults_are_flinks(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};
    struct restart_spec spec = restart_spec_of(o, 0);

    assert_int_equal(spec.kind, RESTART_NONE);
    assert_int_equal(options_set_pair(o, "execution.checkpointing.interval=1s", true, &why), 0);
    spec = restart_spec_of(o, 0);
    assert_int_equal(spec.kind, RESTART_EXPONENTIAL_DELAY);
    assert_int_equal(spec.initial, 1000000);
    assert_int_equal(spec.max, 60000000);
    assert_int_equal(spec.reset_after, INT64_C(3600000000));
    assert_int_equal(spec.attempts, RESTART_FOR_EVER);
    assert_true(spec.multiplier == 1.5 && spec.jitter == 0.1);
    options_set_pair(o, "restart-strategy.type=failure-rate", true, &why);
    spec = restart_spec_of(o, 0);
    assert_int_equal(spec.kind, RESTART_FAILURE_RATE);
    assert_int_equal(spec.attempts, 1);
    assert_int_equal(spec.interval, 60000000);
    options_set_pair(o, "restart-strategy.type=fixed-delay", true, &why);
    assert_int_equal(restart_spec_of(o, 0).attempts, 1);
    assert_int_equal(restart_spec_of(o, 0).delay, 1000000);
    arena_free(a);
    (void)state;
}

static void test_an_initial_backoff_above_the_maximum_is_refused(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};

    assert_int_equal(options_check(o, &why), ERR_NONE);
    options_set_pair(o, "restart-strategy.exponential-delay.initial-backoff=2min", true, &why);
    assert_int_equal(options_check(o, &why), ERR_USAGE);
    assert_non_null(strstr(why.text, "2min is more than 'restart-strategy.exponential-delay."
                                     "max-backoff', 1min"));
    arena_free(a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_delay_allows_so_many_and_no_more),
        cmocka_unit_test(test_none_never_restarts),
        cmocka_unit_test(test_the_failure_rate_looks_back_one_interval),
        cmocka_unit_test(test_exponential_delays_grow_to_the_maximum_and_begin_anew),
        cmocka_unit_test(test_jitter_stays_within_its_part_and_comes_from_the_seed),
        cmocka_unit_test(test_defaults_are_flinks),
        cmocka_unit_test(test_an_initial_backoff_above_the_maximum_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
