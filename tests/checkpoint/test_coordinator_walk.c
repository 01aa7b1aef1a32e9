/* The coordinator against tasks and a disk that do everything at the wrong time: acks are lost,
 * doubled, late and of attempts long over, parts and metadata are written when nobody wants them
 * any more, and some cannot be written.  After every step K1 to K4 of coordinator.h hold; at the
 * end the disk holds the complete checkpoints and nothing else. */
#include <string.h>

#include "base/fs.h"
#include "base/rng.h"
#include "checkpoint/coordinator.h"
#include "tests/check.h"

enum { TASKS = 3, RETAINED = 2, ACKS = 1024, IDS = 1000, STEPS = 300, WALKS = 400 };

struct ack {
    uint32_t task, checkpoint, attempt;
    bool declines;
};

struct walk {
    struct rng rng;
    struct coordinator *c;
    struct fs *disk;
    struct actions todo;
    int64_t now_us;
    uint32_t attempt, last_id;
    struct ack ack[ACKS]; /* on their way */
    uint32_t acks;
    struct action write[ACKS]; /* of metadata, not done yet */
    uint32_t writes;
    uint32_t completes;
    bool running, acked[TASKS][IDS];
    enum snapshot_kind kind[IDS]; /* by number */
    uint32_t saved;               /* savepoints that are complete */
};

static void part_path(const struct walk *w, uint32_t task, uint32_t checkpoint,
                      char out[HANDLE_PATH_MAX])
{
    char folder[SNAPSHOT_FOLDER_MAX];

    snapshot_folder(w->kind[checkpoint], checkpoint, folder);
    snprintf(out, HANDLE_PATH_MAX, "%s/t-%u", folder, task);
}

static bool exists(struct fs *disk, const char *path)
{
    struct span body;

    return fs_view(disk, path, &body) == ERR_NONE;
}

static void check_is_all_there(struct walk *w, uint32_t checkpoint)
{
    char path[HANDLE_PATH_MAX];

    manifest_path(w->kind[checkpoint], checkpoint, path);
    assert_true(exists(w->disk, path));
    for (uint32_t t = 0; t < TASKS; t++) {
        part_path(w, t, checkpoint, path);
        assert_true(exists(w->disk, path));
    }
}

/* The sources hear of a checkpoint; every task will answer, some more than once, some never. */
static void answer(struct walk *w, uint32_t checkpoint)
{
    char path[HANDLE_PATH_MAX];

    for (uint32_t t = 0; t < TASKS; t++) {
        uint64_t fate = rng_below(&w->rng, 16);

        if (fate == 0)
            continue; /* it dies before it has written anything */
        part_path(w, t, checkpoint, path);
        if (fate > 1)
            fs_write(w->disk, path, span_text("state"));
        assert_true(w->acks + 2 <= ACKS);
        for (uint64_t n = fate == 2 ? 2 : 1; n; n--)
            w->ack[w->acks++] = (struct ack){t, checkpoint, w->attempt, fate == 1};
    }
}

static void take_message(struct walk *w, const struct message *m)
{
    if (m->kind == MESSAGE_TRIGGER) {
        assert_true(m->checkpoint > w->last_id); /* K1 */
        w->last_id = m->checkpoint;
        w->kind[m->checkpoint] = m->snapshot;
        answer(w, m->checkpoint);
    } else if (m->kind == MESSAGE_NOTIFY_COMPLETE) {
        for (uint32_t t = 0; t < TASKS; t++)
            assert_true(w->acked[t][m->checkpoint]); /* K2 */
        check_is_all_there(w, m->checkpoint);
    }
}

/* A savepoint is whole when its user hears of it. */
static void heed(struct walk *w)
{
    struct coordinator_note n;

    while (coordinator_next_note(w->c, &n)) {
        if (n.kind != NOTE_DONE)
            continue;
        check_is_all_there(w, n.checkpoint);
        w->saved += w->kind[n.checkpoint] != SNAPSHOT_CHECKPOINT;
    }
}

static void carry_out(struct walk *w)
{
    for (uint32_t i = 0; i < w->todo.count; i++) {
        struct action *a = &w->todo.item[i];

        if (a->kind == ACTION_SEND) {
            take_message(w, &a->message);
        } else if (a->kind == ACTION_REMOVE) {
            fs_remove(w->disk, a->path);
        } else {
            w->write[w->writes++] = *a;
            a->body = (struct bytes){0};
        }
    }
    actions_clear(&w->todo);
    heed(w);
    if (coordinator_latest(w->c))
        check_is_all_there(w, coordinator_latest(w->c)->checkpoint);
}

