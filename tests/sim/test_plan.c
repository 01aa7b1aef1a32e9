/* Plans: what is printed parses to the same plan; what is wrong is said with line and column. */
#include "sim/plan.h"
#include "tests/check.h"
#include "tests/job.h"

#include <string.h>

static void test_a_printed_plan_parses_to_the_same_text(void **state)
{
    static const char text[] = "set seed = 7\nset program = build/jobs/toy\n"
                               "at barrier cp 3 after ack of window[1] kill tm-2\n"
                               "at complete cp 4 drop notify sink[0]\n"
                               "at record of csv[0] #500 slow window[0] 5ms/rec\n"
                               "at start pause tm-1 for 20ms\n"
                               "at ack of window[*] cp 2 #2 delay ack window[*] 300us\n";
    struct plan p;
    struct bytes out = {0};
    struct diag why = {0};

    assert_int_equal(plan_parse(&p, span_text(text), "t", &why), ERR_NONE);
    plan_print(&p, &out);
    assert_string_equal(bytes_cstr(&out), text);
    assert_string_equal(plan_setting(&p, "seed"), "7");
    bytes_done(&out);
    (void)state;
}

static void test_comments_blank_lines_and_the_short_form_are_read(void **state)
{
    struct plan p;

    assert_int_equal(plan_parse(&p,
                                span_text("# nothing\n\nat ack sink[0] cp 2 kill tm-1  # crash\n"
                                          "at record #3 kill tm-1"),
                                "t", &(struct diag){0}),
                     ERR_NONE);
    assert_int_equal(p.faults, 2);
    assert_string_equal(p.fault[0].at.subject, "sink[0]");
    assert_int_equal(p.fault[0].line, 3);
    assert_int_equal(p.fault[1].at.nth, 3);
    (void)state;
}

static void wrong(const char *text, const char *says)
{
    struct plan p;
    struct diag why = {0};

    assert_int_not_equal(plan_parse(&p, span_text(text), "p.plan", &why), ERR_NONE);
    if (!strstr(why.text, says))
        fail_msg("'%s' says '%s', not '%s'", text, why.text, says);
}

static void test_what_is_wrong_is_said_with_line_column_and_what_was_expected(void **state)
{
    wrong("at akc cp 1 kill tm-1", "p.plan:1:7: expected an event such as ack, not 'akc'");
    wrong("at ack cp 1\nkill tm-1", "p.plan:1:");
    wrong("at ack cp zero kill tm-1", "a number from 1");
    wrong("at ack slow window[0] 5ms", "5ms/rec");
    wrong("at ack pause tm-1 20ms", "expected 'for' and a time, as in pause tm-1 for 20ms");
    wrong("at ack drop barrier sink", "notify or ack");
    wrong("at ack kill tm-1 now", "the end of the line");
    wrong("perhaps kill tm-1", "at or set");
    (void)state;
}

static void test_random_texts_are_refused_or_print_what_they_parse_to(void **state)
{
    static const char *const words[] = {"at",        "ack",  "of",     "cp",      "3",   "#2",
                                        "kill",      "tm-1", "slow",   "5ms/rec", "set", "=",
                                        "window[0]", "drop", "notify", "for",     "\n",  "after",
                                        "pause",     "10ms", "delay",  "#",       "[",   ""};
    uint64_t seed = test_seed(3);
    int parsed = 0;

    for (int i = 0; i < 10000; i++) {
        struct bytes text = {0}, once = {0}, twice = {0};
        struct plan p;

        for (int n = 0; n < 12; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes_format(&text, "%s ", words[(seed >> 33) % (sizeof words / sizeof words[0])]);
        }
        if (plan_parse(&p, bytes_span(&text), "f", &(struct diag){0}) == ERR_NONE) {
            plan_print(&p, &once);
            assert_int_equal(plan_parse(&p, bytes_span(&once), "f", &(struct diag){0}), ERR_NONE);
            plan_print(&p, &twice);
            assert_true(span_equal(bytes_span(&once), bytes_span(&twice)));
            parsed++;
        }
        bytes_done(&text);
        bytes_done(&once);
        bytes_done(&twice);
    }
    assert_true(parsed > 0);
    (void)state;
}

static void test_an_unknown_subject_names_the_nearest(void **state)
{
    struct test_job t = test_job_new(NULL);
    struct plan p;
    struct diag why = {0};

    plan_parse(&p, span_text("at ack widow[1] kill tm-1"), "t", &why);
    assert_int_equal(plan_bind(&p, t.graph, 2, &why), ERR_FORMAT);
    assert_non_null(strstr(why.text, "did you mean 'window'"));
    why = (struct diag){0};
    plan_parse(&p, span_text("at ack kill tm-3"), "t", &why);
    assert_int_equal(plan_bind(&p, t.graph, 2, &why), ERR_FORMAT);
    assert_non_null(strstr(why.text, "tm-1 to tm-2"));
    why = (struct diag){0};
    plan_parse(&p, span_text("at ack window[7] kill tm-1"), "t", &why);
    assert_int_equal(plan_bind(&p, t.graph, 2, &why), ERR_FORMAT);
    assert_non_null(strstr(why.text, "unknown task 'window[7]': there are window[0] to window["));
    test_job_free(&t);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_printed_plan_parses_to_the_same_text),
        cmocka_unit_test(test_comments_blank_lines_and_the_short_form_are_read),
        cmocka_unit_test(test_what_is_wrong_is_said_with_line_column_and_what_was_expected),
        cmocka_unit_test(test_random_texts_are_refused_or_print_what_they_parse_to),
        cmocka_unit_test(test_an_unknown_subject_names_the_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
