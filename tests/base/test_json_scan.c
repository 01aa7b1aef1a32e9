/* The JSON scanner: what is JSON and what is not, where a mistake is, and SQLite as the judge. */
#include <string.h>

#include "base/json_scan.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tests/check.h"
#include "tui/json.h"

/* All members, as `name=value;`. */
static int list(void *arg, const struct json_value *name, const struct json_value *value,
                struct diag *why)
{
    struct bytes *out = arg;

    bytes_put(out, name->text.p, name->text.bytes);
    bytes_put_u8(out, '=');
    bytes_put(out, value->text.p, value->text.bytes);
    bytes_put_u8(out, ';');
    return ERR_NONE;
}

/* Scan a copy of just the text's size, for the sanitizers. */
static int scan(struct span text, struct bytes *out, struct diag *why)
{
    uint8_t *copy = mem_copy(text.p, text.bytes);
    int err;

    bytes_clear(out);
    err = json_scan_object((struct span){copy, text.bytes}, list, out, why);
    mem_free(copy);
    return err;
}

static void test_json_scan_shows_the_members_of_an_object(void **state)
{
    static const char *const cases[][2] = {
        {"{}", ""},
        {" { } ", ""},
        {"{\"a\":1}", "a=1;"},
        {"\t{\r\n\"a\" : -0.5e+10 , \"b\":\"x\\\"y\"}  ", "a=-0.5e+10;b=x\\\"y;"},
        {"{\"\":null,\"t\":true,\"f\":false}", "=null;t=true;f=false;"},
        {"{\"o\":{\"a\":[1,{}]},\"l\":[ ]}", "o={\"a\":[1,{}]};l=[ ];"},
        {"{\"long enough for words\":\"0123456789abcdef\\u20ac\"}",
         "long enough for words=0123456789abcdef\\u20ac;"},
        {"{\"\xe2\x82\xac\":0}", "\xe2\x82\xac=0;"},
    };
    struct bytes out = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diag why = {0};

        assert_int_equal(scan(span_text(cases[i][0]), &out, &why), ERR_NONE);
        assert_string_equal(bytes_cstr(&out), cases[i][1]);
    }
    bytes_done(&out);
}

static void test_json_scan_says_where_and_what_was_expected(void **state)
{
    static const char *const cases[][2] = {
        {"", "character 1: expected '{', found the end"},
        {"[1]", "character 1: expected '{', found '['"},
        {"{\"a\":1", "character 7: expected ',' or '}', found the end"},
        {"{\"a\":1}x", "character 8: expected the end, found 'x'"},
        {"{\"a\" 1}", "character 6: expected ':', found '1'"},
        {"{a:1}", "character 2: expected a name in quotes, found 'a'"},
        {"{\"a\":1,}", "character 8: expected a name in quotes, found '}'"},
        {"{\"a\":}", "character 6: expected a value, found '}'"},
        {"{\"a\":nul}", "character 6: expected a value, found 'n'"},
        {"{\"a\":01}", "character 7: expected ',' or '}', found '1'"},
        {"{\"a\":+1}", "character 6: expected a value, found '+'"},
        {"{\"a\":-}", "character 7: expected a digit, found '}'"},
        {"{\"a\":1.}", "character 8: expected a digit, found '}'"},
        {"{\"a\":1e+}", "character 9: expected a digit, found '}'"},
        {"{\"a\":[1 2]}", "character 9: expected ',' or ']', found '2'"},
        {"{\"a\":\"x", "character 8: expected a quote at the end of a text, found the end"},
        {"{\"a\":\"x\\", "character 8: a bad escape in a text"},
        {"{\"a\":\"\\x41\"}", "character 7: a bad escape in a text"},
        {"{\"a\":\"\\u12g4\"}", "character 7: a bad escape in a text"},
        {"{\"a\":\"\\ud83d\"}", "character 7: a bad escape in a text"},
        {"{\"a\":\"\\ude00\"}", "character 7: a bad escape in a text"},
        {"{\"a\":\"\\ud83d\\u0041\"}", "character 7: a bad escape in a text"},
        {"{\"a\":\"tab\there\"}", "character 10: a control character in a text must be escaped"},
        {"{\"a\":\"0123456789\n\"}", "character 17: a control character in a text must be escaped"},
        {"{\"a\":\"\xc3(\"}", "character 7: a byte that is not UTF-8"},
        {"{\"a\":\xff}", "character 6: expected a value, found byte 0xff"},
    };
    struct bytes out = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diag why = {0};

        assert_int_equal(scan(span_text(cases[i][0]), &out, &why), ERR_FORMAT);
        assert_string_equal(why.text, cases[i][1]);
    }
    bytes_done(&out);
}

