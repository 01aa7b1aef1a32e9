#include "tui/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/json.h"
#include "tui/keys.h"
#include "tui/session_parts.h"

void session_notice(struct session *s, const char *text)
{
    snprintf(s->view.notice, sizeof s->view.notice, "%s", text);
}

/* ---- asking the engine ---- */

static void send_frame(struct session *s, int64_t step)
{
    char line[80];

    snprintf(line, sizeof line, "{\"cmd\":\"frame\",\"step\":%lld}", (long long)step);
    s->asked = ASKED_FRAME;
    s->asked_step = step;
    s->setup.send(s->setup.with, line);
}

/* A text inside JSON quotes. */
static void quote(char *to, size_t bytes, const char *text)
{
    size_t n = 0;

    for (; *text && n + 8 < bytes; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            to[n++] = '\\';
        if (c < ' ')
            n += (size_t)snprintf(to + n, bytes - n, "\\u%04x", c);
        else
            to[n++] = (char)c;
    }
    to[n] = 0;
}

static void send_todo(struct session *s)
{
    char line[2 * INPUT_BYTES + 400], text[2 * INPUT_BYTES + 300];
    struct todo t = s->todo[0];

    s->todo_count--;
    memmove(&s->todo[0], &s->todo[1], s->todo_count * sizeof s->todo[0]);
    quote(text, sizeof text, t.line);
    if (t.what == ASKED_FAULT)
        snprintf(line, sizeof line, "{\"cmd\":\"fault\",\"line\":\"%s\",\"step\":%lld}", text,
                 (long long)t.number);
    else if (t.what == ASKED_DROP)
        snprintf(line, sizeof line, "{\"cmd\":\"drop\",\"index\":%lld}", (long long)t.number);
    else
        snprintf(line, sizeof line, "{\"cmd\":\"faults\"}");
    s->asked = t.what;
    s->setup.send(s->setup.with, line);
}

static void show(struct session *s, struct frame *f)
{
    cache_give(&s->cache, s->frame);
    s->frame = f;
}

/* The step most likely to be wanted next; below 0 = none. */
static int64_t guess_next(const struct session *s)
{
    int64_t next = s->want + s->direction;

    return s->direction == 0 || next > s->run->steps ? -1 : next;
}

void session_ask(struct session *s)
{
    struct frame *f;
    int64_t next;

    if (s->run == NULL || s->view.gone)
        return;
    if ((s->frame == NULL || s->frame->step != s->want) && (f = cache_take(&s->cache, s->want)))
        show(s, f);
    if (s->asked != ASKED_NOTHING)
        return; /* S1 */
    s->waited_us = 0;
    next = guess_next(s);
    if (s->todo_count)
        send_todo(s);
    else if (s->frame == NULL || s->frame->step != s->want)
        send_frame(s, s->want);
    else if (s->setup.use_cache && next >= 0 && !cache_has(&s->cache, next))
        send_frame(s, next);
}

void session_todo(struct session *s, enum asked what, const char *line, int64_t number)
{
    struct todo *t = &s->todo[s->todo_count];

    if (s->todo_count == TODO_MAX) {
        session_notice(s, "the engine has not answered yet; try again");
        return;
    }
    t->what = what;
    t->number = number;
    snprintf(t->line, sizeof t->line, "%s", line);
    s->todo_count++;
    session_ask(s);
}

void session_seek(struct session *s, int64_t step)
{
    if (s->run == NULL)
        return;
    step = step < 0 ? 0 : step > s->run->steps ? s->run->steps : step;
    s->direction = step < s->want ? -1 : 1;
    s->want = step;
    session_ask(s);
}

/* ---- what the engine says ---- */

static void select_first(struct session *s)
{
    struct selection *at = &s->view.selected;

    if (at->vertex < s->run->vertex_count && at->subtask < s->run->vertices[at->vertex].parallelism)
        return;
    *at = (struct selection){0, 0};
}

