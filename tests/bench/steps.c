/* weir-bench-steps: how long a learner waits for a step, from the key to the drawn screen, through
 * the workbench's own session and the engine process of the flights job, pipe and decoding included,
 * no cache.  Forwards is from 10,000 to 10,001; back is the other way, where the engine keeps no
 * copies and runs again from the seed.  Wall time; the worst of five. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/engine.h"
#include "tui/session.h"

enum { AT = 10000, TIMES = 5, COLS = 120, ROWS = 36, PATH_BYTES = 4096 };

struct bench_steps {
    uv_loop_t loop;
    struct engine *engine;
    struct session *session;
    bool gone;
};

static void send_line(void *with, const char *line)
{
    engine_send(((struct bench_steps *)with)->engine, line);
}

static void on_line(void *with, const char *line, size_t bytes)
{
    session_on_line(((struct bench_steps *)with)->session, line, bytes);
}

static void on_gone(void *with, const char *why, const char *tail)
{
    struct bench_steps *b = with;

    fprintf(stderr, "weir-bench-steps: the engine of the flights job: %s %s\n", why, tail);
    b->gone = true;
}

static bool settle(struct bench_steps *b)
{
    while (!b->gone && !(session_is_greeted(b->session) && session_is_settled(b->session)))
        uv_run(&b->loop, UV_RUN_ONCE);
    return !b->gone && session_frame(b->session) != NULL;
}

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Until the screen is drawn; below 0: the frame that came is not the one wanted. */
static double step(struct bench_steps *b, char key, int64_t wanted)
{
    double started = now_ms(), ms;
    struct grid g;

    session_key(b->session, (uint32_t)key);
    if (!settle(b) || session_frame(b->session)->step != wanted)
        return -1;
    grid_init(&g, COLS, ROWS);
    session_draw(b->session, &g);
    ms = now_ms() - started;
    grid_done(&g);
    return ms;
}

static bool step_there_and_back(struct bench_steps *b, double *forward, double *back)
{
    if (!settle(b))
        return false;
    for (int i = 0; i < TIMES; i++) {
        double on = step(b, '.', AT + 1), off = step(b, ',', AT);

        if (on < 0 || off < 0)
            return false;
        *forward = on > *forward ? on : *forward;
        *back = off > *back ? off : *back;
    }
    return true;
}

/* build/jobs/flights beside build/weir-bench. */
static bool find_engine(char *path)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_BYTES - 16);

    if (n < 0)
        return false;
    path[n] = 0;
    strcpy(strrchr(path, '/'), "/jobs/flights");
    return access(path, X_OK) == 0;
}

int main(void)
{
    char path[PATH_BYTES], serve[] = "serve", demo[] = "--demo", why[300] = "not built";
    char *argv[] = {path, serve, demo, NULL};
    struct bench_steps b = {.gone = false};
    double forward = 0, back = 0;
    bool measured = false, json = getenv("JSON") != NULL;

    uv_loop_init(&b.loop);
    b.session = session_new(&(struct session_setup){.send = send_line, .with = &b, .at = AT});
    if (find_engine(path))
        b.engine = engine_start(&b.loop, argv, (struct engine_calls){on_line, on_gone, &b}, why,
                                sizeof why);
    if (b.engine)
        measured = step_there_and_back(&b, &forward, &back);
    if (b.engine)
        engine_stop(b.engine);
    uv_run(&b.loop, UV_RUN_DEFAULT);
    uv_loop_close(&b.loop);
    session_free(b.session);
    if (!measured) {
        fprintf(stderr, "weir-bench-steps: no steps were measured: %s %s\n", path, why);
        return 1;
    }
    printf(json ? "{\"workload\":\"steps\",\"forward_ms\":%.3f,\"back_ms\":%.3f}\n"
                : "a step drawn %.2f ms (aim 10), a step back at step 10,000 %.2f ms (aim 50)\n",
           forward, back);
    return 0;
}
