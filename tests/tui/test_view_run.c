/* Whole screens against goldens: recorded frames at six sizes, as text, ASCII and roles.
 * UPDATE=1 rewrites tests/tui/golden; look at the diff before it is committed. */
#include <string.h>

#include "tests/tui/recorded.h"
#include "tui/view.h"

static const int sizes[][2] = {{1, 1}, {20, 5}, {60, 15}, {80, 24}, {120, 36}, {200, 60}};

static char *screen(const struct view *v, const struct run *run, const struct frame *f, int cols,
                    int rows)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    struct grid g;

    grid_init(&g, cols, rows);
    view_run_draw(&g, v, run, f);
    fprintf(out, "== utf8\n");
    grid_write_text(&g, false, out);
    fprintf(out, "== ascii\n");
    grid_write_text(&g, true, out);
    fprintf(out, "== roles\n");
    grid_write_roles(&g, out);
    fclose(out);
    grid_done(&g);
    return text;
}

static char *read_golden(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = calloc(1, 1 << 18);

    if (in == NULL)
        return text;
    if (fread(text, 1, (1 << 18) - 1, in) == 0)
        text[0] = 0;
    fclose(in);
    return text;
}

static void compare(const char *name, int cols, int rows, const char *text)
{
    char path[200], *wanted;

    snprintf(path, sizeof path, "tests/tui/golden/%s-%dx%d.txt", name, cols, rows);
    if (getenv("UPDATE")) {
        FILE *out = fopen(path, "w");

        assert_non_null(out);
        fputs(text, out);
        fclose(out);
        return;
    }
    wanted = read_golden(path);
    if (strcmp(text, wanted) != 0)
        print_error("%s differs; got:\n%s", path, text);
    assert_true(strcmp(text, wanted) == 0);
    free(wanted);
}

static void check_frame(const char *name, struct view v)
{
    struct run *run = recorded_run();
    struct frame *f = recorded_frame(run, name);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *text = screen(&v, run, f, sizes[i][0], sizes[i][1]);

        compare(name, sizes[i][0], sizes[i][1], text);
        free(text);
    }
    frame_free(f);
    run_free(run);
}

static void test_view_run_of_an_alignment(void **state)
{
    check_frame("aligning", (struct view){.paused = true, .selected = {1, 1}});
    (void)state;
}

static void test_view_run_under_backpressure(void **state)
{
    check_frame("backpressured", (struct view){.selected = {1, 0}, .speed = 3});
    (void)state;
}

static void test_view_run_after_a_kill(void **state)
{
    check_frame("dead", (struct view){.paused = true, .picked = true, .selected = {2, 1}});
    (void)state;
}

static void test_view_run_overlays(void **state)
{
    static struct fault faults[] = {
        {"kill worker", "tm-1", "kill tm-1"},
        {"kill worker", "tm-2", "kill tm-2"},
        {"slow operator", "window[0] 5ms/row", "slow window[0] 5ms/rec"}};
    static const struct {
        const char *name;
        struct view v;
    } all[] = {{"palette",
                {.paused = true,
                 .overlay = OVERLAY_PALETTE,
                 .input = "KILL",
                 .choice = 1,
                 .faults = faults,
                 .fault_count = 3}},
               {"help", {.paused = true, .overlay = OVERLAY_HELP}},
               {"prompt", {.paused = true, .overlay = OVERLAY_PROMPT, .input = "seek 41"}},
               {"ask", {.paused = true, .overlay = OVERLAY_ASK}},
               {"gone",
                {.paused = true,
                 .gone = true,
                 .gone_why = "The engine was killed by signal 11 (Segmentation fault).",
                 .gone_tail = "valve.c:12: assertion failed: wm >= last\n"}}};
    struct run *run = recorded_run();
    struct frame *f = recorded_frame(run, "aligning");

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t s = 1; s < 4; s++) {
            char *text = screen(&all[i].v, run, f, sizes[s][0], sizes[s][1]);

            compare(all[i].name, sizes[s][0], sizes[s][1], text);
            free(text);
        }
    frame_free(f);
    run_free(run);
    (void)state;
}

/* Six subtasks, a skipped column and two sinks: layouts that the recordings have not. */
static struct run *wide_run(void)
{
    static const char greeting[] =
        "{\"weir\":1,\"job\":\"many\",\"steps\":5,\"plan\":[],\"graph\":{\"vertices\":["
        "{\"id\":0,\"name\":\"a\",\"parallelism\":2,\"kind\":\"source\"},"
        "{\"id\":1,\"name\":\"b\",\"parallelism\":6},{\"id\":2,\"name\":\"c\",\"parallelism\":6},"
        "{\"id\":3,\"name\":\"join\",\"parallelism\":2},"
        "{\"id\":4,\"name\":\"out\",\"parallelism\":2,\"kind\":\"sink\"},"
        "{\"id\":5,\"name\":\"late\",\"parallelism\":2,\"kind\":\"sink\"}],\"edges\":["
        "{\"from\":0,\"to\":1,\"ship\":\"REBALANCE\"},{\"from\":1,\"to\":2,\"ship\":\"FORWARD\"},"
        "{\"from\":2,\"to\":3,\"ship\":\"HASH\",\"key\":\"k\"},{\"from\":0,\"to\":3,\"ship\":"
        "\"HASH\",\"key\":\"k\"},{\"from\":3,\"to\":4,\"ship\":\"FORWARD\"},"
        "{\"from\":3,\"to\":5,\"ship\":\"FORWARD\"}]}}";
    char why[200] = "";
    struct json *j = recorded_parse(greeting);
    struct run *r = run_decode(j, why, sizeof why);

    json_free(j);
    return r;
}

static struct frame *wide_frame(const struct run *run)
{
    static const int vertex_of[] = {0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5};
    static const int first[] = {0, 2, 8, 14, 16, 18};
    char text[8000], why[200] = "";
    size_t at = (size_t)sprintf(text, "{\"step\":1,\"steps\":5,\"tasks\":[");
    struct json *j;
    struct frame *f;

    for (int i = 0; i < 20; i++)
        at += (size_t)sprintf(text + at,
                              "%s{\"id\":%d,\"vertex\":%d,\"subtask\":%d,\"name\":\"t%d\","
                              "\"doing\":\"run\",\"busy\":%d,\"bkpr\":%d}",
                              i ? "," : "", i, vertex_of[i], i - first[vertex_of[i]], i, i * 50,
                              1000 - i * 50);
    sprintf(text + at, "]}");
    j = recorded_parse(text);
    f = frame_decode(run, j, why, sizeof why);
    json_free(j);
    return f;
}

static void test_view_run_collapses_folds_and_passes_by(void **state)
{
    struct run *run = wide_run();
    struct frame *f = wide_frame(run);
    struct view v = {.paused = true, .selected = {2, 4}};

    for (size_t s = 2; s < 6; s++) {
        char *text = screen(&v, run, f, sizes[s][0], sizes[s][1]);

        compare("many", sizes[s][0], sizes[s][1], text);
        free(text);
    }
    frame_free(f);
    run_free(run);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_view_run_of_an_alignment),
        cmocka_unit_test(test_view_run_under_backpressure),
        cmocka_unit_test(test_view_run_after_a_kill),
        cmocka_unit_test(test_view_run_overlays),
        cmocka_unit_test(test_view_run_collapses_folds_and_passes_by),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
