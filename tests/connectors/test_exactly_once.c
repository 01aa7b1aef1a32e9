/* The two-phase sink against a hostile world, through a whole task: the rows 0, 1, 2 ... go from
 * a source into a file sink, while checkpoints are aborted, notifications are lost, late, doubled
 * and overtaken, the disk is slow, answers out of order or fails, and the task is killed at every
 * point, with each of its unanswered writes and renames done or not.
 *
 * What must hold is simple.  At every moment: a visible row is visible once, and its checkpoint
 * is complete (C1).  At the end: every row is. */
#include <string.h>

#include "base/rng.h"
#include "cli/run.h"
#include "runtime/buffer_pool.h"
#include "runtime/task.h"
#include "tests/check.h"
#include "tests/job.h"

enum { ROWS = 24, DISK_MAX = 256, CHECKPOINTS_MAX = 400, WALKS = 3000, MOVES = 120 };

#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)

struct pending_write {
    struct action action;
    bool is_orphan; /* its task is gone: nobody hears the answer */
};

struct station {
    struct weir_job *job;
    struct job_graph *graph;
    struct fs *output, *checkpoints;
    struct buffer_pool *pool;
    struct trace trace;
    struct rng rng;
    struct task *task;
    uint32_t attempt;
    struct actions todo;
    struct pending_write disk[DISK_MAX];
    uint32_t writes;
    /* what a master would know */
    uint32_t last_id, pending, latest;
    bool pending_is_final, data_over, final_is_complete, is_complete[CHECKPOINTS_MAX];
    struct state_handle handle;        /* of the latest complete one */
    uint64_t covered[CHECKPOINTS_MAX]; /* rows in its snapshot */
};

static struct weir_files writing; /* how the sink writes, from one test to the next */

static struct job_graph *build(struct weir_job *job, struct number *rows)
{
    for (int i = 0; i < ROWS; i++)
        rows[i] = (struct number){.n = i};
    options_set_pair(job->options, "execution.checkpointing.interval=1s", true, &job->mistake);
    weir_uid(weir_files(weir_rows(job, rows, ROWS, &number_schema), "out", writing), "out");
    return job_seal(job);
}

static void on_event(void *arg, const struct event *e)
{
    struct station *s = arg;

    if (e->kind == EVENT_SNAPSHOT)
        s->covered[e->checkpoint] = task_view_context(s->task)->counters->of[COUNTER_RECORDS_IN];
}

static void boot(struct station *s)
{
    struct task_spec spec = {.graph = s->graph,
                             .options = s->job->options,
                             .data = s->output,
                             .output = s->output,
                             .trace = &s->trace,
                             .pool = s->pool,
                             .find = classes_find,
                             .attempt = ++s->attempt};
    struct bytes state = {0};
    struct diag why = {0};

    if (s->latest) {
        assert_int_equal(fs_read(s->checkpoints, s->handle.path, &state), ERR_NONE);
        assert_int_equal(handle_check(bytes_span(&state)), s->handle.check);
    }
    s->task = task_new(&spec, bytes_span(&state), s->latest, &why);
    if (s->task == NULL)
        fail_msg("attempt %u: %s", s->attempt, why.text);
    s->data_over = s->final_is_complete = false;
    s->pending = 0;
    bytes_done(&state);
}

static void station_init(struct station *s, struct rng rng, struct number *rows)
{
    *s = (struct station){.job = weir_job(0, NULL, "exactly-once"),
                          .output = fs_memory_new(NULL),
                          .checkpoints = fs_memory_new(NULL),
                          .rng = rng};
    s->graph = build(s->job, rows);
    assert_non_null(s->graph);
    assert_int_equal(s->graph->tasks, 1);
    s->pool = buffer_pool_new(4096, 16);
    trace_init(&s->trace, 0);
    s->trace.listen = on_event;
    s->trace.listen_arg = s;
    boot(s);
}

static void station_done(struct station *s)
{
    task_free(s->task);
    buffer_pool_free(s->pool);
    for (uint32_t i = 0; i < s->writes; i++)
        bytes_done(&s->disk[i].action.body);
    actions_done(&s->todo);
    trace_done(&s->trace);
    fs_memory_free(s->output);
    fs_memory_free(s->checkpoints);
    job_free(s->job);
}

/* ---- what is visible ---- */

