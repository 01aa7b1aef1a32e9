/* run under the local driver: worker threads, real files, progress, Ctrl-C. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fs_os.h"
#include "checkpoint/coordinator.h"
#include "cli/exit_code.h"
#include "local/outlet_fs.h"
#include "cli/report.h"
#include "cli/results.h"
#include "cli/run.h"
#include "cli/signals.h"
#include "connectors/tables.h"
#include "connectors/socket_os.h"
#include "local/desk.h"

enum { TICK_US = 100000, TERMINAL_US = 500000, LOG_US = 10000000 };

struct local_run {
    struct run *run;
    struct report report;
    struct retained retained;
    struct desk desk;
    struct fs *files, *checkpoints;
    struct outlet_fs output;
    struct local *local;
    enum local_end end;
    int64_t shown_us; /* when progress was last shown */
    uint64_t shown_rows;
    uint32_t shown_restarts;
    bool line_is_open; /* on a terminal: the line is overwritten */
    bool runs;         /* all tasks did, once */
};

/* ---- progress ---- */

static uint64_t rows_in(struct local_run *x)
{
    const struct job_graph *g = x->run->graph;
    uint64_t rows = 0;

    for (uint32_t t = 0; t < g->tasks; t++)
        if (job_graph_vertex_of(g, t)->is_source)
            rows += local_line(x->local, t).counters.of[COUNTER_RECORDS_IN];
    return rows;
}

/* The least watermark at the heads of tasks that have inputs, or WEIR_NO_TIME. */
static int64_t watermark_ms(struct local_run *x)
{
    const struct job_graph *g = x->run->graph;
    int64_t least = WEIR_END;

    for (uint32_t t = 0; t < g->tasks; t++)
        if (!job_graph_vertex_of(g, t)->is_source && local_line(x->local, t).watermark_ms < least)
            least = local_line(x->local, t).watermark_ms;
    return least == WEIR_END ? WEIR_NO_TIME : least;
}

/* The task that waits longest for its receivers, in percent of its time so far. */
static uint32_t most_backpressured(struct local_run *x, int *percent)
{
    uint32_t worst = 0;

    *percent = 0;
    for (uint32_t t = 0; t < x->run->graph->tasks; t++) {
        const struct counters c = local_line(x->local, t).counters;
        uint64_t all = c.of[COUNTER_BUSY_US] + c.of[COUNTER_IDLE_US] +
                       c.of[COUNTER_BACKPRESSURED_US];
        int p = all ? (int)(100 * c.of[COUNTER_BACKPRESSURED_US] / all) : 0;

        if (p > *percent) {
            *percent = p;
            worst = t;
        }
    }
    return worst;
}

static void show_line(struct local_run *x, int64_t us)
{
    uint64_t rows = rows_in(x);
    double seconds = (double)(us - x->shown_us) / 1e6;
    int64_t watermark = watermark_ms(x);
    int percent;
    uint32_t worst = most_backpressured(x, &percent);
    char name[64];

    fprintf(stderr, "%s%.1f s  %" PRIu64 " rows  %.0f rows/s  checkpoint %u",
            isatty(2) ? "\r\033[K" : "weir: ", (double)us / 1e6, rows,
            (double)(rows - x->shown_rows) / seconds, x->report.last_checkpoint);
    if (watermark != WEIR_NO_TIME)
        fprintf(stderr, "  watermark %" PRId64, watermark);
    if (percent) {
        job_graph_task_name(x->run->graph, worst, name);
        fprintf(stderr, "  backpressure %d %% %s", percent, name);
    }
    fputs(isatty(2) ? "" : "\n", stderr);
    x->line_is_open = isatty(2);
    x->shown_us = us;
    x->shown_rows = rows;
}

static void close_line(struct local_run *x)
{
    if (x->line_is_open)
        fputs("\r\033[K", stderr);
    x->line_is_open = false;
}

static void on_wish(struct local_run *x, struct local *l)
{
    if (signals_wish() == WISH_CANCEL) {
        local_cancel(l);
    } else if (signals_wish() == WISH_STOP && !local_is_stopping(l)) {
        close_line(x);
        fprintf(stderr, "weir: stopping with a checkpoint; interrupt again to stop at once\n");
        local_stop(l);
    }
}

static bool all_tasks_run(const struct local_run *x, const struct local *l)
{
    for (uint32_t t = 0; t < x->run->graph->tasks; t++)
        if (master_task_state(local_master(l), t) != TASK_STATE_RUNNING)
            return false;
    return true;
}

