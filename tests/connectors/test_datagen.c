/* Generated rows: each kind of field, the same rows whatever the parallelism and the restores, and
 * not before they are due. */
#include <math.h>
#include <string.h>

#include "api/job.h"
#include "base/mem.h"
#include "base/rng.h"
#include "connectors/datagen.h"
#include "connectors/registry.h"
#include "data/row.h"
#include "tests/check.h"

#define THING(C)                                                                                   \
    C(BIGINT, id)                                                                                  \
    C(INT, die)                                                                                    \
    C(DOUBLE, part)                                                                                \
    C(BOOLEAN, coin) C(STRING, hex) C(TIMESTAMP, at) C(INT, any) C(STRING, word) C(BIGINT, rank)
WEIR_ROW(thing, THING)

enum { ROWS_MAX = 4096, SECOND_US = 1000000 };

static const struct weir_datagen things = {
    .rows_per_second = 4,
    .seed = 7,
    .field = {{.column = "id", .kind = WEIR_SEQUENCE, .start = 10, .end = 1009},
              {.column = "die", .min = 1, .max = 6},
              {.column = "part", .low = -2, .high = 2},
              {.column = "hex", .length = 20},
              {.column = "at", .start = 1000000, .max_past_ms = 100},
              {.column = "word", .kind = WEIR_SEQUENCE, .start = -1, .end = 5000},
              {.column = "rank", .kind = WEIR_ZIPF, .min = 100, .max = 109, .null_rate = 0.25}}};

/* One subtask of the generator of a job, and what came of it: rows as text. */
struct bench {
    struct weir_job *job;
    struct counters counters;
    struct vertex vertex;
    struct task_context context;
    struct operator* source;
    struct operator collector;
    struct target target;
    char *row[ROWS_MAX]; /* by number */
    uint32_t count;
};

static struct bench *collecting;

static void collect(struct operator* op, const struct weir_row *row)
{
    struct bench *b = collecting;
    struct bytes text = {0};

    assert_true(row_is_sound(&thing_schema, row->image, row->bytes));
    assert_true(row->origin < ROWS_MAX && b->row[row->origin] == NULL);
    row_format(&thing_schema, row, &text);
    b->row[row->origin] = mem_text(bytes_cstr(&text));
    b->count++;
    bytes_done(&text);
}

static const struct operator_class collector_class = {.name = "collector", .on_row = collect};

static void bench_init(struct bench *b, const struct weir_datagen *g)
{
    *b = (struct bench){.job = weir_job(0, NULL, "datagen")};
    weir_datagen(b->job, &thing_schema, g);
    assert_string_equal(b->job->mistake.text, "");
    b->job->dataflow->node[0].uid = "src";
    collecting = b;
}

static void open_source(struct bench *b, uint32_t subtask, uint32_t of)
{
    b->vertex.parallelism = of;
    b->context = (struct task_context){.options = b->job->options,
                                       .counters = &b->counters,
                                       .vertex = &b->vertex,
                                       .subtask = subtask,
                                       .attempt = 1};
    b->collector = (struct operator){.class = &collector_class, .task = &b->context};
    b->target.op = &b->collector;
    b->source = mem_alloc(datagen_source_class.bytes);
    b->source->class = &datagen_source_class;
    b->source->task = &b->context;
    b->source->node = &b->job->dataflow->node[0];
    b->source->deadline_us = INT64_MAX;
    b->source->output[TAG_MAIN] = (struct output){1, &b->target};
    assert_int_equal(datagen_source_class.open(b->source, NULL), ERR_NONE);
}

static void close_source(struct bench *b)
{
    datagen_source_class.close(b->source);
    mem_free(b->source);
}

static void bench_done(struct bench *b)
{
    for (uint32_t i = 0; i < ROWS_MAX; i++)
        mem_free(b->row[i]);
    job_free(b->job);
}

