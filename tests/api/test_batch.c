/* execution.runtime-mode BATCH: a key at a time, its rows in order of time, its timers at its end,
 * final results only.  What each job says is worked out from Flink's rules (flink-semantics 14). */
#include "api/job.h"
#include "cli/run.h"
#include "sim/world.h"
#include "tests/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HIT(C) C(BIGINT, key) C(BIGINT, at) C(BIGINT, n)
#define LINE(C) C(STRING, text)
#define NUM(C) C(BIGINT, n)
WEIR_ROW(hit, HIT)
WEIR_ROW(line, LINE)
WEIR_ROW(num, NUM)

/* Key 2 before key 1, and out of order by more than the watermarks allow. */
static const struct hit hits[] = {
    {0, 2, 30, 1}, {0, 1, 25, 2}, {0, 2, 5, 3}, {0, 1, 5, 4}, {0, 1, 15, 5}, {0, 2, 31, 6},
};

static void say(struct weir_ctx *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct weir_ctx *c, const char *format, ...)
{
    char text[128];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    line_emit(c, (struct line){.text = {text, (uint32_t)strlen(text)}});
}

static const char *wm(const struct weir_ctx *c)
{
    return weir_watermark_ms(c) == WEIR_NO_TIME ? "-"
           : weir_watermark_ms(c) == WEIR_END   ? "E"
                                                : "?";
}

/* ---- running ---- */

static void catch_line(struct weir_ctx *c, void *acc, const struct weir_row *row)
{
    struct bytes *out = *(struct bytes *const *)weir_with(c);
    struct weir_text t = line_of(row).text;

    (void)acc;
    bytes_put(out, t.p, t.bytes);
    bytes_put_u8(out, ' ');
}

static struct weir_job *new_job(const char *mode)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_option(job, "execution.runtime-mode", mode);
    return job;
}

static struct weir_stream *stamped(struct weir_job *job)
{
    return weir_watermarks(weir_rows(job, hits, sizeof hits / sizeof hits[0], &hit_schema),
                           (struct weir_time){.column = "at"});
}

/* Run the job and free it; `out` is what its lines say, each with a blank behind it. */
static void run(struct weir_job *job, struct weir_stream *lines, struct bytes *out)
{
    struct world_spec spec = {.options = job->options, .find = classes_find, .seed = 1};
    struct world *w;

    weir_folded(lines, &(struct weir_fold){&num_schema, catch_line, NULL, &out, sizeof out});
    spec.graph = job_seal(job);
    if (spec.graph == NULL)
        fail_msg("%s", job->mistake.text);
    w = world_new(&spec, &(struct diag){0});
    while (world_step(w))
        ;
    assert_string_equal(world_failure(w)->text, "");
    bytes_cstr(out);
    world_free(w);
    job_free(job);
}

static void expect(struct weir_job *job, struct weir_stream *lines, const char *wanted)
{
    struct bytes out = {0};

    run(job, lines, &out);
    assert_string_equal((const char *)out.p, wanted);
    bytes_done(&out);
}

/* ---- rows and timers ---- */

static void row_and_timers(struct weir_ctx *c, const struct weir_row *row)
{
    struct hit h = hit_of(row);

    say(c, "r%lld@%lld%s", (long long)h.n, (long long)weir_event_ms(c), wm(c));
    weir_timer_set(c, 100 - h.at);
    if (h.n == 1)
        weir_processing_timer_set(c, weir_now_ms(c) + INT32_MAX);
}

static void timer(struct weir_ctx *c, int64_t ms)
{
    if (weir_timer_is_processing(c))
        say(c, "clock%s", wm(c));
    else
        say(c, "t%lld%s", (long long)ms, wm(c));
    weir_timer_set(c, ms + 1000); /* of no effect: the key is over */
    weir_processing_timer_set(c, 1);
}

static struct weir_stream *rows_and_timers(struct weir_stream *s)
{
    return weir_processed(weir_key_by(s, "key"),
                          &(struct weir_process){.on_row = row_and_timers, .on_timer = timer},
                          &line_schema);
}

/* Timers by event time in order, then those by the wall clock; what they set is dropped. */
#define OF_KEYS_1_AND_2                                                                            \
    "r4@5- r5@15- r2@25- t75E t85E t95E r3@5- r1@30- r6@31- t69E t70E t95E clockE "

