#include "cli/run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs_os.h"
#include "base/json.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "cli/results.h"
#include "connectors/tables.h"
#include "connectors/file_sink.h"
#include "connectors/registry.h"
#include "data/csv.h"
#include "operators/registry.h"
#include "sim/world.h"

enum { MOMENTS_SHOWN = 24, PROGRESS_STEPS = 1 << 16 };

const struct operator_class *classes_find(const char *name)
{
    const struct operator_class *c = operators_find(name);

    return c ? c : connectors_find(name);
}

int run_complain(const struct diag *why)
{
    fprintf(stderr, "weir: %s\n", why->text);
    switch (why->err) {
    case ERR_USAGE:
        return EXIT_CODE_USAGE;
    case ERR_FORMAT:
    case ERR_NOT_FOUND:
    case ERR_DAMAGED:
    case ERR_VERSION:
    case ERR_MISMATCH:
    case ERR_IO:
        return EXIT_CODE_INPUT;
    default:
        return EXIT_CODE_FAILED;
    }
}

static int read_all(const char *path, struct bytes *out)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char part[4096];
    int err = f ? 0 : errno;

    for (size_t n = 1; f && n && !err;) {
        n = fread(part, 1, sizeof part, f);
        bytes_put(out, part, n);
        err = ferror(f) ? errno : 0;
    }
    if (f && f != stdin)
        fclose(f);
    return err;
}

int run_load_plan(struct run *r, const char *path, struct diag *why)
{
    struct bytes text = {0};
    int failed = read_all(path, &text);
    int err = failed ? diag_set(why, failed == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                                "plan '%s' cannot be read: %s", path, strerror(failed))
                     : plan_parse(&r->plan, bytes_span(&text), path, why);

    bytes_done(&text);
    return err;
}

/* ---- where results are ---- */

struct copying {
    struct fs *from, *to;
    const char *directory;
    int err;
};

static void copy_part(void *arg, const char *name, uint64_t bytes)
{
    struct copying *c = arg;
    char path[512];
    struct span body;

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", c->directory, name);
    if (!c->err && strncmp(name, "part-", 5) == 0 && fs_view(c->from, path, &body) == ERR_NONE)
        c->err = fs_write(c->to, path, body);
}

/* Committed parts of CSV sinks, from the simulated store into the real one. */
static int export_output(const struct run *r, const struct world *w, struct diag *why)
{
    struct fs *to = fs_os_new(option_text(r->job->options, OPTION_OUTPUT_DIR), false);
    struct copying c = {world_output(w), to, NULL, ERR_NONE};

    results_remove(r, to);
    for (uint32_t i = 0; i < r->job->dataflow->nodes && !c.err; i++) {
        const struct file_sink_config *s = results_sink(&r->job->dataflow->node[i]);

        if (s == NULL || s->label)
            continue;
        c.directory = s->directory;
        fs_list(world_output(w), s->directory, copy_part, &c);
        if (c.err)
            diag_set(why, c.err, "results cannot be written to '%s/%s': %s",
                     option_text(r->job->options, OPTION_OUTPUT_DIR), s->directory,
                     err_text(c.err));
    }
    fs_os_free(to);
    return c.err;
}

/* ---- for people ---- */

void run_show_graph(const struct run *r)
{
    struct bytes text = {0};

    job_graph_explain(r->graph, &text);
    fputs(bytes_cstr(&text), stdout);
    bytes_done(&text);
}

static const char *ms(int64_t us, char out[32])
{
    snprintf(out, 32, "%" PRId64 ".%03" PRId64 " ms", us / 1000, us % 1000);
    return out;
}

static void show_moment(const struct run *r, const struct moment *m, int64_t failed_us)
{
    char name[64], time[32], took[32];

    switch (m->kind) {
    case EVENT_KILL:
        printf("failure      worker tm-%u killed at step %u (%s)\n", m->actor - ACTOR_WORKER + 1u,
               m->step, ms(m->us, time));
        break;
    case EVENT_FAIL:
        job_graph_task_name(r->graph, m->actor - ACTOR_TASK, name);
        printf("failure      %s failed at step %u (%s)\n", name, m->step, ms(m->us, time));
        break;
    case EVENT_GIVE_UP:
        printf("aborted      checkpoint %u at step %u\n", m->checkpoint, m->step);
        break;
    case EVENT_DEPLOY:
        if (failed_us < 0)
            break;
        if (m->a)
            printf("recovery     attempt deployed from checkpoint %" PRId64, m->a);
        else
            printf("recovery     attempt deployed from the beginning");
        printf(" at step %u, %s after the failure\n", m->step, ms(m->us - failed_us, took));
        break;
    default:
        break;
    }
}

