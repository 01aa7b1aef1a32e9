/* Widgets draw what they say, and nothing outside their pane, whatever its size. */
#include <string.h>

#include "tests/tui/recorded.h"
#include "tui/task_box.h"
#include "tui/widgets.h"

static const char *text_of(const struct grid *g)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");

    grid_write_text(g, false, out);
    fclose(out);
    return text;
}

static void test_widget_gate_shows_the_oldest_row_beside_the_gate(void **state)
{
    struct element queue[] = {{'r', 0}, {'w', 41}, {'b', 17}, {'l', 0}};
    struct element sent[] = {{'r', 0}, {'b', 18}};
    struct channel c = {.index = 0,
                        .queue = queue,
                        .queue_count = 4,
                        .sent = sent,
                        .sent_count = 2,
                        .used = 4,
                        .capacity = 8,
                        .credit = 4};
    struct grid g;

    grid_init(&g, 24, 2);
    widget_gate(grid_pane(&g), &c);
    assert_string_equal(text_of(&g), "0     ┃▪[····◇┃~▪]▸  4/8\n              17 2 ahead\n");
    c.shut = true;
    grid_blank(&g);
    widget_gate(grid_pane(&g), &c);
    assert_string_equal(text_of(&g), "0     ┃▪[····◇┃~▪]⊣  4/8\n              17    shut\n");
    grid_done(&g);
    (void)state;
}

static void test_widget_gate_says_that_there_is_more(void **state)
{
    struct element queue[100];
    struct channel c = {.queue = queue, .queue_count = 100, .used = 2, .capacity = 2};
    struct grid g;

    for (int i = 0; i < 100; i++)
        queue[i] = (struct element){'r', 0};
    grid_init(&g, 20, 1);
    widget_gate(grid_pane(&g), &c);
    assert_string_equal(text_of(&g), "0   […▪▪▪▪▪▪▪]▸  2/2\n");
    grid_done(&g);
    (void)state;
}

static void test_widget_bar_shows_a_little_as_one_cell(void **state)
{
    struct grid g;

    grid_init(&g, 6, 1);
    widget_bar(pane_sub(grid_pane(&g), 0, 0, 6, 1), 1, 0x2588, ROLE_BUSY);
    assert_string_equal(text_of(&g), "█░░░░░\n");
    widget_bar(pane_sub(grid_pane(&g), 0, 0, 6, 1), 5000, 0x2588, ROLE_BUSY);
    assert_string_equal(text_of(&g), "██████\n");
    grid_done(&g);
    (void)state;
}

static uint64_t next(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

/* Every cell outside x, y, w, h still holds the pattern. */
static void assert_outside_untouched(const struct grid *g, int x, int y, int w, int h)
{
    for (int i = 0; i < g->cols * g->rows; i++) {
        int cx = i % g->cols, cy = i / g->cols;

        if (cx < x || cx >= x + w || cy < y || cy >= y + h)
            assert_int_equal(g->cells[i].ch, '@');
    }
}

static void draw_any(struct pane p, uint64_t which, const struct run *run, const struct frame *f,
                     uint64_t *x)
{
    const struct task *t = &f->tasks[next(x) % f->task_count];

    switch (which) {
    case 0:
        if (t->channel_count)
            widget_gate(p, &t->channels[next(x) % t->channel_count]);
        break;
    case 1:
        task_box(p, t->name, t, (enum level)(next(x) % LEVEL_COUNT), next(x) % 2);
        break;
    case 2:
        widget_checkpoint(p, f, next(x) % 2 ? &run->marks[next(x) % run->mark_count] : NULL);
        break;
    case 3:
        widget_events(p, f);
        break;
    case 4:
        task_strip(p, run, f, t->vertex, true);
        break;
    case 5:
        widget_wrap(p, (int)(next(x) % 5) - 2, ROLE_WHY, f->why);
        break;
    default:
        widget_bar(pane_sub(p, (int)(next(x) % 9) - 4, 0, (int)(next(x) % 200), 1),
                   (int64_t)(next(x) % 1300), 0x2588, ROLE_BUSY);
    }
}

static void test_widget_never_draws_outside_its_pane(void **state)
{
    static const char *const names[] = {"aligning", "backpressured", "dead"};
    uint64_t x = test_seed(20261127);
    struct run *run = recorded_run();

    for (int round = 0; round < 3000; round++) {
        struct frame *f = recorded_frame(run, names[round / 1000]);

        for (int i = 0; i < 10; i++) {
            int left = (int)(next(&x) % 140) - 5, top = (int)(next(&x) % 45) - 3;
            int w = (int)(next(&x) % 131), h = (int)(next(&x) % 41);
            struct grid g;

            grid_init(&g, 130, 40);
            pane_fill(grid_pane(&g), '@', ROLE_NORMAL);
            draw_any(pane_sub(grid_pane(&g), left, top, w, h), next(&x) % 7, run, f, &x);
            assert_outside_untouched(&g, left, top, w, h);
            grid_done(&g);
        }
        frame_free(f);
        if (round % 1000 == 20) /* the same frame again teaches little */
            round += 979;
    }
    run_free(run);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widget_gate_shows_the_oldest_row_beside_the_gate),
        cmocka_unit_test(test_widget_gate_says_that_there_is_more),
        cmocka_unit_test(test_widget_bar_shows_a_little_as_one_cell),
        cmocka_unit_test(test_widget_never_draws_outside_its_pane),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
