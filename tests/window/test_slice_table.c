/* Sliding windows by slices, by hand and beside an obvious model: all rows are kept, and a window is
 * the sum of those that it holds.  Late rows, gaps, restores in between. */
#include <string.h>

#include "base/rng.h"
#include "tests/check.h"
#include "window/slice_table.h"

#define SUM(C) C(BIGINT, n) C(BIGINT, last)
WEIR_ROW(sum, SUM)

/* The sum, and the last value added: it tells if merges go from older to newer. */
static void add(void *with, void *acc, const struct weir_row *row)
{
    struct sum *s = acc;

    s->n += (int64_t)row->origin;
    s->last = row->event_ms > s->last ? row->event_ms : s->last;
    ++*(int *)with;
}

static void merge(void *with, void *acc, const void *newer)
{
    const struct sum *other = newer;
    struct sum *s = acc;

    assert_true(s->last <= other->last);
    s->n += other->n;
    s->last = other->last;
    ++*(int *)with;
}

static int calls;

static struct slice_table *table(int64_t size_ms, int64_t slide_ms, int64_t offset_ms)
{
    struct assigner a = {ASSIGNER_SLIDING, size_ms, slide_ms, offset_ms};

    return slice_table_new(&sum_schema, &a, (struct slice_calls){add, merge, &calls});
}

static bool put(struct slice_table *t, const char *key, int64_t ms, uint64_t value)
{
    struct weir_row row = {.event_ms = ms, .origin = value};

    return slice_table_add(t, 7, (struct span){(const uint8_t *)key, strlen(key)}, &row);
}

/* What fires until `ms`, as "key start..end=sum/rows ". */
static const char *fired(struct slice_table *t, int64_t ms)
{
    static char text[2000];
    struct slice_window w;
    size_t at = 0;

    text[0] = 0;
    slice_table_on_watermark(t, ms);
    while (slice_table_fire(t, &w)) {
        const struct sum *s = w.acc;

        assert_int_equal(w.key_group, 7);
        at += (size_t)snprintf(text + at, sizeof text - at, "%.*s %d..%d=%d/%u ", (int)w.key.bytes,
                               (const char *)w.key.p, (int)w.window.start_ms, (int)w.window.end_ms,
                               (int)s->n, w.rows);
    }
    return text;
}

static void test_a_row_is_in_every_window_that_holds_it(void **state)
{
    struct slice_table *t = table(6, 2, 0);

    (void)state;
    put(t, "a", 5, 1);
    put(t, "b", 5, 10);
    put(t, "a", 6, 2);
    assert_string_equal(fired(t, 4), "");
    assert_string_equal(fired(t, 5), "a 0..6=1/1 b 0..6=10/1 ");
    assert_string_equal(fired(t, 9), "a 2..8=3/2 b 2..8=10/1 a 4..10=3/2 b 4..10=10/1 ");
    assert_string_equal(fired(t, INT64_MAX), "a 6..12=2/1 ");
    assert_int_equal(slice_table_keys(t), 0);
    slice_table_free(t);
}

static void test_a_late_row_counts_in_the_windows_that_have_not_fired(void **state)
{
    struct slice_table *t = table(6, 2, 0);

    (void)state;
    put(t, "a", 3, 1);
    put(t, "a", 5, 2);
    put(t, "a", 7, 4);
    assert_string_equal(fired(t, 7), "a -2..4=1/1 a 0..6=3/2 a 2..8=7/3 ");
    assert_true(put(t, "a", 4, 8)); /* in 4..10 alone; 0..6 and 2..8 are over */
    assert_false(put(t, "a", 2, 16));
    assert_string_equal(fired(t, 20), "a 4..10=14/3 a 6..12=4/1 ");
    slice_table_free(t);
}

static void test_slices_are_the_common_divisor_and_time_without_rows_is_skipped(void **state)
{
    struct slice_table *t = table(5, 3, 1); /* windows -2..3, 1..6, 4..9: slices of 1 */

    (void)state;
    put(t, "a", 2, 1);
    put(t, "a", 1000000000000, 2);
    assert_string_equal(fired(t, 100), "a -2..3=1/1 a 1..6=1/1 ");
    calls = 0;
    slice_table_on_watermark(t, 999999999990);
    assert_false(slice_table_is_due(t));
    assert_int_equal(calls, 0);
    slice_table_free(t);
}

static void test_a_window_costs_the_same_with_ten_slides_and_a_thousand(void **state)
{
    int cost[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct slice_table *t = table(i ? 1000 : 10, 1, 0);
        struct slice_window w;

        calls = 0;
        for (int64_t ms = 0; ms < 5000; ms++) {
            put(t, "a", ms, 1);
            slice_table_on_watermark(t, ms);
            while (slice_table_fire(t, &w))
                ;
        }
        cost[i] = calls;
        slice_table_free(t);
    }
    assert_in_range(cost[0], 5000, 4 * 5000);
    assert_in_range(cost[1], 5000, 4 * 5000);
}

/* ---- the model ---- */

enum { ROWS = 400, KEYS = 3 };
struct model {
    struct {
        int64_t ms, value, wm_ms; /* the watermark when it came */
        int key;
    } row[ROWS];
    int rows;
};

