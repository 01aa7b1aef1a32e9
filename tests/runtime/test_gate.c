/* A gate over hand-made parcels: whose turn it is, what a shut channel keeps back, one clock, one end. */
#include "runtime/buffer_pool.h"
#include "runtime/gate.h"
#include "tests/check.h"
#include "tests/toy.h"

#include <string.h>

struct gate_test {
    struct rig rig;
    struct gate *gate;
    struct toy source, sink;
};

/* Two sources of parallelism 1 and 2 before one sink: channels (edge 0, 0) (1, 0) (1, 1).  They are
 * united, or `two` inputs. */
static void open_gate_of(struct gate_test *g, bool two)
{
    uint32_t a, b, s;

    *g = (struct gate_test){0};
    rig_init(&g->rig, NULL);
    a = rig_add(&g->rig, "toy_source", &g->source, 1);
    b = rig_add(&g->rig, "toy_source", &g->source, 2);
    s = rig_add(&g->rig, "toy_sink", &g->sink, 1);
    rig_connect(&g->rig, a, s, SHIP_REBALANCE);
    rig_connect(&g->rig, b, s, SHIP_REBALANCE)->second = two;
    rig_open(&g->rig);
    g->gate = gate_new(g->rig.graph, &g->rig.graph->vertex[2], 0, 1, 2);
    assert_int_equal(g->gate->channels, 3);
}

static void open_gate(struct gate_test *g)
{
    open_gate_of(g, false);
}

static void close_gate(struct gate_test *g)
{
    gate_free(g->gate);
    rig_done(&g->rig);
}

static struct channel_id channel(uint32_t c)
{
    return c == 0 ? (struct channel_id){0, 0, 0, 1} : (struct channel_id){1, c - 1, 0, 1};
}

/* Elements by words: "r5 w7 idle live"; all of one segment. */
static void send(struct gate_test *g, uint32_t c, const char *words)
{
    struct segment *s = buffer_pool_acquire(g->rig.pool, 64);
    struct parcel p = {.kind = PARCEL_DATA, .segment = s, .channel = channel(c)};

    for (const char *w = words; *w; w = strchr(w, ' ') ? strchr(w, ' ') + 1 : "") {
        struct element *e = (struct element *)((uint8_t *)s->data + s->bytes);

        *e = (struct element){.bytes = sizeof *e, .event_ms = atoi(w + 1)};
        e->type = *w == 'r'   ? ELEMENT_ROW
                  : *w == 'w' ? ELEMENT_WATERMARK
                  : *w == 'i' ? ELEMENT_IDLE
                              : ELEMENT_ACTIVE;
        s->bytes += e->bytes;
        s->elements++;
    }
    assert_true(gate_on_parcel(g->gate, &p));
}

static void event(struct gate_test *g, uint32_t c, enum parcel_kind kind, uint32_t checkpoint)
{
    struct parcel p = {.kind = kind, .checkpoint = checkpoint, .channel = channel(c)};

    assert_true(gate_on_parcel(g->gate, &p));
}

/* Everything that comes out until nothing does, as words: "r5/0" = row 5 from channel 0; "R5/0" if
 * it is of the second input. */
static void expect(struct gate_test *g, const char *wanted)
{
    struct bytes got = {0};
    struct gate_item i;

    for (gate_next(g->gate, 0, &i); i.kind != GATE_EMPTY; gate_next(g->gate, 0, &i)) {
        if (i.kind == GATE_ROW)
            bytes_format(&got, "%c%lld/%u ", i.second ? 'R' : 'r', (long long)i.row.event_ms,
                         g->gate->taking);
        else if (i.kind == GATE_WATERMARK)
            bytes_format(&got, "w%lld ", (long long)i.watermark_ms);
        else if (i.kind == GATE_STATUS)
            bytes_format(&got, "%s ", i.active ? "live" : "idle");
        else if (i.kind == GATE_CHECKPOINT)
            bytes_format(&got, "take%u ", i.checkpoint);
        else if (i.kind == GATE_ABORT)
            bytes_format(&got, "abort%u:%d ", i.checkpoint, i.reason);
        else if (i.kind == GATE_END_OF_DATA)
            bytes_format(&got, "end ");
    }
    assert_string_equal(bytes_cstr(&got), wanted);
    bytes_done(&got);
}

