/* What is read is what was written: numbers to the last digit, texts to the last byte, members in
 * their order; and what is not JSON is refused, with a reason, whatever it is cut to. */
#include "tests/check.h"
#include "tui/json.h"

#include <string.h>

static struct json_reader *reader;

static struct json *parse(const char *text)
{
    char why[200];
    struct json *j = json_parse(reader, text, strlen(text), why, sizeof why);

    if (j == NULL)
        fail_msg("%s: %s", text, why);
    return j;
}

static void refuse(const char *text, size_t bytes, const char *reason)
{
    char why[200] = "";
    struct json *j = json_parse(reader, text, bytes, why, sizeof why);

    if (j)
        fail_msg("%s was taken for JSON", text);
    if (strstr(why, reason) == NULL)
        fail_msg("%s: '%s' does not say '%s'", text, why, reason);
}

static void test_integers_keep_every_digit(void **state)
{
    struct json *j = parse("[9223372036854775807,-9223372036854775808,0,-1,9223372036854775808]");

    assert_int_equal(json_count(j), 5);
    assert_true(json_int(json_at(j, 0)) == INT64_MAX);
    assert_true(json_int(json_at(j, 1)) == INT64_MIN);
    assert_int_equal(json_kind(json_at(j, 3)), JSON_INT);
    assert_int_equal(json_int(json_at(j, 3)), -1);
    assert_int_equal(json_kind(json_at(j, 4)), JSON_DOUBLE); /* it fits nothing else */
    json_free(j);
}

static void test_doubles_are_what_strtod_says(void **state)
{
    uint64_t x = test_seed(7);

    for (int i = 0; i < 5000; i++) {
        char text[64];
        struct json *j;
        double d;

        x = x * 6364136223846793005u + 1442695040888963407u;
        memcpy(&d, &x, sizeof d);
        if (d != d || d - d != 0)
            continue;
        snprintf(text, sizeof text, "[%.17g]", d);
        if (strpbrk(text, ".e") == NULL)
            continue;
        j = parse(text);
        if (json_double(json_at(j, 0)) != strtod(text + 1, NULL))
            fail_msg("%s became %.17g", text, json_double(json_at(j, 0)));
        json_free(j);
    }
}

static void expect_text(const char *text, const char *bytes, size_t count)
{
    struct json *j = parse(text);

    assert_int_equal(json_kind(j), JSON_STRING);
    assert_int_equal(json_text_bytes(j), count);
    assert_memory_equal(json_text(j), bytes, count + 1); /* terminated */
    json_free(j);
}

static void test_texts_keep_every_byte(void **state)
{
    expect_text("\"\"", "", 0);
    expect_text("\"a\\n\\t\\\"\\\\\\/\\b\\f\\r\"", "a\n\t\"\\/\b\f\r", 9);
    expect_text("\"\\u00e4\\u20ac\"", "\xc3\xa4\xe2\x82\xac", 5);
    expect_text("\"\\ud83d\\ude46\"", "\xf0\x9f\x99\x86", 4); /* a pair is one character */
    expect_text("\"\xf0\x9f\x99\x86\"", "\xf0\x9f\x99\x86", 4);
}

static void test_a_lone_surrogate_is_not_lost(void **state)
{
    expect_text("\"\\ud83d\"", "\xed\xa0\xbd", 3);
    expect_text("\"x\\ude00y\"", "x\xed\xb8\x80y", 5);
    expect_text("\"\\ude46\\ud83d\"", "\xed\xb9\x86\xed\xa0\xbd", 6); /* the wrong way round */
}

static void test_a_zero_in_a_text_does_not_end_it(void **state)
{
    expect_text("\"a\\u0000b\"", "a\0b", 3);
    expect_text("\"\\u0000\\u0000\"", "\0\0", 2);
    expect_text("\"\\\\u0000\"", "\\u0000", 6); /* a backslash and five characters */
    expect_text("\"\\\\\\u0000\"", "\\\0", 2);
    expect_text("\"\\u0000\\ufdd0\xef\xb7\x91\\uFDD2\"", "\0\xef\xb7\x90\xef\xb7\x91\xef\xb7\x92",
                10);
}

