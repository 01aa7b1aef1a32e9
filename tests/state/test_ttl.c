/* Time-to-live: when an entry expires, who notices, and that its last access survives a restore. */
#include "state/ttl.h"

#include <string.h>

#include "state/keyed.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
WEIR_ROW(number, NUMBER)

enum { VALUE, LIST, MAP };

struct bench {
    struct weir_state decl[WEIR_STATES];
    int64_t now_us;
    struct keyed *k;
};

static void bench_init(struct bench *b, struct weir_ttl ttl)
{
    *b = (struct bench){
        .decl = {[VALUE] = {"value", WEIR_VALUE, .type = &number_schema, .ttl = ttl},
                 [LIST] = {"list", WEIR_LIST, .type = &number_schema, .ttl = ttl},
                 [MAP] = {"map", WEIR_MAP, &number_schema, &number_schema, .ttl = ttl}}};
    b->k = keyed_new(b->decl, &b->now_us);
    keyed_key(b->k, 0, span_text("a"));
}

static void at(struct bench *b, int64_t ms)
{
    b->now_us = 1000 * ms;
    keyed_key(b->k, 0, span_text("a")); /* the next callback */
}

static struct span image(struct number *n)
{
    return (struct span){(uint8_t *)n, sizeof *n};
}

static int64_t number_in(struct span s) /* -1: none */
{
    return s.p ? number_of(&(struct weir_row){.image = (const uint64_t *)(const void *)s.p}).n : -1;
}

static void put(struct bench *b, int64_t n)
{
    keyed_value_put(b->k, VALUE, image(&(struct number){.n = n}));
}

static void list_add(struct bench *b, int64_t n)
{
    keyed_list_add(b->k, LIST, image(&(struct number){.n = n}));
}

static void map_put(struct bench *b, int64_t key, int64_t n)
{
    keyed_map_put(b->k, MAP, image(&(struct number){.n = key}), image(&(struct number){.n = n}));
}

static int64_t get(struct bench *b)
{
    return number_in(keyed_value(b->k, VALUE));
}

/* The list as digits: 7, 8 -> 78; 0: empty. */
static int64_t list(struct bench *b)
{
    int64_t digits = 0;

    for (uint32_t i = 0, n = keyed_list_count(b->k, LIST); i < n; i++)
        digits = 10 * digits + number_in(keyed_list_at(b->k, LIST, i));
    return digits;
}

/* The map as digits, key and value in turn. */
static int64_t map(struct bench *b)
{
    int64_t digits = 0;
    struct span key, value;

    for (uint32_t i = 0, n = keyed_map_count(b->k, MAP); i < n; i++) {
        assert_true(keyed_map_entry(b->k, MAP, i, &key, &value));
        digits = 100 * digits + 10 * number_in(key) + number_in(value);
    }
    return digits;
}

static void test_an_entry_expires_a_time_to_live_after_its_access(void **state)
{
    struct weir_ttl ten = {.ms = 10}, ever = {.ms = INT64_MAX};

    assert_false(ttl_has_expired(&ten, 30, 39)); /* T1 */
    assert_true(ttl_has_expired(&ten, 30, 40));
    assert_false(ttl_has_expired(&ten, -5, 4));
    assert_true(ttl_has_expired(&ten, -5, 5));
    assert_false(ttl_has_expired(&ever, 10, INT64_MAX - 1));
    assert_false(ttl_has_expired(&ever, 0, INT64_MAX - 1));
    (void)state;
}

static void test_a_write_renews_and_a_read_does_not(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 100});
    put(&b, 1);
    at(&b, 20);
    assert_int_equal(get(&b), 1);
    at(&b, 50);
    put(&b, 2); /* until 150 */
    at(&b, 120);
    assert_int_equal(get(&b), 2);
    at(&b, 149);
    assert_int_equal(get(&b), 2);
    at(&b, 150);
    assert_int_equal(get(&b), -1);
    assert_int_equal(keyed_count(b.k), 0); /* removed, not hidden */
    keyed_free(b.k);
    (void)state;
}

static void test_with_renewal_on_read_a_read_renews_too(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 100, .renew_on_read = true});
    put(&b, 1);
    at(&b, 50);
    assert_int_equal(get(&b), 1); /* until 150 */
    at(&b, 120);
    assert_int_equal(get(&b), 1); /* until 220 */
    at(&b, 250);
    assert_int_equal(get(&b), -1);
    keyed_free(b.k);
    (void)state;
}

static void test_an_expired_value_may_be_returned_once(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 100, .return_expired = true, .clean_keys = -1});
    put(&b, 1);
    at(&b, 120);
    assert_int_equal(get(&b), 1);
    assert_int_equal(get(&b), -1);
    keyed_free(b.k);
    (void)state;
}

