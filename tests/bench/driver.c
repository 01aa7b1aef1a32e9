#include "tests/bench/driver.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "cli/run.h"
#include "runtime/task.h"

enum { BUDGET = 4096 };

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static size_t heap_bytes(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
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

/* One row a step if it is to be told how long it takes. */
static enum task_progress step(struct task *t, struct actions *todo, struct run_cost *cost)
{
    enum task_progress p;
    int64_t started;

    if (cost == NULL)
        return task_step(t, 1, BUDGET, todo);
    started = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    p = task_step(t, 1, 1, todo);
    started = clock_ns(CLOCK_THREAD_CPUTIME_ID) - started;
    cost->slowest_ns = started > cost->slowest_ns ? started : cost->slowest_ns;
    return p;
}

static void run_tasks(struct bench *b, struct run_cost *cost)
{
    struct actions todo = {0};
    uint32_t left = b->graph->tasks;

    while (left)
        for (uint32_t t = 0; t < b->graph->tasks; t++) {
            if (!b->over[t] && step(b->task[t], &todo, cost) == TASK_FINISHED) {
                b->over[t] = true;
                left--;
            }
            move_parcels(b, t);
            actions_clear(&todo);
        }
    actions_done(&todo);
}

int64_t run_program(const struct workload *w, const struct bid *rows, uint64_t *digest,
                    struct run_cost *cost)
{
    struct bench b = {.job = w->program(rows, w->rows, digest)};
    struct diag why = {0};
    int64_t started, ns;
    size_t heap;

    *digest = 0;
    b.data = fs_os_new("", true);
    b.graph = job_seal(b.job);
    if (b.graph == NULL || !open_tasks(&b, &why)) {
        fprintf(stderr, "weir-bench: %s%s\n", b.job->mistake.text, why.text);
        exit(1);
    }
    heap = heap_bytes();
    if (cost)
        *cost = (struct run_cost){0};
    started = cpu_ns();
    run_tasks(&b, cost);
    ns = cpu_ns() - started;
    if (cost)
        cost->heap_bytes = heap_bytes() - heap;
    for (uint32_t t = 0; t < b.graph->tasks; t++)
        task_free(b.task[t]);
    buffer_pool_free(b.pool);
    job_free(b.job);
    fs_os_free(b.data);
    return ns;
}
