/* What a user's function may do, and what it is told when it does something else: small jobs run in
 * the simulated cluster. */
#include "api/job.h"
#include "cli/run.h"
#include "sim/world.h"
#include "tests/check.h"

#include <string.h>

#define NUM(C) C(BIGINT, n)
#define PAIR(C) C(BIGINT, n) C(STRING, text)
WEIR_ROW(num, NUM)
#define MEAN(C) C(BIGINT, count) C(BIGINT, sum)
WEIR_ROW(pair, PAIR)
WEIR_ROW(mean, MEAN)

static const struct num four[] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}};
static const struct weir_here here = {"job.c", 1};

struct run_result {
    int64_t sum, count;
    char failure[DIAG_TEXT_MAX];
};

static void add(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    ((struct num *)acc)->n += num_of(row).n;
    (void)c;
}

static void finish(struct weir_ctx *c, const void *acc)
{
    struct run_result *r = *(struct run_result *const *)weir_with(c);

    r->sum += ((const struct num *)acc)->n;
    r->count++;
}

static struct weir_stream *numbers(struct weir_job *job)
{
    return weir_rows(job, four, 4, &num_schema);
}

static void run(struct weir_job *job, struct run_result *result)
{
    struct world_spec spec = {
        .graph = job_seal(job), .options = job->options, .find = classes_find, .seed = 1};
    struct world *w;

    if (spec.graph == NULL)
        fail_msg("%s", job->mistake.text);
    w = world_new(&spec, &(struct diag){0});
    while (world_step(w))
        ;
    snprintf(result->failure, sizeof result->failure, "%s", world_failure(w)->text);
    world_free(w);
    job_free(job);
}

/* Numbers through `s`, summed. */
static struct run_result sum_of(struct weir_job *job, struct weir_stream *s)
{
    struct run_result result = {0}, *to = &result;

    weir_folded(s, &(struct weir_fold){&num_schema, add, finish, &to, sizeof to});
    run(job, &result);
    return result;
}

static struct weir_job *new_job(void)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_option(job, "restart-strategy.type", "none");
    return job;
}

/* ---- constants ---- */

static void times_constant(struct weir_ctx *c, const struct weir_row *row)
{
    num_emit(c, (struct num){.n = num_of(row).n * *(const int64_t *)weir_with(c)});
}

static void test_constants_are_copied_when_the_graph_is_built(void **state)
{
    struct weir_job *job = new_job();
    int64_t factor = 10;
    struct weir_stream *s = weir_map(numbers(job), times_constant, &num_schema);

    weir_constants(s, &factor, sizeof factor);
    factor = 77;
    assert_int_equal(sum_of(job, s).sum, 100);
    (void)state;
}

static void copy(struct weir_ctx *c, const struct weir_row *row)
{
    num_emit(c, num_of(row));
}

static void twice(struct weir_ctx *c, const struct weir_row *row)
{
    copy(c, row);
    weir_forward_row(c, row);
}

static bool is_even(struct weir_ctx *c, const struct weir_row *row)
{
    (void)c;
    return num_of(row).n % 2 == 0;
}

static void test_filter_flat_map_union_and_rebalance_keep_every_row(void **state)
{
    struct weir_job *job = new_job();
    struct weir_stream *s = numbers(job);
    struct weir_stream *both = weir_union(weir_flat_map(s, twice, &num_schema),
                                          weir_filter(numbers(job), is_even));

    weir_option(job, "parallelism.default", "2");
    both = weir_parallelism(weir_map(weir_rebalance(both), copy, &num_schema), 3);
    assert_int_equal(sum_of(job, both).sum, 2 * 10 + 6);
    (void)state;
}

/* ---- slots ---- */

