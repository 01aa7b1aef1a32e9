/* A task, stepped by hand: backpressure, barriers behind what is owed, what an acknowledgement waits
 * for, the end, failures, and the books of time. */
#include "runtime/gate.h"
#include "runtime/outbox.h"
#include "tests/check.h"
#include "tests/toy.h"

#include <string.h>

#define WITH_CHECKPOINTS "execution.checkpointing.interval=1s"

/* Task 0: source (-> owing, chained).  Task 1: sink, behind a rebalance.  Or all in task 0. */
struct line {
    struct toy source, owing, sink;
    struct bytes log;
    struct rig rig;
};

static void open_line(struct line *l, const char *const *options, bool one_task)
{
    uint32_t last;

    l->sink.log = &l->log;
    rig_init(&l->rig, options);
    last = rig_add(&l->rig, "toy_source", &l->source, 1);
    if (l->owing.portions) {
        uint32_t owing = rig_add(&l->rig, "toy_owing", &l->owing, 1);

        rig_connect(&l->rig, last, owing, SHIP_FORWARD);
        last = owing;
    }
    rig_connect(&l->rig, last, rig_add(&l->rig, "toy_sink", &l->sink, 1),
                one_task ? SHIP_FORWARD : SHIP_REBALANCE);
    rig_open(&l->rig);
}

static void close_line(struct line *l)
{
    rig_done(&l->rig);
    bytes_done(&l->log);
}

static uint64_t count_of(const struct line *l, uint32_t task, enum counter c)
{
    return task_view_context(l->rig.task[task])->counters->of[c];
}

static const struct subpartition *queue_of(const struct line *l)
{
    return outbox_subpartition(task_outbox(l->rig.task[0], 0), 0);
}

static const char *const small_buffers[] = {
    "weir.buffer.elements=1", "taskmanager.network.memory.buffers-per-channel=2",
    "taskmanager.network.memory.max-buffers-per-channel=3", WITH_CHECKPOINTS, NULL};

static void test_backpressure_reaches_the_source_and_every_row_arrives_in_order(void **state)
{
    struct line l = {.source = {.rows = 100}};
    struct bytes wanted = {0};

    open_line(&l, small_buffers, false);
    assert_int_equal(rig_run(&l.rig, 0, 1000), TASK_BLOCKED_ON_OUTPUT);
    assert_int_equal(count_of(&l, 0, COUNTER_RECORDS_IN), 3); /* its queue is full */
    rig_move_from(&l.rig, 0);
    assert_int_equal(rig_run(&l.rig, 0, 1000), TASK_BLOCKED_ON_OUTPUT);
    assert_int_equal(count_of(&l, 0, COUNTER_RECORDS_IN), 5); /* two left for two credits */
    rig_move_from(&l.rig, 0);
    assert_int_equal(rig_run(&l.rig, 0, 1000), TASK_BLOCKED_ON_OUTPUT);
    assert_int_equal(count_of(&l, 0, COUNTER_RECORDS_IN), 5); /* the sink has taken nothing */
    rig_settle(&l.rig);
    for (int i = 1; i <= 100; i++)
        bytes_format(&wanted, "r%d ", i);
    bytes_format(&wanted, "wE fin");
    assert_string_equal(bytes_cstr(&l.log), bytes_cstr(&wanted));
    bytes_done(&wanted);
    close_line(&l);
    (void)state;
}

static void test_between_two_portions_of_what_is_owed_room_is_asked_for(void **state)
{
    struct line l = {.source = {.rows = 2, .watermarks = true}, .owing = {.portions = 8}};

    open_line(&l, small_buffers, false);
    for (int i = 0; i < 100; i++) {
        rig_run(&l.rig, 0, 1000);
        assert_true(queue_of(&l)->queue.segments <= 4); /* 3, and the watermark behind the last */
        if (i % 3 == 0)
            rig_run(&l.rig, 1, 1);
        rig_move(&l.rig);
    }
    rig_settle(&l.rig);
    assert_string_equal(bytes_cstr(&l.log),
                        "r1 r1000 r1001 r1002 r1003 r1004 r1005 r1006 r1007 w1 "
                        "r2 r2000 r2001 r2002 r2003 r2004 r2005 r2006 r2007 w2 wE fin");
    close_line(&l);
    (void)state;
}

