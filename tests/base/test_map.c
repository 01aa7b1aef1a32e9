/* The map: named cases, then random puts, removals and walks beside a naive array.  A failing
 * walk prints its seed; replay it with  SEED=n make test/base/test_map. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tests/check.h"

static int64_t *number_at(const struct map *m, int64_t entry)
{
    return map_value(m, entry);
}

static void put(struct map *m, const char *key, int64_t value)
{
    *number_at(m, map_put(m, span_text(key), NULL)) = value;
}

static int64_t get(const struct map *m, const char *key)
{
    int64_t entry = map_find(m, span_text(key));

    return entry == MAP_NONE ? -1 : *number_at(m, entry);
}

/* All keys in the order of the walk, with a space behind each. */
static void walk(const struct map *m, struct bytes *out)
{
    bytes_clear(out);
    for (int64_t e = map_next(m, 0); e != MAP_NONE; e = map_next(m, e + 1)) {
        struct span key = map_key(m, e);

        bytes_put(out, key.p, key.bytes);
        bytes_put_u8(out, ' ');
    }
    bytes_cstr(out);
}

static void test_map_finds_what_was_put(void **state)
{
    struct map *m = map_new(8);
    bool made;

    assert_int_equal(map_find(m, span_text("LAS")), MAP_NONE);
    put(m, "LAS", 1);
    put(m, "a key of more than eight bytes", 2);
    put(m, "", 3);
    assert_int_equal(get(m, "LAS"), 1);
    assert_int_equal(get(m, "a key of more than eight bytes"), 2);
    assert_int_equal(get(m, "a key of more than eight bytez"), -1);
    assert_int_equal(get(m, ""), 3);
    assert_int_equal(get(m, "LA"), -1);
    map_put(m, span_text("LAS"), &made);
    assert_false(made);
    map_put(m, span_text("OAK"), &made);
    assert_true(made);
    assert_int_equal(get(m, "OAK"), 0); /* zeroed */
    assert_int_equal(map_count(m), 4);
    map_free(m);
    map_free(NULL);
}

static void test_map_tells_keys_apart_that_differ_in_length_only(void **state)
{
    static const uint8_t zeros[20] = {0};
    struct map *m = map_new(0);

    for (size_t n = 0; n <= sizeof zeros; n++)
        map_put(m, (struct span){zeros, n}, NULL);
    assert_int_equal(map_count(m), 21);
    for (size_t n = 0; n <= sizeof zeros; n++) {
        int64_t e = map_find(m, (struct span){zeros, n});

        assert_int_equal(e, n);
        assert_int_equal(map_key(m, e).bytes, n);
    }
    map_free(m);
}

static void test_map_walks_in_the_order_of_insertion(void **state)
{
    struct map *m = map_new(0);
    struct bytes out = {0};

    map_put(m, span_text("one"), NULL);
    map_put(m, span_text("two"), NULL);
    map_put(m, span_text("a rather long three"), NULL);
    map_put(m, span_text("four"), NULL);
    map_put(m, span_text("two"), NULL); /* keeps its place */
    walk(m, &out);
    assert_string_equal(out.p, "one two a rather long three four ");
    assert_true(map_remove(m, span_text("one")));
    assert_false(map_remove(m, span_text("one")));
    walk(m, &out);
    assert_string_equal(out.p, "two a rather long three four ");
    map_put(m, span_text("one"), NULL); /* goes to the end */
    walk(m, &out);
    assert_string_equal(out.p, "two a rather long three four one ");
    bytes_done(&out);
    map_free(m);
}

static void test_map_may_lose_entries_while_it_is_walked(void **state)
{
    struct map *m = map_new(8);
    int64_t sum = 0;

    for (int64_t i = 0; i < 1000; i++)
        *number_at(m, map_put(m, (struct span){(uint8_t *)&i, 8}, NULL)) = i;
    for (int64_t e = map_next(m, 0); e != MAP_NONE; e = map_next(m, e + 1)) {
        sum += *number_at(m, e);
        map_remove_entry(m, e);
    }
    assert_int_equal(sum, 499500);
    assert_int_equal(map_count(m), 0);
    assert_int_equal(map_next(m, 0), MAP_NONE);
    map_free(m);
}

