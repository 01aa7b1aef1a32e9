/* Joins by numbers worked out beforehand: what the vectors, of few rows and one type, do not ask. */
#include <string.h>

#include "operators/registry.h"
#include "tests/alone.h"
#include "tests/check.h"

#define ORDER(C) C(STRING, id) C(INT, amount)
#define PAYMENT(C) C(BIGINT, cents) C(STRING, order_id)
#define PAID(C) C(STRING, id) C(BIGINT, amount) C(BIGINT, cents)
#define SEEN(C) C(STRING, id) C(BIGINT, orders) C(BIGINT, payments)
WEIR_ROW(order, ORDER)
WEIR_ROW(payment, PAYMENT)
WEIR_ROW(paid, PAID)
WEIR_ROW(seen, SEEN)

static void on_pair(struct weir_ctx *c, const struct weir_row *first, const struct weir_row *second)
{
    struct paid p = {.id = weir_key_text(c),
                     .amount = order_of(first).amount,
                     .cents = payment_of(second).cents};

    assert_int_equal(first->key_group, second->key_group);
    paid_emit(c, p);
}

static void on_group(struct weir_ctx *c, struct weir_rows *first, struct weir_rows *second,
                     int64_t start_ms, int64_t end_ms)
{
    struct seen s = {.id = weir_key_text(c)};
    struct weir_row row;

    while (weir_rows_next(first, &row))
        s.orders += order_of(&row).amount;
    while (weir_rows_next(second, &row))
        s.payments += payment_of(&row).cents;
    assert_true(end_ms - start_ms == 10 && weir_event_ms(c) == end_ms - 1);
    seen_emit(c, s);
}

static const struct weir_join join = {on_pair, NULL, 0};
static const struct weir_co_group group = {on_group, NULL, 0};

static struct weir_stream *orders(struct weir_job *job)
{
    return weir_key_by(weir_csv(job, "orders", &order_schema), "id");
}

static struct weir_stream *payments(struct weir_job *job)
{
    return weir_key_by(weir_csv(job, "payments", &payment_schema), "order_id");
}

static void begin_interval(struct alone *a, struct weir_interval i)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    alone_begin(a, job, weir_interval_joined(orders(job), payments(job), i, &join, &paid_schema));
}

static void begin_window(struct alone *a, struct weir_window w)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    alone_begin(a, job, weir_window_joined(orders(job), payments(job), w, &join, &paid_schema));
}

static void give_order(struct alone *a, const char *id, int64_t ms, int64_t amount)
{
    alone_row(a, false, ms, &(struct order){.id = {id, (uint32_t)strlen(id)}, .amount = amount});
}

static void give_payment(struct alone *a, const char *id, int64_t ms, int64_t cents)
{
    alone_row(a, true, ms,
              &(struct payment){.order_id = {id, (uint32_t)strlen(id)}, .cents = cents});
}

/* ---- interval ---- */

/* order + 0 <= payment <= order + 5 */
static void test_rows_of_a_key_within_the_interval_join_at_once(void **state)
{
    struct alone a;

    begin_interval(&a, (struct weir_interval){.upper_ms = 5});
    give_order(&a, "x", 10, 1);
    give_order(&a, "y", 11, 2);
    assert_string_equal(alone_said(&a), "");
    give_payment(&a, "x", 15, 7);
    give_payment(&a, "x", 16, 8); /* too late for the order of 10 */
    give_payment(&a, "x", 9, 9);  /* before it */
    assert_string_equal(alone_said(&a), "id=x amount=1 cents=7@15 ");
    give_order(&a, "x", 12, 3); /* the other way round: it meets what was paid */
    assert_string_equal(alone_said(&a), "id=x amount=3 cents=7@15 id=x amount=3 cents=8@16 ");
    alone_end(&a);
    (void)state;
}

static void test_an_exclusive_bound_is_outside(void **state)
{
    struct alone a;

    begin_interval(
        &a, (struct weir_interval){
                .lower_ms = -2, .upper_ms = 2, .lower_exclusive = true, .upper_exclusive = true});
    give_order(&a, "x", 10, 1);
    for (int64_t ms = 7; ms <= 13; ms++)
        give_payment(&a, "x", ms, ms);
    assert_string_equal(alone_said(&a), "id=x amount=1 cents=9@10 id=x amount=1 cents=10@10 "
                                        "id=x amount=1 cents=11@11 ");
    alone_end(&a);
    (void)state;
}

static void test_a_late_row_goes_to_the_stream_of_its_side(void **state)
{
    struct weir_stream *late;
    struct alone a;

    begin_interval(&a, (struct weir_interval){.upper_ms = 5, .late_2 = &late});
    alone_watermark(&a, 20);
    give_order(&a, "x", 19, 1); /* dropped */
    give_payment(&a, "x", 19, 2);
    give_order(&a, "x", 20, 3); /* of the watermark's time: not late */
    give_payment(&a, "x", 20, 4);
    assert_string_equal(alone_said(&a),
                        "w20 late2: cents=2 order_id=x@19 id=x amount=3 cents=4@20 ");
    assert_int_equal(a.counters.of[COUNTER_LATE_ROWS], 2);
    assert_int_equal(a.counters.of[COUNTER_LATE_DROPPED], 0); /* Flink counts none here */
    alone_end(&a);
    (void)state;
}