static void test_keys_come_in_turn_sorted_by_time_and_fire_at_their_end(void **state)
{
    struct weir_job *job = new_job("BATCH");

    expect(job, rows_and_timers(stamped(job)), OF_KEYS_1_AND_2);
    job = new_job("AUTOMATIC"); /* all sources end */
    expect(job, rows_and_timers(stamped(job)), OF_KEYS_1_AND_2);
    (void)state;
}

/* Behind the keyed operator time stands still until all keys are over. */
static void show_time(struct weir_ctx *c, const struct weir_row *row)
{
    struct weir_text t = line_of(row).text;

    say(c, "%.*s/%s", (int)t.bytes, t.p, wm(c));
}

static void test_no_watermark_passes_before_the_end(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_stream *s = weir_map(rows_and_timers(stamped(job)), show_time, &line_schema);

    expect(job, s,
           "r4@5-/- r5@15-/- r2@25-/- t75E/- t85E/- t95E/- r3@5-/- r1@30-/- r6@31-/- t69E/- "
           "t70E/- t95E/- clockE/- ");
    (void)state;
}

/* ---- windows ---- */

static void listed(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    char text[64] = "";
    struct weir_row row;

    for (size_t n = 0; weir_rows_next(rows, &row);)
        n += (size_t)snprintf(text + n, sizeof text - n, "+%lld", (long long)hit_of(&row).n);
    say(c, "%lld:%s%s", (long long)start_ms, text, wm(c));
    (void)end_ms;
}

static const struct weir_window_list listing = {listed, NULL, 0};

static void test_nothing_is_late_and_each_window_fires_once(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_window w = {.size_ms = 10, .allowed_lateness_ms = 5};

    expect(job, weir_window_lists(weir_key_by(stamped(job), "key"), w, &listing, &line_schema),
           "0:+4E 10:+5E 20:+2E 0:+3E 30:+1+6E ");
    job = new_job("BATCH");
    w.slide_ms = 20; /* the general operator: rows in the gaps are in no window */
    expect(job, weir_window_lists(weir_key_by(stamped(job), "key"), w, &listing, &line_schema),
           "0:+4E 20:+2E 0:+3E ");
    (void)state;
}

static void test_sessions_see_their_rows_in_order(void **state)
{
    struct weir_job *job = new_job("BATCH");

    expect(job,
           weir_window_lists(weir_key_by(stamped(job), "key"), (struct weir_window){.gap_ms = 11},
                             &listing, &line_schema),
           "5:+4+5+2E 5:+3E 30:+1+6E ");
    (void)state;
}

/* The first interval's timer was set by a row; the next one would be by a timer, and is dropped. */
static void test_a_continuous_trigger_fires_for_one_interval_and_at_the_end(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_window w = {
        .size_ms = 100, .trigger = {.kind = WEIR_TRIGGER_CONTINUOUS_EVENT_TIME, .interval_ms = 10}};

    expect(job, weir_window_lists(weir_key_by(stamped(job), "key"), w, &listing, &line_schema),
           "0:+4+5+2E 0:+4+5+2E 0:+3+1+6E 0:+3+1+6E ");
    (void)state;
}

static void test_windows_of_all_rows_see_them_in_order_of_time(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_window w = {.size_ms = 40, .trigger = {.kind = WEIR_TRIGGER_COUNT, .count = 3}};

    expect(job, weir_window_all_lists(stamped(job), w, &listing, &line_schema),
           "0:+3+4+5- 0:+3+4+5+2+1+6- ");
    (void)state;
}

/* ---- rolling aggregates ---- */

static void show_sum(struct weir_ctx *c, const struct weir_row *row)
{
    say(c, "%lld=%lld@%s", (long long)hit_of(row).key, (long long)hit_of(row).n,
        weir_event_ms(c) == WEIR_END ? "E" : "?");
}

static void test_a_rolling_aggregate_gives_the_last_of_each_key(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_stream *s = weir_rolled(weir_key_by(stamped(job), "key"),
                                        &(struct weir_rolling){.kind = WEIR_SUM, .column = "n"});

    expect(job, weir_map(s, show_sum, &line_schema), "1=11@E 2=10@E ");
    (void)state;
}

static void test_streaming_stays_the_default(void **state)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_stream *s = weir_rolled(weir_key_by(stamped(job), "key"),
                                        &(struct weir_rolling){.kind = WEIR_SUM, .column = "n"});

    expect(job, weir_map(s, show_sum, &line_schema), "2=1@? 1=2@? 2=4@? 1=6@? 1=11@? 2=10@? ");
    (void)state;
}

