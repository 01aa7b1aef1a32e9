/* One worker by messages alone.  Its operators are fakes: a source that ends at once, and others
 * that do nothing; the job is tests/job.h's, rows[0] rows[1] window[0] window[1]. */
#include <string.h>

#include "host/task_executor.h"
#include "runtime/gate.h"
#include "tests/check.h"
#include "tests/job.h"

enum { ROWS_0 = 0, WINDOW_0 = 2, MANY = 1000 };

static int opened, closed;
static bool open_fails;
static uint64_t restored;

static int fake_open(struct operator* op, struct diag *why)
{
    opened++;
    return open_fails ? diag_set(why, ERR_USER, "fake: the licence has run out") : ERR_NONE;
}

static void fake_close(struct operator* op)
{
    closed++;
}

static void fake_on_row(struct operator* op, const struct weir_row *row)
{
}

static enum progress fake_resume(struct operator* op)
{
    return PROGRESS_END;
}

static void fake_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    bytes_put_u64(operator_block(op, out, "fake", 1), 4711);
    snapshot_block_end(out);
}

static int fake_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct reader r;

    assert_int_equal(operator_block_find(op, in, "fake", &r), ERR_NONE);
    restored = read_u64(&r);
    return ERR_NONE;
}

static const struct operator_class fake = {.name = "fake",
                                           .bytes = sizeof(struct operator),
                                           .open = fake_open,
                                           .close = fake_close,
                                           .on_row = fake_on_row,
                                           .resume = fake_resume,
                                           .snapshot = fake_snapshot,
                                           .restore = fake_restore};

static const struct operator_class *find_fake(const char *name)
{
    return &fake;
}

struct bench {
    struct test_job job;
    struct fs *files, *checkpoints;
    struct trace trace;
    struct task_executor *x;
    struct actions todo;
};

static void bench_init(struct bench *b)
{
    struct executor_spec spec;

    opened = closed = 0;
    open_fails = false;
    restored = 0;
    *b = (struct bench){.job = test_job_new(NULL),
                        .files = fs_memory_new(NULL),
                        .checkpoints = fs_memory_new(NULL)};
    trace_init(&b->trace, 64);
    spec = (struct executor_spec){.graph = b->job.graph,
                                  .options = b->job.job->options,
                                  .data = b->files,
                                  .output = b->files,
                                  .checkpoints = b->checkpoints,
                                  .trace = &b->trace,
                                  .find = find_fake,
                                  .worker = 1};
    b->x = executor_new(&spec, &b->todo);
}

static void bench_done(struct bench *b)
{
    executor_free(b->x);
    assert_int_equal(opened, closed);
    fs_memory_free(b->files);
    fs_memory_free(b->checkpoints);
    trace_done(&b->trace);
    actions_done(&b->todo);
    test_job_free(&b->job);
}

static void hear(struct bench *b, struct message m)
{
    actions_clear(&b->todo);
    executor_on_message(b->x, 0, &m, &b->todo);
}

static struct message deployment(const struct bench *b, uint32_t task, uint32_t attempt)
{
    return (struct message){.kind = MESSAGE_DEPLOY,
                            .worker = 1,
                            .task = task,
                            .attempt = attempt,
                            .graph_hash = b->job.graph->hash};
}

static void deploy(struct bench *b, uint32_t task, uint32_t attempt)
{
    hear(b, deployment(b, task, attempt));
}

/* The only thing said, and it is about `task`. */
static const struct message *said(const struct bench *b, enum message_kind kind, uint32_t task)
{
    assert_int_equal(b->todo.count, 1);
    assert_int_equal(b->todo.item[0].kind, ACTION_SEND);
    assert_int_equal(b->todo.item[0].message.kind, kind);
    assert_int_equal(b->todo.item[0].message.task, task);
    return &b->todo.item[0].message;
}

static const struct message *said_failed(const struct bench *b, uint32_t task, int err)
{
    const struct message *m = said(b, MESSAGE_TASK_STATE, task);

    assert_int_equal(m->state, TASK_STATE_FAILED);
    assert_int_equal(m->err, err);
    return m;
}

