/* Programs become chains as in flink-semantics 8.2, and mistakes are said with file, line and what
 * to do. */
#include "api/job.h"
#include "connectors/file_sink.h"
#include "tests/check.h"
#include "tests/api/mistakes.h"

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

static void add_value(struct weir_ctx *c, void *acc, const void *value)
{
    (void)c;
    (void)acc;
    (void)value;
}

static void on_timer(struct weir_ctx *c, int64_t event_ms)
{
    (void)c;
    (void)event_ms;
}

static const struct weir_aggregate fn = {&num_schema, add, result, NULL, 0, NULL};

static void test_forward_edges_of_equal_parallelism_are_chained(void **state)
{
    struct weir_job *job = mistakes_new_job();
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
    struct weir_job *job = mistakes_new_job();
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

static struct weir_stream *rows_of(struct weir_job *job)
{
    return weir_csv(job, "a.csv", &row_schema);
}

static uint32_t first(struct weir_text text, int64_t number, uint32_t channels)
{
    (void)text;
    (void)number;
    (void)channels;
    return 0;
}

static void test_each_way_of_shipping_breaks_a_chain_and_a_key_behind_it_wins(void **state)
{
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *s = rows_of(job);
    struct job_graph *g;

    weir_print(weir_rescale(s), "out");
    weir_print(weir_shuffle(s), "out");
    weir_print(weir_global(s), "out");
    weir_print(weir_broadcast(s), "out");
    weir_print(weir_partition_custom(s, "n", first), "out");
    weir_print(weir_key_by(weir_partition_custom(s, "n", first), "name"), "out");
    weir_print(weir_forward(weir_broadcast(s)), "out");
    g = job_seal(job);
    assert_int_equal(g->vertices, 7);
    assert_int_equal(g->edges, 6);
    assert_int_equal(g->edge[0].ship, SHIP_RESCALE);
    assert_int_equal(g->edge[1].ship, SHIP_SHUFFLE);
    assert_int_equal(g->edge[2].ship, SHIP_GLOBAL);
    assert_int_equal(g->edge[3].ship, SHIP_BROADCAST);
    assert_int_equal(g->edge[4].ship, SHIP_CUSTOM);
    assert_int_equal(g->edge[4].key_column, 1);
    assert_ptr_equal(g->edge[4].partition, first);
    assert_int_equal(g->edge[5].ship, SHIP_HASH);
    assert_int_equal(g->edge[5].key_column, 0);
    job_free(job);
    (void)state;
}

static void test_a_rescaled_edge_has_few_channels(void **state)
{
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *s = weir_parallelism(rows_of(job), 2000);

    weir_parallelism(weir_print(weir_rescale(s), "out"), 1000); /* all to all: 2000 an input */
    assert_non_null(job_seal(job));
    job_free(job);
    (void)state;
}

static void test_a_union_is_one_input_of_several_edges(void **state)
{
    struct weir_job *job = mistakes_new_job();
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
        struct weir_job *job = mistakes_new_job();

        weir_constants(weir_filter(weir_csv(job, "a.csv", &row_schema), keep), &i, sizeof i);
        hash[i] = job_seal(job)->hash;
        job_free(job);
    }
    assert_true(hash[0] != hash[1]);
    (void)state;
}

/* ---- mistakes: each its own small program, and what must be said ---- */

static struct weir_stream *keyed(struct weir_job *job)
{
    return weir_key_by(rows_of(job), "n");
}

static void unknown_key(struct weir_job *job)
{
    weir_key_by(rows_of(job), "nam");
}

static void key_of_another_world(struct weir_job *job)
{
    weir_key_by(rows_of(job), "elephants");
}

static void unknown_time(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){.column = "aat"});
}

static void time_without_column(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){0});
}

static void time_of_text(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){.column = "name"});
}

static void negative_delay(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){.column = "at", .out_of_order_ms = -1});
}

static void idle_without_probes(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){.column = "at", .idle_ms = 5});
}

static int64_t promise(const struct weir_row *row)
{
    return row->event_ms;
}

static void delay_of_a_punctuated(struct weir_job *job)
{
    weir_watermarks(rows_of(job), (struct weir_time){
                                      .column = "at", .out_of_order_ms = 5, .punctuated = promise});
}

