/* Rolling aggregates of every type of column, with nulls; what the vectors, of whole numbers without
 * nulls, do not ask. */
#include "operators/rolling.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/row.h"
#include "operators/registry.h"
#include "runtime/operator.h"
#include "tests/check.h"

#define MIXED(C) C(BIGINT, key) C(INT, i) C(DOUBLE, d) C(STRING, s)
WEIR_ROW(mixed, MIXED)
enum { COLUMN_I = 1, COLUMN_D, COLUMN_S };

struct catcher {
    struct operator op;
    char text[64]; /* of the last row's s */
    struct mixed last;
    int rows;
};

static void caught(struct operator* op, const struct weir_row *row)
{
    struct catcher *c = (struct catcher *)op;

    c->last = mixed_of(row);
    snprintf(c->text, sizeof c->text, "%.*s", (int)c->last.s.bytes, c->last.s.p);
    c->rows++;
}

static const struct operator_class catcher_class = {
    .name = "catcher", .bytes = sizeof(struct catcher), .on_row = caught};

struct fixture {
    struct task_context task;
    struct counters counters;
    struct node node;
    struct rolling_config config;
    struct operator* op;
    struct catcher caught;
    struct target target;
};

static void begin(struct fixture *f, struct weir_rolling fn, int column)
{
    struct diag why = {0};

    *f = (struct fixture){.config = rolling_config_of(&fn, column, &mixed_schema)};
    f->task.counters = &f->counters;
    f->node = (struct node){.name = "rolling",
                            .uid = "r",
                            .config = &f->config,
                            .in = &mixed_schema,
                            .out = &mixed_schema};
    f->caught.op.class = &catcher_class;
    f->caught.op.task = &f->task;
    f->target.op = &f->caught.op;
    f->op = mem_alloc(rolling_class.bytes);
    f->op->class = &rolling_class;
    f->op->task = &f->task;
    f->op->node = &f->node;
    f->op->watermark_ms = INT64_MIN;
    f->op->output[TAG_MAIN] = (struct output){1, &f->target};
    assert_int_equal(rolling_class.open(f->op, &why), ERR_NONE);
}

static void end(struct fixture *f)
{
    rolling_class.close(f->op);
    mem_free(f->op);
}

static const struct mixed *give(struct fixture *f, struct mixed v)
{
    uint64_t image[64];
    uint32_t bytes = row_write(&mixed_schema, &v, image);
    struct weir_row row = {image, 5, 0, bytes, 0, 0};

    operator_row(f->op, &row);
    return &f->caught.last;
}

static struct weir_text text(const char *s)
{
    return (struct weir_text){s, (uint32_t)strlen(s)};
}

static void test_a_sum_of_ints_wraps_at_32_bits(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_SUM}, COLUMN_I);
    give(&f, (struct mixed){.i = INT32_MAX, .s = text("first")});
    assert_true(give(&f, (struct mixed){.i = 1, .s = text("second")})->i == INT32_MIN);
    assert_string_equal(f.caught.text, "first"); /* the other columns are the first row's */
    end(&f);
}

static void test_a_null_does_not_count_and_a_null_aggregate_takes_the_first_value(void **state)
{
    struct fixture f;
    const struct mixed *v;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_SUM}, COLUMN_I);
    give(&f, (struct mixed){.nulls = 1 << COLUMN_I});
    v = give(&f, (struct mixed){.i = 7});
    assert_true(v->i == 7 && v->nulls == 0);
    v = give(&f, (struct mixed){.nulls = 1 << COLUMN_I});
    assert_true(v->i == 7 && v->nulls == 0);
    end(&f);
}

static void test_doubles_add_up_and_are_ordered_as_java_orders_them(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_SUM}, COLUMN_D);
    give(&f, (struct mixed){.d = 0.5});
    assert_true(give(&f, (struct mixed){.d = 0.25})->d == 0.75);
    end(&f);
    begin(&f, (struct weir_rolling){.kind = WEIR_MIN}, COLUMN_D);
    give(&f, (struct mixed){.d = 0.0});
    assert_true(signbit(give(&f, (struct mixed){.d = -0.0})->d)); /* -0 < 0 */
    assert_true(signbit(give(&f, (struct mixed){.d = 0.0})->d));
    end(&f);
    begin(&f, (struct weir_rolling){.kind = WEIR_MAX}, COLUMN_D);
    give(&f, (struct mixed){.d = INFINITY});
    assert_true(isnan(give(&f, (struct mixed){.d = NAN})->d)); /* NaN is the greatest */
    assert_true(isnan(give(&f, (struct mixed){.d = 3})->d));
    end(&f);
}

static void test_min_by_a_text_keeps_the_whole_row_and_the_older_of_equals(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_MIN_BY}, COLUMN_S);
    give(&f, (struct mixed){.i = 1, .s = text("pear")});
    assert_true(give(&f, (struct mixed){.i = 2, .s = text("apple")})->i == 2);
    assert_true(give(&f, (struct mixed){.i = 3, .s = text("apple")})->i == 2);
    f.config.fn.last = true;
    assert_true(give(&f, (struct mixed){.i = 4, .s = text("apple")})->i == 4);
    assert_string_equal(f.caught.text, "apple");
    end(&f);
}

static void join_texts(struct weir_ctx *c, void *so_far, const struct weir_row *row)
{
    (void)c;
    ((struct mixed *)so_far)->i += mixed_of(row).i;
    ((struct mixed *)so_far)->s = mixed_of(row).s; /* the row's text, as the header allows */
}

static void test_a_reduce_may_take_texts_from_the_row(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_REDUCE, .reduce = join_texts}, -1);
    give(&f, (struct mixed){.i = 1, .s = text("a")});
    give(&f, (struct mixed){.i = 2, .s = text("a longer text")});
    assert_true(give(&f, (struct mixed){.i = 3, .s = text("b")})->i == 6);
    assert_string_equal(f.caught.text, "b");
    end(&f);
}

static void test_at_the_end_each_key_speaks_once_one_a_step(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f, (struct weir_rolling){.kind = WEIR_SUM, .at_end = true}, COLUMN_I);
    for (int64_t n = 0; n < 9; n++)
        give(&f, (struct mixed){.key = n % 3, .i = n});
    operator_watermark(f.op, 1000);
    assert_int_equal(f.caught.rows, 0);
    operator_watermark(f.op, WEIR_END);
    for (int fired = 1; fired <= 3; fired++) {
        assert_true(f.op->owes);
        operator_resume(f.op);
        assert_int_equal(f.caught.rows, fired);
    }
    assert_false(f.op->owes);
    assert_true(f.caught.last.i == (f.caught.last.key + 3) * 3); /* k, k + 3, k + 6 */
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sum_of_ints_wraps_at_32_bits),
        cmocka_unit_test(test_a_null_does_not_count_and_a_null_aggregate_takes_the_first_value),
        cmocka_unit_test(test_doubles_add_up_and_are_ordered_as_java_orders_them),
        cmocka_unit_test(test_min_by_a_text_keeps_the_whole_row_and_the_older_of_equals),
        cmocka_unit_test(test_a_reduce_may_take_texts_from_the_row),
        cmocka_unit_test(test_at_the_end_each_key_speaks_once_one_a_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
