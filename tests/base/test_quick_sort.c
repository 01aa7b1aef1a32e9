/* The sort: sorted whatever comes, the order of ties by an independent model of rules Q1 and Q2, and
 * never slow. */
#include "base/quick_sort.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tests/check.h"

#include <stdbool.h>
#include <stdint.h>

struct item {
    int key, place; /* where it was at first */
};
struct items {
    struct item *item;
    unsigned long compared;
};

static int compare(const void *of, size_t i, size_t j)
{
    struct items *s = (struct items *)(uintptr_t)of;
    int a = s->item[i].key, b = s->item[j].key;

    s->compared++;
    return (a > b) - (a < b);
}

static void swap(void *of, size_t i, size_t j)
{
    struct item *item = ((struct items *)of)->item, kept = item[i];

    item[i] = item[j];
    item[j] = kept;
}

static unsigned long sort(struct item *item, size_t n)
{
    struct items s = {item, 0};

    quick_sort(&(struct sortable){&s, compare, swap}, n);
    return s.compared;
}

/* Sorted, and each of the first items once: every place is found under its key. */
static void check_sorted(const struct item *item, const int *keys, int n)
{
    bool *seen = mem_alloc((size_t)n + 1);

    for (int i = 0; i < n; i++) {
        assert_true(i == 0 || item[i - 1].key <= item[i].key);
        assert_true(keys[item[i].place] == item[i].key && !seen[item[i].place]);
        seen[item[i].place] = true;
    }
    mem_free(seen);
}

static unsigned long sorted(const int *keys, int n)
{
    struct item *item = mem_alloc((size_t)(n + 1) * sizeof *item);
    unsigned long compared;

    for (int i = 0; i < n; i++)
        item[i] = (struct item){keys[i], i};
    compared = sort(item, (size_t)n);
    check_sorted(item, keys, n);
    mem_free(item);
    return compared;
}

static void test_random_keys_few_and_many_are_sorted(void **state)
{
    struct rng r = rng_of(7, "sort");

    (void)state;
    for (int round = 0; round < 300; round++) {
        int n = (int)rng_below(&r, 200), keys[200];
        uint32_t kinds = 1 + (uint32_t)rng_below(&r, round % 3 ? 10 : 1000);

        for (int i = 0; i < n; i++)
            keys[i] = (int)rng_below(&r, kinds);
        sorted(keys, n);
    }
}

static void test_ties_come_out_as_the_rules_leave_them(void **state)
{
    static const int wanted[20] = {3, 12, 9,  0,  18, 15, 6, 10, 1, 4,
                                   7, 13, 16, 19, 14, 5,  2, 11, 8, 17};
    struct item item[20];

    (void)state;
    for (int i = 0; i < 20; i++)
        item[i] = (struct item){i % 3, i};
    sort(item, 20);
    for (int i = 0; i < 20; i++)
        assert_int_equal(item[i].place, wanted[i]);
}

static void test_less_than_13_items_keep_the_order_of_ties(void **state)
{
    struct item item[QUICK_SORT_SMALL - 1];

    (void)state;
    for (int i = 0; i < QUICK_SORT_SMALL - 1; i++)
        item[i] = (struct item){i % 2, i};
    sort(item, QUICK_SORT_SMALL - 1);
    for (int i = 1; i < QUICK_SORT_SMALL - 1; i++)
        assert_true(item[i - 1].key < item[i].key || item[i - 1].place < item[i].place);
}

/* McIlroy's killer: keys are decided while the sort asks, so that every pivot is a bad one. */
struct killer {
    int *value, *place; /* of each item; the item at each place */
    int gas, solid, candidate;
    unsigned long compared;
};

static int killer_compare(const void *of, size_t i, size_t j)
{
    struct killer *k = (struct killer *)(uintptr_t)of;
    int a = k->place[i], b = k->place[j];

    k->compared++;
    if (k->value[a] == k->gas && k->value[b] == k->gas)
        k->value[a == k->candidate ? a : b] = k->solid++;
    if (k->value[a] == k->gas)
        k->candidate = a;
    else if (k->value[b] == k->gas)
        k->candidate = b;
    return (k->value[a] > k->value[b]) - (k->value[a] < k->value[b]);
}

static void killer_swap(void *of, size_t i, size_t j)
{
    int *place = ((struct killer *)of)->place, kept = place[i];

    place[i] = place[j];
    place[j] = kept;
}

static void test_the_worst_input_is_sorted_by_the_heap_in_n_log_n(void **state)
{
    enum { N = 4096, N_LOG_N = N * 12 };
    static int value[N], place[N];
    struct killer k = {value, place, N, 0, 0, 0};

    (void)state;
    for (int i = 0; i < N; i++) {
        value[i] = N;
        place[i] = i;
    }
    quick_sort(&(struct sortable){&k, killer_compare, killer_swap}, N);
    assert_true(k.solid >= N - 1);          /* none was passed over */
    assert_true(k.compared < 12 * N_LOG_N); /* 4 log n partitions of n at most, then the heap */
    assert_true(sorted(value, N) < 12 * N_LOG_N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_keys_few_and_many_are_sorted),
        cmocka_unit_test(test_ties_come_out_as_the_rules_leave_them),
        cmocka_unit_test(test_less_than_13_items_keep_the_order_of_ties),
        cmocka_unit_test(test_the_worst_input_is_sorted_by_the_heap_in_n_log_n),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
