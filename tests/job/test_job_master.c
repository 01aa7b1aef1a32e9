/* The master of a job of four tasks on two workers: rows[0] window[0] on tm-1, rows[1] window[1]
 * on tm-2.  Messages come in, decisions come out; the test is the workers and the disk. */
#include <string.h>

#include "base/rng.h"
#include "checkpoint/coordinator.h"
#include "job/job_master.h"
#include "tests/check.h"
#include "tests/job.h"

enum { TASKS = 4, MS = 1000 };

struct bench {
    struct test_job job;
    struct job_master *m;
    struct actions todo;
    int64_t now_us;
};

static struct bench bench_new(const char *const *options, uint32_t workers)
{
    struct bench b = {.job = test_job_new(options)};

    assert_non_null(b.job.graph);
    assert_int_equal(b.job.graph->tasks, TASKS);
    b.m = master_new(b.job.graph, b.job.job->options, workers, NULL);
    return b;
}

static void bench_free(struct bench *b)
{
    master_free(b->m);
    actions_done(&b->todo);
    test_job_free(&b->job);
}

static int count(const struct bench *b, enum message_kind kind)
{
    int n = 0;

    for (uint32_t i = 0; i < b->todo.count; i++)
        n += b->todo.item[i].kind == ACTION_SEND && b->todo.item[i].message.kind == kind;
    return n;
}

static const struct message *sent_to(const struct bench *b, enum message_kind kind, uint32_t task)
{
    for (uint32_t i = 0; i < b->todo.count; i++)
        if (b->todo.item[i].kind == ACTION_SEND && b->todo.item[i].message.kind == kind &&
            b->todo.item[i].message.task == task)
            return &b->todo.item[i].message;
    return NULL;
}

static void hear(struct bench *b, struct message m)
{
    actions_clear(&b->todo);
    master_on_message(b->m, b->now_us, &m, &b->todo);
}

static void join(struct bench *b, uint32_t worker)
{
    hear(b, (struct message){.kind = MESSAGE_REGISTER, .worker = worker});
}

static void lose(struct bench *b, uint32_t worker)
{
    actions_clear(&b->todo);
    master_on_worker_lost(b->m, b->now_us, worker, &b->todo);
}

static void at(struct bench *b, int64_t us)
{
    b->now_us = us;
    actions_clear(&b->todo);
    master_on_time(b->m, us, &b->todo);
}

static void becomes(struct bench *b, uint32_t task, uint32_t attempt, enum task_state state)
{
    hear(b, (struct message){
                .kind = MESSAGE_TASK_STATE, .task = task, .attempt = attempt, .state = state});
}

static void all_become(struct bench *b, uint32_t attempt, enum task_state state)
{
    for (uint32_t t = 0; t < TASKS; t++)
        becomes(b, t, attempt, state);
}

static struct message ack(uint32_t task, uint32_t attempt, uint32_t checkpoint)
{
    struct message m = {
        .kind = MESSAGE_ACK, .task = task, .attempt = attempt, .checkpoint = checkpoint};

    snprintf(m.handle.path, sizeof m.handle.path, "chk-%u/t-%u", checkpoint, task);
    m.handle.bytes = 10 + task;
    return m;
}

/* Every task acknowledges, the metadata is written. */
static void complete(struct bench *b, uint32_t attempt, uint32_t checkpoint)
{
    uint64_t request;

    for (uint32_t t = 0; t < TASKS; t++)
        hear(b, ack(t, attempt, checkpoint));
    assert_int_equal(b->todo.item[0].kind, ACTION_WRITE);
    request = b->todo.item[0].request;
    actions_clear(&b->todo);
    master_on_done(b->m, b->now_us, request, ERR_NONE, &b->todo);
    assert_int_equal(coordinator_latest(master_coordinator(b->m))->checkpoint, checkpoint);
}

static struct bench running(const char *const *options)
{
    struct bench b = bench_new(options, 2);

    join(&b, 0);
    join(&b, 1);
    all_become(&b, 1, TASK_STATE_RUNNING);
    return b;
}

