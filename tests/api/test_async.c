/* Programs that wait for answers: what becomes of them, and each mistake with file, line and what to
 * do; and one that fails for ever, run to its end. */
#include <string.h>

#include "connectors/table_lookup.h"
#include "operators/async.h"
#include "api/job.h"
#include "cli/run.h"
#include "sim/world.h"
#include "tests/check.h"

#define ROW(C) C(BIGINT, n)
#define CITY(C) C(BIGINT, n) C(STRING, name)
WEIR_ROW(row, ROW)
WEIR_ROW(city, CITY)

static void ask(struct weir_ctx *c, const struct weir_row *r)
{
    weir_request_int(c, row_of(r).n);
}

static void take(struct weir_ctx *c, const struct weir_row *r, const struct weir_row *found)
{
    (void)found;
    weir_forward_row(c, r);
}

static void give_up(struct weir_ctx *c, const struct weir_row *r)
{
    (void)c;
    (void)r;
}

static const struct weir_async usual = {.on_row = ask, .on_answer = take};
static const struct weir_lookup_table cities = {
    .path = "cities.csv", .schema = &city_schema, .column = "n"};

static struct weir_stream *await(struct weir_job *job, struct weir_async fn,
                                 struct weir_lookup_table t)
{
    return weir_awaited(weir_csv(job, "rows.csv", &row_schema), &fn, t, &row_schema);
}

static uint64_t hash_with(struct weir_async fn, struct weir_lookup_table t)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    uint64_t hash;

    weir_print(await(job, fn, t), "out");
    hash = job_seal(job)->hash;
    job_free(job);
    return hash;
}

static void test_it_is_chained_with_a_capacity_of_100_and_its_numbers_are_the_graphs(void **state)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_stream *s = await(job, usual, cities);
    const struct async_config *config = job->dataflow->node[s->part[0].node].config;
    struct weir_async twice = usual, hundred = usual;
    struct weir_lookup_table slow = cities;
    struct job_graph *g;

    (void)state;
    weir_print(s, "out");
    g = job_seal(job);
    assert_string_equal(g->vertex[0].name, "csv -> async -> print");
    assert_int_equal(config->fn.capacity, 100);
    assert_ptr_equal(config->service, &table_lookup_class);
    job_free(job);
    hundred.capacity = 100;
    twice.capacity = 2;
    slow.latency_ms = 1;
    assert_true(hash_with(usual, cities) == hash_with(hundred, cities));
    assert_false(hash_with(usual, cities) == hash_with(twice, cities));
    assert_false(hash_with(usual, cities) == hash_with(usual, slow));
}

static void said(struct weir_async fn, struct weir_lookup_table t, const char *words)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    await(job, fn, t);
    assert_null(job_seal(job));
    if (!strstr(job->mistake.text, words) ||
        strncmp(job->mistake.text, __FILE__ ":", sizeof __FILE__) != 0)
        fail_msg("'%s', not '%s'", job->mistake.text, words);
    job_free(job);
}

static void test_each_mistake_is_said_with_its_line(void **state)
{
    struct weir_lookup_table t = cities;

    (void)state;
    said((struct weir_async){.on_answer = take}, t, "weir_awaited(): on_row: give it a function");
    said((struct weir_async){.on_row = ask}, t, "weir_awaited(): on_answer: give it a function");
    said((struct weir_async){.on_row = ask, .on_answer = take, .timeout_ms = -1}, t,
         "a time-out of -1 ms, a retry after 0 ms");
    said((struct weir_async){.on_row = ask, .on_answer = take, .retry = {.max_attempts = 1}}, t,
         "with a retry, timeout_ms says when to give up");
    said((struct weir_async){.on_row = ask, .on_answer = take, .on_timeout = give_up}, t,
         "on_timeout without timeout_ms is never called");
    t.column = "nam";
    said(usual, t, "row type 'city' has no column 'nam': did you mean 'name'?");
    t = cities;
    t.latency_ms = 5;
    t.latency_max_ms = 4;
    said(usual, t, "cities.csv: a latency of 5 to 4 ms");
}

/* A task that has failed wants nothing more, though a row of it still waits for its time. */
static void test_a_job_whose_questions_always_fail_ends_as_failed(void **state)
{
    static const struct row rows[] = {{0, 1}, {0, 2}};
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_async fn = usual;
    struct weir_lookup_table t = cities;
    struct fs *data = fs_memory_new(NULL);
    struct world_spec spec = {.options = job->options,
                              .data = data,
                              .find = classes_find,
                              .seed = 1,
                              .step_max = 1000,
                              .ring = 16};
    struct diag why = {0};
    struct world *w;

    (void)state;
    fs_write(data, "cities.csv", span_text("n,name\n1,A\n"));
    fn.timeout_ms = 10;
    t.fail_every = 1;
    t.latency_ms = 1;
    weir_print(weir_awaited(weir_rows(job, rows, 2, &row_schema), &fn, t, &row_schema), "out");
    weir_option(job, "restart-strategy.fixed-delay.attempts", "2");
    weir_option(job, "restart-strategy.fixed-delay.delay", "20ms");
    weir_option(job, "restart-strategy.type", "fixed-delay");
    spec.graph = job_seal(job);
    assert_non_null(spec.graph);
    w = world_new(&spec, &why);
    assert_non_null(w);
    while (world_step(w))
        continue;
    assert_non_null(strstr(world_failure(w)->text, "the lookup failed, asked 1 times"));
    world_free(w);
    fs_memory_free(data);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_chained_with_a_capacity_of_100_and_its_numbers_are_the_graphs),
        cmocka_unit_test(test_each_mistake_is_said_with_its_line),
        cmocka_unit_test(test_a_job_whose_questions_always_fail_ends_as_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
