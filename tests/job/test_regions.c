#include "tests/check.h"

#include "job/regions.h"

enum { TASKS = 4 };
static const uint32_t two_of_two[] = {0, 2, 4}; /* A0 A1 B0 B1 */

static void expect_regions(const struct region_plan *p, const uint32_t wanted[TASKS])
{
    uint32_t region_of[TASKS];

    regions_find(p, region_of);
    for (int t = 0; t < TASKS; t++)
        assert_int_equal(region_of[t], wanted[t]);
}

static void expect_restart(const struct region_plan *p, uint32_t failed,
                           const struct partition *lost, const bool wanted[TASKS])
{
    uint32_t region_of[TASKS];
    bool restart[TASKS];

    regions_find(p, region_of);
    regions_restart(p, region_of, failed, lost, lost != NULL, restart);
    for (int t = 0; t < TASKS; t++)
        assert_int_equal(restart[t], wanted[t]);
}

static void test_pipelined_edges_join_what_they_connect(void **state)
{
    struct region_edge e = {0, 1, true, false};
    struct region_plan p = {2, 1, two_of_two, &e};

    expect_regions(&p, (const uint32_t[]){0, 1, 0, 1});
    expect_restart(&p, 3, NULL, (const bool[]){false, true, false, true});
    e.pointwise = false;
    expect_regions(&p, (const uint32_t[]){0, 0, 0, 0});
    p.edges = 0; /* two jobs in one */
    expect_regions(&p, (const uint32_t[]){0, 1, 2, 3});
}

/* 1 -> 3: consumers 1, 2, 3 all read producer 0.  3 -> 1: all are read. */
static void test_pointwise_edges_of_unequal_sides_join_neighbours(void **state)
{
    const uint32_t up[] = {0, 1, 4}, down[] = {0, 3, 4}, two_to_one[] = {0, 2, 3, 4};
    const struct region_edge e = {0, 1, true, false};

    expect_regions(&(struct region_plan){2, 1, up, &e}, (const uint32_t[]){0, 0, 0, 0});
    expect_regions(&(struct region_plan){2, 1, down, &e}, (const uint32_t[]){0, 0, 0, 0});
    expect_regions(&(struct region_plan){3, 1, two_to_one, &e}, (const uint32_t[]){0, 0, 0, 3});
}

/* The vectors' page: A and B, both 2, pointwise and blocking. */
static void test_a_blocking_edge_separates_unless_its_rows_are_lost(void **state)
{
    const struct region_edge e = {0, 1, true, true};
    const struct region_plan p = {2, 1, two_of_two, &e};
    const struct partition of_a0 = {0, 0}, of_a1 = {0, 1};

    expect_regions(&p, (const uint32_t[]){0, 1, 2, 3});
    expect_restart(&p, 2, NULL, (const bool[]){false, false, true, false});
    expect_restart(&p, 2, &of_a0, (const bool[]){true, false, true, false});
    expect_restart(&p, 2, &of_a1, (const bool[]){false, false, true, false});
    expect_restart(&p, 1, NULL, (const bool[]){false, true, false, true});
}

static void test_regions_that_wait_for_one_another_are_one(void **state)
{
    const uint32_t four[] = {0, 1, 2, 3, 4};
    const struct region_edge circle[] = {
        {0, 2, false, false}, {0, 1, false, true}, {1, 2, false, true}, {2, 3, false, true}};

    /* A and C are one region, which feeds B and reads from it. */
    expect_regions(&(struct region_plan){4, 4, four, circle}, (const uint32_t[]){0, 0, 0, 3});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipelined_edges_join_what_they_connect),
        cmocka_unit_test(test_pointwise_edges_of_unequal_sides_join_neighbours),
        cmocka_unit_test(test_a_blocking_edge_separates_unless_its_rows_are_lost),
        cmocka_unit_test(test_regions_that_wait_for_one_another_are_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
