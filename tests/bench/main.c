/* weir-bench: speed as ratios to hand-written limit kernels of the same run.
 *
 *   weir-bench             the table: paired and interleaved, A B B A, nine pairs
 *   weir-bench W4          one workload for the peers' harness: W4 <ns per row> <digest>
 *   JSON=1 weir-bench      an object a line
 *
 * Denominator is CPU time of the process; a line without an equal digest has no number.  The
 * tasks are stepped here, without the simulator and without a trace. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "base/rng.h"
#include "cli/run.h"
#include "runtime/task.h"
#include "tests/bench/flights.h"
#include "tests/bench/workload.h"

enum { PAIRS = 9, BUDGET = 4096 };

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- rows by the peers' formula ---- */

static struct bid *make_rows(const struct workload *w)
{
    struct bid *rows = malloc(w->rows * sizeof *rows);

    if (w->keys == 0 && !flights_make()) {
        fprintf(stderr, "weir-bench: %s needs datasets/flights.csv, or PEERS_FLIGHTS\n", w->id);
        exit(1);
    }
    for (uint64_t i = 0; w->keys && i < w->rows; i++) {
        uint64_t r = mix64((i + 1) * 0x9e3779b97f4a7c15u), r2 = mix64(r);
        uint64_t key = w->hot && r % 2 ? (i >> 16) % 100 * 100 : (r >> 1 & 0x7fffffff) % w->keys;
        int64_t late = w->disorder && r2 % 8 == 0 ? (int64_t)((r2 >> 3 & 0xffff) % 4000) : 0;

        rows[i] = (struct bid){.key = (int64_t)(1000 + key),
                               .user = (int64_t)(1000 + (r >> 32) % 100000),
                               .price = (int64_t)(100 + (r2 >> 33) % 99999901),
                               .ts = 1000000000000 + (int64_t)(i / w->rows_per_ms) - late};
    }
    return rows;
}

static void free_rows(struct bid *rows)
{
    flights_remove();
    free(rows);
}

/* ---- tasks of one job, stepped in turn ---- */

struct bench {
    struct weir_job *job;
    struct job_graph *graph;
    struct buffer_pool *pool;
    struct fs *data;
    struct task *task[16];
    bool over[16];
};

static bool open_tasks(struct bench *b, struct diag *why)
{
    struct task_spec spec = {
        .graph = b->graph, .options = b->job->options, .find = classes_find, .data = b->data};

    spec.pool = b->pool = buffer_pool_new((uint32_t)option_number(b->job->options, OPTION_SEGMENT),
                                          1024);
    for (uint32_t t = 0; t < b->graph->tasks; t++) {
        spec.task = t;
        spec.attempt = 1;
        b->task[t] = task_new(&spec, (struct span){0}, 0, why);
        if (b->task[t] == NULL)
            return false;
    }
    return true;
}

static void move_parcels(struct bench *b, uint32_t from)
{
    struct parcel p;

    while (task_take_parcel(b->task[from], &p)) {
        const struct job_edge *e = &b->graph->edge[p.channel.edge];
        bool up = parcel_is_upstream(p.kind);
        uint32_t to = b->graph->vertex[up ? e->from : e->to].first_task +
                      (up ? p.channel.from : p.channel.to);

        if (!task_on_parcel(b->task[to], &p))
            abort();
    }
}

static void run_tasks(struct bench *b)
{
    struct actions todo = {0};
    uint32_t left = b->graph->tasks;

    while (left)
        for (uint32_t t = 0; t < b->graph->tasks; t++) {
            if (!b->over[t] && task_step(b->task[t], 1, BUDGET, &todo) == TASK_FINISHED) {
                b->over[t] = true;
                left--;
            }
            move_parcels(b, t);
            actions_clear(&todo);
        }
    actions_done(&todo);
}

