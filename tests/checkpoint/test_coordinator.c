/* The coordinator by its own rules K1 to K5: three tasks, of which the first is a source. */
#include "checkpoint/coordinator.h"
#include "tests/check.h"

#include <string.h>

static const uint32_t attempt = 4;
static const bool is_source[3] = {true, false, false};

static struct coordinator *start(struct coordinator_spec extra)
{
    struct coordinator_spec s = extra;
    struct coordinator *c;

    s.tasks = 3;
    s.is_source = is_source;
    s.attempt = &attempt;
    s.interval_us = s.interval_us ? s.interval_us : 1000;
    s.first_delay_us = s.first_delay_us ? s.first_delay_us : s.interval_us;
    s.timeout_us = s.timeout_us ? s.timeout_us : 600;
    s.retained = 1;
    c = coordinator_new(&s);
    coordinator_start(c, 0);
    return c;
}

/* Asked once: it takes the notes. */
static bool has_failed(struct coordinator *c)
{
    struct coordinator_note n;
    bool failed = false;

    while (coordinator_next_note(c, &n))
        failed |= n.kind == NOTE_FAIL_JOB;
    return failed;
}

static int sent(const struct actions *a, enum message_kind kind)
{
    int n = 0;

    for (uint32_t i = 0; i < a->count; i++)
        n += a->item[i].kind == ACTION_SEND && a->item[i].message.kind == kind;
    return n;
}

static struct action *write_of(struct actions *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->item[i].kind == ACTION_WRITE)
            return &a->item[i];
    return NULL;
}

static int removed_from(const struct actions *a, const char *path)
{
    int n = 0;

    for (uint32_t i = 0; i < a->count; i++)
        n += a->item[i].kind == ACTION_REMOVE && strcmp(a->item[i].path, path) == 0;
    return n;
}

static void ack(struct coordinator *c, uint32_t task, uint32_t id, struct actions *todo)
{
    struct state_handle h = {.bytes = 10, .check = task};

    snprintf(h.path, sizeof h.path, "chk-%u/t-%u", id, task);
    coordinator_on_ack(c, 0, task, id, &h, todo);
}

static void complete(struct coordinator *c, int64_t now, uint32_t id, struct actions *todo)
{
    actions_clear(todo);
    for (uint32_t t = 0; t < 3; t++)
        ack(c, t, id, todo);
    assert_non_null(write_of(todo));
    coordinator_on_done(c, now, write_of(todo)->request, ERR_NONE, todo);
}

static void test_complete_needs_every_ack_and_the_metadata_on_disk(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};
    uint64_t request;

    coordinator_on_time(c, 999, &todo);
    assert_int_equal(todo.count, 0);
    coordinator_on_time(c, 1000, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 1); /* the source only */
    ack(c, 0, 1, &todo);
    ack(c, 0, 1, &todo); /* twice is once */
    ack(c, 1, 1, &todo);
    ack(c, 2, 7, &todo); /* of a checkpoint that does not exist */
    assert_null(write_of(&todo));
    ack(c, 2, 1, &todo);
    assert_string_equal(write_of(&todo)->path, "chk-1/_metadata");
    assert_null(coordinator_latest(c));
    request = write_of(&todo)->request;
    actions_clear(&todo);
    coordinator_on_done(c, 1100, request, ERR_NONE, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_COMPLETE), 3);
    assert_int_equal(coordinator_latest(c)->checkpoint, 1);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* A last one that expired is tried again, an interval after it began. */