static void test_nothing_is_deployed_before_the_last_worker_is_there(void **state)
{
    struct bench b = bench_new(NULL, 2);

    join(&b, 1);
    assert_int_equal(b.todo.count, 0);
    assert_int_equal(master_state(b.m), JOB_STATE_CREATED);
    join(&b, 7); /* no worker of this job */
    join(&b, 0);
    assert_int_equal(count(&b, MESSAGE_DEPLOY), TASKS);
    assert_int_equal(master_state(b.m), JOB_STATE_RUNNING);
    assert_int_equal(master_attempt(b.m), 1);
    for (uint32_t t = 0; t < TASKS; t++) {
        const struct message *d = sent_to(&b, MESSAGE_DEPLOY, t);

        assert_int_equal(d->attempt, 1);
        assert_int_equal(d->worker, t % 2); /* subtask i of every vertex shares slot i */
        assert_true(d->graph_hash == b.job.graph->hash && d->checkpoint == 0);
        assert_int_equal(d->handle.path[0], 0);
    }
    bench_free(&b);
    (void)state;
}

static void test_checkpoints_begin_once_every_task_runs(void **state)
{
    struct bench b = bench_new(NULL, 2);

    join(&b, 0);
    join(&b, 1);
    for (uint32_t t = 0; t + 1 < TASKS; t++)
        becomes(&b, t, 1, TASK_STATE_RUNNING);
    assert_true(master_deadline_us(b.m) == INT64_MAX);
    b.now_us = 100;
    becomes(&b, TASKS - 1, 1, TASK_STATE_RUNNING);
    assert_int_equal(master_deadline_us(b.m), 500); /* the interval is 400 us */
    at(&b, 500);
    assert_int_equal(count(&b, MESSAGE_TRIGGER), 2);
    assert_int_equal(sent_to(&b, MESSAGE_TRIGGER, 1)->worker, 1); /* rows[1] */
    assert_int_equal(sent_to(&b, MESSAGE_TRIGGER, 1)->attempt, 1);
    bench_free(&b);
    (void)state;
}

static void test_a_lost_worker_cancels_the_others_and_the_next_attempt_waits_for_both(void **state)
{
    struct bench b = running(NULL);

    at(&b, 400);
    complete(&b, 1, 1);
    assert_int_equal(count(&b, MESSAGE_NOTIFY_COMPLETE), TASKS);
    b.now_us = 1000;
    lose(&b, 1);
    assert_int_equal(count(&b, MESSAGE_CANCEL), 1); /* the dead are not told */
    assert_int_equal(b.todo.item[b.todo.count - 1].message.worker, 0);
    assert_int_equal(b.todo.item[b.todo.count - 1].message.attempt, 1);
    assert_int_equal(master_state(b.m), JOB_STATE_RESTARTING);
    assert_int_equal(master_task_state(b.m, 0), TASK_STATE_CANCELED);
    at(&b, 1200); /* the delay of 200 us is over, the worker is not there */
    assert_int_equal(b.todo.count, 0);
    assert_true(master_deadline_us(b.m) == INT64_MAX);
    b.now_us = 5000;
    join(&b, 1);
    assert_int_equal(count(&b, MESSAGE_DEPLOY), TASKS);
    assert_int_equal(master_attempt(b.m), 2);
    assert_int_equal(sent_to(&b, MESSAGE_DEPLOY, 3)->checkpoint, 1);
    assert_string_equal(sent_to(&b, MESSAGE_DEPLOY, 3)->handle.path, "chk-1/t-3");
    assert_true(sent_to(&b, MESSAGE_DEPLOY, 3)->handle.bytes == 13);
    bench_free(&b);
    (void)state;
}

static void test_a_failed_task_restarts_the_job_after_the_delay(void **state)
{
    struct bench b = running(NULL);

    b.now_us = 100;
    becomes(&b, 2, 1, TASK_STATE_FAILED);
    assert_int_equal(count(&b, MESSAGE_CANCEL), 2);
    assert_int_equal(master_task_state(b.m, 2), TASK_STATE_FAILED); /* the one to blame shows */
    assert_int_equal(master_task_state(b.m, 3), TASK_STATE_CANCELED);
    assert_int_equal(master_deadline_us(b.m), 300);
    at(&b, 299);
    assert_int_equal(b.todo.count, 0);
    at(&b, 300);
    assert_int_equal(count(&b, MESSAGE_DEPLOY), TASKS);
    assert_int_equal(master_restarts(b.m), 1);
    bench_free(&b);
    (void)state;
}

