/* The key table is the only truth: what it binds, the help page shows, and nothing else. */
#include <string.h>

#include "tests/tui/recorded.h"
#include "tui/keys.h"

static void test_keys_each_key_is_bound_once_and_found_by_its_name(void **state)
{
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        char names[64], *rest = names;

        snprintf(names, sizeof names, "%s", key_row((enum action)a)->keys);
        for (char *name; (name = strtok_r(rest, " ", &rest));) {
            uint32_t key = key_code(name);
            char back[24];

            assert_true(key != 0);
            assert_int_equal(key_action(key), a);
            key_text(key, back, sizeof back);
            assert_string_equal(back, name);
        }
    }
    (void)state;
}

static void test_keys_help_lists_exactly_the_bound_keys(void **state)
{
    struct recorded_engine e;
    const char *screen;
    int names = 0, bound = 0;

    recorded_open(&e, true);
    session_key(e.session, '?');
    screen = recorded_screen(&e, 100, 70);
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        char line[200];

        snprintf(line, sizeof line, "  %-11s %s", key_row((enum action)a)->keys,
                 key_row((enum action)a)->help);
        if (strstr(screen, line) == NULL)
            print_error("not in the help: %s\n%s", line, screen);
        assert_non_null(strstr(screen, line));
        names++;
        for (const char *k = key_row((enum action)a)->keys; *k; k++)
            names += *k == ' ';
    }
    for (uint32_t key = 1; key < 0x110000 + 20; key++)
        bound += key_action(key) != ACTION_NONE;
    assert_int_equal(bound, names);
    recorded_close(&e);
    (void)state;
}

static void test_keys_help_lists_the_commands(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    session_command(e.session, "help");
    for (int c = COMMAND_NONE + 1; c < COMMAND_COUNT; c++) {
        char line[80];

        snprintf(line, sizeof line, ":%s", command_row((enum command)c)->word);
        assert_non_null(strstr(recorded_screen(&e, 100, 70), line));
    }
    recorded_close(&e);
    (void)state;
}

static void test_keys_unknown_command_names_the_nearest(void **state)
{
    const char *nearest = NULL;

    assert_int_equal(command_find("seek", 4, &nearest), COMMAND_SEEK);
    assert_int_equal(command_find("sekk", 4, &nearest), COMMAND_NONE);
    assert_string_equal(nearest, "seek");
    assert_int_equal(command_find("flt", 3, &nearest), COMMAND_NONE);
    assert_string_equal(nearest, "fault");
    (void)state;
}

static void test_keys_hint_bar_never_loses_the_way_out(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    for (int cols = 20; cols < 140; cols++) {
        const char *last = strrchr(recorded_screen(&e, cols, 24), '?');

        assert_non_null(last);
        assert_non_null(strchr(last, 'q'));
    }
    recorded_close(&e);
    (void)state;
}

static void test_keys_move_as_they_say(void **state)
{
    static const struct {
        const char *keys;
        int64_t step;
    } walks[] = {{".", 1},  {", .", 2 - 1}, {"$", 120}, {"[", 119},  {"0", 0}, {"]", 2},
                 {"}", 20}, {"}", 60},      {"{", 20},  {"] ]", 60}, {",", 59}};
    struct recorded_engine e;

    recorded_open(&e, true);
    for (size_t i = 0; i < sizeof walks / sizeof walks[0]; i++) {
        for (const char *k = walks[i].keys; *k; k++)
            if (*k != ' ')
                session_key(e.session, (uint32_t)*k);
        recorded_pump(&e);
        assert_int_equal(session_frame(e.session)->step, walks[i].step);
    }
    recorded_close(&e);
    (void)state;
}

static void type_in(struct recorded_engine *e, const char *text)
{
    for (; *text; text++) {
        session_key(e->session, (uint32_t)(unsigned char)*text);
        recorded_pump(e);
    }
}

static void test_keys_palette_filters_and_arms(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    type_in(&e, "Fslow\r");
    assert_int_equal(session_view(e.session)->overlay, OVERLAY_NONE);
    assert_non_null(strstr(session_view(e.session)->notice, "armed"));
    type_in(&e, "Fxyz\r"); /* nothing matches, so nothing is armed and it stays open */
    assert_int_equal(session_view(e.session)->overlay, OVERLAY_PALETTE);
    session_key(e.session, 27);
    assert_int_equal(session_view(e.session)->overlay, OVERLAY_NONE);
    recorded_close(&e);
    (void)state;
}

static void test_keys_views_to_come_say_so(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    type_in(&e, "4");
    assert_non_null(strstr(session_view(e.session)->notice, "comes in a later version"));
    type_in(&e, "2");
    assert_string_equal(session_view(e.session)->notice, "");
    recorded_close(&e);
    (void)state;
}

static void test_keys_refused_command_says_what_it_wants(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    session_command(e.session, "seek banana");
    assert_non_null(strstr(session_view(e.session)->notice, "seek wants a step"));
    session_command(e.session, "fault explode");
    recorded_pump(&e);
    assert_non_null(strstr(session_view(e.session)->notice, "no such fault"));
    session_command(e.session, "drop 7");
    assert_non_null(strstr(session_view(e.session)->notice, "0 to 0"));
    recorded_close(&e);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_each_key_is_bound_once_and_found_by_its_name),
        cmocka_unit_test(test_keys_help_lists_exactly_the_bound_keys),
        cmocka_unit_test(test_keys_help_lists_the_commands),
        cmocka_unit_test(test_keys_unknown_command_names_the_nearest),
        cmocka_unit_test(test_keys_hint_bar_never_loses_the_way_out),
        cmocka_unit_test(test_keys_move_as_they_say),
        cmocka_unit_test(test_keys_palette_filters_and_arms),
        cmocka_unit_test(test_keys_views_to_come_say_so),
        cmocka_unit_test(test_keys_refused_command_says_what_it_wants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
