/* A script: keys by name and :commands, one line after the other, on a screen that is only a
 * grid.  Each key waits until the engine has answered, so there is nothing to sleep for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/modes.h"

struct script {
    const struct mode *mode;
    struct client *client;
    int line;
    enum exit_code code;
    bool quit;
};

static void complain(struct script *s, enum exit_code code, const char *what, const char *about)
{
    fprintf(stderr, "%s:%d: %s%s\n", s->mode->script, s->line, what, about);
    s->code = code;
    s->quit = true;
}

/* The screen as text; the caller frees it. */
static char *screen_text(const struct script *s)
{
    struct grid g;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    if (out == NULL)
        abort();
    grid_init(&g, s->mode->cols, s->mode->rows);
    session_draw(client_session(s->client), &g);
    grid_write_text(&g, s->mode->ascii, out);
    fclose(out);
    grid_done(&g);
    return text;
}

static void obey(struct script *s, unsigned wishes)
{
    char *text;

    if (wishes & WISH_RESTART)
        client_restart(s->client);
    if (!client_settle(s->client))
        complain(s, EXIT_ENGINE, "the engine does not answer", "");
    if (wishes & WISH_QUIT)
        s->quit = true;
    if (!(wishes & (WISH_DUMP | WISH_ASSERT)))
        return;
    text = screen_text(s);
    if (wishes & WISH_DUMP)
        fputs(text, stdout);
    if (wishes & WISH_ASSERT && strstr(text, session_argument(client_session(s->client))) == NULL) {
        complain(s, EXIT_FAILED,
                 "not on the screen: ", session_argument(client_session(s->client)));
        fputs(text, stderr);
    }
    free(text);
}

static void run_keys(struct script *s, char *line)
{
    char *rest = line;

    for (char *name; !s->quit && (name = strtok_r(rest, " \t", &rest));) {
        uint32_t key = key_code(name);

        if (key)
            obey(s, session_key(client_session(s->client), key));
        else
            complain(s, EXIT_USAGE, "no key of that name: ", name);
    }
}

enum exit_code mode_script(const struct mode *m)
{
    struct script s = {.mode = m};
    FILE *in = strcmp(m->script, "-") == 0 ? stdin : fopen(m->script, "r");
    char why[3000], *line = NULL;
    size_t room = 0;
    ssize_t bytes;

    if (in == NULL) {
        fprintf(stderr, "weir-tui: %s cannot be read\n", m->script);
        return EXIT_USAGE;
    }
    s.client = client_open(m->loop, &m->client, why, sizeof why);
    if (s.client == NULL) {
        fprintf(stderr, "weir-tui: %s\n", why);
        fclose(in);
        return EXIT_ENGINE;
    }
    while (!s.quit && (bytes = getline(&line, &room, in)) >= 0) {
        s.line++;
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == ':' && line[1])
            obey(&s, session_command(client_session(s.client), line + 1));
        else if (line[0] != '#')
            run_keys(&s, line);
    }
    free(line);
    fclose(in);
    client_close(s.client);
    return s.code;
}