static void test_json_scan_stops_at_nesting_that_is_too_deep(void **state)
{
    struct bytes text = {0}, out = {0};

    for (int levels = JSON_LEVELS_MAX - 1; levels <= 100000; levels *= 40) {
        struct diag why = {0};
        bool fits = levels < JSON_LEVELS_MAX;

        bytes_clear(&text);
        bytes_format(&text, "{\"a\":");
        for (int i = 0; i < levels; i++)
            bytes_put_u8(&text, '[');
        for (int i = 0; i < levels; i++)
            bytes_put_u8(&text, ']');
        bytes_put_u8(&text, '}');
        assert_int_equal(scan(bytes_span(&text), &out, &why), fits ? ERR_NONE : ERR_FORMAT);
        assert_true(fits || strstr(why.text, "character 69: nested too deep"));
    }
    bytes_done(&text);
    bytes_done(&out);
}

static int refuse(void *arg, const struct json_value *name, const struct json_value *value,
                  struct diag *why)
{
    ++*(int *)arg;
    return diag_set(why, ERR_LIMIT, "enough");
}

static void test_json_scan_stops_when_its_caller_has_enough(void **state)
{
    struct diag why = {0};
    int calls = 0;

    assert_int_equal(json_scan_object(span_text("{\"a\":1,\"b\":2}"), refuse, &calls, &why),
                     ERR_LIMIT);
    assert_int_equal(calls, 1);
    assert_string_equal(why.text, "enough");
}

static void test_json_unescapes(void **state)
{
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"\\u0041\\u00e9\\u20AC\\ud83d\\ude00!", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"},
        {"\xe2\x82\xac\\n", "\xe2\x82\xac\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_value v = {JSON_TYPE_TEXT, false, i > 0, span_text(cases[i][0])};
        uint8_t out[64];
        uint32_t bytes = json_unescape(&v, out);

        assert_int_equal(bytes, strlen(cases[i][1]));
        assert_memory_equal(out, cases[i][1], bytes);
    }
}

/* ---- SQLite as the judge ---- */

static void random_text(struct rng *r, struct bytes *out)
{
    static const char *const pieces[] = {"a",        "bc",   "01234567", " ",
                                         "\\n",      "\\\"", "\\u00e9",  "\\ud83d\\ude00",
                                         "\xc3\xa9", "{",    "]"};

    bytes_put_u8(out, '"');
    for (uint64_t n = rng_below(r, 6); n; n--)
        bytes_format(out, "%s", pieces[rng_below(r, sizeof pieces / sizeof pieces[0])]);
    bytes_put_u8(out, '"');
}

static void random_value(struct rng *r, struct bytes *out, int depth)
{
    static const char *const plain[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "-0",
                                        "12",
                                        "-9007199254740993",
                                        "1.5",
                                        "-0.25e-3",
                                        "1E5",
                                        "99999999999999999999"};
    bool is_object = rng_below(r, 2);

    if (depth == 0 || rng_below(r, 3)) {
        if (rng_below(r, 3))
            bytes_format(out, "%s", plain[rng_below(r, sizeof plain / sizeof plain[0])]);
        else
            random_text(r, out);
        return;
    }
    bytes_put_u8(out, is_object ? '{' : '[');
    for (uint64_t i = 0, n = rng_below(r, 4); i < n; i++) {
        bytes_format(out, "%s", i ? rng_below(r, 2) ? " , " : "," : "");
        if (is_object) {
            random_text(r, out);
            bytes_put_u8(out, ':');
        }
        random_value(r, out, depth - 1);
    }
    bytes_put_u8(out, is_object ? '}' : ']');
}