/* In one key, out another, for ever: the entries must not grow without end. */
static void test_map_as_a_queue_stays_small(void **state)
{
    struct map *m = map_new(8);

    for (int64_t i = 0; i < 100000; i++) {
        int64_t old = i - 10;

        map_put(m, (struct span){(uint8_t *)&i, 8}, NULL);
        if (old >= 0)
            assert_true(map_remove(m, (struct span){(uint8_t *)&old, 8}));
    }
    assert_int_equal(map_count(m), 10);
    assert_in_range(map_bytes(m), 0, 4096);
    map_free(m);
}

static void test_map_long_keys_survive_squeezing(void **state)
{
    struct map *m = map_new(8);
    char key[40];

    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "key number %d", i);
        put(m, key, i);
        snprintf(key, sizeof key, "key number %d", i - 7);
        map_remove(m, span_text(i % 2 ? key : "none"));
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "key number %d", i);
        assert_int_equal(get(m, key), i < 993 && i % 2 == 0 ? -1 : i);
    }
    map_free(m);
}

static void test_map_is_empty_and_usable_after_clear(void **state)
{
    struct map *m = map_new(8);

    map_clear(m);
    put(m, "a", 1);
    put(m, "much longer than eight", 2);
    map_clear(m);
    assert_int_equal(map_count(m), 0);
    assert_int_equal(get(m, "a"), -1);
    put(m, "a", 3);
    assert_int_equal(get(m, "a"), 3);
    assert_int_equal(map_next(m, 0), 0);
    map_free(m);
}

static void test_map_takes_a_hash_that_is_known(void **state)
{
    struct map *m = map_new(8);
    uint64_t hash = hash_bytes("JFK", 3);

    int64_t e = map_put_hashed(m, span_text("JFK"), hash, NULL);

    assert_int_equal(map_find_hashed(m, span_text("JFK"), hash), e);
    assert_int_equal(map_find(m, span_text("JFK")), e);
    map_free(m);
}

static void test_map_peeks_change_nothing(void **state)
{
    struct map_peeks peeks = {0};
    struct map *m = map_new(8);

    for (int64_t i = 0; i < 80000; i++) { /* so many that a peek is worth it; half of them absent */
        int64_t ahead = 2 * i;

        map_peek(&peeks, m, (struct span){(uint8_t *)&ahead, 8});
        *number_at(m, map_put(m, (struct span){(uint8_t *)&i, 8}, NULL)) = i;
    }
    map_peeks_forget(&peeks);
    assert_int_equal(map_count(m), 80000);
    for (int64_t i = 0; i < 80000; i++)
        assert_int_equal(*number_at(m, map_find(m, (struct span){(uint8_t *)&i, 8})), i);
    map_free(m);
    (void)state;
}

/* The next key from *i on whose hash begins as `like`'s: so they all want one place of the index. */
static struct span alike(uint64_t like, int64_t *i)
{
    do
        ++*i;
    while (((uint32_t)hash_bytes(i, 8) ^ (uint32_t)like) >> 22);
    return (struct span){(uint8_t *)i, 8};
}

/* Probing and closing gaps alone keep them apart. */
static void test_map_holds_keys_that_want_one_place(void **state)
{
    struct map *m = map_new(8);
    uint64_t like = hash_bytes("JFK", 3);
    int64_t key = 0;

    for (int64_t i = 0; i < 50; i++)
        *number_at(m, map_put(m, alike(like, &key), NULL)) = i;
    for (int64_t e = 0; e < 50; e += 3)
        map_remove_entry(m, e);
    key = 0;
    for (int64_t i = 0; i < 50; i++) {
        int64_t e = map_find(m, alike(like, &key));

        assert_int_equal(e == MAP_NONE, i % 3 == 0);
        if (e != MAP_NONE)
            assert_int_equal(*number_at(m, e), i);
    }
    map_free(m);
}

