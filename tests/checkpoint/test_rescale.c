#include "checkpoint/rescale.h"
#include "tests/check.h"

enum { OLD_MAX = 8, NEW_MAX = 8, GROUPS = 128 };

static void expect(const struct lists *l, uint32_t runs, const struct list_run *wanted,
                   uint32_t wanted_runs)
{
    assert_int_equal(runs, wanted_runs);
    assert_memory_equal(l->run, wanted, runs * sizeof *wanted);
}

static void test_every_key_group_goes_to_its_new_owner_once(void **state)
{
    for (uint32_t old = 1; old <= OLD_MAX; old++)
        for (uint32_t new = 1; new <= NEW_MAX; new ++) {
            uint32_t got[GROUPS] = {0};

            for (uint32_t i = 0; i < new; i++)
                for (uint32_t j = 0; j < old; j++) {
                    struct key_range both, mine = key_group_range(i, new, GROUPS);

                    if (!rescale_overlap(key_group_range(j, old, GROUPS), mine, &both))
                        continue;
                    for (uint32_t g = both.first; g <= both.last; g++) {
                        assert_int_equal(key_group_subtask(g, new, GROUPS), i);
                        got[g]++;
                    }
                }
            for (uint32_t g = 0; g < GROUPS; g++)
                assert_int_equal(got[g], 1);
        }
    (void)state;
}

/* The vectors' page: [a0 a1 a2][b0 b1] on 3 are [a0 a1][a2 b0][b1]; the next list begins at 2. */
static void test_lists_are_dealt_out_in_runs_and_the_next_begins_behind(void **state)
{
    const int32_t size[] = {3, 2};
    struct list_run run[3];
    const struct lists l = {2, 3, size, run};

    expect(&l, rescale_list(&l, 0, 0), (struct list_run[]){{0, 0, 2}}, 1);
    expect(&l, rescale_list(&l, 0, 1), (struct list_run[]){{0, 2, 1}, {1, 0, 1}}, 2);
    expect(&l, rescale_list(&l, 0, 2), (struct list_run[]){{1, 1, 1}}, 1);
    assert_int_equal(rescale_list_next(&l, 0), 2);
    expect(&l, rescale_list(&l, 2, 2), (struct list_run[]){{0, 0, 2}}, 1);
    expect(&l, rescale_list(&l, 2, 1), (struct list_run[]){{1, 1, 1}}, 1);
    (void)state;
}

static void test_unchanged_parallelism_leaves_lists_where_they_are(void **state)
{
    const int32_t size[] = {5, 0, RESCALE_NO_STATE};
    struct list_run run[4];
    const struct lists l = {3, 3, size, run};

    expect(&l, rescale_list(&l, 0, 0), (struct list_run[]){{0, 0, 5}}, 1);
    expect(&l, rescale_list(&l, 0, 1), NULL, 0);
    expect(&l, rescale_list(&l, 0, 2), NULL, 0);
    (void)state;
}

static void test_a_broadcast_copy_is_found_for_everybody(void **state)
{
    const int32_t size[] = {RESCALE_NO_STATE, 2, 2};
    struct list_run run[4];
    const struct lists up = {3, 4, size, run}, same = {3, 3, size, run};

    for (uint32_t i = 0; i < 4; i++) /* copies of 1 and 2, in turn */
        expect(&up, rescale_broadcast(&up, i), (struct list_run[]){{1 + i % 2, 0, 2}}, 1);
    expect(&same, rescale_broadcast(&same, 0), (struct list_run[]){{1, 0, 2}}, 1);
    expect(&same, rescale_broadcast(&same, 1), (struct list_run[]){{1, 0, 2}, {2, 0, 2}}, 2);
    expect(&same, rescale_union(&same), (struct list_run[]){{1, 0, 2}, {2, 0, 2}}, 2);
    (void)state;
}

/* Of n old subtasks' channels each is read by somebody, and by one only unless it is ambiguous. */
static void test_no_channel_in_flight_is_left_out(void **state)
{
    for (int m = 0; m < MAPPERS; m++)
        for (uint32_t olds = 1; m != MAPPER_UNSUPPORTED && olds <= OLD_MAX; olds++)
            for (uint32_t news = 1; news <= NEW_MAX; news++)
                for (uint32_t old = 0; old < olds; old++) {
                    uint32_t readers = 0;

                    for (uint32_t new = 0; new < news; new ++)
                        readers += mapper_reads((enum mapper)m, old, olds, new, news);
                    assert_true(readers == 1 ||
                                (readers > 1 && mapper_is_ambiguous((enum mapper)m)));
                }
    (void)state;
}

static void test_the_states_max_parallelism_is_for_ever(void **state)
{
    assert_int_equal(rescale_check(128, 7, 0), RESCALE_FITS);
    assert_int_equal(rescale_check(128, 7, 128), RESCALE_FITS);
    assert_int_equal(rescale_check(128, 7, 256), RESCALE_MAX_CHANGED);
    assert_int_equal(rescale_check(4, 7, 0), RESCALE_ABOVE_STATE_MAX);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_group_goes_to_its_new_owner_once),
        cmocka_unit_test(test_lists_are_dealt_out_in_runs_and_the_next_begins_behind),
        cmocka_unit_test(test_unchanged_parallelism_leaves_lists_where_they_are),
        cmocka_unit_test(test_a_broadcast_copy_is_found_for_everybody),
        cmocka_unit_test(test_no_channel_in_flight_is_left_out),
        cmocka_unit_test(test_the_states_max_parallelism_is_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
