/* Operator state: a list is its subtask's, a union is everybody's, and what was read outlives a
 * clear. */
#include "state/subtask_lists.h"

#include <string.h>

#include "state/keyed.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n)
#define WORD(C) C(STRING, n)
WEIR_ROW(number, NUMBER)
WEIR_ROW(word, WORD)

enum { KEYED, OWN, ALL };
static const struct weir_state states[WEIR_STATES] = {
    [KEYED] = {.name = "keyed", .kind = WEIR_LIST, .type = &number_schema},
    [OWN] = {.name = "own", .kind = WEIR_OPERATOR_LIST, .type = &number_schema},
    [ALL] = {.name = "all", .kind = WEIR_OPERATOR_UNION, .type = &number_schema}};

static void add(struct subtask_lists *l, int state, int64_t n)
{
    struct number v = {.n = n};

    subtask_list_add(l, state, (struct span){(uint8_t *)&v, sizeof v});
}

static int64_t number_in(struct span s)
{
    return number_of(&(struct weir_row){.image = (const uint64_t *)(const void *)s.p}).n;
}

static int64_t digits(const struct subtask_lists *l, int state) /* 1, 2, 3 -> 123 */
{
    int64_t all = 0;

    for (uint32_t i = 0; i < subtask_list_count(l, state); i++)
        all = 10 * all + number_in(subtask_list_at(l, state, i));
    return all;
}

static void test_lists_are_made_for_operator_state_only(void **state)
{
    static const struct weir_state keyed[WEIR_STATES] = {
        {.name = "keyed", .kind = WEIR_LIST, .type = &number_schema}};

    assert_null(subtask_lists_new(keyed));
    subtask_lists_turn(NULL);
    subtask_lists_free(NULL);
    (void)state;
}

static void test_what_was_read_outlives_a_clear(void **state)
{
    struct subtask_lists *l = subtask_lists_new(states);
    struct span read;

    add(l, OWN, 7);
    read = subtask_list_at(l, OWN, 0);
    subtask_list_clear(l, OWN);
    add(l, OWN, 8);
    assert_int_equal(number_in(read), 7); /* L3 */
    assert_int_equal(digits(l, OWN), 8);
    assert_null(subtask_list_at(l, OWN, 1).p);
    subtask_lists_turn(l);
    subtask_lists_free(l);
    (void)state;
}

/* Subtask 0 has own 1 2 and all 5, subtask 1 has own 3 and all 6 7. */
static void written(struct bytes part[2])
{
    for (int i = 0; i < 2; i++) {
        struct subtask_lists *l = subtask_lists_new(states);

        for (int64_t n = i ? 3 : 1; n <= (i ? 3 : 2); n++)
            add(l, OWN, n);
        for (int64_t n = i ? 6 : 5; n <= (i ? 7 : 5); n++)
            add(l, ALL, n);
        part[i] = (struct bytes){0};
        subtask_lists_snapshot(l, &part[i]);
        subtask_lists_free(l);
    }
}

static void test_a_list_is_its_subtasks_and_a_union_is_everybodys(void **state)
{
    struct bytes part[2];

    written(part);
    for (int subtask = 0; subtask < 2; subtask++) {
        struct subtask_lists *l = subtask_lists_new(states);
        struct diag why = {0};

        for (int i = 0; i < 2; i++) {
            struct reader r = reader_of(bytes_span(&part[i]));

            assert_int_equal(subtask_lists_restore(l, &r, i == subtask, "t", &why), ERR_NONE);
        }
        assert_int_equal(digits(l, OWN), subtask ? 3 : 12); /* L2 */
        assert_int_equal(digits(l, ALL), 567);
        subtask_lists_free(l);
    }
    bytes_done(&part[0]);
    bytes_done(&part[1]);
    (void)state;
}

static void refuses(const struct weir_state *now, struct span bytes, int err, const char *words)
{
    struct subtask_lists *l = subtask_lists_new(now);
    struct reader r = reader_of(bytes);
    struct diag why = {0};

    assert_int_equal(subtask_lists_restore(l, &r, true, "t", &why), err);
    assert_non_null(strstr(why.text, words));
    subtask_lists_free(l);
}

static void test_what_differs_or_is_cut_is_refused(void **state)
{
    static const struct weir_state other[][WEIR_STATES] = {
        {{.name = "own", .kind = WEIR_OPERATOR_UNION, .type = &number_schema}},
        {{.name = "own", .kind = WEIR_OPERATOR_LIST, .type = &word_schema}},
        {{.name = "mine", .kind = WEIR_OPERATOR_LIST, .type = &number_schema}}};
    struct bytes part[2];

    written(part);
    refuses(other[0], bytes_span(&part[0]), ERR_MISMATCH, "'own' was written with another kind");
    refuses(other[1], bytes_span(&part[0]), ERR_MISMATCH, "'own' was written with another kind");
    refuses(other[2], bytes_span(&part[0]), ERR_MISMATCH, "holds state 'own', which the program");
    refuses(states, (struct span){part[0].p, part[0].bytes - 1}, ERR_FORMAT, "does not end");
    bytes_done(&part[0]);
    bytes_done(&part[1]);
    (void)state;
}

static void test_a_snapshot_of_keyed_state_holds_none_of_it(void **state)
{
    static const struct weir_state only[WEIR_STATES] = {
        {.name = "own", .kind = WEIR_OPERATOR_LIST, .type = &number_schema}};
    int64_t clock_us = 0;
    struct keyed *k = keyed_new(only, &clock_us);
    struct bytes b = {0};
    struct reader r;

    keyed_snapshot(k, &b);
    r = reader_of(bytes_span(&b));
    assert_int_equal(read_u32(&r), 0);
    assert_true(reader_at_end(&r));
    bytes_done(&b);
    keyed_free(k);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_made_for_operator_state_only),
        cmocka_unit_test(test_what_was_read_outlives_a_clear),
        cmocka_unit_test(test_a_list_is_its_subtasks_and_a_union_is_everybodys),
        cmocka_unit_test(test_what_differs_or_is_cut_is_refused),
        cmocka_unit_test(test_a_snapshot_of_keyed_state_holds_none_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
