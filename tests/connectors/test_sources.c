/* Sources alone, without a task: every row once, whatever the number of splits and wherever a
 * snapshot is taken; what is wrong with a file is said with its line. */
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "connectors/bad_rows.h"
#include "connectors/registry.h"
#include "connectors/sources.h"
#include "data/element.h"
#include "data/row.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n) C(STRING, word)
#define PAIR(C) C(BIGINT, a) C(BIGINT, b)
WEIR_ROW(number, NUMBER)
WEIR_ROW(pair, PAIR)

enum { TAKEN_MAX = 4096 };

struct taken {
    int64_t n;
    uint64_t origin;
    const uint64_t *image;
};

/* One subtask of a source and the operator behind it, which keeps what comes. */
struct bench {
    struct arena *arena;
    struct options *options;
    struct fs *data;
    struct counters counters;
    struct vertex vertex;
    struct node node;
    struct task_context context;
    struct operator* source;
    struct operator collector, dead_letters;
    struct target target, dead_target;
    struct taken taken[TAKEN_MAX];
    uint32_t count;
    struct bytes dead; /* what came as a dead letter, as text */
};

static struct bench *collecting;

static void collect(struct operator* op, const struct weir_row *row)
{
    struct bench *b = collecting;

    assert_true(b->count < TAKEN_MAX && row->event_ms == WEIR_NO_TIME);
    b->taken[b->count++] = (struct taken){(int64_t)row->image[1], row->origin, row->image};
}

static const struct operator_class collector_class = {.name = "collector", .on_row = collect};

static void collect_dead(struct operator* op, const struct weir_row *row)
{
    row_format(&bad_row_schema, row, &collecting->dead);
    bytes_put_u8(&collecting->dead, '\n');
}

static const struct operator_class dead_class = {.name = "dead-letter", .on_row = collect_dead};

static void bench_init(struct bench *b, const char *file)
{
    memset(b, 0, sizeof *b);
    b->arena = arena_new();
    b->options = options_new(b->arena);
    b->data = fs_memory_new(NULL);
    if (file)
        fs_write(b->data, "in.csv", span_text(file));
    collecting = b;
}

static int open_source(struct bench *b, const char *class_name, const void *config,
                       uint32_t subtask, uint32_t of, struct diag *why)
{
    const struct operator_class *class = connectors_find(class_name);

    b->vertex.parallelism = of;
    b->node = (struct node){.name = class_name, .uid = "src", .config = config};
    b->context = (struct task_context){.options = b->options,
                                       .data = b->data,
                                       .counters = &b->counters,
                                       .vertex = &b->vertex,
                                       .subtask = subtask,
                                       .task = subtask,
                                       .attempt = 1};
    b->collector = (struct operator){.class = &collector_class, .task = &b->context};
    b->target.op = &b->collector;
    b->dead_letters = (struct operator){.class = &dead_class, .task = &b->context};
    b->dead_target.op = &b->dead_letters;
    b->source = mem_alloc(class->bytes);
    b->source->class = class;
    b->source->task = &b->context;
    b->source->node = &b->node;
    b->source->output[TAG_MAIN] = (struct output){1, &b->target};
    b->source->output[TAG_BAD] = (struct output){1, &b->dead_target};
    return class->open(b->source, why);
}

static void close_source(struct bench *b)
{
    if (b->source->class->close)
        b->source->class->close(b->source);
    mem_free(b->source);
    bytes_done(&b->context.log);
}

static void bench_done(struct bench *b)
{
    fs_memory_free(b->data);
    bytes_done(&b->dead);
    arena_free(b->arena);
}

/* At most `most` rows; true at the end of the split. */
static bool run(struct bench *b, uint32_t most)
{
    uint32_t stop = b->count + most;

    while (b->count < stop && b->context.failure.err == 0)
        if (b->source->class->resume(b->source) == PROGRESS_END)
            return true;
    return false;
}

static const struct file_source_config in_csv = {"in.csv", &number_schema, WEIR_CSV};

static void read_splits(struct bench *b, uint32_t of)
{
    for (uint32_t i = 0; i < of; i++) {
        struct diag why = {0};

        if (open_source(b, "file_source", &in_csv, i, of, &why))
            fail_msg("%s", why.text);
        assert_true(run(b, TAKEN_MAX));
        close_source(b);
    }
}

