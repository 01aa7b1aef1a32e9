/* Window starts by the table of flink-semantics 2.1, and the two kinds of too late. */
#include "tests/check.h"
#include "window/assigner.h"
#include "window/lateness.h"
#include "window/trigger.h"

static void test_window_starts_are_flinks_also_for_negative_times(void **state)
{
    static const int64_t rows[][4] = {
        /* ts, offset, size, start */
        {0, 0, 5000, 0},          {4999, 0, 5000, 0},       {5000, 0, 5000, 5000},
        {-1, 0, 5000, -5000},     {-5000, 0, 5000, -5000},  {-5001, 0, 5000, -10000},
        {999, 1000, 5000, -4000}, {5999, 1000, 5000, 1000}, {1000, -100, 5000, -100},
        {4900, -100, 5000, 4900}, {-1, 100, 5000, -4900},   {2, 3, 10, -7}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tumbling t = {rows[i][2], rows[i][1]};

        assert_true(tumbling_start(&t, rows[i][0]) == rows[i][3]);
        assert_true(tumbling_max(&t, rows[i][3]) == rows[i][3] + rows[i][2] - 1);
    }
    (void)state;
}

/* All windows of a timestamp, as "start..end start..end". */
static const char *windows_of(struct assigner a, int64_t ms)
{
    static char text[512];
    struct time_window w;
    int n = 0;

    text[0] = 0;
    for (bool is_one = assigner_first(&a, ms, &w); is_one && n < 400;
         is_one = assigner_next(&a, ms, &w))
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%lld..%lld", n ? " " : "",
                      (long long)w.start_ms, (long long)w.end_ms);
    return text;
}

static void test_windows_of_a_timestamp_by_the_tables_of_flink_semantics(void **state)
{
    static const struct {
        struct assigner a;
        int64_t ms;
        const char *wanted;
    } rows[] = {
        {{ASSIGNER_TUMBLING, 10, 0, 3}, 2, "-7..3"},
        {{ASSIGNER_SLIDING, 3000, 1000, 0}, 3001, "3000..6000 2000..5000 1000..4000"},
        {{ASSIGNER_SLIDING, 3000, 1000, 0}, -1, "-1000..2000 -2000..1000 -3000..0"},
        {{ASSIGNER_SLIDING, 10, 4, 1}, 7, "5..15 1..11"},
        {{ASSIGNER_SLIDING, 5, 10, 0}, 12, "10..15"},
        {{ASSIGNER_SLIDING, 5, 10, 0}, 17, ""},
        {{ASSIGNER_CUMULATE, 10, 2, 0}, 5, "0..6 0..8 0..10"},
        {{ASSIGNER_CUMULATE, 10, 2, 0}, 0, "0..2 0..4 0..6 0..8 0..10"},
        {{ASSIGNER_CUMULATE, 10, 2, 0}, -3, "-10..-2 -10..0"},
        {{ASSIGNER_CUMULATE, 10, 5, 3}, 7, "3..8 3..13"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(windows_of(rows[i].a, rows[i].ms), rows[i].wanted);
    (void)state;
}

static void test_a_walk_ends_at_both_ends_of_time(void **state)
{
    assert_string_equal(windows_of((struct assigner){ASSIGNER_SLIDING, 10, 3, 0}, INT64_MIN + 10),
                        "-9223372036854775800..-9223372036854775790 "
                        "-9223372036854775803..-9223372036854775793 "
                        "-9223372036854775806..-9223372036854775796");
    assert_string_equal(windows_of((struct assigner){ASSIGNER_CUMULATE, 10, 5, 0}, INT64_MAX - 1),
                        "9223372036854775800..-9223372036854775806");
    (void)state;
}

/* Every start is tried, newest first. */
static void test_drawn_timestamps_are_in_exactly_the_windows_that_hold_them(void **state)
{
    uint64_t seed = test_seed(6);

    for (int i = 0; i < 2000; i++) {
        char wanted[512] = "";
        int64_t n = 0;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        struct assigner a = {ASSIGNER_SLIDING, 1 + (int64_t)(seed >> 33) % 20,
                             1 + (int64_t)(seed >> 40) % 20, 0};
        int64_t ms = (int64_t)(seed >> 50) % 200 - 100;

        a.offset_ms = (int64_t)(seed >> 20) % a.step_ms;
        for (int64_t start = ms; start >= -200; start--)
            if ((start - a.offset_ms) % a.step_ms == 0 && ms < start + a.size_ms)
                n += snprintf(wanted + n, sizeof wanted - (size_t)n, "%s%lld..%lld", n ? " " : "",
                              (long long)start, (long long)(start + a.size_ms));
        assert_string_equal(windows_of(a, ms), wanted);
    }
    (void)state;
}

static void test_clean_up_saturates_and_the_element_test_wraps(void **state)
{
    assert_true(lateness_cleanup(1999, 500) == 2499);
    assert_true(lateness_cleanup(1999, INT64_MAX) == INT64_MAX);
    assert_false(lateness_window_is_late(1999, 500, 2498));
    assert_true(lateness_window_is_late(1999, 500, 2499));
    assert_false(lateness_element_is_late(1997, 500, 2300)); /* 2497 is after 2300 */
    assert_true(lateness_element_is_late(1800, 500, 2300));
    assert_true(lateness_element_is_late(10, INT64_MAX, 0)); /* wraps to below 0 */
    (void)state;
}

static void test_an_element_behind_the_watermark_fires_its_key_at_once(void **state)
{
    assert_int_equal(trigger_event_time(1999, 1998), TRIGGER_CONTINUE);
    assert_int_equal(trigger_event_time(1999, 1999), TRIGGER_FIRE);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window_starts_are_flinks_also_for_negative_times),
        cmocka_unit_test(test_windows_of_a_timestamp_by_the_tables_of_flink_semantics),
        cmocka_unit_test(test_a_walk_ends_at_both_ends_of_time),
        cmocka_unit_test(test_drawn_timestamps_are_in_exactly_the_windows_that_hold_them),
        cmocka_unit_test(test_clean_up_saturates_and_the_element_test_wraps),
        cmocka_unit_test(test_an_element_behind_the_watermark_fires_its_key_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