static void test_members_keep_their_order_and_the_first_of_a_name_wins(void **state)
{
    struct json *j = parse("{\"b\":1,\"a\":{\"x\":true,\"y\":null},\"b\":2,\"\":3}");

    assert_int_equal(json_kind(j), JSON_OBJECT);
    assert_int_equal(json_count(j), 4);
    assert_string_equal(json_name(json_at(j, 0)), "b");
    assert_string_equal(json_name(json_at(j, 2)), "b");
    assert_int_equal(json_int(json_at(j, 2)), 2);
    assert_int_equal(json_get_int(j, "b"), 1);
    assert_int_equal(json_get_int(j, ""), 3);
    assert_true(json_bool(json_get(json_get(j, "a"), "x")));
    assert_int_equal(json_kind(json_get(json_get(j, "a"), "y")), JSON_NULL);
    json_free(j);
}

static void test_absent_things_are_empty(void **state)
{
    struct json *j = parse("{\"a\":[]}");

    assert_null(json_get(j, "b"));
    assert_null(json_at(json_get(j, "a"), 0));
    assert_int_equal(json_kind(json_get(j, "b")), JSON_NONE);
    assert_int_equal(json_int(json_get(json_get(j, "b"), "c")), 0);
    assert_string_equal(json_get_text(j, "b"), "");
    json_free(j);
    json_free(NULL);
}

static void test_equality_looks_at_kinds_values_and_order(void **state)
{
    const char *same[] = {"1",     "1.0",   "\"1\"", "[1]",  "{\"a\":1}", "{\"b\":1}",
                          "[1,2]", "[2,1]", "null",  "true", "false"};

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        for (size_t k = 0; k < sizeof same / sizeof same[0]; k++) {
            struct json *a = parse(same[i]), *b = parse(same[k]);

            if (json_equal(a, b) != (i == k))
                fail_msg("%s and %s", same[i], same[k]);
            json_free(a);
            json_free(b);
        }
}

static char *nested(size_t depth)
{
    char *text = malloc(2 * depth + 1);

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = 0;
    return text;
}

static void test_nesting_is_deep_but_not_endless(void **state)
{
    char *deep = nested(1000), *deeper = nested(100000);
    struct json *root = parse(deep);
    const struct json *j = root;
    int depth = 0;

    for (; json_count(j); j = json_at(j, 0))
        depth++;
    assert_int_equal(depth, 999);
    refuse(deeper, 200000, "malformed");
    json_free(root);
    free(deep);
    free(deeper);
}

static void test_what_is_not_json_is_refused_with_a_reason(void **state)
{
    static const char *bad[] = {"{",   "[1,]",    "{\"a\"}", "{a:1}", "[1] x",
                                "\"a", "\"\\x\"", "nul",     "01",    "[1 2]"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse(bad[i], strlen(bad[i]), "malformed");
        refuse(bad[i], strlen(bad[i]), bad[i]);
    }
    refuse("", 0, "");
    refuse("[1]\0]", 5, "a zero byte at 3");
}

static void test_every_cut_of_a_text_is_refused_and_the_reader_goes_on(void **state)
{
    const char *text = "{\"id\":\"a\\u0000\\ud83d\",\"out\":[[1,-2.5e3,null],{\"x\":true}]}";
    size_t bytes = strlen(text);

    for (size_t cut = 1; cut < bytes; cut++)
        refuse(text, cut, "malformed");
    json_free(parse(text));
}

static void test_many_lines_with_one_reader(void **state)
{
    for (int i = 0; i < 2000; i++) {
        char text[100];
        struct json *j;

        snprintf(text, sizeof text, "{\"n\":%d,\"text\":\"%.*s\"}", i, i % 50,
                 "..................................................");
        j = parse(text);
        assert_int_equal(json_get_int(j, "n"), i);
        assert_int_equal(strlen(json_get_text(j, "text")), i % 50);
        json_free(j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers_keep_every_digit),
        cmocka_unit_test(test_doubles_are_what_strtod_says),
        cmocka_unit_test(test_texts_keep_every_byte),
        cmocka_unit_test(test_a_lone_surrogate_is_not_lost),
        cmocka_unit_test(test_a_zero_in_a_text_does_not_end_it),
        cmocka_unit_test(test_members_keep_their_order_and_the_first_of_a_name_wins),
        cmocka_unit_test(test_absent_things_are_empty),
        cmocka_unit_test(test_equality_looks_at_kinds_values_and_order),
        cmocka_unit_test(test_nesting_is_deep_but_not_endless),
        cmocka_unit_test(test_what_is_not_json_is_refused_with_a_reason),
        cmocka_unit_test(test_every_cut_of_a_text_is_refused_and_the_reader_goes_on),
        cmocka_unit_test(test_many_lines_with_one_reader),
    };
    int failed;

    reader = json_reader_new();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    json_reader_free(reader);
    return failed;
}