/* ---- splits ---- */

static void test_three_rows_in_two_splits(void **state)
{
    struct bench b;

    bench_init(&b, "n,word\n10,a\n20,b\n30,c\n"); /* 15 bytes behind the header: cut at 7 */
    read_splits(&b, 2);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.taken[0].n, 10);
    assert_true(b.taken[1].origin == origin_of(0, 1)); /* begins at byte 5 < 7: first split */
    assert_int_equal(b.taken[2].n, 30);
    assert_true(b.taken[2].origin == origin_of(1, 0));
    assert_true(b.counters.of[COUNTER_RECORDS_IN] == 3);
    bench_done(&b);
    (void)state;
}

static void test_files_without_rows_or_without_a_last_newline(void **state)
{
    static const struct {
        const char *file;
        uint32_t rows;
    } files[] = {{"n,word", 0},
                 {"n,word\n", 0},
                 {"n,word\n\n\n", 0},
                 {"n,word\n7,x", 1},
                 {"n,word\r\n7,x\r\n\r\n8,y\r\n", 2},
                 {"\xef\xbb\xbfn,word\n7,x\n\n8,y", 2},
                 {"word,other,n\nx,1,7\n", 1}};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        for (uint32_t of = 1; of <= 9; of++) {
            struct bench b;

            bench_init(&b, files[i].file);
            read_splits(&b, of);
            assert_int_equal(b.count, files[i].rows);
            assert_true(b.count == 0 || b.taken[0].n == 7);
            bench_done(&b);
        }
    (void)state;
}

/* Rows numbered from 0 behind a header, of random length, with empty lines here and there. */
static uint32_t random_file(struct rng *r, struct bytes *file)
{
    uint32_t rows = (uint32_t)rng_below(r, 40);

    bytes_clear(file);
    bytes_format(file, "n,word\n");
    for (uint32_t i = 0; i < rows; i++) {
        bytes_format(file, "%u,%.*s", i, (int)rng_below(r, 12), "abcdefghijkl");
        bytes_format(file, "%s%s", rng_below(r, 4) ? "\n" : "\r\n", rng_below(r, 8) ? "" : "\n");
    }
    if (rng_below(r, 2))
        file->bytes -= file->p[file->bytes - 1] == '\n' && rows;
    return rows;
}

static void test_every_row_comes_once_and_in_order_whatever_the_splits(void **state)
{
    struct rng r = rng_of(test_seed(5), "files");
    struct bytes file = {0};

    for (int i = 0; i < 400; i++) {
        uint32_t rows = random_file(&r, &file);
        struct bench b;

        bench_init(&b, bytes_cstr(&file));
        read_splits(&b, 1 + (uint32_t)rng_below(&r, 12));
        assert_int_equal(b.count, rows);
        for (uint32_t k = 0; k < rows; k++)
            assert_int_equal(b.taken[k].n, k);
        bench_done(&b);
    }
    bytes_done(&file);
    (void)state;
}

/* ---- snapshots ---- */

static void snapshot(struct bench *b, struct snapshot_out *out)
{
    snapshot_start(out);
    b->source->class->snapshot(b->source, 1, out);
    snapshot_finish(out);
}

/* Open anew and restore; the err of restore. */
static int reopen(struct bench *b, const char *class, const void *config, uint32_t of,
                  const struct snapshot_out *from, struct diag *why)
{
    uint32_t subtask = b->context.subtask;
    struct snapshot_in in;

    close_source(b);
    assert_int_equal(open_source(b, class, config, subtask, of, why), ERR_NONE);
    assert_int_equal(snapshot_open(&in, bytes_span(&from->bytes), "test", why), ERR_NONE);
    return b->source->class->restore(b->source, &in, why);
}

static void test_a_restored_split_goes_on_with_the_next_row(void **state)
{
    for (uint32_t cut = 0; cut <= 4; cut++) {
        struct bench b;
        struct snapshot_out out;
        struct diag why = {0};

        bench_init(&b, "n,word\n0,a\n\n1,b\n2,\"c,c\"\n3,d");
        open_source(&b, "file_source", &in_csv, 0, 1, &why);
        run(&b, cut);
        snapshot(&b, &out);
        run(&b, 2); /* lost again */
        b.count = cut;
        assert_int_equal(reopen(&b, "file_source", &in_csv, 1, &out, &why), ERR_NONE);
        assert_true(run(&b, TAKEN_MAX));
        assert_int_equal(b.count, 4);
        for (uint32_t k = 0; k < 4; k++) {
            assert_int_equal(b.taken[k].n, k);
            assert_true(b.taken[k].origin == origin_of(0, k));
        }
        close_source(&b);
        snapshot_out_done(&out);
        bench_done(&b);
    }
    (void)state;
}

