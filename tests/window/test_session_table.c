/* Sessions by key, by hand and beside an obvious model: all rows of a key in order of time, joined
 * while they touch.  Late rows, bridges, restores in between. */
#include <string.h>

#include "base/rng.h"
#include "tests/check.h"
#include "window/session_table.h"

#define SUM(C) C(BIGINT, n)
WEIR_ROW(sum, SUM)

static void merge(void *with, void *acc, const void *other)
{
    ((struct sum *)acc)->n += ((const struct sum *)other)->n;
    ++*(int *)with;
}

static int merges;
static const struct session_merge summing = {merge, &merges};

/* A row of value 1 at `ms`, with a gap of `gap_ms`; false: it is late. */
static bool put(struct session_table *t, const char *key, int64_t ms, int64_t gap_ms, int64_t wm_ms)
{
    struct session *s = session_table_take(t, 7, (struct span){(const uint8_t *)key, strlen(key)},
                                           (struct time_window){ms, ms + gap_ms}, wm_ms, &summing);

    if (s == NULL)
        return false;
    s->rows++;
    ((struct sum *)(void *)s->acc)->n++;
    return true;
}

/* What ends by `ms`, as "key start..end=sum ". */
static const char *ended(struct session_table *t, int64_t ms)
{
    static char text[2000];
    struct session *s;
    struct span key;
    uint32_t group;
    size_t at = 0;

    text[0] = 0;
    while ((s = session_table_due(t, ms, &group, &key))) {
        assert_int_equal(group, 7);
        assert_int_equal(((const struct sum *)(const void *)s->acc)->n, s->rows);
        at += (size_t)snprintf(text + at, sizeof text - at, "%.*s %d..%d=%u ", (int)key.bytes,
                               (const char *)key.p, (int)s->window.start_ms, (int)s->window.end_ms,
                               s->rows);
        session_table_drop(t, s);
    }
    return text;
}

static void test_rows_a_gap_apart_are_one_session_and_a_bridge_joins_two(void **state)
{
    struct session_table *t = session_table_new(&sum_schema);

    (void)state;
    put(t, "a", 10, 5, 0);
    put(t, "a", 15, 5, 0); /* touches at 15 */
    put(t, "a", 30, 5, 0);
    put(t, "b", 30, 5, 0);
    assert_int_equal(merges, 0);
    put(t, "a", 22, 8, 0); /* 22..30 touches 30 alone */
    assert_string_equal(ended(t, 18), "");
    assert_string_equal(ended(t, 19), "a 10..20=2 ");
    put(t, "a", 40, 5, 19);
    put(t, "a", 35, 5, 19); /* the bridge */
    assert_int_equal(merges, 1);
    assert_string_equal(ended(t, 44), "b 30..35=1 a 22..45=4 ");
    assert_int_equal(session_table_keys(t), 0);
    session_table_free(t);
}

static void test_a_late_row_begins_no_session_but_may_join_one(void **state)
{
    struct session_table *t = session_table_new(&sum_schema);

    (void)state;
    put(t, "a", 20, 5, 10);
    assert_false(put(t, "a", 10, 5, 14)); /* 10..15 ended at 14 */
    assert_true(put(t, "a", 10, 5, 13));
    assert_true(put(t, "b", 15, 5, 14));
    assert_true(put(t, "a", 15, 5, 100)); /* late by itself, but 20..25 is still here */
    assert_string_equal(ended(t, 100), "b 15..20=1 a 10..25=3 ");
    session_table_free(t);
}

/* ---- the model ---- */

enum { ROWS = 400, KEYS = 4 };
struct model {
    int64_t ms[KEYS][ROWS];
    int rows[KEYS];
};

static void remember(struct model *m, int key, int64_t ms)
{
    int i = m->rows[key]++;

    for (; i && m->ms[key][i - 1] > ms; i--)
        m->ms[key][i] = m->ms[key][i - 1];
    m->ms[key][i] = ms;
}

/* The first session of the key, if it has ended: its rows are forgotten. */
static bool take_first(struct model *m, int key, int64_t gap_ms, int64_t wm_ms, struct session *out)
{
    int n = 1;

    if (m->rows[key] == 0)
        return false;
    while (n < m->rows[key] && m->ms[key][n] <= m->ms[key][n - 1] + gap_ms)
        n++;
    if (m->ms[key][n - 1] + gap_ms - 1 > wm_ms)
        return false;
    *out = (struct session){{m->ms[key][0], m->ms[key][n - 1] + gap_ms}, (uint32_t)n};
    m->rows[key] -= n;
    memmove(m->ms[key], m->ms[key] + n, (size_t)m->rows[key] * sizeof(int64_t));
    return true;
}