/* S3: frames of the run before are of no use. */
static void take_run(struct session *s, struct run *r)
{
    bool first = s->run == NULL;

    cache_drop(&s->cache);
    frame_free(s->frame);
    s->frame = NULL;
    run_free(s->run);
    s->run = r;
    if (first)
        s->want = s->setup.at >= 0 ? s->setup.at : r->open_at >= 0 ? r->open_at : 0;
    if (s->want > r->steps)
        s->want = r->steps;
    if (first && r->vertex_count > 1)
        s->view.selected = (struct selection){1, 0};
    select_first(s);
}

static void on_greeting(struct session *s, const struct json *j, const char *notice)
{
    char why[300];
    struct run *r = run_decode(j, why, sizeof why);

    if (r) {
        take_run(s, r);
        session_notice(s, notice);
    } else if (s->run == NULL) {
        snprintf(s->refused, sizeof s->refused, "%s", why);
    } else {
        session_notice(s, why);
    }
}

static void on_frame(struct session *s, const struct json *j)
{
    char why[200], all[300];
    struct frame *f = frame_decode(s->run, json_get(j, "frame"), why, sizeof why);

    if (f && f->step == s->asked_step && f->step == s->want) {
        show(s, f);
    } else if (f && f->step == s->asked_step) {
        cache_give(&s->cache, f);
    } else if (s->asked_step == s->want) {
        snprintf(all, sizeof all, "frame %lld cannot be shown: %s", (long long)s->asked_step,
                 f ? "the engine sent another one" : why);
        frame_free(f);
        session_notice(s, all);
        s->view.paused = true;
        s->broken = true; /* asking again would get the same */
    } else {
        frame_free(f);
        s->direction = 0; /* a bad guess: do not repeat it */
    }
}

static void copy_text(char *to, size_t bytes, const struct json *j, const char *name)
{
    snprintf(to, bytes, "%s", json_get_text(j, name));
}

static void on_faults(struct session *s, const struct json *j)
{
    const struct json *m = json_get(j, "faults");
    size_t n = json_count(m) < FAULTS_MAX ? json_count(m) : FAULTS_MAX;

    free(s->view.faults);
    s->view.faults = calloc(n + 1, sizeof *s->view.faults);
    if (s->view.faults == NULL)
        abort();
    s->view.fault_count = n;
    for (size_t i = 0; i < n; i++) {
        struct fault *f = &s->view.faults[i];

        copy_text(f->name, sizeof f->name, json_at(m, i), "name");
        copy_text(f->target, sizeof f->target, json_at(m, i), "target");
        copy_text(f->line, sizeof f->line, json_at(m, i), "line");
    }
}

static void on_error(struct session *s, enum asked asked, const char *text)
{
    if (s->run == NULL) {
        snprintf(s->refused, sizeof s->refused, "%s", text);
        return;
    }
    session_notice(s, text);
    if (asked == ASKED_FRAME && s->asked_step == s->want && s->frame == NULL)
        s->broken = true;
    else if (asked == ASKED_FRAME && s->asked_step == s->want)
        s->want = s->frame->step;
    s->direction = asked == ASKED_FRAME ? 0 : s->direction;
    s->view.paused = true;
}

static void on_answer(struct session *s, enum asked asked, const struct json *j)
{
    if (json_kind(json_get(j, "error")) == JSON_STRING) {
        on_error(s, asked, json_get_text(j, "error"));
        return;
    }
    switch (asked) {
    case ASKED_GREETING:
        on_greeting(s, j, "");
        break;
    case ASKED_FAULT:
        on_greeting(s, j,
                    "armed; the run was computed anew. ] goes to where it strikes, X drops all");
        break;
    case ASKED_DROP:
        on_greeting(s, j, "dropped; the run was computed anew");
        break;
    case ASKED_FRAME:
        on_frame(s, j);
        break;
    case ASKED_FAULTS:
        on_faults(s, j);
        break;
    case ASKED_NOTHING:
        session_notice(s, "the engine said something that nobody had asked for");
        break;
    }
}