static void test_what_an_old_attempt_says_changes_nothing(void **state)
{
    struct bench b = running(NULL);

    becomes(&b, 0, 1, TASK_STATE_FAILED);
    at(&b, 200);
    assert_int_equal(master_attempt(b.m), 2);
    all_become(&b, 1, TASK_STATE_RUNNING);
    assert_int_equal(master_task_state(b.m, 0), TASK_STATE_DEPLOYING);
    becomes(&b, 3, 1, TASK_STATE_FAILED);
    assert_int_equal(master_state(b.m), JOB_STATE_RUNNING);
    all_become(&b, 2, TASK_STATE_RUNNING);
    at(&b, 600);
    for (uint32_t t = 0; t < TASKS; t++)
        hear(&b, ack(t, 1, 1));
    assert_int_equal(coordinator_pending(master_coordinator(b.m)).acks, 0);
    for (uint32_t t = 0; t < TASKS; t++)
        hear(&b, (struct message){.kind = MESSAGE_DATA_END, .task = t, .attempt = 1});
    hear(&b, (struct message){.kind = MESSAGE_DECLINE, .task = 0, .attempt = 1, .checkpoint = 1});
    assert_int_equal(b.todo.count, 0);
    assert_int_equal(coordinator_pending(master_coordinator(b.m)).checkpoint, 1);
    bench_free(&b);
    (void)state;
}

static void test_an_old_attempts_late_part_is_removed(void **state)
{
    struct bench b = running(NULL);

    at(&b, 400);
    becomes(&b, 0, 1, TASK_STATE_FAILED);
    hear(&b, ack(2, 1, 1)); /* while the job restarts */
    assert_int_equal(b.todo.count, 1);
    assert_int_equal(b.todo.item[0].kind, ACTION_REMOVE);
    assert_string_equal(b.todo.item[0].path, "chk-1/t-2");
    bench_free(&b);
    (void)state;
}

static void test_finished_may_overtake_running(void **state)
{
    static const char *const no_checkpoints[] = {"weir.workers=1", NULL};
    struct bench b = bench_new(no_checkpoints, 1);

    join(&b, 0);
    for (uint32_t t = 0; t < TASKS; t++) {
        becomes(&b, t, 1, TASK_STATE_FINISHED);
        becomes(&b, t, 1, TASK_STATE_RUNNING); /* late: it stays finished */
        assert_int_equal(master_task_state(b.m, t), TASK_STATE_FINISHED);
    }
    assert_int_equal(master_state(b.m), JOB_STATE_FINISHED);
    bench_free(&b);
    (void)state;
}

static void test_a_worker_cannot_say_what_only_the_master_decides(void **state)
{
    static const enum task_state states[] = {TASK_STATE_CREATED, TASK_STATE_DEPLOYING,
                                             TASK_STATE_CANCELING, TASK_STATE_CANCELED};
    struct bench b = running(NULL);

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        becomes(&b, 1, 1, states[i]);
        assert_int_equal(master_task_state(b.m, 1), TASK_STATE_RUNNING);
    }
    becomes(&b, TASKS, 1, TASK_STATE_FAILED); /* no such task */
    assert_int_equal(master_state(b.m), JOB_STATE_RUNNING);
    bench_free(&b);
    (void)state;
}

static void test_the_tasks_of_one_pipeline_are_one_region(void **state)
{
    struct bench b = running(NULL);

    for (uint32_t t = 0; t < TASKS; t++)
        assert_int_equal(master_region_of(b.m, t), 0);
    bench_free(&b);
    (void)state;
}

