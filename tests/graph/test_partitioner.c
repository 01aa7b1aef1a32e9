/* Who is wired to whom and which channel a row takes: the rule itself, looked through slowly for all
 * small parallelisms, and cases worked out by hand. */
#include "graph/partitioner.h"
#include "tests/check.h"

#include <string.h>

enum { MOST = 24 };

static const struct span no_key;

/* Both ends of an edge must see the same pairs: what consumer i reads as sub-partition s of producer p
 * is what producer p sends to i as sub-partition s, and each pair is there once. */
static void check_both_ends_agree(enum ship s, uint32_t up, uint32_t down)
{
    uint32_t seen[MOST][MOST] = {{0}}, pairs = 0;

    for (uint32_t c = 0; c < down; c++)
        for (uint32_t n = 0; n < wiring_inputs(s, up, down, c); n++) {
            uint32_t p, sub;

            wiring_input(s, up, down, c, n, &p, &sub);
            assert_true(p < up && sub < wiring_outputs(s, up, down, p));
            assert_int_equal(wiring_output(s, up, down, p, sub), c);
            assert_int_equal(seen[p][sub]++, 0);
            pairs++;
        }
    for (uint32_t p = 0; p < up; p++)
        pairs -= wiring_outputs(s, up, down, p);
    assert_int_equal(pairs, 0);
}

static void test_both_ends_of_an_edge_see_the_same_channels(void **state)
{
    for (uint32_t up = 1; up <= MOST; up++)
        for (uint32_t down = 1; down <= MOST; down++) {
            check_both_ends_agree(SHIP_RESCALE, up, down);
            check_both_ends_agree(SHIP_HASH, up, down);
            if (up == down)
                check_both_ends_agree(SHIP_FORWARD, up, down);
        }
    (void)state;
}

static void test_everybody_on_a_pointwise_edge_has_a_neighbour_and_shares_are_even(void **state)
{
    for (uint32_t up = 1; up <= MOST; up++)
        for (uint32_t down = 1; down <= MOST; down++) {
            uint32_t share = up / down, fan = down / up;

            for (uint32_t c = 0; c < down; c++) {
                uint32_t n = wiring_inputs(SHIP_RESCALE, up, down, c);

                assert_true(up < down ? n == 1 : n == share || n == share + 1);
            }
            for (uint32_t p = 0; p < up; p++) {
                uint32_t n = wiring_outputs(SHIP_RESCALE, up, down, p);

                assert_true(up >= down ? n == 1 : n == fan || n == fan + 1);
            }
        }
    (void)state;
}

/* 2 -> 5: producer 0 feeds 0 1 2, producer 1 feeds 3 and 4; index modulo count: 3 % 2 = 1, 4 % 2 = 0. */
static void test_subpartitions_are_not_in_the_order_of_consumers(void **state)
{
    uint32_t p, sub;

    assert_int_equal(wiring_output(SHIP_RESCALE, 2, 5, 1, 0), 4);
    assert_int_equal(wiring_output(SHIP_RESCALE, 2, 5, 1, 1), 3);
    wiring_input(SHIP_RESCALE, 2, 5, 3, 0, &p, &sub);
    assert_int_equal(p, 1);
    assert_int_equal(sub, 1);
    (void)state;
}

static void expect_channels(struct partitioner *p, const char *wanted)
{
    char got[64] = "";

    for (size_t i = 0; i < strlen(wanted); i++)
        got[i] = (char)('0' + partitioner_select(p, 0, no_key));
    assert_string_equal(got, wanted);
}

static void test_rebalance_moves_before_use_and_rescale_begins_at_the_first(void **state)
{
    struct partitioner p;

    partitioner_init(&p, SHIP_REBALANCE, 3, 0, 2);
    expect_channels(&p, "0120");
    partitioner_init(&p, SHIP_REBALANCE, 3, 0, 3); /* drawn modulo channels */
    expect_channels(&p, "1201");
    partitioner_init(&p, SHIP_RESCALE, 3, 0, 2);
    expect_channels(&p, "0120");
    partitioner_init(&p, SHIP_FORWARD, 1, 0, 9);
    expect_channels(&p, "000");
    partitioner_init(&p, SHIP_GLOBAL, 4, 0, 9);
    expect_channels(&p, "000");
    (void)state;
}

