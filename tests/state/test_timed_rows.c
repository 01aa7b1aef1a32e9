/* Rows by their times, against a plain list; and a snapshot that is refused. */
#include "state/timed_rows.h"

#include <string.h>

#include "data/row.h"
#include "state/row_list.h"
#include "tests/check.h"

#define NUM(C) C(BIGINT, n)
#define TEXT(C) C(STRING, s)
WEIR_ROW(num, NUM)
WEIR_ROW(text, TEXT)

static void add(struct timed_rows *t, const char *key, int64_t ms, int64_t n)
{
    struct num value = {.n = n};
    struct weir_row row = {(const uint64_t *)(const void *)&value, ms, 0, sizeof value, 0, 0};

    timed_rows_add(t, 1, span_text(key), &row);
}

/* The numbers from..to as text: "1 2 ". */
static const char *numbers(const struct timed_rows *t, const char *key, int64_t from, int64_t to,
                           struct bytes *out)
{
    struct bytes list = {0};
    struct weir_row row;

    bytes_clear(out);
    timed_rows_collect(t, span_text(key), from, to, &list);
    for (size_t at = 0; row_list_next(&list, &at, &row);)
        bytes_format(out, "%lld ", (long long)num_of(&row).n);
    bytes_done(&list);
    return bytes_cstr(out);
}

static void test_rows_come_out_in_order_of_time_then_of_arrival(void **state)
{
    struct timed_rows *t = timed_rows_new(&num_schema);
    struct bytes out = {0};

    add(t, "a", 20, 1);
    add(t, "a", 10, 2);
    add(t, "a", 20, 3);
    add(t, "b", 15, 4);
    add(t, "a", 15, 5);
    assert_int_equal(timed_rows_count(t), 4);
    assert_string_equal(numbers(t, "a", INT64_MIN, INT64_MAX, &out), "2 5 1 3 ");
    assert_string_equal(numbers(t, "a", 11, 19, &out), "5 ");
    assert_string_equal(numbers(t, "a", 19, 11, &out), ""); /* bounds that wrapped hold nothing */
    assert_string_equal(numbers(t, "c", 0, 99, &out), "");
    timed_rows_remove(t, span_text("a"), 15);
    timed_rows_remove(t, span_text("a"), 16);
    assert_string_equal(numbers(t, "a", 0, 99, &out), "2 1 3 ");
    assert_string_equal(numbers(t, "b", 0, 99, &out), "4 ");
    bytes_done(&out);
    timed_rows_free(t);
    (void)state;
}

enum { TIMES = 64 };

/* What is there, by a plain table of counts. */
static void check_against(const struct timed_rows *t, const int counts[TIMES], struct bytes *out)
{
    int n = 0;

    for (int ms = 0; ms < TIMES; ms++)
        n += counts[ms];
    numbers(t, "k", 0, TIMES, out);
    for (const char *p = bytes_cstr(out); *p; p++)
        n -= *p == ' ';
    assert_int_equal(n, 0);
}

/* A time that moves on, as a join's does: rows around it, those behind it go. */
static void test_a_random_walk_agrees_with_a_plain_list(void **state)
{
    struct timed_rows *t = timed_rows_new(&num_schema);
    uint64_t seed = test_seed(5);
    int counts[TIMES] = {0};
    struct bytes out = {0};

    for (int step = 0; step < 4000; step++) {
        int now = step / 80, ms;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        ms = now + (int)(seed >> 40) % 8;
        if (seed >> 62) {
            add(t, "k", ms, step);
            counts[ms]++;
        } else {
            ms = seed >> 61 & 1 ? ms : now - 1; /* from the middle, or from the beginning */
            if (ms >= 0) {
                timed_rows_remove(t, span_text("k"), ms);
                counts[ms] = 0;
            }
        }
        check_against(t, counts, &out);
    }
    bytes_done(&out);
    timed_rows_free(t);
    (void)state;
}

static int restored(const struct weir_schema *type, struct span snapshot, struct diag *why)
{
    struct timed_rows *t = timed_rows_new(type);
    struct reader r = reader_of(snapshot);
    int err = timed_rows_restore(t, &r, "join", why);

    timed_rows_free(t);
    return err;
}

static void test_a_snapshot_is_refused_by_what_is_wrong_with_it(void **state)
{
    struct timed_rows *t = timed_rows_new(&num_schema);
    struct bytes snapshot = {0};
    struct diag why = {0};

    add(t, "a", 20, 1);
    add(t, "b", 10, 2);
    timed_rows_snapshot(t, &snapshot);
    timed_rows_free(t);
    assert_int_equal(restored(&num_schema, bytes_span(&snapshot), &why), ERR_NONE);
    assert_int_equal(restored(&text_schema, bytes_span(&snapshot), &why), ERR_MISMATCH);
    assert_non_null(strstr(why.text, "join: rows were written with another row type"));
    for (size_t n = 0; n < snapshot.bytes; n++)
        assert_int_not_equal(restored(&num_schema, (struct span){snapshot.p, n}, &why), ERR_NONE);
    bytes_done(&snapshot);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_out_in_order_of_time_then_of_arrival),
        cmocka_unit_test(test_a_random_walk_agrees_with_a_plain_list),
        cmocka_unit_test(test_a_snapshot_is_refused_by_what_is_wrong_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