static void test_restarts_are_counted_and_used_up(void **state)
{
    static const char *const three[] = {"restart-strategy.fixed-delay.attempts=3", NULL};
    struct bench b = running(three);

    for (uint32_t k = 1; k <= 3; k++) { /* flink-semantics 7.1: failures 1-3 restart, 4th fails */
        becomes(&b, 0, k, TASK_STATE_FAILED);
        assert_int_equal(master_state(b.m), JOB_STATE_RESTARTING);
        at(&b, 200 * k);
        all_become(&b, k + 1, TASK_STATE_RUNNING);
    }
    hear(&b, (struct message){.kind = MESSAGE_TASK_STATE,
                              .attempt = 4,
                              .err = ERR_USER,
                              .state = TASK_STATE_FAILED,
                              .text = "map[0]: too hot"});
    assert_int_equal(master_state(b.m), JOB_STATE_FAILED);
    assert_int_equal(count(&b, MESSAGE_CANCEL), 2);
    assert_int_equal(master_failure(b.m)->err, ERR_USER);
    assert_non_null(strstr(master_failure(b.m)->text, "map[0]: too hot"));
    assert_non_null(strstr(master_failure(b.m)->text, "restart-strategy.fixed-delay.attempts"));
    lose(&b, 0); /* it is over */
    assert_int_equal(master_state(b.m), JOB_STATE_FAILED);
    bench_free(&b);
    (void)state;
}

static void test_what_every_attempt_would_meet_again_ends_the_job_at_once(void **state)
{
    static const int hopeless[] = {ERR_DAMAGED,  ERR_FORMAT,    ERR_VERSION,
                                   ERR_MISMATCH, ERR_NOT_FOUND, ERR_USAGE};
    static const int worth_a_try[] = {ERR_IO, ERR_FULL, ERR_USER, ERR_LOST, ERR_LIMIT, ERR_BUSY};

    for (size_t i = 0; i < sizeof hopeless / sizeof hopeless[0]; i++) {
        struct bench b = running(NULL);

        hear(&b, (struct message){.kind = MESSAGE_TASK_STATE,
                                  .attempt = 1,
                                  .err = hopeless[i],
                                  .state = TASK_STATE_FAILED,
                                  .text = "chk-1/t-0 is damaged"});
        assert_int_equal(master_state(b.m), JOB_STATE_FAILED);
        assert_string_equal(master_failure(b.m)->text, "chk-1/t-0 is damaged");
        bench_free(&b);
    }
    for (size_t i = 0; i < sizeof worth_a_try / sizeof worth_a_try[0]; i++) {
        struct bench b = running(NULL);

        hear(&b, (struct message){.kind = MESSAGE_TASK_STATE,
                                  .attempt = 1,
                                  .err = worth_a_try[i],
                                  .state = TASK_STATE_FAILED});
        assert_int_equal(master_state(b.m), JOB_STATE_RESTARTING);
        bench_free(&b);
    }
    (void)state;
}

static void test_checkpoints_that_fail_too_often_fail_the_attempt(void **state)
{
    static const char *const none[] = {"execution.checkpointing.tolerable-failed-checkpoints=0",
                                       NULL};
    struct bench b = running(none);

    at(&b, 400);
    hear(&b, (struct message){.kind = MESSAGE_DECLINE, .task = 3, .attempt = 1, .checkpoint = 1});
    assert_int_equal(master_state(b.m), JOB_STATE_RESTARTING);
    assert_int_equal(count(&b, MESSAGE_NOTIFY_ABORTED), TASKS);
    assert_int_equal(sent_to(&b, MESSAGE_NOTIFY_ABORTED, 3)->worker, 1);
    assert_int_equal(count(&b, MESSAGE_CANCEL), 2);
    bench_free(&b);
    (void)state;
}

/* weir.workers=3 with parallelism 2: tm-3 has no task, so nobody misses it. */
static void test_a_worker_without_tasks_is_neither_awaited_nor_missed(void **state)
{
    struct bench b = bench_new(NULL, 3);

    join(&b, 0);
    join(&b, 1);
    assert_int_equal(master_state(b.m), JOB_STATE_RUNNING);
    join(&b, 2);
    lose(&b, 2);
    assert_int_equal(master_state(b.m), JOB_STATE_RUNNING);
    bench_free(&b);
    (void)state;
}

