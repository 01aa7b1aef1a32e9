/* What goes out of a stream's watermarks when nobody asks the generator: what is promised, rising. */
#include "tests/check.h"
#include "time/timestamps.h"

static struct timestamps punctuated(void)
{
    struct timestamps t;
    struct generator g;

    generator_init(&g, 0, 0);
    timestamps_init(&t, g, 0, false, 7);
    return t;
}

static void test_rows_promise_nothing_by_themselves(void **state)
{
    struct timestamps t = punctuated();

    assert_int_equal(timestamps_on_row(&t, 100), TIMESTAMPS_NOTHING);
    assert_true(t.next_probe_ms == INT64_MAX && t.watermark_ms == INT64_MIN);
    (void)state;
}

static void test_a_promise_goes_out_if_it_is_higher_than_the_last(void **state)
{
    static const struct {
        int64_t promise;
        unsigned out;
        int64_t last;
    } steps[] = {{INT64_MIN, TIMESTAMPS_NOTHING, INT64_MIN},
                 {99, TIMESTAMPS_WATERMARK, 99},
                 {99, TIMESTAMPS_NOTHING, 99},
                 {98, TIMESTAMPS_NOTHING, 99},
                 {INT64_MIN, TIMESTAMPS_NOTHING, 99},
                 {100, TIMESTAMPS_WATERMARK, 100}};
    struct timestamps t = punctuated();

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(timestamps_on_promise(&t, steps[i].promise), steps[i].out);
        assert_true(t.watermark_ms == steps[i].last);
    }
    assert_int_equal(timestamps_on_watermark(&t, 5000), TIMESTAMPS_NOTHING);
    assert_int_equal(timestamps_on_watermark(&t, INT64_MAX), TIMESTAMPS_WATERMARK);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_promise_nothing_by_themselves),
        cmocka_unit_test(test_a_promise_goes_out_if_it_is_higher_than_the_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
