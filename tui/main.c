/* weir-tui: the workbench.  A client of an engine process; includes nothing of core. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <signal.h>

#include "tui/modes.h"
#include "tui/term.h"

static const char usage[] =
    "usage: weir-tui [options] [JOB args...]\n"
    "\n"
    "Shows a run of a job, step by step, forwards and backwards.  JOB is a job program; it is\n"
    "started as 'JOB serve args...' (default: jobs/flights serve --demo, beside this program).\n"
    "\n"
    "  --engine \"CMD ...\"  start this instead, by the shell\n"
    "  --id ID             a saved counterexample: weir-lab serve ID\n"
    "  --at STEP           open at this step\n"
    "  --plain             a prompt and plain lines: for screen readers, pipes and no terminal\n"
    "  --ascii             no character beyond ASCII (chosen by itself outside UTF-8)\n"
    "  --script FILE       keys by name and :commands, a line each, without a terminal;\n"
    "                      :dump prints the screen, :assert WORD... fails if it is not there\n"
    "  --size WxH          of a script's screen (default 80x24)\n"
    "  --no-cache          ask the engine for every frame again\n"
    "  --help              this text; within the workbench ? lists the keys\n"
    "\n"
    "NO_COLOR (not empty) is honoured.\n"
    "Exit codes: 0 fine, 1 a script's :assert failed, 2 wrong usage or script, 3 no terminal\n"
    "(--plain works without), 4 the engine could not be started or speaks another format.\n";

struct options {
    const char *engine, *lab_id, *script;
    bool plain, ascii, no_cache, help;
    int cols, rows;
    long long at;
    char **job;
    int job_count;
};

static bool parse_size(const char *text, struct options *o)
{
    char end;

    return sscanf(text, "%dx%d%c", &o->cols, &o->rows, &end) == 2 && o->cols > 0 && o->rows > 0 &&
           o->cols <= GRID_COLS_MAX && o->rows <= GRID_ROWS_MAX;
}

static bool parse_step(const char *text, struct options *o)
{
    char *end;

    o->at = strtoll(text, &end, 10);
    return *text && *end == 0 && o->at >= 0;
}

/* Options that take a value. */
static bool parse_value(const char *name, const char *value, struct options *o)
{
    if (strcmp(name, "--engine") == 0)
        o->engine = value;
    else if (strcmp(name, "--id") == 0)
        o->lab_id = value;
    else if (strcmp(name, "--script") == 0)
        o->script = value;
    else if (strcmp(name, "--size") == 0)
        return parse_size(value, o);
    else if (strcmp(name, "--at") == 0)
        return parse_step(value, o);
    return true;
}

static bool takes_value(const char *name)
{
    static const char *const names[] = {"--engine", "--id", "--script", "--size", "--at"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool parse_flag(const char *name, struct options *o)
{
    if (strcmp(name, "--plain") == 0)
        o->plain = true;
    else if (strcmp(name, "--ascii") == 0)
        o->ascii = true;
    else if (strcmp(name, "--no-cache") == 0)
        o->no_cache = true;
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        o->help = true;
    else
        return false;
    return true;
}

/* Ours end where the job's name begins. */
static bool parse(int argc, char **argv, struct options *o)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (parse_flag(argv[i], o))
            continue;
        if (!takes_value(argv[i])) {
            fprintf(stderr, "weir-tui: no option %s\n", argv[i]);
            return false;
        }
        if (i + 1 == argc || !parse_value(argv[i], argv[i + 1], o)) {
            fprintf(stderr, "weir-tui: %s wants %s\n", argv[i],
                    strcmp(argv[i], "--size") == 0 ? "WxH, as 120x36"
                    : strcmp(argv[i], "--at") == 0 ? "a step, 0 or more"
                                                   : "a value");
            return false;
        }
        i++;
    }
    o->job = argv + i;
    o->job_count = argc - i;
    if ((o->engine != NULL) + (o->lab_id != NULL) + (o->job_count > 0) > 1) {
        fprintf(stderr, "weir-tui: one of --engine, --id and JOB\n");
        return false;
    }
    return true;
}

/* A program that was built beside this one. */
static char *beside(const char *name)
{
    char path[4096], *slash;
    size_t bytes = sizeof path;
    char *all;

    if (uv_exepath(path, &bytes) < 0 || (slash = strrchr(path, '/')) == NULL)
        strcpy(path, "build");
    else
        *slash = 0;
    if (asprintf(&all, "%s/%s", path, name) < 0)
        abort();
    return all;
}

static char *by_shell(const char *command)
{
    char *all;

    if (asprintf(&all, "exec %s", command) < 0)
        abort();
    return all;
}

/* The engine's command line, ended by NULL; *own is what it had to allocate, or NULL. */
static char **engine_argv(const struct options *o, char **own)
{
    char **argv = calloc((size_t)o->job_count + 4, sizeof *argv);
    int n = 0;

    if (argv == NULL)
        abort();
    *own = o->engine       ? by_shell(o->engine)
           : o->lab_id     ? beside("weir-lab")
           : !o->job_count ? beside("jobs/flights")
                           : NULL;
    if (o->engine) {
        argv[n++] = "/bin/sh";
        argv[n++] = "-c";
        argv[n] = *own;
        return argv;
    }
    argv[n++] = *own ? *own : o->job[0];
    if (o->job_count < 2 || strcmp(o->job[1], "serve") != 0)
        argv[n++] = "serve";
    if (*own)
        argv[n++] = o->lab_id ? (char *)o->lab_id : "--demo";
    for (int i = 1; i < o->job_count; i++)
        argv[n++] = o->job[i];
    return argv;
}

static enum exit_code run_mode(const struct options *o, char **argv)
{
    struct mode m = {.loop = uv_default_loop(),
                     .client = {.argv = argv, .use_cache = !o->no_cache, .at = o->at},
                     .ascii = o->ascii,
                     .cols = o->cols,
                     .rows = o->rows,
                     .script = o->script};
    enum exit_code code = o->script  ? mode_script(&m)
                          : o->plain ? mode_plain(&m)
                                     : mode_terminal(&m);

    uv_loop_close(m.loop);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = {.cols = 80, .rows = 24, .at = -1};
    char **engine, *own;
    enum exit_code code;

    if (!parse(argc, argv, &o)) {
        fputs("try weir-tui --help\n", stderr);
        return EXIT_USAGE;
    }
    if (o.help) {
        fputs(usage, stdout);
        return EXIT_FINE;
    }
    signal(SIGPIPE, SIG_IGN);
    engine = engine_argv(&o, &own);
    code = run_mode(&o, engine);
    free(engine);
    free(own);
    return code;
}
