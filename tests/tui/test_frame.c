/* Whatever the engine writes, the answer is a frame or a message: never a crash, never a lie. */
#include <ctype.h>
#include <string.h>

#include "tests/tui/recorded.h"

static void assert_refused(const struct run *run, const char *text, const char *message)
{
    char why[300] = "";
    struct json *j = recorded_parse(text);
    struct frame *f = frame_decode(run, j, why, sizeof why);

    if (f || strstr(why, message) == NULL)
        print_error("%s\n  wanted '%s', got '%s'\n", text, message, why);
    assert_null(f);
    assert_non_null(strstr(why, message));
    json_free(j);
}

/* A frame with one task, whose fields are the given text. */
static const char *with_task(const char *fields)
{
    static char text[4000];

    snprintf(text, sizeof text,
             "{\"step\":1,\"steps\":2,\"tasks\":[{\"id\":0,\"vertex\":0,\"subtask\":0,"
             "\"name\":\"a\",\"doing\":\"run\"%s}]}",
             fields);
    return text;
}

static void test_frame_recordings_are_decoded(void **state)
{
    struct run *run = recorded_run();
    struct frame *f = recorded_frame(run, "aligning");

    assert_int_equal(run->steps, 120);
    assert_int_equal(run->mark_count, 8);
    assert_int_equal(f->task_count, 6);
    assert_string_equal(f->tasks[3].name, "window[1]");
    assert_int_equal(f->tasks[3].channel_count, 2);
    assert_int_equal(f->tasks[3].channels[0].queue[9].kind, 'b');
    assert_int_equal(f->tasks[3].channels[0].queue[9].value, 17);
    assert_true(f->tasks[3].channels[1].shut);
    assert_int_equal(f->checkpoint.cp_id, 17);
    frame_free(f);
    run_free(run);
    (void)state;
}

static void test_frame_refusals_say_where_and_what(void **state)
{
    struct run *run = recorded_run();

    assert_refused(run, "[]", "want an object, got a list");
    assert_refused(run, "{}", "steps: want");
    assert_refused(run, "{\"steps\":5,\"step\":6}", "step: want 0 to 5, got 6");
    assert_refused(run, "{\"steps\":\"5\",\"step\":1}", "got a text");
    assert_refused(run, "{\"step\":1,\"steps\":2}", "tasks: want a list, got nothing");
    assert_refused(run, "{\"step\":1,\"steps\":2,\"tasks\":{}}", "tasks: want a list");
    assert_refused(run, "{\"step\":1,\"steps\":2,\"tasks\":[7]}", "tasks[0].id");
    assert_refused(run, with_task(",\"busy\":1001"), "tasks[0].busy: want 0 to 1000, got 1001");
    assert_refused(run, with_task(",\"busy\":0.5"), "busy: want");
    assert_refused(run, with_task(",\"wm\":\"x\""), "wm: want");
    assert_refused(run, with_task(",\"channels\":7"), "channels: want a list");
    assert_refused(run, with_task(",\"detail\":[1]"), "detail: want a list of texts");
    assert_refused(run, with_task(",\"channels\":[{\"index\":0,\"from\":99}]"),
                   "from: want the id of a task");
    assert_refused(run, with_task(",\"channels\":[{\"index\":0,\"from\":0,\"queue\":[7]}]"),
                   "queue: want a list of texts");
    assert_refused(run,
                   with_task(",\"channels\":[{\"index\":0,\"from\":0,\"used\":1,"
                             "\"capacity\":99999999999,\"credit\":0}]"),
                   "capacity: want");
    run_free(run);
    (void)state;
}

static void test_frame_one_subtask_cannot_be_there_twice(void **state)
{
    struct run *run = recorded_run();

    assert_refused(run,
                   "{\"step\":1,\"steps\":2,\"tasks\":[{\"id\":0,\"vertex\":0,\"subtask\":0,"
                   "\"name\":\"a\",\"doing\":\"run\"},{\"id\":1,\"vertex\":0,\"subtask\":0,"
                   "\"name\":\"b\",\"doing\":\"run\"}]}",
                   "each subtask once");
    run_free(run);
    (void)state;
}

