/* Timestamps both ways: dates worked out beforehand, and every day of four centuries. */
#include <string.h>

#include "base/err.h"
#include "data/timestamp.h"
#include "tests/check.h"

static void assert_both_ways(const char *text, int64_t ms)
{
    struct bytes b = {0};
    int64_t read = 1;

    assert_int_equal(timestamp_parse(span_text(text), &read), ERR_NONE);
    assert_int_equal(read, ms);
    timestamp_format(ms, &b);
    assert_string_equal(bytes_cstr(&b), text);
    bytes_done(&b);
}

static void assert_reads(const char *text, int64_t ms)
{
    int64_t read = 1;

    assert_int_equal(timestamp_parse(span_text(text), &read), ERR_NONE);
    assert_int_equal(read, ms);
}

static void assert_writes(int64_t ms, const char *text)
{
    struct bytes b = {0};

    timestamp_format(ms, &b);
    assert_string_equal(bytes_cstr(&b), text);
    bytes_done(&b);
}

static void assert_refused(const char *text)
{
    int64_t read;

    assert_int_equal(timestamp_parse(span_text(text), &read), ERR_FORMAT);
}

/* Seconds by `date -u -d ... +%s`. */
static void test_timestamp_is_milliseconds_since_1970(void **state)
{
    assert_both_ways("1970-01-01 00:00:00", 0);
    assert_both_ways("2001-01-01 01:24:00", 978312240000);
    assert_both_ways("2018-01-31 02:18:21.235", 1517365101235);
    assert_both_ways("2038-01-19 03:14:07", 2147483647000);
    assert_both_ways("9999-12-31 23:59:59.999", 253402300799999);
}

static void test_timestamp_before_1970_is_negative(void **state)
{
    assert_both_ways("1969-12-31 23:59:59.999", -1);
    assert_both_ways("1969-12-31 00:00:00", -86400000);
    assert_both_ways("1900-01-01 00:00:00", -2208988800000);
    assert_both_ways("0001-01-01 00:00:00", -62135596800000);
    assert_both_ways("0000-01-01 00:00:00", -62167219200000);
}

static void test_timestamp_knows_leap_days(void **state)
{
    assert_both_ways("2000-02-29 00:00:00", 951782400000);
    assert_both_ways("2000-03-01 00:00:00", 951868800000);
    assert_both_ways("2024-02-29 12:00:00", 1709208000000);
    assert_refused("2023-02-29 00:00:00");
    assert_refused("1900-02-29 00:00:00"); /* a century, not of 400 */
    assert_refused("2024-04-31 00:00:00");
}

static void test_timestamp_counts_days_without_a_gap(void **state)
{
    char text[20], wanted[] = "1800-01-01 00:00:00";
    int64_t read;
    struct bytes b = {0};

    /* 1800-01-01 is 62091 days before 1970: 170 years, 41 of them leap years */
    for (int64_t day = -62091; day < -62091 + 146097; day++) {
        bytes_clear(&b);
        timestamp_format(day * 86400000, &b);
        assert_int_equal(b.bytes, 19);
        memcpy(text, bytes_cstr(&b), 20);
        if (day == -62091)
            assert_string_equal(text, wanted);
        else
            assert_true(strcmp(wanted, text) < 0); /* later than the day before */
        memcpy(wanted, text, 20);
        assert_int_equal(timestamp_parse(bytes_span(&b), &read), ERR_NONE);
        assert_int_equal(read, day * 86400000);
    }
    assert_string_equal(text, "2199-12-31 00:00:00");
    bytes_done(&b);
}

static void test_timestamp_reads_a_t_and_short_fractions(void **state)
{
    assert_reads("1970-01-01T00:00:01", 1000);
    assert_reads("1970-01-01 00:00:00.5", 500);
    assert_reads("1970-01-01 00:00:00.05", 50);
    assert_reads("1970-01-01 00:00:00.005", 5);
    assert_writes(50, "1970-01-01 00:00:00.050");
}

static void test_timestamp_writes_years_that_have_no_four_digits(void **state)
{
    assert_writes(253402300800000, "10000-01-01 00:00:00");
    assert_writes(-62167219200001, "-0001-12-31 23:59:59.999");
    assert_writes(INT64_MAX, "292278994-08-17 07:12:55.807"); /* java.time agrees */
    assert_writes(INT64_MIN, "-292275055-05-16 16:47:04.192");
}

static void test_timestamp_refuses_what_is_none(void **state)
{
    static const char *const bad[] = {
        "",
        "2001-01-01",
        "2001-01-01 01:24",
        "2001-13-01 00:00:00",
        "2001-00-01 00:00:00",
        "2001-01-00 00:00:00",
        "2001-01-01 24:00:00",
        "2001-01-01 00:60:00",
        "2001-01-01 00:00:60",
        "2001-01-01 00:00:00.",
        "2001-01-01 00:00:00.1234",
        "2001-01-01 00:00:00x",
        "2001-01-01 00:00:00.x",
        "2001/01/01 00:00:00",
        "2001-01-01_00:00:00",
        "2001-1-01 000:00:00",
        " 001-01-01 00:00:00",
        "-001-01-01 00:00:00",
        "2001-01-01 00:00:0x",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_refused(bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timestamp_is_milliseconds_since_1970),
        cmocka_unit_test(test_timestamp_before_1970_is_negative),
        cmocka_unit_test(test_timestamp_knows_leap_days),
        cmocka_unit_test(test_timestamp_counts_days_without_a_gap),
        cmocka_unit_test(test_timestamp_reads_a_t_and_short_fractions),
        cmocka_unit_test(test_timestamp_writes_years_that_have_no_four_digits),
        cmocka_unit_test(test_timestamp_refuses_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
