/* weir_run(): a job program's main, by its arguments. */
#include <stdio.h>
#include <string.h>

#include "base/fs_os.h"
#include "base/mem.h"
#include "cli/exit_code.h"
#include "cli/run.h"

static int show_graph(const struct run *r)
{
    struct bytes text = {0};

    job_graph_explain(r->graph, &text);
    fputs(bytes_cstr(&text), stdout);
    bytes_done(&text);
    return EXIT_CODE_OK;
}

static int dispatch(struct run *r)
{
    switch (r->args.verb) {
    case VERB_RUN:
    case VERB_SIM:
        return run_job(r);
    case VERB_GRAPH:
        return show_graph(r);
    case VERB_EXPLORE:
    case VERB_REPLAY:
    case VERB_SERVE:
    case VERB_HELP:
    case VERBS:
        break;
    }
    args_help(&r->args, r->job->dataflow->name);
    return EXIT_CODE_OK;
}

static int prepare(struct run *r, struct diag *why)
{
    int err = args_parse(&r->args, r->job, why);

    if (err || r->args.help || r->args.verb == VERB_HELP)
        return err;
    r->graph = job_seal(r->job);
    if (r->graph == NULL) {
        *why = r->job->mistake;
        return why->err;
    }
    r->data = fs_os_new(option_text(r->job->options, OPTION_DATA_DIR), true);
    return r->args.plan_path ? run_load_plan(r, r->args.plan_path, why) : ERR_NONE;
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
    return code;
}