static void test_a_job_ends_after_the_checkpoint_that_follows_the_end_of_its_data(void **state)
{
    struct bench b = running(NULL);

    for (uint32_t t = 0; t < TASKS; t++)
        hear(&b, (struct message){.kind = MESSAGE_DATA_END, .task = t, .attempt = 1});
    assert_int_equal(count(&b, MESSAGE_TRIGGER), 2);
    complete(&b, 1, 1);
    assert_true(sent_to(&b, MESSAGE_NOTIFY_COMPLETE, 2)->is_final);
    becomes(&b, 0, 1, TASK_STATE_FINISHED);
    assert_int_equal(master_deadline_us(b.m), 400);
    at(&b, 400); /* told again to those who may not have heard */
    assert_int_equal(count(&b, MESSAGE_NOTIFY_COMPLETE), TASKS - 1);
    assert_null(sent_to(&b, MESSAGE_NOTIFY_COMPLETE, 0));
    for (uint32_t t = 1; t < TASKS; t++)
        becomes(&b, t, 1, TASK_STATE_FINISHED);
    assert_int_equal(master_state(b.m), JOB_STATE_FINISHED);
    assert_true(master_deadline_us(b.m) == INT64_MAX);
    bench_free(&b);
    (void)state;
}

/* Noise: whatever is said in whatever order, the master does not break its own tables (they
 * assert), and what it sends down is of the current attempt. */
static void test_noise_never_makes_the_master_speak_for_an_old_attempt(void **state)
{
    struct rng r = rng_of(test_seed(3), "noise");

    for (int walk = 0; walk < 300; walk++) {
        struct bench b = bench_new(NULL, 2);

        for (int i = 0; i < 200; i++) {
            uint64_t what = rng_below(&r, 12);

            b.now_us += (int64_t)rng_below(&r, 150);
            if (what < 2)
                join(&b, (uint32_t)rng_below(&r, 3));
            else if (what == 2 && rng_below(&r, 4) == 0)
                lose(&b, (uint32_t)rng_below(&r, 2));
            else if (what < 6)
                at(&b, b.now_us);
            else if (what == 6 && b.todo.count && b.todo.item[0].kind == ACTION_WRITE)
                master_on_done(b.m, b.now_us, b.todo.item[0].request, ERR_NONE, &b.todo);
            else
                hear(&b,
                     (struct message){.kind = (enum message_kind)rng_below(&r, MESSAGE_KINDS),
                                      .worker = (uint32_t)rng_below(&r, 2),
                                      .task = (uint32_t)rng_below(&r, TASKS + 1),
                                      .attempt = master_attempt(b.m) - (rng_below(&r, 5) == 0),
                                      .checkpoint = (uint32_t)rng_below(&r, 4),
                                      .state = (enum task_state)rng_below(&r, TASK_STATES - 1)});
            for (uint32_t k = 0; k < b.todo.count; k++)
                if (b.todo.item[k].kind == ACTION_SEND)
                    assert_int_equal(b.todo.item[k].message.attempt, master_attempt(b.m));
        }
        bench_free(&b);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_deployed_before_the_last_worker_is_there),
        cmocka_unit_test(test_checkpoints_begin_once_every_task_runs),
        cmocka_unit_test(test_a_lost_worker_cancels_the_others_and_the_next_attempt_waits_for_both),
        cmocka_unit_test(test_a_failed_task_restarts_the_job_after_the_delay),
        cmocka_unit_test(test_what_an_old_attempt_says_changes_nothing),
        cmocka_unit_test(test_an_old_attempts_late_part_is_removed),
        cmocka_unit_test(test_finished_may_overtake_running),
        cmocka_unit_test(test_a_worker_cannot_say_what_only_the_master_decides),
        cmocka_unit_test(test_the_tasks_of_one_pipeline_are_one_region),
        cmocka_unit_test(test_restarts_are_counted_and_used_up),
        cmocka_unit_test(test_what_every_attempt_would_meet_again_ends_the_job_at_once),
        cmocka_unit_test(test_checkpoints_that_fail_too_often_fail_the_attempt),
        cmocka_unit_test(test_a_worker_without_tasks_is_neither_awaited_nor_missed),
        cmocka_unit_test(test_a_job_ends_after_the_checkpoint_that_follows_the_end_of_its_data),
        cmocka_unit_test(test_noise_never_makes_the_master_speak_for_an_old_attempt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