/* Hashes that are equal as far as the index looks cannot be split: it must grow instead. */
static void test_map_holds_many_keys_under_one_hash(void **state)
{
    struct map *m = map_new(0);

    for (int64_t i = 0; i < 8000; i++)
        map_put_hashed(m, (struct span){(uint8_t *)&i, 8}, 14, NULL);
    assert_in_range(map_bytes(m), 0, 8000 * 100);
    for (int64_t i = 0; i < 8000; i += 100)
        assert_int_equal(map_find_hashed(m, (struct span){(uint8_t *)&i, 8}, 14), i);
    map_free(m);
}

/* A value whose first byte is the map's. */
struct packed {
    uint8_t map;
    uint8_t small;
    uint32_t number;
};

static void test_map_packs_values_around_its_byte(void **state)
{
    struct map *m = map_new_packed(sizeof(struct packed)), *wide = map_new(sizeof(struct packed));
    char key[40];

    for (uint32_t i = 0; i < 3000; i++) {
        struct packed *p;

        snprintf(key, sizeof key, "%0*u", 4 + (int)(i % 20), i);
        map_put(wide, span_text(key), NULL);
        p = map_value(m, map_put(m, span_text(key), NULL));
        p->small = (uint8_t)i;
        p->number = i;
        if (i >= 20 && i % 3 == 0) {
            snprintf(key, sizeof key, "%0*u", 4 + (int)((i - 20) % 20), i - 20);
            map_remove(m, span_text(key));
        }
    }
    for (uint32_t i = 0; i < 3000; i++) {
        int64_t e;

        snprintf(key, sizeof key, "%0*u", 4 + (int)(i % 20), i);
        e = map_find(m, span_text(key));
        assert_int_equal(e == MAP_NONE, i < 2980 && (i + 20) % 3 == 0);
        if (e != MAP_NONE)
            assert_true(((struct packed *)map_value(m, e))->number == i &&
                        ((struct packed *)map_value(m, e))->small == (uint8_t)i);
    }
    assert_true(map_bytes(m) < map_bytes(wide));
    map_free(m);
    map_free(wide);
}

/* A million keys of eight bytes with 24 of value, as a count by key has. */
static void test_map_takes_48_bytes_a_key(void **state)
{
    struct map *m = map_new_packed(24);

    for (int64_t i = 0; i < 1000000; i++)
        map_put(m, (struct span){(uint8_t *)&i, 8}, NULL);
    assert_in_range(map_bytes(m) / 1000000, 32, 48);
    map_free(m);
}

/* ---- beside a model ---- */

enum { MODEL_MAX = 400 };
struct model {
    uint32_t count;
    struct {
        uint32_t key;
        uint32_t value;
    } at[MODEL_MAX]; /* in the order of insertion */
};

static int model_find(const struct model *o, uint32_t key)
{
    for (uint32_t i = 0; i < o->count; i++)
        if (o->at[i].key == key)
            return (int)i;
    return -1;
}

/* Key k as bytes: one third 4 bytes, one third 8, one third longer. */
static struct span key_bytes(uint32_t k, char out[64])
{
    int n = k % 3 == 0   ? snprintf(out, 64, "%04" PRIu32, k)
            : k % 3 == 1 ? snprintf(out, 64, "%08" PRIu32, k)
                         : snprintf(out, 64, "%0*" PRIu32, 9 + (int)(k % 40), k);

    return (struct span){(const uint8_t *)out, (size_t)n};
}

static void step_put(struct map *m, struct model *o, uint32_t key, uint32_t value)
{
    char text[64];
    bool made;
    int at = model_find(o, key);
    uint32_t *v = map_value(m, map_put(m, key_bytes(key, text), &made));

    assert_int_equal(made, at < 0);
    if (at < 0) {
        assert_int_equal(*v, 0);
        at = (int)o->count++;
        o->at[at].key = key;
    } else {
        assert_int_equal(*v, o->at[at].value);
    }
    *v = o->at[at].value = value;
}

