/* Messages come back as they were, and nothing that is not one message is taken for one. */
#include <string.h>

#include "base/rng.h"
#include "tests/check.h"
#include "wire/actions.h"
#include "wire/message.h"

static struct message sample(void)
{
    struct message m = {.kind = MESSAGE_ACK,
                        .worker = 1,
                        .task = 7,
                        .attempt = 3,
                        .checkpoint = 9,
                        .state = TASK_STATE_RUNNING,
                        .created_us = -5,
                        .graph_hash = 0x1234567890u,
                        .is_final = true,
                        .err = -5};

    strcpy(m.handle.path, "chk-9/window-1");
    m.handle.bytes = 1234;
    m.handle.check = 77;
    strcpy(m.text, "why");
    return m;
}

static void test_a_message_reads_back_as_it_was_written(void **state)
{
    struct message m = sample(), r;
    struct bytes b = {0};
    struct diag why = {0};

    message_write(&m, &b);
    assert_int_equal(message_read(&r, bytes_span(&b), &why), ERR_NONE);
    assert_int_equal(r.kind, MESSAGE_ACK);
    assert_int_equal(r.task, 7);
    assert_int_equal(r.attempt, 3);
    assert_int_equal(r.err, -5);
    assert_true(r.is_final && r.created_us == -5 && r.graph_hash == 0x1234567890u);
    assert_string_equal(r.handle.path, "chk-9/window-1");
    assert_string_equal(r.text, "why");
    bytes_done(&b);
    (void)state;
}

static void test_every_truncation_and_every_trailing_byte_is_refused(void **state)
{
    struct message m = sample(), r;
    struct bytes b = {0};

    message_write(&m, &b);
    for (size_t n = 0; n < b.bytes; n++) {
        struct diag why = {0};

        assert_int_not_equal(message_read(&r, (struct span){b.p, n}, &why), ERR_NONE);
    }
    bytes_put_u8(&b, 1);
    assert_int_equal(message_read(&r, bytes_span(&b), &(struct diag){0}), ERR_FORMAT);
    bytes_done(&b);
    (void)state;
}

enum {
    KIND_AT = 1,
    STATE_AT,
    FINAL_AT,
    SNAPSHOT_AT,
    ALIGNMENT_AT,
    PATH_AT = 50
}; /* bytes of a message */

static int read_with(size_t at, uint8_t value)
{
    struct message m = sample(), r;
    struct bytes b = {0};
    int err;

    message_write(&m, &b);
    b.p[at] = value;
    err = message_read(&r, bytes_span(&b), &(struct diag){0});
    bytes_done(&b);
    return err;
}

static void test_unknown_versions_kinds_and_states_are_refused(void **state)
{
    assert_int_equal(read_with(0, 3), ERR_VERSION);
    assert_int_equal(read_with(KIND_AT, MESSAGE_KINDS - 1), ERR_NONE);
    assert_int_equal(read_with(KIND_AT, MESSAGE_KINDS), ERR_FORMAT);
    assert_int_equal(read_with(STATE_AT, TASK_STATES), ERR_FORMAT);
    assert_int_equal(read_with(FINAL_AT, 2), ERR_FORMAT);
    assert_int_equal(read_with(SNAPSHOT_AT, SNAPSHOT_KINDS), ERR_FORMAT);
    assert_int_equal(read_with(ALIGNMENT_AT, ALIGNMENTS), ERR_FORMAT);
    assert_int_equal(read_with(PATH_AT, HANDLE_PATH_MAX), ERR_FORMAT); /* longer than there is */
    assert_int_equal(read_with(PATH_AT + 4 + 3, 0), ERR_FORMAT);       /* a NUL inside a text */
    (void)state;
}