static void window_without_key(struct weir_job *job)
{
    weir_windowed(rows_of(job), (struct weir_window){.size_ms = 5}, &fn, &num_schema);
}

static void window_of_no_size(struct weir_job *job)
{
    weir_windowed(keyed(job), (struct weir_window){0}, &fn, &num_schema);
}

static void window_of_negative_size(struct weir_job *job)
{
    weir_windowed(keyed(job), (struct weir_window){.size_ms = -5}, &fn, &num_schema);
}

static void window_offset_beyond_size(struct weir_job *job)
{
    weir_windowed(keyed(job), (struct weir_window){.size_ms = 5, .offset_ms = 5}, &fn, &num_schema);
}

static void negative_lateness(struct weir_job *job)
{
    weir_windowed(keyed(job), (struct weir_window){.size_ms = 5, .allowed_lateness_ms = -1}, &fn,
                  &num_schema);
}

static void aggregate_without_result(struct weir_job *job)
{
    static const struct weir_aggregate half = {&num_schema, add, NULL, NULL, 0, NULL};

    weir_windowed(keyed(job), (struct weir_window){.size_ms = 5}, &half, &num_schema);
}

static void filter_without_function(struct weir_job *job)
{
    weir_filter(rows_of(job), NULL);
}

static void rows_with_text(struct weir_job *job)
{
    weir_rows(job, NULL, 0, &row_schema);
}

static void union_of_two_types(struct weir_job *job)
{
    weir_union(rows_of(job), weir_map(rows_of(job), pass, &num_schema));
}

static void union_behind_a_key(struct weir_job *job)
{
    weir_union(keyed(job), rows_of(job));
}

static void union_of_too_many(struct weir_job *job)
{
    struct weir_stream *s = rows_of(job);

    for (int i = 0; i < 20; i++)
        s = weir_union(s, rows_of(job));
}

static void side_of_a_union(struct weir_job *job)
{
    weir_side(weir_union(rows_of(job), rows_of(job)), 0, &num_schema);
}

static void side_tag_beyond(struct weir_job *job)
{
    weir_side(rows_of(job), WEIR_TAGS, &num_schema);
}

static void uid_twice(struct weir_job *job)
{
    weir_uid(rows_of(job), "x");
    weir_uid(rows_of(job), "x");
}

static void forward_to_more(struct weir_job *job)
{
    weir_parallelism(weir_filter(weir_forward(rows_of(job)), keep), 5);
}

static void rebalance_of_a_key(struct weir_job *job)
{
    weir_rebalance(keyed(job));
}

static void rescale_of_a_key(struct weir_job *job)
{
    weir_rescale(keyed(job));
}

static void shuffle_of_a_key(struct weir_job *job)
{
    weir_shuffle(keyed(job));
}

static void global_of_a_key(struct weir_job *job)
{
    weir_global(keyed(job));
}

static void broadcast_of_a_key(struct weir_job *job)
{
    weir_broadcast(keyed(job));
}

static void partition_of_a_key(struct weir_job *job)
{
    weir_partition_custom(keyed(job), "n", first);
}

static void partition_by_a_misspelt_column(struct weir_job *job)
{
    weir_partition_custom(rows_of(job), "nam", first);
}

static void partition_by_no_column(struct weir_job *job)
{
    weir_partition_custom(rows_of(job), NULL, first);
}

static void partition_without_function(struct weir_job *job)
{
    weir_partition_custom(rows_of(job), "n", NULL);
}

static void on_checkpoint(struct weir_ctx *c, uint32_t checkpoint)
{
    (void)c;
    (void)checkpoint;
}

static void sink_without_function(struct weir_job *job)
{
    weir_sink(rows_of(job), &(struct weir_sink){0});
}

static void sink_of_the_second_phase_alone(struct weir_job *job)
{
    weir_sink(rows_of(job), &(struct weir_sink){.on_row = pass, .on_complete = on_checkpoint});
}

static void sink_that_forgets_what_it_owes(struct weir_job *job)
{
    weir_sink(rows_of(job), &(struct weir_sink){.on_row = pass,
                                                .on_checkpoint = on_checkpoint,
                                                .on_complete = on_checkpoint});
}

