#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit_code.h"

static const char *const verbs[] = {"run",   "sim",   "explore", "replay",
                                    "serve", "graph", "demo",    "help"};
static const char *const flags[] = {"--seed",   "--seeds",  "--plan",   "--out",      "--json",
                                    "--quiet",  "--jitter", "--at",     "-D",         "-p",
                                    "--help",   "-h",       "--driver", "--bad-rows", "--no-output",
                                    "--events", "--demo"};
enum { FLAGS = sizeof flags / sizeof flags[0] };

const char *verb_name(enum verb v)
{
    return (unsigned)v < VERBS ? verbs[v] : "?";
}

static int unknown(const char *what, const char *word, const char *const *words, int count,
                   struct diag *why)
{
    const char *near = nearest_word(word, words, count);

    return diag_set(why, ERR_USAGE, "unknown %s '%s'%s%s%s; `help` lists them", what, word,
                    near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int find_verb(struct args *a, const char *word, struct diag *why)
{
    for (int v = 0; v < VERBS; v++)
        if (strcmp(verbs[v], word) == 0) {
            a->verb = (enum verb)v;
            return ERR_NONE;
        }
    return unknown("command", word, verbs, VERBS, why);
}

static int number(const char *flag, const char *text, uint64_t *out, struct diag *why)
{
    char *end;

    *out = strtoull(text, &end, 0);
    if (end == text || *end || text[0] == '-')
        return diag_set(why, ERR_USAGE, "%s wants a whole number, not '%s'", flag, text);
    return ERR_NONE;
}

static int driver(const char *text, struct diag *why)
{
    if (strcmp(text, "sim") == 0)
        return ERR_NONE;
    return diag_set(why, ERR_USAGE, "--driver %s: this version has one driver, sim", text);
}

static int option(struct weir_job *job, enum option o, const char *value, struct diag *why)
{
    return options_set(job->options, option_key(o), value, true, why);
}

/* A flag with a value. */
static int valued(struct args *a, struct weir_job *job, const char *flag, const char *value,
                  struct diag *why)
{
    uint64_t n;
    int err;

    if (strcmp(flag, "-D") == 0)
        return options_set_pair(job->options, value, true, why);
    if (strcmp(flag, "-p") == 0)
        return option(job, OPTION_PARALLELISM, value, why);
    if (strcmp(flag, "--bad-rows") == 0)
        return option(job, OPTION_BAD_ROWS, value, why);
    if (strcmp(flag, "--driver") == 0)
        return driver(value, why);
    if (strcmp(flag, "--seed") == 0)
        return number(flag, value, &a->seed, why);
    if (strcmp(flag, "--seeds") == 0)
        return number(flag, value, &a->seeds, why);
    if (strcmp(flag, "--plan") == 0)
        a->plan_path = value;
    if (strcmp(flag, "--out") == 0)
        a->out = value;
    if (strcmp(flag, "--at") != 0)
        return ERR_NONE;
    err = number(flag, value, &n, why);
    a->at_step = (int64_t)n;
    return err;
}

static bool *switch_of(struct args *a, const char *flag)
{
    if (strcmp(flag, "--json") == 0)
        return &a->json;
    if (strcmp(flag, "--quiet") == 0)
        return &a->quiet;
    if (strcmp(flag, "--jitter") == 0)
        return &a->jitter;
    if (strcmp(flag, "--no-output") == 0)
        return &a->keep_output;
    if (strcmp(flag, "--demo") == 0)
        return &a->demo;
    if (strcmp(flag, "--events") == 0)
        return &a->events;
    if (strcmp(flag, "--help") == 0 || strcmp(flag, "-h") == 0)
        return &a->help;
    return NULL;
}

static bool is_flag(const char *word)
{
    for (int i = 0; i < FLAGS; i++)
        if (strcmp(flags[i], word) == 0)
            return true;
    return false;
}

static int word(struct args *a, struct weir_job *job, int *i, struct diag *why)
{
    const char *arg = job->argv[*i];
    bool *on = switch_of(a, arg);

    if (on) {
        *on = true;
        return ERR_NONE;
    }
    if (strncmp(arg, "-D", 2) == 0 && arg[2])
        return options_set_pair(job->options, arg + 2, true, why);
    if (arg[0] != '-' && a->verb == VERB_REPLAY && a->file == NULL) {
        a->file = arg;
        return ERR_NONE;
    }
    if (!is_flag(arg))
        return unknown(arg[0] == '-' ? "flag" : "argument", arg, flags, FLAGS, why);
    if (*i + 1 == job->argc)
        return diag_set(why, ERR_USAGE, "%s wants a value", arg);
    return valued(a, job, arg, job->argv[++*i], why);
}

int args_parse(struct args *a, struct weir_job *job, struct diag *why)
{
    int i = 1, err = ERR_NONE;

    *a = (struct args){.program = job->argc ? job->argv[0] : "job",
                       .seed = 1,
                       .seeds = 1000,
                       .at_step = -1,
                       .out = "fail.plan"};
    if (job->argc > 1 && job->argv[1][0] != '-')
        err = find_verb(a, job->argv[i++], why);
    for (; i < job->argc && !err; i++)
        err = word(a, job, &i, why);
    if (!err && a->verb == VERB_REPLAY && a->file == NULL && !a->help)
        err = diag_set(why, ERR_USAGE, "replay which file? `replay fail.plan`");
    return err;
}

void args_help(const struct args *a, const char *job_name)
{
    printf("%s -- the job \"%s\"\n\n", a->program, job_name);
    printf("  run                 run it (driver: sim) and show what came out\n"
           "  sim                 one seeded run; ends with its hash\n"
           "  explore             many seeded runs with random faults; keeps what it finds\n"
           "  replay FILE         show again what explore found\n"
           "  serve               engine of the workbench: JSON lines\n"
           "  demo                run it with the worker tm-2 killed (plan of --demo)\n"
           "  graph               the chains and edges of the program\n\n");
    printf(
        "  -p N                parallelism.default\n"
        "  -D key=value        any option; `weir options` lists them\n"
        "  --seed N            of a run (1)           --plan FILE   faults, a line each\n"
        "  --seeds N           to explore (1000)      --out FILE    where a find goes (fail.plan)\n"
        "  --jitter            draw all times from the seed\n"
        "  --at N              stop at step N         --no-output   write no result files\n"
        "  --bad-rows fail|skip                       --events      every event, a line each\n"
        "  --demo              a plan: tm-2 dies after its ack of checkpoint 2\n"
        "  --json              one JSON object instead of text\n"
        "  --quiet             no progress\n\n");
    printf("Exit codes:\n");
#define EXIT_CODE_PRINT_(name, code, text) printf("  %d  %s\n", code, text);
    EXIT_CODE_LIST(EXIT_CODE_PRINT_)
}