static void test_a_barrier_waits_behind_what_is_owed(void **state)
{
    struct line l = {.source = {.rows = 2, .watermarks = true}, .owing = {.portions = 2}};

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, true);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE); /* row 1: two are owed */
    task_on_trigger(l.rig.task[0], 1, 0);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE);
    assert_int_equal(task_phase(l.rig.task[0]), PHASE_FIRING);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE);
    assert_int_equal(task_phase(l.rig.task[0]), PHASE_SNAPSHOT);
    rig_settle(&l.rig);
    assert_string_equal(bytes_cstr(&l.log), "r1 r1000 r1001 w1 snap1 r2 r2000 r2001 w2 wE fin");
    close_line(&l);
    (void)state;
}

static void test_a_source_without_room_still_sends_its_barrier(void **state)
{
    struct line l = {.source = {.rows = 100}};
    const struct parcel_queue *q;

    open_line(&l, small_buffers, false);
    rig_run(&l.rig, 0, 1000);
    task_on_trigger(l.rig.task[0], 1, 7000);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE);
    q = &queue_of(&l)->queue;
    assert_int_equal(q->count, 4);
    assert_int_equal(parcel_queue_at(q, 3)->kind, PARCEL_BARRIER);
    assert_int_equal(parcel_queue_at(q, 3)->created_ms, 7);
    task_on_trigger(l.rig.task[0], 1, 7000); /* a doubled letter changes nothing */
    rig_run(&l.rig, 0, 1);
    assert_int_equal(q->count, 4);
    rig_settle(&l.rig);
    assert_non_null(strstr(bytes_cstr(&l.log), "r3 snap1 r4"));
    close_line(&l);
    (void)state;
}

/* ---- savepoints that stop the job ---- */

static const char *const one_at_a_time[] = {"weir.buffer.elements=1", WITH_CHECKPOINTS, NULL};

static void test_who_has_taken_a_savepoint_that_suspends_stands_still(void **state)
{
    struct line l = {.source = {.rows = 5}};

    open_line(&l, one_at_a_time, true);
    assert_int_equal(rig_run(&l.rig, 0, 2), TASK_MORE);
    task_on_savepoint(l.rig.task[0], 4, SNAPSHOT_SUSPEND, 0);
    rig_settle(&l.rig);
    assert_string_equal(bytes_cstr(&l.log), "r1 r2 snap4");
    assert_true(task_deadline_us(l.rig.task[0]) == INT64_MAX);
    task_on_aborted(l.rig.task[0], 4, SNAPSHOT_SUSPEND);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_FAILED); /* nobody could go on */
    assert_non_null(strstr(task_failure(l.rig.task[0])->text, "savepoint 4"));
    close_line(&l);
    (void)state;
}

/* Its parts lie apart, and two rows of five were all: the end of time, then the savepoint. */
static void test_a_source_that_terminates_ends_its_data_before_its_barrier(void **state)
{
    struct line l = {.source = {.rows = 5}};
    bool has_part = false;

    open_line(&l, one_at_a_time, true);
    assert_int_equal(rig_run(&l.rig, 0, 2), TASK_MORE);
    task_on_savepoint(l.rig.task[0], 4, SNAPSHOT_TERMINATE, 0);
    rig_run(&l.rig, 0, 100);
    assert_string_equal(bytes_cstr(&l.log), "r1 r2 wE fin snap4");
    for (uint32_t i = 0; i < l.rig.todo.count; i++)
        has_part |= strncmp(l.rig.todo.item[i].path, "savepoint-4/", 12) == 0;
    assert_true(has_part);
    close_line(&l);
    (void)state;
}

/* ---- checkpoints ---- */

/* The n-th write or rename in todo, or NULL. */
static const struct action *asked(const struct line *l, uint32_t n)
{
    for (uint32_t i = 0; i < l->rig.todo.count; i++)
        if (l->rig.todo.item[i].kind != ACTION_SEND && n-- == 0)
            return &l->rig.todo.item[i];
    return NULL;
}

static void test_an_acknowledgement_waits_for_every_part(void **state)
{
    struct line l = {.source = {.rows = 5, .wait_every = 3}, .sink = {.requests = true}};
    const struct message *ack;

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, true);
    rig_run(&l.rig, 0, 9);
    task_on_trigger(l.rig.task[0], 4, 0);
    assert_int_equal(rig_run(&l.rig, 0, 1), TASK_MORE);
    assert_string_equal(asked(&l, 0)->path, "chk-4/source-0-0");
    assert_string_equal(asked(&l, 1)->path, "toy-4");
    task_on_done(l.rig.task[0], asked(&l, 0)->request, ERR_NONE);
    rig_run(&l.rig, 0, 1);
    assert_int_equal(rig_count(&l.rig, MESSAGE_ACK), 0); /* the sink's part is not durable */
    task_on_done(l.rig.task[0], asked(&l, 1)->request, ERR_NONE);
    task_on_done(l.rig.task[0], asked(&l, 1)->request, ERR_NONE); /* doubled */
    rig_run(&l.rig, 0, 2);
    assert_int_equal(rig_count(&l.rig, MESSAGE_ACK), 1);
    ack = rig_last(&l.rig, MESSAGE_ACK);
    assert_int_equal(ack->checkpoint, 4);
    assert_string_equal(ack->handle.path, "chk-4/source-0-0");
    assert_int_equal(ack->handle.bytes, asked(&l, 0)->body.bytes);
    assert_int_equal(ack->handle.check, handle_check(bytes_span(&asked(&l, 0)->body)));
    assert_string_equal(bytes_cstr(&l.log), "r1 r2 snap4 done0");
    close_line(&l);
    (void)state;
}

