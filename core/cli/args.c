#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit_code.h"

/* What a verb does, for `help` and `help VERB`. */
static const struct {
    const char *word, *arguments, *text;
} verbs[VERBS] = {
    [VERB_RUN] = {"run", "", "run it (driver: local) and show what came out"},
    [VERB_SIM] = {"sim", "", "one seeded run that writes no results; ends with its hash"},
    [VERB_EXPLORE] = {"explore", "", "many seeded runs with random faults; keeps what it finds"},
    [VERB_REPLAY] = {"replay", " FILE", "show again what explore found"},
    [VERB_SERVE] = {"serve", "",
                    "engine of the workbench: JSON lines on standard input and output"},
    [VERB_GRAPH] = {"graph", "", "the chains and edges of the program"},
    [VERB_DEMO] = {"demo", "", "run it with a worker killed (the plan of --demo)"},
    [VERB_HELP] = {"help", " [COMMAND]", "this list, or all of one command"},
};

#define OF_(verb) (1u << VERB_##verb)
enum {
    RUNS = OF_(RUN) | OF_(SIM) | OF_(DEMO),
    SEEDED = RUNS | OF_(EXPLORE) | OF_(SERVE),
    BUILDS = SEEDED | OF_(REPLAY) | OF_(GRAPH),
};
static const struct {
    const char *word, *value, *text; /* value: what follows it, or NULL */
    unsigned of;                     /* the verbs that it means something to */
} flags[] = {
    {"-p", "N", "parallelism.default", BUILDS},
    {"-D", "key=value", "any option; `weir options` lists them", BUILDS},
    {"--bad-rows", "POLICY", "a row that cannot be read: fail (default), skip or dead-letter",
     BUILDS},
    {"--driver", "local|sim", "worker threads (run), or one thread in virtual time", OF_(RUN)},
    {"-s", "PATH", "go on from a checkpoint or savepoint: its folder, or a run's", OF_(RUN)},
    {"--claim-mode", "claim|no-claim", "is what -s names this run's from now on?", OF_(RUN)},
    {"--seed", "N", "of the run, or of the first one (1)", SEEDED},
    {"--seeds", "N", "how many to explore (1000)", OF_(EXPLORE)},
    {"--plan", "FILE",
     "faults, a line each: at ack of window[1] cp 2 kill tm-2; - : standard input",
     RUNS | OF_(SERVE)},
    {"--demo", NULL, "the plan of `demo`: a worker dies after its ack of checkpoint 2",
     RUNS | OF_(SERVE)},
    {"--jitter", NULL, "draw all times from the seed", RUNS | OF_(SERVE)},
    {"--at", "STEP", "stop there; serve: open there", RUNS | OF_(SERVE)},
    {"--events", NULL, "every event, a line each", RUNS},
    {"--no-output", NULL, "under sim: write no result files", OF_(RUN) | OF_(DEMO)},
    {"--out", "FILE", "where a find goes (fail.plan)", OF_(EXPLORE)},
    {"--json", NULL, "one JSON object instead of text", BUILDS & ~OF_(SERVE)},
    {"--quiet", NULL, "no progress and no log", RUNS | OF_(EXPLORE) | OF_(REPLAY)},
    {"--help", NULL, "this", BUILDS},
    {"-h", NULL, NULL, 0},
};
enum { FLAGS = sizeof flags / sizeof flags[0] };

const char *verb_name(enum verb v)
{
    return (unsigned)v < VERBS ? verbs[v].word : "?";
}

static int unknown(const char *what, const char *word, const char *const *words, int count,
                   struct diag *why)
{
    const char *near = nearest_word(word, words, count);