/* One run of the program: CPU ns, from the first row to the last result. */
static int64_t run_program(const struct workload *w, const struct bid *rows, uint64_t *digest)
{
    struct bench b = {.job = w->program(rows, w->rows, digest)};
    struct diag why = {0};
    int64_t started, ns;

    *digest = 0;
    b.data = fs_os_new("", true);
    b.graph = job_seal(b.job);
    if (b.graph == NULL || !open_tasks(&b, &why)) {
        fprintf(stderr, "weir-bench: %s%s\n", b.job->mistake.text, why.text);
        exit(1);
    }
    started = cpu_ns();
    run_tasks(&b);
    ns = cpu_ns() - started;
    for (uint32_t t = 0; t < b.graph->tasks; t++)
        task_free(b.task[t]);
    buffer_pool_free(b.pool);
    job_free(b.job);
    fs_os_free(b.data);
    return ns;
}

static int64_t run_limit(const struct workload *w, const struct bid *rows, uint64_t *digest)
{
    int64_t started = cpu_ns();

    *digest = w->limit(rows, w->rows);
    return cpu_ns() - started;
}

/* ---- pairs ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const struct workload *w, bool json)
{
    struct bid *rows = make_rows(w);
    double ratio[PAIRS], least = 1e18, least_limit = 1e18;
    uint64_t digest = 0, limit_digest = 0;
    bool equal = true;

    run_program(w, rows, &digest); /* warm */
    for (int i = 0; i < PAIRS; i++) {
        int64_t a, b;

        if (i % 2 == 0) {
            a = run_program(w, rows, &digest);
            b = run_limit(w, rows, &limit_digest);
        } else {
            b = run_limit(w, rows, &limit_digest);
            a = run_program(w, rows, &digest);
        }
        equal = equal && digest == limit_digest;
        ratio[i] = (double)a / (double)b;
        least = (double)a < least ? (double)a : least;
        least_limit = (double)b < least_limit ? (double)b : least_limit;
    }
    qsort(ratio, PAIRS, sizeof ratio[0], by_value);
    least /= (double)w->rows;
    least_limit /= (double)w->rows;
    if (json)
        printf("{\"workload\":\"%s\",\"ns\":%.2f,\"limit_ns\":%.2f,\"ratio\":%.2f,\"spread\":%.2f,"
               "\"digest\":\"%s\"}\n",
               w->id, equal ? least : 0.0, least_limit, equal ? ratio[PAIRS / 2] : 0.0,
               ratio[PAIRS - 1] - ratio[0], equal ? "ok" : "differs");
    else if (equal)
        printf("%-4s %-14s %8.2f %8.2f %8.2f   %.2f to %.2f   ok\n", w->id, w->what, least,
               least_limit, ratio[PAIRS / 2], ratio[0], ratio[PAIRS - 1]);
    else
        printf("%-4s %-14s        -        -        -   the digests differ\n", w->id, w->what);
    free_rows(rows);
}

static int one(const struct workload *w)
{
    struct bid *rows = make_rows(w);
    uint64_t digest;
    int64_t ns;

    run_program(w, rows, &digest);
    ns = run_program(w, rows, &digest);
    printf("%s %.3f %016" PRIx64 "\n", w->id, (double)ns / (double)w->rows, digest);
    free_rows(rows);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct workload *const all[] = {
        &w0_workload, &w1_workload, &w2_workload, &w3a_workload, &w3b_workload,
        &w4_workload, &w5_workload, &w6_workload, &w7_workload,  &w10_workload};
    bool json = getenv("JSON") != NULL;

    for (size_t i = 0; argc > 1 && i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i]->id, argv[1]) == 0)
            return one(all[i]);
    if (argc > 1) {
        fprintf(stderr, "weir-bench: no workload '%s' here: W0 W1 W2 W3a W3b W4 W5 W6 W7 W10\n",
                argv[1]);
        return 2;
    }
    if (!json)
        printf("     workload         ns/row    limit    ratio   spread         digest\n");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        measure(all[i], json);
    return 0;
}