static void failed_part(uint32_t which)
{
    struct line l = {.source = {.rows = 5, .wait_every = 3}, .sink = {.requests = true}};

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, true);
    task_on_trigger(l.rig.task[0], 1, 0);
    rig_run(&l.rig, 0, 1);
    for (uint32_t i = 0; i < 2; i++)
        task_on_done(l.rig.task[0], asked(&l, i)->request, i == which ? ERR_IO : ERR_NONE);
    rig_run(&l.rig, 0, 2);
    assert_int_equal(rig_count(&l.rig, MESSAGE_ACK), 0);
    assert_int_equal(rig_count(&l.rig, MESSAGE_DECLINE), 1);
    assert_int_not_equal(task_last_progress(l.rig.task[0]), TASK_FAILED);
    close_line(&l);
}

static void test_a_part_that_cannot_be_written_declines_and_the_task_goes_on(void **state)
{
    failed_part(0);
    failed_part(1);
    (void)state;
}

static void test_checkpoints_overlap_while_disks_are_slow(void **state)
{
    struct line l = {.source = {.rows = 5, .wait_every = 1}};

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, true);
    task_on_trigger(l.rig.task[0], 1, 0);
    task_on_trigger(l.rig.task[0], 2, 0);
    rig_run(&l.rig, 0, 2);
    task_on_done(l.rig.task[0], asked(&l, 1)->request, ERR_NONE);
    rig_run(&l.rig, 0, 1);
    assert_int_equal(rig_last(&l.rig, MESSAGE_ACK)->checkpoint, 2);
    task_on_done(l.rig.task[0], asked(&l, 0)->request, ERR_NONE);
    rig_run(&l.rig, 0, 1);
    assert_int_equal(rig_last(&l.rig, MESSAGE_ACK)->checkpoint, 1);
    close_line(&l);
    (void)state;
}

static void test_a_task_begins_again_where_its_snapshot_stands(void **state)
{
    struct line l = {.source = {.rows = 5, .wait_every = 3}};
    struct task *again;

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, true);
    rig_run(&l.rig, 0, 9); /* rows 1 and 2 */
    task_on_trigger(l.rig.task[0], 6, 0);
    rig_run(&l.rig, 0, 1);
    rig_run(&l.rig, 0, 9); /* the rest is lost with the attempt */
    again = rig_task(&l.rig, 0, 2, bytes_span(&asked(&l, 0)->body), 6);
    assert_non_null(again);
    assert_int_equal(task_view_context(again)->counters->of[COUNTER_RECORDS_IN], 2);
    task_free(l.rig.task[0]);
    l.rig.task[0] = again;
    bytes_clear(&l.log);
    task_on_trigger(again, 6, 0); /* of the attempt before: it is behind us */
    rig_settle(&l.rig);
    assert_string_equal(bytes_cstr(&l.log), "r3 r4 r5 wE fin");
    close_line(&l);
    (void)state;
}

/* ---- two inputs ---- */

static void test_rows_behind_the_barrier_wait_for_the_slower_input(void **state)
{
    struct toy fast = {.rows = 4, .wait_every = 3}, slow = {.rows = 1, .wait_every = 1};
    struct bytes log = {0};
    struct toy sink = {.log = &log};
    struct rig r;
    uint32_t a, b, s;

    rig_init(&r, (const char *const[]){WITH_CHECKPOINTS, "weir.buffer.elements=1", NULL});
    a = rig_add(&r, "toy_source", &fast, 1);
    b = rig_add(&r, "toy_source", &slow, 1);
    s = rig_add(&r, "toy_sink", &sink, 1);
    rig_connect(&r, a, s, SHIP_REBALANCE);
    rig_connect(&r, b, s, SHIP_REBALANCE);
    rig_open(&r);
    rig_run(&r, 0, 9); /* rows 1 and 2, then it waits */
    task_on_trigger(r.task[0], 1, 0);
    rig_run(&r, 0, 9); /* barrier; rows 3 and 4, and its end */
    rig_move(&r);
    rig_run(&r, 2, 99);
    rig_move(&r);
    rig_run(&r, 2, 99);
    assert_string_equal(bytes_cstr(&log), "r1 r2");
    assert_true(aligner_is_shut(task_gate(r.task[2])->aligner, 0));
    task_on_trigger(r.task[1], 1, 0);
    rig_settle(&r);
    assert_string_equal(bytes_cstr(&log),
                        "r1 r2 snap1 r3 r1 r4 wE fin"); /* they take turns again */
    rig_done(&r);
    bytes_done(&log);
    (void)state;
}