    return diag_set(why, ERR_USAGE, "unknown %s '%s'%s%s%s; `help` lists them", what, word,
                    near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

int verb_find(const char *word, enum verb *verb, struct diag *why)
{
    const char *words[VERBS];

    for (int v = 0; v < VERBS; v++) {
        words[v] = verbs[v].word;
        if (strcmp(words[v], word) == 0) {
            *verb = (enum verb)v;
            return ERR_NONE;
        }
    }
    return unknown("command", word, words, VERBS, why);
}

static int unknown_flag(const char *word, struct diag *why)
{
    const char *words[FLAGS];

    for (int i = 0; i < FLAGS; i++)
        words[i] = flags[i].word;
    return unknown(word[0] == '-' ? "flag" : "argument", word, words, FLAGS, why);
}

static int number(const char *flag, const char *text, uint64_t *out, struct diag *why)
{
    char *end;

    *out = strtoull(text, &end, 0);
    if (end == text || *end || text[0] == '-')
        return diag_set(why, ERR_USAGE, "%s wants a whole number, not '%s'", flag, text);
    return ERR_NONE;
}

static int driver(struct args *a, const char *text, struct diag *why)
{
    if (strcmp(text, "sim") == 0)
        a->driver = DRIVER_SIM;
    else if (strcmp(text, "local") == 0)
        a->driver = DRIVER_LOCAL;
    else
        return diag_set(why, ERR_USAGE, "--driver %s: there are two drivers, local and sim", text);
    return ERR_NONE;
}

static int claim(struct args *a, const char *text, struct diag *why)
{
    if (strcmp(text, "claim") != 0 && strcmp(text, "no-claim") != 0)
        return diag_set(why, ERR_USAGE, "--claim-mode %s: it is claim or no-claim", text);
    a->claim = strcmp(text, "claim") == 0 ? CLAIM_YES : CLAIM_NO;
    return ERR_NONE;
}

/* `run` is local unless it is told otherwise, or to do what only the simulator can. */
static int choose_driver(struct args *a, struct diag *why)
{
    if (a->verb != VERB_RUN)
        a->driver = DRIVER_SIM;
    else if (a->driver == DRIVER_LOCAL && a->sim_flag)
        return diag_set(why, ERR_USAGE, "%s is for the simulator: leave --driver local away",
                        a->sim_flag);
    else if (a->driver == DRIVER_UNSAID)
        a->driver = a->sim_flag ? DRIVER_SIM : DRIVER_LOCAL;
    if (a->driver == DRIVER_SIM && a->restore)
        return diag_set(why, ERR_USAGE,
                        "-s PATH is for the local driver: a simulation keeps its "
                        "checkpoints in memory");
    return ERR_NONE;
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
        return driver(a, value, why);
    if (strcmp(flag, "--seed") == 0)
        return number(flag, value, &a->seed, why);
    if (strcmp(flag, "--seeds") == 0)
        return number(flag, value, &a->seeds, why) || a->seeds
                   ? why->err
                   : diag_set(why, ERR_USAGE, "--seeds 0 explores nothing: give it 1 or more");
    if (strcmp(flag, "--claim-mode") == 0)
        return claim(a, value, why);
    if (strcmp(flag, "-s") == 0)
        a->restore = value;
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

/* What makes no sense in real time. */
static bool is_for_sim(const char *flag)
{
    static const char *const words[] = {"--plan", "--seed",   "--demo",     "--jitter",
                                        "--at",   "--events", "--no-output"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(flag, words[i]) == 0)
            return true;
    return false;
}

/* `--seed=7` is `--seed 7`: the flag of a word and the value behind its `=`, or NULL. */
static const char *flag_of(const char *word, const char **value)
{
    size_t n = strncmp(word, "--", 2) == 0 ? strcspn(word, "=") : strlen(word);

    *value = word[n] ? word + n + 1 : NULL;
    for (int i = 0; i < FLAGS; i++)
        if (strlen(flags[i].word) == n && strncmp(flags[i].word, word, n) == 0)
            return flags[i].word;
    return NULL;
}

static int word(struct args *a, struct weir_job *job, int *i, struct diag *why)
{
    const char *arg = job->argv[*i], *value, *flag = flag_of(arg, &value);
    bool *on = switch_of(a, arg);

    if (flag && is_for_sim(flag))
        a->sim_flag = flag;
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
    if (a->verb == VERB_HELP)
        return verb_find(arg, &a->verb_of_help, why);
    if (flag == NULL)
        return unknown_flag(arg, why);
    if (switch_of(a, flag))
        return diag_set(why, ERR_USAGE, "%s takes no value: not '%s'", flag, arg);
    if (value == NULL && *i + 1 == job->argc)
        return diag_set(why, ERR_USAGE, "%s wants a value", arg);
    return valued(a, job, flag, value ? value : job->argv[++*i], why);
}

int args_parse(struct args *a, struct weir_job *job, struct diag *why)
{
    int i = 1, err = ERR_NONE;

    *a = (struct args){.program = job->argc ? job->argv[0] : "job",
                       .seed = 1,
                       .seeds = 1000,
                       .verb_of_help = VERBS,
                       .at_step = -1,
                       .out = "fail.plan"};
    if (job->argc > 1 && job->argv[1][0] != '-') {
        err = verb_find(job->argv[i++], &a->verb, why);
        a->verb_of_help = a->verb == VERB_HELP ? VERBS : a->verb;
    }
    for (; i < job->argc && !err; i++)
        err = word(a, job, &i, why);
    if (!err && a->verb == VERB_REPLAY && a->file == NULL && !a->help)
        err = diag_set(why, ERR_USAGE, "replay which file? `replay fail.plan`");
    return err ? err : choose_driver(a, why);
}

/* ---- help ---- */

void exit_codes_help(void)
{
    printf("Exit codes:\n");
#define EXIT_CODE_PRINT_(name, code, text) printf("  %d  %s\n", code, text);
    EXIT_CODE_LIST(EXIT_CODE_PRINT_)
}

static void show_flags(unsigned of)
{
    char left[32];

    for (int i = 0; i < FLAGS; i++) {
        if ((flags[i].of & of) == 0)
            continue;
        snprintf(left, sizeof left, "%s%s%s", flags[i].word, flags[i].value ? " " : "",
                 flags[i].value ? flags[i].value : "");
        printf("  %-22s%s\n", left, flags[i].text);
    }
}

void verb_help(enum verb v, const char *program, const char *job)
{
    printf("%s %s%s%s -- %s\n\n", program, verbs[v].word, job, verbs[v].arguments, verbs[v].text);
    show_flags(1u << v);
    printf("\n");
    exit_codes_help();
}

void args_help(const struct args *a, const char *job_name)
{
    char left[32];

    if (a->verb_of_help != VERBS) {
        verb_help(a->verb_of_help, a->program, "");
        return;
    }
    printf("%s -- the job \"%s\"\n\n", a->program, job_name);
    for (int v = 0; v < VERBS; v++) {
        snprintf(left, sizeof left, "%s%s", verbs[v].word, verbs[v].arguments);
        printf("  %-22s%s\n", left, verbs[v].text);
    }
    printf("\n");
    show_flags(BUILDS);
    printf("\n");
    exit_codes_help();
}
