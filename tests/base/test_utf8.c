/* Characters out of bytes that may be anything: whole ones, and one U+FFFD for each bad byte. */
#include <string.h>

#include "base/utf8.h"
#include "tests/check.h"

/* The characters of `text` must be `wanted`. */
static void assert_characters(const char *text, const uint32_t *wanted, size_t count)
{
    const uint8_t *p = (const uint8_t *)text;
    size_t left = strlen(text), n;

    for (size_t i = 0; i < count; i++, p += n, left -= n) {
        assert_true(left > 0);
        assert_int_equal(utf8_next(p, left, &n), wanted[i]);
    }
    assert_int_equal(left, 0);
}
#define ASSERT_CHARACTERS(text, ...)                                                               \
    assert_characters(text, (const uint32_t[]){__VA_ARGS__},                                       \
                      sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static void test_utf8_reads_characters_of_one_to_four_bytes(void **state)
{
    ASSERT_CHARACTERS("a\x7f", 'a', 0x7f);
    ASSERT_CHARACTERS("\xc2\x80\xc3\xa9\xdf\xbf", 0x80, 0xe9, 0x7ff);
    ASSERT_CHARACTERS("\xe0\xa0\x80\xe2\x82\xac\xef\xbf\xbf", 0x800, 0x20ac, 0xffff);
    ASSERT_CHARACTERS("\xf0\x90\x80\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", 0x10000, 0x1f600,
                      0x10ffff);
}

static void test_utf8_counts_each_bad_byte_as_one(void **state)
{
    ASSERT_CHARACTERS("\x80z", UTF8_BAD, 'z');                       /* continuation */
    ASSERT_CHARACTERS("\xffz", UTF8_BAD, 'z');                       /* no such byte */
    ASSERT_CHARACTERS("\xc0\x80", UTF8_BAD, UTF8_BAD);               /* overlong NUL */
    ASSERT_CHARACTERS("\xe0\x9f\xbf", UTF8_BAD, UTF8_BAD, UTF8_BAD); /* overlong */
    ASSERT_CHARACTERS("\xed\xa0\x80", UTF8_BAD, UTF8_BAD, UTF8_BAD); /* surrogate */
    ASSERT_CHARACTERS("\xf4\x90\x80\x80", UTF8_BAD, UTF8_BAD, UTF8_BAD, UTF8_BAD); /* too large */
    ASSERT_CHARACTERS("\xc3z", UTF8_BAD, 'z');                                     /* cut short */
    ASSERT_CHARACTERS("\xe2\x82", UTF8_BAD, UTF8_BAD);                             /* at the end */
    ASSERT_CHARACTERS("\xef\xbf\xbd", 0xfffd);                                     /* written so */
}

static void test_utf8_put_writes_what_is_read_back(void **state)
{
    static const uint32_t edges[] = {0,      0x7f,   0x80,   0x7ff,   0x800,
                                     0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    static const size_t lengths[] = {1, 1, 2, 2, 3, 3, 3, 3, 4, 4};

    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        uint8_t out[4];
        size_t n;

        assert_int_equal(utf8_put(edges[i], out), lengths[i]);
        assert_int_equal(utf8_next(out, lengths[i], &n), edges[i]);
        assert_int_equal(n, lengths[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_reads_characters_of_one_to_four_bytes),
        cmocka_unit_test(test_utf8_counts_each_bad_byte_as_one),
        cmocka_unit_test(test_utf8_put_writes_what_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