static void test_the_longest_texts_fit_and_one_byte_more_does_not(void **state)
{
    struct message m = sample(), r;
    struct bytes b = {0};
    size_t text_at;

    memset(m.handle.path, 'p', HANDLE_PATH_MAX - 1);
    memset(m.text, 't', MESSAGE_TEXT_MAX - 1);
    message_write(&m, &b);
    assert_int_equal(message_read(&r, bytes_span(&b), &(struct diag){0}), ERR_NONE);
    assert_string_equal(r.handle.path, m.handle.path);
    assert_string_equal(r.text, m.text);
    text_at = b.bytes - (MESSAGE_TEXT_MAX - 1) - 4;
    bytes_put_u8(&b, 't');
    b.p[text_at]++; /* its length */
    assert_int_equal(message_read(&r, bytes_span(&b), &(struct diag){0}), ERR_FORMAT);
    bytes_done(&b);
    (void)state;
}

/* Whatever is taken for a message is exactly what writing that message gives. */
static void check_canonical(struct span in)
{
    struct message r;
    struct bytes again = {0};

    if (message_read(&r, in, &(struct diag){0}) == ERR_NONE) {
        message_write(&r, &again);
        assert_true(span_equal(bytes_span(&again), in));
    }
    bytes_done(&again);
}

static void test_random_bytes_are_refused_without_harm(void **state)
{
    struct rng r = rng_of(test_seed(11), "noise");
    uint8_t noise[128];

    for (int i = 0; i < 10000; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)rng_next(&r);
        noise[0] = 1; /* the version: or nothing behind it would be looked at */
        check_canonical((struct span){noise, rng_below(&r, sizeof noise)});
    }
    (void)state;
}

static void test_a_damaged_message_is_refused_or_is_another_whole_one(void **state)
{
    struct rng r = rng_of(test_seed(12), "flips");
    struct message m = sample();
    struct bytes b = {0};

    for (int i = 0; i < 20000; i++) {
        bytes_clear(&b);
        message_write(&m, &b);
        for (uint64_t n = 1 + rng_below(&r, 3); n; n--)
            b.p[rng_below(&r, b.bytes)] ^= (uint8_t)(1u << rng_below(&r, 8));
        check_canonical(bytes_span(&b));
    }
    bytes_done(&b);
    (void)state;
}

static void test_every_kind_and_state_has_a_word_of_its_own(void **state)
{
    for (int k = 0; k < MESSAGE_KINDS; k++)
        for (int other = 0; other < k; other++)
            assert_string_not_equal(message_word(k), message_word(other));
    assert_string_equal(message_word(MESSAGE_NOTIFY_COMPLETE), "notify");
    assert_string_equal(message_word(MESSAGE_KINDS), "?");
    assert_string_equal(task_state_name(TASK_STATE_RUNNING), "RUNNING");
    assert_string_equal(task_state_name(TASK_STATES), "?");
    (void)state;
}

static void test_actions_keep_their_order_and_own_their_bodies(void **state)
{
    struct actions a = {0};

    for (uint32_t i = 0; i < 100; i++) {
        struct action *x = actions_add(&a, ACTION_WRITE);

        assert_true(x->request == 0 && x->path[0] == 0 && x->body.p == NULL);
        x->request = i;
        bytes_put_u32(&x->body, i);
    }
    for (uint32_t i = 0; i < 100; i++)
        assert_true(a.item[i].request == i && a.item[i].body.p[0] == i);
    actions_clear(&a);
    assert_int_equal(a.count, 0);
    actions_add(&a, ACTION_SEND);
    assert_int_equal(a.count, 1);
    assert_true(a.item[0].request == 0); /* nothing of the old ones shows */
    actions_done(&a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_reads_back_as_it_was_written),
        cmocka_unit_test(test_every_truncation_and_every_trailing_byte_is_refused),
        cmocka_unit_test(test_unknown_versions_kinds_and_states_are_refused),
        cmocka_unit_test(test_the_longest_texts_fit_and_one_byte_more_does_not),
        cmocka_unit_test(test_random_bytes_are_refused_without_harm),
        cmocka_unit_test(test_a_damaged_message_is_refused_or_is_another_whole_one),
        cmocka_unit_test(test_every_kind_and_state_has_a_word_of_its_own),
        cmocka_unit_test(test_actions_keep_their_order_and_own_their_bodies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
