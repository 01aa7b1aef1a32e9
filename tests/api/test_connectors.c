/* Mistakes of sources and sinks are said with file and line; what they say is part of the hash;
 * dead letters are a sink that stands behind every source of lines, and only those. */
#include <string.h>

#include "api/job.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
#define LINE(C) C(STRING, line)
WEIR_ROW(number, NUMBER)
WEIR_ROW(line, LINE)

static struct weir_job *new_job(void)
{
    return weir_job(0, NULL, "test");
}

static void assert_mistake(struct weir_job *job, const char *wanted)
{
    if (strstr(job->mistake.text, wanted) == NULL)
        fail_msg("'%s' is not in '%s'", wanted, job->mistake.text);
    assert_non_null(strstr(job->mistake.text, "test_connectors.c:"));
    job_free(job);
}

static void test_raw_lines_want_one_text(void **state)
{
    struct weir_job *source = new_job(), *sink = new_job(), *good = new_job();

    weir_lines(source, "x", &number_schema);
    assert_mistake(source, "raw lines want a row type with one STRING column, unlike 'number'");
    weir_files(weir_csv(sink, "x", &number_schema), "out", (struct weir_files){.format = WEIR_RAW});
    assert_mistake(sink, "raw lines want a row type");
    weir_files(weir_lines(good, "x", &line_schema), "out", (struct weir_files){.format = WEIR_RAW});
    assert_int_equal(good->mistake.err, ERR_NONE);
    job_free(good);
}

static void test_an_address_is_checked_when_the_graph_is_built(void **state)
{
    struct weir_job *job = new_job();

    weir_json(job, "socket://localhost", &number_schema);
    assert_mistake(job, "'socket://localhost' is no socket://host:port");
}

static void test_how_files_are_written_is_checked(void **state)
{
    static const struct weir_files bad[] = {
        {.format = (enum weir_format)7}, {.roll_bytes = -1}, {.roll_every_ms = -1}};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct weir_job *job = new_job();

        weir_files(weir_csv(job, "x", &number_schema), "out", bad[i]);
        assert_mistake(job, "file sink 'out': its format is WEIR_CSV, WEIR_JSON or WEIR_RAW");
    }
}

static uint64_t hash_of(struct weir_job *job)
{
    uint64_t hash;

    assert_non_null(job_seal(job));
    hash = dataflow_hash(job->dataflow);
    job_free(job);
    return hash;
}

static uint64_t hash_of_files(struct weir_files files)
{
    struct weir_job *job = new_job();

    weir_files(weir_csv(job, "x", &number_schema), "out", files);
    return hash_of(job);
}

static uint64_t hash_of_generator(struct weir_datagen g)
{
    struct weir_job *job = new_job();

    weir_datagen(job, &number_schema, &g);
    return hash_of(job);
}

static void test_all_that_is_said_is_part_of_the_hash(void **state)
{
    uint64_t files = hash_of_files((struct weir_files){0});
    uint64_t generator = hash_of_generator((struct weir_datagen){0});
    struct weir_job *csv = new_job(), *json = new_job();

    assert_true(hash_of_files((struct weir_files){.format = WEIR_JSON}) != files);
    assert_true(hash_of_files((struct weir_files){.roll_bytes = 1}) != files);
    assert_true(hash_of_files((struct weir_files){.roll_every_ms = 1}) != files);
    assert_true(hash_of_generator((struct weir_datagen){.seed = 1}) != generator);
    assert_true(hash_of_generator((struct weir_datagen){.number_of_rows = 1}) != generator);
    assert_true(hash_of_generator((struct weir_datagen){.rows_per_second = -1}) != generator);
    assert_true(hash_of_generator((struct weir_datagen){.rows_per_second = 10000}) == generator);
    assert_true(hash_of_generator((struct weir_datagen){
                    .field = {{.column = "n", .min = 1, .max = 2}}}) != generator);
    assert_true(hash_of_generator((struct weir_datagen){
                    .field = {{.column = "n", .null_rate = 0.5}}}) != generator);
    weir_csv(csv, "x", &number_schema);
    weir_json(json, "x", &number_schema);
    assert_true(hash_of(csv) != hash_of(json));
}

static const struct node *node_named(const struct weir_job *job, const char *uid)
{
    for (uint32_t i = 0; i < job->dataflow->nodes; i++)
        if (strcmp(job->dataflow->node[i].uid, uid) == 0)
            return &job->dataflow->node[i];
    return NULL;
}

static void test_dead_letters_stand_behind_sources_of_lines(void **state)
{
    static const struct number rows[1] = {{.n = 1}};
    struct weir_job *job = new_job();

    weir_parallelism(weir_uid(weir_csv(job, "x", &number_schema), "in"), 3);
    weir_rows(job, rows, 1, &number_schema);
    weir_json(job, "socket://localhost:1", &number_schema);
    weir_option(job, "weir.source.bad-rows", "dead-letter");
    assert_non_null(job_seal(job));
    assert_int_equal(job->dataflow->nodes, 5);
    assert_int_equal(node_named(job, "dead-letter-3")->parallelism, 3); /* chained to its source */
    assert_int_equal(node_named(job, "dead-letter-4")->parallelism, 1);
    assert_int_equal(job->dataflow->edge[0].tag, TAG_BAD);
    assert_int_equal(job->dataflow->edge[0].ship, SHIP_FORWARD);
    job_free(job);
}

static void test_a_socket_has_one_subtask(void **state)
{
    struct weir_job *job = new_job();

    weir_option(job, "parallelism.default", "4");
    weir_file_sink(weir_lines(job, "socket://localhost:1", &line_schema), "out");
    assert_non_null(job_seal(job));
    assert_int_equal(job->dataflow->node[0].parallelism, 1);
    assert_int_equal(job->dataflow->node[1].parallelism, 4);
    assert_int_equal(job->dataflow->edge[0].ship, SHIP_REBALANCE);
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_lines_want_one_text),
        cmocka_unit_test(test_an_address_is_checked_when_the_graph_is_built),
        cmocka_unit_test(test_how_files_are_written_is_checked),
        cmocka_unit_test(test_all_that_is_said_is_part_of_the_hash),
        cmocka_unit_test(test_dead_letters_stand_behind_sources_of_lines),
        cmocka_unit_test(test_a_socket_has_one_subtask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
