/* Each row of the table in window/trigger.h, with the numbers of flink-semantics 2.3. */
#include "data/row.h"
#include "tests/check.h"
#include "window/trigger.h"

#define VALUE(C) C(BIGINT, v)
WEIR_ROW(value, VALUE)

struct fixture { /* one key, one window */
    struct trigger_state state;
    struct timerq *event, *processing;
    struct trigger_call call;
};

static struct fixture window_of(int64_t start, int64_t end)
{
    struct fixture f = {.event = timerq_new(), .processing = timerq_new()};

    f.call = (struct trigger_call){.window = {start, end},
                                   .watermark_ms = INT64_MIN,
                                   .event = f.event,
                                   .processing = f.processing,
                                   .name = {(const uint8_t *)"w", 1}};
    return f;
}

static void done(struct fixture *f)
{
    trigger_state_done(&f->state);
    timerq_free(f->event);
    timerq_free(f->processing);
}

static unsigned element(struct fixture *f, const struct weir_trigger *t, int64_t ms, int64_t v)
{
    struct value value = {.v = v};
    struct weir_row row = {(const uint64_t *)(const void *)&value, ms, 0, sizeof value, 0, 0};

    f->call.state = &f->state;
    f->call.row = &row;
    return trigger_on_element(t, &f->call);
}

/* Fire what is due, as the operator does; how often it said FIRE. */
static int fires(struct fixture *f, const struct weir_trigger *t, struct timerq *q, int64_t now)
{
    int n = 0;

    f->call.state = &f->state;
    while (timerq_head(q) && timerq_head(q)->event_ms <= now) {
        struct timer *timer = timerq_pop(q);
        unsigned r = q == f->event ? trigger_on_event_time(t, &f->call, timer->event_ms)
                                   : trigger_on_processing_time(t, &f->call, timer->event_ms);

        n += (r & TRIGGER_FIRE) != 0;
        timer_free(timer);
    }
    return n;
}

static void test_count_fires_at_every_nth_element(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_COUNT, .count = 3};
    struct fixture f = window_of(0, 10);

    (void)state;
    for (int i = 1; i <= 7; i++)
        assert_int_equal(element(&f, &t, 0, i), i % 3 ? TRIGGER_CONTINUE : TRIGGER_FIRE);
    done(&f);
}

static void test_purging_turns_a_firing_into_fire_and_purge(void **state)
{
    struct weir_trigger count = {.kind = WEIR_TRIGGER_COUNT, .count = 2};
    struct weir_trigger t = {.kind = WEIR_TRIGGER_PURGING, .inner = &count};
    struct fixture f = window_of(0, 10);

    (void)state;
    assert_int_equal(element(&f, &t, 0, 1), TRIGGER_CONTINUE);
    assert_int_equal(element(&f, &t, 0, 2), TRIGGER_FIRE | TRIGGER_PURGE);
    done(&f);
}

static void test_event_time_waits_for_the_maximum_and_fires_at_once_when_it_has_passed(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_EVENT_TIME};
    struct fixture f = window_of(0, 10);

    (void)state;
    assert_int_equal(element(&f, &t, 5, 0), TRIGGER_CONTINUE);
    assert_int_equal(fires(&f, &t, f.event, 8), 0);
    assert_int_equal(fires(&f, &t, f.event, 9), 1);
    f.call.watermark_ms = 9;
    assert_int_equal(element(&f, &t, 5, 0), TRIGGER_FIRE);
    done(&f);
}

static void
test_a_continuous_event_time_trigger_fires_each_interval_and_at_the_maximum(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_CONTINUOUS_EVENT_TIME, .interval_ms = 4};
    struct fixture f = window_of(0, 10);

    (void)state;
    assert_int_equal(element(&f, &t, 1, 0), TRIGGER_CONTINUE); /* pending 4 */
    assert_int_equal(fires(&f, &t, f.event, 3), 0);
    assert_int_equal(fires(&f, &t, f.event, 100), 3); /* 4, 8, 9 */
    assert_int_equal(timerq_count(f.event), 0);
    done(&f);
}

static void test_a_continuous_processing_trigger_ends_at_the_maximum(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME, .interval_ms = 3};
    struct fixture f = window_of(0, 5);

    (void)state;
    element(&f, &t, 2, 0);
    assert_int_equal(fires(&f, &t, f.processing, 5), 2); /* 3, 4; not for ever */
    element(&f, &t, 2, 0);
    assert_int_equal(timerq_count(f.processing), 0); /* no new interval */
    done(&f);
}