static enum progress resume(struct bench *b, int64_t now_us)
{
    b->context.now_us = now_us;
    if (b->source->deadline_us <= now_us)
        datagen_source_class.on_time(b->source, now_us);
    return datagen_source_class.resume(b->source);
}

/* At most `most` rows, the clock going where the source wants it; true at the end. */
static bool run(struct bench *b, uint32_t most)
{
    for (uint32_t stop = b->count + most; b->count < stop;)
        switch (resume(b, b->context.now_us)) {
        case PROGRESS_END:
            return true;
        case PROGRESS_WAIT:
            assert_true(b->source->deadline_us > b->context.now_us);
            b->context.now_us = b->source->deadline_us;
            break;
        case PROGRESS_MORE:
        case PROGRESS_DONE:
            break;
        }
    return false;
}

/* ---- values ---- */

struct seen {
    uint32_t die[7], coin[2], rank[10], nulls;
    double part_least, part_most;
};

static void look_at(const struct weir_row *row, uint32_t r, struct seen *s)
{
    struct thing t = thing_of(row);
    char word[16];

    assert_true(t.id == 10 + (int64_t)r);
    snprintf(word, sizeof word, "%d", (int)r - 1);
    assert_true(t.word.bytes == strlen(word) && memcmp(t.word.p, word, t.word.bytes) == 0);
    assert_true(t.die >= 1 && t.die <= 6 && t.part >= -2 && t.part < 2);
    assert_true((t.coin & ~1) == 0 && t.any >= INT32_MIN && t.any <= INT32_MAX);
    assert_int_equal(t.hex.bytes, 20);
    for (int i = 0; i < 20; i++)
        assert_non_null(memchr("0123456789abcdef", t.hex.p[i], 16));
    assert_true(t.at <= 1000000 + r * 250 && t.at >= 1000000 + r * 250 - 100);
    assert_int_equal(t.nulls & ~(1ull << 8), 0);
    s->die[t.die]++;
    s->coin[t.coin]++;
    s->part_least = fmin(s->part_least, t.part);
    s->part_most = fmax(s->part_most, t.part);
    s->nulls += t.nulls != 0;
    assert_true(t.nulls ? t.rank == 0 : t.rank >= 100 && t.rank <= 109);
    if (t.nulls == 0)
        s->rank[t.rank - 100]++;
}

static struct seen *looking;

static void look(struct operator* op, const struct weir_row *row)
{
    look_at(row, (uint32_t)row->origin, looking);
    collecting->count++;
}

static const struct operator_class looker_class = {.name = "looker", .on_row = look};

static void test_each_kind_of_field_has_its_values(void **state)
{
    struct seen seen = {0};
    struct bench b;

    looking = &seen;
    bench_init(&b, &things);
    open_source(&b, 0, 1);
    b.collector.class = &looker_class;
    assert_true(run(&b, ROWS_MAX));
    assert_int_equal(b.count, 1000); /* the shorter sequence ends it */
    assert_true(b.counters.of[COUNTER_RECORDS_IN] == 1000);
    for (int i = 1; i <= 6; i++)
        assert_in_range(seen.die[i], 120, 220); /* of 167: more than four deviations */
    assert_in_range(seen.coin[1], 430, 570);
    assert_true(seen.part_least < -1.9 && seen.part_most > 1.9);
    assert_in_range(seen.nulls, 190, 310);
    assert_true(seen.rank[0] > 3 * seen.rank[4] && seen.rank[9] > 0); /* 1 : 1/5 */
    close_source(&b);
    bench_done(&b);
}

