/* Functions of two inputs: one state for both, and maps that only the broadcast side may change. */
#include <string.h>

#include "operators/registry.h"
#include "tests/alone.h"
#include "tests/check.h"

#define TRADE(C) C(BIGINT, account) C(INT, amount)
#define LIMIT(C) C(STRING, why) C(BIGINT, account) C(INT, most)
#define ALARM(C) C(BIGINT, account) C(BIGINT, over)
#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(trade, TRADE)
WEIR_ROW(limit, LIMIT)
WEIR_ROW(alarm, ALARM)
WEIR_ROW(number, NUMBER)

static void give_trade(struct alone *a, int64_t ms, int64_t account, int64_t amount)
{
    alone_row(a, false, ms, &(struct trade){.account = account, .amount = amount});
}

static void give_limit(struct alone *a, int64_t ms, int64_t account, int64_t most)
{
    alone_row(a, true, ms, &(struct limit){.why = {"by law", 6}, .account = account, .most = most});
}

static struct weir_stream *trades(struct weir_job *job)
{
    return weir_csv(job, "trades", &trade_schema);
}

static struct weir_stream *limits(struct weir_job *job)
{
    return weir_csv(job, "limits", &limit_schema);
}

/* ---- co-process: trades against the account's own limit ---- */

enum { LIMIT_STATE };

static void check_trade(struct weir_ctx *c, const struct weir_row *row)
{
    struct number most = {.n = 1000};
    struct trade t = trade_of(row);

    number_get(c, LIMIT_STATE, &most);
    if (t.amount > most.n)
        alarm_emit(c, (struct alarm){.account = weir_key_int(c), .over = t.amount - most.n});
}

/* A limit holds for ten milliseconds. */
static void set_limit(struct weir_ctx *c, const struct weir_row *row)
{
    number_put(c, LIMIT_STATE, &(struct number){.n = limit_of(row).most});
    weir_timer_set(c, weir_event_ms(c) + 10);
}

static void end_limit(struct weir_ctx *c, int64_t ms)
{
    weir_clear(c, LIMIT_STATE);
    alarm_emit(c, (struct alarm){.account = weir_key_int(c), .over = -ms});
}

static void test_both_inputs_see_one_state_and_one_clock(void **state)
{
    const struct weir_co_process fn = {
        .state = {{.name = "limit", .kind = WEIR_VALUE, .type = &number_schema}},
        .on_row_1 = check_trade,
        .on_row_2 = set_limit,
        .on_timer = end_limit};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct alone a;

    alone_begin(&a, job,
                weir_co_processed(weir_key_by(trades(job), "account"),
                                  weir_key_by(limits(job), "account"), &fn, &alarm_schema));
    give_trade(&a, 1, 7, 999);
    give_limit(&a, 2, 7, 50);
    give_trade(&a, 3, 7, 60);
    give_trade(&a, 3, 8, 60); /* another account */
    assert_string_equal(alone_said(&a), "account=7 over=10@3 ");
    alone_restart(&a);
    give_trade(&a, 4, 7, 70);
    alone_watermark(&a, 11);
    alone_watermark(&a, 12);
    give_trade(&a, 13, 7, 70);
    assert_string_equal(alone_said(&a), "account=7 over=20@4 w11 account=7 over=-12@12 w12 ");
    alone_end(&a);
    (void)state;
}

static void forward(struct weir_ctx *c, const struct weir_row *row)
{
    weir_forward_row(c, row);
}

/* Without keys rows only pass; what is forwarded has to be of the output's type. */
static void test_without_keys_rows_of_either_input_pass(void **state)
{
    const struct weir_co_process fn = {.on_row_1 = forward, .on_row_2 = forward};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct alone a;

    alone_begin(&a, job, weir_co_processed(trades(job), limits(job), &fn, &limit_schema));
    give_limit(&a, 1, 7, 50);
    assert_string_equal(alone_said(&a), "why=by law account=7 most=50@1 ");
    assert_string_equal(alone_failure(&a), "");
    give_trade(&a, 2, 7, 1);
    assert_non_null(strstr(alone_failure(&a), "it emits a row of type 'trade'"));
    alone_end(&a);
    (void)state;
}

static void test_a_function_that_is_not_there_does_nothing(void **state)
{
    const struct weir_co_process fn = {.on_row_1 = NULL};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct alone a;

    alone_begin(&a, job, weir_co_processed(trades(job), limits(job), &fn, &limit_schema));
    give_limit(&a, 1, 7, 50);
    give_trade(&a, 2, 7, 1);
    alone_watermark(&a, 3);
    assert_string_equal(alone_said(&a), "w3 ");
    alone_end(&a);
    (void)state;
}

/* ---- broadcast: limits for everyone; what each account has traded is its own ---- */

enum { LIMITS };
enum { TRADED };

static void check_against_all(struct weir_ctx *c, const struct weir_row *row)
{
    struct number account = {.n = weir_key_int(c)}, most = {.n = 1000}, sum = {0};

    number_get(c, TRADED, &sum);
    sum.n += trade_of(row).amount;
    number_put(c, TRADED, &sum);
    weir_broadcast_get(c, LIMITS, &account, &most);
    if (sum.n > most.n)
        alarm_emit(c, (struct alarm){.account = account.n, .over = sum.n - most.n});
    weir_timer_set(c, weir_event_ms(c) + 10);
}