/* How long it took to be where the other run was. */
static void show_restored(struct local_run *x, const struct local *l)
{
    if (x->runs || x->retained.from.checkpoint == 0 || !all_tasks_run(x, l))
        return;
    x->runs = true;
    fprintf(stderr, "weir: all tasks run, after %.1f ms\n", (double)local_us(l) / 1e3);
}

static void show_restart(struct local_run *x, const struct local *l)
{
    uint32_t restarts = master_restarts(local_master(l));

    if (restarts == x->shown_restarts)
        return;
    close_line(x);
    fprintf(stderr, "weir: restart %u, after: %s\n", restarts,
            master_last_failure(local_master(l))->text);
    x->shown_restarts = restarts;
}

static void tick(void *arg, struct local *l)
{
    struct local_run *x = arg;
    int64_t us = local_us(l), period = isatty(2) ? TERMINAL_US : LOG_US;

    on_wish(x, l);
    desk_tick(&x->desk, l);
    if (!x->run->args.quiet) {
        show_restored(x, l);
        show_restart(x, l);
    }
    if (!x->run->args.quiet && us - x->shown_us >= period)
        show_line(x, us);
}

/* ---- for people ---- */

static const char *end_name(const struct local_run *x)
{
    switch (x->end) {
    case LOCAL_FINISHED:
    case LOCAL_FAILED:
        break;
    case LOCAL_STOPPED:
        return "STOPPED";
    case LOCAL_CANCELED:
        return "CANCELED";
    }
    return job_state_name(master_state(local_master(x->local)));
}

static const struct manifest *latest(const struct local_run *x)
{
    return coordinator_latest(master_coordinator(local_master(x->local)));
}

/* Where a run can go on: the savepoint that stopped this one, or its last checkpoint. */
static bool way_on(const struct local_run *x, char path[LAYOUT_PATH_MAX])
{
    const char *saved = x->desk.savepoint;

    if (x->end == LOCAL_STOPPED && saved[0])
        snprintf(path, LAYOUT_PATH_MAX, "%s", saved);
    else if (x->end != LOCAL_FINISHED && latest(x))
        snprintf(path, LAYOUT_PATH_MAX, "%.*s/chk-%u", LAYOUT_PATH_MAX - 32, x->retained.directory,
                 latest(x)->checkpoint);
    else
        return false;
    return true;
}

static void show_way_on(const struct local_run *x)
{
    char path[LAYOUT_PATH_MAX];

    if (way_on(x, path))
        printf("go on        %s run -s %s\n", x->run->args.program, path);
}

static struct tables tables_of(const struct local_run *x)
{
    return (struct tables){x->run->job->dataflow,
                           option_text(x->run->job->options, OPTION_OUTPUT_DIR)};
}

static void show_text(struct local_run *x)
{
    const struct run *r = x->run;
    double seconds = (double)local_us(x->local) / 1e6;
    uint64_t rows = rows_in(x);
    struct bytes tables = {0};

    printf("job          %s (driver local, %u %s)\n", r->job->dataflow->name,
           local_workers(x->local), local_workers(x->local) == 1 ? "worker" : "workers");
    run_show_graph(r);
    results_show(r, &x->output.fs);
    tables_describe(tables_of(x), &tables);
    fputs(bytes_cstr(&tables), stdout);
    bytes_done(&tables);
    printf("rows in      %" PRIu64 "\n", rows);
    printf("windows      %" PRIu64 " fired\n", local_counter(x->local, COUNTER_WINDOWS_FIRED));
    printf("late         %" PRIu64 " rows\n", local_counter(x->local, COUNTER_LATE_ROWS));
    if (local_counter(x->local, COUNTER_BAD_ROWS))
        printf("bad rows     %" PRIu64 " (policy: %s)\n", local_counter(x->local, COUNTER_BAD_ROWS),
               option_text(r->job->options, OPTION_BAD_ROWS));
    if (x->retained.from.checkpoint)
        printf("began        at checkpoint %u of %s\n", x->retained.from.checkpoint,
               x->retained.directory);
    printf("checkpoints  %u complete, the last is %u\n", x->report.checkpoints,
           x->report.last_checkpoint);
    printf("ended        %s after %.3f s, %.0f rows/s, %u restarts\n", end_name(x), seconds,
           seconds > 0 ? (double)rows / seconds : 0.0, master_restarts(local_master(x->local)));
    show_way_on(x);
}

/* ---- for programs ---- */

