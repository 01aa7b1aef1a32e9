/* run.h -- the verbs of a job program: each returns an exit code. */
#ifndef CORE_CLI_RUN_H
#define CORE_CLI_RUN_H

#include "base/json.h"
#include "cli/args.h"
#include "host/task_executor.h"
#include "sim/plan.h"

struct run { /* what the verbs share */
    struct weir_job *job;
    const struct job_graph *graph;
    struct args args;
    struct plan plan;
    struct fs *data;
};

const struct operator_class *classes_find(const char *name); /* operators and connectors */
int run_job(struct run *r);                                  /* run --driver sim, sim, demo */
int run_local(struct run *r);                                /* run */
int run_explore(struct run *r);
int run_replay(struct run *r);
int run_serve(struct run *r);
/* Print a mistake on stderr and give the exit code that goes with it. */
int run_complain(const struct diag *why);
/* The member "graph": vertices and edges, as in the engine's greeting. */
void run_put_graph(const struct job_graph *g, struct json_writer *w);
void run_show_graph(const struct run *r); /* for people */
/* Read and bind the plan in a file. */
int run_load_plan(struct run *r, const char *path, struct diag *why);

#endif
