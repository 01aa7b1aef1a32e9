/* Row images: written, read, compared as bytes, checked when they come from outside, shown. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "data/row.h"
#include "tests/check.h"

#define FLIGHT(C)                                                                                  \
    C(BIGINT, id)                                                                                  \
    C(STRING, origin)                                                                              \
    C(STRING, to) C(INT, delay) C(DOUBLE, miles) C(BOOLEAN, cargo) C(TIMESTAMP, at)
WEIR_ROW(flight, FLIGHT)
#define POINT(C) C(BIGINT, x) C(DOUBLE, y)
WEIR_ROW(point, POINT)

enum { WORDS = 64 };

static struct weir_text text(const char *t)
{
    return (struct weir_text){t, (uint32_t)strlen(t)};
}

static struct flight some_flight(void)
{
    return (struct flight){.id = 7,
                           .origin = text("LAS"),
                           .to = text("Oakland, CA"),
                           .delay = -5,
                           .miles = 407.5,
                           .cargo = 1,
                           .at = 978312240000};
}

/* The image of `f` in fresh memory full of rubbish; the caller frees it. */
static uint64_t *image_of(const struct flight *f, uint32_t *bytes)
{
    uint64_t *image = mem_alloc(WORDS * 8);

    memset(image, 0xa5, WORDS * 8);
    *bytes = row_write(&flight_schema, f, image);
    assert_int_equal(*bytes, row_image_bytes(&flight_schema, f));
    return image;
}

static void test_row_image_lies_as_the_header_says(void **state)
{
    struct flight f = some_flight();
    uint32_t bytes;
    uint64_t *image = image_of(&f, &bytes);

    assert_int_equal(bytes, 8 * 8 + 16); /* 3 + 11 bytes of text, padded to 16 */
    assert_int_equal(image[0], 0);
    assert_int_equal(image[1], 7);
    assert_true(image[2] == (64 | 3ull << 32));
    assert_true(image[3] == (67 | 11ull << 32));
    assert_int_equal((int64_t)image[4], -5);
    assert_memory_equal((char *)image + 64, "LASOakland, CA\0\0", 16);
    assert_true(image[10] == 0xa5a5a5a5a5a5a5a5u); /* nothing behind the end */
    mem_free(image);
}

static void test_row_read_gives_back_what_was_written(void **state)
{
    struct flight f = some_flight(), back;
    uint32_t bytes;
    uint64_t *image = image_of(&f, &bytes);
    const struct weir_row row = {.image = image, .bytes = bytes};

    row_read(&flight_schema, image, &back);
    assert_int_equal(back.id, 7);
    assert_int_equal(back.origin.bytes, 3);
    assert_memory_equal(back.to.p, "Oakland, CA", 11);
    assert_int_equal(back.delay, -5);
    assert_true(back.miles == 407.5);
    assert_int_equal(back.at, f.at);
    back = flight_of(&row); /* the generated reader agrees */
    assert_int_equal(back.delay, -5);
    assert_memory_equal(back.origin.p, "LAS", 3);
    mem_free(image);
}

static void test_row_of_a_fixed_type_is_its_struct(void **state)
{
    struct point p = {.x = -1, .y = 2.5};
    uint64_t image[3];

    assert_int_equal(row_write(&point_schema, &p, image), sizeof p);
    assert_memory_equal(image, &p, sizeof p);
}

static void test_row_with_empty_texts_has_no_tail(void **state)
{
    struct flight f = {.origin = {NULL, 0}};
    uint32_t bytes;
    uint64_t *image = image_of(&f, &bytes);

    assert_int_equal(bytes, 64);
    assert_true(image[2] == 64 && image[3] == 64);
    mem_free(image);
}

static void test_row_nulls_are_empty_whatever_the_struct_holds(void **state)
{
    struct flight f = some_flight(), g = {.nulls = 1 << 1 | 1 << 3, .id = 7};
    uint32_t f_bytes, g_bytes;
    uint64_t *a, *b;

    f.nulls = 1 << 1 | 1 << 3 | 1ull << 63; /* origin, delay; there is no column 63 */
    g.to = f.to, g.miles = f.miles, g.cargo = f.cargo, g.at = f.at;
    a = image_of(&f, &f_bytes);
    b = image_of(&g, &g_bytes);
    assert_int_equal(f_bytes, g_bytes);
    assert_memory_equal(a, b, f_bytes);
    mem_free(a);
    mem_free(b);
}

static void test_row_takes_63_columns(void **state)
{
    struct weir_column column[63];
    struct weir_schema s = {"wide", 63, 8 * 64, column};
    char name[63][4];
    uint64_t value[64], image[64];

    for (int i = 0; i < 63; i++) {
        snprintf(name[i], sizeof name[i], "c%d", i);
        column[i] = (struct weir_column){name[i], WEIR_BIGINT};
        value[1 + i] = (uint64_t)i;
    }
    assert_int_equal(schema_check(&s, NULL), ERR_NONE);
    value[0] = 1ull << 62;
    assert_int_equal(row_write(&s, value, image), sizeof image);
    assert_true(image[0] == 1ull << 62);
    assert_int_equal(image[63], 0);
    assert_int_equal(image[62], 61);
}