static void kept(const struct alone *a, const char *wanted)
{
    struct bytes text = {0};

    a->op->class->describe(a->op, &text);
    assert_string_equal(bytes_cstr(&text), wanted);
    bytes_done(&text);
}

/* An order of 10 waits for payments until 15; a payment of 12 for no order but of 7 to 12. */
static void test_a_row_goes_when_nothing_can_join_it_any_more(void **state)
{
    struct alone a;

    begin_interval(&a, (struct weir_interval){.upper_ms = 5});
    give_order(&a, "x", 10, 1);
    give_order(&a, "x", 10, 2);
    give_payment(&a, "x", 12, 3);
    kept(&a, "times 1 and 1");
    alone_watermark(&a, 11);
    kept(&a, "times 1 and 1");
    alone_watermark(&a, 12);
    kept(&a, "times 1 and 0");
    alone_watermark(&a, 15);
    kept(&a, "times 0 and 0");
    alone_end(&a);
    (void)state;
}

/* One order and 40 payments: 16 pairs at once, then 16, then 8; the key stays what it is. */
static void test_many_pairs_come_a_portion_a_step(void **state)
{
    struct bytes wanted = {0};
    struct alone a;

    begin_interval(&a, (struct weir_interval){.upper_ms = 100});
    for (int64_t i = 0; i < 40; i++) {
        give_payment(&a, "x", 10 + i / 2, i); /* two of each time, which keep their order */
        bytes_format(&wanted, "id=x amount=5 cents=%lld@%lld ", (long long)i,
                     (long long)(10 + i / 2));
    }
    give_order(&a, "x", 10, 5);
    assert_true(a.op->owes);
    assert_int_equal(a.task.owing, 1);
    operator_resume(a.op);
    assert_true(a.op->owes);
    operator_resume(a.op);
    assert_false(a.op->owes);
    assert_int_equal(a.task.owing, 0);
    assert_string_equal(alone_said(&a), bytes_cstr(&wanted));
    bytes_done(&wanted);
    alone_end(&a);
    (void)state;
}

static void test_what_is_kept_survives(void **state)
{
    struct alone a;

    begin_interval(&a, (struct weir_interval){.lower_ms = -5, .upper_ms = 5});
    give_order(&a, "x", 10, 1);
    give_order(&a, "y", 11, 2);
    give_payment(&a, "x", 16, 3);
    alone_restart(&a);
    give_payment(&a, "y", 12, 4);
    give_order(&a, "x", 14, 5);
    assert_string_equal(alone_said(&a), "id=y amount=2 cents=4@12 id=x amount=5 cents=3@16 ");
    alone_watermark(&a, 15); /* the order of 10 goes */
    alone_restart(&a);
    kept(&a, "times 2 and 2");
    alone_watermark(&a, 100);
    kept(&a, "times 0 and 0");
    alone_end(&a);
    (void)state;
}

static void test_a_row_without_a_timestamp_fails_the_task(void **state)
{
    struct alone a;

    begin_interval(&a, (struct weir_interval){0});
    give_payment(&a, "x", WEIR_NO_TIME, 1);
    assert_non_null(strstr(alone_failure(&a), "a row without a timestamp: put weir_watermarks() "
                                              "before the join"));
    alone_end(&a);
    (void)state;
}

