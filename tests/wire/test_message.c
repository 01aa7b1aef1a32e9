/* Messages come back as they were, and nothing that is not one message is taken for one. */
#include "tests/check.h"
#include "wire/message.h"

#include <string.h>

static struct message sample(void)
{
    struct message m = {.kind = MESSAGE_ACK, .worker = 1, .task = 7, .attempt = 3, .checkpoint = 9,
                        .state = TASK_STATE_RUNNING, .created_us = -5, .graph_hash = 0x1234567890u,
                        .is_final = true, .err = -5};

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

static void test_random_bytes_are_refused_without_harm(void **state)
{
    uint64_t seed = test_seed(11);
    uint8_t noise[128];
    struct message r;

    for (int i = 0; i < 10000; i++) {
        size_t n;

        for (size_t k = 0; k < sizeof noise; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            noise[k] = (uint8_t)(seed >> 56);
        }
        n = (size_t)(seed >> 33) % sizeof noise;
        message_read(&r, (struct span){noise, n}, &(struct diag){0});
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_reads_back_as_it_was_written),
        cmocka_unit_test(test_every_truncation_and_every_trailing_byte_is_refused),
        cmocka_unit_test(test_random_bytes_are_refused_without_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
