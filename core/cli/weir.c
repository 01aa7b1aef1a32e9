/* weir: finds the job program that is meant and hands the command line to it.
 *
 * A job is a built program, a .c file (compiled and linked against the objects
 * beside this binary), or a bare name that means build/jobs/NAME. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "cli/args.h"
#include "cli/exit_code.h"
#include "cli/jobs.h"
#include "graph/options.h"

enum { PATH_BYTES = PATH_MAX + 64 };

static const char *const words[] = {"run",  "sim",    "explore",   "serve", "graph",
                                    "demo", "replay", "options",   "lab",   "version",
                                    "help", "list",   "savepoint", "stop",  "cancel"};
enum { WORDS = sizeof words / sizeof words[0], JOB_WORDS = 5 /* the first ones want a job */ };

static int complain(int code, const char *format, const char *a, const char *b)
{
    fprintf(stderr, "weir: ");
    fprintf(stderr, format, a, b);
    fprintf(stderr, "\n");
    return code;
}

static int help(void)
{
    printf(
        "weir -- learn Apache Flink by building it\n\n"
        "  weir run JOB [-p N] [-D key=value] ...    run a job (driver: local)\n"
        "  weir sim JOB --seed N --plan F            one seeded run with faults; ends with a hash\n"
        "  weir explore JOB --seeds N                search for a run that breaks an invariant\n"
        "  weir replay fail.plan                     show again what explore found\n"
        "  weir list                                 the jobs that run on this machine\n"
        "  weir savepoint ID [DIR]                   save a running job's state, and let it run\n"
        "  weir stop [--drain] [-p DIR] ID           ... and stop it; --drain: at the end of time\n"
        "  weir cancel ID                            stop it at once\n"
        "  weir serve JOB                            engine of the workbench: JSON lines\n"
        "  weir graph JOB                            chains and edges\n"
        "  weir demo                                 the flights job, with a worker killed\n"
        "  weir options [--json]                     every option key, its default, its meaning\n"
        "  weir lab ...                              the labs: `weir lab help`\n"
        "  weir version [--json]\n"
        "  weir help [COMMAND]                       this, or all flags of one command\n\n"
        "JOB is a built program, a .c file, or the name of one in build/jobs.\n\n");
    exit_codes_help();
    return EXIT_CODE_OK;
}

static int help_of(const char *verb)
{
    enum verb v;

    if (verb_find(verb, &v, &(struct diag){0}))
        return help();
    verb_help(v, "weir", v == VERB_DEMO || v == VERB_REPLAY || v == VERB_HELP ? "" : " JOB");
    return EXIT_CODE_OK;
}

static void options_json(void)
{
    struct bytes out = {0};
    struct json_writer j = {.out = &out};

    json_array(&j, NULL);
    for (int i = 0; i < OPTIONS; i++) {
        json_object(&j, NULL);
        json_put_text(&j, "key", option_key((enum option)i));
        json_put_text(&j, "kind", option_kind_name((enum option)i));
        json_put_text(&j, "default", option_default((enum option)i));
        json_put_text(&j, "text", option_help((enum option)i));
        json_end(&j);
    }
    json_end(&j);
    puts(bytes_cstr(&out));
    bytes_done(&out);
}

static int options(bool json)
{
    if (json) {
        options_json();
        return EXIT_CODE_OK;
    }
    printf("%-61s%-10s%-13s%s\n", "key", "kind", "default", "what it does");
    for (int i = 0; i < OPTIONS; i++)
        printf("%-61s%-10s%-13s%s\n", option_key((enum option)i), option_kind_name((enum option)i),
               option_default((enum option)i)[0] ? option_default((enum option)i) : "(not set)",
               option_help((enum option)i));
    printf("%-61s%-10s%-13s%s\n", "weir.sim.cost.UID", "duration", "(not set)",
           "virtual time of a row in the operator of that uid");
    return EXIT_CODE_OK;
}

