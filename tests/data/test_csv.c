/* CSV: columns by name, quotes, NULLs, mistakes that name their column, and round trips. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/csv.h"
#include "tests/check.h"

#define FLIGHT(C)                                                                                  \
    C(TIMESTAMP, at)                                                                               \
    C(STRING, origin) C(INT, delay) C(BIGINT, id) C(DOUBLE, miles) C(BOOLEAN, cargo)
WEIR_ROW(flight, FLIGHT)
#define NAME(C) C(STRING, name)
WEIR_ROW(name, NAME)
#define NUMBER(C) C(DOUBLE, d)
WEIR_ROW(number, NUMBER)
#define WHOLE(C) C(INT, i) C(BIGINT, l)
WEIR_ROW(whole, WHOLE)
#define PAIR(C) C(STRING, a) C(STRING, b)
WEIR_ROW(pair, PAIR)

static const char header[] = "id,unused,origin,delay,miles,cargo,at";

static struct csv_layout layout_of(const struct weir_schema *s, const char *line)
{
    struct csv_layout l;
    struct diag why = {0};

    assert_int_equal(csv_layout(&l, s, span_text(line), &why), ERR_NONE);
    return l;
}

/* Decode in memory of just the size of the line's copy and just the room, for the sanitizers. */
static int decode(const struct csv_layout *l, const char *line, uint64_t *image, uint32_t room,
                  struct diag *why)
{
    struct span s = span_text(line);
    uint8_t *copy = mem_copy(s.p, s.bytes);
    int bytes = csv_decode(l, (struct span){copy, s.bytes}, image, room, why);

    mem_free(copy);
    return bytes;
}

static struct flight decode_flight(const char *line, uint64_t image[64])
{
    struct csv_layout l = layout_of(&flight_schema, header);
    struct diag why = {0};
    struct flight f;
    int bytes = decode(&l, line, image, 512, &why);

    assert_string_equal(why.text, "");
    assert_true(bytes > 0);
    assert_true(row_is_sound(&flight_schema, image, (uint32_t)bytes));
    row_read(&flight_schema, image, &f);
    return f;
}

static void test_csv_reads_columns_by_name(void **state)
{
    uint64_t image[64];
    struct flight f = decode_flight("7,whatever,LAS,-5,407.5,true,2001-01-01 01:24:00", image);

    assert_int_equal(f.id, 7);
    assert_int_equal(f.origin.bytes, 3);
    assert_memory_equal(f.origin.p, "LAS", 3);
    assert_int_equal(f.delay, -5);
    assert_true(f.miles == 407.5);
    assert_int_equal(f.cargo, 1);
    assert_int_equal(f.at, 978312240000);
    assert_int_equal(f.nulls, 0);
}

static void test_csv_takes_a_carriage_return_at_the_end(void **state)
{
    struct csv_layout l = layout_of(&pair_schema, "a,b\r");
    struct diag why = {0};
    uint64_t image[8];
    struct pair p;

    assert_int_equal(decode(&l, "x,yz\r", image, sizeof image, &why), 32);
    row_read(&pair_schema, image, &p);
    assert_int_equal(p.b.bytes, 2);
}

static void test_csv_takes_a_byte_order_mark(void **state)
{
    struct csv_layout l = layout_of(&pair_schema, "\xef\xbb\xbf"
                                                  "a,b");

    assert_int_equal(l.field_of[0], 0);
}

static void test_csv_empty_is_null_and_quoted_empty_is_not(void **state)
{
    uint64_t image[64];
    struct flight f = decode_flight(",,,,,,", image);

    assert_int_equal(f.nulls, 63);
    assert_int_equal(f.id, 0);
    assert_int_equal(f.origin.bytes, 0);
    f = decode_flight("1,,\"\",2,3,false,1969-12-31 23:59:59.999", image);
    assert_int_equal(f.nulls, 0);
    assert_int_equal(f.origin.bytes, 0);
    assert_int_equal(f.at, -1);
}

static void assert_text_is(const char *line, const char *wanted)
{
    struct csv_layout l = layout_of(&name_schema, "name");
    struct diag why = {0};
    uint64_t image[64];
    struct name n;

    assert_true(decode(&l, line, image, sizeof image, &why) > 0);
    row_read(&name_schema, image, &n);
    assert_int_equal(n.name.bytes, strlen(wanted));
    assert_memory_equal(n.name.p, wanted, n.name.bytes);
}