static void test_a_split_of_a_file_that_has_shrunk_is_refused(void **state)
{
    struct bench b;
    struct snapshot_out out;
    struct diag why = {0};

    bench_init(&b, "n,word\n0,a\n1,b\n");
    open_source(&b, "file_source", &in_csv, 0, 1, &why);
    run(&b, 1);
    snapshot(&b, &out);
    fs_write(b.data, "in.csv", span_text("n,word\n0,a\n"));
    assert_int_equal(reopen(&b, "file_source", &in_csv, 1, &out, &why), ERR_MISMATCH);
    assert_non_null(strstr(why.text, "in.csv"));
    close_source(&b);
    snapshot_out_done(&out);
    bench_done(&b);
    (void)state;
}

/* ---- what is wrong with a file ---- */

static int open_error(const char *file, struct diag *why)
{
    struct bench b;
    int err;

    bench_init(&b, file);
    err = open_source(&b, "file_source", &in_csv, 0, 1, why);
    close_source(&b);
    bench_done(&b);
    return err;
}

static void test_a_file_that_cannot_be_read_says_where_it_was_sought(void **state)
{
    struct diag why = {0}, empty = {0}, header = {0};

    assert_int_equal(open_error(NULL, &why), ERR_NOT_FOUND);
    assert_non_null(strstr(why.text, "in.csv"));
    assert_non_null(strstr(why.text, "weir.data-dir"));
    assert_int_equal(open_error("", &empty), ERR_FORMAT);
    assert_non_null(strstr(empty.text, "a header line"));
    assert_int_equal(open_error("n,wort\n1,a\n", &header), ERR_MISMATCH);
    assert_non_null(strstr(header.text, "in.csv:1:"));
    assert_non_null(strstr(header.text, "did you mean 'wort'"));
    (void)state;
}

static void test_a_bad_row_fails_with_file_line_column_and_value(void **state)
{
    struct bench b;
    struct diag why = {0};

    bench_init(&b, "n,word\n1,a\n\n2x,b\n3,c\n");
    open_source(&b, "file_source", &in_csv, 0, 1, &why);
    run(&b, TAKEN_MAX);
    assert_int_equal(b.count, 1);
    assert_int_equal(b.context.failure.err, ERR_FORMAT);
    assert_non_null(strstr(b.context.failure.text, "in.csv:4: column 'n': '2x'"));
    assert_non_null(strstr(b.context.failure.text, "--bad-rows skip, or dead-letter"));
    close_source(&b);
    bench_done(&b);
    (void)state;
}

static void test_skipped_rows_are_counted_and_the_first_five_are_told(void **state)
{
    struct bench b;
    struct diag why = {0};
    int told = 0;

    bench_init(&b, "n,word\nx,a\n1,b\nx,c\nx,d,e\nx,f\n,\"g\nx,h\nx,i\n2,j\n");
    options_set_pair(b.options, "weir.source.bad-rows=skip", true, &why);
    open_source(&b, "file_source", &in_csv, 0, 1, &why);
    assert_true(run(&b, TAKEN_MAX));
    assert_int_equal(b.context.failure.err, ERR_NONE);
    assert_int_equal(b.count, 2);
    assert_true(b.counters.of[COUNTER_BAD_ROWS] == 7);
    assert_true(b.counters.of[COUNTER_RECORDS_IN] == 2);
    assert_true(b.taken[1].origin == origin_of(0, 8)); /* bad rows have numbers too */
    for (const char *p = bytes_cstr(&b.context.log); (p = strstr(p, "in.csv:")); p++)
        told++;
    assert_int_equal(told, 5);
    close_source(&b);
    bench_done(&b);
    (void)state;
}

