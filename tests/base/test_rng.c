/* Random numbers: the published stream, one for each component, and fair enough. */
#include "base/rng.h"
#include "tests/check.h"

/* The first outputs of splitmix64 from state 1234567, as published with xoshiro. */
static void test_rng_is_splitmix64(void **state)
{
    struct rng r = {1234567};

    assert_true(rng_next(&r) == 6457827717110365317u);
    assert_true(rng_next(&r) == 3203168211198807973u);
    assert_true(rng_next(&r) == 9817491932198370423u);
}

static void test_rng_streams_differ_by_seed_and_component(void **state)
{
    struct rng a = rng_of(1, "order"), b = rng_of(1, "faults"), c = rng_of(2, "order"),
               again = rng_of(1, "order");
    uint64_t first = rng_next(&a);

    assert_true(first != rng_next(&b));
    assert_true(first != rng_next(&c));
    assert_true(first == rng_next(&again));
}

static void test_rng_below_stays_below_and_reaches_all(void **state)
{
    struct rng r = rng_of(3, "below");
    int count[10] = {0};

    for (int i = 0; i < 10000; i++)
        count[rng_below(&r, 10)]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(count[i], 850, 1150); /* 5 sigma */
    assert_true(rng_below(&r, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rng_is_splitmix64),
        cmocka_unit_test(test_rng_streams_differ_by_seed_and_component),
        cmocka_unit_test(test_rng_below_stays_below_and_reaches_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
