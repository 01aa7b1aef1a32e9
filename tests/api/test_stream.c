/* Programs become chains as in flink-semantics 8.2, and mistakes are said with file, line and what
 * to do. */
#include "api/job.h"
#include "tests/check.h"

#include <string.h>

#define ROW(C) C(STRING, name) C(BIGINT, n) C(TIMESTAMP, at)
#define NUM(C) C(BIGINT, n)
WEIR_ROW(row, ROW)
WEIR_ROW(num, NUM)

static bool keep(struct weir_ctx *c, const struct weir_row *r)
{
    (void)c;
    (void)r;
    return true;
}

static void pass(struct weir_ctx *c, const struct weir_row *r)
{
    row_emit(c, row_of(r));
}

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

static const struct weir_aggregate fn = {&num_schema, add, result, NULL, 0};

static struct weir_job *new_job(void)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_option(job, "parallelism.default", "2");
    return job;
}

static void test_forward_edges_of_equal_parallelism_are_chained(void **state)
{
    struct weir_job *job = new_job();
    struct weir_stream *s = weir_csv(job, "x.csv", &row_schema);
    struct job_graph *g;

    weir_print(weir_map(weir_filter(s, keep), pass, &row_schema), "out");
    g = job_seal(job);
    assert_int_equal(g->vertices, 1);
    assert_int_equal(g->vertex[0].nodes, 4);
    assert_string_equal(g->vertex[0].name, "csv -> filter -> map -> print");
    assert_int_equal(g->tasks, 2);
    job_free(job);
    (void)state;
}

static void test_key_by_rebalance_and_strategies_break_chains(void **state)
{
    struct weir_job *job = new_job();
    struct weir_stream *s = weir_csv(job, "x.csv", &row_schema);
    struct job_graph *g;

    s = weir_disable_chaining(weir_filter(s, keep));
    s = weir_start_new_chain(weir_map(s, pass, &row_schema));
    s = weir_parallelism(weir_map(weir_rebalance(s), pass, &row_schema), 3);
    weir_parallelism(weir_print(weir_key_by(s, "name"), "out"), 3);
    g = job_seal(job);
    assert_int_equal(g->vertices, 5);
    assert_int_equal(g->edge[0].ship, SHIP_FORWARD);
    assert_int_equal(g->edge[2].ship, SHIP_REBALANCE);
    assert_int_equal(g->edge[3].ship, SHIP_HASH);
    assert_int_equal(g->tasks, 2 + 2 + 2 + 3 + 3);
    job_free(job);
    (void)state;
}

static void test_a_union_is_one_input_of_several_edges(void **state)
{
    struct weir_job *job = new_job();
    struct weir_stream *a = weir_csv(job, "a.csv", &row_schema);
    struct weir_stream *b = weir_csv(job, "b.csv", &row_schema);
    struct job_graph *g;

    weir_print(weir_filter(weir_union(a, b), keep), "out");
    g = job_seal(job);
    assert_int_equal(g->vertices, 3);
    assert_int_equal(g->vertex[2].in_edges, 2);
    job_free(job);
    (void)state;
}

static void test_constants_are_part_of_the_graphs_hash(void **state)
{
    uint64_t hash[2];

    for (int i = 0; i < 2; i++) {
        struct weir_job *job = new_job();

        weir_constants(weir_filter(weir_csv(job, "a.csv", &row_schema), keep), &i, sizeof i);
        hash[i] = job_seal(job)->hash;
        job_free(job);
    }
    assert_true(hash[0] != hash[1]);
    (void)state;
}

static void says(struct weir_job *job, const char *words)
{
    assert_null(job_seal(job));
    if (!strstr(job->mistake.text, words) || !strstr(job->mistake.text, "test_stream.c:"))
        fail_msg("says '%s', not '%s'", job->mistake.text, words);
    job_free(job);
}

static void test_mistakes_are_said_where_they_were_made(void **state)
{
    struct weir_job *job = new_job();

    weir_key_by(weir_csv(job, "a.csv", &row_schema), "nam");
    says(job, "did you mean 'name'");
    job = new_job();
    weir_windowed(weir_csv(job, "a.csv", &row_schema), (struct weir_window){.size_ms = 5}, &fn,
                  &num_schema);
    says(job, "a window needs a keyed stream");
    job = new_job();
    weir_windowed(weir_key_by(weir_csv(job, "a.csv", &row_schema), "n"), (struct weir_window){0}, &fn,
                  &num_schema);
    says(job, "size_ms is 0");
    job = new_job();
    weir_watermarks(weir_csv(job, "a.csv", &row_schema), (struct weir_time){.column = "name"});
    says(job, "a timestamp is a TIMESTAMP or a BIGINT");
    job = new_job();
    weir_rows(job, NULL, 0, &row_schema);
    says(job, "without STRING columns");
    job = new_job();
    weir_union(weir_csv(job, "a.csv", &row_schema), weir_map(weir_csv(job, "a.csv", &row_schema), pass,
                                                             &num_schema));
    says(job, "the row types must be the same");
    job = new_job();
    weir_uid(weir_csv(job, "a.csv", &row_schema), "x");
    weir_uid(weir_csv(job, "a.csv", &row_schema), "x");
    says(job, "uid 'x' is already that of");
    job = new_job();
    weir_parallelism(weir_filter(weir_forward(weir_csv(job, "a.csv", &row_schema)), keep), 5);
    says(job, "forward from");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward_edges_of_equal_parallelism_are_chained),
        cmocka_unit_test(test_key_by_rebalance_and_strategies_break_chains),
        cmocka_unit_test(test_a_union_is_one_input_of_several_edges),
        cmocka_unit_test(test_constants_are_part_of_the_graphs_hash),
        cmocka_unit_test(test_mistakes_are_said_where_they_were_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
