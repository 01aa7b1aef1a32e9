/* explore and replay: search for a run that breaks an invariant, and show it again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs_os.h"
#include "base/json.h"
#include "cli/exit_code.h"
#include "cli/run.h"
#include "sim/explore.h"

static void show_progress(void *arg, uint64_t done, uint64_t seeds)
{
    (void)arg;
    fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " seeds", done, seeds);
}

static struct explore_spec spec_of(const struct run *r)
{
    return (struct explore_spec){.graph = r->graph,
                                 .options = r->job->options,
                                 .data = r->data,
                                 .find = classes_find,
                                 .first_seed = r->args.seed,
                                 .seeds = r->args.seeds,
                                 .progress = r->args.quiet || !isatty(2) ? NULL : show_progress};
}

/* The options of the command line, so that a replay has them too. */
static int keep_options(const struct run *r, struct plan *p, struct diag *why)
{
    int err = ERR_NONE;

    for (int i = 1; i < r->job->argc && !err; i++) {
        const char *arg = r->job->argv[i];
        const char *pair = strncmp(arg, "-D", 2) == 0 ? (arg[2] ? arg + 2 : r->job->argv[i + 1])
                                                      : NULL;
        char key[SUBJECT_BYTES];

        if (strcmp(arg, "-p") == 0)
            err = plan_set(p, option_key(OPTION_PARALLELISM), r->job->argv[i + 1], why);
        if (pair == NULL || strchr(pair, '=') == NULL)
            continue;
        snprintf(key, sizeof key, "%.*s", (int)(strchr(pair, '=') - pair), pair);
        err = plan_set(p, key, strchr(pair, '=') + 1, why);
    }
    return err;
}

static int keep_finding(const struct run *r, const struct finding *f, struct diag *why)
{
    struct plan p = f->plan;
    struct bytes text = {0};
    struct fs *fs = fs_os_new("", true);
    char number[32];
    int err;

    bytes_format(&text, "# %s, %s: %s\n# again:  weir replay %s\n",
                 invariant_name(f->violation.invariant), invariant_text(f->violation.invariant),
                 f->violation.text, r->args.out);
    err = plan_set(&p, "program", r->args.program, why);
    snprintf(number, sizeof number, "%" PRIu64, f->seed);
    if (!err)
        err = plan_set(&p, "seed", number, why);
    if (!err)
        err = plan_set(&p, "jitter", f->jitter ? "true" : "false", why);
    if (!err)
        err = plan_set(&p, "invariant", invariant_name(f->violation.invariant), why);
    snprintf(number, sizeof number, "%016" PRIx64, f->hash);
    if (!err)
        err = plan_set(&p, "hash", number, why);
    if (!err)
        err = plan_set(&p, option_key(OPTION_DATA_DIR),
                       option_text(r->job->options, OPTION_DATA_DIR), why);
    if (!err)
        err = keep_options(r, &p, why);
    plan_print(&p, &text);
    if (!err && (err = fs_write(fs, r->args.out, bytes_span(&text))) != ERR_NONE)
        diag_set(why, err, "%s cannot be written: %s", r->args.out, err_text(err));
    fs_os_free(fs);
    bytes_done(&text);
    return err;
}

static void show_plan(const struct plan *p)
{
    struct bytes line = {0};

    for (uint32_t i = 0; i < p->faults; i++) {
        bytes_clear(&line);
        fault_print(&p->fault[i], &line);
        printf("  %s\n", bytes_cstr(&line));
    }
    if (p->faults == 0)
        printf("  (no fault is needed)\n");
    bytes_done(&line);
}

static void show_finding(const struct run *r, const struct finding *f)
{
    printf("FOUND %s, %s, at step %u\n  %s\n", invariant_name(f->violation.invariant),
           invariant_text(f->violation.invariant), f->violation.step, f->violation.text);
    printf("with seed %" PRIu64 "%s and %u of %" PRIu64 " faults (%" PRIu64 " runs):\n", f->seed,
           f->jitter ? ", jitter," : "", f->plan.faults, f->faults_before, f->runs);
    show_plan(&f->plan);
    printf("kept in %s; again:  weir replay %s\nhash %016" PRIx64 "\n", r->args.out, r->args.out,
           f->hash);
}

static void show_json(const struct run *r, const struct finding *f)
{
    struct bytes out = {0};
    struct json_writer j = {.out = &out};
    char hash[20];

    snprintf(hash, sizeof hash, "%016" PRIx64, f->hash);
    json_object(&j, NULL);
    json_put_text(&j, "job", r->job->dataflow->name);
    json_put_bool(&j, "found", f->found);
    json_put_int(&j, "runs", (int64_t)f->runs);
    json_put_int(&j, "seeds", (int64_t)r->args.seeds);
    if (f->found) {
        json_put_text(&j, "invariant", invariant_name(f->violation.invariant));
        json_put_text(&j, "text", f->violation.text);
        json_put_int(&j, "step", f->violation.step);
        json_put_int(&j, "seed", (int64_t)f->seed);
        json_put_bool(&j, "jitter", f->jitter);
        json_put_int(&j, "faults", f->plan.faults);
        json_put_text(&j, "file", r->args.out);
        json_put_text(&j, "hash", hash);
    }
    json_end(&j);
    puts(bytes_cstr(&out));
    bytes_done(&out);
}

int run_explore(struct run *r)
{
    struct explore_spec spec = spec_of(r);
    struct finding *f = calloc(1, sizeof *f);
    struct diag why = {0};
    int err = explore(&spec, f, &why);

    if (spec.progress)
        fprintf(stderr, "\n");
    if (!err && f->found)
        err = keep_finding(r, f, &why);
    if (err) {
        free(f);
        return run_complain(&why);
    }
    if (r->args.json)
        show_json(r, f);
    else if (f->found)
        show_finding(r, f);
    else
        printf("nothing found in %" PRIu64 " seeds (%" PRIu64 " runs; the answer %s)\n",
               r->args.seeds, f->runs,
               f->answer_is_fixed ? "does not depend on timing" : "depends on timing");
    err = f->found ? EXIT_CODE_FAILED : EXIT_CODE_OK;
    free(f);
    return err;
}

int run_replay(struct run *r)
{
    struct explore_spec spec = spec_of(r);
    struct finding *f = calloc(1, sizeof *f);
    struct diag why = {0};
    const char *jitter = plan_setting(&r->plan, "jitter"), *hash = plan_setting(&r->plan, "hash");
    char got[20];
    int code = EXIT_CODE_OK;

    spec.seeds = 0;
    if (explore_once(&spec, &r->plan, r->args.seed, jitter && strcmp(jitter, "true") == 0, f,
                     &why)) {
        free(f);
        return run_complain(&why);
    }
    snprintf(got, sizeof got, "%016" PRIx64, f->hash);
    if (f->found)
        printf("%s, %s, at step %u\n  %s\n", invariant_name(f->violation.invariant),
               invariant_text(f->violation.invariant), f->violation.step, f->violation.text);
    else
        printf("nothing is violated\n");
    show_plan(&r->plan);
    if (hash && strcmp(hash, got) != 0) {
        printf("the file says hash %s: program, data or weir are not what they were\n", hash);
        code = EXIT_CODE_MISMATCH;
    }
    printf("hash %s\n", got);
    free(f);
    return code;
}