/* Rows come in any order and go in any order: every pair is found, against a plain list. */
static void test_a_random_walk_finds_every_pair(void **state)
{
    enum { ROWS = 300 };
    uint64_t seed = test_seed(11);
    int64_t time_of[2][ROWS], wanted = 0, got = 0;
    uint32_t counts[2] = {0};
    struct alone a;

    begin_interval(&a, (struct weir_interval){.lower_ms = -7, .upper_ms = 3});
    for (int i = 0; i < ROWS; i++) {
        bool second = (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 63;
        int64_t ms = (int64_t)(seed >> 33) % 50;

        for (uint32_t k = 0; k < counts[!second]; k++) {
            int64_t other = time_of[!second][k];
            int64_t after = second ? ms - other : other - ms;

            wanted += after >= -7 && after <= 3;
        }
        time_of[second][counts[second]++] = ms;
        if (second)
            give_payment(&a, "k", ms, 1);
        else
            give_order(&a, "k", ms, 1);
        alone_pay(&a);
    }
    for (const char *p = alone_said(&a); (p = strchr(p, '@')) != NULL; p++)
        got++;
    assert_true(wanted > ROWS);
    assert_int_equal(got, wanted);
    alone_end(&a);
    (void)state;
}

/* ---- in a window ---- */

static void test_a_window_joins_every_pair_of_a_key(void **state)
{
    struct alone a;

    begin_window(&a, (struct weir_window){.size_ms = 10});
    give_order(&a, "x", 1, 1);
    give_payment(&a, "x", 9, 3);
    give_order(&a, "x", 2, 2);
    give_payment(&a, "x", 10, 4); /* the next window, where nobody is */
    give_order(&a, "y", 3, 5);    /* nobody paid */
    alone_watermark(&a, 9);
    assert_string_equal(alone_said(&a), "id=x amount=1 cents=3@9 id=x amount=2 cents=3@9 w9 ");
    give_order(&a, "x", 5, 9); /* late */
    alone_watermark(&a, WEIR_END);
    assert_string_equal(alone_said(&a), "wE ");
    assert_int_equal(a.counters.of[COUNTER_LATE_DROPPED], 1);
    alone_end(&a);
    (void)state;
}

/* 5 orders and 5 payments a key: 25 pairs of each, 16 a step, and the watermark behind them. */
static void test_a_window_hands_out_its_pairs_a_portion_a_step(void **state)
{
    int steps = 0, pairs = 0;
    struct alone a;

    begin_window(&a, (struct weir_window){.size_ms = 10});
    for (int64_t i = 0; i < 5; i++) {
        give_order(&a, "x", i, i);
        give_order(&a, "y", i, i);
        give_payment(&a, "x", i, 10 * i);
        give_payment(&a, "y", i, 10 * i);
    }
    operator_watermark(a.op, 9);
    for (; a.op->owes; steps++)
        operator_resume(a.op);
    assert_int_equal(steps, 4); /* of each key: its firing, and what that left */
    for (const char *p = alone_said(&a); (p = strstr(p, "cents=")) != NULL; p++)
        pairs++;
    assert_int_equal(pairs, 50);
    assert_non_null(strstr(bytes_cstr(&a.said), "id=y amount=4 cents=40@9 w9 "));
    alone_end(&a);
    (void)state;
}

/* An order that is late but allowed fires two sliding windows in one call: those of the second wait
 * for those of the first. */
static void test_two_windows_that_fire_in_one_call_take_turns(void **state)
{
    struct bytes wanted = {0};
    struct alone a;

    begin_window(&a,
                 (struct weir_window){.size_ms = 20, .slide_ms = 10, .allowed_lateness_ms = 100});
    for (int64_t i = 0; i < 20; i++)
        give_payment(&a, "x", 15, i); /* of [0,20) and [10,30) */
    alone_watermark(&a, 40);
    assert_string_equal(alone_said(&a), "w40 ");
    give_order(&a, "x", 15, 1);
    assert_true(a.op->owes);
    alone_pay(&a);
    for (int w = 0; w < 2; w++)
        for (int i = 0; i < 20; i++)
            bytes_format(&wanted, "id=x amount=1 cents=%d@%d ", i, w == 0 ? 29 : 19);
    assert_string_equal(alone_said(&a), bytes_cstr(&wanted));
    give_order(&a, "x", 5, 2); /* [-10,10) has no payments, [0,20) has */
    alone_pay(&a);
    assert_non_null(strstr(alone_said(&a), "id=x amount=2 cents=19@19 "));
    bytes_done(&wanted);
    alone_end(&a);
    (void)state;
}

static void test_a_group_may_have_one_empty_side(void **state)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    struct alone a;

    alone_begin(&a, job,
                weir_co_grouped(orders(job), payments(job), (struct weir_window){.size_ms = 10},
                                &group, &seen_schema));
    give_order(&a, "x", 1, 1);
    give_order(&a, "x", 2, 2);
    give_payment(&a, "y", 3, 4);
    alone_restart(&a);
    give_payment(&a, "x", 3, 8);
    alone_watermark(&a, WEIR_END);
    assert_string_equal(alone_said(&a),
                        "id=x orders=3 payments=8@9 id=y orders=0 payments=4@9 wE ");
    alone_end(&a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_a_key_within_the_interval_join_at_once),
        cmocka_unit_test(test_an_exclusive_bound_is_outside),
        cmocka_unit_test(test_a_late_row_goes_to_the_stream_of_its_side),
        cmocka_unit_test(test_a_row_goes_when_nothing_can_join_it_any_more),
        cmocka_unit_test(test_many_pairs_come_a_portion_a_step),
        cmocka_unit_test(test_what_is_kept_survives),
        cmocka_unit_test(test_a_row_without_a_timestamp_fails_the_task),
        cmocka_unit_test(test_a_random_walk_finds_every_pair),
        cmocka_unit_test(test_a_window_joins_every_pair_of_a_key),
        cmocka_unit_test(test_a_window_hands_out_its_pairs_a_portion_a_step),
        cmocka_unit_test(test_two_windows_that_fire_in_one_call_take_turns),
        cmocka_unit_test(test_a_group_may_have_one_empty_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