static void sink_with_state_of_no_key(struct weir_job *job)
{
    weir_sink(rows_of(job),
              &(struct weir_sink){.state = {{.name = "a", .kind = WEIR_VALUE, .type = &num_schema}},
                                  .on_row = pass});
}

static uint32_t no_splits(struct weir_ctx *c)
{
    (void)c;
    return 0;
}

static enum weir_next at_end(struct weir_ctx *c, uint32_t split, void *position, void *row)
{
    (void)c;
    (void)split;
    (void)position;
    (void)row;
    return WEIR_NEXT_END;
}

static void source_without_functions(struct weir_job *job)
{
    weir_source(job, &(struct weir_source){.position = &num_schema, .next = at_end}, &num_schema);
}

static void source_without_position(struct weir_job *job)
{
    weir_source(job, &(struct weir_source){.splits = no_splits, .next = at_end}, &num_schema);
}

static void source_with_a_text_for_a_position(struct weir_job *job)
{
    weir_source(job,
                &(struct weir_source){.splits = no_splits, .next = at_end, .position = &row_schema},
                &num_schema);
}

static void source_that_waits_backwards(struct weir_job *job)
{
    weir_source(job,
                &(struct weir_source){
                    .splits = no_splits, .next = at_end, .position = &num_schema, .wait_ms = -1},
                &num_schema);
}

static void endless_source_in_batch(struct weir_job *job)
{
    weir_option(job, "execution.runtime-mode", "BATCH");
    weir_source(
        job,
        &(struct weir_source){
            .splits = no_splits, .next = at_end, .position = &num_schema, .is_unbounded = true},
        &num_schema);
}

static void parallelism_of_nothing(struct weir_job *job)
{
    weir_parallelism(rows_of(job), 0);
}

static void sink_outside(struct weir_job *job)
{
    weir_file_sink(rows_of(job), "../home");
}

static void state_without_key(struct weir_job *job)
{
    weir_processed(
        rows_of(job),
        &(struct weir_process){.state = {{.name = "a", .kind = WEIR_VALUE, .type = &num_schema}}},
        &num_schema);
}

static void timer_without_key(struct weir_job *job)
{
    weir_processed(rows_of(job), &(struct weir_process){.on_timer = on_timer}, &num_schema);
}

static void rolling_without_key(struct weir_job *job)
{
    weir_rolled(rows_of(job), &(struct weir_rolling){.kind = WEIR_SUM, .column = "n"});
}

static void rolling_of_a_misspelt_column(struct weir_job *job)
{
    weir_rolled(keyed(job), &(struct weir_rolling){.kind = WEIR_SUM, .column = "nn"});
}

static void rolling_of_no_column(struct weir_job *job)
{
    weir_rolled(keyed(job), &(struct weir_rolling){.kind = WEIR_MAX_BY});
}

static void sum_of_texts(struct weir_job *job)
{
    weir_rolled(keyed(job), &(struct weir_rolling){.kind = WEIR_SUM, .column = "name"});
}

static void sum_of_times(struct weir_job *job)
{
    weir_rolled(keyed(job), &(struct weir_rolling){.kind = WEIR_SUM, .column = "at"});
}

static void reduce_without_function(struct weir_job *job)
{
    weir_rolled(keyed(job), &(struct weir_rolling){.kind = WEIR_REDUCE});
}

static void reducing_state_without_reduce(struct weir_job *job)
{
    weir_processed(keyed(job),
                   &(struct weir_process){
                       .state = {{.name = "a", .kind = WEIR_REDUCING, .type = &num_schema}}},
                   &num_schema);
}

static void max_parallelism_of_zero(struct weir_job *job)
{
    weir_max_parallelism(rows_of(job), 0);
}

static void max_parallelism_that_is_too_small(struct weir_job *job)
{
    weir_max_parallelism(weir_parallelism(rows_of(job), 3), 2);
}

static void slot_group_without_name(struct weir_job *job)
{
    weir_slot_group(rows_of(job), "");
}

static void one_state(struct weir_job *job, struct weir_state one)
{
    one.name = "a";
    one.type = &num_schema;
    weir_processed(keyed(job), &(struct weir_process){.state = {one}}, &num_schema);
}

static void aggregating_state_without_result(struct weir_job *job)
{
    one_state(job, (struct weir_state){.kind = WEIR_AGGREGATING, .add = add_value});
}

