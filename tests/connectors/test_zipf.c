/* Zipf: the weights are those of pow(), the draws have their frequencies, bounds hold. */
#include <math.h>

#include "base/rng.h"
#include "connectors/zipf.h"
#include "tests/check.h"

static void test_zipf_weights_are_powers_of_the_rank(void **state)
{
    static const double skews[] = {0, 0.5, 1, 1.07, 2, 7.999, 8};

    for (size_t i = 0; i < sizeof skews / sizeof skews[0]; i++) {
        struct zipf z;

        zipf_init(&z, 1000, skews[i]);
        for (uint32_t k = 0; k < 1000; k++) {
            double weight = z.sum[k] - (k ? z.sum[k - 1] : 0);

            assert_true(fabs(weight - pow(k + 1.0, -skews[i])) < 1e-6);
            assert_true(k == 0 || z.sum[k] >= z.sum[k - 1]);
        }
        zipf_done(&z);
    }
}

/* n = 3, skew 1: sums 1, 3/2, 11/6; so u < 6/11 is 0, u < 9/11 is 1, the rest 2. */
static void test_zipf_draws_by_the_sums(void **state)
{
    struct zipf z;

    zipf_init(&z, 3, 1);
    assert_int_equal(zipf_draw(&z, 0), 0);
    assert_int_equal(zipf_draw(&z, (uint64_t)(0.545 * 0x1p64)), 0);
    assert_int_equal(zipf_draw(&z, (uint64_t)(0.546 * 0x1p64)), 1);
    assert_int_equal(zipf_draw(&z, (uint64_t)(0.818 * 0x1p64)), 1);
    assert_int_equal(zipf_draw(&z, (uint64_t)(0.819 * 0x1p64)), 2);
    assert_int_equal(zipf_draw(&z, UINT64_MAX), 2);
    zipf_done(&z);
    zipf_init(&z, 1, 1);
    assert_int_equal(zipf_draw(&z, UINT64_MAX), 0);
    zipf_done(&z);
}

static void test_zipf_frequencies(void **state)
{
    enum { DRAWS = 200000, VALUES = 50 };
    struct rng r = rng_of(test_seed(1), "zipf");
    uint32_t times[VALUES] = {0};
    struct zipf z;

    zipf_init(&z, VALUES, 1.2);
    for (int i = 0; i < DRAWS; i++)
        times[zipf_draw(&z, rng_next(&r))]++;
    for (int k = 0; k < VALUES; k++) {
        double wanted = DRAWS * pow(k + 1.0, -1.2) / z.sum[VALUES - 1];

        assert_true(fabs(times[k] - wanted) < 6 * sqrt(wanted)); /* six deviations */
    }
    zipf_done(&z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zipf_weights_are_powers_of_the_rank),
        cmocka_unit_test(test_zipf_draws_by_the_sums),
        cmocka_unit_test(test_zipf_frequencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
