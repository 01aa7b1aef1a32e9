/* The workbench in plain lines, for screen readers and pipes: no cursor motion, no frames, no
 * colours.  Every answer is whole sentences or one fact a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/format.h"
#include "tui/keys.h"
#include "tui/modes.h"
#include "tui/task_box.h"

struct plain {
    struct client *client;
    struct session *session;
    bool quit;
};

static void say_why(const struct plain *p)
{
    char why[600];

    view_why(session_view(p->session), session_run(p->session), session_frame(p->session), why,
             sizeof why);
    printf("why: %s\n", why);
}

static void say_where(const struct plain *p)
{
    const struct frame *f = session_frame(p->session);
    const struct mark *m;
    char word[64];

    if (f == NULL)
        return;
    m = run_mark_at(session_run(p->session), f->step);
    printf("step %lld of %lld, t %s, attempt %lld, job %s\n", (long long)f->step,
           (long long)f->steps, format_us(f->us).text, (long long)f->attempt, f->job);
    if (m)
        printf("here: %s\n", m->text);
    if (f->event_count && f->events[f->event_count - 1].step == f->step)
        printf("event: %s %s\n", f->events[f->event_count - 1].actor,
               f->events[f->event_count - 1].text);
    for (size_t i = 0; i < f->task_count; i++) {
        const struct task *t = &f->tasks[i];

        task_word(t, word, sizeof word);
        printf("%s on %s: %s, busy %lld%%, backpressured %lld%%, watermark %s\n", t->name,
               t->worker, word, (long long)(t->busy + 5) / 10, (long long)(t->bkpr + 5) / 10,
               format_wm(t->has_wm, t->wm).text);
    }
    if (f->checkpoint.cp_id)
        printf("checkpoint %lld: %s\n", (long long)f->checkpoint.cp_id, f->checkpoint.state);
}

static void say_elements(const char *where, const struct element *e, size_t count)
{
    if (count == 0)
        return;
    printf("  %s, oldest first:", where);
    for (size_t i = 0; i < count && i < 40; i++)
        switch (e[i].kind) {
        case 'r':
            printf(" row");
            break;
        case 'l':
            printf(" late");
            break;
        case 'b':
            printf(" barrier-%lld", (long long)e[i].value);
            break;
        case 'w':
            printf(" watermark-%s", format_wm_tiny(true, e[i].value).text);
            break;
        case 'i':
            printf(" idle");
            break;
        case 'a':
            printf(" active");
            break;
        case 'c':
            printf(" cancel-%lld", (long long)e[i].value);
            break;
        case 'e':
            printf(" end-of-data");
            break;
        case 'E':
            printf(" end-of-channel");
            break;
        default:
            printf(" ?");
        }
    printf(count > 40 ? " and %zu more\n" : "\n", count - 40);
}

static void say_gates(const struct plain *p)
{
    const struct frame *f = session_frame(p->session);

    for (size_t i = 0; f && i < f->task_count; i++)
        for (size_t k = 0; k < f->tasks[i].channel_count; k++) {
            const struct channel *c = &f->tasks[i].channels[k];

            printf("%s input %lld from %s: %s, %lld of %lld buffers used, credit %lld, "
                   "watermark %s%s\n",
                   f->tasks[i].name, (long long)c->index, f->tasks[c->from].name,
                   c->shut ? "shut until the other barriers arrive" : "open", (long long)c->used,
                   (long long)c->capacity, (long long)c->credit, format_wm(c->has_wm, c->wm).text,
                   c->idle ? ", idle" : "");
            say_elements("waiting", c->queue, c->queue_count);
            say_elements("with the sender", c->sent, c->sent_count);
        }
}

static void say_notice(const struct plain *p)
{
    const struct view *v = session_view(p->session);

    if (v->notice[0])
        printf("%s\n", v->notice);
    if (v->gone)
        printf("%s\n%s\n", v->gone_why, v->gone_tail);
}

static void say_help(void)
{
    printf("where   step, time and every task\n"
           "why     what is being waited for\n"
           "gates   every input channel and what waits in it\n"
           "step    one step on (also an empty line)      back   one step back\n"
           "next    on to the next mark                   prev   back to the mark before\n"
           "seek N, fault LINE, drop N, plan, restart, quit\n");
}

static void press(struct plain *p, uint32_t key)
{
    session_key(p->session, key);
    client_settle(p->client);
    say_notice(p);
    say_where(p);
    say_why(p);
}

static void obey(struct plain *p, const char *line)
{
    int64_t before = session_wanted(p->session);
    unsigned wishes = session_command(p->session, line);

    if (wishes & WISH_RESTART)
        client_restart(p->client);
    p->quit = wishes & WISH_QUIT;
    client_settle(p->client);
    say_notice(p);
    if (session_wanted(p->session) != before || wishes & WISH_RESTART) {
        say_where(p);
        say_why(p);
    }
}

static void answer(struct plain *p, const char *line)
{
    if (line[0] == ':')
        line++;
    if (strcmp(line, "where") == 0)
        say_where(p);
    else if (strcmp(line, "why") == 0)
        say_why(p);
    else if (strcmp(line, "gates") == 0)
        say_gates(p);
    else if (strcmp(line, "help") == 0 || strcmp(line, "?") == 0)
        say_help();
    else if (strcmp(line, "step") == 0 || line[0] == 0)
        press(p, '.');
    else if (strcmp(line, "back") == 0)
        press(p, ',');
    else if (strcmp(line, "next") == 0)
        press(p, ']');
    else if (strcmp(line, "prev") == 0)
        press(p, '[');
    else if (strcmp(line, "q") == 0)
        p->quit = true;
    else
        obey(p, line);
}

enum exit_code mode_plain(const struct mode *m)
{
    struct plain p = {0};
    char why[3000], *line = NULL;
    size_t room = 0;

    p.client = client_open(m->loop, &m->client, why, sizeof why);
    if (p.client == NULL) {
        fprintf(stderr, "weir-tui: %s\n", why);
        return EXIT_ENGINE;
    }
    p.session = client_session(p.client);
    client_settle(p.client);
    printf("weir, %s. Plain mode; help lists what to type.\n", session_run(p.session)->job);
    say_where(&p);
    say_why(&p);
    while (!p.quit) {
        if (isatty(STDIN_FILENO))
            printf("weir> ");
        fflush(stdout);
        if (getline(&line, &room, stdin) < 0)
            break;
        line[strcspn(line, "\r\n")] = 0;
        answer(&p, line);
    }
    free(line);
    client_close(p.client);
    return EXIT_FINE;
}
