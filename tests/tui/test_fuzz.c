/* Keys and sizes by the thousand.  What must hold whatever is typed:
 *   the selection is one of the graph's; a paused screen has a WHY; a step and a step back is the
 *   same screen; there and back by size is the same screen; with and without the cache the
 *   screens are equal. */
#include <string.h>

#include "tests/tui/recorded.h"
#include "tui/keys.h"

static uint64_t next(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

/* Mostly bound keys, some text, some rubbish. */
static uint32_t any_key(uint64_t *x)
{
    uint64_t kind = next(x) % 10;

    if (kind < 7) {
        char names[64];

        snprintf(names, sizeof names, "%s",
                 key_row((enum action)(1 + next(x) % (ACTION_COUNT - 1)))->keys);
        names[strcspn(names, " ")] = 0;
        return key_code(names);
    }
    if (kind < 9)
        return (uint32_t)(' ' + next(x) % 95);
    return (uint32_t)(1 + next(x) % 0x110020);
}

static void check_laws(const struct recorded_engine *e)
{
    const struct view *v = session_view(e->session);
    const struct run *run = session_run(e->session);
    char why[600];

    assert_true(v->selected.vertex < run->vertex_count);
    assert_true(v->selected.subtask < run->vertices[v->selected.vertex].parallelism);
    view_why(v, run, session_frame(e->session), why, sizeof why);
    assert_true(why[0] != 0);
    assert_true(session_wanted(e->session) >= 0 && session_wanted(e->session) <= run->steps);
    assert_true(session_is_settled(e->session));
    assert_int_equal(session_frame(e->session)->step, session_wanted(e->session));
}

static void test_fuzz_keys_and_sizes(void **state)
{
    uint64_t x = test_seed(42);
    struct recorded_engine cached, plain;

    recorded_open(&cached, true);
    recorded_open(&plain, false);
    for (int i = 0; i < 4000; i++) {
        uint32_t key = any_key(&x);
        int cols = 1 + (int)(next(&x) % 200), rows = 1 + (int)(next(&x) % 70);

        session_key(cached.session, key);
        session_key(plain.session, key);
        recorded_pump(&cached);
        recorded_pump(&plain);
        check_laws(&cached);
        assert_true(recorded_hash(&cached, cols, rows) == recorded_hash(&plain, cols, rows));
    }
    assert_true(cached.frames_sent > 0 && plain.frames_sent > 0);
    recorded_close(&cached);
    recorded_close(&plain);
    (void)state;
}

static void press(struct recorded_engine *e, uint32_t key)
{
    session_key(e->session, key);
    recorded_pump(e);
}

static void test_fuzz_a_step_and_back_is_the_same_screen(void **state)
{
    uint64_t x = test_seed(7);

    for (int cache = 0; cache < 2; cache++) {
        struct recorded_engine e;

        recorded_open(&e, cache);
        for (int i = 0; i < 200; i++) {
            int cols = 20 + (int)(next(&x) % 120), rows = 5 + (int)(next(&x) % 40);
            uint64_t before;
            char seek[32];

            snprintf(seek, sizeof seek, "seek %d", (int)(1 + next(&x) % 118));
            session_command(e.session, seek);
            recorded_pump(&e);
            before = recorded_hash(&e, cols, rows);
            press(&e, '.');
            recorded_hash(&e, 1 + (int)(next(&x) % 200), 1 + (int)(next(&x) % 60));
            press(&e, ',');
            assert_true(recorded_hash(&e, cols, rows) == before);
            press(&e, ',');
            press(&e, '.');
            assert_true(recorded_hash(&e, cols, rows) == before);
        }
        recorded_close(&e);
    }
    (void)state;
}

static void test_fuzz_steps_typed_fast_are_all_taken(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    for (int i = 0; i < 30; i++)
        session_key(e.session, '.'); /* no answer comes in between */
    assert_int_equal(session_wanted(e.session), 30);
    assert_true(e.count <= 1); /* S1 */
    recorded_pump(&e);
    assert_int_equal(session_frame(e.session)->step, 30);
    recorded_close(&e);
    (void)state;
}

static void test_fuzz_playing_reaches_the_end_and_pauses(void **state)
{
    struct recorded_engine e;

    recorded_open(&e, true);
    press(&e, '+');
    press(&e, ' ');
    for (int i = 0; i < 2000 && !session_view(e.session)->paused; i++) {
        session_tick(e.session, 33000);
        recorded_pump(&e);
    }
    assert_true(session_view(e.session)->paused);
    assert_int_equal(session_frame(e.session)->step, 120);
    recorded_close(&e);
    (void)state;
}

static void test_fuzz_a_dead_engine_is_a_message(void **state)
{
    struct recorded_engine e;
    const char *screen;

    recorded_open(&e, true);
    session_on_gone(e.session, "The engine was killed by signal 11 (Segmentation fault).",
                    "valve.c:12: assertion failed\n");
    press(&e, '.');
    press(&e, ' ');
    screen = recorded_screen(&e, 80, 24);
    assert_non_null(strstr(screen, "signal 11"));
    assert_non_null(strstr(screen, "valve.c:12"));
    assert_int_equal(session_key(e.session, 'q'), WISH_QUIT);
    recorded_close(&e);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fuzz_keys_and_sizes),
        cmocka_unit_test(test_fuzz_a_step_and_back_is_the_same_screen),
        cmocka_unit_test(test_fuzz_steps_typed_fast_are_all_taken),
        cmocka_unit_test(test_fuzz_playing_reaches_the_end_and_pauses),
        cmocka_unit_test(test_fuzz_a_dead_engine_is_a_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
