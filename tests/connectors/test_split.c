/* Splits: every line of every file in one range of one split, in order, however many there are. */
#include <string.h>

#include "base/rng.h"
#include "connectors/split.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)

static struct line_reader reader_of_format(enum weir_format f)
{
    return (struct line_reader){.format = format_of(f), .schema = &number_schema};
}

/* Files of random length; returns the lines in all of them. */
static uint32_t write_files(struct rng *r, struct fs *fs, bool has_header)
{
    uint32_t files = 1 + (uint32_t)rng_below(r, 5), lines = 0;
    struct bytes text = {0};
    char path[32];

    for (uint32_t f = 0; f < files; f++) {
        uint32_t count = (uint32_t)rng_below(r, 8);

        bytes_clear(&text);
        bytes_format(&text, has_header ? "n,unused\n" : "");
        for (uint32_t i = 0; i < count; i++)
            bytes_format(&text, "%.*s%u%s", (int)rng_below(r, 9), "00000000", lines++,
                         i + 1 < count || rng_below(r, 2) ? "\n" : "");
        snprintf(path, sizeof path, "in/%u", f);
        fs_write(fs, path, bytes_span(&text));
    }
    bytes_done(&text);
    return lines;
}

/* Read the ranges of all splits: lines must be numbers from 0 in order. */
static uint32_t read_ranges(const struct split *s, struct fs *fs, uint32_t lines)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct span file;

        assert_int_equal(fs_view(fs, s->range[i].path, &file), ERR_NONE);
        for (size_t at = s->range[i].from; at < s->range[i].to;) {
            struct span line = line_at(file, at);
            char text[32] = "";

            memcpy(text, line.p, line.bytes);
            assert_int_equal(strtoul(text, NULL, 10), lines++);
            at += line.bytes + 1;
        }
    }
    return lines;
}

static void test_every_line_of_a_folder_is_in_one_range_of_one_split(void **state)
{
    struct rng r = rng_of(test_seed(1), "split");

    for (int i = 0; i < 2000; i++) {
        struct fs *fs = fs_memory_new(NULL);
        enum weir_format format = i % 2 ? WEIR_CSV : WEIR_JSON;
        uint32_t lines = write_files(&r, fs, format == WEIR_CSV), read = 0;
        uint32_t n = 1 + (uint32_t)rng_below(&r, 9);

        for (uint32_t k = 0; k < n; k++) { /* P1 */
            struct line_reader reader = reader_of_format(format);
            struct diag why = {0};
            struct split s = {0};

            assert_int_equal(split_choose(&s, fs, "in", &reader, (struct share){k, n}, &why),
                             ERR_NONE);
            read = read_ranges(&s, fs, read);
            split_done(&s);
        }
        assert_int_equal(read, lines);
        fs_memory_free(fs);
    }
}

static void test_splits_of_two_files_are_cut_in_the_long_text(void **state)
{
    struct line_reader reader = reader_of_format(WEIR_CSV);
    struct fs *fs = fs_memory_new(NULL);
    struct diag why = {0};
    struct split s = {0};

    fs_write(fs, "in/a", span_text("n\n1\n2\n3\n"));
    fs_write(fs, "in/b", span_text("unused,n\nx,4\nx,5\n")); /* 6 and 8 bytes: cut at 7 */
    split_choose(&s, fs, "in", &reader, (struct share){0, 2}, &why);
    assert_int_equal(s.count, 2);
    assert_true(s.range[0].from == 2 && s.range[0].to == 8);
    assert_string_equal(s.range[1].path, "in/b");
    assert_true(s.range[1].from == 9 && s.range[1].to == 13); /* begins at byte 6 < 7 */
    split_done(&s);
    split_choose(&s, fs, "in", &reader, (struct share){1, 2}, &why);
    assert_int_equal(s.count, 1);
    assert_true(s.range[0].from == 13 && s.range[0].to == 17);
    split_done(&s);
    fs_memory_free(fs);
}

static void test_a_split_is_read_back_from_where_it_stands(void **state)
{
    struct range ranges[] = {{"a", 0, 10}, {"b", 2, 20}, {"c", 0, 30}};
    struct split s = {ranges, 3, 3}, back = {0};
    struct bytes out = {0};
    struct reader r;

    split_write(&s, 1, 7, &out);
    r = reader_of(bytes_span(&out));
    assert_true(split_read(&back, &r) && reader_at_end(&r));
    assert_int_equal(back.count, 2);
    assert_string_equal(back.range[0].path, "b");
    assert_true(back.range[0].from == 7 && back.range[0].to == 20);
    assert_true(back.range[1].from == 0 && back.range[1].to == 30);
    for (size_t cut = 0; cut < out.bytes; cut++) {
        r = reader_of((struct span){out.p, cut});
        assert_false(split_read(&back, &r));
    }
    split_done(&back);
    bytes_done(&out);
}

static void test_what_cannot_be_read_is_said(void **state)
{
    static const struct {
        const char *path, *why;
        int err;
    } cases[] = {{"none", "none: cannot be read: not found", ERR_NOT_FOUND},
                 {"empty", "empty/a: is empty; a header line was expected", ERR_FORMAT},
                 {"wrong", "wrong/b:1: the header line has no column 'n'; it begins with 'xyz'",
                  ERR_MISMATCH}};
    struct fs *fs = fs_memory_new(NULL);

    fs_write(fs, "empty/a", span_text(""));
    fs_write(fs, "wrong/a", span_text("n\n1\n"));
    fs_write(fs, "wrong/b", span_text("xyz\n1\n"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line_reader reader = reader_of_format(WEIR_CSV);
        struct diag why = {0};
        struct split s = {0};

        assert_int_equal(split_choose(&s, fs, cases[i].path, &reader, (struct share){0, 1}, &why),
                         cases[i].err);
        assert_string_equal(why.text, cases[i].why);
        split_done(&s);
    }
    fs_memory_free(fs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line_of_a_folder_is_in_one_range_of_one_split),
        cmocka_unit_test(test_splits_of_two_files_are_cut_in_the_long_text),
        cmocka_unit_test(test_a_split_is_read_back_from_where_it_stands),
        cmocka_unit_test(test_what_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