/* ---- the end ---- */

static void test_without_checkpoints_a_task_finishes_at_the_end_of_its_data(void **state)
{
    struct line l = {.source = {.rows = 1}};

    open_line(&l, NULL, false);
    rig_settle(&l.rig);
    assert_string_equal(bytes_cstr(&l.log), "r1 wE fin");
    assert_int_equal(task_last_progress(l.rig.task[0]), TASK_FINISHED);
    assert_int_equal(task_last_progress(l.rig.task[1]), TASK_FINISHED);
    assert_int_equal(rig_count(&l.rig, MESSAGE_DATA_END), 2);
    close_line(&l);
    (void)state;
}

static void test_with_checkpoints_it_waits_for_the_final_one_and_for_its_commits(void **state)
{
    struct line l = {.source = {.rows = 1}, .sink = {.requests = true}};

    open_line(&l, (const char *const[]){WITH_CHECKPOINTS, NULL}, false);
    rig_settle(&l.rig);
    assert_int_equal(task_phase(l.rig.task[1]), PHASE_END);
    assert_int_equal(task_last_progress(l.rig.task[1]), TASK_BLOCKED_ON_INPUT);
    task_on_trigger(l.rig.task[0], 1, 0); /* barriers still pass */
    rig_settle(&l.rig);
    rig_answer(&l.rig, ERR_NONE);
    rig_settle(&l.rig);
    assert_int_equal(rig_count(&l.rig, MESSAGE_ACK), 2);
    for (uint32_t t = 0; t < 2; t++)
        task_on_complete(l.rig.task[t], 1, false); /* it began too early to be the final one */
    rig_settle(&l.rig);
    rig_answer(&l.rig, ERR_NONE);
    rig_settle(&l.rig);
    assert_int_not_equal(task_last_progress(l.rig.task[0]), TASK_FINISHED);
    for (uint32_t t = 0; t < 2; t++)
        task_on_complete(l.rig.task[t], 2, true);
    rig_settle(&l.rig);
    assert_int_equal(task_last_progress(l.rig.task[0]), TASK_FINISHED);
    assert_int_not_equal(task_last_progress(l.rig.task[1]), TASK_FINISHED); /* it commits */
    rig_answer(&l.rig, ERR_NONE);
    rig_settle(&l.rig);
    assert_int_equal(task_last_progress(l.rig.task[1]), TASK_FINISHED);
    assert_string_equal(bytes_cstr(&l.log), "r1 wE fin snap1 done0 ok1 done0 ok2 done0");
    close_line(&l);
    (void)state;
}

/* ---- trouble ---- */

static void test_an_operator_that_fails_fails_the_task_with_its_words(void **state)
{
    struct line l = {.source = {.rows = 9}, .sink = {.fails_at = 3}};

    open_line(&l, NULL, true);
    assert_int_equal(rig_run(&l.rig, 0, 99), TASK_FAILED);
    assert_string_equal(bytes_cstr(&l.log), "r1 r2 r3");
    assert_int_equal(task_failure(l.rig.task[0])->err, ERR_USER);
    assert_string_equal(task_failure(l.rig.task[0])->text, "sink[0]: row 3");
    assert_true(task_deadline_us(l.rig.task[0]) == INT64_MAX); /* it wants nothing more */
    close_line(&l);
    (void)state;
}

static void test_parcels_of_another_attempt_or_channel_are_refused(void **state)
{
    struct line l = {.source = {.rows = 1}};
    struct parcel p = {.kind = PARCEL_BARRIER, .checkpoint = 1, .channel = {0, 0, 0, 1}};

    open_line(&l, NULL, false);
    assert_false(task_on_parcel(l.rig.task[0], &p)); /* a source has no gate */
    p.channel.attempt = 2;
    assert_false(task_on_parcel(l.rig.task[1], &p));
    p.channel = (struct channel_id){0, 1, 0, 1};
    assert_false(task_on_parcel(l.rig.task[1], &p)); /* there is no producer 1 */
    p.kind = PARCEL_CREDIT;
    p.channel = (struct channel_id){0, 0, 1, 1};
    assert_false(task_on_parcel(l.rig.task[0], &p)); /* nor a consumer 1 */
    close_line(&l);
    (void)state;
}

