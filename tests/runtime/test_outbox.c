/* An outbox with several consumers: which one gets a row, whose turn it is to send, what makes it say
 * that there is no room.  (One consumer, at random: test_channel.c.) */
#include "data/element.h"
#include "data/key_group.h"
#include "runtime/buffer_pool.h"
#include "runtime/outbox.h"
#include "tests/check.h"
#include "tests/toy.h"

enum { CONSUMERS = 3 };

struct number {
    uint64_t nulls;
    int64_t n;
};

struct outbox_test {
    struct rig rig;
    struct outbox *outbox;
    struct counters counters;
    struct toy source, sink;
    struct diag failure;
    bool disturbed;
};

/* The rows' only column as the channel. */
static uint32_t as_it_is(struct weir_text text, int64_t number, uint32_t channels)
{
    (void)text;
    (void)channels;
    return (uint32_t)number;
}

static void open_outbox(struct outbox_test *o, enum ship ship, uint32_t elements, uint32_t budget)
{
    struct outbox_spec spec = {.counters = &o->counters,
                               .attempt = 1,
                               .elements_max = elements,
                               .queue_max = 4,
                               .credit = 2};
    struct edge *e;
    uint32_t s;

    *o = (struct outbox_test){0};
    rig_init(&o->rig, NULL);
    o->rig.budget = budget;
    o->rig.segment_bytes = 256;
    s = rig_add(&o->rig, "toy_source", &o->source, 1);
    e = rig_connect(&o->rig, s, rig_add(&o->rig, "toy_sink", &o->sink, CONSUMERS), ship);
    e->key_column = ship == SHIP_CUSTOM ? 0 : e->key_column;
    e->partition = as_it_is;
    rig_open(&o->rig);
    spec.graph = o->rig.graph;
    spec.edge = &o->rig.graph->edge[0];
    spec.pool = o->rig.pool;
    spec.failure = &o->failure;
    spec.disturbed = &o->disturbed;
    o->outbox = outbox_new(&spec);
}

static void close_outbox(struct outbox_test *o)
{
    outbox_free(o->outbox);
    rig_done(&o->rig);
}

static void put(struct outbox_test *o, int64_t n)
{
    struct number image = {0, n};

    outbox_row(o->outbox, &(struct weir_row){(const uint64_t *)&image, n, (uint64_t)n, sizeof image,
                                             0, WEIR_INSERT});
}

static const struct element *first_of(const struct parcel *p)
{
    return (const struct element *)(const void *)p->segment->data;
}

/* Who gets what, until nothing may leave: "0:1 1:2". */
static void expect(struct outbox_test *o, const char *wanted)
{
    struct bytes got = {0};
    struct parcel p;

    while (outbox_take(o->outbox, &p)) {
        if (got.bytes)
            bytes_put_u8(&got, ' ');
        if (p.kind == PARCEL_DATA) {
            bytes_format(&got, "%u:%lld", p.channel.to, (long long)first_of(&p)->event_ms);
            segment_release(p.segment);
        } else {
            bytes_format(&got, "%u|%u", p.channel.to, p.checkpoint);
        }
    }
    assert_string_equal(bytes_cstr(&got), wanted);
    bytes_done(&got);
}

static void give_credit(struct outbox_test *o, uint32_t to, uint32_t credit)
{
    assert_true(outbox_on_parcel(
        o->outbox,
        &(struct parcel){.kind = PARCEL_CREDIT, .credit = credit, .channel = {0, 0, to, 1}}));
}

static void test_a_keyed_row_carries_its_group_and_goes_to_its_owner(void **state)
{
    struct outbox_test o;
    struct parcel p;

    open_outbox(&o, SHIP_HASH, 1, 1000);
    for (int64_t n = 1; n <= 40; n++) {
        uint32_t group = key_group_of(java_hash_long(n), 128);

        put(&o, n);
        assert_true(outbox_take(o.outbox, &p));
        assert_int_equal(p.channel.to, group * CONSUMERS / 128);
        assert_int_equal(first_of(&p)->key_group, group);
        segment_release(p.segment);
        give_credit(&o, p.channel.to, 1);
    }
    assert_int_equal(o.counters.of[COUNTER_RECORDS_OUT], 40);
    assert_int_equal(o.counters.of[COUNTER_BUFFERS_OUT], 40);
    assert_int_equal(o.counters.of[COUNTER_BYTES_OUT], 40 * 40);
    close_outbox(&o);
    (void)state;
}

static void test_a_broadcast_row_goes_to_everybody_and_counts_once(void **state)
{
    struct outbox_test o;

    open_outbox(&o, SHIP_BROADCAST, 1, 1000);
    put(&o, 5);
    assert_int_equal(o.counters.of[COUNTER_RECORDS_OUT], 1);
    expect(&o, "0:5 1:5 2:5");
    close_outbox(&o);
    (void)state;
}

static void test_a_partitioner_that_chooses_nobody_fails_the_task(void **state)
{
    struct outbox_test o;

    open_outbox(&o, SHIP_CUSTOM, 1, 1000);
    put(&o, 2);
    put(&o, 0);
    expect(&o, "0:0 2:2");
    o.disturbed = false;
    put(&o, 3);
    expect(&o, "");
    assert_true(o.disturbed);
    assert_int_equal(o.failure.err, ERR_USER);
    assert_string_equal(o.failure.text, "the partitioner in front of 'sink' chose subtask 3 "
                                        "of 3: use 0 to 2");
    close_outbox(&o);
    (void)state;
}

