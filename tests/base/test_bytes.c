/* Bytes that grow, a reader that stops at the end, and a few bytes as a number. */
#include <math.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/word.h"
#include "tests/check.h"

static void assert_text(struct bytes *b, const char *text)
{
    assert_string_equal(bytes_cstr(b), text);
    assert_int_equal(b->bytes, strlen(text));
    bytes_clear(b);
}

static void test_bytes_are_little_endian(void **state)
{
    static const uint8_t wanted[] = {0xab, 4,    3,    2, 1, 0xfe, 0xff, 0xff, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 2, 0, 0,    0,    'h',  'i'};
    struct bytes b = {0};

    bytes_put_u8(&b, 0xab);
    bytes_put_u32(&b, 0x01020304);
    bytes_put_i64(&b, -2);
    bytes_put_text(&b, "hi");
    assert_int_equal(b.bytes, sizeof wanted);
    assert_memory_equal(b.p, wanted, sizeof wanted);
    bytes_done(&b);
    assert_null(b.p);
}

static void test_bytes_grow_and_keep_what_they_hold(void **state)
{
    struct bytes b = {0};

    for (uint32_t i = 0; i < 1000; i++)
        bytes_put_u32(&b, i);
    struct reader r = reader_of(bytes_span(&b));
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(read_u32(&r), i);
    assert_true(reader_at_end(&r));
    bytes_done(&b);
}

static void test_bytes_format_appends(void **state)
{
    struct bytes b = {0};

    bytes_format(&b, "%s=%d", "n", 3);
    bytes_format(&b, " %0200d", 7);
    assert_int_equal(b.bytes, 3 + 201);
    assert_memory_equal(b.p, "n=3 000", 7);
    bytes_done(&b);
}

static void test_bytes_put_decimal_writes_every_sign_and_size(void **state)
{
    struct bytes b = {0};

    bytes_put_decimal(&b, 0);
    assert_text(&b, "0");
    bytes_put_decimal(&b, -17);
    assert_text(&b, "-17");
    bytes_put_decimal(&b, INT64_MAX);
    assert_text(&b, "9223372036854775807");
    bytes_put_decimal(&b, INT64_MIN);
    assert_text(&b, "-9223372036854775808");
    bytes_done(&b);
}

static void test_bytes_put_double_is_short_and_reads_back(void **state)
{
    struct bytes b = {0};

    bytes_put_double(&b, 0.1);
    assert_text(&b, "0.1");
    bytes_put_double(&b, 0.1 + 0.2);
    assert_text(&b, "0.30000000000000004");
    bytes_put_double(&b, -117.4976667);
    assert_text(&b, "-117.4976667");
    bytes_put_double(&b, (double)NAN);
    assert_text(&b, "NaN");
    bytes_put_double(&b, -(double)INFINITY);
    assert_text(&b, "-Infinity");
    bytes_done(&b);
}

static void test_span_compare_orders_by_bytes_and_a_prefix_first(void **state)
{
    assert_true(span_compare(span_text("a"), span_text("b")) < 0);
    assert_true(span_compare(span_text("b"), span_text("abc")) > 0);
    assert_true(span_compare(span_text("ab"), span_text("abc")) < 0);
    assert_true(span_compare(span_text("\xff"), span_text("a")) > 0); /* unsigned */
    assert_int_equal(span_compare(span_text(""), (struct span){NULL, 0}), 0);
    assert_true(span_equal(span_text(""), (struct span){NULL, 0}));
    assert_false(span_equal(span_text("a"), span_text("ab")));
}

/* One of everything. */
static void put_all(struct bytes *b)
{
    bytes_put_u8(b, 1);
    bytes_put_u32(b, 2);
    bytes_put_u64(b, 3);
    bytes_put_i64(b, -4);
    bytes_put_block(b, span_text("five"));
    bytes_put_text(b, "sixth");
    bytes_put(b, "78", 2);
}

static void read_all(struct reader *r)
{
    char text[8];

    read_u8(r);
    read_u32(r);
    read_u64(r);
    read_i64(r);
    read_block(r);
    read_text(r, text, sizeof text);
    read_span(r, 2);
}