static void step(struct bench *b, uint32_t slot)
{
    actions_clear(&b->todo);
    for (int i = 0; i < MANY && executor_step(b->x, slot, 0, 1, &b->todo) == TASK_MORE; i++)
        ;
}

static void test_a_worker_registers_with_the_hash_of_its_program(void **state)
{
    struct bench b;

    bench_init(&b);
    assert_true(said(&b, MESSAGE_REGISTER, 0)->graph_hash == b.job.graph->hash);
    assert_int_equal(b.todo.item[0].message.worker, 1);
    bench_done(&b);
    (void)state;
}

static void test_a_deployed_task_says_that_it_runs_once(void **state)
{
    struct bench b;

    bench_init(&b);
    deploy(&b, WINDOW_0, 1);
    assert_int_equal(said(&b, MESSAGE_TASK_STATE, WINDOW_0)->state, TASK_STATE_RUNNING);
    assert_int_equal(b.todo.item[0].message.attempt, 1);
    assert_int_equal(trace_event(&b.trace, 0)->kind, EVENT_START);
    assert_non_null(executor_find(b.x, WINDOW_0));
    deploy(&b, WINDOW_0, 1); /* doubled */
    assert_int_equal(b.todo.count, 0);
    assert_int_equal(executor_tasks(b.x), 1);
    bench_done(&b);
    (void)state;
}

static void test_a_master_of_another_program_is_refused(void **state)
{
    struct bench b;
    struct message m;

    bench_init(&b);
    m = deployment(&b, WINDOW_0, 1);
    m.graph_hash++;
    hear(&b, m);
    assert_non_null(strstr(said_failed(&b, WINDOW_0, ERR_MISMATCH)->text, "another program"));
    assert_null(executor_find(b.x, WINDOW_0));
    bench_done(&b);
    (void)state;
}

static void test_a_task_that_cannot_open_fails_with_its_reason_and_leaves_nothing(void **state)
{
    struct bench b;

    bench_init(&b);
    open_fails = true;
    deploy(&b, ROWS_0, 1);
    assert_non_null(strstr(said_failed(&b, ROWS_0, ERR_USER)->text, "the licence has run out"));
    assert_int_equal(opened, closed); /* close comes also after a failed open */
    assert_null(executor_find(b.x, ROWS_0));
    bench_done(&b);
    (void)state;
}

/* Trigger a checkpoint, write what the task hands over, and take the handle from its ack. */
static struct state_handle take_checkpoint(struct bench *b)
{
    struct state_handle h;
    struct action *write;

    deploy(b, ROWS_0, 1);
    hear(b,
         (struct message){.kind = MESSAGE_TRIGGER, .task = ROWS_0, .attempt = 1, .checkpoint = 5});
    actions_clear(&b->todo);
    executor_step(b->x, 0, 0, 1, &b->todo);
    write = &b->todo.item[0];
    assert_int_equal(write->kind, ACTION_WRITE);
    fs_write(b->checkpoints, write->path, bytes_span(&write->body));
    executor_on_done(b->x, 0, ROWS_0, 1, write->request, ERR_NONE, &b->todo);
    actions_clear(&b->todo);
    executor_step(b->x, 0, 0, 1, &b->todo);
    h = said(b, MESSAGE_ACK, ROWS_0)->handle;
    assert_int_equal(b->todo.item[0].message.checkpoint, 5);
    return h;
}

static void deploy_from(struct bench *b, const struct state_handle *h)
{
    struct message m = deployment(b, ROWS_0, 2);

    m.checkpoint = 5;
    m.handle = *h;
    hear(b, m);
}

static void test_a_task_is_restored_from_what_it_had_handed_over(void **state)
{
    struct bench b;
    struct state_handle h;
    uint64_t events;

    bench_init(&b);
    h = take_checkpoint(&b);
    events = b.trace.count;
    deploy_from(&b, &h);
    assert_int_equal(said(&b, MESSAGE_TASK_STATE, ROWS_0)->state, TASK_STATE_RUNNING);
    assert_true(restored == 4711);
    assert_int_equal(trace_event(&b.trace, events)->kind, EVENT_RESTORE);
    assert_int_equal(trace_event(&b.trace, events)->checkpoint, 5);
    assert_true(trace_event(&b.trace, events)->a == (int64_t)h.bytes);
    assert_int_equal(trace_event(&b.trace, events + 1)->kind, EVENT_START);
    bench_done(&b);
    (void)state;
}

