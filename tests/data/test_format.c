/* The formats' tables: each reads back what it writes, and says what a file of it looks like. */
#include <string.h>

#include "data/format.h"
#include "tests/check.h"

#define LINE(C) C(STRING, line)
WEIR_ROW(line, LINE)

static void assert_round_trip(enum weir_format f, const char *text, const char *wanted)
{
    const struct format *format = format_of(f);
    struct line_reader r = {.format = format, .schema = &line_schema};
    struct line value = {.line = {text, (uint32_t)strlen(text)}};
    uint64_t image[64], back[64];
    struct weir_row row = {.image = image, .event_ms = WEIR_NO_TIME};
    struct bytes out = {0};
    struct diag why = {0};
    struct span line;

    row.bytes = row_write(&line_schema, &value, image);
    format->encode(&line_schema, &row, &out);
    assert_string_equal(bytes_cstr(&out), wanted);
    line = (struct span){out.p, out.bytes - 1};
    if (format->has_header)
        assert_int_equal(format->start(&r, span_text("line"), &why), ERR_NONE);
    assert_true(row_room(&line_schema, line.bytes) <= sizeof back);
    assert_int_equal(format->decode(&r, line, back, row_room(&line_schema, line.bytes), &why),
                     row.bytes);
    assert_memory_equal(back, image, row.bytes);
    bytes_done(&out);
}

static void test_each_format_reads_back_what_it_writes(void **state)
{
    assert_round_trip(WEIR_CSV, "a \"b\", c", "\"a \"\"b\"\", c\"\n");
    assert_round_trip(WEIR_JSON, "a \"b\", c", "{\"line\":\"a \\\"b\\\", c\"}\n");
    assert_round_trip(WEIR_RAW, "a \"b\", c", "a \"b\", c\n");
    assert_round_trip(WEIR_RAW, "", "\n");
    assert_round_trip(WEIR_RAW, "\xff not checked", "\xff not checked\n");
}

static void test_what_files_of_a_format_look_like(void **state)
{
    assert_string_equal(format_of(WEIR_CSV)->suffix, ".csv");
    assert_string_equal(format_of(WEIR_JSON)->suffix, ".json");
    assert_string_equal(format_of(WEIR_RAW)->suffix, ".txt");
    assert_true(format_of(WEIR_CSV)->has_header && format_of(WEIR_CSV)->header);
    assert_false(format_of(WEIR_JSON)->has_header || format_of(WEIR_RAW)->has_header);
    assert_true(format_of(WEIR_RAW)->empty_is_row && !format_of(WEIR_CSV)->empty_is_row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_format_reads_back_what_it_writes),
        cmocka_unit_test(test_what_files_of_a_format_look_like),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