static void test_in_batch_there_is_only_the_last(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.only_last = true, .tolerable = 1});
    struct actions todo = {0};

    coordinator_on_time(c, 1000000, &todo);
    assert_int_equal(todo.count, 0);
    assert_true(coordinator_deadline_us(c) == INT64_MAX);
    for (uint32_t t = 0; t < 3; t++)
        coordinator_on_data_end(c, 2000000, t, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 1);
    coordinator_on_time(c, 2000600, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 3);
    actions_clear(&todo);
    coordinator_on_time(c, 2001000, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 1);
    complete(c, 2001100, 2, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_COMPLETE), 3);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_an_expired_checkpoint_is_aborted_and_leaves_no_files(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.tolerable = 1});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    ack(c, 1, 1, &todo);
    actions_clear(&todo);
    coordinator_on_time(c, 1600, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 3);
    assert_int_equal(removed_from(&todo, "chk-1/t-1"), 1);
    assert_false(has_failed(c)); /* one is tolerated */
    actions_clear(&todo);
    ack(c, 0, 1, &todo); /* late: only its file goes (K4) */
    assert_int_equal(todo.count, 1);
    assert_int_equal(removed_from(&todo, "chk-1/t-0"), 1);
    coordinator_on_time(c, 2000, &todo);
    coordinator_on_time(c, 2600, &todo);
    assert_true(has_failed(c)); /* the second in a row is not */
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_a_new_complete_one_pushes_the_old_one_out_metadata_first(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};
    int first = -1;

    coordinator_on_time(c, 1000, &todo);
    complete(c, 1100, 1, &todo);
    coordinator_on_time(c, 2000, &todo);
    complete(c, 2100, 2, &todo);
    for (uint32_t i = 0; i < todo.count && first < 0; i++)
        if (todo.item[i].kind == ACTION_REMOVE)
            first = (int)i;
    assert_string_equal(todo.item[first].path, "chk-1/_metadata");
    assert_int_equal(coordinator_latest(c)->checkpoint, 2);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_min_pause_delays_the_next_trigger(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.min_pause_us = 500});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    complete(c, 1590, 1, &todo);
    actions_clear(&todo);
    coordinator_on_time(c, 2000, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 0);
    assert_int_equal(coordinator_deadline_us(c), 2090);
    coordinator_on_time(c, 2090, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 1);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_ids_go_on_after_a_restart_and_the_end_begins_a_last_checkpoint(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    coordinator_stop(c, 1200, &todo);
    coordinator_start(c, 2000);
    actions_clear(&todo);
    for (uint32_t t = 0; t < 3; t++)
        coordinator_on_data_end(c, 2100, t, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 1);      /* K5: at once */
    assert_int_equal(coordinator_pending(c).checkpoint, 2); /* K1 */
    complete(c, 2200, 2, &todo);
    assert_true(todo.item[todo.count - 1].message.is_final || sent(&todo, MESSAGE_NOTIFY_COMPLETE));
    actions_clear(&todo);
    coordinator_on_finished(c, 0);
    coordinator_on_time(c, 3200, &todo); /* told again to those that have not finished */
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_COMPLETE), 2);
    coordinator_on_finished(c, 1);
    coordinator_on_finished(c, 2);
    assert_true(coordinator_deadline_us(c) == INT64_MAX);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* All acks are in and the metadata is being written when the attempt ends: the write may still be
 * done afterwards, and then the file goes (K4). */