static void test_rows_end_by_their_number_or_by_a_sequence(void **state)
{
    static const struct {
        int64_t number, end;
        uint32_t rows;
    } cases[] = {{5, 0, 5}, {5, 2, 2}, {2, 5, 2}, {0, 3, 3}, {0, 1, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint32_t of = 1; of <= 4; of++) {
            struct weir_datagen g = {.rows_per_second = -1, .number_of_rows = cases[i].number};
            struct bench b;

            if (cases[i].end)
                g.field[0] = (struct weir_field){
                    .column = "id", .kind = WEIR_SEQUENCE, .start = 1, .end = cases[i].end};
            bench_init(&b, &g);
            for (uint32_t k = 0; k < of; k++) {
                open_source(&b, k, of);
                assert_true(run(&b, ROWS_MAX));
                close_source(&b);
            }
            assert_int_equal(b.count, cases[i].rows);
            bench_done(&b);
        }
}

/* ---- G1 ---- */

/* Snapshot, then begin anew from it. */
static void restart(struct bench *b, uint32_t subtask, uint32_t of)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};

    snapshot_start(&out);
    datagen_source_class.snapshot(b->source, 1, &out);
    snapshot_finish(&out);
    close_source(b);
    open_source(b, subtask, of);
    assert_int_equal(snapshot_open(&in, bytes_span(&out.bytes), "test", &why), ERR_NONE);
    assert_int_equal(datagen_source_class.restore(b->source, &in, &why), ERR_NONE);
    snapshot_out_done(&out);
}

static void test_the_same_rows_at_every_parallelism_and_after_every_restart(void **state)
{
    struct rng r = rng_of(test_seed(1), "restarts");
    struct bench once, again;

    bench_init(&once, &things);
    open_source(&once, 0, 1);
    assert_true(run(&once, ROWS_MAX));
    close_source(&once);
    for (uint32_t of = 1; of <= 5; of++) {
        bench_init(&again, &things);
        for (uint32_t k = 0; k < of; k++) {
            open_source(&again, k, of);
            while (!run(&again, 1 + (uint32_t)rng_below(&r, 100)))
                restart(&again, k, of);
            close_source(&again);
        }
        assert_int_equal(again.count, once.count);
        for (uint32_t i = 0; i < once.count; i++)
            assert_string_equal(again.row[i], once.row[i]);
        bench_done(&again);
    }
    bench_done(&once);
}

static void test_another_seed_gives_other_rows(void **state)
{
    struct weir_datagen other = things;
    struct bench a, b;

    other.seed = 8;
    bench_init(&a, &things);
    open_source(&a, 0, 1);
    run(&a, 1);
    close_source(&a);
    bench_init(&b, &other);
    open_source(&b, 0, 1);
    run(&b, 1);
    close_source(&b);
    assert_string_not_equal(a.row[0], b.row[0]);
    bench_done(&a);
    bench_done(&b);
}

static void test_a_checkpoint_of_another_parallelism_is_refused(void **state)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    struct bench b;

    bench_init(&b, &things);
    open_source(&b, 1, 2);
    run(&b, 3); /* rows 1, 3, 5; next is 7 */
    snapshot_start(&out);
    datagen_source_class.snapshot(b.source, 1, &out);
    snapshot_finish(&out);
    close_source(&b);
    open_source(&b, 0, 2);
    snapshot_open(&in, bytes_span(&out.bytes), "test", &why);
    assert_int_equal(datagen_source_class.restore(b.source, &in, &why), ERR_MISMATCH);
    assert_string_equal(why.text, "'src': row 7 of the checkpoint is not one of subtask 0");
    snapshot_out_done(&out);
    close_source(&b);
    bench_done(&b);
}

/* ---- G2 ---- */

/* Four a second, of two subtasks: subtask 1 has rows 1, 3, 5, at 1/4 s, 3/4 s and 5/4 s of the
 * whole; its own first is given at once. */
