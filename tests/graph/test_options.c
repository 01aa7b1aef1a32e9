#include "graph/options.h"
#include "tests/check.h"

#include <string.h>

static void test_durations_are_written_as_flink_writes_them(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } rows[] = {{"10ms", 10000}, {"2 min", 120000000}, {"1h", 3600000000}, {"20us", 20},
                {"5", 5000},     {"5 s", 5000000},     {"0ms", 0},         {"1 d", 86400000000}};
    int64_t us;
    char out[24];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(duration_parse(rows[i].text, &us), ERR_NONE);
        assert_true(us == rows[i].us);
        duration_format(us, out);
        assert_int_equal(duration_parse(out, &us), ERR_NONE);
        assert_true(us == rows[i].us);
    }
    assert_int_not_equal(duration_parse("5 parsecs", &us), ERR_NONE);
    assert_int_not_equal(duration_parse("-1s", &us), ERR_NONE);
    (void)state;
}

static void test_an_unknown_key_is_refused_with_the_nearest_one(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};

    assert_int_equal(options_set_pair(o, "paralelism.default=3", true, &why), ERR_USAGE);
    assert_non_null(strstr(why.text, "did you mean 'parallelism.default'"));
    arena_free(a);
    (void)state;
}

static void test_a_value_of_the_wrong_kind_is_refused(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};

    assert_int_equal(options_set_pair(o, "execution.checkpointing.interval=soon", true, &why),
                     ERR_USAGE);
    assert_non_null(strstr(why.text, "a duration"));
    arena_free(a);
    (void)state;
}

static void test_a_value_beyond_its_limits_is_refused_and_they_are_said(void **state)
{
    static const struct {
        const char *pair, *words;
    } rows[] = {
        {"taskmanager.memory.segment-size=3kb", "is not a power of two"},
        {"taskmanager.memory.segment-size=32", "32 is not between 64 and 67108864"},
        {"parallelism.default=0", "0 is not between 1 and 32768"},
        {"parallelism.default=99999999999999999999", "is not a whole number"},
        {"execution.checkpointing.timeout=0ms", "0ms is not between 1us and 8760h"},
        {"execution.checkpointing.num-retained=-1", "-1 is not between 1 and 1000"},
        {"weir.sim.cost.window=2000 d", "2000 d is not between 0ms and 8760h"},
        {"restart-strategy.type=sometimes", "'sometimes' is none of 'none', 'fixed-delay', "},
        {"restart-strategy.type=none fixed-delay", "'none fixed-delay' is none of"},
        {"restart-strategy.exponential-delay.jitter-factor=1.5", "1.5 is not between 0 and 1"},
        {"restart-strategy.exponential-delay.jitter-factor=1.5x", "is not a number such as 1.5"},
        {"restart-strategy.exponential-delay.backoff-multiplier=nan", "is not a number"},
        {"weir.workers=64", "64 is not between -1 and 63"},
        {"execution.runtime-mode=batch", "'batch' is none of 'STREAMING', 'BATCH', 'AUTOMATIC'"},
        {"weir.source.bad-rows=", "'' is none of 'fail', 'skip', 'dead-letter'"},
    };
    struct arena *a = arena_new();
    struct options *o = options_new(a);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct diag why = {0};

        assert_int_equal(options_set_pair(o, rows[i].pair, true, &why), ERR_USAGE);
        if (!strstr(why.text, rows[i].words))
            fail_msg("%s says '%s'", rows[i].pair, why.text);
    }
    arena_free(a);
    (void)state;
}

static void test_every_default_is_within_its_own_limits(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);

    for (int i = 0; i < OPTIONS; i++) {
        struct diag why = {0};

        if (option_default((enum option)i)[0] == 0)
            continue;
        options_set(o, option_key((enum option)i), option_default((enum option)i), true, &why);
        if (why.err)
            fail_msg("%s", why.text);
    }
    arena_free(a);
    (void)state;
}

static void test_the_command_line_wins_over_the_program_in_any_order(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};

    options_set_pair(o, "parallelism.default=4", true, &why);
    options_set_pair(o, "parallelism.default=2", false, &why);
    assert_int_equal(option_number(o, OPTION_PARALLELISM), 4);
    assert_false(option_is_set(o, OPTION_INTERVAL));
    options_set_pair(o, "weir.sim.cost.window=7us", true, &why);
    assert_int_equal(option_cost_us(o, "window"), 7);
    assert_int_equal(option_cost_us(o, "map"), 1);
    arena_free(a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations_are_written_as_flink_writes_them),
        cmocka_unit_test(test_an_unknown_key_is_refused_with_the_nearest_one),
        cmocka_unit_test(test_a_value_of_the_wrong_kind_is_refused),
        cmocka_unit_test(test_a_value_beyond_its_limits_is_refused_and_they_are_said),
        cmocka_unit_test(test_every_default_is_within_its_own_limits),
        cmocka_unit_test(test_the_command_line_wins_over_the_program_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