static void check_ends(struct session_table *t, struct model *m, int64_t gap_ms, int64_t wm_ms)
{
    struct session *s, want;
    int64_t last_ms = INT64_MIN;
    struct span key;
    uint32_t group;

    while ((s = session_table_due(t, wm_ms, &group, &key))) {
        assert_true(take_first(m, key.p[0] - 'a', gap_ms, wm_ms, &want));
        assert_true(window_equal(s->window, want.window));
        assert_int_equal(s->rows, want.rows);
        assert_true(last_ms <= s->window.end_ms); /* B3 */
        last_ms = s->window.end_ms;
        session_table_drop(t, s);
    }
    for (int k = 0; k < KEYS; k++)
        assert_false(take_first(m, k, gap_ms, wm_ms, &want));
}

static struct session_table *restored(struct session_table *t)
{
    struct session_table *r = session_table_new(&sum_schema);
    struct bytes a = {0}, b = {0};
    struct diag why = {0};
    struct reader reader;

    session_table_snapshot(t, &a);
    reader = reader_of(bytes_span(&a));
    assert_int_equal(session_table_restore(r, &reader, "test", &why), ERR_NONE);
    session_table_snapshot(r, &b);
    assert_true(span_equal(bytes_span(&a), bytes_span(&b)));
    bytes_done(&a);
    bytes_done(&b);
    session_table_free(t);
    return r;
}

static void walk(struct rng *rng)
{
    static struct model m;
    struct session_table *t = session_table_new(&sum_schema);
    int64_t gap = 1 + (int64_t)rng_below(rng, 12), wm = -1000, now = 0;

    memset(&m, 0, sizeof m);
    for (int i = 0; i < ROWS; i++) {
        int64_t ms = now - (int64_t)rng_below(rng, 25);
        char key[2] = {(char)('a' + rng_below(rng, KEYS)), 0};

        now += (int64_t)rng_below(rng, 6);
        if (put(t, key, ms, gap, wm))
            remember(&m, key[0] - 'a', ms);
        else
            assert_true(ms + gap - 1 <= wm);
        if (rng_below(rng, 4) == 0) {
            wm = now - 10 > wm ? now - 10 : wm;
            check_ends(t, &m, gap, wm);
        }
        if (rng_below(rng, 20) == 0)
            t = restored(t);
    }
    check_ends(t, &m, gap, INT64_MAX);
    assert_int_equal(session_table_keys(t), 0);
    session_table_free(t);
}

static void test_a_random_walk_gives_what_all_rows_give(void **state)
{
    struct rng rng = rng_of(test_seed(6), "sessions");

    (void)state;
    for (int i = 0; i < 50; i++)
        walk(&rng);
}

/* So many that keys are squeezed while others are in the heap of ends. */
static void test_many_keys_that_come_and_go_keep_their_sessions(void **state)
{
    struct session_table *t = session_table_new(&sum_schema);
    uint64_t put_rows = 0, ended_rows = 0;
    struct session *s;
    struct span key;
    uint32_t group;
    char name[16];

    (void)state;
    for (int64_t now = 0; now < 20000; now++) {
        snprintf(name, sizeof name, "key%d", (int)(now % 997 * (1 + now % 7)));
        put_rows += put(t, name, now, 300, now - 1);
        for (; (s = session_table_due(t, now, &group, &key)); session_table_drop(t, s))
            ended_rows += s->rows;
    }
    for (; (s = session_table_due(t, INT64_MAX, &group, &key)); session_table_drop(t, s))
        ended_rows += s->rows;
    assert_int_equal(put_rows, 20000);
    assert_int_equal(ended_rows, put_rows);
    assert_int_equal(session_table_keys(t), 0);
    session_table_free(t);
}

static void test_a_cut_snapshot_is_refused(void **state)
{
    struct session_table *t = session_table_new(&sum_schema), *r;
    struct bytes a = {0};
    struct diag why = {0};
    struct reader reader;

    (void)state;
    put(t, "a", 5, 1, 0);
    put(t, "a", 15, 1, 0);
    put(t, "longer than a word", 15, 1, 0);
    session_table_snapshot(t, &a);
    for (size_t n = 0; n < a.bytes; n++) {
        r = session_table_new(&sum_schema);
        reader = reader_of((struct span){a.p, n});
        assert_int_not_equal(session_table_restore(r, &reader, "test", &why), ERR_NONE);
        session_table_free(r);
    }
    bytes_done(&a);
    session_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_a_gap_apart_are_one_session_and_a_bridge_joins_two),
        cmocka_unit_test(test_a_late_row_begins_no_session_but_may_join_one),
        cmocka_unit_test(test_a_random_walk_gives_what_all_rows_give),
        cmocka_unit_test(test_many_keys_that_come_and_go_keep_their_sessions),
        cmocka_unit_test(test_a_cut_snapshot_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