/* 128 groups over 3: group g belongs to subtask g * 3 / 128. */
static void test_a_key_group_goes_to_its_owner(void **state)
{
    struct partitioner p;

    partitioner_init(&p, SHIP_HASH, 3, 128, 0);
    assert_int_equal(partitioner_select(&p, 0, no_key), 0);
    assert_int_equal(partitioner_select(&p, 42, no_key), 0);
    assert_int_equal(partitioner_select(&p, 43, no_key), 1);
    assert_int_equal(partitioner_select(&p, 85, no_key), 1);
    assert_int_equal(partitioner_select(&p, 86, no_key), 2);
    assert_int_equal(partitioner_select(&p, 127, no_key), 2);
    (void)state;
}

static void test_a_shuffle_is_even_and_the_same_for_the_same_draw(void **state)
{
    uint64_t seed = test_seed(11);
    struct partitioner p, q;
    uint32_t count[4] = {0};

    partitioner_init(&p, SHIP_SHUFFLE, 4, 0, seed);
    partitioner_init(&q, SHIP_SHUFFLE, 4, 0, seed);
    for (int i = 0; i < 40000; i++) {
        uint32_t c = partitioner_select(&p, 0, no_key);

        assert_int_equal(c, partitioner_select(&q, 0, no_key));
        count[c]++;
    }
    for (int c = 0; c < 4; c++) /* 10,000 each; 87 is one standard deviation */
        assert_in_range(count[c], 9400, 10600);
    (void)state;
}

static uint32_t last_byte(struct weir_text key, int64_t number, uint32_t channels)
{
    (void)number;
    return (uint8_t)key.p[key.bytes - 1] % channels;
}

static uint32_t as_it_is(struct weir_text key, int64_t number, uint32_t channels)
{
    (void)key;
    (void)channels;
    return (uint32_t)number;
}

static void test_a_custom_function_sees_the_key_and_the_number_of_channels(void **state)
{
    int64_t number = 77;
    struct partitioner p;

    partitioner_init(&p, SHIP_CUSTOM, 5, 0, 0);
    p.partition = last_byte;
    assert_int_equal(partitioner_select(&p, 0, (struct span){(const uint8_t *)"ab\x07", 3}), 2);
    p.partition = as_it_is;
    assert_int_equal(partitioner_select(&p, 0, (struct span){(const uint8_t *)&number, 8}), 77);
    (void)state;
}

static void test_only_some_ships_let_barriers_overtake(void **state)
{
    for (int s = 0; s < SHIPS; s++) {
        struct partitioner_traits t = partitioner_traits((enum ship)s);

        if (t.pointwise || t.broadcast)
            assert_false(t.unaligned_supported);
        assert_int_equal(t.pointwise, s == SHIP_FORWARD || s == SHIP_RESCALE);
        assert_int_equal(t.broadcast, s == SHIP_BROADCAST);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ends_of_an_edge_see_the_same_channels),
        cmocka_unit_test(test_everybody_on_a_pointwise_edge_has_a_neighbour_and_shares_are_even),
        cmocka_unit_test(test_subpartitions_are_not_in_the_order_of_consumers),
        cmocka_unit_test(test_rebalance_moves_before_use_and_rescale_begins_at_the_first),
        cmocka_unit_test(test_a_key_group_goes_to_its_owner),
        cmocka_unit_test(test_a_shuffle_is_even_and_the_same_for_the_same_draw),
        cmocka_unit_test(test_a_custom_function_sees_the_key_and_the_number_of_channels),
        cmocka_unit_test(test_only_some_ships_let_barriers_overtake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
