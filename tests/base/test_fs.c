/* One suite for both file systems, in memory and on disk; then what only one of them does. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/fs_os.h"
#include "base/mem.h"
#include "tests/check.h"

struct place {
    struct fs *fs;
    char root[64]; /* "" in memory */
};

static int setup_memory(void **state)
{
    struct place *p = mem_alloc(sizeof *p);

    p->fs = fs_memory_new(NULL);
    *state = p;
    return 0;
}

static int teardown_memory(void **state)
{
    struct place *p = *state;

    fs_memory_free(p->fs);
    mem_free(p);
    return 0;
}

static int setup_os(void **state)
{
    struct place *p = mem_alloc(sizeof *p);

    strcpy(p->root, "/tmp/weir-test-fs-XXXXXX");
    if (mkdtemp(p->root) == NULL)
        return -1;
    p->fs = fs_os_new(p->root, false);
    *state = p;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    return remove(path);
}

static int teardown_os(void **state)
{
    struct place *p = *state;

    fs_os_free(p->fs);
    nftw(p->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    mem_free(p);
    return 0;
}

static struct fs *fs_of(void **state)
{
    return ((struct place *)*state)->fs;
}

static void write_text(struct fs *fs, const char *path, const char *text)
{
    assert_int_equal(fs_write(fs, path, span_text(text)), ERR_NONE);
}

static void assert_holds(struct fs *fs, const char *path, const char *text)
{
    struct bytes b = {0};

    assert_int_equal(fs_read(fs, path, &b), ERR_NONE);
    assert_string_equal(bytes_cstr(&b), text);
    bytes_done(&b);
}

static void assert_absent(struct fs *fs, const char *path)
{
    struct bytes b = {0};
    struct span s;

    assert_int_equal(fs_read(fs, path, &b), ERR_NOT_FOUND);
    assert_int_equal(fs_view(fs, path, &s), ERR_NOT_FOUND);
    assert_int_equal(b.bytes, 0);
    bytes_done(&b);
}

static void note_name(void *arg, const char *name, uint64_t bytes)
{
    bytes_format(arg, "%s:%d ", name, (int)bytes);
}

static void assert_lists(struct fs *fs, const char *dir, const char *wanted)
{
    struct bytes b = {0};

    assert_int_equal(fs_list(fs, dir, note_name, &b), ERR_NONE);
    assert_string_equal(bytes_cstr(&b), wanted);
    bytes_done(&b);
}

/* ---- both ---- */

static void test_fs_reads_what_was_written(void **state)
{
    struct fs *fs = fs_of(state);

    assert_absent(fs, "a");
    write_text(fs, "a", "one");
    write_text(fs, "deep/er/b", "two");
    assert_holds(fs, "a", "one");
    assert_holds(fs, "deep/er/b", "two");
    write_text(fs, "a", "");
    assert_holds(fs, "a", "");
    assert_absent(fs, "a/b"); /* a is no directory */
}

static void test_fs_read_appends(void **state)
{
    struct bytes b = {0};

    write_text(fs_of(state), "a", "one");
    bytes_put(&b, "x", 1);
    assert_int_equal(fs_read(fs_of(state), "a", &b), ERR_NONE);
    assert_string_equal(bytes_cstr(&b), "xone");
    bytes_done(&b);
}

static void test_fs_keeps_large_files(void **state)
{
    struct bytes b = {0}, back = {0};

    for (uint32_t i = 0; i < 300000; i++)
        bytes_put_u32(&b, i);
    assert_int_equal(fs_write(fs_of(state), "large", bytes_span(&b)), ERR_NONE);
    assert_int_equal(fs_read(fs_of(state), "large", &back), ERR_NONE);
    assert_true(span_equal(bytes_span(&b), bytes_span(&back)));
    bytes_done(&b);
    bytes_done(&back);
}

static void test_fs_view_stays_when_the_file_is_replaced_or_removed(void **state)
{
    struct fs *fs = fs_of(state);
    struct span first, second, empty;

    write_text(fs, "a", "one");
    assert_int_equal(fs_view(fs, "a", &first), ERR_NONE);
    write_text(fs, "a", "three");
    assert_int_equal(fs_view(fs, "a", &second), ERR_NONE);
    assert_int_equal(fs_remove(fs, "a"), ERR_NONE);
    write_text(fs, "a", "");
    assert_int_equal(fs_view(fs, "a", &empty), ERR_NONE);
    assert_true(span_equal(first, span_text("one")));
    assert_true(span_equal(second, span_text("three")));
    assert_int_equal(empty.bytes, 0);
}

static void test_fs_rename_replaces(void **state)
{
    struct fs *fs = fs_of(state);

    write_text(fs, "a", "one");
    write_text(fs, "b", "two");
    assert_int_equal(fs_rename(fs, "a", "b"), ERR_NONE);
    assert_absent(fs, "a");
    assert_holds(fs, "b", "one");
    assert_int_equal(fs_rename(fs, "b", "made/as/needed"), ERR_NONE);
    assert_holds(fs, "made/as/needed", "one");
    assert_int_equal(fs_rename(fs, "none", "b"), ERR_NOT_FOUND);
}

static void test_fs_remove_says_what_was_not_there(void **state)
{
    struct fs *fs = fs_of(state);

    write_text(fs, "a", "one");
    assert_int_equal(fs_remove(fs, "a"), ERR_NONE);
    assert_int_equal(fs_remove(fs, "a"), ERR_NOT_FOUND);
    assert_absent(fs, "a");
}

static void test_fs_list_is_sorted_by_bytes_and_flat(void **state)
{
    struct fs *fs = fs_of(state);

    write_text(fs, "d/b", "1");
    write_text(fs, "d/a", "22");
    write_text(fs, "d/B", "333");
    write_text(fs, "d/\xc3\xa9", "");
    write_text(fs, "d/.hidden", "4444");
    write_text(fs, "d/below/c", "55555");
    write_text(fs, "d2", "666666");
    write_text(fs, "z", "");
    assert_lists(fs, "d", ".hidden:4 B:3 a:2 b:1 \xc3\xa9:0 ");
    assert_lists(fs, "d/", ".hidden:4 B:3 a:2 b:1 \xc3\xa9:0 ");
    assert_lists(fs, "d/below", "c:5 ");
    assert_lists(fs, "", "d2:6 z:0 ");
    assert_lists(fs, "none", "");
}

static void remove_listed(void *arg, const char *name, uint64_t bytes)
{
    char path[64];

    snprintf(path, sizeof path, "d/%s", name);
    assert_int_equal(fs_remove(arg, path), ERR_NONE);
}

static void test_fs_list_may_remove_what_it_shows(void **state)
{
    struct fs *fs = fs_of(state);

    write_text(fs, "d/a", "");
    write_text(fs, "d/b", "");
    write_text(fs, "d/c", "");
    assert_int_equal(fs_list(fs, "d", remove_listed, fs), ERR_NONE);
    assert_lists(fs, "d", "");
}

/* ---- memory only ---- */

static void test_fs_memory_looks_below_and_never_changes_it(void **state)
{
    struct fs *below = fs_memory_new(NULL), *fs = fs_memory_new(below);

    write_text(below, "in/a", "below");
    assert_holds(fs, "in/a", "below");
    write_text(fs, "in/a", "above");
    assert_holds(fs, "in/a", "above");
    assert_holds(below, "in/a", "below");
    assert_lists(fs, "in", "a:5 ");
    assert_int_equal(fs_remove(fs, "in/a"), ERR_NONE);
    assert_int_equal(fs_remove(fs, "in/a"), ERR_NOT_FOUND);
    assert_lists(fs, "in", ""); /* what is below is not part of this run */
    assert_holds(fs, "in/a", "below");
    fs_memory_free(fs);
    fs_memory_free(below);
    fs_memory_free(NULL);
}

/* ---- disk only ---- */

static void test_fs_os_does_not_leave_its_root(void **state)
{
    struct fs *fs = fs_of(state);
    struct span s;

    assert_int_equal(fs_view(fs, "/etc/passwd", &s), ERR_USAGE);
    assert_int_equal(fs_view(fs, "../x", &s), ERR_USAGE);
    assert_int_equal(fs_write(fs, "a/../../x", span_text("")), ERR_USAGE);
    assert_int_equal(fs_rename(fs, "a", "b/.."), ERR_USAGE);
    write_text(fs, "..a/b..", "dots in names are fine");
    assert_holds(fs, "..a/b..", "dots in names are fine");
}

static void test_fs_os_takes_the_users_own_paths_where_it_may(void **state)
{
    struct place *p = *state;
    struct fs *any = fs_os_new("", true);
    char path[128];

    write_text(p->fs, "d/a", "one");
    snprintf(path, sizeof path, "%s/d/a", p->root);
    assert_holds(any, path, "one");
    snprintf(path, sizeof path, "%s/d/../d/a", p->root);
    assert_holds(any, path, "one");
    fs_os_free(any);
    fs_os_free(NULL);
}

static void test_fs_os_leaves_no_temp_files_and_hides_old_ones(void **state)
{
    struct place *p = *state;
    char path[128];
    FILE *f;

    write_text(p->fs, "d/a", "one");
    snprintf(path, sizeof path, "%s/d/a.17-0.tmp", p->root);
    assert_int_not_equal(access(path, F_OK), 0);
    f = fopen(path, "w"); /* left by a crash */
    assert_non_null(f);
    fclose(f);
    assert_lists(p->fs, "d", "a:3 ");
}

static void test_fs_os_takes_a_directory_away_with_its_last_file(void **state)
{
    struct place *p = *state;
    char path[128];

    write_text(p->fs, "run/chk-1/a", "one");
    write_text(p->fs, "run/chk-1/b", "two");
    assert_int_equal(fs_remove(p->fs, "run/chk-1/a"), ERR_NONE);
    snprintf(path, sizeof path, "%s/run/chk-1", p->root);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(fs_remove(p->fs, "run/chk-1/b"), ERR_NONE);
    snprintf(path, sizeof path, "%s/run", p->root);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(access(p->root, F_OK), 0);
    write_text(p->fs, "run/chk-1/a", "again");
    assert_holds(p->fs, "run/chk-1/a", "again");
}

static void test_fs_os_says_why_it_cannot(void **state)
{
    struct fs *fs = fs_of(state);
    char longest[5000];
    struct span s;

    write_text(fs, "file", "");
    write_text(fs, "dir/file", "");
    assert_int_equal(fs_view(fs, "dir", &s), ERR_MISMATCH);
    assert_int_equal(fs_remove(fs, "dir"), ERR_MISMATCH);
    assert_true(fs_write(fs, "file/below", span_text("")) < 0);
    assert_true(fs_write(fs, "dir", span_text("")) < 0);
    assert_lists(fs, "dir", "file:0 ");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_int_equal(fs_view(fs, longest, &s), ERR_LIMIT);
}

static void test_fs_os_maps_an_unchanged_file_once(void **state)
{
    struct fs *fs = fs_of(state);
    struct span a, b;

    write_text(fs, "a", "one");
    assert_int_equal(fs_view(fs, "a", &a), ERR_NONE);
    assert_int_equal(fs_view(fs, "a", &b), ERR_NONE);
    assert_ptr_equal(a.p, b.p);
}

#define BOTH(test)                                                                                 \
    {#test " in memory", test, setup_memory, teardown_memory, NULL},                               \
    {                                                                                              \
#test " on disk", test, setup_os, teardown_os, NULL                                        \
    }
#define DISK(test) cmocka_unit_test_setup_teardown(test, setup_os, teardown_os)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_fs_reads_what_was_written),
        BOTH(test_fs_read_appends),
        BOTH(test_fs_keeps_large_files),
        BOTH(test_fs_view_stays_when_the_file_is_replaced_or_removed),
        BOTH(test_fs_rename_replaces),
        BOTH(test_fs_remove_says_what_was_not_there),
        BOTH(test_fs_list_is_sorted_by_bytes_and_flat),
        BOTH(test_fs_list_may_remove_what_it_shows),
        cmocka_unit_test(test_fs_memory_looks_below_and_never_changes_it),
        DISK(test_fs_os_does_not_leave_its_root),
        DISK(test_fs_os_takes_the_users_own_paths_where_it_may),
        DISK(test_fs_os_leaves_no_temp_files_and_hides_old_ones),
        DISK(test_fs_os_takes_a_directory_away_with_its_last_file),
        DISK(test_fs_os_says_why_it_cannot),
        DISK(test_fs_os_maps_an_unchanged_file_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
