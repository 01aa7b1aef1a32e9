/* Key groups against the values that Flink's own functions gave (flink-semantics 4.3), and the
 * ranges against counting. */
#include <math.h>
#include <string.h>

#include "data/key_group.h"
#include "tests/check.h"

/* Key group of 128, and the subtasks at parallelism 2, 3, 4 and 8. */
static void assert_group(int32_t hash, uint32_t group, uint32_t p2, uint32_t p3, uint32_t p4,
                         uint32_t p8)
{
    assert_int_equal(key_group_of(hash, 128), group);
    assert_int_equal(key_group_subtask(group, 2, 128), p2);
    assert_int_equal(key_group_subtask(group, 3, 128), p3);
    assert_int_equal(key_group_subtask(group, 4, 128), p4);
    assert_int_equal(key_group_subtask(group, 8, 128), p8);
}

static void test_key_group_of_integers_is_flinks(void **state)
{
    assert_group(0, 94, 1, 2, 2, 5);
    assert_group(1, 86, 1, 2, 2, 5);
    assert_group(2, 127, 1, 2, 3, 7);
    assert_group(3, 113, 1, 2, 3, 7);
    assert_group(4, 7, 0, 0, 0, 0);
    assert_group(5, 126, 1, 2, 3, 7);
    assert_group(42, 29, 0, 0, 0, 1);
    assert_group(100, 64, 1, 1, 2, 4);
    assert_group(-1, 80, 1, 1, 2, 5);
    assert_group(INT32_MAX, 62, 0, 1, 1, 3);
    assert_group(INT32_MIN, 108, 1, 2, 3, 6);
    assert_group(java_hash_long(-1), 94, 1, 2, 2, 5); /* as a long, -1 hashes like 0 */
    assert_group(java_hash_long(123456789012), 123, 1, 2, 3, 7);
    assert_group(java_hash_boolean(true), 77, 1, 1, 2, 4);
    assert_group(java_hash_boolean(false), 3, 0, 0, 0, 0);
}

static void test_key_group_murmur_is_flinks(void **state)
{
    assert_int_equal(key_group_murmur(0), 593689054);
    assert_int_equal(key_group_murmur(1), 68075478);
    assert_int_equal(key_group_murmur(2), 1085422463);
    assert_int_equal(key_group_murmur(42), 1134849565);
    assert_int_equal(key_group_murmur(-1), 1982413648);
    assert_int_equal(key_group_murmur(INT32_MAX), 1653689534);
    assert_int_equal(key_group_murmur(INT32_MIN), 1718298732);
}

static void test_key_group_of_texts_is_flinks(void **state)
{
    static const struct {
        const char *text;
        int32_t hash;
        uint32_t group;
    } known[] = {
        {"", 0, 94},
        {"a", 97, 81},
        {"b", 98, 22},
        {"c", 99, 62},
        {"hello", 99162322, 35},
        {"Hello", 69609650, 12},
        {"key1", 3288498, 41},
        {"key2", 3288499, 27},
        {"key3", 3288500, 91},
        {"user-1", -836031825, 121},
        {"flink", 97520992, 98},
        {"A", 65, 104},
        {"B", 66, 17},
        {"C", 67, 17},
        {"D", 68, 125},
        {"Aa", 2112, 108}, /* Java hashes it like the next */
        {"BB", 2112, 108},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(java_hash_text(span_text(known[i].text)), known[i].hash);
        assert_int_equal(key_group_of_key(WEIR_STRING, span_text(known[i].text), 128),
                         known[i].group);
    }
}

static void assert_text_is_units(const char *text, const uint16_t *units, size_t count)
{
    assert_int_equal(java_hash_text(span_text(text)), java_hash_utf16(units, count));
}

static void test_java_hash_text_counts_utf16_units(void **state)
{
    assert_text_is_units("\xc3\xa9", (const uint16_t[]){0xe9}, 1);
    assert_text_is_units("x\xe2\x82\xacy", (const uint16_t[]){'x', 0x20ac, 'y'}, 3);
    assert_text_is_units("\xf0\x9f\x98\x80", (const uint16_t[]){0xd83d, 0xde00}, 2);
    assert_text_is_units("a\xff\xc3z", (const uint16_t[]){'a', 0xfffd, 0xfffd, 'z'}, 4);
    /* "\u00e9\u20ac" by hand: 31 * 233 + 8364 */
    assert_int_equal(java_hash_text(span_text("\xc3\xa9\xe2\x82\xac")), 15587);
}

/* 1.0 is 0x3ff00000 00000000: the halves xored are 0x3ff00000 = 1072693248. */
static void test_java_hash_double_is_of_its_bits(void **state)
{
    double other_nan;
    uint64_t bits = 0xfff8000000000001u;

    memcpy(&other_nan, &bits, 8);
    assert_int_equal(java_hash_double(1.0), 1072693248);
    assert_int_equal(java_hash_double(0.0), 0);
    assert_int_equal(java_hash_double(-0.0), INT32_MIN);
    assert_int_equal(java_hash_double((double)NAN), 0x7ff80000);
    assert_int_equal(java_hash_double(other_nan), 0x7ff80000);
    assert_int_equal(java_hash_double(172.3084790244443), 1325573743);
}