static void assert_no_run(const char *text, const char *message)
{
    char why[300] = "";
    struct json *j = recorded_parse(text);
    struct run *r = run_decode(j, why, sizeof why);

    if (r || strstr(why, message) == NULL)
        print_error("%s\n  wanted '%s', got '%s'\n", text, message, why);
    assert_null(r);
    assert_non_null(strstr(why, message));
    json_free(j);
}

static void test_frame_greeting_of_another_format_names_both(void **state)
{
    assert_no_run("{\"weir\":9,\"job\":\"x\"}", "format 9, this workbench format 1");
    assert_no_run("{\"job\":\"x\"}", "weir: want 1 to 1, got nothing");
    assert_no_run("{\"weir\":1,\"job\":\"x\",\"steps\":5}", "vertices: want a list");
    assert_no_run("{\"weir\":1,\"job\":\"x\",\"steps\":5,\"graph\":{\"vertices\":[{\"id\":0,"
                  "\"name\":\"a\",\"parallelism\":4000000000}],\"edges\":[]}}",
                  "parallelism: want");
    assert_no_run("{\"weir\":1,\"job\":\"x\",\"steps\":5,\"graph\":{\"vertices\":[],\"edges\":"
                  "[{\"from\":0,\"to\":1}]}}",
                  "edges[0].from: want the id of a vertex");
    (void)state;
}

/* A graph that is no dataflow at all (a cycle) is drawn without hanging. */
static void test_frame_cyclic_graph_is_drawn(void **state)
{
    static const char greeting[] =
        "{\"weir\":1,\"job\":\"x\",\"steps\":5,\"graph\":{\"vertices\":[{\"id\":0,\"name\":\"a\","
        "\"parallelism\":1},{\"id\":1,\"name\":\"b\",\"parallelism\":1}],\"edges\":[{\"from\":0,"
        "\"to\":1},{\"from\":1,\"to\":0},{\"from\":1,\"to\":1}]}}";
    char why[300] = "";
    struct json *j = recorded_parse(greeting);
    struct run *r = run_decode(j, why, sizeof why);
    struct frame f = {.step = 1, .steps = 5, .why = "", .checkpoint.state = "none"};
    struct grid g;

    assert_non_null(r);
    grid_init(&g, 120, 40);
    view_run_draw(&g, &(struct view){.paused = true}, r, &f);
    grid_done(&g);
    run_free(r);
    json_free(j);
    (void)state;
}

static uint64_t next(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

/* Replace one value, drop one comma's worth, or swap a digit: still JSON or not, never a crash. */
static void spoil(char *text, uint64_t *x)
{
    static const char *const values[] = {"null", "-1", "9e9", "\"\"", "[]", "{}", "true"};
    size_t bytes = strlen(text), at = next(x) % bytes;
    const char *value = values[next(x) % 7];

    while (at + 8 < bytes && text[at] != ':')
        at++;
    if (at + 8 >= bytes)
        return;
    at++;
    if (isdigit((unsigned char)text[at]))
        text[at] = (char)('0' + next(x) % 10);
    else if (text[at] == '"' || text[at] == '[')
        memcpy(text + at, value, strlen(value) < 3 ? strlen(value) : 1);
}

static void test_frame_survives_spoiled_lines(void **state)
{
    static const char *const parts[] = {"aligning", "backpressured", "dead"};
    uint64_t x = test_seed(5), shown = 0;

    for (int i = 0; i < 600; i++) {
        struct recorded_engine e;

        recorded_open(&e, i % 2);
        free(e.parts[0]);
        e.parts[0] = recorded_text(parts[i % 3]);
        for (uint64_t n = next(&x) % 4; n > 0; n--)
            spoil(e.parts[0], &x);
        session_command(e.session, "seek 9");
        recorded_pump(&e);
        shown += session_frame(e.session)->step == 9;
        recorded_hash(&e, 80, 24);
        recorded_hash(&e, 120, 36);
        recorded_close(&e);
    }
    assert_true(shown > 100); /* some were only different, not wrong */
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_recordings_are_decoded),
        cmocka_unit_test(test_frame_refusals_say_where_and_what),
        cmocka_unit_test(test_frame_one_subtask_cannot_be_there_twice),
        cmocka_unit_test(test_frame_greeting_of_another_format_names_both),
        cmocka_unit_test(test_frame_cyclic_graph_is_drawn),
        cmocka_unit_test(test_frame_survives_spoiled_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
