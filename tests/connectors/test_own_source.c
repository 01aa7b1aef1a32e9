/* A source of the user's, without a task: splits in turn, waiting, and positions that a restore goes on
 * from wherever the snapshot was taken.  Split i has 3 + i rows, 100 i + k; split 2 waits before its
 * second. */
#include <string.h>

#include "base/mem.h"
#include "connectors/registry.h"
#include "connectors/sources.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, v)
#define AT(C) C(BIGINT, k) C(BOOLEAN, waited)
WEIR_ROW(number, NUMBER)
WEIR_ROW(at, AT)

enum { SPLITS = 5, ROWS = 3 + 4 + 5 + 6 + 7, VALUES = 1000 };

struct bench { /* one subtask of the source, and the operator behind it */
    struct counters counters;
    struct vertex vertex;
    struct node node;
    struct task_context context;
    struct operator* source;
    struct operator collector;
    struct target target;
    struct own_source_config config;
    struct diag why;
    int err;
};

static struct bytes said;       /* what came since expect(): "0 200 400" */
static uint32_t came[VALUES];   /* how often */
static uint64_t origin[VALUES]; /* and whence */

static void collect(struct operator* op, const struct weir_row *row)
{
    int64_t v = number_of(row).v;

    (void)op;
    bytes_format(&said, said.bytes ? " %lld" : "%lld", (long long)v);
    came[v]++;
    origin[v] = row->origin;
}

static const struct operator_class collector_class = {.name = "collector", .on_row = collect};

static uint32_t five(struct weir_ctx *c)
{
    (void)c;
    return SPLITS;
}

static enum weir_next next(struct weir_ctx *c, uint32_t split, void *position, void *row)
{
    struct at *at = position;

    (void)c;
    if (at->k == 3 + split)
        return WEIR_NEXT_END;
    if (split == 2 && at->k == 1 && !at->waited) {
        at->waited = true;
        return WEIR_NEXT_WAIT;
    }
    ((struct number *)row)->v = 100 * split + at->k++;
    return WEIR_NEXT_ROW;
}

static const struct weir_source numbers = {
    .splits = five, .position = &at_schema, .next = next, .wait_ms = 4};

static void open_source(struct bench *b, const struct weir_source *fn, uint32_t subtask,
                        uint32_t of)
{
    *b = (struct bench){.vertex.parallelism = of, .config = {*fn, &number_schema}};
    b->node = (struct node){
        .name = "source", .uid = "src", .config = &b->config, .key_column = -1, .key_column_2 = -1};
    b->node.out = &number_schema;
    b->context = (struct task_context){.counters = &b->counters,
                                       .vertex = &b->vertex,
                                       .subtask = subtask,
                                       .attempt = 1,
                                       .now_us = 1000};
    b->collector = (struct operator){.class = &collector_class, .task = &b->context};
    b->target.op = &b->collector;
    b->source = mem_alloc(own_source_class.bytes);
    b->source->class = &own_source_class;
    b->source->task = &b->context;
    b->source->node = &b->node;
    b->source->output[TAG_MAIN] = (struct output){1, &b->target};
    b->err = own_source_class.open(b->source, &b->why);
}

static void close_source(struct bench *b)
{
    own_source_class.close(b->source);
    mem_free(b->source);
}

/* At most `most` rows; what the source said last. */
static enum progress run(struct bench *b, uint32_t most)
{
    uint64_t stop = b->counters.of[COUNTER_RECORDS_IN] + most;
    enum progress last = PROGRESS_MORE;

    while (last == PROGRESS_MORE && b->counters.of[COUNTER_RECORDS_IN] < stop &&
           !b->context.failure.err)
        last = own_source_class.resume(b->source);
    return last;
}

static void run_to_end(struct bench *b)
{
    enum progress last;

    while ((last = run(b, ROWS)) != PROGRESS_END)
        assert_int_equal(last, PROGRESS_WAIT);
}

static void expect(const char *wanted)
{
    assert_string_equal(bytes_cstr(&said), wanted);
    bytes_done(&said);
    memset(came, 0, sizeof came);
}

static void save(struct bench *b, struct snapshot_out *out, struct snapshot_in *in)
{
    snapshot_start(out);
    own_source_class.snapshot(b->source, 1, out);
    snapshot_finish(out);
    assert_int_equal(snapshot_open(in, bytes_span(&out->bytes), "test", &b->why), ERR_NONE);
}

static void test_splits_are_read_in_turn_and_a_waiting_one_is_passed_over(void **state)
{
    struct bench b;

    open_source(&b, &numbers, 0, 2);
    assert_int_equal(run(&b, 100), PROGRESS_END);
    expect("0 200 400 1 401 2 201 402 202 403 203 404 204 405 406");
    close_source(&b);
    open_source(&b, &numbers, 1, 2);
    assert_int_equal(run(&b, 100), PROGRESS_END);
    expect("100 300 101 301 102 302 103 303 304 305");
    close_source(&b);
    (void)state;
}

