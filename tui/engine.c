#include "tui/engine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct engine {
    uv_process_t process;
    uv_pipe_t in, out, err;
    uv_timer_t patience; /* from quit to kill */
    struct engine_calls calls;
    char *line;
    size_t bytes, room;
    char tail[ENGINE_TAIL + 1];
    size_t tail_bytes;
    int64_t exit_code;
    int signal, open; /* handles not closed yet */
    bool exited, ended, stopped, flooded;
};

enum { PATIENCE_MS = 500 };

static void on_closed(uv_handle_t *h)
{
    struct engine *e = h->data;

    if (--e->open > 0)
        return;
    free(e->line);
    free(e);
}

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

/* Both the process and its last line are in: say so once. */
static void check_gone(struct engine *e)
{
    char why[200];

    if (!e->exited || !e->ended || e->stopped)
        return;
    e->stopped = true;
    if (e->flooded)
        snprintf(why, sizeof why, "The engine sent a line of more than %d MB and was stopped.",
                 ENGINE_LINE_MAX >> 20);
    else if (e->signal)
        snprintf(why, sizeof why, "The engine was killed by signal %d (%s).", e->signal,
                 strsignal(e->signal));
    else
        snprintf(why, sizeof why, "The engine ended with exit code %lld.", (long long)e->exit_code);
    e->calls.on_gone(e->calls.with, why, e->tail);
}

static void on_exit_of(uv_process_t *p, int64_t exit_code, int signal)
{
    struct engine *e = p->data;

    e->exited = true;
    e->exit_code = exit_code;
    e->signal = signal;
    uv_timer_stop(&e->patience);
    check_gone(e);
    close_handle(&e->process);
    close_handle(&e->patience);
    close_handle(&e->in);
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
    struct engine *e = h->data;

    if (e->room - e->bytes < suggested) {
        e->room = 2 * e->room + suggested;
        e->line = realloc(e->line, e->room);
        if (e->line == NULL)
            abort();
    }
    *buf = uv_buf_init(e->line + e->bytes, (unsigned)suggested);
}

/* Hand over the whole lines; keep what has begun. */
static void take_lines(struct engine *e, size_t fresh)
{
    char *from = e->line, *end = e->line + e->bytes + fresh, *at = e->line + e->bytes, *stop;

    while ((stop = memchr(at, '\n', (size_t)(end - at)))) {
        if (!e->stopped)
            e->calls.on_line(e->calls.with, from, (size_t)(stop - from));
        from = at = stop + 1;
    }
    e->bytes = (size_t)(end - from);
    memmove(e->line, from, e->bytes);
    if (e->bytes > ENGINE_LINE_MAX && !e->flooded) {
        e->flooded = true;
        uv_process_kill(&e->process, SIGKILL);
    }
}

static void on_out(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct engine *e = stream->data;

    (void)buf;
    if (n > 0) {
        take_lines(e, (size_t)n);
    } else if (n < 0) {
        e->ended = true;
        check_gone(e);
        close_handle(&e->out);
    }
}

static void on_err_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
    static char scratch[4096];

    (void)h;
    (void)suggested;
    *buf = uv_buf_init(scratch, sizeof scratch);
}

static void on_err(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct engine *e = stream->data;
    const char *from = buf->base;
    size_t fresh = n > 0 ? (size_t)n : 0, keep;

    if (n < 0) {
        close_handle(&e->err);
        return;
    }
    if (fresh > ENGINE_TAIL) {
        from += fresh - ENGINE_TAIL;
        fresh = ENGINE_TAIL;
    }
    keep = e->tail_bytes + fresh > ENGINE_TAIL ? ENGINE_TAIL - fresh : e->tail_bytes;
    memmove(e->tail, e->tail + e->tail_bytes - keep, keep);
    if (fresh)
        memcpy(e->tail + keep, from, fresh);
    e->tail_bytes = keep + fresh;
    e->tail[e->tail_bytes] = 0;
}

static void init_handles(struct engine *e, uv_loop_t *loop)
{
    uv_pipe_init(loop, &e->in, 0);
    uv_pipe_init(loop, &e->out, 0);
    uv_pipe_init(loop, &e->err, 0);
    uv_timer_init(loop, &e->patience);
    e->process.data = e->in.data = e->out.data = e->err.data = e->patience.data = e;
    e->open = 5;
}

struct engine *engine_start(uv_loop_t *loop, char **argv, struct engine_calls calls, char *why,
                            size_t why_bytes)
{
    struct engine *e = calloc(1, sizeof *e);
    uv_stdio_container_t io[3];
    uv_process_options_t options = {
        .file = argv[0], .args = argv, .exit_cb = on_exit_of, .stdio = io, .stdio_count = 3};
    int err;

    if (e == NULL)
        abort();
    e->calls = calls;
    init_handles(e, loop);
    io[0] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
                                   .data.stream = (uv_stream_t *)&e->in};
    io[1] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
                                   .data.stream = (uv_stream_t *)&e->out};
    io[2] = (uv_stdio_container_t){.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
                                   .data.stream = (uv_stream_t *)&e->err};
    err = uv_spawn(loop, &e->process, &options);
    if (err == 0) {
        uv_read_start((uv_stream_t *)&e->out, on_room, on_out);
        uv_read_start((uv_stream_t *)&e->err, on_err_room, on_err);
        return e;
    }
    snprintf(why, why_bytes, "%s cannot be started: %s", argv[0], uv_strerror(err));
    e->stopped = true;
    close_handle(&e->process);
    close_handle(&e->in);
    close_handle(&e->out);
    close_handle(&e->err);
    close_handle(&e->patience);
    return NULL;
}

struct sending {
    uv_write_t write;
    char line[];
};

static void on_sent(uv_write_t *w, int status)
{
    (void)status; /* a dead engine is noticed by its exit */
    free(w->data);
}

void engine_send(struct engine *e, const char *line)
{
    size_t bytes = strlen(line);
    struct sending *s = malloc(sizeof *s + bytes + 1);
    uv_buf_t buf;

    if (s == NULL)
        abort();
    memcpy(s->line, line, bytes);
    s->line[bytes] = '\n';
    s->write.data = s;
    buf = uv_buf_init(s->line, (unsigned)bytes + 1);
    if (e->exited || uv_is_closing((uv_handle_t *)&e->in) ||
        uv_write(&s->write, (uv_stream_t *)&e->in, &buf, 1, on_sent) < 0)
        free(s);
}

static void on_impatient(uv_timer_t *t)
{
    struct engine *e = t->data;

    uv_process_kill(&e->process, SIGKILL);
}

void engine_stop(struct engine *e)
{
    if (e == NULL)
        return;
    e->stopped = true;
    if (!e->exited) {
        engine_send(e, "{\"cmd\":\"quit\"}");
        uv_timer_start(&e->patience, on_impatient, PATIENCE_MS, 0);
        return; /* on_exit_of and the ends of the pipes close the rest */
    }
}