static void test_metadata_written_after_the_checkpoint_was_given_up_is_removed(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};
    uint64_t request;

    coordinator_on_time(c, 1000, &todo);
    for (uint32_t t = 0; t < 3; t++)
        ack(c, t, 1, &todo);
    request = write_of(&todo)->request;
    actions_clear(&todo);
    coordinator_stop(c, 1100, &todo);
    assert_int_equal(removed_from(&todo, "chk-1/t-2"), 1);
    actions_clear(&todo);
    assert_true(coordinator_on_done(c, 1200, request, ERR_NONE, &todo));
    assert_null(coordinator_latest(c)); /* K2: too late */
    assert_int_equal(removed_from(&todo, "chk-1/_metadata"), 1);
    assert_false(coordinator_on_done(c, 1200, 77, ERR_NONE, &todo)); /* not the coordinator's */
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_metadata_that_cannot_be_written_gives_the_checkpoint_up(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.tolerable = 1});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    for (uint32_t t = 0; t < 3; t++)
        ack(c, t, 1, &todo);
    coordinator_on_done(c, 1100, write_of(&todo)->request, ERR_FULL, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 3);
    assert_int_equal(removed_from(&todo, "chk-1/_metadata"), 1); /* it may exist: fs.h */
    assert_int_equal(removed_from(&todo, "chk-1/t-0"), 1);
    assert_null(coordinator_latest(c));
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* Once every task has acknowledged only the disk decides: Flink finalizes in one step. */
static void test_no_timeout_and_no_decline_while_the_metadata_is_written(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    assert_int_equal(coordinator_deadline_us(c), 1600);
    for (uint32_t t = 0; t < 3; t++)
        ack(c, t, 1, &todo);
    assert_int_equal(coordinator_deadline_us(c), 2000); /* no longer the timeout, only the timer */
    coordinator_on_time(c, 9000, &todo);
    coordinator_on_decline(c, 9000, 1, 1, GIVE_UP_DECLINED, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 0);
    coordinator_on_done(c, 9100, write_of(&todo)->request, ERR_NONE, &todo);
    assert_int_equal(coordinator_latest(c)->checkpoint, 1);
    assert_int_equal(coordinator_pending(c).checkpoint, 2); /* the tick at 2000 had waited */
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* flink-semantics 6.2, last line of the table: counter 1, 0, 1, 2. */
static void test_only_failures_in_a_row_count_and_success_forgives(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.tolerable = 1});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    coordinator_on_time(c, 1600, &todo);
    assert_false(has_failed(c));
    coordinator_on_time(c, 2000, &todo);
    complete(c, 2100, 2, &todo);
    coordinator_on_time(c, 3000, &todo);
    coordinator_on_time(c, 3600, &todo);
    assert_false(has_failed(c));
    coordinator_on_time(c, 4000, &todo);
    coordinator_on_decline(c, 4100, 2, 4, GIVE_UP_DECLINED, &todo);
    assert_true(has_failed(c));
    assert_false(has_failed(c)); /* asked once */
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_the_end_of_an_attempt_is_no_failure_of_a_checkpoint(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    actions_clear(&todo);
    coordinator_stop(c, 1100, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 0); /* nobody is left to be told */
    assert_false(has_failed(c));
    assert_true(coordinator_deadline_us(c) == INT64_MAX);
    coordinator_on_time(c, 99999, &todo);
    assert_int_equal(sent(&todo, MESSAGE_TRIGGER), 0);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_a_late_copy_of_a_counted_ack_removes_nothing(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    complete(c, 1100, 1, &todo);
    actions_clear(&todo);
    ack(c, 1, 1, &todo);
    coordinator_on_time(c, 2000, &todo);
    actions_clear(&todo);
    ack(c, 1, 1, &todo); /* while another one is pending */
    ack(c, 1, 9, &todo); /* of one that has not begun */
    ack(c, 9, 2, &todo); /* of a task that there is not */
    assert_int_equal(todo.count, 0);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_an_end_during_a_checkpoint_waits_for_it_and_ignores_the_pause(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){.min_pause_us = 5000});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    for (uint32_t t = 0; t < 3; t++)
        coordinator_on_data_end(c, 1050, t, &todo);
    assert_int_equal(coordinator_pending(c).checkpoint, 1);
    complete(c, 1100, 1, &todo);
    assert_int_equal(coordinator_pending(c).checkpoint, 2);
    for (uint32_t i = 0; i < todo.count; i++) /* it began before the end: not the last */
        assert_false(todo.item[i].kind == ACTION_SEND && todo.item[i].message.is_final);
    complete(c, 1200, 2, &todo);
    for (uint32_t i = 0; i < todo.count; i++)
        assert_true(todo.item[i].kind != ACTION_SEND || todo.item[i].message.is_final);
    assert_int_equal(coordinator_pending(c).checkpoint, 0);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_without_an_interval_nothing_is_ever_triggered(void **state)
{
    const struct coordinator_spec spec = {.tasks = 1, .is_source = is_source, .attempt = &attempt};
    struct coordinator *c = coordinator_new(&spec);
    struct actions todo = {0};

    coordinator_start(c, 0);
    coordinator_on_time(c, 1000000, &todo);
    coordinator_on_data_end(c, 1000000, 0, &todo);
    assert_int_equal(todo.count, 0);
    assert_true(coordinator_deadline_us(c) == INT64_MAX);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static struct coordinator_note only_note(struct coordinator *c)
{
    struct coordinator_note n = {0}, more;

    assert_true(coordinator_next_note(c, &n));
    assert_false(coordinator_next_note(c, &more));
    return n;
}

/* Flink stops the timer, then asks: what was pending is given up, and nothing follows. */
static void test_a_last_one_after_a_pause_begins_at_once_and_none_follows(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    coordinator_pause(c, 1100, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_ABORTED), 3);
    assert_int_equal(only_note(c).reason, GIVE_UP_SUSPEND);
    assert_int_equal(coordinator_request(c, 1100, SNAPSHOT_CHECKPOINT, &todo), 1);
    assert_int_equal(coordinator_pending(c).checkpoint, 2);
    complete(c, 1200, 2, &todo);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_COMPLETE), 3);
    assert_int_equal(only_note(c).checkpoint, 2);
    assert_true(coordinator_deadline_us(c) == INT64_MAX);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* A savepoint lies apart, is told to nobody, pushes nothing out, and survives a late ack. */