static void test_consumers_take_turns_and_one_without_credit_holds_up_nobody(void **state)
{
    struct outbox_test o;

    open_outbox(&o, SHIP_BROADCAST, 1, 1000);
    put(&o, 1);
    put(&o, 2);
    expect(&o, "0:1 1:1 2:1 0:2 1:2 2:2");
    give_credit(&o, 1, 2);
    put(&o, 3);
    put(&o, 4);
    expect(&o, "1:3 1:4");
    give_credit(&o, 2, 1);
    expect(&o, "2:3");
    close_outbox(&o);
    (void)state;
}

static void test_events_need_no_credit_and_stand_behind_the_rows(void **state)
{
    struct outbox_test o;

    open_outbox(&o, SHIP_BROADCAST, 0, 1000);
    put(&o, 1);
    outbox_event(o.outbox, PARCEL_BARRIER, 7, 0);
    expect(&o, "0:1 1:1 2:1 0|7 1|7 2|7");
    put(&o, 2);
    outbox_flush(o.outbox);
    expect(&o, ""); /* O4: nobody has said go on */
    assert_true(outbox_on_parcel(o.outbox,
                                 &(struct parcel){.kind = PARCEL_RESUME, .channel = {0, 0, 1, 1}}));
    expect(&o, "1:2");
    close_outbox(&o);
    (void)state;
}

static void test_no_room_when_one_queue_is_full_or_the_budget_is_used_up(void **state)
{
    struct outbox_test o;
    struct parcel p;

    open_outbox(&o, SHIP_GLOBAL, 1, 1000);
    for (int64_t n = 1; n <= 4; n++) {
        assert_true(outbox_has_room(o.outbox));
        put(&o, n);
    }
    assert_false(outbox_has_room(o.outbox)); /* queue_max, though 1 and 2 are empty */
    put(&o, 5);                              /* a row in progress is finished all the same */
    expect(&o, "0:1 0:2");
    assert_true(outbox_has_room(o.outbox));
    close_outbox(&o);

    open_outbox(&o, SHIP_BROADCAST, 1, 2);
    put(&o, 1); /* three segments, one over the budget */
    assert_int_equal(buffer_pool_overdraft_max(o.rig.pool), 1);
    assert_true(outbox_take(o.outbox, &p));
    segment_release(p.segment);
    assert_false(outbox_has_room(o.outbox));
    assert_true(outbox_take(o.outbox, &p));
    segment_release(p.segment);
    assert_true(outbox_has_room(o.outbox));
    close_outbox(&o);
    (void)state;
}

static void test_a_segment_is_finished_when_the_next_row_does_not_fit(void **state)
{
    struct outbox_test o;
    struct parcel p;

    open_outbox(&o, SHIP_GLOBAL, 0, 1000);
    for (int64_t n = 1; n <= 6; n++) /* 6 * 40 of 256 bytes */
        put(&o, n);
    expect(&o, "");
    assert_true(outbox_has_unflushed(o.outbox));
    put(&o, 7);
    assert_true(outbox_take(o.outbox, &p));
    assert_int_equal(p.segment->elements, 6);
    assert_int_equal(p.segment->bytes, 240);
    segment_release(p.segment);
    close_outbox(&o);
    (void)state;
}

static void test_a_row_larger_than_a_segment_gets_its_own(void **state)
{
    uint64_t image[100] = {0};
    struct outbox_test o;
    struct parcel p;

    open_outbox(&o, SHIP_GLOBAL, 0, 1000);
    put(&o, 1);
    image[1] = 2;
    outbox_row(o.outbox, &(struct weir_row){image, 2, 2, sizeof image, 0, WEIR_INSERT});
    put(&o, 3);
    outbox_flush(o.outbox);
    give_credit(&o, 0, 9);
    assert_true(outbox_take(o.outbox, &p));
    assert_int_equal(p.segment->elements, 1);
    segment_release(p.segment);
    assert_true(outbox_take(o.outbox, &p));
    assert_int_equal(p.segment->bytes, sizeof(struct element) + sizeof image);
    segment_release(p.segment);
    expect(&o, "0:3");
    close_outbox(&o);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_keyed_row_carries_its_group_and_goes_to_its_owner),
        cmocka_unit_test(test_a_broadcast_row_goes_to_everybody_and_counts_once),
        cmocka_unit_test(test_a_partitioner_that_chooses_nobody_fails_the_task),
        cmocka_unit_test(test_consumers_take_turns_and_one_without_credit_holds_up_nobody),
        cmocka_unit_test(test_events_need_no_credit_and_stand_behind_the_rows),
        cmocka_unit_test(test_no_room_when_one_queue_is_full_or_the_budget_is_used_up),
        cmocka_unit_test(test_a_segment_is_finished_when_the_next_row_does_not_fit),
        cmocka_unit_test(test_a_row_larger_than_a_segment_gets_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