static void test_csv_unquotes(void **state)
{
    assert_text_is("plain", "plain");
    assert_text_is("\"quoted\"", "quoted");
    assert_text_is("\"81km WNW of Skagway, Alaska\"", "81km WNW of Skagway, Alaska");
    assert_text_is("\"say \"\"hi\"\"\"", "say \"hi\"");
    assert_text_is("\"\"\"\"", "\"");
    assert_text_is("5\" screen", "5\" screen"); /* a quote inside an unquoted field is itself */
    assert_text_is(" spaces stay ", " spaces stay ");
    assert_text_is("Z\xc3\xbcrich", "Z\xc3\xbcrich");
}

static void assert_bad(const struct weir_schema *s, const char *head, const char *line,
                       const char *wanted)
{
    struct csv_layout l = layout_of(s, head);
    struct diag why = {0};
    uint64_t image[64];

    assert_int_equal(decode(&l, line, image, sizeof image, &why), ERR_FORMAT);
    assert_string_equal(why.text, wanted);
}

static void test_csv_names_the_column_that_is_bad(void **state)
{
    assert_bad(&flight_schema, header, "1,,LAS,12x,1,true,2001-01-01 01:24:00",
               "column 'delay': '12x' is not of type INT");
    assert_bad(&flight_schema, header, "1,,LAS,1,1,TRUE,2001-01-01 01:24:00",
               "column 'cargo': 'TRUE' is not of type BOOLEAN");
    assert_bad(&flight_schema, header, "1,,LAS,1,1,true,yesterday",
               "column 'at': 'yesterday' is not of type TIMESTAMP");
    assert_bad(&flight_schema, header, "1,,LAS,1,1,true", "6 fields where the header has 7");
    assert_bad(&flight_schema, header, "1,,LAS,1,1,true,,", "8 fields where the header has 7");
    assert_bad(&pair_schema, "a,b", "\"open,x",
               "field 1: a quoted field must end with a quote and a comma");
    assert_bad(&pair_schema, "a,b", "x,\"a\"b",
               "field 2: a quoted field must end with a quote and a comma");
}

static bool whole_is_bad(const char *line)
{
    struct csv_layout l = layout_of(&whole_schema, "i,l");
    struct diag why = {0};
    uint64_t image[8];

    return decode(&l, line, image, sizeof image, &why) == ERR_FORMAT;
}

static void test_csv_whole_numbers_must_be_whole_fields_in_range(void **state)
{
    uint64_t image[8];
    struct csv_layout l = layout_of(&whole_schema, "i,l");
    struct diag why = {0};

    assert_true(decode(&l, "-2147483648,-9223372036854775808", image, 64, &why) > 0);
    assert_true((int64_t)image[1] == INT32_MIN && (int64_t)image[2] == INT64_MIN);
    assert_true(decode(&l, "+2147483647,9223372036854775807", image, 64, &why) > 0);
    assert_true((int64_t)image[1] == INT32_MAX && (int64_t)image[2] == INT64_MAX);
    assert_true(decode(&l, "007,0000000000000000000000000000009", image, 64, &why) > 0);
    assert_true(image[1] == 7 && image[2] == 9);
    assert_true(whole_is_bad("2147483648,1"));
    assert_true(whole_is_bad("-2147483649,1"));
    assert_true(whole_is_bad("1,9223372036854775808"));
    assert_true(whole_is_bad("1,-9223372036854775809"));
    assert_true(whole_is_bad("1,99999999999999999999"));
    assert_true(whole_is_bad("-,1"));
    assert_true(whole_is_bad("+,1"));
    assert_true(whole_is_bad(" 1,1"));
    assert_true(whole_is_bad("1 ,1"));
    assert_true(whole_is_bad("1.0,1"));
    assert_true(whole_is_bad("\"\",1")); /* quoted, so not NULL; and no number */
}

static bool double_of(const char *line, double *out)
{
    struct csv_layout l = layout_of(&number_schema, "d");
    struct diag why = {0};
    uint64_t image[4];

    if (decode(&l, line, image, sizeof image, &why) < 0)
        return false;
    memcpy(out, &image[1], 8);
    return true;
}