static void test_row_is_sound_keeps_texts_inside(void **state)
{
    struct flight f = some_flight();
    uint32_t bytes;
    uint64_t *image = image_of(&f, &bytes), good = image[3];

    assert_true(row_is_sound(&flight_schema, image, bytes));
    for (uint32_t n = 0; n < bytes; n++)
        assert_false(row_is_sound(&flight_schema, image, n));
    image[3] = 67 | 14ull << 32; /* one byte too long */
    assert_false(row_is_sound(&flight_schema, image, bytes));
    image[3] = 0 | 11ull << 32; /* over the slots */
    assert_false(row_is_sound(&flight_schema, image, bytes));
    image[3] = 0xffffffffu | 11ull << 32;
    assert_false(row_is_sound(&flight_schema, image, bytes));
    image[3] = 67 | 0xffffffffull << 32;
    assert_false(row_is_sound(&flight_schema, image, bytes));
    image[3] = good;
    assert_true(row_is_sound(&flight_schema, image, bytes));
    mem_free(image);
}

static void test_row_key_is_eight_bytes_or_the_text(void **state)
{
    struct flight f = some_flight();
    uint32_t bytes;
    uint64_t *image = image_of(&f, &bytes);
    struct span key = row_key(&flight_schema, image, 0);
    int64_t id;

    assert_int_equal(key.bytes, 8);
    memcpy(&id, key.p, 8);
    assert_int_equal(id, 7);
    assert_true(span_equal(row_key(&flight_schema, image, 1), span_text("LAS")));
    mem_free(image);
}

static void test_row_hash_is_of_image_and_time(void **state)
{
    uint64_t image[3] = {0, 1, 2};
    struct weir_row a = {.image = image, .event_ms = 5, .bytes = 24}, b = a, c = a;

    b.origin = 99; /* where it came from does not count */
    c.event_ms = 6;
    assert_true(row_hash(&a) == row_hash(&b));
    assert_true(row_hash(&a) != row_hash(&c));
    image[2] = 3;
    uint64_t changed = row_hash(&a);
    image[2] = 2;
    assert_true(row_hash(&a) != changed);
}

static void test_row_shows_itself_as_text_and_json(void **state)
{
    struct flight f = some_flight();
    struct bytes out = {0};
    uint32_t bytes;
    uint64_t *image;

    f.origin = text("\"X\"");
    f.nulls = 1 << 3;
    image = image_of(&f, &bytes);
    const struct weir_row row = {.image = image, .bytes = bytes};

    row_format(&flight_schema, &row, &out);
    assert_string_equal(bytes_cstr(&out), "id=7 origin=\"X\" to=Oakland, CA delay=NULL miles=407.5 "
                                          "cargo=true at=2001-01-01 01:24:00");
    bytes_clear(&out);
    row_json(&flight_schema, &row, &out);
    assert_string_equal(bytes_cstr(&out),
                        "{\"id\":7,\"origin\":\"\\\"X\\\"\",\"to\":\"Oakland, CA\",\"delay\":null,"
                        "\"miles\":407.5,\"cargo\":true,\"at\":\"2001-01-01 01:24:00\"}");
    bytes_done(&out);
    mem_free(image);
}

/* Texts of every length up to 40 on both columns, in memory of just the size. */
static void test_row_write_fills_exactly_its_bytes(void **state)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN";

    for (uint32_t n = 0; n <= 40; n++) {
        struct flight f = {.origin = {letters, n}, .to = {letters, 40 - n / 2}}, back;
        uint32_t bytes = row_image_bytes(&flight_schema, &f);
        uint64_t *image = mem_alloc(bytes);

        assert_int_equal(row_write(&flight_schema, &f, image), bytes);
        assert_true(row_is_sound(&flight_schema, image, bytes));
        row_read(&flight_schema, image, &back);
        assert_memory_equal(back.origin.p, letters, n);
        assert_memory_equal(back.to.p, letters, 40 - n / 2);
        mem_free(image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_image_lies_as_the_header_says),
        cmocka_unit_test(test_row_read_gives_back_what_was_written),
        cmocka_unit_test(test_row_of_a_fixed_type_is_its_struct),
        cmocka_unit_test(test_row_with_empty_texts_has_no_tail),
        cmocka_unit_test(test_row_nulls_are_empty_whatever_the_struct_holds),
        cmocka_unit_test(test_row_takes_63_columns),
        cmocka_unit_test(test_row_is_sound_keeps_texts_inside),
        cmocka_unit_test(test_row_key_is_eight_bytes_or_the_text),
        cmocka_unit_test(test_row_hash_is_of_image_and_time),
        cmocka_unit_test(test_row_shows_itself_as_text_and_json),
        cmocka_unit_test(test_row_write_fills_exactly_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