static void say_limits(struct weir_ctx *c, int64_t ms)
{
    struct number account, most;

    (void)ms;
    for (uint32_t i = 0; i < weir_broadcast_count(c, LIMITS); i++) {
        weir_broadcast_entry(c, LIMITS, i, &account, &most);
        alarm_emit(c, (struct alarm){.account = account.n, .over = most.n});
    }
}

/* A limit of 0 is none. */
static void learn_limit(struct weir_ctx *c, const struct weir_row *row)
{
    struct limit l = limit_of(row);
    struct number account = {.n = l.account};

    if (l.most)
        weir_broadcast_put(c, LIMITS, &account, &(struct number){.n = l.most});
    else
        weir_broadcast_remove(c, LIMITS, &account);
}

#define LIMITS_MAP                                                                                 \
    .broadcast = {                                                                                 \
        {.name = "limits", .kind = WEIR_MAP, .type = &number_schema, .key = &number_schema}}
#define TRADED_STATE .state = {{.name = "traded", .kind = WEIR_VALUE, .type = &number_schema}}

static void begin_broadcast(struct alone *a, const struct weir_broadcast *fn)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    alone_begin(
        a, job,
        weir_broadcasted(weir_key_by(trades(job), "account"), limits(job), fn, &alarm_schema));
}

static void test_what_is_broadcast_is_read_by_every_key_and_survives(void **state)
{
    const struct weir_broadcast fn = {LIMITS_MAP, TRADED_STATE, .on_row = check_against_all,
                                      .on_broadcast = learn_limit, .on_timer = say_limits};
    struct alone a;

    begin_broadcast(&a, &fn);
    give_trade(&a, 1, 7, 40);
    give_limit(&a, 2, 7, 50);
    give_limit(&a, 2, 8, 60);
    give_limit(&a, 2, 9, 70);
    give_limit(&a, 2, 9, 0);
    give_trade(&a, 3, 7, 40);
    assert_string_equal(alone_said(&a), "account=7 over=30@3 ");
    alone_restart(&a);
    give_trade(&a, 4, 8, 61);
    assert_string_equal(alone_said(&a), "account=8 over=1@4 ");
    alone_watermark(&a, 11); /* the timer of account 7's first trade */
    assert_string_equal(alone_said(&a), "account=7 over=50@11 account=8 over=60@11 w11 ");
    assert_string_equal(alone_failure(&a), "");
    alone_end(&a);
    (void)state;
}

/* ---- what is refused while it runs ---- */

static void put_in_on_row(struct weir_ctx *c, const struct weir_row *row)
{
    struct number one = {.n = trade_of(row).account};

    weir_broadcast_put(c, LIMITS, &one, &one);
}
static void remove_in_on_timer(struct weir_ctx *c, int64_t ms)
{
    weir_broadcast_remove(c, LIMITS, &(struct number){.n = ms});
}
static void set_timer(struct weir_ctx *c, const struct weir_row *row)
{
    weir_timer_set(c, row->event_ms);
}
static void read_key_state(struct weir_ctx *c, const struct weir_row *row)
{
    struct number sum;

    (void)row;
    number_get(c, TRADED, &sum);
}
static void undeclared(struct weir_ctx *c, const struct weir_row *row)
{
    struct number one = {.n = row->event_ms};

    weir_broadcast_get(c, 3, &one, &one);
}

static void refused(const struct weir_broadcast *fn, const char *words)
{
    struct alone a;

    begin_broadcast(&a, fn);
    give_trade(&a, 1, 7, 40);
    give_limit(&a, 2, 7, 50);
    alone_watermark(&a, 20);
    if (strstr(alone_failure(&a), words) == NULL)
        fail_msg("says '%s', not '%s'", alone_failure(&a), words);
    alone_end(&a);
}

static void test_each_side_may_do_only_its_own(void **state)
{
    refused(&(struct weir_broadcast){LIMITS_MAP, .on_row = put_in_on_row},
            "broadcast state 'limits' is changed in on_broadcast only");
    refused(
        &(struct weir_broadcast){LIMITS_MAP, .on_row = set_timer, .on_timer = remove_in_on_timer},
        "broadcast state 'limits' is changed in on_broadcast only");
    refused(&(struct weir_broadcast){LIMITS_MAP, .on_broadcast = set_timer},
            "timers exist on keyed streams only: use weir_key_by(); on_broadcast has no key");
    refused(&(struct weir_broadcast){TRADED_STATE, .on_broadcast = read_key_state},
            "state 'traded' is a key's, and on_broadcast has no key: use broadcast state");
    refused(&(struct weir_broadcast){LIMITS_MAP, .on_row = undeclared},
            "broadcast state 3 is not declared; see struct weir_broadcast");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_inputs_see_one_state_and_one_clock),
        cmocka_unit_test(test_without_keys_rows_of_either_input_pass),
        cmocka_unit_test(test_a_function_that_is_not_there_does_nothing),
        cmocka_unit_test(test_what_is_broadcast_is_read_by_every_key_and_survives),
        cmocka_unit_test(test_each_side_may_do_only_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
