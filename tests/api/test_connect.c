/* Programs of two streams: what becomes of them, and each mistake with file, line and what to do. */
#include <string.h>

#include "api/job.h"
#include "tests/check.h"
#include "tests/api/mistakes.h"

#define ROW(C) C(STRING, name) C(BIGINT, n) C(INT, i)
#define OTHER(C) C(BIGINT, m) C(STRING, title)
WEIR_ROW(row, ROW)
WEIR_ROW(other, OTHER)

static void on_pair(struct weir_ctx *c, const struct weir_row *first, const struct weir_row *second)
{
    (void)c;
    (void)first;
    (void)second;
}

static void on_group(struct weir_ctx *c, struct weir_rows *first, struct weir_rows *second,
                     int64_t start_ms, int64_t end_ms)
{
    (void)c;
    (void)first;
    (void)second;
    (void)(start_ms - end_ms);
}

static void on_timer(struct weir_ctx *c, int64_t ms)
{
    (void)c;
    (void)ms;
}

static int64_t gap_of(const struct weir_row *r)
{
    return row_of(r).n;
}

static double delta(const struct weir_row *a, const struct weir_row *b)
{
    return (double)(row_of(a).n - row_of(b).n);
}

static const struct weir_join join = {on_pair, NULL, 0};
static const struct weir_co_group group = {on_group, NULL, 0};

static struct weir_stream *rows(struct weir_job *job)
{
    return weir_csv(job, "a.csv", &row_schema);
}
static struct weir_stream *others(struct weir_job *job)
{
    return weir_csv(job, "b.csv", &other_schema);
}
static struct weir_stream *keyed(struct weir_job *job)
{
    return weir_key_by(rows(job), "n");
}
static struct weir_stream *keyed_others(struct weir_job *job)
{
    return weir_key_by(others(job), "m");
}

/* ---- what becomes of them ---- */

static void test_two_inputs_begin_a_chain_and_each_edge_knows_its_own(void **state)
{
    const struct weir_co_process fn = {.on_row_1 = NULL};
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *united = weir_union(rows(job), rows(job));
    struct job_graph *g;

    weir_print(weir_co_processed(united, others(job), &fn, &row_schema), "out");
    g = job_seal(job);
    assert_int_equal(g->vertices, 4);
    assert_string_equal(g->vertex[3].name,
                        "co_process -> print"); /* forward, and yet not chained */
    assert_int_equal(g->vertex[3].in_edges, 3);
    for (uint32_t i = 0; i < 3; i++) {
        const struct job_edge *e = &g->edge[g->vertex[3].in_edge[i]];

        assert_int_equal(e->ship, SHIP_FORWARD);
        assert_int_equal(e->second, i == 2);
    }
    job_free(job);
    (void)state;
}

static void test_both_inputs_go_by_their_own_key(void **state)
{
    struct weir_job *job = mistakes_new_job();
    struct job_graph *g;

    weir_print(weir_interval_joined(keyed(job), keyed_others(job), (struct weir_interval){0}, &join,
                                    &row_schema),
               "out");
    g = job_seal(job);
    assert_int_equal(g->edge[0].ship, SHIP_HASH);
    assert_int_equal(g->edge[0].key_column, 1);
    assert_int_equal(g->edge[1].ship, SHIP_HASH);
    assert_int_equal(g->edge[1].key_column, 0);
    job_free(job);
    (void)state;
}

static void test_a_broadcast_stream_goes_to_all(void **state)
{
    const struct weir_broadcast fn = {.on_timer = NULL};
    struct weir_job *job = mistakes_new_job();
    struct job_graph *g;

    weir_print(weir_broadcasted(rows(job), others(job), &fn, &row_schema), "out");
    g = job_seal(job);
    assert_int_equal(g->edge[0].ship, SHIP_FORWARD);
    assert_int_equal(g->edge[1].ship, SHIP_BROADCAST);
    job_free(job);
    (void)state;
}

