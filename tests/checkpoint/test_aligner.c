/* The aligner by the table of flink-semantics 6.3 (AlignedCheckpointsTest), then against a slow model
 * that keeps no counters: what has come on each channel is looked through again each time. */
#include "base/rng.h"
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

static void test_times_are_from_the_coordinator_and_from_the_first_barrier(void **state)
{
    struct aligner *a = aligner_new(2, true);

    aligner_on_barrier(a, 0, 5, 100, 110);
    aligner_on_barrier(a, 1, 5, 100, 116);
    assert_int_equal(a->action[1].kind, ALIGN_CHECKPOINT);
    assert_int_equal(a->action[1].created_ms, 100);
    assert_int_equal(a->action[1].delay_ms, 10);
    assert_int_equal(a->action[1].took_ms, 6);
    aligner_on_barrier(a, 0, 6, 200, 190); /* a clock behind the coordinator's */
    aligner_on_barrier(a, 1, 6, 200, 191);
    assert_int_equal(a->action[1].delay_ms, 0);
    aligner_free(a);
    (void)state;
}

static void test_a_lone_channel_is_shut_and_opened_in_one_call(void **state)
{
    struct aligner *a = aligner_new(1, true);

    barrier(a, 1, 0, "s0 t1 o0");
    barrier(a, 1, 0, "o0"); /* again: it is over */
    cancel(a, 1, 0, "");
    cancel(a, 2, 0, "a2:0");
    barrier(a, 2, 0, "o0");
    aligner_free(a);
    (void)state;
}

/* ---- the model: sets, no counters ---- */

enum { CHANNELS = 5 };

struct model {
    uint32_t channels, newest;
    bool pending, after_finish;
    bool ended[CHANNELS], counted[CHANNELS], shut[CHANNELS], awaited[CHANNELS];
    char said[256];
};

static void say(struct model *m, const char *format, uint32_t a, int b)
{
    size_t n = strlen(m->said);
    char word[32];

    snprintf(word, sizeof word, format, a, b);
    snprintf(m->said + n, sizeof m->said - n, "%s%s", n ? " " : "", word);
}

static void model_open_all(struct model *m)
{
    for (uint32_t c = 0; c < m->channels; c++) {
        if (m->shut[c])
            say(m, "o%u", c, 0);
        m->shut[c] = m->counted[c] = false;
    }
    m->pending = false;
}

static void model_give_up(struct model *m, uint32_t n, int reason)
{
    m->newest = n > m->newest ? n : m->newest;
    model_open_all(m);
    say(m, "a%u:%d", n, reason);
}

static void model_count(struct model *m, uint32_t c)
{
    m->counted[c] = true;
    for (uint32_t i = 0; i < m->channels; i++)
        if (m->awaited[i] && !m->counted[i])
            return;
    say(m, "t%u", m->newest, 0);
    model_open_all(m);
}

static void model_barrier(struct model *m, uint32_t c, uint32_t n)
{
    if (n < m->newest || (n == m->newest && !m->pending)) {
        say(m, "o%u", c, 0);
        return;
    }
    if (n > m->newest && m->pending)
        model_give_up(m, m->newest, ALIGN_SUBSUMED);
    if (!m->pending)
        for (uint32_t i = 0; i < m->channels; i++)
            m->awaited[i] = !m->ended[i];
    m->pending = true;
    m->newest = n;
    m->shut[c] = true;
    say(m, "s%u", c, 0);
    model_count(m, c);
}

static void model_end(struct model *m, uint32_t c)
{
    m->ended[c] = true;
    if (m->pending && m->after_finish)
        model_count(m, c);
    else if (m->pending)
        model_give_up(m, m->newest, ALIGN_INPUT_END_OF_STREAM);
}

/* One thing comes on a channel that is open: senders are silent behind their barrier. */
static void one_arrival(struct aligner *a, struct model *m, struct rng *r, uint32_t next[CHANNELS])
{
    uint32_t c = (uint32_t)rng_below(r, m->channels);
    uint64_t what = rng_below(r, 20);

    m->said[0] = 0;
    if (m->ended[c] || m->shut[c])
        return;
    if (what == 0) {
        model_end(m, c);
        end(a, c, m->said);
        return;
    }
    next[c] += 1 + (uint32_t)(rng_below(r, 4) == 0); /* a sender's ids only grow; some never come */
    if (what < 4) {
        if (next[c] > m->newest || (next[c] == m->newest && m->pending))
            model_give_up(m, next[c], ALIGN_CANCELLATION_BARRIER);
        cancel(a, next[c], c, m->said);
    } else {
        model_barrier(m, c, next[c]);
        barrier(a, next[c], c, m->said);
    }
}

static void test_random_arrivals_agree_with_a_model_that_keeps_no_counters(void **state)
{
    struct rng r = rng_of(test_seed(7), "aligner");

    for (int round = 0; round < 4000; round++) {
        uint32_t next[CHANNELS] = {0};
        struct model m = {.channels = 1 + (uint32_t)rng_below(&r, CHANNELS),
                          .after_finish = round % 2};
        struct aligner *a = aligner_new(m.channels, m.after_finish);

        for (int i = 0; i < 40; i++) {
            one_arrival(a, &m, &r, next);
            for (uint32_t c = 0; c < m.channels; c++)
                assert_int_equal(aligner_is_shut(a, c), m.shut[c]); /* A1 */
            assert_true(a->actions <= 2 * m.channels + 4);
        }
        aligner_free(a);
    }
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
        cmocka_unit_test(test_times_are_from_the_coordinator_and_from_the_first_barrier),
        cmocka_unit_test(test_a_lone_channel_is_shut_and_opened_in_one_call),
        cmocka_unit_test(test_random_arrivals_agree_with_a_model_that_keeps_no_counters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
