/* The valve's rules by the table of flink-semantics 1.4, then a random walk against V1 to V3. */
#include "tests/check.h"
#include "time/valve.h"

static void expect(struct valve *v, unsigned got, unsigned wanted, int64_t now)
{
    assert_int_equal(got, wanted);
    assert_true(valve_now(v) == now);
}

static void test_valve_follows_the_slowest_of_three(void **state)
{
    struct valve *v = valve_new(3);

    expect(v, valve_on_watermark(v, 0, 0), VALVE_NOTHING, INT64_MIN);
    expect(v, valve_on_watermark(v, 1, 0), VALVE_NOTHING, INT64_MIN);
    expect(v, valve_on_watermark(v, 2, 0), VALVE_WATERMARK, 0);
    expect(v, valve_on_watermark(v, 0, 12), VALVE_NOTHING, 0);
    expect(v, valve_on_watermark(v, 2, 8), VALVE_NOTHING, 0);
    expect(v, valve_on_watermark(v, 2, 10), VALVE_NOTHING, 0);
    expect(v, valve_on_watermark(v, 1, 15), VALVE_WATERMARK, 10);
    expect(v, valve_on_watermark(v, 2, 17), VALVE_WATERMARK, 12);
    expect(v, valve_on_watermark(v, 0, 20), VALVE_WATERMARK, 15);
    valve_free(v);
    (void)state;
}

static void test_valve_lets_the_greatest_out_before_all_are_idle(void **state)
{
    struct valve *v = valve_new(3);

    valve_on_watermark(v, 0, 10);
    valve_on_watermark(v, 1, 5);
    expect(v, valve_on_watermark(v, 2, 3), VALVE_WATERMARK, 3);
    expect(v, valve_on_idle(v, 0), VALVE_NOTHING, 3);
    expect(v, valve_on_idle(v, 1), VALVE_NOTHING, 3);
    expect(v, valve_on_idle(v, 2), VALVE_WATERMARK | VALVE_IDLE, 10);
    valve_free(v);
    (void)state;
}

static void test_valve_is_deaf_while_idle_and_says_when_it_is_back(void **state)
{
    struct valve *v = valve_new(1);

    expect(v, valve_on_watermark(v, 0, 25), VALVE_WATERMARK, 25);
    expect(v, valve_on_idle(v, 0), VALVE_IDLE, 25);
    expect(v, valve_on_watermark(v, 0, 50), VALVE_NOTHING, 25);
    expect(v, valve_on_active(v, 0), VALVE_ACTIVE, 25);
    expect(v, valve_on_watermark(v, 0, 50), VALVE_WATERMARK, 50);
    valve_free(v);
    (void)state;
}

static void test_valve_ignores_a_late_riser_until_it_catches_up(void **state)
{
    struct valve *v = valve_new(3);

    valve_on_watermark(v, 0, 10);
    valve_on_watermark(v, 1, 7);
    expect(v, valve_on_watermark(v, 2, 3), VALVE_WATERMARK, 3);
    expect(v, valve_on_idle(v, 2), VALVE_WATERMARK, 7);
    expect(v, valve_on_active(v, 2), VALVE_NOTHING, 7);
    expect(v, valve_on_watermark(v, 2, 5), VALVE_NOTHING, 7);
    expect(v, valve_on_watermark(v, 2, 9), VALVE_NOTHING, 7);
    expect(v, valve_on_watermark(v, 1, 12), VALVE_WATERMARK, 9);
    valve_free(v);
    (void)state;
}

static void test_valve_never_runs_backwards_whatever_comes(void **state)
{
    uint64_t seed = test_seed(2026);
    struct valve *v = valve_new(4);

    for (int i = 0; i < 20000; i++) {
        int64_t before = valve_now(v);
        uint32_t c;
        unsigned out;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        c = (uint32_t)(seed >> 33) % 4;
        switch (seed >> 60) {
        case 0:
            out = valve_on_idle(v, c);
            break;
        case 1:
        case 2:
            out = valve_on_active(v, c);
            break;
        default:
            out = valve_on_watermark(v, c, i + (int64_t)(seed >> 40 & 63) - 32);
            break;
        }
        assert_true(valve_now(v) >= before);                                   /* V1 */
        assert_true(!!(out & VALVE_WATERMARK) == (valve_now(v) != before));
        assert_false((out & VALVE_IDLE) && (out & VALVE_ACTIVE));
    }
    valve_free(v);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valve_follows_the_slowest_of_three),
        cmocka_unit_test(test_valve_lets_the_greatest_out_before_all_are_idle),
        cmocka_unit_test(test_valve_is_deaf_while_idle_and_says_when_it_is_back),
        cmocka_unit_test(test_valve_ignores_a_late_riser_until_it_catches_up),
        cmocka_unit_test(test_valve_never_runs_backwards_whatever_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