struct visible {
    struct fs *output;
    uint8_t times[ROWS];
    uint32_t parts;
};

static void read_part(void *arg, const char *name, uint64_t bytes)
{
    struct visible *v = arg;
    char path[64], text[4096];
    struct span body;
    char *line, *rest = text;

    snprintf(path, sizeof path, "out/%s", name);
    assert_int_equal(fs_view(v->output, path, &body), ERR_NONE);
    assert_true(body.bytes < sizeof text && body.bytes == bytes);
    memcpy(text, body.p, body.bytes);
    text[body.bytes] = 0;
    assert_string_equal(strtok_r(text, "\n", &rest), "n"); /* each part begins with the header */
    while ((line = strtok_r(NULL, "\n", &rest)))
        v->times[strtoul(line, NULL, 10)]++;
    v->parts++;
}

static struct visible look(const struct station *s)
{
    struct visible v = {.output = s->output};

    fs_list(s->output, "out", read_part, &v);
    return v;
}

static void check_visible(const struct station *s)
{
    struct visible v = look(s);

    for (uint64_t n = 0; n < ROWS; n++) {
        if (v.times[n] > 1)
            fail_msg("row %llu is visible %d times", (unsigned long long)n, v.times[n]);
        if (v.times[n] && n >= s->covered[s->latest])
            fail_msg("row %llu is visible before its checkpoint is complete",
                     (unsigned long long)n);
    }
}

/* ---- the master ---- */

static void trigger(struct station *s)
{
    if (s->pending || s->last_id + 1 >= CHECKPOINTS_MAX)
        return;
    s->pending = ++s->last_id;
    s->pending_is_final = s->data_over;
    task_on_trigger(s->task, s->pending, 0);
}

static void on_message(struct station *s, const struct message *m, bool aborts)
{
    if (m->kind == MESSAGE_DATA_END)
        s->data_over = true;
    if (m->checkpoint == 0 || m->checkpoint != s->pending)
        return;
    s->pending = 0;
    if (m->kind == MESSAGE_ACK && !aborts) {
        s->latest = m->checkpoint;
        s->is_complete[s->latest] = true;
        s->handle = m->handle;
        s->final_is_complete = s->pending_is_final;
    } else {
        task_on_aborted(s->task, m->checkpoint, SNAPSHOT_CHECKPOINT);
    }
}

static void route(struct station *s, bool aborts)
{
    for (uint32_t i = 0; i < s->todo.count; i++) {
        struct action *a = &s->todo.item[i];

        if (a->kind == ACTION_SEND) {
            on_message(s, &a->message, aborts);
            continue;
        }
        assert_true(s->writes < DISK_MAX);
        s->disk[s->writes++].action = *a;
        s->disk[s->writes - 1].is_orphan = false;
        a->body = (struct bytes){0};
    }
    actions_clear(&s->todo);
}

static enum task_progress step(struct station *s, bool aborts)
{
    enum task_progress p = task_step(s->task, 0, 1, &s->todo);

    if (p == TASK_FAILED)
        assert_true(task_failure(s->task)->err == ERR_IO); /* only ever what the disk did */
    route(s, aborts);
    return p;
}

/* ---- the disk ---- */

static int do_on_disk(struct station *s, const struct action *a)
{
    struct fs *fs = strncmp(a->path, "chk-", 4) == 0 ? s->checkpoints : s->output;

    if (a->kind == ACTION_WRITE)
        return fs_write(fs, a->path, bytes_span(&a->body));
    return a->kind == ACTION_RENAME ? fs_rename(fs, a->path, a->to) : fs_remove(fs, a->path);
}

enum fate { DONE, FAILED_BUT_DONE, FAILED, NEVER };

static void answer(struct station *s, uint32_t i, enum fate fate)
{
    struct pending_write w = s->disk[i];
    int result = ERR_IO;

    memmove(&s->disk[i], &s->disk[i + 1], (--s->writes - i) * sizeof w);
    if (fate == DONE)
        result = do_on_disk(s, &w.action);
    else if (fate == FAILED_BUT_DONE)
        do_on_disk(s, &w.action);
    if (!w.is_orphan && w.action.kind != ACTION_REMOVE)
        task_on_done(s->task, w.action.request, result);
    bytes_done(&w.action.body);
    check_visible(s);
}

/* ---- what befalls the task ---- */