static void test_a_damaged_part_fails_the_task_and_names_file_and_checkpoint(void **state)
{
    struct bench b;
    struct state_handle h;
    struct bytes body = {0};

    bench_init(&b);
    h = take_checkpoint(&b);
    fs_read(b.checkpoints, h.path, &body);
    for (size_t at = 0; at < body.bytes; at++) {
        body.p[at] ^= 1;
        fs_write(b.checkpoints, h.path, bytes_span(&body));
        deploy_from(&b, &h);
        assert_non_null(strstr(said_failed(&b, ROWS_0, ERR_DAMAGED)->text, h.path));
        assert_non_null(strstr(b.todo.item[0].message.text, "checkpoint 5"));
        body.p[at] ^= 1;
    }
    for (size_t n = 0; n < body.bytes; n++) {
        fs_write(b.checkpoints, h.path, (struct span){body.p, n});
        deploy_from(&b, &h);
        said_failed(&b, ROWS_0, ERR_DAMAGED);
    }
    fs_remove(b.checkpoints, h.path);
    deploy_from(&b, &h);
    assert_non_null(strstr(said_failed(&b, ROWS_0, ERR_NOT_FOUND)->text, h.path));
    assert_true(restored == 0);
    bytes_done(&body);
    bench_done(&b);
    (void)state;
}

static void test_cancel_frees_its_attempt_and_older_ones_only(void **state)
{
    struct bench b;

    bench_init(&b);
    deploy(&b, ROWS_0, 2);
    deploy(&b, WINDOW_0, 2);
    hear(&b, (struct message){.kind = MESSAGE_CANCEL, .attempt = 1});
    assert_non_null(executor_find(b.x, ROWS_0));
    hear(&b, (struct message){.kind = MESSAGE_CANCEL, .attempt = 2});
    assert_null(executor_find(b.x, ROWS_0));
    assert_null(executor_find(b.x, WINDOW_0));
    assert_true(opened > 0 && opened == closed);
    deploy(&b, ROWS_0, 3); /* slots are used again */
    assert_int_equal(executor_tasks(b.x), 2);
    assert_non_null(executor_task(b.x, 0));
    assert_null(executor_task(b.x, 1));
    bench_done(&b);
    (void)state;
}

static void test_a_newer_deployment_frees_the_old_attempt_though_its_cancel_is_late(void **state)
{
    struct bench b;

    bench_init(&b);
    deploy(&b, ROWS_0, 1);
    deploy(&b, WINDOW_0, 1);
    deploy(&b, WINDOW_0, 2);
    assert_null(executor_find(b.x, ROWS_0));
    assert_int_equal(task_view_context(executor_find(b.x, WINDOW_0))->attempt, 2);
    hear(&b, (struct message){.kind = MESSAGE_CANCEL, .attempt = 1});
    assert_non_null(executor_find(b.x, WINDOW_0));
    deploy(&b, ROWS_0, 1); /* very late */
    assert_int_equal(b.todo.count, 0);
    assert_null(executor_find(b.x, ROWS_0));
    bench_done(&b);
    (void)state;
}

static void test_a_deployment_that_its_cancellation_overtook_starts_nothing(void **state)
{
    struct bench b;

    bench_init(&b);
    hear(&b, (struct message){.kind = MESSAGE_CANCEL, .attempt = 1});
    deploy(&b, WINDOW_0, 1);
    assert_int_equal(b.todo.count, 0);
    assert_null(executor_find(b.x, WINDOW_0));
    deploy(&b, WINDOW_0, 2);
    assert_non_null(executor_find(b.x, WINDOW_0));
    bench_done(&b);
    (void)state;
}