/* The sum of a window, of rows that came before it fired, by the watermark `at`. */
static int64_t window_sum(const struct model *m, int key, int64_t start_ms, int64_t end_ms,
                          uint32_t *rows)
{
    int64_t sum = 0;

    *rows = 0;
    for (int i = 0; i < m->rows; i++)
        if (m->row[i].key == key && m->row[i].ms >= start_ms && m->row[i].ms < end_ms &&
            m->row[i].wm_ms < end_ms - 1) {
            sum += m->row[i].value;
            ++*rows;
        }
    return sum;
}

static struct slice_table *restored(struct slice_table *t, int64_t size_ms, int64_t slide_ms,
                                    int64_t offset_ms)
{
    struct slice_table *r = table(size_ms, slide_ms, offset_ms);
    struct bytes a = {0}, b = {0};
    struct diag why = {0};
    struct reader reader;

    slice_table_snapshot(t, &a);
    reader = reader_of(bytes_span(&a));
    assert_int_equal(slice_table_restore(r, &reader, "test", &why), ERR_NONE);
    slice_table_snapshot(r, &b);
    assert_true(span_equal(bytes_span(&a), bytes_span(&b)));
    bytes_done(&a);
    bytes_done(&b);
    slice_table_free(t);
    return r;
}

static uint32_t check_firings(struct slice_table *t, const struct model *m, int64_t wm_ms)
{
    struct slice_window w;
    uint32_t windows = 0, rows;

    slice_table_on_watermark(t, wm_ms);
    for (; slice_table_fire(t, &w); windows++) {
        int key = w.key.p[0] - 'a';

        assert_int_equal(((const struct sum *)w.acc)->n,
                         window_sum(m, key, w.window.start_ms, w.window.end_ms, &rows));
        assert_int_equal(w.rows, rows);
    }
    return windows;
}

/* Windows with a row, of all keys, that end after `from` and by `to`. */
static uint32_t windows_between(const struct model *m, int64_t size_ms, int64_t slide_ms,
                                int64_t offset_ms, int64_t from_ms, int64_t to_ms)
{
    uint32_t windows = 0, rows;

    for (int64_t end = offset_ms + size_ms - 1000 * slide_ms; end - 1 <= to_ms; end += slide_ms)
        for (int key = 0; end - 1 > from_ms && key < KEYS; key++) {
            window_sum(m, key, end - size_ms, end, &rows);
            windows += rows > 0;
        }
    return windows;
}

static void walk(struct rng *rng)
{
    static struct model m;
    int64_t slide = 1 + (int64_t)rng_below(rng, 6), size = slide + (int64_t)rng_below(rng, 20);
    int64_t offset = (int64_t)rng_below(rng, (uint64_t)slide), wm = -1000, now = 0;
    struct slice_table *t = table(size, slide, offset);

    m.rows = 0;
    while (m.rows < ROWS) {
        int64_t ms = now - (int64_t)rng_below(rng, 25), value = (int64_t)rng_below(rng, 100);
        char key[2] = {(char)('a' + rng_below(rng, KEYS)), 0};

        now += rng_below(rng, 50) ? (int64_t)rng_below(rng, 3) : 200;
        if (put(t, key, ms, (uint64_t)value)) {
            m.row[m.rows].ms = ms;
            m.row[m.rows].value = value;
            m.row[m.rows].wm_ms = wm;
            m.row[m.rows++].key = key[0] - 'a';
        } else {
            assert_true(window_start(ms, slide, offset) + size - 1 <= wm);
        }
        if (rng_below(rng, 4) == 0 && now - 10 > wm) {
            uint32_t want = windows_between(&m, size, slide, offset, wm, now - 10);

            wm = now - 10;
            assert_int_equal(check_firings(t, &m, wm), want);
        }
        if (rng_below(rng, 20) == 0)
            t = restored(t, size, slide, offset);
    }
    check_firings(t, &m, INT64_MAX);
    assert_int_equal(slice_table_keys(t), 0);
    slice_table_free(t);
}

static void test_a_random_walk_gives_what_all_rows_give(void **state)
{
    struct rng rng = rng_of(test_seed(5), "slices");

    (void)state;
    for (int i = 0; i < 30; i++)
        walk(&rng);
}

static void test_a_cut_or_foreign_snapshot_is_refused(void **state)
{
    struct slice_table *t = table(6, 2, 0), *r;
    struct bytes a = {0};
    struct diag why = {0};
    struct reader reader;

    (void)state;
    put(t, "a", 5, 1);
    put(t, "a", 7, 1);
    fired(t, 5);
    slice_table_snapshot(t, &a);
    for (size_t n = 0; n < a.bytes; n++) {
        r = table(6, 2, 0);
        reader = reader_of((struct span){a.p, n});
        assert_int_not_equal(slice_table_restore(r, &reader, "test", &why), ERR_NONE);
        slice_table_free(r);
    }
    bytes_done(&a);
    slice_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_is_in_every_window_that_holds_it),
        cmocka_unit_test(test_a_late_row_counts_in_the_windows_that_have_not_fired),
        cmocka_unit_test(test_slices_are_the_common_divisor_and_time_without_rows_is_skipped),
        cmocka_unit_test(test_a_window_costs_the_same_with_ten_slides_and_a_thousand),
        cmocka_unit_test(test_a_random_walk_gives_what_all_rows_give),
        cmocka_unit_test(test_a_cut_or_foreign_snapshot_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