static void test_csv_doubles_are_rounded_as_strtod_does(void **state)
{
    static const char *const good[] = {"0",
                                       "-0",
                                       "1",
                                       "-117.4976667",
                                       "0.1",
                                       "123456789012345.6",
                                       "9007199254740993",
                                       "9007199254740992",
                                       "0.000000000000001",
                                       "1e10",
                                       "-2.5E-3",
                                       "1.",
                                       ".5",
                                       "+3",
                                       "123456789.123456789",
                                       "179769313486231570000e289",
                                       "4.9e-324"};
    static const char *const bad[] = {"1.2.3", "-",  ".",   "1x", "0x10", "inf", "nan",
                                      " 1",    "1 ", "--1", "1e", "e5",   "1,"};
    double d;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(double_of(good[i], &d));
        assert_true(d == strtod(good[i], NULL));
        assert_int_equal(signbit(d) != 0, good[i][0] == '-');
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(double_of(bad[i], &d));
    assert_true(double_of("NaN", &d) && isnan(d));
    assert_true(double_of("-Infinity", &d) && isinf(d) && d < 0);
}

static void test_csv_random_decimals_are_rounded_as_strtod_does(void **state)
{
    struct rng r = rng_of(test_seed(1), "decimals");
    struct bytes b = {0};
    double d;

    for (int i = 0; i < 20000; i++) {
        uint64_t whole = rng_next(&r) >> rng_below(&r, 64), part = rng_next(&r) >> 40;

        bytes_clear(&b);
        bytes_format(&b, "%s%" PRIu64 ".%0*" PRIu64, i % 2 ? "-" : "", whole, (int)rng_below(&r, 9),
                     part);
        assert_true(double_of(bytes_cstr(&b), &d));
        assert_true(d == strtod(bytes_cstr(&b), NULL));
    }
    bytes_done(&b);
}

static void test_csv_layout_names_the_nearest_word(void **state)
{
    struct csv_layout l;
    struct diag a = {0}, b = {0};

    assert_int_equal(csv_layout(&l, &pair_schema, span_text("x,\"a\",c"), &a), ERR_MISMATCH);
    assert_string_equal(a.text, "the header line has no column 'b': did you mean 'x'?");
    assert_int_equal(csv_layout(&l, &flight_schema, span_text("at,orgin,delay"), &b), ERR_MISMATCH);
    assert_string_equal(b.text, "the header line has no column 'origin': did you mean 'orgin'?");
}

static void test_csv_layout_refuses_too_many_columns(void **state)
{
    struct csv_layout l;
    struct diag why = {0};
    struct bytes b = {0};

    bytes_put(&b, "a,b", 3);
    for (int i = 2; i < CSV_FIELDS_MAX; i++)
        bytes_put(&b, ",c", 2);
    assert_int_equal(csv_layout(&l, &pair_schema, bytes_span(&b), &why), ERR_NONE);
    assert_int_equal(l.fields, CSV_FIELDS_MAX);
    bytes_put(&b, ",c", 2);
    assert_int_equal(csv_layout(&l, &pair_schema, bytes_span(&b), &why), ERR_LIMIT);
    bytes_done(&b);
}

/* The image is refused as soon as its room is one word short, and never written beyond it. */
static void test_csv_stays_in_its_room(void **state)
{
    struct csv_layout l = layout_of(&pair_schema, "a,b");
    const char *line = "\"twelve \"\"by\"\"\",eighteen bytes long";
    struct diag ok = {0};

    for (uint32_t room = 0; room < 56; room++) {
        struct diag why = {0};
        uint64_t *image = mem_alloc(room & ~7u);

        assert_int_equal(decode(&l, line, image, room, &why), ERR_LIMIT);
        mem_free(image);
    }
    uint64_t *image = mem_alloc(56);
    assert_int_equal(decode(&l, line, image, 56, &ok), 56); /* 24 + 11 + 19, padded */
    mem_free(image);
}

