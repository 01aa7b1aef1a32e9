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
#include "cli/exit_code.h"
#include "graph/options.h"

enum { PATH_BYTES = PATH_MAX + 64 };

static const char *const verbs[] = {"run",  "sim",     "explore", "replay",  "serve", "graph",
                                    "demo", "options", "lab",     "version", "help"};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

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
        "  weir run JOB [-p N] [-D key=value] ...    run a job (driver: sim)\n"
        "  weir sim JOB --seed N --plan F            one seeded run with faults; ends with a hash\n"
        "  weir explore JOB --seeds N                search for a run that breaks an invariant\n"
        "  weir replay fail.plan                     show again what explore found\n"
        "  weir graph JOB                            chains and edges\n"
        "  weir demo                                 the flights job, with a worker killed\n"
        "  weir options                              every option key, its default, its meaning\n"
        "  weir lab ...                              the labs: `weir lab help`\n"
        "  weir version\n\n"
        "JOB is a built program, a .c file, or the name of one in build/jobs.\n"
        "`weir run JOB --help` lists the flags of a job.\n\nExit codes:\n");
#define EXIT_CODE_PRINT_(name, code, text) printf("  %d  %s\n", code, text);
    EXIT_CODE_LIST(EXIT_CODE_PRINT_)
    return EXIT_CODE_OK;
}

static int options(void)
{
    for (int i = 0; i < OPTIONS; i++)
        printf("%-58s %-12s %s\n", option_key((enum option)i),
               option_default((enum option)i)[0] ? option_default((enum option)i) : "(not set)",
               option_help((enum option)i));
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

static int run_and_wait(char *const argv[])
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Compile and link a job's source against the engine's objects. */
static int compile(const char *source, char out[PATH_BYTES])
{
    char objects[PATH_BYTES], include[PATH_BYTES];
    const char *slash = strrchr(source, '/');
    char *argv[] = {"cc",
                    "-std=c11",
                    "-D_GNU_SOURCE",
                    "-g",
                    "-O2",
                    "-Wall",
                    "-fno-strict-aliasing",
                    "-ffp-contract=off",
                    include,
                    "-I.",
                    (char *)(uintptr_t)source,
                    objects,
                    "-o",
                    out,
                    "-lm",
                    NULL};

    mkdir(".weir", 0777);
    mkdir(".weir/bin", 0777);
    snprintf(objects, sizeof objects, "@%s/core.objs", home());
    snprintf(include, sizeof include, "-I%s/../core", home());
    snprintf(out, PATH_BYTES, ".weir/bin/%.*s", (int)strcspn(slash ? slash + 1 : source, "."),
             slash ? slash + 1 : source);
    return run_and_wait(argv);
}

/* The program that is meant by `job`; an exit code if there is none. */
static int find_program(const char *job, char out[PATH_BYTES])
{
    size_t n = strlen(job);

    if (n > 2 && strcmp(job + n - 2, ".c") == 0) {
        if (access(job, R_OK) != 0)
            return complain(EXIT_CODE_INPUT, "%s cannot be read: %s", job, strerror(errno));
        if (compile(job, out) != 0)
            return complain(EXIT_CODE_INPUT, "%s does not compile (see above)%s", job, "");
        return EXIT_CODE_OK;
    }
    snprintf(out, PATH_BYTES, "%s%s", strchr(job, '/') ? "" : "./", job);
    if (is_executable(out))
        return EXIT_CODE_OK;
    snprintf(out, PATH_BYTES, "%s/jobs/%s", home(), job);
    if (is_executable(out))
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
    const char *near = nearest_word(verb, verbs, VERBS);

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

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "help";
    char path[PATH_BYTES];

    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
        return help();
    if (strcmp(verb, "options") == 0)
        return options();
    if (strcmp(verb, "version") == 0 || strcmp(verb, "--version") == 0) {
        printf("weir 0.1, after Apache Flink 2.3.0\n");
        return EXIT_CODE_OK;
    }
    if (strcmp(verb, "lab") == 0) {
        snprintf(path, sizeof path, "%s/weir-lab", home());
        return hand_over(path, NULL, argc - 2, argv + 2);
    }
    if (strcmp(verb, "replay") == 0)
        return replay(argc - 2, argv + 2);
    if (strcmp(verb, "demo") == 0)
        return find_program("flights", path) ? EXIT_CODE_INPUT
                                             : hand_over(path, "demo", argc - 2, argv + 2);
    for (int i = 0; i < 6; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return with_job(verb, argc - 2, argv + 2);
    return unknown(verb);
}
