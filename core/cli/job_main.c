/* weir_run(): a job program's main, by its arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs_os.h"
#include "base/mem.h"
#include "cli/exit_code.h"
#include "cli/run.h"

static int show_graph(const struct run *r)
{
    struct bytes text = {0};
    struct json_writer j = {.out = &text};

    if (r->args.json) {
        json_object(&j, NULL);
        json_put_text(&j, "job", r->job->dataflow->name);
        run_put_graph(r->graph, &j);
        json_end(&j);
        bytes_put_u8(&text, '\n');
    } else {
        job_graph_explain(r->graph, &text);
    }
    fputs(bytes_cstr(&text), stdout);
    bytes_done(&text);
    return EXIT_CODE_OK;
}

static int dispatch(struct run *r)
{
    switch (r->args.verb) {
    case VERB_RUN:
        return r->args.driver == DRIVER_LOCAL ? run_local(r) : run_job(r);
    case VERB_SIM:
    case VERB_DEMO:
        return run_job(r);
    case VERB_GRAPH:
        return show_graph(r);
    case VERB_EXPLORE:
        return run_explore(r);
    case VERB_REPLAY:
        return run_replay(r);
    case VERB_SERVE:
        return run_serve(r);
    case VERB_HELP:
    case VERBS:
        break;
    }
    args_help(&r->args, r->job->dataflow->name);
    return EXIT_CODE_OK;
}

/* What a kept plan says about its run: seed and options; its other settings are for people. */
static int take_settings(struct run *r, struct diag *why)
{
    static const char *const ours[] = {"program", "seed", "jitter", "invariant", "step", "hash"};
    const char *seed = plan_setting(&r->plan, "seed"), *jitter = plan_setting(&r->plan, "jitter");
    int err = ERR_NONE;

    if (r->args.verb == VERB_SERVE && plan_setting(&r->plan, "step") && r->args.at_step < 0)
        r->args.at_step = strtoll(plan_setting(&r->plan, "step"), NULL, 10); /* open there */
    r->args.jitter = r->args.jitter || (jitter && strcmp(jitter, "true") == 0);
    if (seed)
        r->args.seed = strtoull(seed, NULL, 10);
    for (uint32_t i = 0; i < r->plan.sets && !err; i++) {
        bool option = true;

        for (size_t n = 0; n < sizeof ours / sizeof ours[0]; n++)
            option = option && strcmp(ours[n], r->plan.set[i].key) != 0;
        if (option)
            err = options_set(r->job->options, r->plan.set[i].key, r->plan.set[i].value, true, why);
    }
    return err;
}

/* The plan of the demonstration: the last worker dies right after it has acknowledged. */
static int demo_plan(struct run *r, struct diag *why)
{
    const struct job_graph *g = r->graph;
    const struct vertex *last = &g->vertex[g->vertices - 1];
    struct bytes text = {0};
    char name[64];
    int err;

    job_graph_task_name(g, last->first_task + last->parallelism - 1, name);
    bytes_format(&text, "at ack %s cp 2 kill tm-%u\n", name, last->parallelism);
    err = plan_parse(&r->plan, bytes_span(&text), "demo", why);
    if (!err && r->args.verb == VERB_DEMO) /* its results lie out of the way */
        err = options_set(r->job->options, option_key(OPTION_OUTPUT_DIR), ".weir/demo", false, why);
    bytes_done(&text);
    return err;
}

static int prepare(struct run *r, struct diag *why)
{
    int err = args_parse(&r->args, r->job, why);

    if (err || r->args.help || r->args.verb == VERB_HELP)
        return err;
    if (r->args.verb == VERB_REPLAY)
        r->args.plan_path = r->args.file;
    if (r->args.plan_path && (run_load_plan(r, r->args.plan_path, why) || take_settings(r, why)))
        return why->err;
    r->graph = job_seal(r->job);
    if (r->graph == NULL) {
        *why = r->job->mistake;
        return why->err;
    }
    if ((r->args.demo || r->args.verb == VERB_DEMO) && demo_plan(r, why))
        return why->err;
    r->data = fs_os_new(option_text(r->job->options, OPTION_DATA_DIR), true);
    return ERR_NONE;
}

int weir_run(struct weir_job *job)
{
    struct run *r = mem_alloc(sizeof *r);
    struct diag why = {0};
    int code;

    r->job = job;
    if (prepare(r, &why)) {
        code = run_complain(&why);
    } else if (r->args.help) {
        args_help(&r->args, job->dataflow->name);
        code = EXIT_CODE_OK;
    } else {
        code = dispatch(r);
    }
    fs_os_free(r->data);
    job_free(job);
    mem_free(r);
    return exit_code_of_output(code);
}
