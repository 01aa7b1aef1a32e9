/* Row types: found columns, mistakes named, equality and hash, and through bytes. */
#include <string.h>

#include "base/mem.h"
#include "data/schema.h"
#include "tests/check.h"

#define FLIGHT(C) C(BIGINT, id) C(STRING, origin) C(INT, delay)
WEIR_ROW(flight, FLIGHT)
#define COUNT(C) C(STRING, origin) C(BIGINT, count)
WEIR_ROW(count, COUNT)
#define POINT(C) C(BIGINT, x) C(DOUBLE, y)
WEIR_ROW(point, POINT)

static void test_schema_finds_columns_by_name(void **state)
{
    assert_int_equal(schema_column(&flight_schema, "id"), 0);
    assert_int_equal(schema_column(&flight_schema, "delay"), 2);
    assert_int_equal(schema_column(&flight_schema, "Delay"), -1);
    assert_string_equal(type_name(WEIR_TIMESTAMP), "TIMESTAMP");
}

static void test_schema_is_fixed_without_texts(void **state)
{
    assert_true(schema_is_fixed(&point_schema));
    assert_false(schema_is_fixed(&flight_schema));
    assert_int_equal(point_schema.size, 24);
    assert_int_equal(flight_schema.size, 8 + 8 + 16 + 8);
}

static void test_schema_check_names_the_mistake(void **state)
{
    static const struct weir_column twice[] = {{"a", WEIR_INT}, {"b", WEIR_INT}, {"a", WEIR_INT}};
    const struct weir_schema doubled = {"t", 3, 32, twice}, sized = {"t", 2, 25, twice},
                             empty = {"t", 0, 8, twice}, many = {"t", 64, 8 + 64 * 8, twice};
    struct diag a = {0}, b = {0}, c = {0}, d = {0};

    assert_int_equal(schema_check(&flight_schema, &a), ERR_NONE);
    assert_int_equal(schema_check(&doubled, &a), ERR_USAGE);
    assert_string_equal(a.text, "row type 't' has two columns 'a'");
    assert_int_equal(schema_check(&sized, &b), ERR_USAGE);
    assert_non_null(strstr(b.text, "25 bytes"));
    assert_int_equal(schema_check(&empty, &c), ERR_USAGE);
    assert_int_equal(schema_check(&many, &d), ERR_USAGE);
}

static void test_schema_equality_is_of_names_types_and_order(void **state)
{
    static const struct weir_column same[] = {
        {"id", WEIR_BIGINT}, {"origin", WEIR_STRING}, {"delay", WEIR_INT}};
    static const struct weir_column renamed[] = {
        {"id", WEIR_BIGINT}, {"from", WEIR_STRING}, {"delay", WEIR_INT}};
    static const struct weir_column retyped[] = {
        {"id", WEIR_BIGINT}, {"origin", WEIR_STRING}, {"delay", WEIR_BIGINT}};
    static const struct weir_column swapped[] = {
        {"origin", WEIR_STRING}, {"id", WEIR_BIGINT}, {"delay", WEIR_INT}};
    const struct weir_schema other[] = {{"other name", 3, 40, same},
                                        {"flight", 3, 40, renamed},
                                        {"flight", 3, 40, retyped},
                                        {"flight", 3, 40, swapped},
                                        {"flight", 2, 32, same}};

    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        assert_int_equal(schema_equal(&flight_schema, &other[i]), i == 0);
        assert_int_equal(schema_hash(&flight_schema) == schema_hash(&other[i]), i == 0);
    }
    assert_true(schema_equal(NULL, NULL));
    assert_false(schema_equal(&flight_schema, NULL));
    assert_false(schema_equal(NULL, &flight_schema));
}

static void test_schema_written_matches_its_like_and_nothing_else(void **state)
{
    const struct weir_schema *all[] = {&count_schema, &flight_schema, NULL};

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            struct bytes b = {0};

            schema_write(all[i], &b);
            struct reader r = reader_of(bytes_span(&b));
            assert_int_equal(schema_matches(all[j], &r), i == j);
            assert_true(i != j || reader_at_end(&r));
            bytes_done(&b);
        }
}

static void test_schema_matches_refuses_every_truncation_and_bad_numbers(void **state)
{
    struct bytes b = {0};

    schema_write(&count_schema, &b);
    for (size_t n = 0; n < b.bytes; n++) {
        uint8_t *cut = mem_copy(b.p, n);
        struct reader r = reader_of((struct span){cut, n});

        assert_false(schema_matches(&count_schema, &r));
        mem_free(cut);
    }
    b.p[b.bytes - 1] = 99; /* the type of the last column */
    struct reader r = reader_of(bytes_span(&b));
    assert_false(schema_matches(&count_schema, &r));
    memset(b.p + 10, 0xff, 4); /* the count of columns */
    r = reader_of(bytes_span(&b));
    assert_false(schema_matches(&count_schema, &r));
    bytes_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_finds_columns_by_name),
        cmocka_unit_test(test_schema_is_fixed_without_texts),
        cmocka_unit_test(test_schema_check_names_the_mistake),
        cmocka_unit_test(test_schema_equality_is_of_names_types_and_order),
        cmocka_unit_test(test_schema_written_matches_its_like_and_nothing_else),
        cmocka_unit_test(test_schema_matches_refuses_every_truncation_and_bad_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
