/* Values from text, type by type: the whole text, in range, or nothing. */
#include <string.h>

#include "data/value.h"
#include "tests/check.h"

static bool parses(enum weir_type type, const char *text, int64_t wanted)
{
    int64_t slot = 0;

    return value_parse(type, span_text(text), &slot) && slot == wanted;
}

static void test_value_of_each_type(void **state)
{
    double half = 0.5;
    int64_t half_bits;

    memcpy(&half_bits, &half, 8);
    assert_true(parses(WEIR_INT, "-2147483648", INT32_MIN));
    assert_true(parses(WEIR_BIGINT, "+9223372036854775807", INT64_MAX));
    assert_true(parses(WEIR_BIGINT, "-9223372036854775808", INT64_MIN));
    assert_true(parses(WEIR_DOUBLE, "0.5", half_bits));
    assert_true(parses(WEIR_DOUBLE, "5e-1", half_bits));
    assert_true(parses(WEIR_BOOLEAN, "true", 1));
    assert_true(parses(WEIR_BOOLEAN, "false", 0));
    assert_true(parses(WEIR_TIMESTAMP, "1970-01-01 00:00:01", 1000));
}

static void test_value_must_be_all_of_the_text_and_in_range(void **state)
{
    static const struct {
        enum weir_type type;
        const char *text;
    } bad[] = {{WEIR_INT, ""},          {WEIR_INT, "2147483648"},
               {WEIR_INT, "1 "},        {WEIR_BIGINT, "9223372036854775808"},
               {WEIR_BIGINT, "0x1"},    {WEIR_DOUBLE, "1.5x"},
               {WEIR_DOUBLE, "nan"},    {WEIR_BOOLEAN, "TRUE"},
               {WEIR_TIMESTAMP, "now"}, {WEIR_STRING, "text"}};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t slot;

        assert_false(value_parse(bad[i].type, span_text(bad[i].text), &slot));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_of_each_type),
        cmocka_unit_test(test_value_must_be_all_of_the_text_and_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
