/* The parts of the coordinator alone: who may begin, what fails the job, where files lie. */
#include <string.h>

#include "checkpoint/failures.h"
#include "checkpoint/layout.h"
#include "checkpoint/manifest.h"
#include "checkpoint/requests.h"
#include "tests/check.h"
#include "wire/actions.h"

static const struct request timer = {.kind = SNAPSHOT_CHECKPOINT, .periodic = true};
static const struct request user = {.kind = SNAPSHOT_CHECKPOINT, .number = 1};
static const struct request saver = {.kind = SNAPSHOT_SAVEPOINT, .forced = true, .number = 2};

static void test_savepoints_go_first_then_users_then_the_timer(void **state)
{
    const struct standing free_now = {.max_concurrent = 1};
    struct requests q = {0};
    struct request r, refused;

    assert_true(requests_add(&q, &timer, &refused));
    assert_true(requests_add(&q, &user, &refused));
    assert_true(requests_add(&q, &saver, &refused));
    assert_int_equal(requests_choose(&q, &free_now, &r), CHOICE_GO);
    assert_int_equal(r.number, 2);
    assert_int_equal(requests_choose(&q, &free_now, &r), CHOICE_GO);
    assert_int_equal(r.number, 1);
    assert_int_equal(requests_choose(&q, &free_now, &r), CHOICE_GO);
    assert_true(r.periodic);
    assert_int_equal(requests_choose(&q, &free_now, &r), CHOICE_NONE);
    requests_done(&q);
    (void)state;
}

static void
test_only_what_is_forced_goes_beyond_the_limit_and_the_timer_waits_for_the_pause(void **state)
{
    const struct standing full = {.pending = 2, .max_concurrent = 2};
    const struct standing early = {.max_concurrent = 2, .pause_left_us = 1};
    const struct standing dirty = {.max_concurrent = 2, .cleaning = 3};
    struct requests q = {0};
    struct request r, refused;

    requests_add(&q, &timer, &refused);
    assert_int_equal(requests_choose(&q, &full, &r), CHOICE_NONE); /* R1 */
    assert_int_equal(requests_choose(&q, &dirty, &r),
                     CHOICE_NONE); /* three files to go, two allowed */
    assert_int_equal(requests_choose(&q, &early, &r), CHOICE_TOO_SOON); /* R2 */
    assert_int_equal(q.count, 0);
    requests_add(&q, &user, &refused);
    requests_add(&q, &saver, &refused);
    assert_int_equal(requests_choose(&q, &full, &r), CHOICE_GO);
    assert_int_equal(r.number, 2);
    assert_int_equal(requests_choose(&q, &early, &r), CHOICE_GO); /* the pause is the timer's */
    requests_done(&q);
    (void)state;
}

static void test_a_full_queue_prefers_users_to_the_timer(void **state)
{
    struct requests q = {0};
    struct request refused = {0};

    for (int i = 0; i < REQUESTS_MAX; i++)
        assert_true(requests_add(&q, &timer, &refused));
    assert_false(requests_add(&q, &user, &refused)); /* R3: one of the timer's goes */
    assert_true(refused.periodic);
    assert_int_equal(q.count, REQUESTS_MAX);
    for (int i = 1; i < REQUESTS_MAX; i++)
        requests_add(&q, &user, &refused);
    assert_false(requests_add(&q, &saver, &refused)); /* now only users wait */
    assert_int_equal(refused.number, 2);
    requests_done(&q);
    (void)state;
}

static bool fails(struct failures *f, uint32_t checkpoint, enum snapshot_kind kind,
                  enum give_up_reason reason, uint32_t task)
{
    const struct failed what = {checkpoint, kind, reason, task};

    return failures_on_failure(f, &what);
}

