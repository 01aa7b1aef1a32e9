/* args.h -- the command line of a job program: a verb, then flags.
 *
 * `-D` and friends go straight into the job's options; what concerns the run
 * itself is in struct args.
 */
#ifndef CORE_CLI_ARGS_H
#define CORE_CLI_ARGS_H

#include "api/job.h"

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

struct args {
    enum verb verb;
    const char *program;   /* argv[0] */
    const char *file;      /* replay F */
    const char *plan_path; /* --plan F, or NULL */
    const char *out;       /* --out F */
    uint64_t seed, seeds;
    int64_t at_step; /* --at N: stop there; -1: at the end */
    bool json, quiet, jitter, help, keep_output, events, demo;
};

/* Reads job->argc/argv.  A mistake is set in `why`, naming the nearest word. */
int args_parse(struct args *a, struct weir_job *job, struct diag *why);
void args_help(const struct args *a, const char *job_name);

#endif
