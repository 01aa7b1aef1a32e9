/* JSON lines: columns by name, what each type takes, whose fault is said, and round trips, with
 * SQLite as the slow model. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/json_row.h"
#include "tests/check.h"
#include "tui/json.h"

#define FLIGHT(C)                                                                                  \
    C(TIMESTAMP, at)                                                                               \
    C(STRING, origin) C(INT, delay) C(BIGINT, id) C(DOUBLE, miles) C(BOOLEAN, cargo)
WEIR_ROW(flight, FLIGHT)

static const struct json_rules lenient = {false, false}, no_missing = {true, false},
                               no_extra = {false, true};

/* Decode from memory of just the line's size into just the room, for the sanitizers. */
static int decode(struct json_rules rules, struct span line, uint64_t *out, struct diag *why)
{
    uint32_t room = row_room(&flight_schema, line.bytes);
    uint8_t *copy = mem_copy(line.p, line.bytes);
    uint64_t *image = mem_alloc(room);
    int bytes = json_row_decode(&flight_schema, rules, (struct span){copy, line.bytes}, image, why);

    assert_true(bytes <= (int)room);
    if (bytes > 0) {
        assert_true(row_is_sound(&flight_schema, image, (uint32_t)bytes));
        memcpy(out, image, (uint32_t)bytes);
    }
    mem_free(copy);
    mem_free(image);
    return bytes;
}

static struct flight flight_from(const char *line, uint64_t image[64])
{
    struct diag why = {0};
    struct flight f;
    int bytes = decode(lenient, span_text(line), image, &why);

    assert_string_equal(why.text, "");
    assert_true(bytes > 0);
    row_read(&flight_schema, image, &f);
    return f;
}

static void assert_text(struct weir_text t, const char *wanted)
{
    assert_int_equal(t.bytes, strlen(wanted));
    assert_memory_equal(t.p, wanted, t.bytes);
}

static void test_json_row_reads_columns_by_name_in_any_order(void **state)
{
    uint64_t image[64], other[64];
    struct flight f = flight_from("{\"at\":\"2001-01-01 01:24:00\",\"origin\":\"LAS\",\"delay\":-5,"
                                  "\"id\":9223372036854775807,\"miles\":407.5,\"cargo\":true}",
                                  image);

    assert_true(f.nulls == 0);
    assert_true(f.at == 978312240000 && f.delay == -5 && f.id == INT64_MAX && f.miles == 407.5);
    assert_true(f.cargo == 1);
    assert_text(f.origin, "LAS");
    flight_from(" { \"unused\":{\"id\":[1,2]}, \"cargo\":true,\"miles\":4.075e2,\"id\":"
                "9223372036854775807,\"del\\u0061y\":-5,\"origin\":\"L\\u0041S\","
                "\"at\":\"2001-01-01T01:24:00\",\"x\":\"y\"}",
                other);
    assert_memory_equal(image, other, 8 * 8);
}

static void test_json_row_takes_null_and_nothing_as_null(void **state)
{
    uint64_t image[64];
    struct flight f = flight_from("{\"origin\":null,\"delay\":0,\"id\":null}\r", image);

    assert_true(f.nulls == (1 | 2 | 8 | 16 | 32));
    assert_true(f.delay == 0 && f.id == 0);
    assert_text(f.origin, "");
    f = flight_from("\xef\xbb\xbf{\"origin\":\"\"}", image);
    assert_true(f.nulls == (63 & ~2));
    assert_text(f.origin, "");
}