static void test_when_all_wait_it_is_asked_again_later(void **state)
{
    struct bench b;

    open_source(&b, &numbers, 2, 3);
    assert_int_equal(run(&b, 100), PROGRESS_WAIT);
    expect("200");
    assert_int_equal(b.source->deadline_us, 1000 + 4000);
    own_source_class.on_time(b.source, 5000);
    assert_true(b.source->deadline_us == INT64_MAX);
    assert_int_equal(run(&b, 100), PROGRESS_END);
    expect("201 202 203 204");
    close_source(&b);
    (void)state;
}

static uint32_t moved(struct weir_ctx *c, uint32_t split, uint32_t subtasks)
{
    (void)c;
    return (split + 1) % subtasks;
}

/* Both subtasks stop after so many rows; then each split is read on by the other subtask. */
static void cut_and_move(uint32_t first, uint32_t second)
{
    struct weir_source elsewhere = numbers;
    struct snapshot_out out[2];
    struct snapshot_in in[2];
    struct bench b[2];

    elsewhere.assign = moved;
    for (uint32_t i = 0; i < 2; i++) {
        open_source(&b[i], &numbers, i, 2);
        run(&b[i], i ? second : first);
        save(&b[i], &out[i], &in[i]);
        close_source(&b[i]);
    }
    for (uint32_t i = 0; i < 2; i++) {
        open_source(&b[i], &elsewhere, i, 2);
        b[i].context.parts = in;
        assert_int_equal(own_source_class.restore(b[i].source, &in[i], &b[i].why), ERR_NONE);
        run_to_end(&b[i]);
        close_source(&b[i]);
    }
    snapshot_out_done(&out[0]);
    snapshot_out_done(&out[1]);
}

static void test_each_row_comes_once_wherever_it_is_cut_and_whoever_goes_on(void **state)
{
    for (uint32_t first = 0; first <= 15; first++)
        for (uint32_t second = 0; second <= 10; second++) {
            memset(came, 0, sizeof came);
            cut_and_move(first, second);
            for (uint64_t split = 0; split < SPLITS; split++)
                for (uint64_t k = 0; k < 3 + split; k++) {
                    assert_int_equal(came[100 * split + k], 1);
                    assert_true(origin[100 * split + k] == (split << 40 | k));
                }
        }
    bytes_done(&said);
    (void)state;
}

/* ---- what is wrong ---- */

static uint32_t to_nobody(struct weir_ctx *c, uint32_t split, uint32_t subtasks)
{
    (void)c;
    return subtasks + split;
}

static enum weir_next emits(struct weir_ctx *c, uint32_t split, void *position, void *row)
{
    (void)split;
    (void)position;
    number_emit(c, *(struct number *)row);
    return WEIR_NEXT_ROW;
}

static uint32_t two(struct weir_ctx *c)
{
    (void)c;
    return 2;
}

static void test_a_wrong_function_fails_the_task(void **state)
{
    struct weir_source fn = numbers;
    struct bench b;

    fn.assign = to_nobody;
    open_source(&b, &fn, 0, 2);
    assert_non_null(
        strstr(b.context.failure.text, "split 0 is assigned to subtask 2: there are 2"));
    close_source(&b);
    fn = numbers;
    fn.next = emits;
    open_source(&b, &fn, 0, 2);
    run(&b, 1);
    assert_non_null(strstr(b.context.failure.text, "where `next` is given it"));
    expect("");
    close_source(&b);
    (void)state;
}

/* What a source of these functions says to a snapshot of `numbers` after so many rows. */
static const char *refused(struct weir_source fn, uint32_t rows)
{
    static char text[DIAG_TEXT_MAX];
    struct snapshot_out out;
    struct snapshot_in in;
    struct bench a, b;

    open_source(&a, &numbers, 0, 1);
    run(&a, rows);
    save(&a, &out, &in);
    close_source(&a);
    bytes_done(&said);
    open_source(&b, &fn, 0, 1);
    own_source_class.restore(b.source, &in, &b.why);
    snprintf(text, sizeof text, "%s", b.why.text);
    close_source(&b);
    snapshot_out_done(&out);
    return text;
}

static void test_positions_that_cannot_be_gone_on_from_are_refused(void **state)
{
    struct weir_source fn = numbers;

    fn.position = &number_schema;
    assert_non_null(
        strstr(refused(fn, 3), "positions were written with another type than 'number'"));
    fn = numbers;
    fn.splits = two;
    assert_non_null(
        strstr(refused(fn, 3), "the checkpoint stands in split 2, and there are only 2 now"));
    assert_string_equal(refused(numbers, 3), "");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splits_are_read_in_turn_and_a_waiting_one_is_passed_over),
        cmocka_unit_test(test_when_all_wait_it_is_asked_again_later),
        cmocka_unit_test(test_each_row_comes_once_wherever_it_is_cut_and_whoever_goes_on),
        cmocka_unit_test(test_a_wrong_function_fails_the_task),
        cmocka_unit_test(test_positions_that_cannot_be_gone_on_from_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