static void operator_state_that_expires(struct weir_job *job)
{
    one_state(job, (struct weir_state){.kind = WEIR_OPERATOR_LIST, .ttl = {.ms = 1}});
}

static void negative_ttl(struct weir_job *job)
{
    one_state(job, (struct weir_state){.ttl = {.ms = -1}});
}

static void ttl_without_time(struct weir_job *job)
{
    one_state(job, (struct weir_state){.ttl = {.renew_on_read = true}});
}

static void ttl_of_negative_keys(struct weir_job *job)
{
    one_state(job, (struct weir_state){.ttl = {.ms = 1, .clean_keys = -2}});
}

static void state_twice(struct weir_job *job)
{
    weir_processed(
        keyed(job),
        &(struct weir_process){.state = {{.name = "a", .kind = WEIR_VALUE, .type = &num_schema},
                                         {.name = "a", .kind = WEIR_LIST, .type = &num_schema}}},
        &num_schema);
}

static void state_behind_a_gap(struct weir_job *job)
{
    weir_processed(keyed(job),
                   &(struct weir_process){
                       .state = {[1] = {.name = "a", .kind = WEIR_VALUE, .type = &num_schema}}},
                   &num_schema);
}

static void map_state_without_key(struct weir_job *job)
{
    weir_processed(
        keyed(job),
        &(struct weir_process){.state = {{.name = "a", .kind = WEIR_MAP, .type = &num_schema}}},
        &num_schema);
}

static void struct_of_another_size(struct weir_job *job)
{
    static const struct weir_column c[] = {{"n", WEIR_BIGINT}};
    static const struct weir_schema s = {"odd", 1, 24, c};

    weir_csv(job, "a.csv", &s);
}

static void two_columns_of_one_name(struct weir_job *job)
{
    static const struct weir_column c[] = {{"n", WEIR_BIGINT}, {"n", WEIR_INT}};
    static const struct weir_schema s = {"twins", 2, 24, c};

    weir_csv(job, "a.csv", &s);
}

static void too_many_operators(struct weir_job *job)
{
    struct weir_stream *s = rows_of(job);

    for (int i = 0; i < DATAFLOW_NODES_MAX; i++)
        s = weir_filter(s, keep);
}