/* ---- time ---- */

static void step_at(struct line *l, uint32_t task, int64_t now_us)
{
    l->rig.now_us = now_us;
    rig_run(&l->rig, task, 1);
}

/* A row costs 10 us.  0: row 1.  20: row 2 (10 of them it was ready but not run: busy).  30: nothing
 * there.  75: row 3 after 45 idle. */
static void test_busy_idle_and_backpressured_time_add_up_to_what_passed(void **state)
{
    struct line l = {.source = {.rows = 100, .wait_every = 3}};

    open_line(&l,
              (const char *const[]){"weir.sim.cost=10us", "weir.buffer.elements=1",
                                    "taskmanager.network.memory.max-buffers-per-channel=3", NULL},
              false);
    step_at(&l, 0, 0);
    step_at(&l, 0, 20);
    step_at(&l, 0, 30);
    step_at(&l, 0, 75);
    assert_int_equal(count_of(&l, 0, COUNTER_BUSY_US), 30);
    assert_int_equal(count_of(&l, 0, COUNTER_IDLE_US), 45);
    step_at(&l, 0, 85); /* its queue is full */
    step_at(&l, 0, 185);
    assert_int_equal(count_of(&l, 0, COUNTER_BUSY_US), 40);
    assert_int_equal(count_of(&l, 0, COUNTER_BACKPRESSURED_US), 100);
    close_line(&l);
    (void)state;
}

static void test_a_row_does_not_lie_in_an_open_buffer_longer_than_the_timeout(void **state)
{
    struct line l = {.source = {.rows = 100}};

    open_line(&l, (const char *const[]){"execution.buffer-timeout.interval=5ms", NULL}, false);
    step_at(&l, 0, 1000);
    assert_int_equal(task_deadline_us(l.rig.task[0]), 6000);
    step_at(&l, 0, 5999);
    assert_int_equal(queue_of(&l)->queue.count, 0);
    step_at(&l, 0, 6000);
    assert_int_equal(queue_of(&l)->queue.count, 1);
    assert_int_equal(parcel_queue_at(&queue_of(&l)->queue, 0)->segment->elements, 3);
    assert_int_equal(task_deadline_us(l.rig.task[0]), INT64_MAX);
    close_line(&l);
    (void)state;
}

static void test_who_waits_for_input_sends_what_it_has(void **state)
{
    struct line l = {.source = {.rows = 100, .wait_every = 3}};

    open_line(&l, NULL, false);
    assert_int_equal(rig_run(&l.rig, 0, 99), TASK_BLOCKED_ON_INPUT);
    assert_int_equal(queue_of(&l)->queue.count, 1);
    close_line(&l);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backpressure_reaches_the_source_and_every_row_arrives_in_order),
        cmocka_unit_test(test_between_two_portions_of_what_is_owed_room_is_asked_for),
        cmocka_unit_test(test_a_barrier_waits_behind_what_is_owed),
        cmocka_unit_test(test_a_source_without_room_still_sends_its_barrier),
        cmocka_unit_test(test_who_has_taken_a_savepoint_that_suspends_stands_still),
        cmocka_unit_test(test_a_source_that_terminates_ends_its_data_before_its_barrier),
        cmocka_unit_test(test_an_acknowledgement_waits_for_every_part),
        cmocka_unit_test(test_a_part_that_cannot_be_written_declines_and_the_task_goes_on),
        cmocka_unit_test(test_checkpoints_overlap_while_disks_are_slow),
        cmocka_unit_test(test_a_task_begins_again_where_its_snapshot_stands),
        cmocka_unit_test(test_rows_behind_the_barrier_wait_for_the_slower_input),
        cmocka_unit_test(test_without_checkpoints_a_task_finishes_at_the_end_of_its_data),
        cmocka_unit_test(test_with_checkpoints_it_waits_for_the_final_one_and_for_its_commits),
        cmocka_unit_test(test_an_operator_that_fails_fails_the_task_with_its_words),
        cmocka_unit_test(test_parcels_of_another_attempt_or_channel_are_refused),
        cmocka_unit_test(test_busy_idle_and_backpressured_time_add_up_to_what_passed),
        cmocka_unit_test(test_a_row_does_not_lie_in_an_open_buffer_longer_than_the_timeout),
        cmocka_unit_test(test_who_waits_for_input_sends_what_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