/* Credits and resumes to send, as words: "+2/0 go/1". */
static void expect_back(struct gate_test *g, const char *wanted)
{
    struct bytes got = {0};
    struct parcel p;

    while (gate_take(g->gate, &p)) {
        uint32_t c = p.channel.edge + p.channel.from;

        if (p.kind == PARCEL_CREDIT)
            bytes_format(&got, "+%u/%u ", p.credit, c);
        else
            bytes_format(&got, "go/%u ", c);
    }
    assert_string_equal(bytes_cstr(&got), wanted);
    bytes_done(&got);
}

static void test_channels_take_turns_a_segment_each(void **state)
{
    struct gate_test g;

    open_gate(&g);
    send(&g, 0, "r1 r2");
    send(&g, 0, "r3");
    send(&g, 1, "r4 r5");
    send(&g, 2, "r6");
    expect(&g, "r1/0 r2/0 r4/1 r5/1 r6/2 r3/0 ");
    expect_back(&g, "+2/0 +1/1 +1/2 ");
    close_gate(&g);
    (void)state;
}

static void test_credit_comes_back_only_for_a_segment_that_is_used_up(void **state)
{
    struct gate_test g;
    struct gate_item i;

    open_gate(&g);
    send(&g, 0, "r1 r2");
    gate_next(g.gate, 0, &i);
    expect_back(&g, "");
    gate_next(g.gate, 0, &i);
    assert_int_equal(i.row.event_ms, 2);
    expect_back(&g, "+1/0 ");
    close_gate(&g);
    (void)state;
}

static void test_a_shut_channel_keeps_what_it_has_until_the_cut_is_taken(void **state)
{
    struct gate_test g;

    open_gate(&g);
    send(&g, 0, "r1");
    event(&g, 0, PARCEL_BARRIER, 1);
    send(&g, 0, "r2"); /* a sender would wait, but G1 does not rely on it */
    send(&g, 1, "r3");
    event(&g, 1, PARCEL_BARRIER, 1);
    send(&g, 2, "r4");
    expect(&g, "r1/0 r3/1 r4/2 ");
    event(&g, 2, PARCEL_BARRIER, 1);
    send(&g, 2, "r5");
    expect(&g, "take1 r2/0 r5/2 ");
    expect_back(&g, "go/0 +2/0 go/1 +1/1 go/2 +2/2 ");
    close_gate(&g);
    (void)state;
}

static void test_a_checkpoint_given_up_opens_the_channels_and_is_told(void **state)
{
    struct gate_test g;

    open_gate(&g);
    event(&g, 0, PARCEL_BARRIER, 1);
    send(&g, 0, "r1");
    expect(&g, "");
    event(&g, 1, PARCEL_CANCEL, 1);
    expect(&g, "abort1:0 r1/0 ");
    expect_back(&g, "go/0 +1/0 ");
    event(&g, 2, PARCEL_BARRIER, 1); /* too late: it passes */
    expect(&g, "");
    expect_back(&g, "go/2 ");
    close_gate(&g);
    (void)state;
}

static void test_a_union_has_one_clock_the_slowest(void **state)
{
    struct gate_test g;

    open_gate(&g);
    send(&g, 0, "w5 r6");
    send(&g, 1, "w9");
    expect(&g, "r6/0 ");
    send(&g, 2, "r1 w3");
    expect(&g, "r1/2 w3 ");
    send(&g, 2, "w7 w8");
    expect(&g, "w5 "); /* channel 0 holds it now */
    send(&g, 0, "idle");
    expect(&g, "w8 ");
    close_gate(&g);
    (void)state;
}

static void test_when_all_are_idle_the_clock_rises_first_and_then_sleeps(void **state)
{
    struct gate_test g;

    open_gate(&g);
    send(&g, 0, "w5 idle");
    send(&g, 1, "w9 idle");
    expect(&g, "");
    send(&g, 2, "w3 idle");
    expect(&g, "w3 w9 idle ");
    send(&g, 1, "live w12");
    expect(&g, "live w12 ");
    close_gate(&g);
    (void)state;
}

static void test_the_end_of_data_comes_once_and_barriers_may_follow(void **state)
{
    struct gate_test g;

    open_gate(&g);
    event(&g, 0, PARCEL_END_OF_DATA, 0);
    event(&g, 1, PARCEL_END_OF_DATA, 0);
    expect(&g, "");
    event(&g, 2, PARCEL_END_OF_DATA, 0);
    expect(&g, "end ");
    event(&g, 2, PARCEL_END_OF_DATA, 0);
    expect(&g, "");
    for (uint32_t c = 0; c < 3; c++)
        event(&g, c, PARCEL_BARRIER, 8);
    expect(&g, "take8 ");
    event(&g, 0, PARCEL_END_OF_CHANNEL, 0);
    event(&g, 1, PARCEL_BARRIER, 9);
    event(&g, 2, PARCEL_BARRIER, 9);
    expect(&g, "take9 ");
    close_gate(&g);
    (void)state;
}

