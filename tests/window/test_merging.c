/* Sessions that grow and meet, by hand and beside an obvious model: sort all intervals, join those
 * that touch. */
#include "base/rng.h"
#include "tests/check.h"
#include "window/sessions.h"

static struct merge add(struct merging *m, struct merging *scratch, int64_t start, int64_t end)
{
    struct merge result;

    merging_add(m, (struct time_window){start, end}, scratch, &result);
    return result;
}

static void assert_window(struct time_window w, int64_t start, int64_t end)
{
    assert_true(w.start_ms == start && w.end_ms == end);
}

static void test_a_window_that_touches_nothing_stands_alone(void **state)
{
    struct merging m = {0}, scratch = {0};

    (void)state;
    assert_false(add(&m, &scratch, 0, 3).has_merged);
    assert_false(add(&m, &scratch, 10, 13).has_merged);
    assert_int_equal(m.count, 2);
    merging_done(&m);
    merging_done(&scratch);
}

static void test_the_same_window_again_merges_nothing(void **state)
{
    struct merging m = {0}, scratch = {0};

    (void)state;
    add(&m, &scratch, 0, 3);
    assert_false(add(&m, &scratch, 0, 3).has_merged);
    assert_int_equal(m.count, 1);
    merging_done(&m);
    merging_done(&scratch);
}

static void test_elements_exactly_a_gap_apart_are_one_session(void **state)
{
    struct merging m = {0}, scratch = {0};
    struct merge r;

    (void)state;
    add(&m, &scratch, 0, 3);
    r = add(&m, &scratch, 3, 6); /* touches at 3 */
    assert_true(r.has_merged);
    assert_window(r.result.window, 0, 6);
    assert_window(r.result.state, 0, 3); /* contents stay where they are */
    merging_done(&m);
    merging_done(&scratch);
}

static void test_a_bridge_joins_two_sessions_under_the_contents_of_the_first(void **state)
{
    struct merging m = {0}, scratch = {0};
    struct merge r;

    (void)state;
    add(&m, &scratch, 0, 3);
    add(&m, &scratch, 5, 8);
    r = add(&m, &scratch, 2, 5);
    assert_window(r.result.window, 0, 8);
    assert_window(r.result.state, 0, 3);
    assert_int_equal(r.merged_count, 2);
    assert_window(r.merged[1].window, 5, 8);
    assert_null(merging_find(&m, (struct time_window){5, 8}));
    assert_non_null(merging_find(&m, (struct time_window){0, 8}));
    merging_done(&m);
    merging_done(&scratch);
}

/* Their places in a Java HashSet of 16: 4, 12 and 2. */
static void test_the_swallowed_come_in_the_order_of_a_java_set(void **state)
{
    struct merging m = {0}, scratch = {0};
    struct merge r;

    (void)state;
    add(&m, &scratch, 0, 3);
    add(&m, &scratch, 10, 13);
    add(&m, &scratch, 20, 23);
    r = add(&m, &scratch, 2, 21);
    assert_int_equal(r.merged_count, 3);
    assert_window(r.result.state, 20, 23);
    assert_window(r.merged[0].window, 20, 23);
    assert_window(r.merged[1].window, 0, 3);
    assert_window(r.merged[2].window, 10, 13);
    merging_done(&m);
    merging_done(&scratch);
}

static void test_a_window_inside_another_changes_nothing_but_is_told_of(void **state)
{
    struct merging m = {0}, scratch = {0};
    struct merge r;

    (void)state;
    add(&m, &scratch, 0, 10);
    r = add(&m, &scratch, 2, 5);
    assert_window(r.result.window, 0, 10);
    assert_false(r.has_merged); /* as Flink: the result is the one that was there */
    merging_done(&m);
    merging_done(&scratch);
}

enum { SPAN = 64 };

/* covered[t]: some interval holds t; joined[t]: t and t+1 are in one session. */
static void model_add(bool *covered, bool *joined, int start, int end)
{
    for (int t = start; t <= end; t++)
        covered[t] = true;
    for (int t = start; t < end; t++)
        joined[t] = true;
}

static void assert_as_model(const struct merging *m, const bool *covered, const bool *joined)
{
    uint32_t n = 0;

    for (int t = 0; t < SPAN; t++) {
        int end = t;

        if (!covered[t])
            continue;
        while (joined[end])
            end++;
        assert_true(n < m->count);
        assert_window(m->at[n++].window, t, end);
        t = end;
    }
    assert_int_equal(n, m->count);
}

static void test_any_order_of_windows_gives_the_sessions_of_a_slow_model(void **state)
{
    uint64_t seed = test_seed(20261127);
    struct rng rng = rng_of(seed, "merging");

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct merging m = {0}, scratch = {0};
        bool covered[SPAN + 1] = {0}, joined[SPAN + 1] = {0};

        for (int i = 0; i < 12; i++) {
            int start = (int)rng_below(&rng, SPAN - 9), gap = 1 + (int)rng_below(&rng, 8);

            add(&m, &scratch, start, start + gap);
            model_add(covered, joined, start, start + gap);
            assert_as_model(&m, covered, joined);
        }
        merging_done(&m);
        merging_done(&scratch);
    }
}

static void test_sessions_come_back_from_their_snapshot_and_a_cut_one_is_refused(void **state)
{
    struct sessions s = {0}, back = {0};
    struct span a = {(const uint8_t *)"a", 1}, b = {(const uint8_t *)"b", 1};
    struct bytes out = {0};
    struct reader r;

    (void)state;
    sessions_init(&s);
    merging_put(sessions_put(&s, a), (struct in_flight){{0, 8}, {0, 3}});
    merging_put(sessions_put(&s, b), (struct in_flight){{-5, -2}, {-5, -2}});
    sessions_retire(&s, b, (struct time_window){-5, -2});
    assert_int_equal(map_count(s.of_key), 1); /* a key without sessions is gone */
    sessions_snapshot(&s, &out);
    for (size_t cut = 0; cut < out.bytes; cut++) {
        sessions_init(&back);
        r = reader_of((struct span){out.p, cut});
        assert_false(sessions_restore(&back, &r));
        sessions_done(&back);
    }
    sessions_init(&back);
    r = reader_of(bytes_span(&out));
    assert_true(sessions_restore(&back, &r));
    assert_window(sessions_find(&back, a, (struct time_window){0, 8})->state, 0, 3);
    assert_null(sessions_find(&back, b, (struct time_window){-5, -2}));
    sessions_done(&back);
    sessions_done(&s);
    bytes_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_window_that_touches_nothing_stands_alone),
        cmocka_unit_test(test_the_same_window_again_merges_nothing),
        cmocka_unit_test(test_elements_exactly_a_gap_apart_are_one_session),
        cmocka_unit_test(test_a_bridge_joins_two_sessions_under_the_contents_of_the_first),
        cmocka_unit_test(test_the_swallowed_come_in_the_order_of_a_java_set),
        cmocka_unit_test(test_a_window_inside_another_changes_nothing_but_is_told_of),
        cmocka_unit_test(test_any_order_of_windows_gives_the_sessions_of_a_slow_model),
        cmocka_unit_test(test_sessions_come_back_from_their_snapshot_and_a_cut_one_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
