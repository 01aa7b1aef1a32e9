/* Windows that cannot be: each mistake is said with its line when the program builds its graph. */
#include "api/job.h"
#include "tests/check.h"

#include <string.h>

#define ROW(C) C(STRING, name) C(BIGINT, n) C(TIMESTAMP, at)
#define NUM(C) C(BIGINT, n)
WEIR_ROW(row, ROW)
WEIR_ROW(num, NUM)

static void add(struct weir_ctx *c, void *acc, const struct weir_row *r)
{
    (void)c;
    (void)acc;
    (void)r;
}

static void result(struct weir_ctx *c, const void *acc, int64_t a, int64_t b)
{
    (void)c;
    (void)acc;
    (void)a;
    (void)b;
}

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    (void)c;
    (void)acc;
    (void)other;
}

static int64_t gap_of(const struct weir_row *r)
{
    return row_of(r).n;
}

static double delta(const struct weir_row *from, const struct weir_row *to)
{
    return (double)(row_of(to).n - row_of(from).n);
}

static const struct weir_trigger of_delta = {
    .kind = WEIR_TRIGGER_DELTA, .delta = delta, .threshold = 1};

static enum weir_answer on_element(struct weir_ctx *c, struct weir_pane *pane,
                                   const struct weir_row *row)
{
    (void)c;
    (void)pane;
    (void)row;
    return WEIR_CONTINUE;
}

static void on_merge(struct weir_ctx *c, struct weir_pane *pane)
{
    (void)c;
    (void)pane;
}

static const struct weir_own_trigger of_nothing = {.on_merge = on_merge},
                                     of_text = {.state = &row_schema, .on_element = on_element},
                                     of_one = {.on_element = on_element},
                                     of_two = {.state = &num_schema,
                                               .on_element = on_element,
                                               .on_merge = on_merge};
static const struct weir_trigger of_inner = {.kind = WEIR_TRIGGER_OWN, .own = &of_nothing};

/* Build a job with this window; what it was told, or "" for nothing. */
static const char *said(struct weir_window w, bool merges)
{
    static char text[DIAG_TEXT_MAX];
    struct weir_aggregate fn = {.acc = &num_schema, .add = add, .result = result};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_stream *s = weir_csv(job, "x.csv", &row_schema);

    fn.merge = merges ? merge : NULL;
    s = weir_watermarks(s, (struct weir_time){.column = "at"});
    weir_print(weir_windowed(weir_key_by(s, "name"), w, &fn, &num_schema), "out");
    if (job_seal(job))
        text[0] = 0;
    else
        snprintf(text, sizeof text, "%s", job->mistake.text);
    job_free(job);
    return text;
}

static const struct {
    struct weir_window window;
    const char *words;
} mistakes[] = {
    {{.size_ms = 10, .slide_ms = -1}, "window slide_ms is -1"},
    {{.size_ms = 10, .slide_ms = 5, .offset_ms = 5}, "offset_ms must be smaller than its slide"},
    {{.gap_ms = -5}, "a session's gap_ms is -5; it must be positive"},
    {{.gap_ms = 5, .gap_of = gap_of}, "gap_ms or gap_of, not both"},
    {{.gap_ms = 5, .size_ms = 10}, "a session has no size"},
    {{.is_global = true, .size_ms = 10}, "a global window has no size"},
    {{.is_global = true, .gap_ms = 5}, "global or a session, not both"},
    {{.is_global = true, .allowed_lateness_ms = 5}, "a row of a global window is never late"},
    {{.size_ms = 10, .processing_time = true, .allowed_lateness_ms = 5},
     "the wall clock is never late"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_COUNT}}, "a count trigger's count is 0"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_CONTINUOUS_EVENT_TIME}}, "interval_ms is 0"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_DELTA}}, "a delta trigger needs"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_PURGING}}, "set `inner`"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_PROCESSING_TIMEOUT, .inner = &of_delta}},
     "timeout_ms is 0"},
    {{.size_ms = 10, .evictor = {.kind = WEIR_EVICT_COUNT, .count = -1}}, "keeps -1 rows"},
    {{.size_ms = 10, .evictor = {.kind = WEIR_EVICT_TIME, .size_ms = -1}}, "must not be negative"},
    {{.size_ms = 10, .evictor = {.kind = WEIR_EVICT_DELTA}}, "a delta evictor needs"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_OWN}}, "set `own`, with its on_element"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &of_nothing}},
     "set `own`, with its on_element"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_PURGING, .inner = &of_inner}},
     "set `own`, with its on_element"},
    {{.size_ms = 10, .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &of_text}},
     "a trigger's state has no STRING columns, unlike 'row'"},
    {{.gap_ms = 10, .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &of_one}},
     "sessions merge, and this trigger cannot"},
    {{.gap_ms = 10, .trigger = {.kind = WEIR_TRIGGER_OWN, .own = &of_two}},
     "a trigger that merges and has a state: give it `merge`"},
    {{.gap_ms = 5, .trigger = {.kind = WEIR_TRIGGER_DELTA, .delta = delta}},
     "sessions merge, and this trigger cannot"},
};

