/* Error names, diagnostics that keep the first mistake, and the nearest word. */
#include <string.h>

#include "base/err.h"
#include "tests/check.h"

static void test_err_has_a_name_and_a_text_for_every_code(void **state)
{
    assert_string_equal(err_name(ERR_NONE), "NONE");
    assert_string_equal(err_name(ERR_IO), "IO");
    assert_string_equal(err_text(ERR_DAMAGED), "damaged data");
    assert_string_equal(err_name(12345), "UNKNOWN");
    assert_string_equal(err_text(-12345), "unknown error");
}

static void test_diag_keeps_the_first_mistake(void **state)
{
    struct diag d = {0};

    assert_int_equal(diag_set(&d, ERR_USAGE, "option '%s'", "first"), ERR_USAGE);
    assert_int_equal(diag_set(&d, ERR_IO, "second"), ERR_IO);
    assert_int_equal(d.err, ERR_USAGE);
    assert_string_equal(d.text, "option 'first'");
}

static void test_diag_may_be_null(void **state)
{
    assert_int_equal(diag_set(NULL, ERR_IO, "nobody listens"), ERR_IO);
}

static void test_diag_cuts_what_is_too_long(void **state)
{
    struct diag d = {0};

    diag_set(&d, ERR_IO, "%1000d", 7);
    assert_int_equal(strlen(d.text), DIAG_TEXT_MAX - 1);
}

static void test_nearest_word_finds_a_slip_of_the_pen(void **state)
{
    static const char *const words[] = {"port", "parallelism", "paralysis", "mode"};

    assert_string_equal(nearest_word("paralelism", words, 4), "parallelism");
    assert_string_equal(nearest_word("mdoe", words, 4), "mode");
    assert_string_equal(nearest_word("parallelism", words, 4), "parallelism");
}

static void test_nearest_word_is_null_when_nothing_is_near(void **state)
{
    static const char *const words[] = {"parallelism", "mode"};
    char long_word[300];

    assert_null(nearest_word("checkpoint", words, 2));
    assert_null(nearest_word("mode", words, 0));
    memset(long_word, 'm', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = 0;
    assert_null(nearest_word(long_word, words, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_err_has_a_name_and_a_text_for_every_code),
        cmocka_unit_test(test_diag_keeps_the_first_mistake),
        cmocka_unit_test(test_diag_may_be_null),
        cmocka_unit_test(test_diag_cuts_what_is_too_long),
        cmocka_unit_test(test_nearest_word_finds_a_slip_of_the_pen),
        cmocka_unit_test(test_nearest_word_is_null_when_nothing_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