static void test_a_slot_group_has_workers_of_its_own(void **state)
{
    struct weir_job *job = new_job();
    struct weir_stream *s = weir_parallelism(weir_map(numbers(job), copy, &num_schema), 2);
    struct world_spec spec = {.options = job->options, .find = classes_find, .seed = 1};
    struct run_result result = {0}, *to = &result;
    struct world *w;

    weir_slot_group(s, "heavy"); /* two slots, and the numbers and the sum share a third */
    s = weir_slot_group(weir_map(s, copy, &num_schema), "default");
    weir_folded(s, &(struct weir_fold){&num_schema, add, finish, &to, sizeof to});
    spec.graph = job_seal(job);
    assert_non_null(spec.graph);
    w = world_new(&spec, &(struct diag){0});
    assert_int_equal(world_workers(w), 3);
    while (world_step(w))
        ;
    assert_int_equal(result.sum, 10);
    world_free(w);
    job_free(job);
    (void)state;
}

/* ---- aggregating state ---- */

static void with_x(struct weir_ctx *c, const struct weir_row *row)
{
    pair_emit(c, (struct pair){.n = num_of(row).n, .text = {"x", 1}});
}

static void add_to_mean(struct weir_ctx *c, void *acc, const void *value)
{
    struct mean *m = acc;

    (void)c;
    m->count++;
    m->sum += *(const int64_t *)value;
}

static void mean_so_far(struct weir_ctx *c, const void *acc, void *result)
{
    const struct mean *m = acc;

    (void)c;
    *(int64_t *)result = m->sum / m->count;
}

/* The mean so far; after a three it begins anew. */
static void say_mean(struct weir_ctx *c, const struct weir_row *row)
{
    int64_t n = pair_of(row).n, mean = 0;

    if (weir_aggregating_get(c, 0, &mean) != (n == 2 || n == 3))
        weir_fail(c, "a mean of nothing, or none of something");
    weir_aggregating_add(c, 0, &n);
    weir_aggregating_get(c, 0, &mean);
    num_emit(c, (struct num){.n = mean});
    if (n == 3)
        weir_clear(c, 0);
}

static void test_an_aggregating_state_keeps_an_accumulator_and_gives_a_result(void **state)
{
    static const struct weir_process fn = {.state = {{.name = "mean",
                                                      .kind = WEIR_AGGREGATING,
                                                      .type = &mean_schema,
                                                      .add = add_to_mean,
                                                      .result = mean_so_far}},
                                           .on_row = say_mean};
    struct weir_job *job = new_job();
    struct weir_stream *s = weir_key_by(weir_map(numbers(job), with_x, &pair_schema), "text");
    struct run_result r = sum_of(job, weir_processed(s, &fn, &num_schema));

    assert_string_equal(r.failure, "");
    assert_int_equal(r.sum, 1 + 3 / 2 + 6 / 3 + 4);
    (void)state;
}

/* ---- wrong uses ---- */

static void emit_pair(struct weir_ctx *c, const struct weir_row *row)
{
    pair_emit(c, (struct pair){.n = num_of(row).n, .text = {"x", 1}});
}

static void side_pair(struct weir_ctx *c, const struct weir_row *row)
{
    pair_emit_to(c, 1, (struct pair){.n = num_of(row).n, .text = {"x", 1}});
}

static void forward(struct weir_ctx *c, const struct weir_row *row)
{
    weir_forward_row(c, row);
}

static void side_beyond(struct weir_ctx *c, const struct weir_row *row)
{
    num_emit_to(c, WEIR_TAGS, num_of(row));
}

static void undeclared_state(struct weir_ctx *c, const struct weir_row *row)
{
    struct num n = num_of(row);

    num_put(c, 3, &n);
}

static void state_of_another_kind(struct weir_ctx *c, const struct weir_row *row)
{
    weir_list_add(c, 0, &(struct num){.n = num_of(row).n});
}

static void timer(struct weir_ctx *c, const struct weir_row *row)
{
    weir_timer_set(c, num_of(row).n);
}

static void fail_on_three(struct weir_ctx *c, const struct weir_row *row)
{
    if (num_of(row).n == 3)
        weir_fail(c, "three is %s", "too much");
    copy(c, row);
}

static void says(struct run_result r, const char *words)
{
    if (!strstr(r.failure, words))
        fail_msg("says '%s', not '%s'", r.failure, words);
}

static void map_says(weir_on_row *function, const struct weir_schema *out, const char *words)
{
    struct weir_job *job = new_job();
    struct weir_stream *s = weir_map(numbers(job), function, out);
    struct run_result result = {0};

    weir_print_at(here, weir_side(s, 1, &num_schema), "side");
    weir_print_at(here, s, "out");
    run(job, &result);
    says(result, words);
}

