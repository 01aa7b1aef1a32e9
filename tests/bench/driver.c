#include "tests/bench/driver.h"

#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/job.h"
#include "base/fs_os.h"
#include "cli/run.h"
#include "local/local.h"
#include "runtime/task.h"

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void pin_to_one_core(void)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(sched_getcpu() < 0 ? 0 : sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one); /* if it may not: the spread shows it */
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

struct bench {
    struct weir_job *job;
    struct job_graph *graph;
    struct fs *data;
    struct buffer_pool *pool;
    struct task *task[16];
    bool over[16];
};

static void give_up(const struct bench *b, const struct diag *why)
{
    fprintf(stderr, "weir-bench: %s%s\n", b->job->mistake.text, why->text);
    exit(1);
}

/* ---- under the local driver ---- */

static int64_t run_threads(struct bench *b)
{
    struct local_spec spec = {.graph = b->graph,
                              .options = b->job->options,
                              .data = b->data,
                              .output = b->data,
                              .checkpoints = b->data,
                              .find = classes_find,
                              .tick_us = 1000000};
    struct local *l = local_new(&spec);
    int64_t ns = -cpu_ns();

    if (local_run(l) != LOCAL_FINISHED)
        give_up(b, master_failure(local_master(l)));
    ns += cpu_ns();
    local_free(l);
    return ns;
}

/* ---- row by row: tasks stepped in turn ---- */

static void open_tasks(struct bench *b)
{
    struct task_spec spec = {
        .graph = b->graph, .options = b->job->options, .find = classes_find, .data = b->data};
    struct diag why = {0};

    spec.pool = b->pool = buffer_pool_new((uint32_t)option_number(b->job->options, OPTION_SEGMENT),
                                          1024);
    for (uint32_t t = 0; t < b->graph->tasks; t++) {
        spec.task = t;
        spec.attempt = 1;
        b->task[t] = task_new(&spec, (struct span){0}, 0, &why);
        if (b->task[t] == NULL)
            give_up(b, &why);
    }
}

static void move_parcels(struct bench *b, uint32_t from)
{
    struct parcel p;

    while (task_take_parcel(b->task[from], &p))
        if (!task_on_parcel(b->task[parcel_receiver(b->graph, &p)], &p))
            abort();
}

static enum task_progress step(struct task *t, struct actions *todo, struct run_cost *cost)
{
    int64_t ns = -clock_ns(CLOCK_THREAD_CPUTIME_ID);
    enum task_progress p = task_step(t, 1, 1, todo);

    ns += clock_ns(CLOCK_THREAD_CPUTIME_ID);
    cost->slowest_ns = ns > cost->slowest_ns ? ns : cost->slowest_ns;
    return p;
}

static void step_all(struct bench *b, struct run_cost *cost)
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

static void run_rows(struct bench *b, struct run_cost *cost)
{
    size_t heap;

    open_tasks(b);
    heap = heap_bytes();
    *cost = (struct run_cost){0};
    step_all(b, cost);
    cost->heap_bytes = heap_bytes() - heap;
    for (uint32_t t = 0; t < b->graph->tasks; t++)
        task_free(b->task[t]);
    buffer_pool_free(b->pool);
}

int64_t run_program(const struct workload *w, const struct bid *rows, uint64_t *digest,
                    struct run_cost *cost)
{
    struct bench b = {.job = w->program(rows, w->rows, digest)};
    int64_t ns = 0;

    *digest = 0;
    b.data = fs_os_new("", true);
    b.graph = job_seal(b.job);
    if (b.graph == NULL)
        give_up(&b, &(struct diag){0});
    if (cost)
        run_rows(&b, cost);
    else
        ns = run_threads(&b);
    job_free(b.job);
    fs_os_free(b.data);
    return ns;
}