static void test_rows_wait_until_they_are_due(void **state)
{
    int64_t begin = 123456;
    struct bench b;

    bench_init(&b, &things);
    open_source(&b, 1, 2);
    assert_int_equal(resume(&b, begin), PROGRESS_MORE);
    assert_int_equal(resume(&b, begin), PROGRESS_WAIT);
    assert_true(b.source->deadline_us == begin + SECOND_US / 2);
    assert_int_equal(resume(&b, begin + SECOND_US / 2 - 1), PROGRESS_WAIT);
    assert_int_equal(resume(&b, begin + SECOND_US / 2), PROGRESS_MORE);
    assert_true(b.source->deadline_us == INT64_MAX);
    assert_int_equal(resume(&b, begin + SECOND_US), PROGRESS_MORE);
    assert_int_equal(b.count, 3);
    restart(&b, 1, 2); /* what passed meanwhile is not made up for */
    assert_int_equal(resume(&b, begin + 100 * SECOND_US), PROGRESS_MORE);
    assert_int_equal(resume(&b, begin + 100 * SECOND_US), PROGRESS_WAIT);
    close_source(&b);
    bench_done(&b);
}

/* ---- mistakes ---- */

static void test_mistakes_are_said_with_the_column(void **state)
{
    static const struct {
        struct weir_field field;
        const char *why;
    } cases[] = {
        {{.column = "dye"}, "generated column 'dye': row type 'thing' has no such column"},
        {{.column = "coin", .kind = WEIR_SEQUENCE},
         "generated column 'coin' (BOOLEAN): a column of this type is not made in this way"},
        {{.column = "part", .kind = WEIR_ZIPF}, "generated column 'part' (DOUBLE): a column of"},
        {{.column = "id", .kind = WEIR_SEQUENCE, .start = 5, .end = 3}, "from 5 to 3 is no range"},
        {{.column = "die", .min = 6, .max = 1}, "from 6 to 1 is no range"},
        {{.column = "die", .max = 1ll << 31}, "from 0 to 2147483648 does not fit"},
        {{.column = "part", .low = 1}, "from 1 to 0 is no range"},
        {{.column = "part", .low = -INFINITY, .high = 0}, "from -inf to 0 is no range"},
        {{.column = "rank", .kind = WEIR_ZIPF, .max = 1 << 20}, "has at most 1048576 values"},
        {{.column = "rank", .kind = WEIR_ZIPF, .skew = 9}, "a skew of 9: use more than 0"},
        {{.column = "hex", .length = 70000}, "a length of 70000: at most 65536"},
        {{.column = "at", .max_past_ms = -1}, "max_past_ms of -1: use 0 or more"},
        {{.column = "id", .null_rate = 2}, "a null_rate of 2: use 0 to 1"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_job *job = weir_job(0, NULL, "mistake");
        struct weir_datagen g = {.field = {cases[i].field}};

        weir_datagen(job, &thing_schema, &g);
        if (strstr(job->mistake.text, cases[i].why) == NULL)
            fail_msg("%s: %s", cases[i].why, job->mistake.text);
        assert_non_null(strstr(job->mistake.text, "test_datagen.c:"));
        job_free(job);
    }
}

static void test_mistakes_of_the_whole(void **state)
{
    static const struct {
        struct weir_datagen g;
        const char *why;
    } cases[] = {{{.rows_per_second = -2}, "rows_per_second is a rate"},
                 {{.number_of_rows = -1}, "number_of_rows a count"},
                 {{.field = {{.column = "id"}, {.column = "id"}}}, "'id' is described twice"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_job *job = weir_job(0, NULL, "mistake");

        weir_datagen(job, &thing_schema, &cases[i].g);
        assert_non_null(strstr(job->mistake.text, cases[i].why));
        job_free(job);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_of_field_has_its_values),
        cmocka_unit_test(test_rows_end_by_their_number_or_by_a_sequence),
        cmocka_unit_test(test_the_same_rows_at_every_parallelism_and_after_every_restart),
        cmocka_unit_test(test_another_seed_gives_other_rows),
        cmocka_unit_test(test_a_checkpoint_of_another_parallelism_is_refused),
        cmocka_unit_test(test_rows_wait_until_they_are_due),
        cmocka_unit_test(test_mistakes_are_said_with_the_column),
        cmocka_unit_test(test_mistakes_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