/* The tags are chained to what is before them and take its parallelism; the window is one input. */
static void test_a_window_of_two_streams_is_a_union_of_tagged_rows(void **state)
{
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *many = weir_parallelism(rows(job), 3);
    struct job_graph *g;

    weir_print(
        weir_parallelism(
            weir_uid(weir_window_joined(weir_key_by(many, "n"), keyed_others(job),
                                        (struct weir_window){.size_ms = 10}, &join, &row_schema),
                     "pairs"),
            4),
        "out");
    g = job_seal(job);
    assert_string_equal(g->vertex[0].name, "csv -> first");
    assert_int_equal(g->vertex[0].parallelism, 3);
    assert_string_equal(g->vertex[1].name, "csv -> second");
    assert_string_equal(g->vertex[2].node[0]->name, "window_join");
    assert_string_equal(g->vertex[2].uid, "pairs");
    assert_int_equal(g->vertex[2].parallelism, 4);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(g->edge[i].ship, SHIP_HASH);
        assert_false(g->edge[i].second);
    }
    job_free(job);
    (void)state;
}

static uint64_t hash_of(struct weir_interval i)
{
    struct weir_job *job = mistakes_new_job();
    uint64_t hash;

    weir_print(weir_interval_joined(keyed(job), keyed_others(job), i, &join, &row_schema), "out");
    hash = job_seal(job)->hash;
    job_free(job);
    return hash;
}

static void test_an_interval_is_part_of_the_hash(void **state)
{
    struct weir_stream *late;
    const struct weir_interval i[] = {{.upper_ms = 9},
                                      {.upper_ms = 8},
                                      {.upper_ms = 9, .lower_ms = 1},
                                      {.upper_ms = 9, .late_1 = &late},
                                      {.upper_ms = 9, .late_2 = &late}};

    for (int a = 0; a < 5; a++)
        for (int b = 0; b < 5; b++)
            assert_true((hash_of(i[a]) == hash_of(i[b])) == (a == b));
    assert_true(hash_of(i[1]) ==
                hash_of((struct weir_interval){.upper_ms = 9, .upper_exclusive = true}));
    (void)state;
}

/* ---- mistakes ---- */

static void co_process_of_two_jobs(struct weir_job *job)
{
    struct weir_job *another = mistakes_new_job();

    weir_co_processed(rows(job), rows(another), &(struct weir_co_process){.on_timer = NULL},
                      &row_schema);
    job_free(another);
}

static void co_process_state_without_keys(struct weir_job *job)
{
    weir_co_processed(rows(job), others(job),
                      &(struct weir_co_process){
                          .state = {{.name = "a", .kind = WEIR_VALUE, .type = &row_schema}}},
                      &row_schema);
}

static void co_process_timer_without_keys(struct weir_job *job)
{
    weir_co_processed(rows(job), others(job), &(struct weir_co_process){.on_timer = on_timer},
                      &row_schema);
}

static void co_process_with_one_key(struct weir_job *job)
{
    weir_co_processed(keyed(job), others(job), &(struct weir_co_process){.on_timer = NULL},
                      &row_schema);
}

static void co_process_of_keys_of_two_types(struct weir_job *job)
{
    weir_co_processed(weir_key_by(rows(job), "i"), keyed_others(job),
                      &(struct weir_co_process){.on_timer = NULL}, &row_schema);
}

static void co_process_state_twice(struct weir_job *job)
{
    const struct weir_state one = {.name = "a", .kind = WEIR_VALUE, .type = &row_schema};

    weir_co_processed(keyed(job), keyed_others(job), &(struct weir_co_process){.state = {one, one}},
                      &row_schema);
}

static void key_of_the_second_misspelt(struct weir_job *job)
{
    weir_interval_joined(keyed(job), weir_key_by(others(job), "titel"), (struct weir_interval){0},
                         &join, &row_schema);
}

static void interval_backwards(struct weir_job *job)
{
    weir_interval_joined(keyed(job), keyed_others(job), (struct weir_interval){.lower_ms = 1},
                         &join, &row_schema);
}

