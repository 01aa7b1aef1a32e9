#include "tui/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/engine.h"

enum { GREETING_SLOW_MS = 1500 };

struct client {
    uv_loop_t *loop;
    uv_timer_t limit;
    struct client_setup setup;
    struct session *session;
    struct engine *engine;
    bool late;
};

static void changed(struct client *c)
{
    if (c->setup.on_change)
        c->setup.on_change(c->setup.with);
}

static void send_line(void *with, const char *line)
{
    struct client *c = with;

    if (c->engine)
        engine_send(c->engine, line);
}

static void on_line(void *with, const char *line, size_t bytes)
{
    struct client *c = with;

    session_on_line(c->session, line, bytes);
    changed(c);
}

static void on_gone(void *with, const char *why, const char *tail)
{
    struct client *c = with;

    c->engine = NULL;
    session_on_gone(c->session, why, tail);
    changed(c);
}

static bool start(struct client *c, char *why, size_t why_bytes)
{
    struct engine_calls calls = {on_line, on_gone, c};

    c->engine = engine_start(c->loop, c->setup.argv, calls, why, why_bytes);
    return c->engine != NULL;
}

static void on_limit(uv_timer_t *t)
{
    struct client *c = t->data;

    c->late = true;
}

bool client_settle(struct client *c)
{
    c->late = false;
    uv_timer_start(&c->limit, on_limit, CLIENT_ANSWER_MS, 0);
    while (!session_is_settled(c->session) && !c->late)
        uv_run(c->loop, UV_RUN_ONCE);
    uv_timer_stop(&c->limit);
    return session_is_settled(c->session);
}

static void on_slow(uv_timer_t *t)
{
    (void)t;
    fprintf(stderr, "weir-tui: waiting for the engine, which first runs the whole job once "
                    "(Ctrl-C gives up)\n");
}

/* Until it has greeted or never will.  The first frame may take as long as it likes: the keys
 * work by then. */
static void await_greeting(struct client *c)
{
    const struct session *s = c->session;
    uv_timer_t slow;

    c->late = false;
    uv_timer_init(c->loop, &slow);
    uv_timer_start(&slow, on_slow, GREETING_SLOW_MS, 0);
    uv_timer_start(&c->limit, on_limit, CLIENT_ANSWER_MS, 0);
    while (!session_is_greeted(s) && !session_refused(s) && !session_view(s)->gone && !c->late)
        uv_run(c->loop, UV_RUN_ONCE);
    uv_timer_stop(&c->limit);
    uv_close((uv_handle_t *)&slow, NULL);
    uv_run(c->loop, UV_RUN_NOWAIT);
}

/* What went wrong before the greeting, in one text; NULL if nothing did. */
static const char *no_greeting(struct client *c, char *text, size_t bytes)
{
    const struct view *v = session_view(c->session);

    if (session_refused(c->session))
        return session_refused(c->session);
    if (session_is_greeted(c->session))
        return NULL;
    if (!v->gone)
        return "it has not greeted within a minute";
    snprintf(text, bytes, "%s%s%s", v->gone_why, v->gone_tail[0] ? " Its last words:\n" : "",
             v->gone_tail);
    return text;
}

struct client *client_open(uv_loop_t *loop, const struct client_setup *setup, char *why,
                           size_t why_bytes)
{
    struct client *c = calloc(1, sizeof *c);
    char text[2500];
    const char *trouble;

    if (c == NULL)
        abort();
    c->loop = loop;
    c->setup = *setup;
    c->session = session_new(&(struct session_setup){
        .send = send_line, .with = c, .use_cache = setup->use_cache, .at = setup->at});
    uv_timer_init(loop, &c->limit);
    c->limit.data = c;
    if (!start(c, why, why_bytes)) {
        client_close(c);
        return NULL;
    }
    await_greeting(c);
    trouble = no_greeting(c, text, sizeof text);
    if (trouble == NULL)
        return c;
    snprintf(why, why_bytes, "%s: %s", setup->argv[0], trouble);
    client_close(c);
    return NULL;
}

void client_close(struct client *c)
{
    if (c == NULL)
        return;
    c->setup.on_change = NULL;
    engine_stop(c->engine);
    uv_close((uv_handle_t *)&c->limit, NULL);
    uv_run(c->loop, UV_RUN_DEFAULT);
    session_free(c->session);
    free(c);
}

struct session *client_session(struct client *c)
{
    return c->session;
}

void client_restart(struct client *c)
{
    char why[300];

    engine_stop(c->engine);
    session_on_restart(c->session);
    if (!start(c, why, sizeof why))
        session_on_gone(c->session, why, "");
    changed(c);
}