static void test_what_adds_up_goes_on_from_an_expired_sum_only_if_it_is_shown(void **state)
{
    for (int shown = 0; shown < 2; shown++) {
        struct bench b;

        bench_init(&b, (struct weir_ttl){.ms = 10, .return_expired = shown, .clean_keys = -1});
        put(&b, 7);
        at(&b, 10);
        assert_int_equal(number_in(keyed_so_far(b.k, VALUE)), shown ? 7 : -1);
        assert_int_equal(keyed_count(b.k), 1); /* it is no read */
        keyed_free(b.k);
    }
    (void)state;
}

static void test_each_element_of_a_list_expires_by_itself(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 10});
    list_add(&b, 7); /* until 10 */
    at(&b, 4);
    list_add(&b, 8); /* until 14 */
    at(&b, 9);
    assert_int_equal(list(&b), 78);
    at(&b, 10);
    assert_int_equal(list(&b), 8);
    assert_null(keyed_list_at(b.k, LIST, 1).p);
    at(&b, 14);
    assert_int_equal(list(&b), 0);
    assert_int_equal(keyed_count(b.k), 0);
    keyed_free(b.k);
    (void)state;
}

static void test_a_list_that_shows_expired_elements_keeps_them_while_one_is_alive(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 10, .return_expired = true, .clean_keys = -1});
    list_add(&b, 7);
    at(&b, 4);
    list_add(&b, 8);
    at(&b, 10);
    assert_int_equal(list(&b), 78);
    assert_int_equal(list(&b), 78);
    at(&b, 14);
    assert_int_equal(list(&b), 78);
    assert_int_equal(list(&b), 0);
    keyed_free(b.k);
    (void)state;
}

static void test_a_list_renewed_on_read_loses_what_has_expired(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){
                       .ms = 10, .renew_on_read = true, .return_expired = true, .clean_keys = -1});
    list_add(&b, 7);
    at(&b, 4);
    list_add(&b, 8);
    at(&b, 10);
    assert_int_equal(list(&b), 78);
    assert_int_equal(list(&b), 8); /* and lives until 20 */
    at(&b, 19);
    assert_int_equal(list(&b), 8); /* until 29 */
    at(&b, 29);
    assert_int_equal(list(&b), 8);
    assert_int_equal(list(&b), 0);
    keyed_free(b.k);
    (void)state;
}

static void test_each_entry_of_a_map_expires_by_itself(void **state)
{
    struct bench b;
    struct number one = {.n = 1};

    bench_init(&b, (struct weir_ttl){.ms = 10, .clean_keys = -1});
    map_put(&b, 2, 7);
    at(&b, 4);
    map_put(&b, 1, 8);
    at(&b, 9);
    assert_int_equal(map(&b), 1827);
    at(&b, 10);
    assert_int_equal(map(&b), 18);
    at(&b, 14);
    assert_false(keyed_map_is_empty(b.k, MAP)); /* nobody has met it */
    assert_null(keyed_map_get(b.k, MAP, image(&one)).p);
    assert_true(keyed_map_is_empty(b.k, MAP));
    keyed_free(b.k);
    (void)state;
}

static void test_an_expired_entry_of_a_map_may_be_returned_once(void **state)
{
    struct bench b;
    struct number two = {.n = 2};

    bench_init(&b, (struct weir_ttl){.ms = 10, .return_expired = true, .clean_keys = -1});
    map_put(&b, 2, 7);
    map_put(&b, 1, 8);
    at(&b, 10);
    assert_int_equal(number_in(keyed_map_get(b.k, MAP, image(&two))), 7);
    assert_null(keyed_map_get(b.k, MAP, image(&two)).p);
    assert_int_equal(map(&b), 18);
    assert_int_equal(map(&b), 0);
    keyed_free(b.k);
    (void)state;
}

/* Each access looks after two keys: the four puts behind the first saw b, c, d and e alive, one
 * each, there were no more behind; then f, and again from the start b and c, d and e. */
static void test_an_access_looks_after_some_keys_in_turn(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 10, .return_expired = true, .clean_keys = 2});
    for (char key[] = "b"; key[0] <= 'f'; key[0]++) {
        keyed_key(b.k, 0, span_text(key));
        put(&b, key[0]);
    }
    at(&b, 10);
    for (int left = 4; left >= 0; left -= 2) {
        assert_int_equal(get(&b), -1);
        assert_int_equal(keyed_count(b.k), left);
    }
    keyed_free(b.k);
    (void)state;
}