static void interval_of_nothing(struct weir_job *job)
{
    weir_interval_joined(
        keyed(job), keyed_others(job),
        (struct weir_interval){.lower_ms = 5, .upper_ms = 5, .lower_exclusive = true}, &join,
        &row_schema);
}

static void interval_without_function(struct weir_job *job)
{
    struct weir_stream *late;

    weir_interval_joined(keyed(job), keyed_others(job), (struct weir_interval){.late_1 = &late},
                         &(struct weir_join){.with = NULL}, &row_schema);
    weir_print(late, "late");
}

static void interval_without_keys(struct weir_job *job)
{
    weir_interval_joined(keyed(job), others(job), (struct weir_interval){0}, &join, &row_schema);
}

static void join_without_keys(struct weir_job *job)
{
    weir_window_joined(rows(job), keyed_others(job), (struct weir_window){.size_ms = 5}, &join,
                       &row_schema);
}

static void group_of_keys_of_two_types(struct weir_job *job)
{
    weir_co_grouped(weir_key_by(rows(job), "name"), keyed_others(job),
                    (struct weir_window){.size_ms = 5}, &group, &row_schema);
}

static void join_of_no_size(struct weir_job *job)
{
    weir_window_joined(keyed(job), keyed_others(job), (struct weir_window){0}, &join, &row_schema);
}

static void join_with_late_rows(struct weir_job *job)
{
    struct weir_stream *late;

    weir_window_joined(keyed(job), keyed_others(job),
                       (struct weir_window){.size_ms = 5, .late = &late}, &join, &row_schema);
    weir_print(late, "late");
}

static void join_by_gap_of(struct weir_job *job)
{
    weir_window_joined(keyed(job), keyed_others(job), (struct weir_window){.gap_of = gap_of}, &join,
                       &row_schema);
}

static void group_by_delta(struct weir_job *job)
{
    static const struct weir_trigger by_delta = {.kind = WEIR_TRIGGER_DELTA, .delta = delta};

    weir_co_grouped(
        keyed(job), keyed_others(job),
        (struct weir_window){.size_ms = 5,
                             .trigger = {.kind = WEIR_TRIGGER_PURGING, .inner = &by_delta}},
        &group, &row_schema);
}

static void group_without_function(struct weir_job *job)
{
    weir_co_grouped(keyed(job), keyed_others(job), (struct weir_window){.size_ms = 5},
                    &(struct weir_co_group){.with = NULL}, &row_schema);
}

static void broadcast_of_a_key(struct weir_job *job)
{
    weir_broadcasted(rows(job), keyed_others(job), &(struct weir_broadcast){.on_row = NULL},
                     &row_schema);
}

static void broadcast_timer_without_key(struct weir_job *job)
{
    weir_broadcasted(rows(job), others(job), &(struct weir_broadcast){.on_timer = on_timer},
                     &row_schema);
}

static void broadcast_state_without_key(struct weir_job *job)
{
    weir_broadcasted(
        rows(job), others(job),
        &(struct weir_broadcast){.state = {{.name = "a", .kind = WEIR_VALUE, .type = &row_schema}}},
        &row_schema);
}

static void broadcast_a_value(struct weir_job *job)
{
    weir_broadcasted(rows(job), others(job),
                     &(struct weir_broadcast){
                         .broadcast = {{.name = "a", .kind = WEIR_VALUE, .type = &row_schema}}},
                     &row_schema);
}

static void broadcast_a_map_without_key(struct weir_job *job)
{
    weir_broadcasted(rows(job), others(job),
                     &(struct weir_broadcast){
                         .broadcast = {{.name = "a", .kind = WEIR_MAP, .type = &row_schema}}},
                     &row_schema);
}

static void broadcast_that_expires(struct weir_job *job)
{
    weir_broadcasted(rows(job), others(job),
                     &(struct weir_broadcast){.broadcast = {{.name = "a",
                                                             .kind = WEIR_MAP,
                                                             .type = &row_schema,
                                                             .key = &other_schema,
                                                             .ttl = {.ms = 5}}}},
                     &row_schema);
}