static void test_an_interval_begins_at_the_multiple_that_truncation_gives(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_CONTINUOUS_EVENT_TIME, .interval_ms = 10};
    struct fixture f = window_of(-100, 100);

    (void)state;
    element(&f, &t, -7, 0); /* -7 - (-7 % 10) = 0, next 10: not 0 */
    assert_true(timerq_head(f.event)->event_ms == 10);
    done(&f);
}

static double difference(const struct weir_row *from, const struct weir_row *to)
{
    return (double)(value_of(to).v - value_of(from).v);
}

static void test_delta_compares_with_the_element_of_the_last_firing(void **state)
{
    struct weir_trigger t = {.kind = WEIR_TRIGGER_DELTA, .delta = difference, .threshold = 5};
    struct fixture f = window_of(0, 10);

    (void)state;
    assert_int_equal(element(&f, &t, 0, 10), TRIGGER_CONTINUE); /* the first is kept */
    assert_int_equal(element(&f, &t, 0, 15), TRIGGER_CONTINUE); /* 5 is not greater than 5 */
    assert_int_equal(element(&f, &t, 0, 16), TRIGGER_FIRE);     /* 6: kept */
    assert_int_equal(element(&f, &t, 0, 21), TRIGGER_CONTINUE);
    done(&f);
}

static void test_a_time_out_fires_without_asking_inside_and_can_be_reset(void **state)
{
    struct weir_trigger count = {.kind = WEIR_TRIGGER_COUNT, .count = 9};
    struct weir_trigger t = {.kind = WEIR_TRIGGER_PROCESSING_TIMEOUT,
                             .inner = &count,
                             .timeout_ms = 10,
                             .reset_on_element = true};
    struct fixture f = window_of(0, 10);

    (void)state;
    element(&f, &t, 0, 1); /* time-out at 10 */
    f.call.now_ms = 6;
    element(&f, &t, 0, 2); /* moved to 16 */
    assert_int_equal(fires(&f, &t, f.processing, 15), 0);
    assert_int_equal(fires(&f, &t, f.processing, 16), 1);
    done(&f);
}

static void test_merged_counts_add_up_and_merged_intervals_take_the_earlier(void **state)
{
    struct weir_trigger count = {.kind = WEIR_TRIGGER_COUNT, .count = 9};
    struct weir_trigger interval = {.kind = WEIR_TRIGGER_CONTINUOUS_EVENT_TIME, .interval_ms = 4};
    struct trigger_state into = {.has_value = true, .value = 5};
    struct trigger_state from = {.has_value = true, .value = 3};

    (void)state;
    trigger_absorb(&count, &into, &from);
    assert_true(into.value == 8);
    trigger_absorb(&interval, &into, &from);
    assert_true(into.value == 3);
}

static void test_only_triggers_whose_state_can_be_joined_serve_sessions(void **state)
{
    struct weir_trigger delta = {.kind = WEIR_TRIGGER_DELTA};
    struct weir_trigger count = {.kind = WEIR_TRIGGER_COUNT};
    struct weir_trigger around = {.kind = WEIR_TRIGGER_PURGING, .inner = &delta};

    (void)state;
    assert_true(trigger_can_merge(&count));
    assert_false(trigger_can_merge(&delta));
    assert_false(trigger_can_merge(&around));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count_fires_at_every_nth_element),
        cmocka_unit_test(test_purging_turns_a_firing_into_fire_and_purge),
        cmocka_unit_test(
            test_event_time_waits_for_the_maximum_and_fires_at_once_when_it_has_passed),
        cmocka_unit_test(
            test_a_continuous_event_time_trigger_fires_each_interval_and_at_the_maximum),
        cmocka_unit_test(test_a_continuous_processing_trigger_ends_at_the_maximum),
        cmocka_unit_test(test_an_interval_begins_at_the_multiple_that_truncation_gives),
        cmocka_unit_test(test_delta_compares_with_the_element_of_the_last_firing),
        cmocka_unit_test(test_a_time_out_fires_without_asking_inside_and_can_be_reset),
        cmocka_unit_test(test_merged_counts_add_up_and_merged_intervals_take_the_earlier),
        cmocka_unit_test(test_only_triggers_whose_state_can_be_joined_serve_sessions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
