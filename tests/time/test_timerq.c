/* The timer queue against a slow list: set, delete and pop in random order; then what a snapshot is. */
#include "tests/check.h"
#include "time/timerq.h"

#include <string.h>

enum { KEYS = 5, TIMES = 20 };

static struct span key_of(int k)
{
    static const char *const names[KEYS] = {"a", "bb", "ccc", "a longer key than eight", ""};

    return span_text(names[k]);
}

static void test_timer_set_twice_is_one_timer(void **state)
{
    struct timerq *q = timerq_new();

    assert_true(timerq_set(q, 100, 1, key_of(0)));
    assert_false(timerq_set(q, 100, 1, key_of(0)));
    assert_int_equal(timerq_count(q), 1);
    assert_true(timerq_delete(q, 100, key_of(0)));
    assert_false(timerq_delete(q, 100, key_of(0)));
    assert_null(timerq_head(q));
    timerq_free(q);
    (void)state;
}

static void pop_and_check(struct timerq *q, bool there[TIMES][KEYS])
{
    const struct timer *head = timerq_head(q);
    struct timer *t;

    if (head == NULL)
        return;
    for (int ms = 0; ms < head->event_ms; ms++)
        for (int k = 0; k < KEYS; k++)
            assert_false(there[ms][k]); /* T2: nothing earlier is left */
    t = timerq_pop(q);
    for (int k = 0; k < KEYS; k++)
        if (span_equal(key_of(k), (struct span){t->key, t->key_bytes})) {
            assert_true(there[t->event_ms][k]);
            there[t->event_ms][k] = false;
        }
    timer_free(t);
}

static void test_a_quiet_queue_sets_nothing_and_forgets_nothing(void **state)
{
    struct timerq *q = timerq_new();

    timerq_set(q, 5, 1, key_of(0));
    timerq_quiesce(q, true);
    assert_false(timerq_set(q, 6, 1, key_of(0)));
    assert_int_equal(timerq_count(q), 1);
    assert_true(timerq_delete(q, 5, key_of(0)));
    timerq_quiesce(q, false);
    assert_true(timerq_set(q, 6, 1, key_of(0)));
    timerq_free(q);
    (void)state;
}

static void test_timers_come_out_in_order_of_time_like_from_a_list(void **state)
{
    uint64_t seed = test_seed(7);
    bool there[TIMES][KEYS] = {{false}};
    struct timerq *q = timerq_new();

    for (int i = 0; i < 20000; i++) {
        int ms, k;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        ms = (int)(seed >> 33) % TIMES;
        k = (int)(seed >> 50) % KEYS;
        switch (seed >> 62) {
        case 0:
            assert_int_equal(timerq_delete(q, ms, key_of(k)), there[ms][k]);
            there[ms][k] = false;
            break;
        case 1:
            pop_and_check(q, there);
            break;
        default:
            assert_int_equal(timerq_set(q, ms, (uint32_t)k, key_of(k)), !there[ms][k]);
            there[ms][k] = true;
            break;
        }
    }
    timerq_free(q);
    (void)state;
}

static void test_restored_timers_fire_as_the_lost_ones_would_have(void **state)
{
    struct timerq *q = timerq_new(), *r = timerq_new();
    struct bytes b = {0}, again = {0};
    struct reader reader;

    timerq_set(q, 9, 3, key_of(1));
    timerq_set(q, -4, 2, key_of(3));
    timerq_set(q, 9, 1, key_of(0));
    timerq_snapshot(q, &b);
    reader = reader_of(bytes_span(&b));
    assert_true(timerq_restore(r, &reader));
    timerq_snapshot(r, &again);
    assert_true(span_equal(bytes_span(&b), bytes_span(&again)));
    while (timerq_count(q)) {
        struct timer *x = timerq_pop(q), *y = timerq_pop(r);

        assert_true(x->event_ms == y->event_ms && x->key_group == y->key_group);
        timer_free(x);
        timer_free(y);
    }
    bytes_done(&b);
    bytes_done(&again);
    timerq_free(q);
    timerq_free(r);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_set_twice_is_one_timer),
        cmocka_unit_test(test_a_quiet_queue_sets_nothing_and_forgets_nothing),
        cmocka_unit_test(test_timers_come_out_in_order_of_time_like_from_a_list),
        cmocka_unit_test(test_restored_timers_fire_as_the_lost_ones_would_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