/* The first failures and recoveries; of many the others are only counted. */
static void show_moments(const struct run *r, const struct report *report)
{
    uint32_t shown = report->moments > MOMENTS_SHOWN ? MOMENTS_SHOWN : report->moments;
    int64_t failed_us = -1;

    for (uint32_t i = 0; i < shown; i++) {
        const struct moment *m = &report->moment[i];

        if (failed_us < 0 && (m->kind == EVENT_KILL || m->kind == EVENT_FAIL))
            failed_us = m->us;
        show_moment(r, m, failed_us);
        if (m->kind == EVENT_DEPLOY)
            failed_us = -1;
    }
    if (report->all_moments > shown)
        printf("             and %u more events of this kind\n", report->all_moments - shown);
}

static void show_unfired(const struct run *r, const struct world *w)
{
    struct bytes line = {0};

    for (uint32_t i = 0; i < r->plan.faults; i++) {
        if (world_fault_fired(w, i))
            continue;
        bytes_clear(&line);
        fault_print(&r->plan.fault[i], &line);
        printf("unfired      line %u of the plan never fired: %s\n", r->plan.fault[i].line,
               bytes_cstr(&line));
    }
    bytes_done(&line);
}

static void show_replay(const struct run *r)
{
    printf("again        %s sim --seed %" PRIu64, r->args.program, r->args.seed);
    if (r->args.plan_path)
        printf(" --plan %s", r->args.plan_path);
    else if (r->plan.faults)
        printf(" --demo");
    if (r->args.jitter)
        printf(" --jitter");
    for (int i = 1; i + 1 < r->job->argc; i++)
        if (strcmp(r->job->argv[i], "-D") == 0 || strcmp(r->job->argv[i], "-p") == 0 ||
            strcmp(r->job->argv[i], "--bad-rows") == 0)
            printf(" %s %s", r->job->argv[i], r->job->argv[i + 1]);
    printf("\n");
}

static void show_text(const struct run *r, const struct world *w, const struct report *report)
{
    char time[32];

    printf("job          %s (driver sim, seed %" PRIu64 ", %u workers)\n", r->job->dataflow->name,
           r->args.seed, world_workers(w));
    run_show_graph(r);
    results_show(r, world_output(w));
    printf("rows in      %" PRIu64 "\n", report_rows_in(w, r->graph));
    printf("windows      %" PRIu64 " fired\n", world_counter(w, COUNTER_WINDOWS_FIRED));
    printf("late         %" PRIu64 " rows\n", world_counter(w, COUNTER_LATE_ROWS));
    if (world_counter(w, COUNTER_BAD_ROWS))
        printf("bad rows     %" PRIu64 " (policy: %s)\n", world_counter(w, COUNTER_BAD_ROWS),
               option_text(r->job->options, OPTION_BAD_ROWS));
    printf("checkpoints  %u complete, the last is %u\n", report->checkpoints,
           report->last_checkpoint);
    show_moments(r, report);
    show_unfired(r, w);
    printf("ended        %s after %" PRIu64 " steps, %s of virtual time, %u restarts\n",
           job_state_name(master_state(world_master(w))), world_steps(w), ms(world_now_us(w), time),
           master_restarts(world_master(w)));
    show_replay(r);
    printf("hash %016" PRIx64 "\n", world_hash(w));
}

/* ---- for programs ---- */

static void json_unfired(const struct run *r, const struct world *w, struct json_writer *j)
{
    struct bytes line = {0};

    json_array(j, "unfired");
    for (uint32_t i = 0; i < r->plan.faults; i++) {
        if (world_fault_fired(w, i))
            continue;
        bytes_clear(&line);
        fault_print(&r->plan.fault[i], &line);
        json_put_span(j, NULL, bytes_span(&line));
    }
    json_end(j);
    bytes_done(&line);
}