static void test_reader_gives_back_what_was_put(void **state)
{
    struct bytes b = {0};
    char text[8];

    put_all(&b);
    struct reader r = reader_of(bytes_span(&b));
    assert_int_equal(read_u8(&r), 1);
    assert_int_equal(read_u32(&r), 2);
    assert_int_equal(read_u64(&r), 3);
    assert_int_equal(read_i64(&r), -4);
    assert_true(span_equal(read_block(&r), span_text("five")));
    assert_string_equal(read_text(&r, text, sizeof text), "sixth");
    assert_true(span_equal(read_span(&r, 2), span_text("78")));
    assert_true(reader_at_end(&r));
    bytes_done(&b);
}

/* Each truncation in a block of its own size, so that a sanitizer sees one byte too many. */
static void test_reader_fails_on_every_truncation_and_never_runs_over(void **state)
{
    struct bytes b = {0};

    put_all(&b);
    for (size_t n = 0; n < b.bytes; n++) {
        uint8_t *cut = mem_copy(b.p, n);
        struct reader r = reader_of((struct span){cut, n});

        read_all(&r);
        assert_false(reader_ok(&r));
        assert_false(reader_at_end(&r));
        mem_free(cut);
    }
    bytes_done(&b);
}

static void test_reader_stays_failed_and_gives_zeros(void **state)
{
    struct reader r = reader_of(span_text("abc"));

    assert_int_equal(read_u32(&r), 0);
    assert_int_equal(read_u8(&r), 0); /* there are three bytes, but nobody knows what they mean */
    assert_int_equal(read_span(&r, 0).bytes, 0);
    assert_false(reader_ok(&r));
}

static void test_reader_of_nothing_is_at_its_end(void **state)
{
    struct reader r = reader_of((struct span){NULL, 0});

    assert_true(reader_at_end(&r));
    assert_int_equal(read_span(&r, 0).bytes, 0);
    assert_true(reader_ok(&r));
    read_u8(&r);
    assert_false(reader_ok(&r));
}

static void test_read_text_refuses_what_does_not_fit(void **state)
{
    struct bytes b = {0};
    char text[5];

    bytes_put_text(&b, "four");
    bytes_put_text(&b, "fives");
    struct reader r = reader_of(bytes_span(&b));
    assert_string_equal(read_text(&r, text, sizeof text), "four");
    assert_string_equal(read_text(&r, text, sizeof text), "");
    assert_false(reader_ok(&r));
    bytes_done(&b);
}

static void test_word_load_short_is_the_bytes_lowest_first(void **state)
{
    static const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint64_t wanted = 0;

    for (size_t n = 0; n <= 8; n++) {
        uint8_t *p = mem_copy(bytes, n); /* of its own size: nothing may be read behind it */

        assert_true(word_load_short(p, n) == wanted);
        mem_free(p);
        if (n < 8)
            wanted |= (uint64_t)bytes[n] << (8 * n);
    }
}

static void test_word_copy_copies_all_and_only_that(void **state)
{
    uint8_t from[40], to[42];

    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (uint8_t)(i + 1);
    for (size_t n = 0; n <= sizeof from; n++) {
        memset(to, 0, sizeof to);
        word_copy(to + 1, from, n);
        assert_memory_equal(to + 1, from, n);
        assert_int_equal(to[0], 0);
        assert_int_equal(to[n + 1], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_are_little_endian),
        cmocka_unit_test(test_bytes_grow_and_keep_what_they_hold),
        cmocka_unit_test(test_bytes_format_appends),
        cmocka_unit_test(test_bytes_put_decimal_writes_every_sign_and_size),
        cmocka_unit_test(test_bytes_put_double_is_short_and_reads_back),
        cmocka_unit_test(test_span_compare_orders_by_bytes_and_a_prefix_first),
        cmocka_unit_test(test_reader_gives_back_what_was_put),
        cmocka_unit_test(test_reader_fails_on_every_truncation_and_never_runs_over),
        cmocka_unit_test(test_reader_stays_failed_and_gives_zeros),
        cmocka_unit_test(test_reader_of_nothing_is_at_its_end),
        cmocka_unit_test(test_read_text_refuses_what_does_not_fit),
        cmocka_unit_test(test_word_load_short_is_the_bytes_lowest_first),
        cmocka_unit_test(test_word_copy_copies_all_and_only_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
