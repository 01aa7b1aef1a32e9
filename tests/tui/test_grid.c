/* A grid is written only where the pane allows it, and reads back as text. */
#include <string.h>

#include "tests/check.h"
#include "tui/grid.h"

static const char *text_of(const struct grid *g, bool ascii)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");

    grid_write_text(g, ascii, out);
    fclose(out);
    return text;
}

static void test_grid_shows_text_and_its_ascii(void **state)
{
    struct grid g;

    grid_init(&g, 12, 2);
    pane_text(grid_pane(&g), 1, 0, ROLE_NORMAL, "▪◇┃~·▸⊣█▓░");
    pane_text(grid_pane(&g), 0, 1, ROLE_NORMAL, "┌─│┘✓✗…");
    assert_string_equal(text_of(&g, false), " ▪◇┃~·▸⊣█▓░\n┌─│┘✓✗…\n");
    assert_string_equal(text_of(&g, true), " od|~.>X#%.\n+-|++x.\n");
    grid_done(&g);
    (void)state;
}

static void test_grid_clips_on_all_sides(void **state)
{
    struct grid g;
    struct pane inner;

    grid_init(&g, 6, 3);
    inner = pane_sub(grid_pane(&g), 2, 1, 3, 1);
    pane_text(inner, -1, 0, ROLE_NORMAL, "abcdefgh");
    pane_text(inner, 0, -1, ROLE_NORMAL, "no");
    pane_text(inner, 0, 1, ROLE_NORMAL, "no");
    pane_fill(pane_sub(inner, 2, -5, 100, 6), '#', ROLE_NORMAL);
    assert_string_equal(text_of(&g, false), "\n  bc#\n\n");
    grid_done(&g);
    (void)state;
}

static void test_grid_never_leaves_half_a_wide_character(void **state)
{
    struct grid g;

    grid_init(&g, 4, 1);
    pane_text(grid_pane(&g), 0, 0, ROLE_NORMAL, "日本");
    assert_string_equal(text_of(&g, false), "日本\n");
    pane_put(grid_pane(&g), 1, 0, 'x', ROLE_NORMAL);
    assert_string_equal(text_of(&g, false), " x本\n");
    pane_put(grid_pane(&g), 3, 0, 0x65e5, ROLE_NORMAL); /* no room for its right half */
    assert_string_equal(text_of(&g, false), " x\n");
    grid_done(&g);
    (void)state;
}

static void test_grid_survives_bad_utf8_and_controls(void **state)
{
    struct grid g;

    grid_init(&g, 8, 1);
    pane_text(grid_pane(&g), 0, 0, ROLE_NORMAL, "a\xff\xe2\x82\tb\xf0\x9f");
    assert_string_equal(text_of(&g, false), "a\ufffd\ufffd\ufffd b\ufffd\ufffd\n");
    grid_done(&g);
    (void)state;
}

static void test_grid_cuts_with_an_ellipsis(void **state)
{
    struct grid g;

    grid_init(&g, 8, 1);
    assert_int_equal(pane_text_cut(grid_pane(&g), 0, 0, 5, ROLE_NORMAL, "window[0]"), 5);
    assert_string_equal(text_of(&g, false), "wind…\n");
    grid_done(&g);
    (void)state;
}

static void test_grid_hash_sees_characters_roles_and_size(void **state)
{
    struct grid a, b;

    grid_init(&a, 4, 2);
    grid_init(&b, 4, 2);
    assert_true(grid_hash(&a) == grid_hash(&b));
    pane_put(grid_pane(&b), 0, 0, ' ', ROLE_BUSY);
    assert_true(grid_hash(&a) != grid_hash(&b));
    assert_int_equal(grid_diff(&a, &b), 1);
    grid_done(&b);
    grid_init(&b, 2, 4);
    assert_true(grid_hash(&a) != grid_hash(&b));
    grid_done(&a);
    grid_done(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grid_shows_text_and_its_ascii),
        cmocka_unit_test(test_grid_clips_on_all_sides),
        cmocka_unit_test(test_grid_never_leaves_half_a_wide_character),
        cmocka_unit_test(test_grid_survives_bad_utf8_and_controls),
        cmocka_unit_test(test_grid_cuts_with_an_ellipsis),
        cmocka_unit_test(test_grid_hash_sees_characters_roles_and_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
