/* Rows that wait for answers: which leaves when, what is asked again, what is kept.  The service
 * answers when the test says so. */
#include <string.h>

#include "operators/async.h"
#include "operators/registry.h"
#include "tests/alone.h"
#include "tests/check.h"

#define ASKED(C) C(BIGINT, n)
#define ANSWERED(C) C(BIGINT, n) C(BIGINT, twice)
WEIR_ROW(asked, ASKED)
WEIR_ROW(answered, ANSWERED)

enum { QUESTIONS = 32, MS = 1000 };

/* ---- a service that is told what to answer ---- */

static struct {
    struct lookup lookup;
    int64_t key[QUESTIONS]; /* of question i + 1 */
    uint32_t asked;
    struct answered row[QUESTIONS];
    struct lookup_answer answer[QUESTIONS];
    uint32_t answers, given;
} service;

static int service_open(const void *with, struct fs *data, struct lookup **out, struct diag *why)
{
    (void)with;
    (void)data;
    (void)why;
    service.asked = service.answers = service.given = 0;
    *out = &service.lookup;
    return ERR_NONE;
}

static void service_ask(struct lookup *l, uint64_t number, struct span key, int64_t now_us)
{
    (void)l;
    (void)now_us;
    assert_int_equal(number, ++service.asked);
    memcpy(&service.key[number - 1], key.p, 8);
}

static bool service_poll(struct lookup *l, int64_t now_us, struct lookup_answer *out)
{
    (void)l;
    (void)now_us;
    if (service.given == service.answers)
        return false;
    *out = service.answer[service.given++];
    return true;
}

static int64_t service_deadline_us(const struct lookup *l)
{
    (void)l;
    return INT64_MAX;
}

static void service_close(struct lookup *l)
{
    (void)l;
}

static const struct lookup_class service_class = {service_open, service_ask, service_poll,
                                                  service_deadline_us, service_close};

static void answer(uint64_t number)
{
    struct answered *row = &service.row[service.answers];

    *row = (struct answered){.n = service.key[number - 1], .twice = 2 * service.key[number - 1]};
    service.answer[service.answers++] = (struct lookup_answer){
        number, false, {(const uint8_t *)row, sizeof *row}};
}

static void answer_without(uint64_t number, bool has_failed)
{
    service.answer[service.answers++] = (struct lookup_answer){.number = number,
                                                               .has_failed = has_failed};
}

/* ---- the program ---- */

enum { SILENT = 100, TWICE, LOUD, TEXT }; /* rows that do not just ask */

static void ask(struct weir_ctx *c, const struct weir_row *row)
{
    int64_t n = asked_of(row).n;

    if (n == LOUD)
        answered_emit(c, (struct answered){.n = n});
    if (n == TEXT)
        weir_request_text(c, (struct weir_text){"103", 3});
    else if (n != SILENT)
        weir_request_int(c, n);
    if (n == TWICE)
        weir_request_int(c, n);
}

static void take(struct weir_ctx *c, const struct weir_row *row, const struct weir_row *found)
{
    answered_emit(
        c, (struct answered){.n = asked_of(row).n, .twice = found ? answered_of(found).twice : -1});
}

static void give_up(struct weir_ctx *c, const struct weir_row *row)
{
    answered_emit(c, (struct answered){.n = asked_of(row).n, .twice = -2});
}

static void begin(struct alone *a, struct weir_async fn)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_stream *s;
    struct async_config *config;

    fn.on_row = ask;
    fn.on_answer = take;
    s = weir_awaited(
        weir_csv(job, "rows", &asked_schema), &fn,
        (struct weir_lookup_table){.path = "table", .schema = &answered_schema, .column = "n"},
        &answered_schema);
    config = (struct async_config *)(uintptr_t)job->dataflow->node[s->part[0].node].config;
    service.lookup.class = &service_class;
    config->service = &service_class;
    alone_begin(a, job, s);
}

static void give(struct alone *a, int64_t n)
{
    alone_row(a, false, n, &(struct asked){.n = n});
}

/* The clock stands at `ms`, and everything that is due is done. */
static void at(struct alone *a, int64_t ms)
{
    a->task.now_us = ms * MS;
    do {
        if (a->op->owes)
            alone_pay(a);
        else
            a->op->class->on_time(a->op, a->task.now_us);
    } while (a->op->deadline_us <= a->task.now_us && a->task.failure.err == ERR_NONE);
}

/* ---- which leaves when ---- */

static void test_in_order_a_row_leaves_when_all_before_it_have(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.capacity = 9});
    give(&a, 1);
    give(&a, 2);
    give(&a, 3);
    answer(3);
    answer(1);
    at(&a, 1);
    assert_string_equal(alone_said(&a), "n=1 twice=2@1 ");
    answer(2);
    at(&a, 1);
    assert_string_equal(alone_said(&a), "n=2 twice=4@2 n=3 twice=6@3 ");
    alone_end(&a);
    (void)state;
}