static void random_object(struct rng *r, struct bytes *out)
{
    bytes_clear(out);
    bytes_put_u8(out, '{');
    for (uint64_t i = 0, n = rng_below(r, 4); i < n; i++) {
        bytes_format(out, i ? ", " : "");
        random_text(r, out);
        bytes_put_u8(out, ':');
        random_value(r, out, 3);
    }
    bytes_put_u8(out, '}');
}

/* A byte changed, taken away or put in, or the end cut off. */
static void damage(struct rng *r, struct bytes *text)
{
    static const char alphabet[] = "\"\\{}[]:,0123456789.-+eEtrufalsn \t\x01";
    size_t at = rng_below(r, text->bytes);
    uint8_t c = (uint8_t)alphabet[rng_below(r, sizeof alphabet - 1)];

    switch (rng_below(r, 4)) {
    case 0:
        text->p[at] = c;
        break;
    case 1:
        memmove(text->p + at, text->p + at + 1, --text->bytes - at);
        break;
    case 2:
        bytes_put_u8(text, 0);
        memmove(text->p + at + 1, text->p + at, text->bytes - 1 - at);
        text->p[at] = c;
        break;
    default:
        text->bytes = at;
    }
}

static void assert_members_are(const struct json *j, struct span text)
{
    struct bytes out = {0};
    struct diag why = {0};
    size_t members = 0;

    assert_int_equal(scan(text, &out, &why), ERR_NONE);
    for (const char *p = bytes_cstr(&out); (p = strchr(p, ';')); p++)
        members++;
    assert_int_equal(members, json_count(j)); /* no text of ours holds a semicolon */
    bytes_done(&out);
}

/* SQLite lets through lone surrogates and bytes that are not UTF-8, and an object is one of many
 * things for it. */
static bool is_stricter(const struct diag *why)
{
    return strstr(why->text, "a bad escape") || strstr(why->text, "UTF-8") ||
           strstr(why->text, "expected '{'");
}

static void test_json_scan_and_sqlite_agree_on_what_is_json(void **state)
{
    struct rng r = rng_of(test_seed(1), "json");
    struct json_reader *reader = json_reader_new();
    struct bytes text = {0}, out = {0};
    int good = 0, bad = 0;

    for (int i = 0; i < 30000; i++) {
        struct diag why = {0};
        struct json *j;
        int err;

        random_object(&r, &text);
        for (uint64_t n = i % 2 ? rng_below(&r, 3) : 0; n && text.bytes; n--)
            damage(&r, &text);
        err = scan(bytes_span(&text), &out, &why);
        j = json_parse(reader, bytes_cstr(&text), text.bytes, NULL, 0);
        if (j ? err && !is_stricter(&why) : !err)
            fail_msg("%s: we say '%s', SQLite %s", bytes_cstr(&text), why.text,
                     j ? "takes it" : "refuses it");
        if (!err)
            assert_members_are(j, bytes_span(&text));
        good += !err;
        bad += err != 0;
        json_free(j);
    }
    assert_true(good > 12000 && bad > 5000);
    json_reader_free(reader);
    bytes_done(&text);
    bytes_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_scan_shows_the_members_of_an_object),
        cmocka_unit_test(test_json_scan_says_where_and_what_was_expected),
        cmocka_unit_test(test_json_scan_stops_at_nesting_that_is_too_deep),
        cmocka_unit_test(test_json_scan_stops_when_its_caller_has_enough),
        cmocka_unit_test(test_json_unescapes),
        cmocka_unit_test(test_json_scan_and_sqlite_agree_on_what_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
