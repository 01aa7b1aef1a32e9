/* A sink of the user's: the two phases it is told of, state that names what is owed, and what it may
 * not do.  The world outside is a list of parts, each rolled on, durable or committed. */
#include <string.h>

#include "operators/registry.h"
#include "tests/alone.h"
#include "tests/check.h"

#define ITEM(C) C(BIGINT, v)
#define OWED(C) C(BIGINT, part) C(BIGINT, checkpoint)
WEIR_ROW(item, ITEM)
WEIR_ROW(owed, OWED)

enum { OWED_PARTS, NEXT };
enum { PARTS = 8 };

static struct
    world { /* parts by number: what was written, if it is seen, and how often that was said */
    int64_t sum[PARTS];
    int commits[PARTS];
    int opened, closed;
} world;

static int64_t next_part(struct weir_ctx *c)
{
    struct item next = {0};

    if (weir_list_count(c, NEXT))
        weir_list_get(c, NEXT, 0, &next);
    return next.v;
}

static void *open_world(struct weir_ctx *c)
{
    (void)c;
    world.opened++;
    return &world;
}

static void close_world(void *opened)
{
    ((struct world *)opened)->closed++;
}

static void on_row(struct weir_ctx *c, const struct weir_row *row)
{
    struct world *w = weir_opened(c);

    w->sum[next_part(c)] += item_of(row).v;
}

static void on_checkpoint(struct weir_ctx *c, uint32_t checkpoint)
{
    struct owed o = {.part = next_part(c), .checkpoint = checkpoint};
    struct item next = {.v = o.part + 1};

    weir_list_add(c, OWED_PARTS, &o);
    weir_clear(c, NEXT);
    weir_list_add(c, NEXT, &next);
}

/* Commit what is owed up to the checkpoint; the rest stays in state. */
static void commit(struct weir_ctx *c, int64_t checkpoint)
{
    struct world *w = weir_opened(c);
    struct owed kept[PARTS];
    uint32_t n = 0;

    for (uint32_t i = 0, count = weir_list_count(c, OWED_PARTS); i < count; i++) {
        weir_list_get(c, OWED_PARTS, i, &kept[n]);
        if (kept[n].checkpoint <= checkpoint)
            w->commits[kept[n].part]++;
        else
            n++;
    }
    weir_clear(c, OWED_PARTS);
    for (uint32_t i = 0; i < n; i++)
        weir_list_add(c, OWED_PARTS, &kept[i]);
}

static void on_complete(struct weir_ctx *c, uint32_t checkpoint)
{
    commit(c, checkpoint);
}

static void on_restore(struct weir_ctx *c)
{
    struct world *w = weir_opened(c);

    commit(c, INT64_MAX);
    w->sum[next_part(c)] = 0; /* what the dead attempt wrote into it */
}

static const struct weir_sink two_phase = {
    .state = {[OWED_PARTS] = {.name = "owed", .kind = WEIR_OPERATOR_LIST, .type = &owed_schema},
              [NEXT] = {.name = "next", .kind = WEIR_OPERATOR_LIST, .type = &item_schema}},
    .on_row = on_row,
    .open = open_world,
    .close = close_world,
    .on_checkpoint = on_checkpoint,
    .on_complete = on_complete,
    .on_restore = on_restore};

static void begin(struct alone *a, const struct weir_sink *fn)
{
    struct weir_job *job = weir_job(0, NULL, "t");
    struct weir_stream *s = weir_csv(job, "items", &item_schema);

    memset(&world, 0, sizeof world);
    alone_begin(a, job, weir_sink(weir_rebalance(s), fn));
    a->task.has_checkpoints = true;
}

static void give(struct alone *a, int64_t v)
{
    alone_row(a, false, WEIR_NO_TIME, &(struct item){.v = v});
}

static void take(struct alone *a, uint32_t checkpoint, struct snapshot_out *out)
{
    snapshot_start(out);
    a->op->class->snapshot(a->op, checkpoint, out);
    snapshot_finish(out);
}

static void test_a_lost_completion_is_made_good_by_the_next(void **state)
{
    struct snapshot_out out[3];
    struct alone a;

    begin(&a, &two_phase);
    for (uint32_t checkpoint = 0; checkpoint < 3; checkpoint++) {
        give(&a, 10 + checkpoint);
        take(&a, 1 + checkpoint, &out[checkpoint]);
        snapshot_out_done(&out[checkpoint]);
    }
    assert_int_equal(world.commits[0], 0);
    a.op->class->on_checkpoint(a.op, 2); /* nothing was heard of 1; 3 is not complete yet */
    assert_int_equal(world.commits[0], 1);
    assert_int_equal(world.commits[1], 1);
    assert_int_equal(world.commits[2], 0);
    a.op->class->on_checkpoint(a.op, 2);
    a.op->class->on_checkpoint(a.op, 3);
    assert_int_equal(world.commits[1], 1);
    assert_int_equal(world.commits[2], 1);
    assert_int_equal(world.sum[2], 12);
    alone_end(&a);
    assert_int_equal(world.opened, 1);
    assert_int_equal(world.closed, 1);
    (void)state;
}

static void test_a_restore_commits_what_is_owed_and_writes_the_rest_again(void **state)
{
    struct alone a;

    begin(&a, &two_phase);
    give(&a, 5);
    alone_restart(&a); /* checkpoint 1 is complete, but nobody said so */
    assert_int_equal(world.commits[0], 1);
    assert_int_equal(world.sum[0], 5);
    give(&a, 6);
    assert_int_equal(world.sum[1], 6);
    a.op->class->finish(a.op); /* there are checkpoints: the last one commits */
    assert_int_equal(world.commits[1], 0);
    a.task.has_checkpoints = false;
    a.op->class->finish(a.op);
    assert_int_equal(world.commits[1], 1);
    assert_int_equal(world.opened, 2);
    assert_string_equal(alone_failure(&a), "");
    alone_end(&a);
    assert_int_equal(world.closed, 2);
    (void)state;
}

static void emit(struct weir_ctx *c, const struct weir_row *row)
{
    weir_forward_row(c, row);
}

static void test_a_sink_that_emits_fails(void **state)
{
    struct alone a;

    begin(&a, &(struct weir_sink){.on_row = emit});
    give(&a, 1);
    assert_string_equal(alone_said(&a), "");
    assert_non_null(strstr(alone_failure(&a), "it emits a row: a sink has no output"));
    alone_end(&a);
    (void)state;
}

static void refuse(struct weir_ctx *c, uint32_t checkpoint)
{
    weir_fail(c, "the disk is full at checkpoint %u", checkpoint);
}

static void test_a_failure_in_either_phase_is_the_tasks(void **state)
{
    const struct weir_sink fn = {.on_row = on_row, .on_checkpoint = refuse};
    struct snapshot_out out;
    struct alone a;

    begin(&a, &fn);
    take(&a, 4, &out);
    assert_non_null(strstr(alone_failure(&a), "the disk is full at checkpoint 4"));
    snapshot_out_done(&out);
    alone_end(&a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lost_completion_is_made_good_by_the_next),
        cmocka_unit_test(test_a_restore_commits_what_is_owed_and_writes_the_rest_again),
        cmocka_unit_test(test_a_sink_that_emits_fails),
        cmocka_unit_test(test_a_failure_in_either_phase_is_the_tasks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