static void test_a_clean_up_takes_expired_elements_and_leaves_the_others(void **state)
{
    struct bench b;

    bench_init(&b, (struct weir_ttl){.ms = 10, .return_expired = true, .clean_keys = 1});
    list_add(&b, 7);
    map_put(&b, 1, 7);
    at(&b, 4);
    list_add(&b, 8);
    map_put(&b, 2, 8);
    at(&b, 10);
    assert_int_equal(list(&b), 8);
    assert_int_equal(map(&b), 28);
    keyed_free(b.k);
    (void)state;
}

/* Written by one, read into the other: what `to` finds. */
static void move(struct bench *from, struct bench *to)
{
    struct bytes bytes = {0};
    struct diag why = {0};
    struct reader r;

    keyed_snapshot(from->k, &bytes);
    r = reader_of(bytes_span(&bytes));
    to->now_us = from->now_us;
    assert_int_equal(keyed_restore(to->k, &r, "test", &why), ERR_NONE);
    keyed_key(to->k, 0, span_text("a"));
    bytes_done(&bytes);
    keyed_free(from->k);
}

static void test_the_last_access_is_part_of_a_snapshot(void **state)
{
    struct bench a, b;

    bench_init(&a, (struct weir_ttl){.ms = 10});
    bench_init(&b, (struct weir_ttl){.ms = 10});
    put(&a, 1);
    list_add(&a, 7);
    map_put(&a, 1, 8);
    at(&a, 8);
    move(&a, &b);
    at(&b, 9);
    assert_int_equal(get(&b) * 1000 + list(&b) * 100 + map(&b), 1718);
    at(&b, 10); /* S5: accessed at 0, not at the restore */
    assert_int_equal(get(&b), -1);
    assert_int_equal(list(&b) + map(&b), 0);
    keyed_free(b.k);
    (void)state;
}

static void test_snapshots_may_leave_out_what_has_expired(void **state)
{
    for (int clean = 0; clean < 2; clean++) {
        struct weir_ttl ttl = {
            .ms = 10, .return_expired = true, .clean_snapshots = clean, .clean_keys = -1};
        struct bench a, b;

        bench_init(&a, ttl);
        bench_init(&b, ttl);
        put(&a, 1);
        list_add(&a, 7);
        map_put(&a, 1, 8);
        at(&a, 4);
        list_add(&a, 8);
        at(&a, 10);
        move(&a, &b);
        assert_int_equal(keyed_count(b.k), clean ? 1 : 3);
        assert_int_equal(list(&b), clean ? 8 : 78);
        assert_int_equal(get(&b), clean ? -1 : 1);
        assert_int_equal(map(&b), clean ? 0 : 18);
        keyed_free(b.k);
    }
    (void)state;
}

static void test_a_state_may_begin_or_cease_to_expire(void **state)
{
    struct bench a, b, c;

    bench_init(&a, (struct weir_ttl){0});
    bench_init(&b, (struct weir_ttl){.ms = 10});
    bench_init(&c, (struct weir_ttl){0});
    put(&a, 1);
    at(&a, 50);
    move(&a, &b); /* S5: accessed now */
    at(&b, 59);
    assert_int_equal(get(&b), 1);
    move(&b, &c);
    at(&c, 1000);
    assert_int_equal(get(&c), 1);
    keyed_free(c.k);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_entry_expires_a_time_to_live_after_its_access),
        cmocka_unit_test(test_a_write_renews_and_a_read_does_not),
        cmocka_unit_test(test_with_renewal_on_read_a_read_renews_too),
        cmocka_unit_test(test_an_expired_value_may_be_returned_once),
        cmocka_unit_test(test_what_adds_up_goes_on_from_an_expired_sum_only_if_it_is_shown),
        cmocka_unit_test(test_each_element_of_a_list_expires_by_itself),
        cmocka_unit_test(test_a_list_that_shows_expired_elements_keeps_them_while_one_is_alive),
        cmocka_unit_test(test_a_list_renewed_on_read_loses_what_has_expired),
        cmocka_unit_test(test_each_entry_of_a_map_expires_by_itself),
        cmocka_unit_test(test_an_expired_entry_of_a_map_may_be_returned_once),
        cmocka_unit_test(test_an_access_looks_after_some_keys_in_turn),
        cmocka_unit_test(test_a_clean_up_takes_expired_elements_and_leaves_the_others),
        cmocka_unit_test(test_the_last_access_is_part_of_a_snapshot),
        cmocka_unit_test(test_snapshots_may_leave_out_what_has_expired),
        cmocka_unit_test(test_a_state_may_begin_or_cease_to_expire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
