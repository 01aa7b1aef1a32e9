/* The aligner by the table of flink-semantics 6.3 (AlignedCheckpointsTest). */
#include "checkpoint/aligner.h"
#include "tests/check.h"

#include <string.h>

/* Decisions as words: s2 = shut 2, o1 = open 1, t3 = take 3, a3:0 = abort 3 with reason 0. */
static void expect(const struct aligner *a, const char *wanted)
{
    char got[256] = "";

    for (uint32_t i = 0; i < a->actions; i++) {
        const struct align_action *d = &a->action[i];
        size_t n = strlen(got);

        if (d->kind == ALIGN_BLOCK || d->kind == ALIGN_RESUME)
            snprintf(got + n, sizeof got - n, "%s%c%u", n ? " " : "",
                     d->kind == ALIGN_BLOCK ? 's' : 'o', d->channel);
        else if (d->kind == ALIGN_CHECKPOINT)
            snprintf(got + n, sizeof got - n, "%st%u", n ? " " : "", d->checkpoint);
        else
            snprintf(got + n, sizeof got - n, "%sa%u:%d", n ? " " : "", d->checkpoint, d->reason);
    }
    assert_string_equal(got, wanted);
}

static void barrier(struct aligner *a, uint32_t n, uint32_t c, const char *wanted)
{
    aligner_on_barrier(a, c, n, 0, 0);
    expect(a, wanted);
}

static void cancel(struct aligner *a, uint32_t n, uint32_t c, const char *wanted)
{
    aligner_on_cancel(a, c, n, 0);
    expect(a, wanted);
}

static void end(struct aligner *a, uint32_t c, const char *wanted)
{
    aligner_on_end(a, c, 0);
    expect(a, wanted);
}

static void test_a_checkpoint_is_taken_at_the_last_barrier(void **state)
{
    struct aligner *a = aligner_new(3, true);

    barrier(a, 1, 1, "s1");
    assert_true(aligner_is_shut(a, 1));
    barrier(a, 1, 2, "s2");
    assert_false(aligner_is_shut(a, 0));
    barrier(a, 1, 0, "s0 t1 o0 o1 o2");
    assert_false(aligner_is_shut(a, 1));
    aligner_free(a);
    (void)state;
}

static void test_without_finish_support_newer_barriers_and_ends_give_up(void **state)
{
    struct aligner *a = aligner_new(3, false);

    barrier(a, 2, 1, "s1");
    barrier(a, 2, 0, "s0");
    barrier(a, 3, 2, "o0 o1 a2:1 s2");
    barrier(a, 3, 0, "s0");
    barrier(a, 4, 1, "o0 o2 a3:1 s1");
    end(a, 0, "o1 a4:2");
    aligner_free(a);
    (void)state;
}

static void test_a_cancelled_checkpoint_is_over_and_its_barriers_pass(void **state)
{
    struct aligner *a = aligner_new(3, true);

    barrier(a, 1, 1, "s1");
    cancel(a, 1, 0, "o1 a1:0");
    barrier(a, 2, 1, "s1");
    barrier(a, 1, 2, "o2");
    barrier(a, 2, 0, "s0");
    barrier(a, 2, 2, "s2 t2 o0 o1 o2");
    aligner_free(a);
    (void)state;
}

static void test_one_abort_a_checkpoint_and_nothing_stays_shut(void **state)
{
    struct aligner *a = aligner_new(2, true);

    barrier(a, 1, 0, "s0");
    cancel(a, 3, 1, "o0 a3:0");
    cancel(a, 2, 0, "");
    cancel(a, 3, 0, "");
    assert_false(aligner_is_shut(a, 0) || aligner_is_shut(a, 1));
    aligner_free(a);
    (void)state;
}

static void test_ended_channels_count_and_later_checkpoints_do_without_them(void **state)
{
    struct aligner *a = aligner_new(3, true);

    end(a, 2, "");
    barrier(a, 6, 0, "s0");
    barrier(a, 6, 1, "s1 t6 o0 o1");
    end(a, 1, "");
    barrier(a, 7, 0, "s0 t7 o0");
    aligner_free(a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_checkpoint_is_taken_at_the_last_barrier),
        cmocka_unit_test(test_without_finish_support_newer_barriers_and_ends_give_up),
        cmocka_unit_test(test_a_cancelled_checkpoint_is_over_and_its_barriers_pass),
        cmocka_unit_test(test_one_abort_a_checkpoint_and_nothing_stays_shut),
        cmocka_unit_test(test_ended_channels_count_and_later_checkpoints_do_without_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
