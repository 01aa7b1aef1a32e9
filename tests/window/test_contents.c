/* What a window operator holds: cells come and go by K1, and come back from their bytes. */
#include <string.h>

#include "tests/check.h"
#include "window/contents.h"

#define ACC(C) C(BIGINT, n)
WEIR_ROW(acc, ACC)
#define OTHER(C) C(BIGINT, n) C(BIGINT, m)
WEIR_ROW(other, OTHER)

static struct span name_of(struct bytes *out, int64_t start, const char *key)
{
    return window_name(out, (struct time_window){start, start + 10},
                       (struct span){(const uint8_t *)key, strlen(key)});
}

static void test_a_name_gives_back_its_window_and_key(void **state)
{
    struct bytes b = {0};
    struct span name = name_of(&b, -20, "key");

    (void)state;
    assert_true(window_of_name(name).start_ms == -20 && window_of_name(name).end_ms == -10);
    assert_memory_equal(key_of_name(name).p, "key", 3);
    assert_int_equal(key_of_name(name).bytes, 3);
    bytes_done(&b);
}

static void test_a_cell_with_neither_contents_nor_trigger_state_is_gone(void **state)
{
    struct contents c;
    struct bytes b = {0};
    struct span name = name_of(&b, 0, "k");
    struct cell *cell;

    (void)state;
    contents_init(&c, &acc_schema);
    cell = contents_put(&c, name, 7);
    ((struct acc *)cell_acc(cell, &acc_schema))->n = 5;
    cell->trigger = (struct trigger_state){.has_value = true, .value = 2};
    cell_clear(cell);
    contents_settle(&c, name);
    assert_non_null(contents_find(&c, name)); /* the trigger's state stays */
    cell->trigger.has_value = false;
    contents_settle(&c, name);
    assert_null(contents_find(&c, name));
    contents_done(&c);
    bytes_done(&b);
}

static void test_a_cleared_accumulator_starts_from_zero_again(void **state)
{
    struct contents c;
    struct bytes b = {0};
    struct cell *cell;

    (void)state;
    contents_init(&c, &acc_schema);
    cell = contents_put(&c, name_of(&b, 0, "k"), 0);
    ((struct acc *)cell_acc(cell, &acc_schema))->n = 5;
    cell_clear(cell);
    assert_int_equal(((struct acc *)cell_acc(cell, &acc_schema))->n, 0);
    contents_done(&c);
    bytes_done(&b);
}

static void fill(struct contents *c, struct bytes *b)
{
    struct cell *cell = contents_put(c, name_of(b, 0, "k"), 7);

    ((struct acc *)cell_acc(cell, &acc_schema))->n = 5;
    cell->rows = 3;
    cell->trigger = (struct trigger_state){
        .has_value = true, .value = 2, .has_timeout = true, .timeout = 99};
    bytes_put(&cell->trigger.last, "12345678", 8);
}

static void test_contents_and_trigger_state_come_back_from_a_snapshot(void **state)
{
    struct contents c, back;
    struct bytes b = {0}, out = {0};
    struct reader r;
    struct diag why = {0};
    const struct cell *cell;

    (void)state;
    contents_init(&c, &acc_schema);
    contents_init(&back, &acc_schema);
    fill(&c, &b);
    contents_snapshot(&c, &out);
    r = reader_of(bytes_span(&out));
    assert_int_equal(contents_restore(&back, &r, "w", &why), ERR_NONE);
    cell = contents_find(&back, name_of(&b, 0, "k"));
    assert_non_null(cell);
    assert_int_equal(cell->key_group, 7);
    assert_int_equal(cell->rows, 3);
    assert_int_equal(((const struct acc *)(const void *)cell->body.p)->n, 5);
    assert_true(cell->trigger.has_value && cell->trigger.value == 2);
    assert_true(cell->trigger.has_timeout && cell->trigger.timeout == 99);
    assert_memory_equal(cell->trigger.last.p, "12345678", 8);
    contents_done(&c);
    contents_done(&back);
    bytes_done(&b);
    bytes_done(&out);
}

static void test_a_snapshot_cut_anywhere_or_of_another_accumulator_is_refused(void **state)
{
    struct contents c, back;
    struct bytes b = {0}, out = {0};
    struct reader r;

    (void)state;
    contents_init(&c, &acc_schema);
    fill(&c, &b);
    contents_snapshot(&c, &out);
    for (size_t cut = 0; cut <= out.bytes; cut++) {
        struct diag why = {0};

        contents_init(&back, cut == out.bytes ? &other_schema : &acc_schema);
        r = reader_of((struct span){out.p, cut});
        assert_int_not_equal(contents_restore(&back, &r, "w", &why), ERR_NONE);
        assert_int_not_equal(why.err, ERR_NONE);
        contents_done(&back);
    }
    contents_done(&c);
    bytes_done(&b);
    bytes_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_gives_back_its_window_and_key),
        cmocka_unit_test(test_a_cell_with_neither_contents_nor_trigger_state_is_gone),
        cmocka_unit_test(test_a_cleared_accumulator_starts_from_zero_again),
        cmocka_unit_test(test_contents_and_trigger_state_come_back_from_a_snapshot),
        cmocka_unit_test(test_a_snapshot_cut_anywhere_or_of_another_accumulator_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
