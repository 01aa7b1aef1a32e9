/* JSON with commas and escapes kept by the writer. */
#include <math.h>

#include "base/json.h"
#include "tests/check.h"

static void assert_written(struct json_writer *w, const char *text)
{
    assert_int_equal(w->depth, 0);
    assert_string_equal(bytes_cstr(w->out), text);
    bytes_done(w->out);
}

static void test_json_sets_commas_and_names(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    json_object(&w, NULL);
    json_put_int(&w, "n", 3);
    json_array(&w, "list");
    json_put_int(&w, NULL, 1);
    json_object(&w, NULL);
    json_end(&w);
    json_array(&w, NULL);
    json_end(&w);
    json_put_bool(&w, NULL, true);
    json_end(&w);
    json_put_null(&w, "none");
    json_put_text(&w, "t", "x");
    json_end(&w);
    assert_written(&w, "{\"n\":3,\"list\":[1,{},[],true],\"none\":null,\"t\":\"x\"}");
}

static void test_json_escapes_what_it_must(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    json_put_text(&w, NULL, "say \"hi\"\\\n\t\x01 \x7f");
    assert_written(&w, "\"say \\\"hi\\\"\\\\\\n\\u0009\\u0001 \x7f\"");
}

static void test_json_keeps_utf8_and_replaces_what_is_none(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    json_put_text(&w, NULL, "Z\xc3\xbcrich \xf0\x9f\x98\x80 \xff\xc3");
    assert_written(&w, "\"Z\xc3\xbcrich \xf0\x9f\x98\x80 \xef\xbf\xbd\xef\xbf\xbd\"");
}

static void test_json_escapes_names_too(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    json_object(&w, NULL);
    json_put_span(&w, "a\"b", (struct span){NULL, 0});
    json_end(&w);
    assert_written(&w, "{\"a\\\"b\":\"\"}");
}

static void test_json_numbers_keep_every_digit(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    json_array(&w, NULL);
    json_put_int(&w, NULL, INT64_MIN);
    json_put_double(&w, NULL, 0.1);
    json_put_double(&w, NULL, 1e300);
    json_put_double(&w, NULL, (double)NAN);
    json_put_double(&w, NULL, (double)INFINITY);
    json_end(&w);
    assert_written(&w, "[-9223372036854775808,0.1,1e+300,null,null]");
}

static void test_json_nests_thirty_two_deep(void **state)
{
    struct bytes out = {0};
    struct json_writer w = {.out = &out};

    for (int i = 0; i < 32; i++) {
        json_array(&w, NULL);
        json_put_int(&w, NULL, i);
    }
    for (int i = 0; i < 32; i++) {
        json_put_int(&w, NULL, -i); /* each level remembers that it has a member */
        json_end(&w);
    }
    assert_int_equal(w.depth, 0);
    assert_memory_equal(out.p, "[0,[1,[2,[3", 11);
    assert_memory_equal(out.p + out.bytes - 10, ",-30],-31]", 10);
    bytes_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_sets_commas_and_names),
        cmocka_unit_test(test_json_escapes_what_it_must),
        cmocka_unit_test(test_json_keeps_utf8_and_replaces_what_is_none),
        cmocka_unit_test(test_json_escapes_names_too),
        cmocka_unit_test(test_json_numbers_keep_every_digit),
        cmocka_unit_test(test_json_nests_thirty_two_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