static uint32_t group_of_slot(enum weir_type type, uint64_t slot)
{
    return key_group_of_key(type, (struct span){(const uint8_t *)&slot, 8}, 128);
}

static void test_key_group_of_key_hashes_by_type(void **state)
{
    assert_int_equal(group_of_slot(WEIR_INT, (uint64_t)-1), 80);
    assert_int_equal(group_of_slot(WEIR_BIGINT, (uint64_t)-1), 94);
    assert_int_equal(group_of_slot(WEIR_TIMESTAMP, (uint64_t)-1), 94);
    assert_int_equal(group_of_slot(WEIR_BOOLEAN, 1), 77);
    assert_int_equal(group_of_slot(WEIR_BOOLEAN, 0), 3);
    assert_int_equal(group_of_slot(WEIR_DOUBLE, 0x406589df0f672fb0), 125);
}

static void test_key_group_works_with_any_max_parallelism(void **state)
{
    /* vector keygroup-0's neighbours: hash 1304584458 has murmur 71380323 */
    assert_int_equal(key_group_murmur(1304584458), 71380323);
    assert_int_equal(key_group_of(1304584458, 20917), 11519);
    assert_int_equal(key_group_subtask(11519, 17544, 20917), 9661);
    assert_int_equal(key_group_of(1304584458, 1), 0);
    assert_int_equal(key_group_of(1304584458, 32768), 71380323 % 32768);
}

static void assert_range(uint32_t i, uint32_t p, uint32_t max, uint32_t first, uint32_t last)
{
    struct key_range r = key_group_range(i, p, max);

    assert_int_equal(r.first, first);
    assert_int_equal(r.last, last);
}

static void test_key_group_ranges_are_flinks(void **state)
{
    assert_range(0, 1, 128, 0, 127);
    assert_range(0, 2, 128, 0, 63);
    assert_range(1, 2, 128, 64, 127);
    assert_range(0, 3, 128, 0, 42);
    assert_range(1, 3, 128, 43, 85);
    assert_range(2, 3, 128, 86, 127);
    assert_range(2, 5, 128, 52, 76);
    assert_range(3, 5, 128, 77, 102);
    assert_range(1, 3, 10, 4, 6);
    assert_range(1, 4, 10, 3, 4);
    assert_range(3, 4, 9, 7, 8);
    assert_range(32767, 32768, 32768, 32767, 32767);
}

/* K2, and that a group's subtask is the one whose range holds it. */
static void check_ranges(uint32_t p, uint32_t max)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < p; i++) {
        struct key_range r = key_group_range(i, p, max);

        assert_int_equal(r.first, next);
        for (uint32_t g = r.first; g <= r.last; g++)
            assert_int_equal(key_group_subtask(g, p, max), i);
        next = r.last + 1;
    }
    assert_int_equal(next, max);
}

static void test_key_group_ranges_cover_all_once(void **state)
{
    for (uint32_t max = 1; max <= 130; max++)
        for (uint32_t p = 1; p <= max; p++)
            check_ranges(p, max);
    check_ranges(32768, 32768);
    check_ranges(7, 32768);
    check_ranges(32767, 32768);
}

static void test_default_max_parallelism_is_flinks(void **state)
{
    assert_int_equal(default_max_parallelism(1), 128);
    assert_int_equal(default_max_parallelism(85), 128);
    assert_int_equal(default_max_parallelism(86), 256);
    assert_int_equal(default_max_parallelism(128), 256);
    assert_int_equal(default_max_parallelism(170), 256);
    assert_int_equal(default_max_parallelism(171), 256);
    assert_int_equal(default_max_parallelism(172), 512);
    assert_int_equal(default_max_parallelism(1000), 2048);
    assert_int_equal(default_max_parallelism(21845), 32768);
    assert_int_equal(default_max_parallelism(32768), 32768);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_group_of_integers_is_flinks),
        cmocka_unit_test(test_key_group_murmur_is_flinks),
        cmocka_unit_test(test_key_group_of_texts_is_flinks),
        cmocka_unit_test(test_java_hash_text_counts_utf16_units),
        cmocka_unit_test(test_java_hash_double_is_of_its_bits),
        cmocka_unit_test(test_key_group_of_key_hashes_by_type),
        cmocka_unit_test(test_key_group_works_with_any_max_parallelism),
        cmocka_unit_test(test_key_group_ranges_are_flinks),
        cmocka_unit_test(test_key_group_ranges_cover_all_once),
        cmocka_unit_test(test_default_max_parallelism_is_flinks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
