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

static void test_a_value_out_of_range_is_refused_and_the_range_is_said(void **state)
{
    static const struct {
        const char *pair, *says; /* says NULL: it is fine */
    } values[] = {
        {"parallelism.default=0", "between 1 and"},
        {"execution.checkpointing.interval=0ms", "too short"},
        {"execution.checkpointing.interval=1us", NULL},
        {"execution.checkpointing.timeout=106751991d", "a duration"},
        {"execution.checkpointing.num-retained=-1", "between 1 and"},
        {"execution.checkpointing.tolerable-failed-checkpoints=-1", "between 0 and"},
        {"restart-strategy.type=fixed_delay", "neither 'none' nor 'fixed-delay'"},
        {"restart-strategy.type=none", NULL},
        {"restart-strategy.fixed-delay.attempts=-1", "between 0 and"},
        {"restart-strategy.fixed-delay.attempts=99999999999", "a whole number"},
        {"weir.source.bad-rows=ignore", "neither 'fail' nor 'skip'"},
        {"taskmanager.memory.segment-size=0", "between 64 and"},
        {"taskmanager.memory.segment-size=100", "a multiple of 8"},
        {"taskmanager.memory.segment-size=4kb", NULL},
        {"taskmanager.network.memory.buffers-per-channel=0", "between 1 and"},
        {"weir.workers=64", "between -1 and 63"},
        {"weir.workers=-1", NULL},
    };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct arena *a = arena_new();
        struct diag why = {0};
        int err = options_set_pair(options_new(a), values[i].pair, true, &why);

        assert_int_equal(err, values[i].says ? ERR_USAGE : ERR_NONE);
        if (values[i].says && strstr(why.text, values[i].says) == NULL)
            fail_msg("%s: %s", values[i].pair, why.text);
        arena_free(a);
    }
    (void)state;
}

static void test_every_default_is_a_legal_value(void **state)
{
    struct arena *a = arena_new();
    struct options *o = options_new(a);

    for (int i = 0; i < OPTIONS; i++) {
        struct diag why = {0};

        if (option_is_set(o, i) && options_set(o, option_key(i), option_default(i), true, &why))
            fail_msg("%s", why.text);
    }
    arena_free(a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations_are_written_as_flink_writes_them),
        cmocka_unit_test(test_an_unknown_key_is_refused_with_the_nearest_one),
        cmocka_unit_test(test_a_value_of_the_wrong_kind_is_refused),
        cmocka_unit_test(test_the_command_line_wins_over_the_program_in_any_order),
        cmocka_unit_test(test_a_value_out_of_range_is_refused_and_the_range_is_said),
        cmocka_unit_test(test_every_default_is_a_legal_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