static void test_json_row_says_column_expectation_and_what_stood_there(void **state)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"{\"id\":\"12\"}", "column 'id': expected BIGINT, found \"12\""},
        {"{\"id\":1.0}", "column 'id': expected BIGINT, found 1.0"},
        {"{\"id\":1e3}", "column 'id': expected BIGINT, found 1e3"},
        {"{\"id\":true}", "column 'id': expected BIGINT, found true"},
        {"{\"id\":[1]}", "column 'id': expected BIGINT, found [1]"},
        {"{\"id\":9223372036854775808}",
         "column 'id': 9223372036854775808 is too large for BIGINT"},
        {"{\"delay\":2147483648}", "column 'delay': 2147483648 is too large for INT"},
        {"{\"delay\":-2147483649}", "column 'delay': -2147483649 is too large for INT"},
        {"{\"miles\":1e309}", "column 'miles': 1e309 is too large for DOUBLE"},
        {"{\"miles\":\"NaN\"}", "column 'miles': expected DOUBLE, found \"NaN\""},
        {"{\"origin\":7}", "column 'origin': expected STRING, found 7"},
        {"{\"origin\":{\"a\":1}}", "column 'origin': expected STRING, found {\"a\":1}"},
        {"{\"cargo\":1}", "column 'cargo': expected BOOLEAN, found 1"},
        {"{\"cargo\":\"true\"}", "column 'cargo': expected BOOLEAN, found \"true\""},
        {"{\"at\":978312240000}", "column 'at': expected TIMESTAMP, found 978312240000"},
        {"{\"at\":\"yesterday\"}", "column 'at': expected TIMESTAMP, found \"yesterday\""},
        {"{\"id\":1,\"id\":1}", "column 'id' stands twice in the line"},
        {"{\"id\":1,\"\\u0069d\":null}", "column 'id' stands twice in the line"},
        {"{\"id\":1", "character 8: expected ',' or '}', found the end"},
        {"id,delay", "character 1: expected '{', found 'i'"},
    };
    uint64_t image[64];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diag why = {0};

        assert_int_equal(decode(lenient, span_text(cases[i].line), image, &why), ERR_FORMAT);
        assert_string_equal(why.text, cases[i].why);
    }
}

static void test_json_row_shortens_what_it_quotes(void **state)
{
    struct bytes line = {0};
    struct diag why = {0};
    uint64_t image[64];

    bytes_format(&line, "{\"id\":\"%0200d\"}", 0);
    assert_int_equal(decode(lenient, bytes_span(&line), image, &why), ERR_FORMAT);
    assert_true(strlen(why.text) < 120);
    bytes_done(&line);
}

static void test_json_row_rules_for_fields_that_are_missing_or_extra(void **state)
{
    static const char all[] = "{\"at\":null,\"origin\":null,\"delay\":null,\"id\":null,"
                              "\"miles\":null,\"cargo\":null}";
    struct diag missing = {0}, extra = {0};
    uint64_t image[64];

    assert_true(decode(no_missing, span_text(all), image, NULL) > 0);
    assert_true(decode(no_extra, span_text(all), image, NULL) > 0);
    assert_true(decode(no_extra, span_text("{}"), image, NULL) > 0);
    assert_int_equal(decode(no_missing, span_text("{\"at\":null,\"x\":1}"), image, &missing),
                     ERR_FORMAT);
    assert_string_equal(missing.text, "column 'origin': the field is missing, expected STRING");
    assert_int_equal(decode(no_extra, span_text("{\"ID\":1}"), image, &extra), ERR_FORMAT);
    assert_string_equal(extra.text, "field 'ID' is no column of 'flight'");
}

/* ---- what is written is read back ---- */

static struct flight random_flight(struct rng *r)
{
    static const char *const texts[] = {"",
                                        "LAS",
                                        "a,b",
                                        "say \"hi\"",
                                        "tab\t\x01\x1f end",
                                        "null",
                                        "Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80",
                                        "\\u0041\\"};
    static const double doubles[] = {0, -0.0, 0.1, 1e300, -4.9e-324, 1.0 / 3, 1e16, DBL_MAX};
    const char *t = texts[rng_below(r, sizeof texts / sizeof texts[0])];

    return (struct flight){
        .nulls = rng_below(r, 64),
        .at = (int64_t)rng_below(r, 253402300800000 + 62167219200000) - 62167219200000,
        .origin = {t, (uint32_t)strlen(t)},
        .delay = (int32_t)rng_next(r),
        .id = (int64_t)rng_next(r),
        .miles = doubles[rng_below(r, sizeof doubles / sizeof doubles[0])],
        .cargo = (int64_t)rng_below(r, 2),
    };
}

static uint32_t write_line(const struct flight *f, uint64_t *image, struct bytes *line)
{
    uint32_t bytes = row_write(&flight_schema, f, image);
    struct weir_row row = {.image = image, .event_ms = WEIR_NO_TIME, .bytes = bytes};

    bytes_clear(line);
    json_row_encode(&flight_schema, &row, line);
    return bytes;
}

