/* A snapshot refuses to be misread: every flipped, missing or added byte is found. */
#include "state/snapshot.h"
#include "tests/check.h"

#include <string.h>

static void make(struct snapshot_out *s)
{
    snapshot_start(s);
    bytes_put_text(snapshot_block(s, "window-2/panes", 1), "some contents");
    snapshot_block_end(s);
    bytes_put_u64(snapshot_block(s, "csv-0/split", 3), 41);
    snapshot_block_end(s);
    snapshot_finish(s);
}

static int open_copy(const struct bytes *b, size_t bytes, struct diag *why)
{
    struct snapshot_in in;

    *why = (struct diag){0};
    return snapshot_open(&in, (struct span){b->p, bytes}, "test", why);
}

static void test_a_block_is_found_by_name_with_its_version(void **state)
{
    struct snapshot_out s;
    struct snapshot_in in;
    struct diag why = {0};
    struct reader r;
    uint32_t version;

    make(&s);
    assert_int_equal(snapshot_open(&in, bytes_span(&s.bytes), "test", &why), ERR_NONE);
    assert_int_equal(snapshot_find(&in, "csv-0/split", &version, &r), ERR_NONE);
    assert_int_equal(version, 3);
    assert_int_equal(read_u64(&r), 41);
    assert_true(reader_at_end(&r));
    assert_int_equal(snapshot_find(&in, "csv-1/split", &version, &r), ERR_NOT_FOUND);
    snapshot_out_done(&s);
    (void)state;
}

static void test_every_flipped_bit_is_refused_with_a_message(void **state)
{
    struct snapshot_out s;
    struct diag why;

    make(&s);
    for (size_t i = 0; i < s.bytes.bytes; i++)
        for (int bit = 0; bit < 8; bit++) {
            s.bytes.p[i] ^= (uint8_t)(1 << bit);
            assert_int_not_equal(open_copy(&s.bytes, s.bytes.bytes, &why), ERR_NONE);
            assert_non_null(strstr(why.text, "test"));
            s.bytes.p[i] ^= (uint8_t)(1 << bit);
        }
    assert_int_equal(open_copy(&s.bytes, s.bytes.bytes, &why), ERR_NONE);
    snapshot_out_done(&s);
    (void)state;
}

static void test_every_truncation_and_an_added_byte_are_refused(void **state)
{
    struct snapshot_out s;
    struct diag why;

    make(&s);
    for (size_t n = 0; n < s.bytes.bytes; n++)
        assert_int_not_equal(open_copy(&s.bytes, n, &why), ERR_NONE);
    bytes_put_u8(&s.bytes, 0);
    assert_int_not_equal(open_copy(&s.bytes, s.bytes.bytes, &why), ERR_NONE);
    snapshot_out_done(&s);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_block_is_found_by_name_with_its_version),
        cmocka_unit_test(test_every_flipped_bit_is_refused_with_a_message),
        cmocka_unit_test(test_every_truncation_and_an_added_byte_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
