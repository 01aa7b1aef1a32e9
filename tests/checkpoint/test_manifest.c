/* The metadata of a checkpoint reads back as it was written, or is refused with what and where. */
#include <string.h>

#include "base/mem.h"
#include "checkpoint/manifest.h"
#include "state/snapshot.h"
#include "tests/check.h"

enum { GRAPH = 0xfeed };

static struct bytes sample(uint32_t tasks)
{
    struct manifest m = {.graph_hash = GRAPH, .checkpoint = 7, .attempt = 3, .tasks = tasks};
    struct bytes b = {0};

    m.handle = mem_alloc((tasks + 1) * sizeof *m.handle);
    for (uint32_t t = 0; t < tasks; t++) {
        snprintf(m.handle[t].path, sizeof m.handle[t].path, "chk-7/window-%u", t);
        m.handle[t].bytes = 1000 + t;
        m.handle[t].check = 77 + t;
    }
    manifest_write(&m, &b);
    manifest_done(&m);
    return b;
}

static int read(struct span in, uint64_t graph, struct manifest *m, struct diag *why)
{
    return manifest_read(m, in, "chk-7/_metadata", graph, why);
}

static void test_a_manifest_reads_back_as_it_was_written(void **state)
{
    struct bytes b = sample(3);
    struct manifest m;
    struct diag why = {0};
    char path[HANDLE_PATH_MAX];

    assert_int_equal(read(bytes_span(&b), GRAPH, &m, &why), ERR_NONE);
    assert_int_equal(m.checkpoint, 7);
    assert_int_equal(m.attempt, 3);
    assert_int_equal(m.tasks, 3);
    assert_string_equal(m.handle[2].path, "chk-7/window-2");
    assert_true(m.handle[2].bytes == 1002 && m.handle[2].check == 79);
    manifest_path(SNAPSHOT_CHECKPOINT, m.checkpoint, path);
    assert_string_equal(path, "chk-7/_metadata");
    manifest_done(&m);
    bytes_done(&b);
    (void)state;
}

static void test_every_flipped_bit_is_refused_and_the_file_is_named(void **state)
{
    struct bytes b = sample(2);
    struct manifest m;

    for (size_t at = 0; at < b.bytes; at++)
        for (int bit = 0; bit < 8; bit++) {
            struct diag why = {0};

            b.p[at] ^= (uint8_t)(1 << bit);
            assert_int_not_equal(read(bytes_span(&b), GRAPH, &m, &why), ERR_NONE);
            assert_non_null(strstr(why.text, "chk-7/_metadata"));
            b.p[at] ^= (uint8_t)(1 << bit);
        }
    bytes_done(&b);
    (void)state;
}

static void test_every_truncation_and_every_trailing_byte_is_refused(void **state)
{
    struct bytes b = sample(2);
    struct manifest m;

    for (size_t n = 0; n < b.bytes; n++)
        assert_int_not_equal(read((struct span){b.p, n}, GRAPH, &m, &(struct diag){0}), ERR_NONE);
    bytes_put_u8(&b, 0);
    assert_int_not_equal(read(bytes_span(&b), GRAPH, &m, &(struct diag){0}), ERR_NONE);
    bytes_done(&b);
    (void)state;
}

static void test_a_manifest_of_another_program_says_so_with_both_hashes(void **state)
{
    struct bytes b = sample(1);
    struct manifest m;
    struct diag why = {0};

    assert_int_equal(read(bytes_span(&b), 0xbeef, &m, &why), ERR_MISMATCH);
    assert_non_null(strstr(why.text, "000000000000feed"));
    assert_non_null(strstr(why.text, "000000000000beef"));
    assert_null(m.handle);
    bytes_done(&b);
    (void)state;
}

/* Sound files, every checksum right, that are no manifests. */
static void test_a_snapshot_that_is_no_manifest_is_refused(void **state)
{
    static const struct {
        const char *block;
        uint32_t version, tasks;
    } files[] = {{"window/panes", 1, 0}, {"manifest", 2, 0}, {"manifest", 1, UINT32_MAX}};

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct snapshot_out s;
        struct bytes *body;
        struct manifest m;

        snapshot_start(&s);
        body = snapshot_block(&s, files[i].block, files[i].version);
        bytes_put_u64(body, GRAPH);
        bytes_put_u32(body, 7);
        bytes_put_u32(body, files[i].tasks);
        snapshot_block_end(&s);
        snapshot_finish(&s);
        assert_int_equal(read(bytes_span(&s.bytes), GRAPH, &m, &(struct diag){0}), ERR_FORMAT);
        snapshot_out_done(&s);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_manifest_reads_back_as_it_was_written),
        cmocka_unit_test(test_every_flipped_bit_is_refused_and_the_file_is_named),
        cmocka_unit_test(test_every_truncation_and_every_trailing_byte_is_refused),
        cmocka_unit_test(test_a_manifest_of_another_program_says_so_with_both_hashes),
        cmocka_unit_test(test_a_snapshot_that_is_no_manifest_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