/* Column by column, SQLite reads in the line what stands in the struct. */
static void assert_sqlite_reads(struct json_reader *reader, struct span line, struct flight f)
{
    struct json *j = json_parse(reader, (const char *)line.p, line.bytes, NULL, 0);

    assert_non_null(j);
    assert_int_equal(json_count(j), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(json_kind(json_at(j, i)) == JSON_NULL, f.nulls >> i & 1);
    if (!(f.nulls & 2)) {
        assert_int_equal(json_text_bytes(json_get(j, "origin")), f.origin.bytes);
        assert_memory_equal(json_get_text(j, "origin"), f.origin.p, f.origin.bytes);
    }
    assert_true((f.nulls & 4) || json_get_int(j, "delay") == f.delay);
    assert_true((f.nulls & 8) || json_get_int(j, "id") == f.id);
    assert_true((f.nulls & 16) || json_double(json_get(j, "miles")) == f.miles);
    assert_true((f.nulls & 32) || json_bool(json_get(j, "cargo")) == f.cargo);
    json_free(j);
}

static void test_json_row_reads_back_what_it_writes_and_so_does_sqlite(void **state)
{
    struct rng r = rng_of(test_seed(2), "json");
    struct json_reader *reader = json_reader_new();
    uint64_t image[64], back[64];
    struct bytes line = {0};

    for (int i = 0; i < 5000; i++) {
        struct flight f = random_flight(&r);
        uint32_t bytes = write_line(&f, image, &line);
        struct diag why = {0};

        assert_int_equal(line.p[line.bytes - 1], '\n');
        assert_sqlite_reads(reader, bytes_span(&line), f);
        if (decode(no_missing, bytes_span(&line), back, &why) != (int)bytes)
            fail_msg("%s: %s", bytes_cstr(&line), why.text);
        assert_memory_equal(back, image, bytes);
    }
    json_reader_free(reader);
    bytes_done(&line);
}

static void test_json_row_writes_null_for_what_is_no_number(void **state)
{
    struct flight f = {.nulls = 47, .miles = NAN};
    struct bytes line = {0};
    uint64_t image[64];

    write_line(&f, image, &line);
    assert_string_equal(bytes_cstr(&line),
                        "{\"at\":null,\"origin\":null,\"delay\":null,\"id\":null,\"miles\":null,"
                        "\"cargo\":null}\n");
    bytes_done(&line);
}

/* Lines that are nearly right: anything may be said, nothing may be touched; and what is taken
 * for a row SQLite takes for JSON. */
static void test_json_row_survives_rubbish(void **state)
{
    static const char alphabet[] = "\"\\{}[]:,0123456789.-+eEtrufalsn \t\x01\xc3\xff";
    struct rng r = rng_of(test_seed(3), "rubbish");
    struct json_reader *reader = json_reader_new();
    struct bytes line = {0};
    uint64_t image[64];
    int good = 0;

    for (int i = 0; i < 20000; i++) {
        struct flight f = random_flight(&r);
        struct diag why = {0};
        int bytes;

        write_line(&f, image, &line);
        for (uint64_t n = 1 + rng_below(&r, 4); n; n--)
            line.p[rng_below(&r, line.bytes)] = (uint8_t)
                alphabet[rng_below(&r, sizeof alphabet - 1)];
        line.bytes -= rng_below(&r, 3);
        bytes = decode(lenient, bytes_span(&line), image, &why);
        assert_true(bytes > 0 || why.err == bytes);
        if (bytes > 0) {
            struct json *j = json_parse(reader, bytes_cstr(&line), line.bytes, NULL, 0);

            assert_non_null(j);
            json_free(j);
            good++;
        }
    }
    assert_true(good > 1000);
    json_reader_free(reader);
    bytes_done(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_row_reads_columns_by_name_in_any_order),
        cmocka_unit_test(test_json_row_takes_null_and_nothing_as_null),
        cmocka_unit_test(test_json_row_says_column_expectation_and_what_stood_there),
        cmocka_unit_test(test_json_row_shortens_what_it_quotes),
        cmocka_unit_test(test_json_row_rules_for_fields_that_are_missing_or_extra),
        cmocka_unit_test(test_json_row_reads_back_what_it_writes_and_so_does_sqlite),
        cmocka_unit_test(test_json_row_writes_null_for_what_is_no_number),
        cmocka_unit_test(test_json_row_survives_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
