/* Two inputs have one clock: the slowest that is not idle, never back. */
#include "time/combined.h"

#include "tests/check.h"
#include "time/valve.h"

static struct combined two(void)
{
    struct combined c;

    combined_init(&c, 2);
    return c;
}

static void test_the_slower_input_rules(void **state)
{
    struct combined c = two();

    assert_int_equal(combined_on_watermark(&c, 0, 0), VALVE_NOTHING); /* the other has none yet */
    assert_int_equal(combined_on_watermark(&c, 1, -1), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, -1);
    assert_int_equal(combined_on_watermark(&c, 1, 3), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, 0);
    assert_int_equal(combined_on_watermark(&c, 1, 11), VALVE_NOTHING);
    assert_int_equal(combined_on_watermark(&c, 0, 16), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, 11);
    (void)state;
}

static void test_nobody_waits_for_an_idle_input_and_a_riser_takes_nothing_back(void **state)
{
    struct combined c = two();

    combined_on_watermark(&c, 0, 5);
    assert_int_equal(combined_on_status(&c, 1, false), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, 5);
    assert_int_equal(combined_on_status(&c, 1, true), VALVE_NOTHING); /* K1: it is behind */
    assert_int_equal(combined_on_watermark(&c, 0, 9), VALVE_NOTHING); /* and holds the clock */
    assert_int_equal(combined_on_watermark(&c, 1, 7), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, 7);
    (void)state;
}

static void test_all_idle_rises_to_the_greatest_first(void **state)
{
    struct combined c = two();

    combined_on_watermark(&c, 0, 5);
    combined_on_watermark(&c, 1, 9);
    assert_int_equal(combined_on_status(&c, 1, false), VALVE_NOTHING);
    assert_int_equal(combined_on_status(&c, 0, false), VALVE_WATERMARK | VALVE_IDLE); /* K2 */
    assert_int_equal(c.now_ms, 9);
    assert_int_equal(combined_on_status(&c, 0, false), VALVE_NOTHING); /* it was idle already */
    assert_int_equal(combined_on_status(&c, 0, true), VALVE_ACTIVE);
    (void)state;
}

static void test_a_watermark_ends_idleness_silently(void **state)
{
    struct combined c = two();

    combined_on_status(&c, 0, false);
    assert_int_equal(combined_on_status(&c, 1, false), VALVE_IDLE);
    assert_int_equal(combined_on_watermark(&c, 0, 4), VALVE_WATERMARK); /* K3 */
    assert_false(c.idle);
    assert_int_equal(combined_on_status(&c, 0, true), VALVE_NOTHING);
    assert_int_equal(combined_on_status(&c, 0, false), VALVE_IDLE);
    (void)state;
}

static void test_one_input_goes_through_as_it_is(void **state)
{
    struct combined c;

    combined_init(&c, 1);
    assert_int_equal(combined_on_watermark(&c, 0, 4), VALVE_WATERMARK);
    assert_int_equal(c.now_ms, 4);
    assert_int_equal(combined_on_status(&c, 0, false), VALVE_IDLE);
    assert_int_equal(combined_on_status(&c, 0, true), VALVE_ACTIVE);
    assert_int_equal(combined_on_watermark(&c, 0, INT64_MAX), VALVE_WATERMARK);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_slower_input_rules),
        cmocka_unit_test(test_nobody_waits_for_an_idle_input_and_a_riser_takes_nothing_back),
        cmocka_unit_test(test_all_idle_rises_to_the_greatest_first),
        cmocka_unit_test(test_a_watermark_ends_idleness_silently),
        cmocka_unit_test(test_one_input_goes_through_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