static void assert_round_trip(const struct flight *f)
{
    struct csv_layout l;
    struct diag why = {0};
    struct bytes line = {0};
    uint64_t image[64], back[64];
    uint32_t bytes = row_write(&flight_schema, f, image);

    csv_header(&flight_schema, &line);
    assert_int_equal(csv_layout(&l, &flight_schema, (struct span){line.p, line.bytes - 1}, &why),
                     ERR_NONE);
    bytes_clear(&line);
    csv_encode(&flight_schema, image, &line);
    assert_int_equal(line.p[line.bytes - 1], '\n');
    line.bytes--;
    assert_int_equal(csv_decode(&l, bytes_span(&line), back, sizeof back, &why), bytes);
    assert_memory_equal(back, image, bytes);
    bytes_done(&line);
}

static void test_csv_reads_back_what_it_writes(void **state)
{
    static const char *const texts[] = {"",     "LAS", "a,b",  "say \"hi\"",         "\"",
                                        "cr\r", " x ", "NULL", "Z\xc3\xbcrich, \xff"};
    static const double doubles[] = {0, -0.0, 0.1, 1e300, -4.9e-324, 1.0 / 3, 1e16};
    struct rng r = rng_of(test_seed(2), "csv");

    for (int i = 0; i < 5000; i++) {
        const char *t = texts[rng_below(&r, sizeof texts / sizeof texts[0])];
        struct flight f = {
            .nulls = rng_below(&r, 64),
            .at = (int64_t)rng_below(&r, 253402300800000 + 62167219200000) - 62167219200000,
            .origin = {t, (uint32_t)strlen(t)},
            .delay = (int32_t)rng_next(&r),
            .id = (int64_t)rng_next(&r),
            .miles = doubles[rng_below(&r, sizeof doubles / sizeof doubles[0])],
            .cargo = (int64_t)rng_below(&r, 2),
        };

        assert_round_trip(&f);
    }
}

static void test_csv_writes_lines_that_others_can_read(void **state)
{
    struct flight f = {.nulls = 1 << 2,
                       .at = 978312240500,
                       .origin = {"a \"b\", c", 8},
                       .id = -1,
                       .miles = 0.5,
                       .cargo = 1};
    struct bytes out = {0};
    uint64_t image[64];

    row_write(&flight_schema, &f, image);
    csv_header(&flight_schema, &out);
    csv_encode(&flight_schema, image, &out);
    assert_string_equal(bytes_cstr(&out),
                        "at,origin,delay,id,miles,cargo\n"
                        "2001-01-01 01:24:00.500,\"a \"\"b\"\", c\",,-1,0.5,true\n");
    bytes_done(&out);
}

/* Lines cut and with bytes changed: anything may be said, nothing may be touched. */
static void test_csv_survives_rubbish(void **state)
{
    struct csv_layout l = layout_of(&flight_schema, header);
    static const char alphabet[] = "\",\r\n.-+eE0129T: \xff\x80xNaInfity";
    struct rng r = rng_of(test_seed(3), "rubbish");
    uint64_t image[64];
    char line[80];

    for (int i = 0; i < 20000; i++) {
        struct diag why = {0};
        size_t n = rng_below(&r, sizeof line);
        int bytes;

        for (size_t k = 0; k < n; k++)
            line[k] = alphabet[rng_below(&r, sizeof alphabet - 1)];
        line[n] = 0;
        bytes = decode(&l, line, image, sizeof image, &why);
        assert_true(bytes > 0 ? row_is_sound(&flight_schema, image, (uint32_t)bytes)
                              : why.err == bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_reads_columns_by_name),
        cmocka_unit_test(test_csv_takes_a_carriage_return_at_the_end),
        cmocka_unit_test(test_csv_takes_a_byte_order_mark),
        cmocka_unit_test(test_csv_empty_is_null_and_quoted_empty_is_not),
        cmocka_unit_test(test_csv_unquotes),
        cmocka_unit_test(test_csv_names_the_column_that_is_bad),
        cmocka_unit_test(test_csv_whole_numbers_must_be_whole_fields_in_range),
        cmocka_unit_test(test_csv_doubles_are_rounded_as_strtod_does),
        cmocka_unit_test(test_csv_random_decimals_are_rounded_as_strtod_does),
        cmocka_unit_test(test_csv_layout_names_the_nearest_word),
        cmocka_unit_test(test_csv_layout_refuses_too_many_columns),
        cmocka_unit_test(test_csv_stays_in_its_room),
        cmocka_unit_test(test_csv_reads_back_what_it_writes),
        cmocka_unit_test(test_csv_writes_lines_that_others_can_read),
        cmocka_unit_test(test_csv_survives_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
