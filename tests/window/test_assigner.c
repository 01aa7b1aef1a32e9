/* Window starts by the table of flink-semantics 2.1, and the two kinds of too late. */
#include "tests/check.h"
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
        cmocka_unit_test(test_clean_up_saturates_and_the_element_test_wraps),
        cmocka_unit_test(test_an_element_behind_the_watermark_fires_its_key_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
