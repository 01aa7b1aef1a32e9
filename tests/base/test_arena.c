/* Arenas: zeroed, aligned, apart from each other, and reused after a reset. */
#include <string.h>

#include "base/arena.h"
#include "tests/check.h"

static int is_zero(const unsigned char *p, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (p[i])
            return 0;
    return 1;
}

static void test_arena_memory_is_zeroed_aligned_and_apart(void **state)
{
    struct arena *a = arena_new();
    unsigned char *last = NULL;

    for (size_t bytes = 0; bytes < 300; bytes++) {
        unsigned char *p = arena_alloc(a, bytes);

        assert_int_equal((uintptr_t)p % 16, 0);
        assert_true(is_zero(p, bytes));
        if (last && bytes > 1)
            assert_int_equal(last[bytes - 2], 0xaa); /* the one before is untouched */
        memset(p, 0xaa, bytes);
        last = p;
    }
    arena_free(a);
}

static void test_arena_gives_blocks_larger_than_its_own(void **state)
{
    struct arena *a = arena_new();
    unsigned char *large = arena_alloc(a, 1 << 20), *small = arena_alloc(a, 8);

    assert_true(is_zero(large, 1 << 20));
    memset(large, 1, 1 << 20);
    assert_true(is_zero(small, 8));
    arena_free(a);
}

static void test_arena_is_zeroed_again_after_a_reset(void **state)
{
    struct arena *a = arena_new();

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 50; i++) {
            unsigned char *p = arena_alloc(a, 1000);

            assert_true(is_zero(p, 1000));
            memset(p, 0xff, 1000);
        }
        arena_reset(a);
    }
    arena_free(a);
}

static void test_arena_settles_on_one_block(void **state)
{
    struct arena *a = arena_new();
    unsigned char *first = NULL;

    for (int round = 0; round < 5; round++) {
        unsigned char *p = arena_alloc(a, 40000);

        arena_alloc(a, 40000);
        if (round == 2)
            first = p;
        if (round > 2)
            assert_ptr_equal(p, first); /* no more malloc */
        arena_reset(a);
    }
    arena_free(a);
}

static void test_arena_copies_and_formats(void **state)
{
    struct arena *a = arena_new();

    assert_string_equal(arena_text(a, "weir"), "weir");
    assert_string_equal(arena_format(a, "%s-%d", "tm", 1), "tm-1");
    assert_memory_equal(arena_copy(a, "ab", 2), "ab", 2);
    assert_null(arena_text(a, NULL));
    assert_null(arena_copy(a, NULL, 0));
    arena_free(a);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(test_arena_gives_blocks_larger_than_its_own),
        cmocka_unit_test(test_arena_is_zeroed_again_after_a_reset),
        cmocka_unit_test(test_arena_settles_on_one_block),
        cmocka_unit_test(test_arena_copies_and_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