static void test_letters_for_another_attempt_or_task_are_thrown_away(void **state)
{
    struct bench b;

    bench_init(&b);
    deploy(&b, ROWS_0, 2);
    hear(&b,
         (struct message){.kind = MESSAGE_TRIGGER, .task = ROWS_0, .attempt = 1, .checkpoint = 1});
    hear(&b, (struct message){
                 .kind = MESSAGE_TRIGGER, .task = WINDOW_0, .attempt = 2, .checkpoint = 1});
    hear(&b, (struct message){.kind = MESSAGE_NOTIFY_COMPLETE,
                              .task = ROWS_0,
                              .attempt = 3,
                              .checkpoint = 1,
                              .is_final = true});
    executor_on_done(b.x, 0, ROWS_0, 1, 1, ERR_NONE, &b.todo);
    step(&b, 0);
    assert_int_equal(said(&b, MESSAGE_DATA_END, ROWS_0)->attempt, 2); /* and nothing else */
    bench_done(&b);
    (void)state;
}

static void test_the_end_of_a_task_is_reported_once(void **state)
{
    struct bench b;
    int finished = 0;

    bench_init(&b);
    deploy(&b, ROWS_0, 1);
    hear(&b, (struct message){.kind = MESSAGE_NOTIFY_COMPLETE,
                              .task = ROWS_0,
                              .attempt = 1,
                              .checkpoint = 1,
                              .is_final = true});
    step(&b, 0);
    for (uint32_t i = 0; i < b.todo.count; i++)
        finished += b.todo.item[i].message.state == TASK_STATE_FINISHED;
    assert_int_equal(finished, 1);
    assert_int_equal(executor_step(b.x, 0, 0, 1, &b.todo), TASK_FINISHED);
    hear(&b, (struct message){.kind = MESSAGE_NOTIFY_COMPLETE,
                              .task = ROWS_0,
                              .attempt = 1,
                              .checkpoint = 1,
                              .is_final = true}); /* told again: too late */
    step(&b, 0);
    assert_int_equal(b.todo.count, 0);
    bench_done(&b);
    (void)state;
}

static struct parcel end_of_data(const struct bench *b, uint32_t attempt)
{
    const struct vertex *v = job_graph_vertex_of(b->job.graph, WINDOW_0);

    return (struct parcel){.kind = PARCEL_END_OF_DATA,
                           .channel = {.edge = v->in_edge[0], .attempt = attempt}};
}

static void test_a_parcel_waits_for_its_task_and_one_of_a_dead_attempt_does_not(void **state)
{
    struct bench b;
    struct parcel p;

    bench_init(&b);
    p = end_of_data(&b, 2);
    assert_int_equal(executor_on_parcel(b.x, &p), UINT32_MAX); /* kept */
    p = end_of_data(&b, 1);
    assert_int_equal(executor_on_parcel(b.x, &p), UINT32_MAX);
    deploy(&b, WINDOW_0, 2);
    assert_int_equal(executor_on_parcel(b.x, &p), UINT32_MAX); /* attempt 1 is over */
    assert_int_equal(task_gate(executor_find(b.x, WINDOW_0))->inbox[0].queue.count, 1);
    p = end_of_data(&b, 2);
    p.channel.from = 1;
    assert_int_equal(executor_on_parcel(b.x, &p), WINDOW_0);
    bench_done(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_worker_registers_with_the_hash_of_its_program),
        cmocka_unit_test(test_a_deployed_task_says_that_it_runs_once),
        cmocka_unit_test(test_a_master_of_another_program_is_refused),
        cmocka_unit_test(test_a_task_that_cannot_open_fails_with_its_reason_and_leaves_nothing),
        cmocka_unit_test(test_a_task_is_restored_from_what_it_had_handed_over),
        cmocka_unit_test(test_a_damaged_part_fails_the_task_and_names_file_and_checkpoint),
        cmocka_unit_test(test_cancel_frees_its_attempt_and_older_ones_only),
        cmocka_unit_test(test_a_newer_deployment_frees_the_old_attempt_though_its_cancel_is_late),
        cmocka_unit_test(test_a_deployment_that_its_cancellation_overtook_starts_nothing),
        cmocka_unit_test(test_letters_for_another_attempt_or_task_are_thrown_away),
        cmocka_unit_test(test_the_end_of_a_task_is_reported_once),
        cmocka_unit_test(test_a_parcel_waits_for_its_task_and_one_of_a_dead_attempt_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