static void deliver_ack(struct walk *w, uint32_t i)
{
    struct ack a = w->ack[i];
    struct state_handle h = {.bytes = 5, .check = 1};

    w->ack[i] = w->ack[--w->acks];
    part_path(w, a.task, a.checkpoint, h.path);
    if (a.attempt != w->attempt) {
        if (!a.declines)
            coordinator_discard(w->c, a.checkpoint, &h, &w->todo); /* as the master does */
        return;
    }
    if (a.declines) {
        coordinator_on_decline(w->c, w->now_us, a.task, a.checkpoint, GIVE_UP_DECLINED, &w->todo);
        return;
    }
    w->acked[a.task][a.checkpoint] = true;
    coordinator_on_ack(w->c, w->now_us, a.task, a.checkpoint, &h, &w->todo);
}

static void finish_write(struct walk *w, uint32_t i, int result)
{
    struct action a = w->write[i];

    w->write[i] = w->write[--w->writes];
    if (result == ERR_NONE || rng_below(&w->rng, 2)) /* what failed may exist or not: fs.h */
        fs_write(w->disk, a.path, bytes_span(&a.body));
    coordinator_on_done(w->c, w->now_us, a.request, result, &w->todo);
    bytes_done(&a.body);
}

static void restart(struct walk *w)
{
    if (w->running) {
        coordinator_stop(w->c, w->now_us, &w->todo);
    } else {
        w->attempt++;
        coordinator_start(w->c, w->now_us);
    }
    w->running = !w->running;
}

static void step(struct walk *w)
{
    switch (rng_below(&w->rng, 16)) {
    case 0:
        restart(w);
        break;
    case 1:
        if (w->running)
            coordinator_request(w->c, w->now_us, (enum snapshot_kind)rng_below(&w->rng, 2),
                                &w->todo);
        break;
    case 2:
    case 3:
        w->now_us += (int64_t)rng_below(&w->rng, 700);
        coordinator_on_time(w->c, w->now_us, &w->todo);
        break;
    case 4:
    case 5:
        if (w->writes)
            finish_write(w, (uint32_t)rng_below(&w->rng, w->writes),
                         rng_below(&w->rng, 8) ? ERR_NONE : ERR_IO);
        break;
    default:
        if (w->acks)
            deliver_ack(w, (uint32_t)rng_below(&w->rng, w->acks));
    }
    carry_out(w);
}

static void no_file_here(void *arg, const char *name, uint64_t bytes)
{
    fail_msg("checkpoint %u left '%s'", *(uint32_t *)arg, name);
    (void)bytes;
}

/* Nothing is on its way any more: K4. */
static void check_disk(struct walk *w)
{
    const struct manifest *latest = coordinator_latest(w->c);
    uint32_t complete = 0, saved = 0, completes = coordinator_completed(w->c) - w->saved;
    char path[HANDLE_PATH_MAX], folder[SNAPSHOT_FOLDER_MAX];

    for (uint32_t id = w->last_id; id; id--) {
        bool is_savepoint = w->kind[id] != SNAPSHOT_CHECKPOINT;

        manifest_path(w->kind[id], id, path);
        if (exists(w->disk, path)) {
            assert_true(is_savepoint || complete || (latest && latest->checkpoint >= id));
            check_is_all_there(w, id);
            saved += is_savepoint;
            complete += !is_savepoint;
            continue;
        }
        snapshot_folder(w->kind[id], id, folder);
        fs_list(w->disk, folder, no_file_here, &id);
    }
    assert_int_equal(saved, w->saved);
    assert_int_equal(complete, completes < RETAINED ? completes : RETAINED);
    w->completes = completes;
}

static uint32_t walk(uint64_t seed)
{
    static const uint32_t attempt = 4;
    static const bool is_source[TASKS] = {true, false, false};
    const struct coordinator_spec spec = {.tasks = TASKS,
                                          .is_source = is_source,
                                          .attempt = &attempt,
                                          .interval_us = 1000,
                                          .first_delay_us = 1000,
                                          .timeout_us = 3000,
                                          .max_concurrent = 1 + (uint32_t)(seed % 3),
                                          .tolerable = INT32_MAX,
                                          .retained = RETAINED};
    struct walk w = {
        .rng = rng_of(seed, "walk"), .c = coordinator_new(&spec), .disk = fs_memory_new(NULL)};

    for (int i = 0; i < STEPS; i++)
        step(&w);
    if (w.running)
        restart(&w);
    carry_out(&w);
    while (w.acks || w.writes) {
        if (w.acks)
            deliver_ack(&w, 0);
        else
            finish_write(&w, 0, ERR_NONE);
        carry_out(&w);
    }
    check_disk(&w);
    coordinator_free(w.c);
    fs_memory_free(w.disk);
    actions_done(&w.todo);
    return w.completes;
}

static void test_the_disk_holds_the_complete_checkpoints_and_nothing_else(void **state)
{
    uint64_t seed = test_seed(1);
    uint32_t completes = 0;

    for (uint64_t i = 0; i < WALKS; i++)
        completes += walk(seed + i);
    assert_true(completes > WALKS); /* the walks do get somewhere */
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_disk_holds_the_complete_checkpoints_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