void session_on_line(struct session *s, const char *line, size_t bytes)
{
    enum asked asked = s->asked;
    char why[200], all[300];
    struct json *j = json_parse(s->reader, line, bytes, why, sizeof why);

    s->asked = ASKED_NOTHING;
    s->broken = false;
    if (s->said_waiting)
        s->view.notice[0] = 0;
    s->said_waiting = false;
    if (j == NULL) {
        snprintf(all, sizeof all, "the engine's line is not JSON (%s): %.*s", why,
                 (int)(bytes < 80 ? bytes : 80), line);
        on_error(s, asked, all);
    } else {
        on_answer(s, asked, j);
    }
    json_free(j);
    if (!s->broken)
        session_ask(s);
}

void session_on_gone(struct session *s, const char *why, const char *tail)
{
    s->view.gone = true;
    s->view.paused = true;
    s->asked = ASKED_NOTHING;
    s->todo_count = 0;
    snprintf(s->view.gone_why, sizeof s->view.gone_why, "%s", why);
    snprintf(s->view.gone_tail, sizeof s->view.gone_tail, "%s", tail);
    if (s->frame)
        s->want = s->frame->step;
}

void session_on_restart(struct session *s)
{
    s->view.gone = false;
    s->view.notice[0] = 0;
    s->asked = ASKED_GREETING;
    s->waited_us = 0;
    s->direction = 0; /* what was fetched ahead may be what killed it */
}

/* ---- time ---- */

static void play(struct session *s, int64_t us)
{
    int64_t steps;

    s->owed_us += us * ((int64_t)PLAY_STEPS_A_SECOND << s->view.speed);
    steps = s->owed_us / 1000000;
    s->owed_us %= 1000000;
    if (steps == 0 || s->frame == NULL || s->frame->step != s->want)
        return; /* what the engine cannot follow is not caught up */
    session_seek(s, s->want + steps);
    if (s->want == s->run->steps) {
        s->view.paused = true;
        session_notice(s, "the end of the run; 0 goes to its beginning");
    }
}

void session_tick(struct session *s, int64_t us)
{
    bool waits = s->asked != ASKED_NOTHING && !session_is_settled(s);

    s->waited_us = waits ? s->waited_us + us : 0;
    if (s->waited_us > 2000000 && s->view.notice[0] == 0) {
        session_notice(s, "waiting for the engine to answer ...");
        s->said_waiting = true;
    }
    if (!s->view.paused && s->run)
        play(s, us);
}

/* ---- life ---- */

struct session *session_new(const struct session_setup *setup)
{
    struct session *s = calloc(1, sizeof *s);

    if (s == NULL || (s->reader = json_reader_new()) == NULL)
        abort();
    s->setup = *setup;
    s->view.paused = true;
    s->asked = ASKED_GREETING;
    s->direction = 1;
    cache_init(&s->cache, setup->use_cache ? CACHE_ROOM : 0);
    return s;
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    cache_drop(&s->cache);
    frame_free(s->frame);
    run_free(s->run);
    free(s->view.faults);
    json_reader_free(s->reader);
    free(s);
}

bool session_is_settled(const struct session *s)
{
    if (s->view.gone || s->broken || s->refused[0])
        return true;
    if (s->asked != ASKED_NOTHING && s->asked != ASKED_FRAME)
        return false;
    return s->todo_count == 0 && s->frame && s->frame->step == s->want;
}

bool session_is_greeted(const struct session *s)
{
    return s->run != NULL && s->asked != ASKED_GREETING;
}

const char *session_refused(const struct session *s)
{
    return s->refused[0] ? s->refused : NULL;
}

void session_draw(const struct session *s, struct grid *g)
{
    view_run_draw(g, &s->view, s->run, s->frame);
}

const struct view *session_view(const struct session *s)
{
    return &s->view;
}

const struct run *session_run(const struct session *s)
{
    return s->run;
}

const struct frame *session_frame(const struct session *s)
{
    return s->frame;
}

int64_t session_wanted(const struct session *s)
{
    return s->want;
}

const char *session_argument(const struct session *s)
{
    return s->argument;
}
