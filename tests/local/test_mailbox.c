/* Threads that put and one that takes: nothing is lost, order is kept, and whoever waits wakes. */
#include "local/mailbox.h"
#include "local/clock.h"
#include "runtime/buffer_pool.h"
#include "tests/check.h"

enum { SENDERS = 3, EACH = 20000, POOL = 16 };

struct sender {
    struct mailbox *to;
    uint32_t number;
    pthread_t thread;
};

static void *send_all(void *arg)
{
    struct sender *s = arg;

    for (uint32_t i = 0; i < EACH; i++)
        if (i % 2)
            mailbox_put_parcel(s->to, &(struct parcel){.kind = PARCEL_CREDIT,
                                                       .channel = {.from = s->number},
                                                       .credit = i});
        else
            mailbox_put(s->to, &(struct letter){.kind = LETTER_DONE,
                                                .worker = s->number,
                                                .action = {.request = i}});
    return NULL;
}

static void test_what_each_sender_puts_comes_once_and_in_order(void **state)
{
    struct mailbox box;
    struct sender sender[SENDERS];
    uint64_t next_letter[SENDERS] = {0}, next_parcel[SENDERS];
    struct mail mail = {0};
    uint32_t left = SENDERS * EACH;

    mailbox_init(&box);
    for (uint32_t i = 0; i < SENDERS; i++) {
        next_parcel[i] = 1;
        sender[i] = (struct sender){.to = &box, .number = i};
        pthread_create(&sender[i].thread, NULL, send_all, &sender[i]);
    }
    while (left) {
        mailbox_take(&box, &mail, INT64_MAX);
        assert_true(mail.letters + mail.parcels.count > 0);
        for (uint32_t i = 0; i < mail.letters; i++, left--) {
            struct letter *l = &mail.letter[i];

            assert_true(l->action.request == next_letter[l->worker]);
            next_letter[l->worker] += 2;
        }
        while (mail.parcels.count) {
            struct parcel p = parcel_queue_pop(&mail.parcels);

            assert_true(p.credit == next_parcel[p.channel.from]);
            next_parcel[p.channel.from] += 2;
            left--;
        }
        mail_clear(&mail);
    }
    for (uint32_t i = 0; i < SENDERS; i++)
        pthread_join(sender[i].thread, NULL);
    mail_done(&mail);
    mailbox_done(&box);
    (void)state;
}

static void test_a_wait_ends_at_its_time_and_none_is_none(void **state)
{
    struct clock clock = clock_start();
    struct mailbox box;
    struct mail mail = {0};
    int64_t until_us = clock_now_us(clock) + 5000;

    mailbox_init(&box);
    mailbox_take(&box, &mail, INT64_MIN);
    mailbox_take(&box, &mail, clock_monotonic_us(clock, until_us));
    assert_true(clock_now_us(clock) >= until_us);
    assert_int_equal(mail.letters, 0);
    mail_done(&mail);
    mailbox_done(&box);
    (void)state;
}

static void test_what_nobody_took_is_given_back(void **state)
{
    struct buffer_pool *pool = buffer_pool_new(64, POOL);
    struct mailbox box;
    struct letter l = {.kind = LETTER_WORK};

    bytes_put(&l.action.body, "rows", 4); /* the leak check of the sanitizer build looks at it */
    mailbox_init(&box);
    mailbox_put(&box, &l);
    mailbox_put_parcel(
        &box, &(struct parcel){.kind = PARCEL_DATA, .segment = buffer_pool_acquire(pool, 8)});
    mailbox_done(&box);
    assert_int_equal(buffer_pool_out(pool), 0);
    buffer_pool_free(pool);
    (void)state;
}

/* ---- segments that another thread gives back ---- */

static void *release_all(void *arg)
{
    struct mailbox *box = arg;
    struct mail mail = {0};

    for (uint32_t left = EACH; left;) {
        mailbox_take(box, &mail, INT64_MAX);
        for (; mail.parcels.count; left--) {
            struct segment *s = parcel_queue_pop(&mail.parcels).segment;

            assert_true(s->data[0] == EACH - left);
            segment_release(s);
        }
    }
    mail_done(&mail);
    return NULL;
}

static void test_a_pool_gets_back_what_another_thread_releases(void **state)
{
    struct buffer_pool *pool = buffer_pool_new(64, POOL);
    struct mailbox box;
    pthread_t receiver;

    mailbox_init(&box);
    pthread_create(&receiver, NULL, release_all, &box);
    for (uint64_t i = 0; i < EACH; i++) {
        struct segment *s;

        while (!buffer_pool_is_available(pool))
            sched_yield();
        s = buffer_pool_acquire(pool, 8);
        s->data[0] = i;
        mailbox_put_parcel(&box, &(struct parcel){.kind = PARCEL_DATA, .segment = s});
    }
    pthread_join(receiver, NULL);
    assert_int_equal(buffer_pool_out(pool), 0);
    assert_int_equal(buffer_pool_overdraft_max(pool), 0);
    buffer_pool_free(pool);
    mailbox_done(&box);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_sender_puts_comes_once_and_in_order),
        cmocka_unit_test(test_a_wait_ends_at_its_time_and_none_is_none),
        cmocka_unit_test(test_what_nobody_took_is_given_back),
        cmocka_unit_test(test_a_pool_gets_back_what_another_thread_releases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
