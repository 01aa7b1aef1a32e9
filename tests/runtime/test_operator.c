/* A chain: who is called in which order, and what is sent to an operator that still owes.  The log of
 * the toy sink is the order in which things reached the end. */
#include "runtime/outbox.h"
#include "tests/check.h"
#include "tests/toy.h"

/* source -> each of `between` -> sink, in one chain; runs it to its end without checkpoints. */
static void expect_chain(struct toy source, const char *const *between, struct toy config,
                         const char *wanted)
{
    struct bytes log = {0};
    struct toy sink = {.log = &log};
    struct rig r;
    uint32_t last;

    rig_init(&r, NULL);
    last = rig_add(&r, "toy_source", &source, 1);
    for (; *between; between++) {
        uint32_t next = rig_add(&r, *between, &config, 1);

        rig_connect(&r, last, next, SHIP_FORWARD);
        last = next;
    }
    rig_connect(&r, last, rig_add(&r, "toy_sink", &sink, 1), SHIP_FORWARD);
    rig_open(&r);
    assert_int_equal(r.graph->tasks, 1);
    rig_settle(&r);
    assert_int_equal(task_last_progress(r.task[0]), TASK_FINISHED);
    assert_string_equal(bytes_cstr(&log), wanted);
    rig_done(&r);
    bytes_done(&log);
}

static void test_a_watermark_passes_only_when_what_it_made_due_is_out(void **state)
{
    expect_chain((struct toy){.rows = 2, .watermarks = true},
                 (const char *const[]){"toy_owing", NULL}, (struct toy){.portions = 2},
                 "r1 r1000 r1001 w1 r2 r2000 r2001 w2 wE fin");
    (void)state;
}

static void test_what_is_sent_to_an_operator_that_owes_keeps_its_place(void **state)
{
    expect_chain((struct toy){.rows = 1}, (const char *const[]){"toy_burst", "toy_owing", NULL},
                 (struct toy){.portions = 2}, "r11 r11000 r11001 w11 r12 r12000 r12001 w12 wE fin");
    (void)state;
}

/* The second one owes on the first one's watermark, while the first already lets in what it held. */
static void test_two_that_owe_hold_for_each_other(void **state)
{
    expect_chain((struct toy){.rows = 1},
                 (const char *const[]){"toy_burst", "toy_owing", "toy_owing", NULL},
                 (struct toy){.portions = 1}, "r11 r11000 r11000 w11 r12 r12000 r12000 w12 wE fin");
    (void)state;
}

static void test_what_a_call_leaves_comes_before_anything_else(void **state)
{
    expect_chain((struct toy){.rows = 2, .watermarks = true},
                 (const char *const[]){"toy_owing", NULL}, (struct toy){.portions = 2, .more = 2},
                 "r1 r100 r101 r1000 r100000 r100001 r1001 r100100 r100101 w1 "
                 "r2 r200 r201 r2000 r200000 r200001 r2001 r200100 r200101 w2 wE fin");
    expect_chain((struct toy){.rows = 1}, (const char *const[]){"toy_burst", "toy_owing", NULL},
                 (struct toy){.portions = 1, .more = 1},
                 "r11 r1100 r11000 r1100000 w11 r12 r1200 r12000 r1200000 w12 wE fin");
    (void)state;
}

static void test_statuses_are_held_in_order_too(void **state)
{
    expect_chain((struct toy){.rows = 2}, (const char *const[]){"toy_burst", "toy_owing", NULL},
                 (struct toy){.portions = 1, .statuses = true},
                 "live r11 r11000 w11 r12 r12000 w12 idle live r21 r21000 w21 r22 r22000 w22 idle "
                 "wE fin");
    (void)state;
}

static void test_nobody_owes_nothing_is_held(void **state)
{
    expect_chain((struct toy){.rows = 3, .watermarks = true},
                 (const char *const[]){"toy_owing", "toy_owing", NULL}, (struct toy){0},
                 "r1 w1 r2 w2 r3 w3 wE fin");
    (void)state;
}

static void test_a_row_goes_to_every_target_in_program_order(void **state)
{
    struct bytes chained = {0}, far = {0};
    struct toy source = {.rows = 2, .watermarks = true}, first = {.log = &chained},
               second = {.log = &far}, third = {.log = &chained};
    struct rig r;
    uint32_t s;

    rig_init(&r, NULL);
    s = rig_add(&r, "toy_source", &source, 1);
    rig_connect(&r, s, rig_add(&r, "toy_sink", &first, 1), SHIP_FORWARD);
    rig_connect(&r, s, rig_add(&r, "toy_sink", &second, 1), SHIP_REBALANCE);
    rig_connect(&r, s, rig_add(&r, "toy_sink", &third, 1), SHIP_FORWARD);
    rig_open(&r);
    assert_int_equal(r.graph->tasks, 2);
    assert_int_equal(task_outboxes(r.task[0]), 1);
    rig_settle(&r);
    assert_string_equal(bytes_cstr(&chained), "r1 r1 w1 w1 r2 r2 w2 w2 wE wE fin fin");
    assert_string_equal(bytes_cstr(&far), "r1 w1 r2 w2 wE fin");
    rig_done(&r);
    bytes_done(&chained);
    bytes_done(&far);
    (void)state;
}

static void test_a_timer_of_processing_time_comes_between_rows(void **state)
{
    struct bytes log = {0};
    struct toy source = {.rows = 9, .wait_every = 2}, owing = {.time_every_us = 50},
               sink = {.log = &log};
    struct rig r;
    uint32_t s, o;

    rig_init(&r, NULL);
    s = rig_add(&r, "toy_source", &source, 1);
    o = rig_add(&r, "toy_owing", &owing, 1);
    rig_connect(&r, s, o, SHIP_FORWARD);
    rig_connect(&r, o, rig_add(&r, "toy_sink", &sink, 1), SHIP_FORWARD);
    rig_open(&r);
    assert_int_equal(rig_run(&r, 0, 9), TASK_BLOCKED_ON_INPUT);
    assert_int_equal(task_deadline_us(r.task[0]), 50);
    r.now_us = 60;
    assert_int_equal(rig_run(&r, 0, 1), TASK_MORE);
    assert_string_equal(bytes_cstr(&log), "r1 r7");
    assert_int_equal(task_deadline_us(r.task[0]), 110);
    rig_done(&r);
    bytes_done(&log);
    (void)state;
}

static void test_a_class_that_is_not_here_is_named(void **state)
{
    struct toy config = {0};
    struct rig r;

    rig_init(&r, NULL);
    rig_add(&r, "toy_source", &config, 1);
    rig_open(&r);
    r.flow->node[0].class_name = "nobody";
    assert_null(rig_task(&r, 0, 2, (struct span){0}, 0));
    assert_int_equal(r.why.err, ERR_MISMATCH);
    assert_non_null(strstr(r.why.text, "no class 'nobody'"));
    rig_done(&r);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_watermark_passes_only_when_what_it_made_due_is_out),
        cmocka_unit_test(test_what_is_sent_to_an_operator_that_owes_keeps_its_place),
        cmocka_unit_test(test_two_that_owe_hold_for_each_other),
        cmocka_unit_test(test_what_a_call_leaves_comes_before_anything_else),
        cmocka_unit_test(test_statuses_are_held_in_order_too),
        cmocka_unit_test(test_nobody_owes_nothing_is_held),
        cmocka_unit_test(test_a_row_goes_to_every_target_in_program_order),
        cmocka_unit_test(test_a_timer_of_processing_time_comes_between_rows),
        cmocka_unit_test(test_a_class_that_is_not_here_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