static void show_json(const struct run *r, const struct world *w, const struct report *report)
{
    struct bytes out = {0};
    struct json_writer j = {.out = &out};
    char hash[20];

    snprintf(hash, sizeof hash, "%016" PRIx64, world_hash(w));
    json_object(&j, NULL);
    json_put_text(&j, "job", r->job->dataflow->name);
    json_put_text(&j, "driver", "sim");
    json_put_int(&j, "seed", (int64_t)r->args.seed);
    json_put_text(&j, "state", job_state_name(master_state(world_master(w))));
    json_put_text(&j, "failure", world_failure(w)->text);
    json_put_int(&j, "rows_in", (int64_t)report_rows_in(w, r->graph));
    json_put_int(&j, "windows", (int64_t)world_counter(w, COUNTER_WINDOWS_FIRED));
    json_put_int(&j, "late", (int64_t)world_counter(w, COUNTER_LATE_ROWS));
    json_put_int(&j, "bad_rows", (int64_t)world_counter(w, COUNTER_BAD_ROWS));
    json_put_int(&j, "checkpoints", report->checkpoints);
    json_put_int(&j, "restarts", master_restarts(world_master(w)));
    json_put_int(&j, "steps", (int64_t)world_steps(w));
    json_put_int(&j, "us", world_now_us(w));
    results_json(r, world_output(w), &j);
    json_unfired(r, w, &j);
    json_put_text(&j, "hash", hash);
    json_end(&j);
    puts(bytes_cstr(&out));
    bytes_done(&out);
}

/* ---- the run ---- */

static void show_progress(const struct world *w, bool done)
{
    fprintf(stderr, "%sstep %" PRIu64 ", %" PRId64 " ms of virtual time%s",
            isatty(2) ? "\r" : "weir: ", world_steps(w), world_now_us(w) / 1000,
            done || !isatty(2) ? "\n" : "");
}

static void run_world(const struct run *r, struct world *w)
{
    bool progress = !r->args.quiet && (isatty(2) || r->args.verb == VERB_DEMO);
    uint64_t end = r->args.at_step >= 0 ? (uint64_t)r->args.at_step : UINT64_MAX;

    while (world_steps(w) < end && world_step(w))
        if (progress && world_steps(w) % PROGRESS_STEPS == 0)
            show_progress(w, false);
    if (progress && world_steps(w) >= PROGRESS_STEPS)
        show_progress(w, true);
}

static void show_logs(const struct run *r, const struct world *w)
{
    for (uint32_t t = 0; !r->args.quiet && t < r->graph->tasks; t++)
        if (world_task(w, t)) {
            const struct bytes *log = &task_view_context(world_task(w, t))->log;

            fprintf(stderr, "%.*s", (int)log->bytes, log->p ? (const char *)log->p : "");
        }
}

static int verdict(const struct run *r, const struct world *w)
{
    if (world_failure(w)->err)
        return run_complain(world_failure(w));
    for (uint32_t i = 0; r->args.at_step < 0 && i < r->plan.faults; i++)
        if (!world_fault_fired(w, i))
            return EXIT_CODE_UNFIRED;
    return EXIT_CODE_OK;
}

int run_job(struct run *r)
{
    struct report report = {.events = r->args.events ? r->graph : NULL};
    struct diag why = {0};
    struct world_spec spec = {
        .graph = r->graph,
        .options = r->job->options,
        .data = r->data,
        .find = classes_find,
        .plan = &r->plan,
        .seed = r->args.seed,
        .jitter = r->args.jitter,
        .listen = report_listen,
        .listen_arg = &report,
    };
    struct tables tables = {r->job->dataflow, option_text(r->job->options, OPTION_OUTPUT_DIR)};
    struct world *w = world_new(&spec, &why);
    int code;

    if (w == NULL)
        return run_complain(&why);
    if (r->args.verb != VERB_SIM && !r->args.quiet && !r->args.json)
        fprintf(stderr, "weir: running with the sim driver (virtual time, one thread)\n");
    run_world(r, w);
    show_logs(r, w);
    if (r->args.json)
        show_json(r, w, &report);
    else
        show_text(r, w, &report);
    code = verdict(r, w);
    if (!r->args.keep_output && r->args.verb != VERB_SIM && world_failure(w)->err == ERR_NONE &&
        (export_output(r, w, &why) || tables_write(tables, world_output(w), &why)))
        code = run_complain(&why);
    fflush(stdout);
    world_free(w);
    return code;
}
