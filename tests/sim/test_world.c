/* A whole cluster in one thread: totals reconcile to the row whatever dies, the same four give the
 * same hash, and a damaged checkpoint is refused loudly at every byte. */
#include "checkpoint/coordinator.h"
#include "tests/check.h"
#include "tests/job.h"

#include <string.h>

static void finish(struct world *w)
{
    while (world_step(w))
        ;
}

static void check_total(const char *const *options, const char *plan_text, uint64_t seed)
{
    struct test_job t = test_job_new(options);
    struct plan p;
    struct world *w;

    assert_int_equal(plan_parse(&p, span_text(plan_text), "plan", &(struct diag){0}), ERR_NONE);
    assert_non_null(t.graph);
    w = test_world(&t, seed, &p);
    assert_non_null(w);
    finish(w);
    if (world_failure(w)->err)
        fail_msg("%s: %s", plan_text, world_failure(w)->text);
    assert_int_equal(test_counted(w), TEST_ROWS);
    world_free(w);
    test_job_free(&t);
}

static void test_counted_and_late_are_the_input_at_every_parallelism(void **state)
{
    static const char *const p[][2] = {{"parallelism.default=1"}, {"parallelism.default=2"},
                                       {"parallelism.default=3"}, {"parallelism.default=5"}};

    for (int i = 0; i < 4; i++)
        for (uint64_t seed = 1; seed <= 3; seed++)
            check_total(p[i], "", seed);
    (void)state;
}

static void test_counted_and_late_are_the_input_without_chaining_and_checkpoints(void **state)
{
    static const char *const unchained[] = {"pipeline.operator-chaining.enabled=false", NULL};

    check_total(unchained, "", 1);
    check_total(unchained, "at ack of window[0] cp 1 kill tm-1\n", 1);
    (void)state;
}

/* A worker dies at the n-th occurrence of every event there is to hang a fault on. */
static void test_nothing_is_lost_or_doubled_whenever_a_worker_dies(void **state)
{
    static const char *const events[] = {
        "start",  "record", "barrier", "align",   "snapshot", "ack",       "complete",
        "notify", "commit", "restore", "precommit", "watermark", "window", "finish"};
    char line[128];
    int worlds = 0;

    for (size_t e = 0; e < sizeof events / sizeof events[0]; e++)
        for (int nth = 1; nth <= 9; nth += 2)
            for (int worker = 1; worker <= 2; worker++, worlds++) {
                snprintf(line, sizeof line, "at %s #%d kill tm-%d\n%s", events[e], nth, worker,
                         strcmp(events[e], "restore") ? "" : "at record #9 kill tm-1\n");
                check_total(NULL, line, (uint64_t)nth);
            }
    assert_int_equal(worlds, 140);
    (void)state;
}

static void test_lost_doubled_and_late_notifications_do_no_harm(void **state)
{
    static const char *const plans[] = {
        "at complete cp 1 drop notify window[0]\n",
        "at complete cp 1 dup notify window[0]\n",
        "at complete cp 1 delay notify window[1] 3ms\n",
        "at ack of window[0] cp 1 drop ack window[0]\n",
        "at complete cp 1 drop notify window[0]\nat complete cp 2 drop notify window[0]\n",
        "at ack of window[0] cp 2 dup ack window[0]\nat notify of window[0] cp 2 kill tm-2\n",
        "at complete cp 3 drop notify window[*]\nat complete cp 3 drop notify rows[0]\n",
    };

    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        check_total(NULL, plans[i], 4);
    (void)state;
}

static void test_the_same_four_give_the_same_hash_at_every_step(void **state)
{
    struct test_job t = test_job_new(NULL);
    struct world *a = test_world(&t, 9, NULL), *b = test_world(&t, 9, NULL);
    struct world *other = test_world(&t, 10, NULL);

    while (world_step(a)) {
        world_step(b);
        world_step(other);
        assert_true(world_hash(a) == world_hash(b));
    }
    assert_true(world_hash(a) != world_hash(other));
    world_free(a);
    world_free(b);
    world_free(other);
    test_job_free(&t);
    (void)state;
}

struct found {
    char path[128];
    uint64_t bytes;
};

static void find_window(void *arg, const char *name, uint64_t bytes)
{
    struct found *f = arg;

    if (strncmp(name, "window", 6) == 0) {
        snprintf(f->path, sizeof f->path, "chk-1/%s", name);
        f->bytes = bytes;
    }
}

/* Run until checkpoint 1 is complete, flip one byte of a task's part, kill a worker: the restore
 * must refuse, name the file, and end the job. */
static bool refuses_flip(const struct test_job *t, uint64_t at)
{
    struct plan p;
    struct world *w;
    struct found f = {"", 0};
    struct bytes body = {0};
    bool refused;

    plan_parse(&p, span_text("at notify of window[0] cp 1 kill tm-1\n"), "plan", &(struct diag){0});
    w = test_world(t, 1, &p);
    while (coordinator_completed(master_coordinator(world_master(w))) == 0 && world_step(w))
        ;
    fs_list(world_checkpoints(w), "chk-1", find_window, &f);
    assert_true(f.bytes > at);
    fs_read(world_checkpoints(w), f.path, &body);
    body.p[at] ^= 0x10;
    fs_write(world_checkpoints(w), f.path, bytes_span(&body));
    finish(w);
    refused = world_failure(w)->err == ERR_DAMAGED && strstr(world_failure(w)->text, "chk-1/window");
    bytes_done(&body);
    world_free(w);
    return refused;
}

static void test_a_restore_refuses_a_flipped_byte_anywhere(void **state)
{
    struct test_job t = test_job_new(NULL);

    for (uint64_t at = 0; at < 250; at++)
        assert_true(refuses_flip(&t, at));
    test_job_free(&t);
    (void)state;
}

static void test_a_job_that_cannot_go_on_says_so_instead_of_hanging(void **state)
{
    struct test_job t = test_job_new((const char *const[]){"restart-strategy.type=none", NULL});
    struct plan p;
    struct world *w;

    plan_parse(&p, span_text("at record #5 kill tm-1\n"), "plan", &(struct diag){0});
    w = test_world(&t, 1, &p);
    finish(w);
    assert_int_equal(master_state(world_master(w)), JOB_STATE_FAILED);
    assert_non_null(strstr(world_failure(w)->text, "tm-1 is lost"));
    world_free(w);
    test_job_free(&t);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counted_and_late_are_the_input_at_every_parallelism),
        cmocka_unit_test(test_counted_and_late_are_the_input_without_chaining_and_checkpoints),
        cmocka_unit_test(test_nothing_is_lost_or_doubled_whenever_a_worker_dies),
        cmocka_unit_test(test_lost_doubled_and_late_notifications_do_no_harm),
        cmocka_unit_test(test_the_same_four_give_the_same_hash_at_every_step),
        cmocka_unit_test(test_a_restore_refuses_a_flipped_byte_anywhere),
        cmocka_unit_test(test_a_job_that_cannot_go_on_says_so_instead_of_hanging),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