/* Rows that gate_ahead() tells of now, as digits. */
static void expect_ahead(struct gate_test *g, const char *wanted)
{
    char got[16] = "";
    struct weir_row row;

    for (int n = 0; gate_ahead(g->gate, &row); n++)
        got[n] = (char)('0' + row.event_ms);
    assert_string_equal(got, wanted);
}

static void test_each_row_that_comes_soon_is_told_of_once(void **state)
{
    struct gate_test g;
    struct gate_item i;

    open_gate(&g);
    send(&g, 0, "r1 r2 w0 r3 r4");
    send(&g, 0, "r5 r6");
    gate_next(g.gate, 0, &i);
    gate_next(g.gate, 0, &i);
    assert_int_equal(i.row.event_ms, 2);
    expect_ahead(&g, "34"); /* not what is past, not the next segment */
    expect_ahead(&g, "");
    expect(&g, "r3/0 r4/0 r5/0 r6/0 ");
    expect_ahead(&g, "");
    close_gate(&g);
    (void)state;
}

static void test_a_parcel_for_no_channel_of_ours_stays_with_its_owner(void **state)
{
    struct gate_test g;
    struct parcel p = {.kind = PARCEL_BARRIER, .checkpoint = 1, .channel = {1, 2, 0, 1}};

    open_gate(&g);
    assert_false(gate_on_parcel(g.gate, &p));
    assert_null(gate_new(g.rig.graph, &g.rig.graph->vertex[0], 0, 1, 2)); /* a source has no gate */
    close_gate(&g);
    (void)state;
}

static void test_two_inputs_have_two_valves_and_one_clock(void **state)
{
    struct gate_test g;

    open_gate_of(&g, true);
    send(&g, 0, "r1 w20");
    expect(&g, "r1/0 ");
    send(&g, 1, "r2 w3");
    expect(&g, "R2/1 "); /* channel 2 has said nothing yet */
    send(&g, 2, "w9");
    expect(&g, "w3 ");
    send(&g, 2, "idle");
    expect(&g, "");
    /* The valve of the second input goes to its fastest, then idle; then nobody waits for it. */
    send(&g, 1, "idle");
    expect(&g, "w9 w20 ");
    send(&g, 2, "live");
    expect(&g, "");
    send(&g, 0, "w30");
    expect(&g,
           ""); /* channel 2, back at 9, holds the clock: combining never lets a riser catch up */
    send(&g, 2, "w25");
    expect(&g, "w25 ");
    send(&g, 2, "idle");
    expect(&g, "w30 ");
    send(&g, 0, "idle");
    expect(&g, "idle ");
    send(&g, 0, "live r7");
    expect(&g, "live r7/0 ");
    close_gate(&g);
    (void)state;
}

static void test_two_inputs_have_one_cut_and_one_end(void **state)
{
    struct gate_test g;

    open_gate_of(&g, true);
    event(&g, 0, PARCEL_BARRIER, 1);
    send(&g, 0, "r1");
    event(&g, 1, PARCEL_BARRIER, 1);
    send(&g, 2, "r2");
    expect(&g, "R2/2 "); /* the first input waits behind its barrier */
    event(&g, 2, PARCEL_BARRIER, 1);
    expect(&g, "take1 r1/0 ");
    for (uint32_t c = 0; c < 3; c++)
        event(&g, c, PARCEL_END_OF_DATA, 0);
    expect(&g, "end ");
    close_gate(&g);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels_take_turns_a_segment_each),
        cmocka_unit_test(test_credit_comes_back_only_for_a_segment_that_is_used_up),
        cmocka_unit_test(test_a_shut_channel_keeps_what_it_has_until_the_cut_is_taken),
        cmocka_unit_test(test_a_checkpoint_given_up_opens_the_channels_and_is_told),
        cmocka_unit_test(test_a_union_has_one_clock_the_slowest),
        cmocka_unit_test(test_when_all_are_idle_the_clock_rises_first_and_then_sleeps),
        cmocka_unit_test(test_the_end_of_data_comes_once_and_barriers_may_follow),
        cmocka_unit_test(test_each_row_that_comes_soon_is_told_of_once),
        cmocka_unit_test(test_a_parcel_for_no_channel_of_ours_stays_with_its_owner),
        cmocka_unit_test(test_two_inputs_have_two_valves_and_one_clock),
        cmocka_unit_test(test_two_inputs_have_one_cut_and_one_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
