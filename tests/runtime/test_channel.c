/* An outbox and an inbox with a link between them, against a plain queue: nothing is lost, order is
 * kept, credit is conserved, and the bound holds -- for random sends, deliveries and takings. */
#include "runtime/buffer_pool.h"
#include "runtime/inbox.h"
#include "runtime/outbox.h"
#include "runtime/parcel_queue.h"
#include "tests/check.h"
#include "tests/job.h"

enum { ITEMS = 4096, CREDIT = 2 };

struct pair {
    struct test_job job;
    struct buffer_pool *pool;
    struct counters counters;
    struct outbox *outbox;
    struct inbox inbox;
    struct parcel_queue down, up; /* the link, both ways */
    int64_t sent[ITEMS];          /* the model: numbers of elements, negative for barriers */
    uint32_t first, last;
    bool barrier_taken;
};

static void open_pair(struct pair *p, uint32_t elements)
{
    struct outbox_spec spec = {.queue_max = 4, .credit = CREDIT, .elements_max = elements,
                               .counters = &p->counters, .attempt = 1};

    *p = (struct pair){.job = test_job_new((const char *const[]){"parallelism.default=1", NULL})};
    p->pool = buffer_pool_new(256, 64);
    spec.counters = &p->counters;
    spec.pool = p->pool;
    spec.graph = p->job.graph;
    spec.edge = &p->job.graph->edge[0];
    p->outbox = outbox_new(&spec);
    inbox_init(&p->inbox, (struct channel_id){0, 0, 0, 1}, CREDIT);
}

static void close_pair(struct pair *p)
{
    outbox_free(p->outbox);
    inbox_done(&p->inbox);
    parcel_queue_done(&p->down);
    parcel_queue_done(&p->up);
    assert_int_equal(buffer_pool_out(p->pool), 0); /* B1: every segment is back */
    buffer_pool_free(p->pool);
    test_job_free(&p->job);
}

static void send_one(struct pair *p, int64_t number, bool barrier)
{
    if (!outbox_has_room(p->outbox) || p->last == ITEMS)
        return;
    if (barrier)
        outbox_event(p->outbox, PARCEL_BARRIER, (uint32_t)number, 0);
    else
        outbox_element(p->outbox, ELEMENT_WATERMARK, number);
    p->sent[p->last++] = barrier ? -number : number;
}

static void take_one(struct pair *p)
{
    const struct parcel *event;
    const struct element *e = inbox_peek(&p->inbox, &event);

    if (e == NULL && event == NULL)
        return;
    assert_true(p->first < p->last);
    assert_true(p->sent[p->first++] == (e ? e->event_ms : -(int64_t)event->checkpoint));
    p->inbox.resume = p->inbox.resume || event; /* aligned at once */
    inbox_pop(&p->inbox);
}

static void move_one(struct pair *p, bool down)
{
    struct parcel x;

    if (down && p->down.count)
        inbox_push(&p->inbox, parcel_queue_pop(&p->down));
    if (!down && p->up.count) {
        x = parcel_queue_pop(&p->up);
        assert_true(outbox_on_parcel(p->outbox, &x));
    }
    while (outbox_take(p->outbox, &x))
        parcel_queue_push(&p->down, x);
    while (inbox_take(&p->inbox, &x))
        parcel_queue_push(&p->up, x);
}

static uint32_t credit_under_way(const struct pair *p)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < p->up.count; i++)
        n += parcel_queue_at(&p->up, i)->credit;
    return n;
}

static void check_bounds(const struct pair *p)
{
    const struct subpartition *s = outbox_subpartition(p->outbox, 0);

    assert_true(p->inbox.queue.segments <= CREDIT);                     /* N1, I33 */
    assert_int_equal(s->credit + p->down.segments + p->inbox.queue.segments +
                         (p->inbox.spent != NULL) + p->inbox.unannounced + credit_under_way(p),
                     CREDIT);                                           /* N2, I31 */
}

static void random_walk(uint32_t elements, uint64_t seed)
{
    struct pair p;

    open_pair(&p, elements);
    for (int i = 1; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        switch (seed >> 61) {
        case 0:
        case 1:
        case 2:
            send_one(&p, i, (seed >> 40) % 16 == 0);
            break;
        case 3:
            outbox_flush(p.outbox);
            break;
        case 4:
        case 5:
            move_one(&p, true);
            break;
        case 6:
            move_one(&p, false);
            break;
        default:
            take_one(&p);
            break;
        }
        check_bounds(&p);
    }
    outbox_flush(p.outbox);
    for (int i = 0; i < 20000 && p.first < p.last; i++) {
        move_one(&p, i % 2);
        take_one(&p);
    }
    assert_int_equal(p.first, p.last); /* O1: all of it came */
    close_pair(&p);
}

static void test_a_channel_is_a_queue_with_a_bound_and_conserved_credit(void **state)
{
    uint64_t seed = test_seed(42);

    random_walk(0, seed);
    random_walk(1, seed + 1);
    random_walk(3, seed + 2);
    (void)state;
}

static void test_nothing_passes_a_barrier_until_the_receiver_says_go_on(void **state)
{
    struct pair p;
    struct parcel x;

    open_pair(&p, 1);
    send_one(&p, 1, false);
    send_one(&p, 2, true);
    send_one(&p, 3, false);
    assert_true(outbox_take(p.outbox, &x) && x.kind == PARCEL_DATA);
    segment_release(x.segment);
    assert_true(outbox_take(p.outbox, &x) && x.kind == PARCEL_BARRIER);
    assert_false(outbox_take(p.outbox, &x)); /* O4 */
    outbox_on_parcel(p.outbox, &(struct parcel){.kind = PARCEL_RESUME});
    assert_true(outbox_take(p.outbox, &x) && x.kind == PARCEL_DATA);
    segment_release(x.segment);
    close_pair(&p);
    (void)state;
}

static void test_a_full_queue_says_no_before_the_next_row(void **state)
{
    struct pair p;

    open_pair(&p, 1);
    for (int i = 1; i <= 4; i++) {
        assert_true(outbox_has_room(p.outbox));
        send_one(&p, i, false);
    }
    assert_false(outbox_has_room(p.outbox));
    move_one(&p, true);
    assert_true(outbox_has_room(p.outbox)); /* two left within credit */
    close_pair(&p);
    (void)state;
}

static void test_a_pool_counts_what_goes_over_its_budget_and_outlives_its_owner(void **state)
{
    struct buffer_pool *p = buffer_pool_new(64, 1);
    struct segment *a = buffer_pool_acquire(p, 8), *b = buffer_pool_acquire(p, 8);
    struct segment *big = buffer_pool_acquire(p, 1000);

    assert_false(buffer_pool_is_available(p));
    assert_int_equal(buffer_pool_overdraft_max(p), 2);
    assert_true(big->room >= 1000); /* B3 */
    segment_release(a);
    segment_release(big);
    buffer_pool_free(p); /* B4: b is still out */
    segment_release(b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_channel_is_a_queue_with_a_bound_and_conserved_credit),
        cmocka_unit_test(test_nothing_passes_a_barrier_until_the_receiver_says_go_on),
        cmocka_unit_test(test_a_full_queue_says_no_before_the_next_row),
        cmocka_unit_test(test_a_pool_counts_what_goes_over_its_budget_and_outlives_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