/* ---- two inputs ---- */

static const struct hit others[] = {{0, 2, 10, 7}, {0, 1, 5, 8}, {0, 1, 5, 9}, {0, 3, 1, 10}};

static struct weir_stream *stamped_others(struct weir_job *job)
{
    return weir_watermarks(weir_rows(job, others, sizeof others / sizeof others[0], &hit_schema),
                           (struct weir_time){.column = "at"});
}

static void first_row(struct weir_ctx *c, const struct weir_row *row)
{
    say(c, "a%lld%s", (long long)hit_of(row).n, wm(c));
    weir_timer_set(c, 0);
}

static void second_row(struct weir_ctx *c, const struct weir_row *row)
{
    say(c, "b%lld%s", (long long)hit_of(row).n, wm(c));
    weir_timer_set(c, 0);
}

static void key_is_over(struct weir_ctx *c, int64_t ms)
{
    say(c, "over%lld", (long long)weir_key_int(c));
    (void)ms;
}

/* Of one time the first input's row comes first: a4 and b8 at 5, then b9. */
static void test_two_keyed_inputs_are_merged_by_key_and_time(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_co_process both = {
        .on_row_1 = first_row, .on_row_2 = second_row, .on_timer = key_is_over};

    expect(job,
           weir_co_processed(weir_key_by(stamped(job), "key"),
                             weir_key_by(stamped_others(job), "key"), &both, &line_schema),
           "a4- b8- b9- a5- a2- over1 a3- b7- a1- a6- over2 b10- over3 ");
    (void)state;
}

static void show_pair(struct weir_ctx *c, const struct weir_row *first,
                      const struct weir_row *second)
{
    say(c, "%lld+%lld%s", (long long)hit_of(first).n, (long long)hit_of(second).n, wm(c));
}

static void test_an_interval_join_finds_all_pairs_of_a_key(void **state)
{
    struct weir_job *job = new_job("BATCH");

    expect(job,
           weir_interval_joined(weir_key_by(stamped(job), "key"),
                                weir_key_by(stamped_others(job), "key"),
                                (struct weir_interval){.lower_ms = -20, .upper_ms = 5},
                                &(struct weir_join){.on_pair = show_pair}, &line_schema),
           "4+8- 4+9- 5+8- 5+9- 2+8- 2+9- 3+7- 1+7- ");
    (void)state;
}

static void count_broadcast(struct weir_ctx *c, const struct weir_row *row)
{
    struct num n = {.n = hit_of(row).n};

    weir_broadcast_put(c, 0, &n, &n);
}

static void count_seen(struct weir_ctx *c, int64_t ms)
{
    say(c, "seen%u", weir_broadcast_count(c, 0));
    (void)ms;
}

static void test_all_of_a_broadcast_comes_before_the_keyed_rows(void **state)
{
    struct weir_job *job = new_job("BATCH");
    struct weir_broadcast fn = {
        .broadcast[0] = {.name = "seen", .kind = WEIR_MAP, .type = &num_schema, .key = &num_schema},
        .on_row = first_row,
        .on_broadcast = count_broadcast,
        .on_timer = count_seen};

    expect(
        job,
        weir_broadcasted(weir_key_by(stamped(job), "key"), stamped_others(job), &fn, &line_schema),
        "a4- a5- a2- seen4 a3- a1- a6- seen4 ");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_come_in_turn_sorted_by_time_and_fire_at_their_end),
        cmocka_unit_test(test_no_watermark_passes_before_the_end),
        cmocka_unit_test(test_nothing_is_late_and_each_window_fires_once),
        cmocka_unit_test(test_sessions_see_their_rows_in_order),
        cmocka_unit_test(test_a_continuous_trigger_fires_for_one_interval_and_at_the_end),
        cmocka_unit_test(test_windows_of_all_rows_see_them_in_order_of_time),
        cmocka_unit_test(test_a_rolling_aggregate_gives_the_last_of_each_key),
        cmocka_unit_test(test_streaming_stays_the_default),
        cmocka_unit_test(test_two_keyed_inputs_are_merged_by_key_and_time),
        cmocka_unit_test(test_an_interval_join_finds_all_pairs_of_a_key),
        cmocka_unit_test(test_all_of_a_broadcast_comes_before_the_keyed_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
