/* Addresses of sockets, taken apart or refused. */
#include <string.h>

#include "connectors/address.h"
#include "tests/check.h"

static void test_an_address_is_a_host_and_a_port(void **state)
{
    static const char *const cases[][3] = {
        {"socket://localhost:9999", "localhost", "9999"},
        {"socket://127.0.0.1:1", "127.0.0.1", "1"},
        {"socket://[::1]:65535", "::1", "65535"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct diag why = {0};
        struct address a;

        assert_true(address_is_socket(cases[i][0]));
        assert_int_equal(address_parse(&a, cases[i][0], &why), ERR_NONE);
        assert_string_equal(a.host, cases[i][1]);
        assert_string_equal(a.port, cases[i][2]);
    }
}

static void test_what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "socket://",       "socket://:9999",   "socket://localhost",     "socket://localhost:",
        "socket://a:0",    "socket://a:65536", "socket://a:99999999999", "socket://a:12x",
        "socket://::1:99", "localhost:9999",   "socket://a:+1",          "socket://a: 1"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct diag why = {0};
        struct address a;

        assert_int_equal(address_parse(&a, bad[i], &why), ERR_USAGE);
        assert_non_null(strstr(why.text, "socket://host:port"));
    }
    assert_false(address_is_socket("datasets/flights.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_address_is_a_host_and_a_port),
        cmocka_unit_test(test_what_is_no_address_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
