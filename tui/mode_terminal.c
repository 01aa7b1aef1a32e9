/* The workbench on a terminal: one libuv loop for keys, signals, the engine and time. */
#include <signal.h>
#include <stdio.h>

#include "tui/modes.h"
#include "tui/term.h"

enum { FRAME_MS = 33, REST_MS = 500 };

struct app {
    uv_loop_t *loop;
    struct client *client;
    uv_poll_t keys;
    uv_signal_t winch, term, hup;
    uv_timer_t clock;
    uv_check_t after; /* draws once when all events of a turn are in */
    uint64_t ticked_ms, drawn_ms;
    bool dirty, quit;
};

static void draw(struct app *a)
{
    struct grid g;
    int cols, rows;

    term_size(&cols, &rows);
    grid_init(&g, cols, rows);
    session_draw(client_session(a->client), &g);
    term_draw(&g);
    grid_done(&g);
    a->dirty = false;
    a->drawn_ms = uv_now(a->loop);
}

static void obey(struct app *a, unsigned wishes)
{
    if (wishes & WISH_SUSPEND)
        term_suspend();
    if (wishes & WISH_REPAINT)
        term_repaint();
    if (wishes & WISH_RESTART)
        client_restart(a->client);
    if (wishes & (WISH_DUMP | WISH_ASSERT))
        session_notice(client_session(a->client), "that is for scripts (--script FILE)");
    a->quit = a->quit || wishes & WISH_QUIT;
    a->dirty = true;
}

static void on_tick(uv_timer_t *t);

/* At most 30 pictures a second; the clock comes soon when something is left to draw. */
static void rearm(struct app *a)
{
    bool soon = a->dirty || !session_view(client_session(a->client))->paused;

    uv_timer_start(&a->clock, on_tick, soon ? FRAME_MS : REST_MS, 0);
}

static void on_tick(uv_timer_t *t)
{
    struct app *a = t->data;
    uint64_t now = uv_now(a->loop);

    session_tick(client_session(a->client), (int64_t)(now - a->ticked_ms) * 1000);
    a->ticked_ms = now;
    draw(a);
    rearm(a);
}

static void on_keys(uv_poll_t *p, int status, int events)
{
    struct app *a = p->data;
    uint32_t key;

    if (status < 0) { /* the terminal is gone */
        a->quit = true;
        return;
    }
    while ((events & UV_READABLE) && (key = term_key()) != 0 && !a->quit)
        obey(a, session_key(client_session(a->client), key));
    rearm(a);
}

static void on_signal(uv_signal_t *s, int number)
{
    struct app *a = s->data;

    a->dirty = true;
    if (number != SIGWINCH)
        a->quit = true;
}

static void on_change(void *with)
{
    struct app *a = with;

    a->dirty = true;
}

/* What a key asked for is usually there within a millisecond; then one picture is enough. */
static void on_after(uv_check_t *c)
{
    struct app *a = c->data;
    uint64_t since = uv_now(a->loop) - a->drawn_ms;

    if (a->dirty && (since >= FRAME_MS || session_is_settled(client_session(a->client))))
        draw(a);
    if (a->quit)
        uv_stop(a->loop);
}

static void start_handles(struct app *a)
{
    a->keys.data = a->winch.data = a->term.data = a->hup.data = a->clock.data = a->after.data = a;
    uv_poll_init(a->loop, &a->keys, term_fd());
    uv_poll_start(&a->keys, UV_READABLE, on_keys);
    uv_signal_init(a->loop, &a->winch);
    uv_signal_start(&a->winch, on_signal, SIGWINCH);
    uv_signal_init(a->loop, &a->term);
    uv_signal_start(&a->term, on_signal, SIGTERM);
    uv_signal_init(a->loop, &a->hup);
    uv_signal_start(&a->hup, on_signal, SIGHUP);
    uv_timer_init(a->loop, &a->clock);
    uv_check_init(a->loop, &a->after);
    uv_check_start(&a->after, on_after);
    a->ticked_ms = uv_now(a->loop);
    rearm(a);
}

static void close_handles(struct app *a)
{
    uv_close((uv_handle_t *)&a->keys, NULL);
    uv_close((uv_handle_t *)&a->winch, NULL);
    uv_close((uv_handle_t *)&a->term, NULL);
    uv_close((uv_handle_t *)&a->hup, NULL);
    uv_close((uv_handle_t *)&a->clock, NULL);
    uv_close((uv_handle_t *)&a->after, NULL);
}

enum exit_code mode_terminal(const struct mode *m)
{
    struct app a = {.loop = m->loop};
    struct client_setup setup = m->client;
    char why[3000];

    setup.on_change = on_change;
    setup.with = &a;
    a.client = client_open(m->loop, &setup, why, sizeof why);
    if (a.client == NULL) {
        fprintf(stderr, "weir-tui: %s\n", why);
        return EXIT_ENGINE;
    }
    if (!term_open(m->ascii || !term_speaks_utf8(), why, sizeof why)) {
        client_close(a.client);
        fprintf(stderr, "weir-tui: %s\n", why);
        return EXIT_TERMINAL;
    }
    start_handles(&a);
    draw(&a);
    uv_run(m->loop, UV_RUN_DEFAULT);
    close_handles(&a);
    term_close();
    client_close(a.client);
    return EXIT_FINE;
}