static void test_what_counts_and_what_does_not(void **state)
{
    struct failures f = {.tolerable = 1};

    assert_false(fails(&f, 1, SNAPSHOT_CHECKPOINT, GIVE_UP_EXPIRED, ACTION_MASTER));
    assert_false(fails(&f, 2, SNAPSHOT_CHECKPOINT, GIVE_UP_SUBSUMED, ACTION_MASTER)); /* F1 */
    assert_int_equal(f.in_a_row, 1);
    assert_false(fails(&f, 3, SNAPSHOT_SAVEPOINT, GIVE_UP_EXPIRED, ACTION_MASTER)); /* F3 */
    assert_int_equal(f.in_a_row, 1);
    assert_true(fails(&f, 4, SNAPSHOT_SAVEPOINT, GIVE_UP_ASYNC, 0)); /* a task's: it counts */
    assert_int_equal(f.in_a_row, 0);                                 /* F2 */
    assert_true(fails(&f, 5, SNAPSHOT_SUSPEND, GIVE_UP_CANCELED, 0));
    assert_false(fails(&f, 6, SNAPSHOT_CHECKPOINT, GIVE_UP_IO, 0));
    failures_on_success(&f, 7); /* F2 */
    assert_int_equal(f.in_a_row, 0);
    assert_false(fails(&f, 6, SNAPSHOT_CHECKPOINT, GIVE_UP_EXPIRED, ACTION_MASTER)); /* F1: old */
    assert_int_equal(f.in_a_row, 0);
    (void)state;
}

static void test_a_text_that_is_no_reason_is_a_snapshot_that_failed(void **state)
{
    for (int r = 0; r < GIVE_UP_REASONS; r++)
        assert_int_equal(give_up_named(give_up_name(r)), r);
    assert_int_equal(give_up_named("a part of the snapshot could not be written"), GIVE_UP_ASYNC);
    assert_string_equal(give_up_name(GIVE_UP_REASONS), "?");
    (void)state;
}

static void test_a_job_writes_into_a_directory_of_its_own_or_into_the_root(void **state)
{
    struct layout l = {
        .checkpoints = "/c", .savepoints = "/s", .job = "abcdef0123", .own_directory = true};
    char path[LAYOUT_PATH_MAX], longest[LAYOUT_PATH_MAX];

    assert_true(layout_shared(&l, path));
    assert_string_equal(path, "/c/abcdef0123/shared");
    assert_true(layout_savepoint(&l, "0f", path));
    assert_string_equal(path, "/s/savepoint-abcdef-0f");
    l.own_directory = false;
    assert_true(layout_directory(&l, path));
    assert_string_equal(path, "/c");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    l.checkpoints = longest;
    assert_true(layout_directory(&l, path));
    assert_false(layout_task_owned(&l, path));
    (void)state;
}

static void test_a_moved_snapshot_names_its_parts_where_it_lies(void **state)
{
    struct state_handle handle[3] = {{.path = "savepoint-3/a-0"}, {.path = ""}, {.path = "x/b-0"}};
    struct manifest m = {.tasks = 3, .handle = handle};
    char deep[HANDLE_PATH_MAX];

    assert_true(manifest_move(&m, "/some/where"));
    assert_string_equal(handle[0].path, "/some/where/a-0");
    assert_string_equal(handle[1].path, "");
    assert_string_equal(handle[2].path, "/some/where/b-0");
    memset(deep, 'd', sizeof deep - 1);
    deep[sizeof deep - 1] = 0;
    assert_false(manifest_move(&m, deep));
    strcpy(handle[0].path, "savepoint-3/../../etc/passwd"); /* hostile */
    assert_false(manifest_move(&m, "/some/where"));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_savepoints_go_first_then_users_then_the_timer),
        cmocka_unit_test(
            test_only_what_is_forced_goes_beyond_the_limit_and_the_timer_waits_for_the_pause),
        cmocka_unit_test(test_a_full_queue_prefers_users_to_the_timer),
        cmocka_unit_test(test_what_counts_and_what_does_not),
        cmocka_unit_test(test_a_text_that_is_no_reason_is_a_snapshot_that_failed),
        cmocka_unit_test(test_a_job_writes_into_a_directory_of_its_own_or_into_the_root),
        cmocka_unit_test(test_a_moved_snapshot_names_its_parts_where_it_lies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