static void test_out_of_order_the_first_answered_leaves_but_nothing_passes_a_watermark(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.unordered = true});
    give(&a, 1);
    give(&a, 2);
    alone_watermark(&a, 5);
    give(&a, 3);
    give(&a, 4);
    answer(4);
    at(&a, 1);
    assert_string_equal(alone_said(&a), "");
    answer(2);
    at(&a, 2);
    assert_string_equal(alone_said(&a), "n=2 twice=4@2 ");
    answer(1);
    at(&a, 3);
    assert_string_equal(alone_said(&a), "n=1 twice=2@1 w5 n=4 twice=8@4 ");
    alone_watermark(&a, 6); /* behind 3 */
    assert_string_equal(alone_said(&a), "");
    answer(3);
    at(&a, 4);
    assert_string_equal(alone_said(&a), "n=3 twice=6@3 w6 ");
    alone_watermark(&a, 7); /* behind nothing */
    assert_string_equal(alone_said(&a), "w7 ");
    alone_end(&a);
    (void)state;
}

static void test_what_is_beyond_the_capacity_is_not_asked_yet(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.capacity = 2});
    give(&a, 1);
    alone_watermark(&a, 5); /* counts, too */
    assert_true(a.op->owes);
    give(&a, 2);
    at(&a, 1);
    assert_int_equal(service.asked, 1);
    answer(1);
    at(&a, 2);
    assert_string_equal(alone_said(&a), "n=1 twice=2@1 w5 ");
    assert_int_equal(service.asked, 2);
    assert_false(a.op->owes);
    alone_end(&a);
    (void)state;
}

static void test_who_asks_nothing_and_who_is_not_found_are_answered_null(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.unordered = false});
    give(&a, SILENT);
    give(&a, 1);
    answer_without(1, false);
    at(&a, 1);
    assert_string_equal(alone_said(&a), "n=100 twice=-1@100 n=1 twice=-1@1 ");
    alone_end(&a);
    (void)state;
}

/* ---- time-outs and retries ---- */

static void test_a_time_out_is_an_answer_in_its_turn_and_a_late_answer_is_none(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 10, .on_timeout = give_up});
    give(&a, 1);
    at(&a, 4);
    give(&a, 2);
    assert_int_equal(a.op->deadline_us, 10 * MS);
    at(&a, 9);
    assert_string_equal(alone_said(&a), "");
    answer(2);
    at(&a, 10);
    assert_string_equal(alone_said(&a), "n=1 twice=-2@1 n=2 twice=4@2 ");
    answer(1);
    at(&a, 20);
    assert_string_equal(alone_said(&a), "");
    assert_true(a.op->deadline_us == INT64_MAX);
    alone_end(&a);
    (void)state;
}

static void test_a_time_out_that_nobody_takes_fails_the_task(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 10});
    give(&a, 1);
    at(&a, 10);
    assert_string_equal(alone_failure(&a), "async[0]: no answer within 10 ms: give on_timeout, or "
                                           "time");
    assert_string_equal(alone_said(&a), "");
    alone_end(&a);
    (void)state;
}

/* Asked at 0, 5 and 10: once, and two attempts more. */
static void
test_what_fails_is_asked_again_after_the_delay_so_often_and_then_the_task_fails(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 100, .retry = {.max_attempts = 2, .delay_ms = 5}});
    give(&a, 7);
    answer_without(1, true);
    at(&a, 0);
    assert_int_equal(a.op->deadline_us, 5 * MS);
    at(&a, 4);
    assert_int_equal(service.asked, 1);
    at(&a, 5);
    assert_int_equal(service.asked, 2);
    answer_without(2, true);
    at(&a, 5);
    at(&a, 10);
    assert_int_equal(service.asked, 3);
    assert_string_equal(alone_failure(&a), "");
    answer_without(3, true);
    at(&a, 10);
    assert_string_equal(alone_failure(&a),
                        "async[0]: the lookup failed, asked 3 times: see struct weir_retry");
    alone_end(&a);
    (void)state;
}

static void test_not_found_is_tried_again_if_so_said_and_is_the_answer_in_the_end(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 100,
                                  .retry = {.max_attempts = 1, .if_not_found = true}});
    give(&a, 7);
    answer_without(1, false);
    at(&a, 1);
    assert_int_equal(service.asked, 2);
    assert_string_equal(alone_said(&a), "");
    answer_without(2, false);
    at(&a, 2);
    assert_string_equal(alone_said(&a), "n=7 twice=-1@7 ");
    alone_end(&a);
    (void)state;
}