static void orphan_writes(struct station *s)
{
    task_free(s->task);
    for (uint32_t i = 0; i < s->writes; i++)
        s->disk[i].is_orphan = true;
}

/* Killed: of its writes bit i says whether it was done. */
static void kill_task(struct station *s, uint64_t done)
{
    orphan_writes(s);
    for (uint32_t n = s->writes; n; n--, done >>= 1)
        answer(s, 0, done & 1 ? DONE : NEVER);
    boot(s);
}

/* Cancelled, not killed: what it asked of the disk is done later, while the next attempt runs. */
static void cancel_task(struct station *s)
{
    orphan_writes(s);
    boot(s);
}

/* From here on nothing goes wrong. */
static void run_to_the_end(struct station *s)
{
    for (int i = 0; i < 10000; i++) {
        enum task_progress p = step(s, false);

        if (p == TASK_FINISHED)
            break;
        if (p == TASK_FAILED)
            kill_task(s, UINT64_MAX);
        if (s->data_over && !s->final_is_complete)
            trigger(s);
        if (s->writes)
            answer(s, 0, DONE);
        if (s->final_is_complete)
            task_on_complete(s->task, s->latest, true);
    }
    while (s->writes)
        answer(s, 0, DONE);
}

static void check_all_is_visible(const struct station *s)
{
    struct visible v = look(s);

    for (int n = 0; n < ROWS; n++)
        if (v.times[n] != 1)
            fail_msg("row %d is visible %d times in the end", n, v.times[n]);
}

/* ---- every kill point of one plain run ---- */

/* Move k of a run: rows, two checkpoints, and the disk answering one at a time.  The second
 * notification comes late, the first twice. */
static void plain_move(struct station *s, int k)
{
    if (k % 12 == 5)
        trigger(s);
    else if (s->writes && k % 3 == 0)
        answer(s, 0, DONE);
    else if (s->latest && k % 7 == 0)
        task_on_complete(s->task, s->latest, false);
    else
        step(s, false);
}

enum { PLAIN_MOVES = 48 };

static uint32_t killed_after(int moves, uint64_t done, bool only_cancelled)
{
    struct number rows[ROWS];
    struct station s;
    uint32_t writes;

    station_init(&s, rng_of(0, ""), rows);
    for (int k = 0; k < moves; k++)
        plain_move(&s, k);
    writes = s.writes;
    if (only_cancelled)
        cancel_task(&s);
    else
        kill_task(&s, done);
    run_to_the_end(&s);
    check_all_is_visible(&s);
    station_done(&s);
    return writes;
}

static void test_a_kill_at_every_point_with_every_fate_of_its_writes(void **state)
{
    uint32_t worlds = 0;

    for (int moves = 0; moves <= PLAIN_MOVES; moves++) {
        uint32_t writes = killed_after(moves, 0, false);

        for (uint64_t done = 1; done < 1u << writes; done++, worlds++)
            killed_after(moves, done, false);
        killed_after(moves, 0, true);
    }
    assert_true(worlds > PLAIN_MOVES);
    (void)state;
}

/* ---- the n-th request fails ---- */

/* A run in which answer n is `fate`; false: it had fewer. */
static bool run_with_failure(uint32_t n, enum fate fate)
{
    struct number rows[ROWS];
    struct station s;
    uint32_t answers = 0;

    station_init(&s, rng_of(0, ""), rows);
    for (int k = 0; k < 200 && answers < n; k++) {
        if (k % 4 == 3 && s.writes)
            answer(&s, 0, ++answers == n ? fate : DONE);
        else if (k % 4 == 2 && s.latest)
            task_on_complete(s.task, s.latest, false);
        else if (k % 4 == 1)
            trigger(&s);
        else if (step(&s, false) == TASK_FAILED)
            kill_task(&s, UINT64_MAX);
    }
    run_to_the_end(&s);
    check_all_is_visible(&s);
    station_done(&s);
    return answers == n;
}

static void test_the_nth_write_or_rename_fails_and_nothing_is_lost(void **state)
{
    uint32_t n;

    for (n = 1; run_with_failure(n, FAILED); n++)
        assert_true(run_with_failure(n, FAILED_BUT_DONE));
    assert_true(n > 10);
    (void)state;
}

/* ---- the cases of flink-semantics 6.7, one by one ---- */