static const struct mistake mistakes[] = {
    {unknown_key, "row type 'row' has no column 'nam': did you mean 'name'?"},
    {key_of_another_world, "has no column 'elephants'"},
    {unknown_time, "has no column 'aat': did you mean 'at'?"},
    {time_without_column, "has no column ''"},
    {time_of_text, "column 'name' is a STRING; a timestamp is a TIMESTAMP or a BIGINT"},
    {delay_of_a_punctuated, "leave them, or punctuated, out"},
    {negative_delay, "out_of_order_ms, idle_ms and every_ms must not be negative"},
    {idle_without_probes, "set every_ms"},
    {window_without_key, "a window needs a keyed stream: use weir_key_by()"},
    {window_of_no_size, "size_ms is 0"},
    {window_of_negative_size, "size_ms is -5"},
    {window_offset_beyond_size, "offset_ms must be smaller than its size"},
    {negative_lateness, "allowed_lateness_ms must not be negative"},
    {aggregate_without_result, "add and result: give it a function"},
    {filter_without_function, "weir_filter(): give it a function"},
    {rows_with_text, "without STRING columns"},
    {union_of_two_types, "the row types must be the same"},
    {union_behind_a_key, "union before weir_key_by()"},
    {union_of_too_many, "a union of more than 16 streams"},
    {side_of_a_union, "take them before weir_union()"},
    {side_tag_beyond, "side output 4: tags are 0 to 3"},
    {uid_twice, "uid 'x' is already that of 'csv'"},
    {forward_to_more, "forward from 'csv' (parallelism 2) to 'filter' (5)"},
    {rebalance_of_a_key, "a keyed stream is shipped by its key"},
    {rescale_of_a_key, "a keyed stream is shipped by its key"},
    {shuffle_of_a_key, "a keyed stream is shipped by its key"},
    {global_of_a_key, "a keyed stream is shipped by its key"},
    {broadcast_of_a_key, "a keyed stream is shipped by its key"},
    {partition_of_a_key, "a keyed stream is shipped by its key"},
    {partition_by_a_misspelt_column, "row type 'row' has no column 'nam': did you mean 'name'?"},
    {partition_by_no_column, "row type 'row' has no column ''"},
    {partition_without_function, "weir_partition_custom(): give it a function"},
    {sink_without_function, "weir_sink(): on_row: give it a function"},
    {sink_of_the_second_phase_alone, "give it both, or none"},
    {sink_that_forgets_what_it_owes, "declare a state, and an on_restore that commits it"},
    {sink_with_state_of_no_key, "state 'a' needs a keyed stream"},
    {source_without_functions, "weir_source(): splits and next: give it a function"},
    {source_without_position, "would read them from their beginning"},
    {source_with_a_text_for_a_position, "a position has no STRING columns, unlike 'row'"},
    {source_that_waits_backwards, "weir_source(): wait_ms is -1; it must not be negative"},
    {endless_source_in_batch, "'source' never ends, so the job cannot run with"},
    {parallelism_of_nothing, "parallelism 0: use 1 or more"},
    {sink_outside, "give a relative directory, short, without '..'"},
    {state_without_key, "state 'a' needs a keyed stream"},
    {timer_without_key, "timers need a keyed stream"},
    {rolling_without_key, "a rolling aggregate needs a keyed stream"},
    {rolling_of_a_misspelt_column, "no column 'nn': did you mean 'n'?"},
    {rolling_of_no_column, "no column ''"},
    {sum_of_texts, "column 'name' is a STRING: WEIR_SUM takes INT, BIGINT or DOUBLE"},
    {sum_of_times, "column 'at' is a TIMESTAMP: WEIR_SUM takes INT, BIGINT or DOUBLE"},
    {reduce_without_function, "WEIR_REDUCE: give it a function"},
    {reducing_state_without_reduce, "state 'a': a reducing state, and no other, has a reduce"},
    {aggregating_state_without_result,
     "state 'a': an aggregating state, and no other, has an add and a result"},
    {max_parallelism_of_zero, "max parallelism 0: use 1 to 32768"},
    {max_parallelism_that_is_too_small,
     "parallelism 3 is not possible with a max parallelism of 2"},
    {slot_group_without_name, "a slot group without a name"},
    {operator_state_that_expires, "state 'a': operator state lives for ever"},
    {negative_ttl, "state 'a': a time-to-live of -1 ms; it must be positive"},
    {ttl_without_time, "state 'a': what becomes of expired entries is said, but not when they "
                       "expire: set ttl.ms"},
    {ttl_of_negative_keys, "state 'a': ttl.clean_keys is -1 (none), 0 (as usual) or more"},
    {state_twice, "state 'a' is declared twice"},
    {state_behind_a_gap, "state 'a' is number 1, but there is no number 0"},
    {map_state_without_key, "and a key if it is a map"},
    {struct_of_another_size, "was not made by WEIR_ROW"},
    {two_columns_of_one_name, "row type 'twins' has two columns 'n'"},
    {too_many_operators, "more than"},
};

static void test_each_mistake_is_said_with_its_line(void **state)
{
    mistakes_are_said(mistakes, sizeof mistakes / sizeof mistakes[0], __FILE__);
    (void)state;
}

/* Any two mistakes, one after the other in one program: the first is reported, nothing crashes. */
static void test_the_first_mistake_sticks(void **state)
{
    static wrong_program *const sealed[] = {uid_twice, forward_to_more,
                                            max_parallelism_that_is_too_small,
                                            endless_source_in_batch, NULL};

    mistakes_stick(mistakes, sizeof mistakes / sizeof mistakes[0], sealed);
    (void)state;
}

static void test_a_wrong_option_in_the_program_sticks_too(void **state)
{
    struct weir_job *job = mistakes_new_job();

    weir_option(job, "paralelism.default", "2");
    weir_print(rows_of(job), "out");
    assert_null(job_seal(job));
    assert_non_null(strstr(job->mistake.text, "did you mean 'parallelism.default'"));
    job_free(job);
    (void)state;
}

/* ---- the hash ---- */

static void merge(struct weir_ctx *c, void *acc, const void *other)
{
    (void)c;
    (void)acc;
    (void)other;
}