static void test_a_savepoint_is_its_users(void **state)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct state_handle part = {.path = "savepoint-2/t-0"};
    struct actions todo = {0};

    coordinator_on_time(c, 1000, &todo);
    complete(c, 1100, 1, &todo);
    actions_clear(&todo);
    coordinator_request(c, 1200, SNAPSHOT_SAVEPOINT, &todo);
    assert_int_equal(todo.item[0].message.snapshot, SNAPSHOT_SAVEPOINT);
    for (uint32_t t = 0; t < 3; t++)
        ack(c, t, 2, &todo);
    assert_string_equal(write_of(&todo)->path, "savepoint-2/_metadata");
    coordinator_on_done(c, 1300, 2, ERR_NONE, &todo);
    assert_int_equal(only_note(c).kind, NOTE_DONE);
    assert_int_equal(sent(&todo, MESSAGE_NOTIFY_COMPLETE), 0);
    assert_int_equal(coordinator_latest(c)->checkpoint, 1);
    actions_clear(&todo);
    assert_false(coordinator_on_ack(c, 1400, 0, 2, &part, &todo));
    coordinator_end(c, RETENTION_NEVER, JOB_END_FINISHED, &todo);
    assert_int_equal(removed_from(&todo, "savepoint-2/t-0"), 0);
    assert_int_equal(removed_from(&todo, "chk-1/_metadata"), 1);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

/* Drain: its barriers lie behind all data, so its completion is the last word (K5), whether the
 * ends are heard before it or after. */
static void drain(bool ends_first)
{
    struct coordinator *c = start((struct coordinator_spec){0});
    struct actions todo = {0};

    coordinator_pause(c, 100, &todo);
    coordinator_request(c, 100, SNAPSHOT_TERMINATE, &todo);
    for (uint32_t t = 0; ends_first && t < 3; t++)
        coordinator_on_data_end(c, 150, t, &todo);
    complete(c, 200, 1, &todo);
    for (uint32_t t = 0; !ends_first && t < 3; t++)
        coordinator_on_data_end(c, 250, t, &todo);
    assert_true(todo.item[todo.count - 1].message.is_final);
    assert_int_equal(coordinator_pending(c).checkpoint, 0);
    assert_true(coordinator_deadline_us(c) < INT64_MAX); /* told again */
    actions_done(&todo);
    coordinator_free(c);
}

static void test_a_savepoint_that_drains_is_the_last_word(void **state)
{
    drain(true);
    drain(false);
    (void)state;
}