static void rows(struct station *s, int n)
{
    while (n--)
        step(s, false);
}

static void checkpoint(struct station *s, bool aborts)
{
    trigger(s);
    for (int i = 0; s->pending || s->writes; i++) {
        assert_true(i < 100);
        step(s, aborts);
        if (s->writes)
            answer(s, 0, DONE);
    }
}

static void notify(struct station *s, uint32_t id)
{
    task_on_complete(s->task, id, false);
    rows(s, 1);
    while (s->writes)
        answer(s, 0, DONE);
    rows(s, 1);
}

static uint32_t visible_rows(const struct station *s)
{
    struct visible v = look(s);
    uint32_t n = 0;

    for (int i = 0; i < ROWS; i++)
        n += v.times[i];
    return n;
}

static void test_a_checkpoint_commits_what_came_before_it_and_lost_ones_are_made_good(void **state)
{
    struct number input[ROWS];
    struct station s;
    uint64_t one, two;

    station_init(&s, rng_of(0, ""), input);
    rows(&s, 3);
    checkpoint(&s, false); /* 1: w(a) snap1 */
    one = s.covered[1];
    rows(&s, 3);
    assert_int_equal(visible_rows(&s), 0); /* C1 */
    checkpoint(&s, false);                 /* 2: w(b) snap2 */
    two = s.covered[2];
    assert_true(one >= 3 && two >= one + 3);
    notify(&s, 1); /* late */
    assert_int_equal(visible_rows(&s), one);
    notify(&s, 2);
    assert_int_equal(visible_rows(&s), two);
    notify(&s, 2); /* doubled */
    notify(&s, 1); /* overtaken */
    assert_int_equal(visible_rows(&s), two);
    rows(&s, 2);
    checkpoint(&s, false); /* 3: never notified */
    rows(&s, 2);
    checkpoint(&s, true); /* 4: given up */
    rows(&s, 2);
    checkpoint(&s, false); /* 5 */
    notify(&s, 5);
    assert_int_equal(visible_rows(&s), s.covered[5]); /* 3 and 4 with it */
    run_to_the_end(&s);
    check_all_is_visible(&s);
    station_done(&s);
    (void)state;
}

static void test_what_a_complete_checkpoint_owes_is_committed_by_the_restore(void **state)
{
    struct number input[ROWS];
    struct station s;

    station_init(&s, rng_of(0, ""), input);
    rows(&s, 3);
    checkpoint(&s, false);
    rows(&s, 4); /* the open transaction: thrown away */
    kill_task(&s, 0);
    rows(&s, 1);
    assert_true(s.writes > 0);
    answer(&s, 0, DONE);
    assert_int_equal(visible_rows(&s), s.covered[1]);
    run_to_the_end(&s);
    check_all_is_visible(&s);
    station_done(&s);
    (void)state;
}

/* A slow disk: checkpoint 1 is given up while its transaction is still being written; checkpoint
 * 2 names that transaction as owed, so it must not be acknowledged before it is durable. */
static void test_a_checkpoint_waits_for_what_an_older_one_is_still_writing(void **state)
{
    struct number input[ROWS];
    struct station s;

    station_init(&s, rng_of(0, ""), input);
    rows(&s, 3);
    trigger(&s);
    rows(&s, 1);
    assert_int_equal(s.writes, 2); /* the task's part and the sink's transaction */
    s.pending = 0;                 /* expired */
    task_on_aborted(s.task, 1, SNAPSHOT_CHECKPOINT);
    rows(&s, 3);
    trigger(&s);
    rows(&s, 1);
    assert_int_equal(s.writes, 4);
    while (s.writes > 2) { /* the newer ones are faster */
        answer(&s, 2, DONE);
        rows(&s, 2);
    }
    assert_int_equal(s.latest, 0);
    kill_task(&s, 0);
    run_to_the_end(&s);
    check_all_is_visible(&s);
    station_done(&s);
    (void)state;
}

static void pending_file(void *arg, const char *name, uint64_t bytes)
{
    ++*(int *)arg;
}

static int pending_files(const struct station *s)
{
    int files = 0;

    fs_list(s->output, "out/.pending", pending_file, &files);
    return files;
}