static void broadcast_twice(struct weir_job *job)
{
    const struct weir_state one = {
        .name = "a", .kind = WEIR_MAP, .type = &row_schema, .key = &other_schema};

    weir_broadcasted(rows(job), others(job), &(struct weir_broadcast){.broadcast = {one, one}},
                     &row_schema);
}

static void uid_of_two_operators(struct weir_job *job)
{
    const struct weir_co_process fn = {.on_timer = NULL};

    weir_uid(weir_co_processed(weir_uid(rows(job), "x"), others(job), &fn, &row_schema), "x");
}

#define NEEDS "a co-process function with keys, state or timers needs two keyed streams, and the "
static const struct mistake mistakes[] = {
    {co_process_of_two_jobs, "the two streams are of two jobs"},
    {co_process_state_without_keys, NEEDS "first is not: use weir_key_by()"},
    {co_process_timer_without_keys, NEEDS "first is not"},
    {co_process_with_one_key, NEEDS "second is not"},
    {co_process_of_keys_of_two_types, "the first stream is keyed by INT 'i', the second by BIGINT "
                                      "'m': keys of two types never meet"},
    {co_process_state_twice, "state 'a' is declared twice"},
    {key_of_the_second_misspelt, "row type 'other' has no column 'titel': did you mean 'title'?"},
    {interval_backwards, "the interval's lower_ms 1 is greater than its upper_ms 0"},
    {interval_of_nothing, "no row can be in the interval: of 5 to 5 ms a bound is excluded"},
    {interval_without_function, "weir_interval_joined(): on_pair: give it a function"},
    {interval_without_keys, "an interval join needs two keyed streams, and the second is not"},
    {join_without_keys, "a window of two streams needs two keyed streams, and the first is not"},
    {group_of_keys_of_two_types, "keyed by STRING 'name', the second by BIGINT 'm'"},
    {join_of_no_size, "size_ms is 0"},
    {join_with_late_rows, "no one stream of late rows: they are counted; leave out `late`"},
    {join_by_gap_of, "look into rows, and here these are of two types"},
    {group_by_delta, "look into rows, and here these are of two types"},
    {group_without_function, "weir_co_grouped(): on_group: give it a function"},
    {broadcast_of_a_key, "the broadcast stream goes to every subtask: it cannot be keyed"},
    {broadcast_timer_without_key, "timers need a keyed stream"},
    {broadcast_state_without_key, "state 'a' needs a keyed stream"},
    {broadcast_a_value, "broadcast state 'a': it is a map, and has no time-to-live"},
    {broadcast_a_map_without_key, "state 'a': give it a type, and a key if it is a map"},
    {broadcast_that_expires, "broadcast state 'a': it is a map, and has no time-to-live"},
    {broadcast_twice, "state 'a' is declared twice"},
    {uid_of_two_operators, "uid 'x' is already that of 'csv'"},
};

static void test_each_mistake_is_said_with_its_line(void **state)
{
    mistakes_are_said(mistakes, sizeof mistakes / sizeof mistakes[0], __FILE__);
    (void)state;
}

/* Behind a mistake building goes on, whatever comes. */
static void test_any_mistake_may_follow_any_other(void **state)
{
    static wrong_program *const sealed[] = {uid_of_two_operators, NULL};

    mistakes_stick(mistakes, sizeof mistakes / sizeof mistakes[0], sealed);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_inputs_begin_a_chain_and_each_edge_knows_its_own),
        cmocka_unit_test(test_both_inputs_go_by_their_own_key),
        cmocka_unit_test(test_a_broadcast_stream_goes_to_all),
        cmocka_unit_test(test_a_window_of_two_streams_is_a_union_of_tagged_rows),
        cmocka_unit_test(test_an_interval_is_part_of_the_hash),
        cmocka_unit_test(test_each_mistake_is_said_with_its_line),
        cmocka_unit_test(test_any_mistake_may_follow_any_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