static void test_each_impossible_window_is_refused_with_the_line_that_made_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *text = said(mistakes[i].window, true);

        if (!strstr(text, mistakes[i].words) || strncmp(text, __FILE__ ":", sizeof __FILE__) != 0)
            fail_msg("mistake %zu says '%s', not '%s'", i, text, mistakes[i].words);
    }
}

static void test_sessions_need_an_aggregate_that_merges_unless_rows_are_kept(void **state)
{
    struct weir_window w = {.gap_ms = 5};

    (void)state;
    assert_non_null(strstr(said(w, false), "give the aggregate its function `merge`"));
    assert_string_equal(said(w, true), "");
    w.evictor = (struct weir_evictor){.kind = WEIR_EVICT_COUNT, .count = 3};
    assert_string_equal(said(w, false), "");
}

/* ---- windows of all rows ---- */

static struct weir_stream *stamped(struct weir_job *job)
{
    return weir_watermarks(weir_csv(job, "x.csv", &row_schema), (struct weir_time){.column = "at"});
}

static const struct weir_aggregate counting = {.acc = &num_schema, .add = add, .result = result};

/* Its edge is of its own whatever the parallelisms are, and it stays one subtask. */
static void test_windows_of_all_rows_are_one_subtask_behind_an_edge_of_its_own(void **state)
{
    for (int p = 1; p <= 3; p += 2) {
        struct weir_job *job = weir_job(0, NULL, "t");
        struct weir_stream *s = stamped(job);
        struct job_graph *g;

        weir_option(job, "parallelism.default", p == 1 ? "1" : "3");
        weir_print(weir_window_all(weir_key_by(s, "name"), (struct weir_window){.size_ms = 10},
                                   &counting, &num_schema),
                   "out");
        g = job_seal(job);
        assert_non_null(g);
        assert_int_equal(g->vertex[0].parallelism, p);
        assert_int_equal(g->vertex[1].parallelism, 1);
        assert_int_equal(g->edge[0].ship, SHIP_GLOBAL);
        assert_int_equal(g->edge[0].key_column, -1);
        job_free(job);
    }
    (void)state;
}

static const char *said_of_all(const struct weir_aggregate *fn, uint32_t parallelism)
{
    static char text[DIAG_TEXT_MAX];
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_parallelism(
        weir_window_all(stamped(job), (struct weir_window){.size_ms = 10}, fn, &num_schema),
        parallelism);
    snprintf(text, sizeof text, "%s", job->mistake.text);
    job_free(job);
    return text;
}

static void test_windows_of_all_rows_refuse_more_subtasks_and_half_an_aggregate(void **state)
{
    const struct weir_aggregate half = {.acc = &num_schema, .add = add};

    (void)state;
    assert_string_equal(said_of_all(&counting, 1), "");
    assert_non_null(strstr(said_of_all(&counting, 2), "have one subtask, not 2"));
    assert_non_null(strstr(said_of_all(&half, 1), "the window's aggregate: add and result"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_impossible_window_is_refused_with_the_line_that_made_it),
        cmocka_unit_test(test_sessions_need_an_aggregate_that_merges_unless_rows_are_kept),
        cmocka_unit_test(test_windows_of_all_rows_are_one_subtask_behind_an_edge_of_its_own),
        cmocka_unit_test(test_windows_of_all_rows_refuse_more_subtasks_and_half_an_aggregate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