static void check_sweep(bool after_a_checkpoint)
{
    struct number input[ROWS];
    struct station s;

    station_init(&s, rng_of(0, ""), input);
    fs_write(s.output, "out/.pending/part-1-1-0", span_text("of another subtask"));
    fs_write(s.output, "out/.pending/notes.txt", span_text("of the user"));
    if (after_a_checkpoint) {
        rows(&s, 3);
        checkpoint(&s, false);
        notify(&s, 1);
    }
    rows(&s, 3);
    trigger(&s);
    rows(&s, 1);
    assert_int_equal(pending_files(&s), 2);
    kill_task(&s, UINT64_MAX); /* the write was done, but the checkpoint never was complete */
    assert_int_equal(pending_files(&s), 3);
    run_to_the_end(&s);
    check_all_is_visible(&s);
    assert_int_equal(pending_files(&s), 2); /* what is not ours stays */
    station_done(&s);
}

static void test_files_of_dead_attempts_are_swept_and_never_taken_for_ours(void **state)
{
    check_sweep(false);
    check_sweep(true);
    (void)state;
}

/* A slow task is told of the last checkpoint faster than it reads letters. */
static void test_a_task_finishes_though_copies_of_the_last_notification_wait(void **state)
{
    struct number input[ROWS];
    struct station s;
    int steps = 0;

    station_init(&s, rng_of(0, ""), input);
    while (!s.data_over)
        rows(&s, 1);
    checkpoint(&s, false);
    assert_true(s.final_is_complete);
    task_on_complete(s.task, s.latest, true);
    rows(&s, 1);
    for (int i = 0; i < 1000; i++)
        task_on_complete(s.task, s.latest, true);
    while (s.writes)
        answer(&s, 0, DONE);
    while (step(&s, false) != TASK_FINISHED)
        assert_true(++steps < 1100); /* the answer stands behind the copies */
    check_all_is_visible(&s);
    station_done(&s);
    station_init(&s, rng_of(0, ""), input);
    while (!s.data_over)
        rows(&s, 1);
    checkpoint(&s, false);
    notify(&s, s.latest);
    task_on_complete(s.task, s.latest, true);
    for (int i = 0; i < 1000; i++)
        task_on_complete(s.task, s.latest, true);
    rows(&s, 1);
    assert_int_equal(step(&s, false), TASK_FINISHED); /* nothing is awaited: at once */
    station_done(&s);
    (void)state;
}

/* ---- how parts roll ---- */

struct parts {
    struct fs *output;
    struct bytes text; /* each part, and a bar behind it */
};

static void add_part(void *arg, const char *name, uint64_t bytes)
{
    struct parts *p = arg;
    char path[64];
    struct span body;

    snprintf(path, sizeof path, "out/%s", name);
    assert_int_equal(fs_view(p->output, path, &body), ERR_NONE);
    bytes_put(&p->text, body.p, body.bytes);
    bytes_put_u8(&p->text, '|');
}

static void assert_parts(const struct station *s, const char *wanted)
{
    struct parts p = {.output = s->output};

    fs_list(s->output, "out", add_part, &p);
    assert_string_equal(bytes_cstr(&p.text), wanted);
    bytes_done(&p.text);
}

/* The part has 2 + 2 k bytes after k rows; the next row finds it larger than 6 after the third. */
static void test_a_part_rolls_when_the_next_row_finds_it_too_large(void **state)
{
    struct number input[ROWS];
    struct station s;

    writing.roll_bytes = 6;
    station_init(&s, rng_of(0, ""), input);
    rows(&s, 7);
    assert_parts(&s, "");
    checkpoint(&s, false);
    assert_true(s.covered[1] == 7);
    notify(&s, 1);
    assert_parts(&s, "n\n0\n1\n2\n|n\n3\n4\n5\n|n\n6\n|"); /* C6 */
    station_done(&s);
    writing = (struct weir_files){0};
    (void)state;
}

static void test_a_part_rolls_when_the_next_row_finds_it_too_old(void **state)
{
    struct number input[ROWS];
    struct station s;

    writing.roll_every_ms = 10;
    station_init(&s, rng_of(0, ""), input);
    for (int64_t ms = 0; ms < 25; ms += 5)
        task_step(s.task, 1000 * ms, 1, &s.todo);
    checkpoint(&s, false);
    notify(&s, 1);
    assert_parts(&s, "n\n0\n1\n|n\n2\n3\n|n\n4\n|");
    station_done(&s);
    writing = (struct weir_files){0};
    (void)state;
}