static int version(bool json)
{
    if (json)
        printf("{\"weir\":\"0.1\",\"flink\":\"2.3.0\",\"drivers\":[\"local\",\"sim\"]}\n");
    else
        printf("weir 0.1, after Apache Flink 2.3.0\n");
    return EXIT_CODE_OK;
}

/* The folder this binary is in. */
static const char *home(void)
{
    static char path[PATH_BYTES];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    path[n > 0 ? n : 0] = 0;
    return n > 0 ? dirname(path) : ".";
}

static bool is_executable(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Run it in `folder`; its exit status, 127 if there is no such program, -1 if it died. */
static int run_in(const char *folder, char *const argv[])
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (chdir(folder) == 0)
            execvp(argv[0], argv);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The command line that built this binary, word by word, without its warnings: a job needs the same
 * compiler and sanitizers.  Returns how many words. */
static int built_with(char *text, size_t room, char **word, int max)
{
    char path[PATH_BYTES];
    FILE *f;
    int n = 0;

    snprintf(path, sizeof path, "%s/flags", home());
    f = fopen(path, "r");
    if (f == NULL || fgets(text, (int)room, f) == NULL)
        snprintf(text, room, "cc -std=c11 -D_GNU_SOURCE -g -O2 -ffp-contract=off -Icore -I.");
    if (f)
        fclose(f);
    for (char *w = strtok(text, " \n"); w && n < max; w = strtok(NULL, " \n"))
        if (strncmp(w, "-W", 2) != 0)
            word[n++] = w;
    return n;
}

/* Compile and link a job's source against the engine's objects. */
static int compile(const char *source, char out[PATH_BYTES])
{
    enum { FLAGS_MAX = 48 };
    char flags[4096], objects[PATH_BYTES], root[PATH_BYTES], path[PATH_BYTES], cwd[PATH_BYTES];
    char include[PATH_BYTES], *argv[FLAGS_MAX + 11];
    const char *slash = strrchr(source, '/'), *name = slash ? slash + 1 : source;
    int n = built_with(flags, sizeof flags, argv, FLAGS_MAX);

    if (getcwd(cwd, sizeof cwd) == NULL || realpath(source, path) == NULL)
        return -1;
    mkdir(".weir", 0777);
    mkdir(".weir/bin", 0777);
    snprintf(root, sizeof root, "%s/..", home());
    snprintf(objects, sizeof objects, "@%s/core.objs", home());
    snprintf(include, sizeof include, "-I%.*s", PATH_BYTES - 3, cwd);
    snprintf(out, PATH_BYTES, "%.*s/.weir/bin/%.*s", PATH_BYTES / 2, cwd, (int)strcspn(name, "."),
             name);
    argv[n++] = "-Wall";
    argv[n++] = include;
    argv[n++] = path;
    argv[n++] = objects;
    argv[n++] = "-o";
    argv[n++] = out;
    argv[n++] = "-lsqlite3";
    argv[n++] = "-lm";
    argv[n] = NULL;
    n = run_in(root, argv);
    if (n == 127)
        fprintf(stderr, "weir: there is no compiler '%s': `make setup` installs one\n", argv[0]);
    return n;
}

static bool is_source(const char *job)
{
    size_t n = strlen(job);

    return n > 2 && strcmp(job + n - 2, ".c") == 0;
}

static int find_source(const char *job, char out[PATH_BYTES])
{
    if (access(job, R_OK) != 0)
        return complain(EXIT_CODE_INPUT, "%s cannot be read: %s", job, strerror(errno));
    if (compile(job, out) != 0)
        return complain(EXIT_CODE_INPUT, "%s does not compile (see above)%s", job, "");
    return EXIT_CODE_OK;
}

static bool find_built(const char *job, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%s%s", strchr(job, '/') ? "" : "./", job);
    if (is_executable(out))
        return true;
    snprintf(out, PATH_BYTES, "%s/jobs/%s", home(), job);
    return is_executable(out);
}

/* The program that is meant by `job`; an exit code if there is none. */
static int find_program(const char *job, char out[PATH_BYTES])
{
    if (is_source(job))
        return find_source(job, out);
    if (find_built(job, out))
        return EXIT_CODE_OK;
    return complain(EXIT_CODE_INPUT,
                    "no job '%s': neither a program, nor a .c file, nor in %s/jobs", job, home());
}

/* Execute `program verb rest...`. */
static int hand_over(const char *program, const char *verb, int argc, char **argv)
{
    char **args = calloc((size_t)argc + 3, sizeof *args);
    int n = 0;

    args[n++] = (char *)(uintptr_t)program;
    if (verb)
        args[n++] = (char *)(uintptr_t)verb;
    for (int i = 0; i < argc; i++)
        args[n++] = argv[i];
    execv(program, args);
    complain(EXIT_CODE_INPUT, "%s cannot be executed: %s", program, strerror(errno));
    free(args);
    return EXIT_CODE_INPUT;
}

/* The program a kept plan names. */
static int replay(int argc, char **argv)
{
    char line[512], program[256] = "", path[PATH_BYTES];
    FILE *f = argc ? fopen(argv[0], "r") : NULL;

    if (argc == 0)
        return complain(EXIT_CODE_USAGE, "replay which file? `weir replay fail.plan`%s%s", "", "");
    if (f == NULL)
        return complain(EXIT_CODE_INPUT, "%s cannot be read: %s", argv[0], strerror(errno));
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "set program = %255s", program) == 1)
            break;
    fclose(f);
    if (program[0] == 0)
        return complain(EXIT_CODE_INPUT,
                        "%s does not say its program (a line `set program = ...`)%s", argv[0], "");
    if (find_program(program, path) != EXIT_CODE_OK)
        return EXIT_CODE_INPUT;
    return hand_over(path, "replay", argc, argv);
}

