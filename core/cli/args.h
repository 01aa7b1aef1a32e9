/* args.h -- the command line of a job program: a verb, then flags.
 *
 * `-D` and friends go straight into the job's options; what concerns the run
 * itself is in struct args.
 */
#ifndef CORE_CLI_ARGS_H
#define CORE_CLI_ARGS_H

#include "api/job.h"
#include "local/retained.h"

enum verb {
    VERB_RUN,
    VERB_SIM,
    VERB_EXPLORE,
    VERB_REPLAY,
    VERB_SERVE,
    VERB_GRAPH,
    VERB_DEMO,
    VERB_HELP,
    VERBS
};
const char *verb_name(enum verb v);
/* The verb of that name; a mistake in `why` names the nearest one. */
int verb_find(const char *word, enum verb *verb, struct diag *why);

enum driver { DRIVER_UNSAID, DRIVER_SIM, DRIVER_LOCAL };

struct args {
    enum verb verb;
    enum verb verb_of_help; /* of which help was asked; VERBS: of all */
    const char *program;    /* argv[0] */
    const char *file;       /* replay F */
    const char *plan_path;  /* --plan F, or NULL */
    const char *out;        /* --out F */
    const char *restore;    /* -s PATH, or NULL */
    const char *sim_flag;   /* a flag that only the simulator knows, or NULL */
    enum claim_mode claim;  /* of what -s names */
    enum driver driver;     /* what --driver said; args_parse() leaves none unsaid */
    uint64_t seed, seeds;
    int64_t at_step; /* --at N: stop there; -1: at the end */
    bool json, quiet, jitter, help, keep_output, events, demo;
};

/* Reads job->argc/argv.  A mistake is set in `why`, naming the nearest word. */
int args_parse(struct args *a, struct weir_job *job, struct diag *why);
void args_help(const struct args *a, const char *job_name);
/* One command and its flags; `job`: " JOB" where the job is named behind the command. */
void verb_help(enum verb v, const char *program, const char *job);
void exit_codes_help(void);

#endif
