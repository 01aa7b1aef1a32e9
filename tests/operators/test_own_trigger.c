/* A trigger of the user's: every `limit` rows it fires and purges, five milliseconds after the first of
 * them it fires, whichever is first.  Its state and timers outlive a restore. */
#include "operators/registry.h"
#include "operators/window.h"
#include "tests/alone.h"
#include "tests/check.h"

#define ITEM(C) C(BIGINT, account) C(BIGINT, v)
#define TOTAL(C) C(BIGINT, start) C(BIGINT, n) C(BIGINT, sum)
#define COUNTED(C) C(BIGINT, n) C(BIGINT, due_ms)
#define LESS(C) C(BIGINT, n)
WEIR_ROW(item, ITEM)
WEIR_ROW(total, TOTAL)
WEIR_ROW(counted, COUNTED)
WEIR_ROW(less, LESS)

static enum weir_answer on_element(struct weir_ctx *c, struct weir_pane *pane,
                                   const struct weir_row *row)
{
    const int64_t *limit = pane->with;
    struct counted *s = pane->state;

    if (s->n++ == 0) {
        s->due_ms = row->event_ms + 5;
        weir_timer_set(c, s->due_ms);
    }
    if (s->n < *limit)
        return WEIR_CONTINUE;
    weir_timer_delete(c, s->due_ms);
    *s = (struct counted){0};
    return WEIR_FIRE_AND_PURGE;
}

static enum weir_answer on_event_time(struct weir_ctx *c, struct weir_pane *pane, int64_t ms)
{
    struct counted *s = pane->state;

    (void)c;
    if (s->n == 0 || ms != s->due_ms)
        return WEIR_CONTINUE;
    *s = (struct counted){0};
    return WEIR_FIRE;
}

static void clear(struct weir_ctx *c, struct weir_pane *pane)
{
    const struct counted *s = pane->state;

    if (s->n)
        weir_timer_delete(c, s->due_ms);
}

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct total *t = acc;

    (void)c;
    t->n++;
    t->sum += item_of(row).v;
}

static void result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    struct total t = *(const struct total *)acc;

    (void)end_ms;
    t.start = start_ms;
    total_emit(c, t);
}

static const struct weir_aggregate adding = {.acc = &total_schema, .add = add, .result = result};

static void begin(struct alone *a, const struct weir_schema *state)
{
    int64_t limit = 3;
    const struct weir_own_trigger own = {.state = state,
                                         .on_element = on_element,
                                         .on_event_time = on_event_time,
                                         .clear = clear,
                                         .with = &limit,
                                         .with_bytes = sizeof limit};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_window w = {.size_ms = 100, .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &own}};
    struct weir_stream *s = weir_csv(job, "items", &item_schema);

    alone_begin(a, job, weir_windowed(weir_key_by(s, "account"), w, &adding, &total_schema));
}

static void give(struct alone *a, int64_t ms, int64_t v)
{
    alone_row(a, false, ms, &(struct item){.account = 7, .v = v});
}

static void test_it_fires_by_count_or_time_and_outlives_a_restore(void **state)
{
    struct alone a;

    begin(&a, &counted_schema);
    give(&a, 1, 10);
    give(&a, 2, 20);
    alone_watermark(&a, 5);
    assert_string_equal(alone_said(&a), "w5 ");
    alone_watermark(&a, 6);
    assert_string_equal(alone_said(&a), "start=0 n=2 sum=30@99 w6 ");
    give(&a, 7, 1); /* due at 12 */
    alone_restart(&a);
    give(&a, 8, 2);
    give(&a, 9, 3);
    assert_string_equal(alone_said(&a), "start=0 n=5 sum=36@99 ");
    alone_watermark(&a, 12);
    assert_string_equal(alone_said(&a), "w12 ");
    give(&a, 13, 4);
    alone_restart(&a);
    alone_watermark(&a, 99); /* due at 18; then the window's clean-up, which is none of its own */
    assert_string_equal(alone_said(&a), "start=0 n=1 sum=4@99 w99 ");
    assert_string_equal(alone_failure(&a), "");
    alone_end(&a);
    (void)state;
}

static void test_a_window_that_goes_takes_state_and_timers_along(void **state)
{
    struct bytes facts = {0};
    struct alone a;

    begin(&a, &counted_schema);
    give(&a, 98, 1); /* due at 103 */
    alone_watermark(&a, 99);
    a.op->class->describe(a.op, &facts);
    assert_string_equal(bytes_cstr(&facts), "windows 0 timers 0");
    alone_watermark(&a, 200);
    assert_string_equal(alone_said(&a), "w99 w200 ");
    bytes_done(&facts);
    alone_end(&a);
    (void)state;
}

static void test_state_of_another_type_is_refused(void **state)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    struct alone a, b;

    begin(&a, &counted_schema);
    give(&a, 1, 10);
    snapshot_start(&out);
    a.op->class->snapshot(a.op, 1, &out);
    snapshot_finish(&out);
    begin(&b, &less_schema);
    assert_int_equal(snapshot_open(&in, bytes_span(&out.bytes), "test", &why), ERR_NONE);
    assert_int_equal(b.op->class->restore(b.op, &in, &why), ERR_MISMATCH);
    assert_non_null(strstr(why.text, "the state of its trigger was written with another type"));
    snapshot_out_done(&out);
    alone_end(&a);
    alone_end(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_fires_by_count_or_time_and_outlives_a_restore),
        cmocka_unit_test(test_a_window_that_goes_takes_state_and_timers_along),
        cmocka_unit_test(test_state_of_another_type_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