static void test_dead_letters_say_file_line_reason_and_the_line_as_it_was(void **state)
{
    struct bench b;
    struct diag why = {0};

    bench_init(&b, "n,word\r\nx,a\r\n1,b\r\n\r\n2,\"c\r\n3,d");
    options_set_pair(b.options, "weir.source.bad-rows=dead-letter", true, &why);
    open_source(&b, "file_source", &in_csv, 0, 1, &why);
    assert_true(run(&b, TAKEN_MAX));
    assert_int_equal(b.context.failure.err, ERR_NONE);
    assert_int_equal(b.count, 2);
    assert_true(b.counters.of[COUNTER_BAD_ROWS] == 2);
    assert_string_equal(
        bytes_cstr(&b.dead),
        "file=in.csv line=2 reason=column 'n': 'x' is not of type BIGINT row=x,a\n"
        "file=in.csv line=5 reason=field 2: a quoted field must end with a quote and a comma "
        "row=2,\"c\n");
    close_source(&b);
    bench_done(&b);
    (void)state;
}

/* ---- JSON lines, directories ---- */

static const struct file_source_config in_folder = {"in", &number_schema, WEIR_JSON};

static void test_json_lines_of_a_folder_come_file_by_file(void **state)
{
    for (uint32_t of = 1; of <= 5; of++) {
        struct bench b;
        struct diag why = {0};

        bench_init(&b, NULL);
        fs_write(b.data, "in/b.json", span_text("{\"n\":3}\n\n{\"word\":\"four\",\"n\":4}"));
        fs_write(b.data, "in/a.json",
                 span_text("\xef\xbb\xbf{\"n\":1,\"more\":[]}\r\n{\"n\":2}\r\n"));
        fs_write(b.data, "in/c.json", span_text(""));
        fs_write(b.data, "in/.d.json", span_text("{\"n\":9}"));
        fs_write(b.data, "in/_SUCCESS", span_text("no row"));
        for (uint32_t i = 0; i < of; i++) {
            assert_int_equal(open_source(&b, "file_source", &in_folder, i, of, &why), ERR_NONE);
            assert_true(run(&b, TAKEN_MAX));
            close_source(&b);
        }
        assert_int_equal(b.count, 4);
        for (int k = 0; k < 4; k++)
            assert_int_equal(b.taken[k].n, k + 1);
        bench_done(&b);
    }
    (void)state;
}

static void test_a_bad_line_of_a_later_file_is_found_by_its_own_number(void **state)
{
    struct bench b;
    struct diag why = {0};

    bench_init(&b, NULL);
    fs_write(b.data, "in/a.json", span_text("{\"n\":1}\n{\"n\":2}\n"));
    fs_write(b.data, "in/b.json", span_text("{\"n\":3}\n{\"n\":\"4\"}\n"));
    open_source(&b, "file_source", &in_folder, 0, 1, &why);
    run(&b, TAKEN_MAX);
    assert_int_equal(b.count, 3);
    assert_non_null(
        strstr(b.context.failure.text, "in/b.json:2: column 'n': expected BIGINT, found \"4\""));
    close_source(&b);
    bench_done(&b);
    (void)state;
}

static void test_rules_for_json_fields_are_options(void **state)
{
    static const char *const rules[] = {"json.fail-on-missing-field=true",
                                        "weir.json.fail-on-extra-field=true"};

    for (int i = 0; i < 2; i++) {
        struct bench b;
        struct diag why = {0};

        bench_init(&b, NULL);
        fs_write(b.data, "in/a.json", span_text(i ? "{\"m\":1,\"n\":1}" : "{\"n\":1}"));
        options_set_pair(b.options, rules[i], true, &why);
        open_source(&b, "file_source", &in_folder, 0, 1, &why);
        run(&b, TAKEN_MAX);
        assert_int_equal(b.context.failure.err, ERR_FORMAT);
        assert_non_null(strstr(b.context.failure.text, i ? "'m' is no column" : "is missing"));
        close_source(&b);
        bench_done(&b);
    }
    (void)state;
}