/* ---- print, and jobs without checkpoints ---- */

static void test_printed_lines_carry_their_label_and_are_committed_like_any_row(void **state)
{
    static const char *const lines = "quakes> {\"n\":0}\nquakes> {\"n\":1}\n";
    static const struct number input[2] = {{.n = 0}, {.n = 1}};
    struct weir_job *job = weir_job(0, NULL, "print");
    struct plan no_faults = {0};
    struct world_spec spec = {.find = classes_find, .plan = &no_faults, .seed = 1};
    struct world *w;
    struct span body;

    weir_print(weir_rows(job, input, 2, &number_schema), "quakes");
    spec.graph = job_seal(job);
    spec.options = job->options;
    w = world_new(&spec, &(struct diag){0});
    while (world_step(w))
        ;
    assert_int_equal(world_failure(w)->err, ERR_NONE);
    assert_int_equal(fs_view(world_output(w), ".print/1/part-0-000000", &body), ERR_NONE);
    assert_true(span_equal(body, span_text(lines)));
    world_free(w);
    job_free(job);
    (void)state;
}

/* ---- anything at any time ---- */

static void random_move(struct station *s)
{
    switch (rng_below(&s->rng, 20)) {
    case 0:
        if (rng_below(&s->rng, 3) == 0)
            kill_task(s, rng_next(&s->rng));
        break;
    case 1:
        if (rng_below(&s->rng, 4) == 0)
            cancel_task(s);
        break;
    case 2:
        if (s->pending && rng_below(&s->rng, 2)) { /* expires */
            task_on_aborted(s->task, s->pending, SNAPSHOT_CHECKPOINT);
            s->pending = 0;
        }
        break;
    case 3:
    case 4:
        trigger(s);
        break;
    case 5:
    case 6: {
        uint32_t id = 1 + (uint32_t)rng_below(&s->rng, s->last_id + 1);

        if (s->is_complete[id]) /* late, doubled, in any order */
            task_on_complete(s->task, id, false);
        break;
    }
    case 7:
    case 8:
    case 9:
    case 10:
        if (s->writes)
            answer(s, (uint32_t)rng_below(&s->rng, s->writes),
                   rng_below(&s->rng, 12) ? DONE : FAILED - (unsigned)rng_below(&s->rng, 2));
        break;
    default:
        if (step(s, rng_below(&s->rng, 4) == 0) == TASK_FAILED)
            kill_task(s, rng_next(&s->rng));
    }
}

static void test_random_walks_lose_nothing_and_double_nothing(void **state)
{
    uint64_t seed = test_seed(1), attempts = 0;

    for (uint64_t i = 0; i < WALKS; i++) {
        struct number input[ROWS];
        struct station s;

        writing.roll_bytes = i % 3 ? 0 : 2 + (int64_t)(i % 7); /* "n\n" and some rows */
        station_init(&s, rng_of(seed + i, "walk"), input);
        for (int k = 0; k < MOVES; k++)
            random_move(&s);
        run_to_the_end(&s);
        check_all_is_visible(&s);
        attempts += s.attempt;
        station_done(&s);
    }
    writing = (struct weir_files){0};
    assert_true(attempts > 2 * WALKS);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_checkpoint_commits_what_came_before_it_and_lost_ones_are_made_good),
        cmocka_unit_test(test_what_a_complete_checkpoint_owes_is_committed_by_the_restore),
        cmocka_unit_test(test_a_checkpoint_waits_for_what_an_older_one_is_still_writing),
        cmocka_unit_test(test_files_of_dead_attempts_are_swept_and_never_taken_for_ours),
        cmocka_unit_test(test_a_task_finishes_though_copies_of_the_last_notification_wait),
        cmocka_unit_test(test_a_part_rolls_when_the_next_row_finds_it_too_large),
        cmocka_unit_test(test_a_part_rolls_when_the_next_row_finds_it_too_old),
        cmocka_unit_test(test_printed_lines_carry_their_label_and_are_committed_like_any_row),
        cmocka_unit_test(test_a_kill_at_every_point_with_every_fate_of_its_writes),
        cmocka_unit_test(test_the_nth_write_or_rename_fails_and_nothing_is_lost),
        cmocka_unit_test(test_random_walks_lose_nothing_and_double_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
