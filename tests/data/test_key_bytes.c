/* Keys as bytes, worked out from Flink's serializers by hand; and their order. */
#include "data/key_bytes.h"
#include "tests/check.h"

#include <string.h>

static void expect(enum weir_type type, struct span key, const char *hex)
{
    struct bytes out = {0};
    char got[128] = "";

    key_bytes_put(&out, type, key);
    for (size_t i = 0; i < out.bytes; i++)
        snprintf(got + 2 * i, sizeof got - 2 * i, "%02x", out.p[i]);
    assert_string_equal(got, hex);
    bytes_done(&out);
}

static struct span fixed(int64_t *v)
{
    return (struct span){(const uint8_t *)v, sizeof *v};
}

static void test_numbers_are_written_high_byte_first_at_their_size(void **state)
{
    int64_t one = 1, minus = -2, time = 0x0102030405060708;

    expect(WEIR_BOOLEAN, fixed(&one), "01");
    expect(WEIR_INT, fixed(&one), "00000001");
    expect(WEIR_INT, fixed(&minus), "fffffffe");
    expect(WEIR_BIGINT, fixed(&minus), "fffffffffffffffe");
    expect(WEIR_TIMESTAMP, fixed(&time), "0102030405060708");
    (void)state;
}

static void test_texts_are_their_units_plus_one_then_the_units_seven_bits_a_byte(void **state)
{
    expect(WEIR_STRING, span_text(""), "01");
    expect(WEIR_STRING, span_text("AB"), "034142");
    expect(WEIR_STRING, span_text("\xc3\xa9"), "02e901");                 /* U+00E9 */
    expect(WEIR_STRING, span_text("\xe2\x82\xac"), "02ac41");             /* U+20AC */
    expect(WEIR_STRING, span_text("\xf0\x9f\x98\x80"), "03bdb00380bc03"); /* D83D DE00 */
    (void)state;
}

static int order(struct span a, struct span b)
{
    struct bytes x = {0}, y = {0};
    int result;

    key_bytes_put(&x, WEIR_STRING, a);
    key_bytes_put(&y, WEIR_STRING, b);
    result = key_bytes_compare(bytes_span(&x), bytes_span(&y));
    bytes_done(&x);
    bytes_done(&y);
    return result;
}

static void test_shorter_texts_come_first_and_bytes_are_signed(void **state)
{
    char text[128];

    memset(text, 'x', 127);
    text[127] = 0;
    assert_int_equal(order(span_text("ATL"), span_text("ATL")), 0);
    assert_int_equal(order(span_text("ATL"), span_text("BOS")), -1);
    assert_int_equal(order(span_text("Z"), span_text("AB")), -1);
    assert_int_equal(order(span_text("\xc3\xa9"), span_text("e")), -1); /* e9 is negative */
    assert_int_equal(order(span_text(text), span_text("A")), -1);       /* its length is, too */
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_written_high_byte_first_at_their_size),
        cmocka_unit_test(test_texts_are_their_units_plus_one_then_the_units_seven_bits_a_byte),
        cmocka_unit_test(test_shorter_texts_come_first_and_bytes_are_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