static int unknown(const char *verb)
{
    const char *near = nearest_word(verb, words, WORDS);
    char path[PATH_BYTES];

    if (near == NULL && (is_source(verb) || find_built(verb, path)))
        return complain(EXIT_CODE_USAGE, "'%s' is a job: `weir run %s`", verb, verb);
    return complain(EXIT_CODE_USAGE,
                    near ? "unknown command '%s': did you mean '%s'?"
                         : "unknown command '%s'; `weir help` lists them%s",
                    verb, near ? near : "");
}

static int with_job(const char *verb, int argc, char **argv)
{
    char path[PATH_BYTES];
    int code;

    if (argc == 0)
        return complain(EXIT_CODE_USAGE, "%s which job? `weir %s flights`", verb, verb);
    code = find_program(argv[0], path);
    return code ? code : hand_over(path, verb, argc - 1, argv + 1);
}

static bool has(int argc, char **argv, const char *word)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static int dispatch(const char *verb, int argc, char **argv)
{
    char path[PATH_BYTES];
    int code;

    if (jobs_verb(verb, argc, argv, &code))
        return code;
    if (strcmp(verb, "options") == 0)
        return options(has(argc, argv, "--json"));
    if (strcmp(verb, "version") == 0 || strcmp(verb, "--version") == 0)
        return version(has(argc, argv, "--json"));
    if (strcmp(verb, "lab") == 0) {
        snprintf(path, sizeof path, "%.*s/weir-lab", PATH_BYTES - 16, home());
        return hand_over(path, NULL, argc, argv);
    }
    if (strcmp(verb, "replay") == 0)
        return replay(argc, argv);
    if (strcmp(verb, "demo") == 0)
        return find_program("flights", path) ? EXIT_CODE_INPUT
                                             : hand_over(path, "demo", argc, argv);
    for (int i = 0; i < JOB_WORDS; i++)
        if (strcmp(verb, words[i]) == 0)
            return with_job(verb, argc, argv);
    return unknown(verb);
}

static int by_verb(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "help";
    bool help_first = argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);

    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
        return argc > 2 ? help_of(argv[2]) : help();
    if (help_first && strcmp(verb, "lab") != 0)
        return help_of(verb);
    return dispatch(verb, argc > 2 ? argc - 2 : 0, argv + (argc > 2 ? 2 : argc));
}

int main(int argc, char **argv)
{
    return exit_code_of_output(by_verb(argc, argv));
}
