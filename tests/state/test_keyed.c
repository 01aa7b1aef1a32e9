/* Keyed state: what one key does another does not see; what was read outlives a put; what is
 * restored is what was there, or it is refused by name. */
#include "state/keyed.h"
#include "tests/check.h"

#include <string.h>

#define PAIR(C) C(STRING, word) C(BIGINT, n)
#define OTHER(C) C(STRING, word) C(DOUBLE, n)
WEIR_ROW(pair, PAIR)
WEIR_ROW(other, OTHER)

static const struct weir_state states[WEIR_STATES] = {
    {.name = "total", .kind = WEIR_VALUE, .type = &pair_schema},
    {.name = "last", .kind = WEIR_LIST, .type = &pair_schema},
    {.name = "seen", .kind = WEIR_MAP, .type = &pair_schema, .key = &pair_schema},
};
static const struct weir_state changed[WEIR_STATES] = {
    {.name = "total", .kind = WEIR_VALUE, .type = &other_schema}};

static int64_t clock_us;

static struct span image(const char *word, int64_t n, uint64_t room[16])
{
    struct pair p = {.word = {word, (uint32_t)strlen(word)}, .n = n};

    return (struct span){(uint8_t *)room, row_write(&pair_schema, &p, room)};
}

static struct pair pair_at(struct span s)
{
    struct pair p;

    row_read(&pair_schema, (const uint64_t *)(const void *)s.p, &p);
    return p;
}

static void test_each_key_has_its_own_state(void **state)
{
    struct keyed *k = keyed_new(states, &clock_us);
    uint64_t room[16];

    keyed_key(k, 1, span_text("a"));
    keyed_value_put(k, 0, image("x", 1, room));
    keyed_key(k, 2, span_text("b"));
    assert_null(keyed_value(k, 0).p);
    keyed_value_put(k, 0, image("y", 2, room));
    keyed_key(k, 1, span_text("a"));
    assert_int_equal(pair_at(keyed_value(k, 0)).n, 1);
    keyed_clear(k, 0);
    assert_null(keyed_value(k, 0).p);
    assert_int_equal(keyed_count(k), 1);
    keyed_free(k);
    (void)state;
}

static void test_a_text_that_was_read_outlives_the_put_of_its_row(void **state)
{
    struct keyed *k = keyed_new(states, &clock_us);
    uint64_t room[16];
    struct pair p;

    keyed_key(k, 1, span_text("a"));
    keyed_value_put(k, 0, image("a word of some length", 1, room));
    p = pair_at(keyed_value(k, 0));
    p.n++;
    row_write(&pair_schema, &p, room);
    keyed_value_put(k, 0, (struct span){(uint8_t *)room, row_image_bytes(&pair_schema, &p)});
    assert_memory_equal(p.word.p, "a word of some length", p.word.bytes); /* S3 */
    assert_int_equal(pair_at(keyed_value(k, 0)).n, 2);
    keyed_free(k);
    (void)state;
}

static void test_a_map_iterates_by_its_keys_bytes(void **state)
{
    static const char *const order[] = {"AA", "B", "CC"};
    struct keyed *k = keyed_new(states, &clock_us);
    uint64_t room[16], key_room[16];

    keyed_key(k, 1, span_text("a"));
    for (int i = 2; i >= 0; i--)
        keyed_map_put(k, 2, image(order[i], 0, key_room), image("v", i, room));
    keyed_map_put(k, 2, image(order[1], 0, key_room), image("v", 7, room));
    assert_int_equal(keyed_map_count(k, 2), 3);
    for (uint32_t i = 0, last = 0; i < 3; i++) {
        struct span key, value;

        keyed_map_entry(k, 2, i, &key, &value);
        if (i) {
            struct span before, unused;

            keyed_map_entry(k, 2, last, &before, &unused);
            assert_true(span_compare(before, key) < 0);
        }
        last = i;
    }
    keyed_map_remove(k, 2, image(order[0], 0, key_room));
    assert_int_equal(keyed_map_count(k, 2), 2);
    keyed_free(k);
    (void)state;
}

static struct keyed *filled(void)
{
    struct keyed *k = keyed_new(states, &clock_us);
    uint64_t room[16], key_room[16];
    char name[16];

    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "key%d", i);
        keyed_key(k, (uint32_t)(i * 7 % 13), span_text(name));
        keyed_value_put(k, 0, image(name, i, room));
        for (int n = 0; n < i % 4; n++)
            keyed_list_add(k, 1, image("l", n, room));
        keyed_map_put(k, 2, image(name, i, key_room), image("m", i, room));
    }
    return k;
}

static void test_a_restored_state_writes_the_same_snapshot(void **state)
{
    struct keyed *k = filled(), *r = keyed_new(states, &clock_us);
    struct bytes a = {0}, b = {0};
    struct diag why = {0};
    struct reader reader;

    keyed_snapshot(k, &a);
    reader = reader_of(bytes_span(&a));
    assert_int_equal(keyed_restore(r, &reader, "test", &why), ERR_NONE);
    keyed_snapshot(r, &b);
    assert_true(span_equal(bytes_span(&a), bytes_span(&b)));
    keyed_key(r, 7, span_text("key1"));
    assert_int_equal(keyed_list_count(r, 1), 1);
    bytes_done(&a);
    bytes_done(&b);
    keyed_free(k);
    keyed_free(r);
    (void)state;
}

static void test_another_row_type_is_refused_by_the_states_name(void **state)
{
    struct keyed *k = filled(), *r = keyed_new(changed, &clock_us);
    struct bytes a = {0};
    struct diag why = {0};
    struct reader reader;

    keyed_snapshot(k, &a);
    reader = reader_of(bytes_span(&a));
    assert_int_equal(keyed_restore(r, &reader, "test", &why), ERR_MISMATCH);
    assert_non_null(strstr(why.text, "'total'"));
    bytes_done(&a);
    keyed_free(k);
    keyed_free(r);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_key_has_its_own_state),
        cmocka_unit_test(test_a_text_that_was_read_outlives_the_put_of_its_row),
        cmocka_unit_test(test_a_map_iterates_by_its_keys_bytes),
        cmocka_unit_test(test_a_restored_state_writes_the_same_snapshot),
        cmocka_unit_test(test_another_row_type_is_refused_by_the_states_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