static void show_json(struct local_run *x)
{
    const struct run *r = x->run;
    struct bytes out = {0};
    struct json_writer j = {.out = &out};
    char path[LAYOUT_PATH_MAX] = "";

    way_on(x, path);
    json_object(&j, NULL);
    json_put_text(&j, "job", r->job->dataflow->name);
    json_put_text(&j, "driver", "local");
    json_put_int(&j, "workers", local_workers(x->local));
    json_put_text(&j, "state", end_name(x));
    json_put_text(&j, "failure", master_failure(local_master(x->local))->text);
    json_put_int(&j, "rows_in", (int64_t)rows_in(x));
    json_put_int(&j, "windows", (int64_t)local_counter(x->local, COUNTER_WINDOWS_FIRED));
    json_put_int(&j, "late", (int64_t)local_counter(x->local, COUNTER_LATE_ROWS));
    json_put_int(&j, "bad_rows", (int64_t)local_counter(x->local, COUNTER_BAD_ROWS));
    json_put_int(&j, "began_at", x->retained.from.checkpoint);
    json_put_int(&j, "checkpoints", x->report.checkpoints);
    json_put_int(&j, "restarts", master_restarts(local_master(x->local)));
    json_put_int(&j, "us", local_us(x->local));
    json_put_text(&j, "go_on", path);
    results_json(r, &x->output.fs, &j);
    json_end(&j);
    puts(bytes_cstr(&out));
    bytes_done(&out);
}

/* ---- the run ---- */

static int open_files(struct local_run *x, struct diag *why)
{
    const char *output = option_text(x->run->job->options, OPTION_OUTPUT_DIR);

    x->files = fs_os_new(output, false);
    x->checkpoints = fs_os_new(x->retained.directory, x->retained.from.folder[0] != 0);
    outlet_fs_init(&x->output, x->files, x->checkpoints, output);
    if (x->retained.from.checkpoint == 0)
        results_remove(x->run, x->files);
    return tables_begin(tables_of(x), x->retained.from.checkpoint == 0, why);
}

static int verdict(const struct local_run *x)
{
    if (x->end == LOCAL_FAILED)
        return run_complain(master_failure(local_master(x->local)));
    return x->end == LOCAL_FINISHED ? EXIT_CODE_OK : EXIT_CODE_STOPPED;
}

static int run_threads(struct local_run *x)
{
    const struct run *r = x->run;
    struct local_spec spec = {
        .graph = r->graph,
        .options = r->job->options,
        .data = r->data,
        .lines = &socket_lines,
        .output = &x->output.fs,
        .checkpoints = x->checkpoints,
        .find = classes_find,
        .restore = x->retained.from.checkpoint ? &x->retained.from : NULL,
        .claims = x->retained.claims,
        .answered = desk_answered,
        .answered_arg = &x->desk,
        .quiet = r->args.quiet,
        .listen = report_listen,
        .listen_arg = &x->report,
        .tick = tick,
        .tick_arg = x,
        .tick_us = TICK_US,
    };
    struct diag why = {0};
    int code;

    if (!r->args.quiet && !r->args.json)
        fprintf(stderr, "weir: running with the local driver (threads, real time)\n");
    if (!r->args.quiet && x->retained.from.checkpoint)
        fprintf(stderr, "weir: going on from checkpoint %u of %s\n", x->retained.from.checkpoint,
                x->retained.directory);
    signals_listen();
    if (desk_open(&x->desk, &why) && !r->args.quiet)
        fprintf(stderr, "weir: %s\n", why.text);
    x->local = local_new(&spec);
    x->end = local_run(x->local);
    close_line(x);
    desk_close(&x->desk, end_name(x));
    if (r->args.json)
        show_json(x);
    else
        show_text(x);
    code = verdict(x);
    fflush(stdout);
    local_free(x->local);
    return code;
}

int run_local(struct run *r)
{
    const struct retained_spec spec = {.graph = r->graph,
                                       .options = r->job->options,
                                       .job = r->job->dataflow->name,
                                       .restore = r->args.restore,
                                       .claim = r->args.claim};
    struct local_run x = {.run = r};
    struct diag why = {0};
    int code;

    if (retained_open(&x.retained, &spec, &why))
        return run_complain(&why);
    x.desk = (struct desk){
        .retained = &x.retained, .options = spec.options, .job = r->job->dataflow->name};
    code = open_files(&x, &why) ? run_complain(&why) : run_threads(&x);
    fs_os_free(x.files);
    fs_os_free(x.checkpoints);
    retained_done(&x.retained);
    return code;
}