static void test_a_time_out_counts_from_the_first_question_and_ends_the_retries(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 10,
                                  .on_timeout = give_up,
                                  .retry = {.max_attempts = 9, .delay_ms = 8}});
    give(&a, 7);
    answer_without(1, true);
    at(&a, 0);
    at(&a, 8);
    answer_without(2, true);
    at(&a, 9);
    at(&a, 10);
    assert_string_equal(alone_said(&a), "n=7 twice=-2@7 ");
    at(&a, 30);
    assert_int_equal(service.asked, 2);
    alone_end(&a);
    (void)state;
}

/* ---- the end, and a restore ---- */

static void test_the_end_of_time_waits_for_the_answers_but_for_no_delay(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 100, .retry = {.max_attempts = 2, .delay_ms = 50}});
    give(&a, 1);
    give(&a, 2);
    answer_without(1, true);
    at(&a, 1);
    alone_watermark(&a, WEIR_END);
    assert_int_equal(service.asked, 3); /* the delay is cut short */
    answer_without(3, true);
    at(&a, 2);
    assert_int_equal(service.asked, 4); /* and there is no other */
    answer(2);
    at(&a, 2);
    assert_string_equal(alone_said(&a), "");
    answer(4);
    at(&a, 3);
    assert_string_equal(alone_said(&a), "n=1 twice=2@1 n=2 twice=4@2 wE ");
    alone_end(&a);
    (void)state;
}

static void test_what_waits_is_in_the_snapshot_and_asked_again_in_the_same_order(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.timeout_ms = 10, .on_timeout = give_up});
    give(&a, 1);
    give(&a, 2);
    alone_watermark(&a, 5);
    give(&a, 3);
    answer(2);
    at(&a, 9); /* answered, but not out: kept all the same */
    alone_restart(&a);
    assert_int_equal(service.asked, 3);
    assert_true(service.key[0] == 1 && service.key[1] == 2 && service.key[2] == 3);
    answer(3);
    answer(2);
    at(&a, 18);
    assert_string_equal(alone_said(&a), "");
    at(&a, 19); /* its time began anew */
    assert_string_equal(alone_said(&a), "n=1 twice=-2@1 n=2 twice=4@2 w5 n=3 twice=6@3 ");
    alone_end(&a);
    (void)state;
}

static void test_a_restore_of_more_than_the_capacity_waits_until_there_is_less(void **state)
{
    struct alone a;

    begin(&a, (struct weir_async){.capacity = 2});
    give(&a, 1);
    give(&a, 2);
    alone_restart(&a);
    assert_true(a.op->owes);
    give(&a, 3);
    answer(1);
    at(&a, 1);
    assert_int_equal(service.asked, 3);
    assert_string_equal(alone_said(&a), "n=1 twice=2@1 ");
    alone_end(&a);
    (void)state;
}

/* ---- wrong uses ---- */

static void fails(int64_t n, const char *text)
{
    struct alone a;

    begin(&a, (struct weir_async){.capacity = 9});
    give(&a, n);
    assert_string_equal(alone_failure(&a), text);
    assert_string_equal(alone_said(&a), "");
    alone_end(&a);
}

static void test_a_wrong_use_fails_the_task(void **state)
{
    fails(TWICE, "async[0]: a second weir_request for one row: it has one answer");
    fails(TEXT, "async[0]: the table's column is no STRING: use weir_request_int()");
    fails(LOUD, "async[0]: it emits a row in on_row, which only asks: use on_answer");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order_a_row_leaves_when_all_before_it_have),
        cmocka_unit_test(
            test_out_of_order_the_first_answered_leaves_but_nothing_passes_a_watermark),
        cmocka_unit_test(test_what_is_beyond_the_capacity_is_not_asked_yet),
        cmocka_unit_test(test_who_asks_nothing_and_who_is_not_found_are_answered_null),
        cmocka_unit_test(test_a_time_out_is_an_answer_in_its_turn_and_a_late_answer_is_none),
        cmocka_unit_test(test_a_time_out_that_nobody_takes_fails_the_task),
        cmocka_unit_test(
            test_what_fails_is_asked_again_after_the_delay_so_often_and_then_the_task_fails),
        cmocka_unit_test(test_not_found_is_tried_again_if_so_said_and_is_the_answer_in_the_end),
        cmocka_unit_test(test_a_time_out_counts_from_the_first_question_and_ends_the_retries),
        cmocka_unit_test(test_the_end_of_time_waits_for_the_answers_but_for_no_delay),
        cmocka_unit_test(test_what_waits_is_in_the_snapshot_and_asked_again_in_the_same_order),
        cmocka_unit_test(test_a_restore_of_more_than_the_capacity_waits_until_there_is_less),
        cmocka_unit_test(test_a_wrong_use_fails_the_task),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