static void test_rows_of_another_type_are_refused_and_named(void **state)
{
    map_says(emit_pair, &num_schema,
             "map[0]: it emits a row of type 'pair', but its stream is of "
             "type 'num'");
    map_says(side_pair, &num_schema,
             "emits a row of type 'pair', but the side output is of type "
             "'num'");
    map_says(forward, &pair_schema, "emits a row of type 'num', but its stream is of type 'pair'");
    map_says(side_beyond, &num_schema, "side output 4: tags are 0 to 3");
    (void)state;
}

static void wall_timer(struct weir_ctx *c, const struct weir_row *row)
{
    (void)row;
    weir_processing_timer_set(c, weir_now_ms(c));
}

static void reducing_of_a_value(struct weir_ctx *c, const struct weir_row *row)
{
    struct num n = num_of(row);

    weir_reducing_add(c, 0, &n);
}

static void process_says(weir_on_row *function, bool keyed, const char *words)
{
    struct weir_job *job = new_job();
    struct weir_process fn = {.on_row = function};
    struct weir_stream *s = numbers(job);

    if (keyed) {
        fn.state[0] = (struct weir_state){.name = "a", .kind = WEIR_VALUE, .type = &num_schema};
        s = weir_key_by(s, "n");
    }
    says(sum_of(job, weir_processed(s, &fn, &num_schema)), words);
}

static void test_wrong_uses_of_state_and_timers_fail_with_what_to_do(void **state)
{
    process_says(undeclared_state, true, "state 3 is not declared");
    process_says(undeclared_state, false, "state 3 is not declared");
    process_says(state_of_another_kind, true, "state 0 is not declared as that kind");
    process_says(reducing_of_a_value, true, "state 0 is not declared as that kind");
    process_says(wall_timer, false, "timers exist on keyed streams only: use weir_key_by()");
    process_says(timer, false, "timers exist on keyed streams only: use weir_key_by()");
    (void)state;
}

static void no_result(struct weir_ctx *c, const void *acc, int64_t start_ms, int64_t end_ms)
{
    (void)c;
    (void)acc;
    (void)start_ms;
    (void)end_ms;
}

static void test_a_window_without_timestamps_says_where_they_come_from(void **state)
{
    static const struct weir_aggregate fn = {&num_schema, add, no_result, NULL, 0, NULL};
    struct weir_job *job = new_job();

    says(sum_of(job, weir_windowed(weir_key_by(numbers(job), "n"),
                                   (struct weir_window){.size_ms = 5}, &fn, &num_schema)),
         "put weir_watermarks() before the window");
    (void)state;
}

static void test_a_function_that_fails_is_told_with_its_words(void **state)
{
    struct weir_job *job = new_job();

    says(sum_of(job, weir_map(numbers(job), fail_on_three, &num_schema)),
         "map[0]: three is too much");
    (void)state;
}

static void test_a_function_that_always_fails_ends_the_run_in_spite_of_restarts(void **state)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_option(job, "restart-strategy.type", "fixed-delay");
    weir_option(job, "restart-strategy.fixed-delay.attempts", "1000");
    says(sum_of(job, weir_map(numbers(job), fail_on_three, &num_schema)),
         "restarted 21 times, always after: map[0]: three is too much");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants_are_copied_when_the_graph_is_built),
        cmocka_unit_test(test_filter_flat_map_union_and_rebalance_keep_every_row),
        cmocka_unit_test(test_a_slot_group_has_workers_of_its_own),
        cmocka_unit_test(test_an_aggregating_state_keeps_an_accumulator_and_gives_a_result),
        cmocka_unit_test(test_rows_of_another_type_are_refused_and_named),
        cmocka_unit_test(test_wrong_uses_of_state_and_timers_fail_with_what_to_do),
        cmocka_unit_test(test_a_window_without_timestamps_says_where_they_come_from),
        cmocka_unit_test(test_a_function_that_fails_is_told_with_its_words),
        cmocka_unit_test(test_a_function_that_always_fails_ends_the_run_in_spite_of_restarts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