static uint64_t hash_of_window(struct weir_window w)
{
    static const struct weir_aggregate merging = {&num_schema, add, result, NULL, 0, merge};
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *late;
    uint64_t hash;

    if (w.late)
        w.late = &late;
    weir_print(weir_windowed(keyed(job), w, &merging, &num_schema), "out");
    hash = job_seal(job)->hash;
    job_free(job);
    return hash;
}

static void test_each_number_of_a_window_is_part_of_the_hash(void **state)
{
    struct weir_stream *any;
    const struct weir_window w[] = {
        {.size_ms = 60000},
        {.size_ms = 60001},
        {.size_ms = 60000, .offset_ms = 1},
        {.size_ms = 60000, .allowed_lateness_ms = 1},
        {.size_ms = 60000, .late = &any},
        {.size_ms = 60000, .slide_ms = 1000},
        {.size_ms = 60000, .step_ms = 1000},
        {.gap_ms = 60000},
        {.size_ms = 60000, .processing_time = true},
        {.size_ms = 60000, .trigger = {.kind = WEIR_TRIGGER_COUNT, .count = 3}},
        {.size_ms = 60000, .trigger = {.kind = WEIR_TRIGGER_COUNT, .count = 4}},
        {.size_ms = 60000, .evictor = {.kind = WEIR_EVICT_COUNT, .count = 3}},
        {.size_ms = 60000, .evictor = {.kind = WEIR_EVICT_COUNT, .count = 3, .after = true}},
    };

    for (int i = 0; i < 13; i++)
        for (int j = 0; j < 13; j++)
            assert_true((hash_of_window(w[i]) == hash_of_window(w[j])) == (i == j));
    (void)state;
}

static void says(struct weir_job *job, const char *words)
{
    assert_null(job_seal(job));
    if (!strstr(job->mistake.text, words) || !strstr(job->mistake.text, "test_stream.c:"))
        fail_msg("says '%s', not '%s'", job->mistake.text, words);
    job_free(job);
}

static void test_file_sinks_have_directories_of_their_own_inside_the_output(void **state)
{
    static const char *const unsound[] = {"",     "/abs", "a/../b",  "..",        "out/",
                                          "a//b", "./a",  ".hidden", "a/.pending"};
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *s = weir_csv(job, "a.csv", &row_schema);

    weir_file_sink(s, "out");
    weir_file_sink(weir_filter(s, keep), "out");
    says(job, "file sink 'out' is already that of");
    for (size_t i = 0; i < sizeof unsound / sizeof unsound[0]; i++) {
        job = mistakes_new_job();
        weir_file_sink(weir_csv(job, "a.csv", &row_schema), unsound[i]);
        says(job, "give a relative directory");
    }
    (void)state;
}

static void test_two_prints_may_have_one_label_and_any_label(void **state)
{
    struct weir_job *job = mistakes_new_job();
    struct weir_stream *s = weir_csv(job, "a.csv", &row_schema);

    weir_print(s, "../out");
    weir_print(weir_filter(s, keep), "../out");
    assert_non_null(job_seal(job));
    assert_string_not_equal(
        ((const struct file_sink_config *)job->dataflow->node[1].config)->directory,
        ((const struct file_sink_config *)job->dataflow->node[3].config)->directory);
    job_free(job);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward_edges_of_equal_parallelism_are_chained),
        cmocka_unit_test(test_key_by_rebalance_and_strategies_break_chains),
        cmocka_unit_test(test_each_way_of_shipping_breaks_a_chain_and_a_key_behind_it_wins),
        cmocka_unit_test(test_a_rescaled_edge_has_few_channels),
        cmocka_unit_test(test_a_union_is_one_input_of_several_edges),
        cmocka_unit_test(test_constants_are_part_of_the_graphs_hash),
        cmocka_unit_test(test_file_sinks_have_directories_of_their_own_inside_the_output),
        cmocka_unit_test(test_two_prints_may_have_one_label_and_any_label),
        cmocka_unit_test(test_each_mistake_is_said_with_its_line),
        cmocka_unit_test(test_the_first_mistake_sticks),
        cmocka_unit_test(test_a_wrong_option_in_the_program_sticks_too),
        cmocka_unit_test(test_each_number_of_a_window_is_part_of_the_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