static void step_remove(struct map *m, struct model *o, uint32_t key)
{
    char text[64];
    int at = model_find(o, key);

    assert_int_equal(map_remove(m, key_bytes(key, text)), at >= 0);
    if (at < 0)
        return;
    o->count--;
    memmove(&o->at[at], &o->at[at + 1], (o->count - (uint32_t)at) * sizeof o->at[0]);
}

static void check_same(const struct map *m, const struct model *o)
{
    int64_t e = map_next(m, 0);
    char text[64];

    assert_int_equal(map_count(m), o->count);
    for (uint32_t i = 0; i < o->count; i++, e = map_next(m, e + 1)) {
        assert_true(e != MAP_NONE);
        assert_true(span_equal(map_key(m, e), key_bytes(o->at[i].key, text)));
        assert_int_equal(*(uint32_t *)map_value(m, e), o->at[i].value);
        assert_int_equal(map_find(m, map_key(m, e)), e);
    }
    assert_int_equal(e, MAP_NONE);
}

/* `puts` of 100 steps put, the others remove; phases of growth and decline come in turn. */
static void run_phase(struct map *m, struct model *o, struct rng *r, uint32_t puts)
{
    for (int i = 0; i < 300; i++) {
        uint32_t key = (uint32_t)rng_below(r, MODEL_MAX);

        if (rng_below(r, 100) < puts)
            step_put(m, o, key, (uint32_t)rng_next(r));
        else
            step_remove(m, o, key);
        if (i % 16 == 0)
            check_same(m, o);
    }
    check_same(m, o);
}

static void test_map_does_what_a_naive_array_does(void **state)
{
    struct rng r = rng_of(test_seed(1), "map");

    for (int run = 0; run < 40; run++) {
        struct map *m = map_new(4);
        struct model o = {0};

        for (int phase = 0; phase < 6; phase++) {
            run_phase(m, &o, &r, phase % 2 ? 15 : 85);
            if (rng_below(&r, 8) == 0) {
                map_clear(m);
                o.count = 0;
            }
        }
        map_free(m);
    }
}

static void test_map_holds_a_million_keys(void **state)
{
    struct map *m = map_new(8);

    for (uint64_t i = 0; i < 1000000; i++) {
        uint64_t key = mix64(i);

        *number_at(m, map_put(m, (struct span){(uint8_t *)&key, 8}, NULL)) = (int64_t)i;
    }
    assert_int_equal(map_count(m), 1000000);
    for (uint64_t i = 0; i < 1000000; i += 7) {
        uint64_t key = mix64(i);

        assert_int_equal(*number_at(m, map_find(m, (struct span){(uint8_t *)&key, 8})), i);
    }
    map_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_finds_what_was_put),
        cmocka_unit_test(test_map_tells_keys_apart_that_differ_in_length_only),
        cmocka_unit_test(test_map_walks_in_the_order_of_insertion),
        cmocka_unit_test(test_map_may_lose_entries_while_it_is_walked),
        cmocka_unit_test(test_map_as_a_queue_stays_small),
        cmocka_unit_test(test_map_long_keys_survive_squeezing),
        cmocka_unit_test(test_map_is_empty_and_usable_after_clear),
        cmocka_unit_test(test_map_takes_a_hash_that_is_known),
        cmocka_unit_test(test_map_peeks_change_nothing),
        cmocka_unit_test(test_map_holds_keys_that_want_one_place),
        cmocka_unit_test(test_map_holds_many_keys_under_one_hash),
        cmocka_unit_test(test_map_packs_values_around_its_byte),
        cmocka_unit_test(test_map_takes_48_bytes_a_key),
        cmocka_unit_test(test_map_does_what_a_naive_array_does),
        cmocka_unit_test(test_map_holds_a_million_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