static void test_what_is_restored_without_claiming_is_never_removed(void **state)
{
    struct coordinator_spec spec = {
        .tasks = 1, .is_source = is_source, .attempt = &attempt, .retained = 1, .timeout_us = 600};
    struct state_handle handle = {.path = "chk-9/a"};
    const struct manifest nine = {.checkpoint = 9, .tasks = 1, .handle = &handle};
    struct coordinator *c = coordinator_new(&spec);
    struct actions todo = {0};

    coordinator_restore(c, &nine, false);
    coordinator_request(c, 0, SNAPSHOT_CHECKPOINT, &todo);
    ack(c, 0, 10, &todo);
    coordinator_on_done(c, 10, 10, ERR_NONE, &todo);
    assert_int_equal(coordinator_latest(c)->checkpoint, 10);
    coordinator_end(c, RETENTION_NEVER, JOB_END_FINISHED, &todo);
    assert_int_equal(removed_from(&todo, "chk-9/a"), 0);
    assert_int_equal(removed_from(&todo, "chk-10/t-0"), 1);
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

static void test_a_restored_checkpoint_is_the_latest_until_its_successor_is_complete(void **state)
{
    const struct coordinator_spec spec = {.tasks = 3,
                                          .is_source = is_source,
                                          .attempt = &attempt,
                                          .interval_us = 1000,
                                          .first_delay_us = 1000,
                                          .timeout_us = 600,
                                          .retained = 1};
    struct state_handle handle[3] = {{.path = "chk-9/a"}, {.path = "chk-9/b"}, {.path = ""}};
    const struct manifest nine = {.checkpoint = 9, .tasks = 3, .handle = handle};
    struct coordinator *c = coordinator_new(&spec);
    struct actions todo = {0};

    coordinator_restore(c, &nine, true);
    coordinator_start(c, 0);
    assert_int_equal(coordinator_latest(c)->checkpoint, 9);
    assert_string_equal(coordinator_latest(c)->handle[1].path, "chk-9/b");
    coordinator_on_time(c, 1000, &todo);
    assert_int_equal(coordinator_pending(c).checkpoint, 10); /* K1 */
    complete(c, 1100, 10, &todo);
    assert_int_equal(coordinator_latest(c)->checkpoint, 10);
    assert_int_equal(coordinator_latest(c)->attempt, attempt);
    assert_int_equal(removed_from(&todo, "chk-9/_metadata"), 1); /* K4 */
    assert_int_equal(removed_from(&todo, "chk-9/b"), 1);
    coordinator_end(c, RETENTION_ON_FAILURE, JOB_END_CANCELED, &todo);
    assert_int_equal(removed_from(&todo, "chk-10/_metadata"), 1);
    assert_null(coordinator_latest(c));
    actions_done(&todo);
    coordinator_free(c);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete_needs_every_ack_and_the_metadata_on_disk),
        cmocka_unit_test(test_in_batch_there_is_only_the_last),
        cmocka_unit_test(test_an_expired_checkpoint_is_aborted_and_leaves_no_files),
        cmocka_unit_test(test_a_new_complete_one_pushes_the_old_one_out_metadata_first),
        cmocka_unit_test(test_min_pause_delays_the_next_trigger),
        cmocka_unit_test(test_ids_go_on_after_a_restart_and_the_end_begins_a_last_checkpoint),
        cmocka_unit_test(test_metadata_written_after_the_checkpoint_was_given_up_is_removed),
        cmocka_unit_test(test_metadata_that_cannot_be_written_gives_the_checkpoint_up),
        cmocka_unit_test(test_no_timeout_and_no_decline_while_the_metadata_is_written),
        cmocka_unit_test(test_only_failures_in_a_row_count_and_success_forgives),
        cmocka_unit_test(test_the_end_of_an_attempt_is_no_failure_of_a_checkpoint),
        cmocka_unit_test(test_a_late_copy_of_a_counted_ack_removes_nothing),
        cmocka_unit_test(test_an_end_during_a_checkpoint_waits_for_it_and_ignores_the_pause),
        cmocka_unit_test(test_without_an_interval_nothing_is_ever_triggered),
        cmocka_unit_test(test_a_last_one_after_a_pause_begins_at_once_and_none_follows),
        cmocka_unit_test(test_a_savepoint_is_its_users),
        cmocka_unit_test(test_a_savepoint_that_drains_is_the_last_word),
        cmocka_unit_test(test_what_is_restored_without_claiming_is_never_removed),
        cmocka_unit_test(test_a_restored_checkpoint_is_the_latest_until_its_successor_is_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
