/* Standard input as a file: read once to its end, viewed as often as one likes; the other files
 * are those of the fs below. */
#include <string.h>
#include <unistd.h>

#include "base/fs_stdin_os.h"
#include "tests/check.h"

/* Standard input is a pipe that holds `text` (which must fit into one) and then ends. */
static void feed(const char *text)
{
    int pipes[2];

    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], text, strlen(text)), (ssize_t)strlen(text));
    close(pipes[1]);
    dup2(pipes[0], STDIN_FILENO);
    close(pipes[0]);
}

static void test_stdin_is_read_once_and_seen_again(void **state)
{
    struct fs *fs = fs_stdin_new(NULL);
    struct bytes body = {0};
    struct span first, again;

    feed("n\n1\n2\n");
    assert_int_equal(fs_view(fs, "-", &first), ERR_NONE);
    assert_true(span_equal(first, span_text("n\n1\n2\n")));
    assert_int_equal(fs_view(fs, "-", &again), ERR_NONE);
    assert_ptr_equal(first.p, again.p);
    assert_int_equal(fs_read(fs, "-", &body), ERR_NONE);
    assert_int_equal(body.bytes, 6);
    bytes_done(&body);
    fs_stdin_free(fs);
}

static void test_stdin_that_is_closed_or_empty(void **state)
{
    struct fs *fs = fs_stdin_new(NULL);
    struct span body;

    feed("");
    assert_int_equal(fs_view(fs, "-", &body), ERR_NONE);
    assert_int_equal(body.bytes, 0);
    fs_stdin_free(fs);
    fs = fs_stdin_new(NULL);
    close(STDIN_FILENO);
    assert_int_equal(fs_view(fs, "-", &body), ERR_IO);
    assert_int_equal(fs_view(fs, "-", &body), ERR_IO);
    fs_stdin_free(fs);
}

static void count(void *arg, const char *name, uint64_t bytes)
{
    ++*(int *)arg;
}

static void test_other_files_are_those_below_and_stdin_is_never_written(void **state)
{
    struct fs *below = fs_memory_new(NULL), *fs = fs_stdin_new(below);
    struct bytes body = {0};
    struct span view;
    int files = 0;

    assert_int_equal(fs_write(fs, "a", span_text("x")), ERR_NONE);
    assert_int_equal(fs_view(below, "a", &view), ERR_NONE);
    assert_int_equal(fs_rename(fs, "a", "b"), ERR_NONE);
    assert_int_equal(fs_view(fs, "b", &view), ERR_NONE);
    assert_int_equal(fs_read(fs, "b", &body), ERR_NONE);
    assert_int_equal(fs_list(fs, "", count, &files), ERR_NONE);
    assert_int_equal(files, 1);
    assert_int_equal(fs_remove(fs, "b"), ERR_NONE);
    assert_int_equal(fs_view(fs, "b", &view), ERR_NOT_FOUND);
    assert_int_equal(fs_write(fs, "-", view), ERR_USAGE);
    assert_int_equal(fs_rename(fs, "-", "b"), ERR_USAGE);
    assert_int_equal(fs_remove(fs, "-"), ERR_USAGE);
    bytes_done(&body);
    fs_stdin_free(fs);
    fs_memory_free(below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stdin_is_read_once_and_seen_again),
        cmocka_unit_test(test_other_files_are_those_below_and_stdin_is_never_written),
        cmocka_unit_test(test_stdin_that_is_closed_or_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
