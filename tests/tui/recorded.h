/* recorded.h -- the recorded frames of tests/tui/frames, and an engine made of them that lives in
 * the test: no process, no waiting. */
#ifndef TESTS_TUI_RECORDED_H
#define TESTS_TUI_RECORDED_H

#include <string.h>

#include "tests/check.h"
#include "tui/frame.h"
#include "tui/json.h"
#include "tui/session.h"

static inline char *recorded_text(const char *name)
{
    char path[200], *text = calloc(1, 65536);
    FILE *in;

    snprintf(path, sizeof path, "tests/tui/frames/%s.json", name);
    in = fopen(path, "r");
    assert_non_null(in); /* run from the top of the repository */
    assert_true(fread(text, 1, 65535, in) > 0);
    fclose(in);
    text[strcspn(text, "\n")] = 0;
    return text;
}

static inline struct json *recorded_parse(const char *text)
{
    struct json_reader *r = json_reader_new();
    char why[200] = "";
    struct json *j = json_parse(r, text, strlen(text), why, sizeof why);

    json_reader_free(r);
    if (j == NULL)
        print_error("%s in: %.200s\n", why, text);
    return j;
}

static inline struct run *recorded_run(void)
{
    char *text = recorded_text("greeting"), why[200] = "";
    struct json *j = recorded_parse(text);
    struct run *r = run_decode(j, why, sizeof why);

    if (r == NULL)
        print_error("%s\n", why);
    json_free(j);
    free(text);
    return r;
}

static inline struct frame *recorded_frame(const struct run *run, const char *name)
{
    char *text = recorded_text(name), why[200] = "";
    struct json *j = recorded_parse(text);
    struct frame *f = frame_decode(run, j, why, sizeof why);

    if (f == NULL)
        print_error("%s\n", why);
    json_free(j);
    free(text);
    return f;
}

/* ---- the engine ---- */

struct recorded_engine {
    struct session *session;
    char *greeting, *parts[3];
    char asked[64][700];
    size_t count;
    size_t frames_sent;
};

static inline void recorded_ask(void *with, const char *line)
{
    struct recorded_engine *e = with;

    assert_true(e->count < 64);
    snprintf(e->asked[e->count++], sizeof e->asked[0], "%s", line);
}

static inline void recorded_answer_frame(struct recorded_engine *e, long step)
{
    const char *part = e->parts[step < 20 ? 0 : step < 60 ? 1 : 2];
    const char *rest = strchr(part, ',');
    char *line = malloc(strlen(part) + 100);

    sprintf(line, "{\"frame\":{\"step\":%ld%s}", step, rest);
    e->frames_sent++;
    session_on_line(e->session, line, strlen(line));
    free(line);
}

static inline void recorded_answer(struct recorded_engine *e, const char *asked)
{
    static const char faults[] = "{\"faults\":[{\"name\":\"kill worker\",\"target\":\"tm-1\","
                                 "\"line\":\"kill tm-1\"},{\"name\":\"slow operator\",\"target\":"
                                 "\"window[0] 5ms\",\"line\":\"slow window[0] 5ms/rec\"}]}";
    static const char error[] = "{\"error\":\"plan: no such fault\"}";
    const char *step = strstr(asked, "\"step\":");

    if (strstr(asked, "\"frame\"") && step)
        recorded_answer_frame(e, atol(step + 7));
    else if (strstr(asked, "\"faults\""))
        session_on_line(e->session, faults, strlen(faults));
    else if (strstr(asked, "kill") || strstr(asked, "slow") || strstr(asked, "\"drop\""))
        session_on_line(e->session, e->greeting, strlen(e->greeting));
    else
        session_on_line(e->session, error, strlen(error));
}

/* Answers until nobody asks. */
static inline void recorded_pump(struct recorded_engine *e)
{
    while (e->count) {
        char asked[700];

        snprintf(asked, sizeof asked, "%s", e->asked[0]);
        memmove(e->asked[0], e->asked[1], --e->count * sizeof e->asked[0]);
        recorded_answer(e, asked);
    }
}

static inline void recorded_open(struct recorded_engine *e, bool use_cache)
{
    *e = (struct recorded_engine){.greeting = recorded_text("greeting"),
                                  .parts = {recorded_text("backpressured"),
                                            recorded_text("aligning"), recorded_text("dead")}};
    e->session = session_new(
        &(struct session_setup){.send = recorded_ask, .with = e, .use_cache = use_cache, .at = -1});
    session_on_line(e->session, e->greeting, strlen(e->greeting));
    recorded_pump(e);
}

static inline void recorded_close(struct recorded_engine *e)
{
    session_free(e->session);
    free(e->greeting);
    for (int i = 0; i < 3; i++)
        free(e->parts[i]);
}

static inline uint64_t recorded_hash(const struct recorded_engine *e, int cols, int rows)
{
    struct grid g;
    uint64_t h;

    grid_init(&g, cols, rows);
    session_draw(e->session, &g);
    h = grid_hash(&g);
    grid_done(&g);
    return h;
}

/* The screen as text; static, overwritten by the next call. */
static inline const char *recorded_screen(const struct recorded_engine *e, int cols, int rows)
{
    static char text[65536];
    struct grid g;
    FILE *out = fmemopen(text, sizeof text, "w");

    grid_init(&g, cols, rows);
    session_draw(e->session, &g);
    grid_write_text(&g, false, out);
    fclose(out);
    grid_done(&g);
    return text;
}

#endif
