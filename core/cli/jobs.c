#include "cli/jobs.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/exit_code.h"
#include "local/control.h"

enum { ID_MAX = 64, STATE_MAX = 32 };

struct job {
    char id[ID_MAX], state[STATE_MAX], name[CONTROL_LINE_MAX];
    int64_t began_ms;
};

struct search {
    const char *wanted; /* NULL: all are listed */
    struct job found;
    int matches, shown;
};

static int complain(int code, const char *verb, const char *text)
{
    fprintf(stderr, "weir: %s: %s\n", verb, text);
    return code;
}

static bool ask(const char *id, struct job *j)
{
    char line[CONTROL_LINE_MAX];
    long long ms;

    if (control_call(id, "info", line) ||
        sscanf(line, "ok %63s %31s %lld %599[^\n]", j->id, j->state, &ms, j->name) != 4)
        return false;
    j->began_ms = ms;
    return true;
}

static void look_at(void *arg, const char *id)
{
    struct search *s = arg;
    struct job j;
    char when[32];
    time_t began;

    if (!ask(id, &j))
        return;
    if (s->wanted == NULL) {
        began = (time_t)(j.began_ms / 1000);
        strftime(when, sizeof when, "%d.%m.%Y %H:%M:%S", localtime(&began));
        printf("%s : %s : %s (%s)\n", when, j.id, j.name, j.state);
        s->shown++;
    } else if (strncmp(j.id, s->wanted, strlen(s->wanted)) == 0 || strcmp(j.name, s->wanted) == 0) {
        s->found = j;
        s->matches++;
    }
}

static int list(void)
{
    struct search s = {0};

    control_list(look_at, &s);
    if (s.shown == 0)
        printf("No running jobs.\n");
    return EXIT_CODE_OK;
}

/* Say it to the job that is meant, and show its answer. */
static int tell(const char *verb, const char *job, const char *line)
{
    char answer[CONTROL_LINE_MAX], text[CONTROL_LINE_MAX + 64];
    struct search s = {.wanted = job};

    control_list(look_at, &s);
    if (s.matches != 1) {
        snprintf(text, sizeof text, "%s '%.100s'; `weir list` shows what runs",
                 s.matches ? "more than one job is" : "there is no job", job);
        return complain(EXIT_CODE_INPUT, verb, text);
    }
    if (control_call(s.found.id, line, answer))
        return complain(EXIT_CODE_FAILED, verb, "the job ended before it answered");
    if (strncmp(answer, "ok", 2) != 0)
        return complain(EXIT_CODE_FAILED, verb, answer + strcspn(answer, " "));
    if (answer[2])
        printf("Savepoint completed. Path: %s\n", answer + 3);
    else
        printf("Cancelled job %s.\n", s.found.id);
    return EXIT_CODE_OK;
}

/* The run may stand in another folder: it is told a whole path. */
static void whole(const char *path, char out[CONTROL_LINE_MAX])
{
    char here[PATH_MAX];

    if (path == NULL)
        out[0] = 0;
    else if (path[0] == '/' || getcwd(here, sizeof here) == NULL)
        snprintf(out, CONTROL_LINE_MAX, " %.400s", path);
    else
        snprintf(out, CONTROL_LINE_MAX, " %.300s/%.200s", here, path);
}

static int savepoint_or_stop(const char *verb, int argc, char **argv)
{
    bool stops = strcmp(verb, "stop") == 0, drains = false;
    const char *job = NULL, *path = NULL;
    char line[2 * CONTROL_LINE_MAX], directory[CONTROL_LINE_MAX];

    for (int i = 0; i < argc; i++) {
        bool wants_path = strcmp(argv[i], "--savepointPath") == 0 || strcmp(argv[i], "-p") == 0;

        if (stops && (strcmp(argv[i], "--drain") == 0 || strcmp(argv[i], "-d") == 0))
            drains = true;
        else if (stops && wants_path && i + 1 < argc)
            path = argv[++i];
        else if (argv[i][0] != '-' && job == NULL)
            job = argv[i];
        else if (argv[i][0] != '-' && path == NULL && !stops)
            path = argv[i];
        else
            return complain(EXIT_CODE_USAGE, verb,
                            stops ? "usage: weir stop [--drain] [--savepointPath DIR] JOB"
                                  : "usage: weir savepoint JOB [DIR]");
    }
    if (job == NULL)
        return complain(EXIT_CODE_USAGE, verb, "which job? `weir list` shows what runs");
    whole(path, directory);
    snprintf(line, sizeof line, "%s%s", drains ? "drain" : stops ? "stop" : "savepoint", directory);
    return tell(verb, job, line);
}

bool jobs_verb(const char *verb, int argc, char **argv, int *code)
{
    if (strcmp(verb, "list") == 0)
        *code = list();
    else if (strcmp(verb, "savepoint") == 0 || strcmp(verb, "stop") == 0)
        *code = savepoint_or_stop(verb, argc, argv);
    else if (strcmp(verb, "cancel") != 0)
        return false;
    else if (argc == 1)
        *code = tell(verb, argv[0], "cancel");
    else
        *code = complain(EXIT_CODE_USAGE, verb, "which job? `weir list` shows what runs");
    return true;
}
