/* The process function after a restore: on_restore sees operator state, and nothing else. */
#include "operators/process.h"

#include <string.h>

#include "base/mem.h"
#include "operators/registry.h"
#include "runtime/operator.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)

enum { OWN, VALUE };

static void count(struct weir_ctx *c, const struct weir_row *row)
{
    struct number n = number_of(row);

    weir_list_add(c, OWN, &n);
}

static struct process_config config = {
    .fn = {.state = {[OWN] = {.name = "own", .kind = WEIR_OPERATOR_LIST, .type = &number_schema},
                     [VALUE] = {.name = "value", .kind = WEIR_VALUE, .type = &number_schema}},
           .on_row = count}};

struct fixture {
    struct task_context task;
    struct counters counters;
    struct job_graph graph;
    struct dataflow flow;
    struct node node;
    struct operator* op;
};

static void begin(struct fixture *f)
{
    struct diag why = {0};

    *f = (struct fixture){.node = {.name = "process",
                                   .uid = "p",
                                   .config = &config,
                                   .in = &number_schema,
                                   .out = &number_schema}};
    f->graph.dataflow = &f->flow;
    f->task.graph = &f->graph;
    f->task.counters = &f->counters;
    f->op = mem_alloc(process_class.bytes);
    f->op->class = &process_class;
    f->op->task = &f->task;
    f->op->node = &f->node;
    f->op->watermark_ms = INT64_MIN;
    assert_int_equal(process_class.open(f->op, &why), ERR_NONE);
}

static void end(struct fixture *f)
{
    process_class.close(f->op);
    bytes_done(&f->op->held);
    mem_free(f->op);
}

/* One row in, a snapshot, a new operator with `on_restore`: what the task then says. */
static void restored(void (*on_restore)(struct weir_ctx *), char failure[DIAG_TEXT_MAX])
{
    struct number n = {.n = 7};
    struct weir_row row = {(const uint64_t *)(const void *)&n, 5, 0, sizeof n, 0, 0};
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    struct fixture f;

    begin(&f);
    operator_row(f.op, &row);
    snapshot_start(&out);
    process_class.snapshot(f.op, 1, &out);
    snapshot_finish(&out);
    end(&f);
    config.fn.on_restore = on_restore;
    begin(&f);
    assert_int_equal(snapshot_open(&in, bytes_span(&out.bytes), "t", &why), ERR_NONE);
    assert_int_equal(process_class.restore(f.op, &in, &why), ERR_NONE);
    snprintf(failure, DIAG_TEXT_MAX, "%s", f.task.failure.text);
    end(&f);
    snapshot_out_done(&out);
}

static void sees_seven(struct weir_ctx *c)
{
    struct number n = {0};

    weir_list_get(c, OWN, 0, &n);
    if (weir_list_count(c, OWN) != 1 || n.n != 7)
        weir_fail(c, "%u numbers, the first %lld", weir_list_count(c, OWN), (long long)n.n);
}

static void emits(struct weir_ctx *c)
{
    number_emit(c, (struct number){.n = 1});
}

static void reads_a_keys_state(struct weir_ctx *c)
{
    struct number n;

    number_get(c, VALUE, &n);
}

static void sets_a_timer(struct weir_ctx *c)
{
    weir_timer_set(c, 1);
}

static void test_on_restore_sees_operator_state(void **state)
{
    char failure[DIAG_TEXT_MAX];

    restored(sees_seven, failure);
    assert_string_equal(failure, "");
    (void)state;
}

static void test_on_restore_emits_nothing_and_has_no_key(void **state)
{
    static const struct {
        void (*on_restore)(struct weir_ctx *);
        const char *words;
    } wrong[] = {{emits, "it emits a row in on_restore: keep it until the first row"},
                 {reads_a_keys_state, "state 'value' is of a key: there is none in on_restore"},
                 {sets_a_timer, "timers are of a key: there is none in on_restore"}};
    char failure[DIAG_TEXT_MAX];

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        restored(wrong[i].on_restore, failure);
        assert_non_null(strstr(failure, wrong[i].words));
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_restore_sees_operator_state),
        cmocka_unit_test(test_on_restore_emits_nothing_and_has_no_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
