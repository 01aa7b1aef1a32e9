/* Who goes: count, time and delta, with the numbers worked out by the header's three lines. */
#include "data/row.h"
#include "tests/check.h"
#include "window/evictor.h"

#define VALUE(C) C(BIGINT, v)
WEIR_ROW(value, VALUE)
enum { ROWS = 4 };

static double difference(const struct weir_row *from, const struct weir_row *to)
{
    return (double)(value_of(to).v - value_of(from).v);
}

/* Marks of four rows with times and values, as "x" (goes) and "." (stays). */
static const char *marks(const struct weir_evictor *e, const int64_t ms[ROWS],
                         const int64_t v[ROWS])
{
    static char text[ROWS + 1];
    struct value values[ROWS];
    struct weir_row rows[ROWS];
    bool gone[ROWS];

    for (int i = 0; i < ROWS; i++) {
        values[i] = (struct value){.v = v[i]};
        rows[i] = (struct weir_row){
            (const uint64_t *)(const void *)&values[i], ms[i], 0, sizeof values[i], 0, 0};
    }
    evictor_mark(e, rows, ROWS, gone);
    for (int i = 0; i < ROWS; i++)
        text[i] = gone[i] ? 'x' : '.';
    return text;
}

static const int64_t times[ROWS] = {3, 9, 4, 5}, values[ROWS] = {1, 2, 3, 6};

static void test_count_keeps_the_last_n(void **state)
{
    struct weir_evictor e = {.kind = WEIR_EVICT_COUNT, .count = 1};

    (void)state;
    assert_string_equal(marks(&e, times, values), "xxx.");
    e.count = 4;
    assert_string_equal(marks(&e, times, values), "....");
    e.count = 0;
    assert_string_equal(marks(&e, times, values), "xxxx");
}

static void test_time_keeps_what_is_later_than_the_latest_less_the_size(void **state)
{
    struct weir_evictor e = {.kind = WEIR_EVICT_TIME, .size_ms = 5};

    (void)state;
    assert_string_equal(marks(&e, times, values), "x.x."); /* cut-off 9 - 5 = 4, inclusive */
}

static void test_time_leaves_rows_without_timestamps_alone(void **state)
{
    struct weir_evictor e = {.kind = WEIR_EVICT_TIME, .size_ms = 5};
    static const int64_t none[ROWS] = {WEIR_NO_TIME, WEIR_NO_TIME, WEIR_NO_TIME, WEIR_NO_TIME};

    (void)state;
    assert_string_equal(marks(&e, none, values), "....");
}

static void test_delta_compares_with_the_last_row_and_equal_goes(void **state)
{
    struct weir_evictor e = {.kind = WEIR_EVICT_DELTA, .threshold = 4, .delta = difference};

    (void)state;
    assert_string_equal(marks(&e, times, values), "xx.."); /* 5, 4, 3, 0 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count_keeps_the_last_n),
        cmocka_unit_test(test_time_keeps_what_is_later_than_the_latest_less_the_size),
        cmocka_unit_test(test_time_leaves_rows_without_timestamps_alone),
        cmocka_unit_test(test_delta_compares_with_the_last_row_and_equal_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
