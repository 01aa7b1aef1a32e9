/* A table that answers: what, when, which question fails; what is no table. */
#include "connectors/table_lookup.h"

#include <string.h>

#include "tests/check.h"

#define CITY(C) C(STRING, code) C(BIGINT, people)
WEIR_ROW(city, CITY)

enum { MS = 1000 };

static const char cities[] = "people,code\n7,AA\n\n9,BB\n";

static struct fs *files(const char *text)
{
    struct fs *fs = fs_memory_new(NULL);

    assert_int_equal(fs_write(fs, "cities.csv", span_text(text)), ERR_NONE);
    return fs;
}

static struct table_lookup_config by_code(struct weir_lookup_table t)
{
    t.path = "cities.csv";
    t.schema = &city_schema;
    t.column = "code";
    return (struct table_lookup_config){.table = t, .column = 0};
}

static struct lookup *open_table(const struct table_lookup_config *c, struct fs *fs)
{
    struct lookup *l = NULL;
    struct diag why = {0};

    assert_int_equal(table_lookup_class.open(c, fs, &l, &why), ERR_NONE);
    return l;
}

static void ask(struct lookup *l, uint64_t number, const char *key, int64_t now_us)
{
    table_lookup_class.ask(l, number, span_text(key), now_us);
}

static void test_a_question_is_answered_when_its_latency_is_over(void **state)
{
    const struct table_lookup_config c = by_code((struct weir_lookup_table){.latency_ms = 5});
    struct fs *fs = files(cities);
    struct lookup *l = open_table(&c, fs);
    struct lookup_answer a;
    struct weir_row row = {0};

    (void)state;
    assert_true(table_lookup_class.deadline_us(l) == INT64_MAX);
    ask(l, 1, "BB", 10 * MS);
    ask(l, 2, "ZZ", 11 * MS);
    assert_int_equal(table_lookup_class.deadline_us(l), 15 * MS);
    assert_false(table_lookup_class.poll(l, 15 * MS - 1, &a));
    assert_true(table_lookup_class.poll(l, 15 * MS, &a));
    row.image = (const uint64_t *)(const void *)a.found.p;
    assert_true(a.number == 1 && !a.has_failed && city_of(&row).people == 9);
    assert_false(table_lookup_class.poll(l, 15 * MS, &a));
    assert_true(table_lookup_class.poll(l, 16 * MS, &a));
    assert_true(a.number == 2 && !a.has_failed && a.found.bytes == 0);
    table_lookup_class.close(l);
    fs_memory_free(fs);
}

static void test_latencies_are_drawn_within_bounds_and_answers_overtake(void **state)
{
    const struct table_lookup_config c = by_code(
        (struct weir_lookup_table){.latency_ms = 2, .latency_max_ms = 6});
    struct fs *fs = files(cities);
    struct lookup *l = open_table(&c, fs);
    struct lookup_answer a;
    uint64_t answers = 0, last = 0;
    bool overtakes = false;

    (void)state;
    for (uint64_t i = 1; i <= 50; i++)
        ask(l, i, "AA", 0);
    assert_false(table_lookup_class.poll(l, 2 * MS - 1, &a));
    for (; table_lookup_class.poll(l, 6 * MS, &a); answers++) {
        overtakes = overtakes || a.number < last;
        last = a.number;
    }
    assert_int_equal(answers, 50);
    assert_true(overtakes);
    table_lookup_class.close(l);
    fs_memory_free(fs);
}

static void test_every_nth_question_fails(void **state)
{
    const struct table_lookup_config c = by_code((struct weir_lookup_table){.fail_every = 3});
    struct fs *fs = files(cities);
    struct lookup *l = open_table(&c, fs);
    struct lookup_answer a;

    (void)state;
    for (uint64_t i = 1; i <= 9; i++) {
        ask(l, i, "AA", 0);
        assert_true(table_lookup_class.poll(l, 0, &a));
        assert_int_equal(a.has_failed, i % 3 == 0);
        assert_int_equal(a.found.bytes == 0, i % 3 == 0);
    }
    table_lookup_class.close(l);
    fs_memory_free(fs);
}

static void refused(const char *text, const char *wanted)
{
    const struct table_lookup_config c = by_code((struct weir_lookup_table){.latency_ms = 1});
    struct fs *fs = files(text);
    struct lookup *l = NULL;
    struct diag why = {0};

    assert_int_not_equal(table_lookup_class.open(&c, fs, &l, &why), ERR_NONE);
    assert_non_null(strstr(why.text, wanted));
    table_lookup_class.close(l);
    fs_memory_free(fs);
}

static void test_what_is_no_table_is_refused_with_its_line(void **state)
{
    (void)state;
    refused("people,code\n7,AA\nmany,BB\n", "cities.csv:3: ");
    refused("people,code\n7,AA\n8,AA\n", "cities.csv:3: its key, 'code', has come before");
    refused("people,city\n7,AA\n", "code");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_is_answered_when_its_latency_is_over),
        cmocka_unit_test(test_latencies_are_drawn_within_bounds_and_answers_overtake),
        cmocka_unit_test(test_every_nth_question_fails),
        cmocka_unit_test(test_what_is_no_table_is_refused_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