static void test_files_that_come_later_are_not_read_after_a_restore(void **state)
{
    struct bench b;
    struct snapshot_out out;
    struct diag why = {0};

    bench_init(&b, NULL);
    fs_write(b.data, "in/b.json", span_text("{\"n\":0}\n{\"n\":1}\n"));
    fs_write(b.data, "in/c.json", span_text("{\"n\":2}\n"));
    open_source(&b, "file_source", &in_folder, 0, 1, &why);
    run(&b, 1);
    snapshot(&b, &out);
    fs_write(b.data, "in/a.json", span_text("{\"n\":7}\n"));
    fs_write(b.data, "in/d.json", span_text("{\"n\":8}\n"));
    assert_int_equal(reopen(&b, "file_source", &in_folder, 1, &out, &why), ERR_NONE);
    assert_true(run(&b, TAKEN_MAX));
    assert_int_equal(b.count, 3); /* P2 */
    for (int k = 0; k < 3; k++)
        assert_int_equal(b.taken[k].n, k);
    close_source(&b);
    snapshot_out_done(&out);
    bench_done(&b);
    (void)state;
}

/* ---- rows in memory ---- */

static void test_rows_in_memory_are_shared_out_without_copying_them(void **state)
{
    static struct pair rows[10];
    const struct rows_source_config config = {rows, 10, &pair_schema};
    struct diag why = {0};
    struct bench b;

    for (int i = 0; i < 10; i++)
        rows[i].a = i;
    for (uint32_t of = 1; of <= 12; of++) {
        bench_init(&b, NULL);
        for (uint32_t i = 0; i < of; i++) {
            open_source(&b, "rows_source", &config, i, of, &why);
            assert_true(run(&b, TAKEN_MAX));
            close_source(&b);
        }
        assert_int_equal(b.count, 10);
        for (int i = 0; i < 10; i++) {
            assert_int_equal(b.taken[i].n, i);
            assert_ptr_equal(b.taken[i].image, &rows[i]);
        }
        bench_done(&b);
    }
    (void)state;
}

static void test_restored_rows_go_on_and_a_position_behind_the_end_is_refused(void **state)
{
    static struct pair rows[6];
    const struct rows_source_config config = {rows, 6, &pair_schema},
                                    fewer = {rows, 3, &pair_schema};
    struct snapshot_out out;
    struct diag why = {0};
    struct bench b;

    for (int i = 0; i < 6; i++)
        rows[i].a = i;
    bench_init(&b, NULL);
    open_source(&b, "rows_source", &config, 0, 1, &why);
    run(&b, 4);
    snapshot(&b, &out);
    assert_int_equal(reopen(&b, "rows_source", &config, 1, &out, &why), ERR_NONE);
    assert_true(run(&b, TAKEN_MAX));
    assert_int_equal(b.count, 6);
    assert_int_equal(b.taken[5].n, 5);
    assert_int_equal(reopen(&b, "rows_source", &fewer, 1, &out, &why), ERR_MISMATCH);
    close_source(&b);
    snapshot_out_done(&out);
    bench_done(&b);
    (void)state;
}

static void test_connectors_are_found_by_the_names_in_the_graph(void **state)
{
    assert_string_equal(connectors_find("file_source")->name, "file_source");
    assert_string_equal(connectors_find("rows_source")->name, "rows_source");
    assert_string_equal(connectors_find("file_sink")->name, "file_sink");
    assert_null(connectors_find("kafka"));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_rows_in_two_splits),
        cmocka_unit_test(test_files_without_rows_or_without_a_last_newline),
        cmocka_unit_test(test_every_row_comes_once_and_in_order_whatever_the_splits),
        cmocka_unit_test(test_a_restored_split_goes_on_with_the_next_row),
        cmocka_unit_test(test_a_split_of_a_file_that_has_shrunk_is_refused),
        cmocka_unit_test(test_a_file_that_cannot_be_read_says_where_it_was_sought),
        cmocka_unit_test(test_a_bad_row_fails_with_file_line_column_and_value),
        cmocka_unit_test(test_skipped_rows_are_counted_and_the_first_five_are_told),
        cmocka_unit_test(test_dead_letters_say_file_line_reason_and_the_line_as_it_was),
        cmocka_unit_test(test_json_lines_of_a_folder_come_file_by_file),
        cmocka_unit_test(test_a_bad_line_of_a_later_file_is_found_by_its_own_number),
        cmocka_unit_test(test_rules_for_json_fields_are_options),
        cmocka_unit_test(test_files_that_come_later_are_not_read_after_a_restore),
        cmocka_unit_test(test_rows_in_memory_are_shared_out_without_copying_them),
        cmocka_unit_test(test_restored_rows_go_on_and_a_position_behind_the_end_is_refused),
        cmocka_unit_test(test_connectors_are_found_by_the_names_in_the_graph),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
