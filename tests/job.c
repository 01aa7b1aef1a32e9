#include "tests/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "cli/run.h"

#define NUMBER(C) C(BIGINT, key) C(TIMESTAMP, at)
#define COUNTED(C) C(BIGINT, key) C(TIMESTAMP, window_end) C(BIGINT, n)
#define ACC(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)
WEIR_ROW(counted, COUNTED)
WEIR_ROW(acc, ACC)

static void add(struct weir_ctx *c, void *a, const struct weir_row *row)
{
    ((struct acc *)a)->n++;
    (void)c;
    (void)row;
}

static void result(struct weir_ctx *c, const void *a, int64_t start_ms, int64_t end_ms)
{
    counted_emit(c, (struct counted){.key = weir_key_int(c),
                                     .window_end = end_ms,
                                     .n = ((const struct acc *)a)->n});
    (void)start_ms;
}

static const struct weir_aggregate count = {&acc_schema, add, result, NULL, 0, NULL};

static void options(struct weir_job *job, const char *const *pairs)
{
    static const char *const usual[] = {"parallelism.default=2",
                                        "execution.checkpointing.interval=400us",
                                        "execution.checkpointing.timeout=20ms",
                                        "execution.checkpointing.tolerable-failed-checkpoints=100",
                                        "restart-strategy.type=fixed-delay",
                                        "restart-strategy.fixed-delay.attempts=2147483647",
                                        "restart-strategy.fixed-delay.delay=200us",
                                        "weir.buffer.elements=2",
                                        "weir.sim.cost=20us",
                                        NULL};

    for (int i = 0; usual[i]; i++)
        options_set_pair(job->options, usual[i], false, &job->mistake);
    for (; pairs && *pairs; pairs++)
        options_set_pair(job->options, *pairs, true, &job->mistake);
}

struct test_job test_job_new(const char *const *pairs)
{
    struct test_job t = {.job = weir_job(0, NULL, "test")};
    struct number *rows = arena_alloc(t.job->arena, TEST_ROWS * sizeof *rows);
    struct weir_stream *late, *numbers;

    for (int i = 0; i < TEST_ROWS; i++)
        rows[i] = (struct number){.key = i * 7 % 5, .at = i % (TEST_ROWS / 2) * 2 - i % 3};
    options(t.job, pairs);
    numbers = weir_watermarks(weir_rows(t.job, rows, TEST_ROWS, &number_schema),
                              (struct weir_time){.column = "at", .out_of_order_ms = 4});
    weir_uid(weir_file_sink(weir_windowed(weir_key_by(numbers, "key"),
                                          (struct weir_window){.size_ms = 10, .late = &late},
                                          &count, &counted_schema),
                            "counts"),
             "counts");
    weir_uid(weir_file_sink(late, "late"), "late");
    t.graph = job_seal(t.job);
    return t;
}

void test_job_free(struct test_job *t)
{
    job_free(t->job);
}

struct world *test_world(const struct test_job *t, uint64_t seed, const struct plan *plan)
{
    struct world_spec spec = {.graph = t->graph,
                              .options = t->job->options,
                              .find = classes_find,
                              .seed = seed,
                              .plan = plan,
                              .step_max = 100000,
                              .ring = 256};
    struct diag why = {0};

    return world_new(&spec, &why);
}

struct adding {
    struct fs *fs;
    const char *directory;
    uint64_t sum;
};

static void add_part(void *arg, const char *name, uint64_t bytes)
{
    struct adding *a = arg;
    char path[256];
    struct span body;

    (void)bytes;
    snprintf(path, sizeof path, "%s/%s", a->directory, name);
    if (fs_view(a->fs, path, &body))
        return;
    for (size_t i = 0; i + 1 < body.bytes;
         i++) { /* behind the header: the last field of each line */
        const uint8_t *end = memchr(body.p + i, '\n', body.bytes - i);
        const uint8_t *comma = end;

        while (comma > body.p + i && comma[-1] != ',')
            comma--;
        if (i)
            a->sum += strcmp(a->directory, "late") ? strtoull((const char *)comma, NULL, 10) : 1;
        i = (size_t)(end - body.p);
    }
}

uint64_t test_counted(const struct world *w)
{
    struct adding counts = {world_output(w), "counts", 0}, late = {world_output(w), "late", 0};

    fs_list(counts.fs, "counts", add_part, &counts);
    fs_list(late.fs, "late", add_part, &late);
    return counts.sum + late.sum;
}
