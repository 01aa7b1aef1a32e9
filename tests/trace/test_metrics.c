/* Gauges, meters and histograms, by numbers worked out beforehand. */
#include "tests/check.h"
#include "trace/histogram.h"
#include "trace/meter.h"
#include "trace/task_time.h"

#include <math.h>

static void test_a_stretch_counts_as_far_as_it_has_come(void **state)
{
    struct timer_gauge g = {0};

    timer_gauge_start(&g, 1000);
    timer_gauge_read(&g, 5000); /* 4000 of 5000 ms */
    assert_int_equal(g.ms_per_second, 800);
    assert_int_equal(g.longest_ms, 4000);
    timer_gauge_end(&g, 6000);
    timer_gauge_read(&g, 10000); /* and 1000: 5000 of 10000 ms; the stretch had 5000 */
    assert_int_equal(g.ms_per_second, 500);
    assert_int_equal(g.longest_ms, 5000);
    timer_gauge_read(&g, 15000);
    assert_int_equal(g.ms_per_second, 333);
    assert_int_equal(g.longest_ms, 0); /* G2 */
    assert_int_equal(g.total_ms, 5000);
    (void)state;
}

static void test_a_gauge_forgets_what_is_older_than_a_minute(void **state)
{
    struct timer_gauge g = {0};
    int64_t now_ms = 0;

    timer_gauge_start(&g, 0);
    timer_gauge_end(&g, 5000);
    for (int i = 0; i < GAUGE_READINGS; i++)
        timer_gauge_read(&g, now_ms += 5000);
    assert_int_equal(g.ms_per_second, 5000 / 60); /* G1 */
    timer_gauge_read(&g, now_ms += 5000);
    assert_int_equal(g.ms_per_second, 0);
    (void)state;
}

static void test_a_gauge_stays_within_a_second_of_a_second(void **state)
{
    struct timer_gauge g = {0};

    timer_gauge_start(&g, 0);
    timer_gauge_start(&g, 3000); /* no effect: it began at 0 */
    timer_gauge_read(&g, 8000);  /* late: 8000 ms in a reading of 5000 */
    assert_int_equal(g.ms_per_second, 1000);
    (void)state;
}

static void test_busy_is_what_is_neither_idle_nor_held_back(void **state)
{
    struct task_time t = {.started_ms = 10000};

    timer_gauge_start(&t.idle, 10000);
    timer_gauge_end(&t.idle, 11500);
    timer_gauge_start(&t.soft, 11500);
    timer_gauge_end(&t.soft, 13000);
    timer_gauge_start(&t.hard, 13000);
    timer_gauge_end(&t.hard, 13750);
    timer_gauge_read(&t.idle, 15000);
    timer_gauge_read(&t.soft, 15000);
    timer_gauge_read(&t.hard, 15000);
    assert_int_equal(t.idle.ms_per_second, 300);
    assert_int_equal(task_time_backpressured(&t), 450);
    assert_int_equal(task_time_busy(&t), 250);
    assert_int_equal(task_time_backpressured_ms(&t), 2250);
    assert_int_equal(task_time_busy_ms(&t, 15000), 1250);
    (void)state;
}

static void test_levels_begin_behind_a_tenth_and_a_half(void **state)
{
    static const struct {
        int64_t ms;
        const char *level;
    } of[] = {{0, "OK"}, {100, "OK"}, {101, "LOW"}, {500, "LOW"}, {501, "HIGH"}, {1000, "HIGH"}};

    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++)
        assert_string_equal(pressure_name(pressure_of(of[i].ms)), of[i].level);
    (void)state;
}

/* 10 s marked 506, 8, 0: the third reading looks back two, past the 506. */
static void test_a_rate_is_the_growth_over_the_span(void **state)
{
    struct meter m;

    meter_init(&m, 10);
    m.count += 506;
    meter_read(&m);
    assert_true(m.rate == 50.6);
    m.count += 8;
    meter_read(&m);
    assert_true(m.rate == 51.4);
    meter_read(&m);
    assert_true(m.rate == 0.8);
    meter_done(&m);
    (void)state;
}

static void test_a_span_is_rounded_down_to_readings(void **state)
{
    static const uint32_t span[][2] = {{3, 5}, {5, 5}, {7, 5}, {60, 60}, {64, 60}};

    for (size_t i = 0; i < sizeof span / sizeof span[0]; i++) {
        struct meter m;

        meter_init(&m, span[i][0]);
        assert_int_equal(m.span, span[i][1]);
        meter_done(&m);
    }
    (void)state;
}

static void test_a_histogram_is_of_the_newest_values(void **state)
{
    static const int64_t values[] = {100, 0, 1, 2, 2, 4};
    struct histogram_statistics s;
    struct histogram h;

    histogram_init(&h, 5);
    assert_true(histogram_quantile(&h, 0.5) == 0);
    for (int i = 0; i < 6; i++)
        histogram_add(&h, values[i]);
    s = histogram_statistics(&h);
    assert_int_equal(h.count, 6); /* H1 */
    assert_int_equal(h.size, 5);
    assert_int_equal(s.min, 0);
    assert_int_equal(s.max, 4);
    assert_true(fabs(s.mean - 1.8) < 1e-12);
    assert_true(fabs(s.deviation - sqrt(8.8 / 4)) < 1e-12); /* H3 */
    assert_true(histogram_quantile(&h, 0.75) == 3);         /* H2: position 4.5 */
    assert_true(histogram_quantile(&h, 0.1) == 0);          /* 0.6: before the first */
    assert_true(histogram_quantile(&h, 0.99) == 4);         /* 5.94: behind the last */
    histogram_done(&h);
    (void)state;
}

static void test_one_value_does_not_deviate(void **state)
{
    struct histogram h;

    histogram_init(&h, 1);
    histogram_add(&h, 7);
    assert_true(histogram_statistics(&h).deviation == 0);
    assert_true(histogram_quantile(&h, 0.5) == 7);
    histogram_done(&h);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stretch_counts_as_far_as_it_has_come),
        cmocka_unit_test(test_a_gauge_forgets_what_is_older_than_a_minute),
        cmocka_unit_test(test_a_gauge_stays_within_a_second_of_a_second),
        cmocka_unit_test(test_busy_is_what_is_neither_idle_nor_held_back),
        cmocka_unit_test(test_levels_begin_behind_a_tenth_and_a_half),
        cmocka_unit_test(test_a_rate_is_the_growth_over_the_span),
        cmocka_unit_test(test_a_span_is_rounded_down_to_readings),
        cmocka_unit_test(test_a_histogram_is_of_the_newest_values),
        cmocka_unit_test(test_one_value_does_not_deviate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
