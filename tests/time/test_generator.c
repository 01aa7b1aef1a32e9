/* Watermarks by the tables of flink-semantics 1.1 and 1.2, and what an idle source says. */
#include "tests/check.h"
#include "time/generator.h"

static void expect(struct generator *g, int64_t now_ms, enum generator_out wanted)
{
    assert_int_equal(generator_on_probe(g, now_ms), wanted);
}

static void test_the_promise_is_the_greatest_timestamp_less_delay_less_one(void **state)
{
    static const int64_t rows[][3] = {/* delay, row, promised */
                                      {10, 1337, 1326},
                                      {0, 1000, 999},
                                      {100, -5, -106}};
    struct generator g;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        generator_init(&g, rows[i][0], 0);
        generator_on_row(&g, rows[i][1]);
        assert_true(generator_watermark(&g) == rows[i][2]);
    }
    (void)state;
}

static void test_a_row_behind_the_greatest_changes_nothing(void **state)
{
    static const int64_t rows[] = {12345, 12300, 12340, 12280};
    struct generator g;

    generator_init(&g, 10, 0);
    for (int i = 0; i < 4; i++) {
        generator_on_row(&g, rows[i]);
        assert_true(generator_watermark(&g) == 12334);
    }
    (void)state;
}

static void test_nothing_is_promised_before_a_row_and_nothing_wraps(void **state)
{
    struct generator g;

    generator_init(&g, 10, 0);
    assert_true(generator_watermark(&g) == INT64_MIN);
    expect(&g, 1000, GENERATOR_WATERMARK);
    generator_on_row(&g, INT64_MIN + 3); /* earlier than the delay reaches */
    assert_true(generator_watermark(&g) == INT64_MIN);
    generator_on_row(&g, INT64_MIN + 12);
    assert_true(generator_watermark(&g) == INT64_MIN + 1);
    (void)state;
}

static void test_idle_after_more_than_its_time_from_the_first_quiet_probe(void **state)
{
    struct generator g;

    generator_init(&g, 0, 10);
    generator_on_row(&g, 5);
    expect(&g, 100, GENERATOR_WATERMARK); /* a row came since the last probe */
    expect(&g, 200, GENERATOR_WATERMARK); /* the first quiet one: the timer starts */
    expect(&g, 210, GENERATOR_WATERMARK); /* not more than 10 */
    expect(&g, 211, GENERATOR_IDLE);
    expect(&g, 300, GENERATOR_NOTHING);
    generator_on_row(&g, 4);
    expect(&g, 301, GENERATOR_WATERMARK);
    expect(&g, 302, GENERATOR_WATERMARK); /* the timer starts anew */
    expect(&g, 313, GENERATOR_IDLE);
    (void)state;
}

static void test_a_clock_that_shows_zero_starts_no_timer(void **state)
{
    struct generator g;

    generator_init(&g, 0, 10);
    expect(&g, 0, GENERATOR_WATERMARK);
    expect(&g, 11, GENERATOR_WATERMARK); /* starts here */
    expect(&g, 22, GENERATOR_IDLE);
    (void)state;
}

static void test_without_an_idle_time_it_is_never_idle(void **state)
{
    struct generator g;

    generator_init(&g, 0, 0);
    for (int64_t now = 1; now < 1000000; now *= 10)
        expect(&g, now, GENERATOR_WATERMARK);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_promise_is_the_greatest_timestamp_less_delay_less_one),
        cmocka_unit_test(test_a_row_behind_the_greatest_changes_nothing),
        cmocka_unit_test(test_nothing_is_promised_before_a_row_and_nothing_wraps),
        cmocka_unit_test(test_idle_after_more_than_its_time_from_the_first_quiet_probe),
        cmocka_unit_test(test_a_clock_that_shows_zero_starts_no_timer),
        cmocka_unit_test(test_without_an_idle_time_it_is_never_idle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
