/* The program as written: what is left open is filled in, what cannot be is said, and the hash is of
 * everything that the program says. */
#include "graph/dataflow.h"
#include "tests/check.h"

#include <string.h>

static const struct weir_column column[] = {{"key", WEIR_STRING}, {"n", WEIR_BIGINT}};
static const struct weir_schema schema = {"row", 2, 32, column};
static const struct weir_here here = {"job.c", 7};

struct made {
    struct arena *arena;
    struct options *options;
    struct dataflow *d;
    struct diag why;
};

static struct node *add(struct made *m, const char *class_name)
{
    return dataflow_add(m->d, class_name, class_name, here, &m->why);
}

/* source -> map -> sink, nothing set. */
static struct made three(void)
{
    struct made m = {.arena = arena_new()};

    m.options = options_new(m.arena);
    m.d = dataflow_new(m.arena, "three");
    add(&m, "csv_source")->is_source = true;
    m.d->node[0].out = &schema;
    add(&m, "map")->out = &schema;
    add(&m, "file_sink")->is_sink = true;
    dataflow_connect(m.d, 0, 0, 1, &m.why)->type = &schema;
    dataflow_connect(m.d, 1, 0, 2, &m.why)->type = &schema;
    return m;
}

static uint64_t sealed_hash(struct made *m)
{
    uint64_t hash;

    assert_int_equal(dataflow_seal(m->d, m->options, &m->why), ERR_NONE);
    hash = dataflow_hash(m->d);
    arena_free(m->arena);
    return hash;
}

static void refuses(struct made *m, const char *words)
{
    assert_int_equal(dataflow_seal(m->d, m->options, &m->why), ERR_USAGE);
    if (!strstr(m->why.text, words))
        fail_msg("says '%s', not '%s'", m->why.text, words);
    arena_free(m->arena);
}

static void test_sealing_fills_in_parallelism_uids_and_ships(void **state)
{
    struct made m = three();

    options_set(m.options, "parallelism.default", "3", true, &m.why);
    m.d->node[2].parallelism = 2;
    assert_int_equal(dataflow_seal(m.d, m.options, &m.why), ERR_NONE);
    assert_int_equal(m.d->node[0].parallelism, 3);
    assert_int_equal(m.d->edge[0].ship, SHIP_FORWARD);
    assert_int_equal(m.d->edge[1].ship, SHIP_REBALANCE);
    assert_string_equal(m.d->node[1].uid, "map-1");
    arena_free(m.arena);
    (void)state;
}

static void test_a_derived_uid_is_sound_whatever_the_name(void **state)
{
    struct made m = three();
    char name[100];

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = 0;
    m.d->node[1].name = "one/two three";
    m.d->node[2].name = name;
    assert_int_equal(dataflow_seal(m.d, m.options, &m.why), ERR_NONE);
    assert_string_equal(m.d->node[1].uid, "one_two_three-1");
    assert_string_equal(m.d->node[2].uid, "file_sink-2");
    arena_free(m.arena);
    (void)state;
}

static void set_uid(struct made *m, uint32_t node, const char *uid)
{
    m->d->node[node].uid = uid;
    m->d->node[node].uid_is_set = true;
}

static void test_a_program_that_cannot_be_is_refused_with_its_place(void **state)
{
    struct made m = three();

    set_uid(&m, 0, "a/b");
    refuses(&m, "job.c:7: uid 'a/b'");
    m = three();
    set_uid(&m, 0, "..");
    refuses(&m, "uid '..'");
    m = three();
    set_uid(&m, 0, "same");
    set_uid(&m, 2, "same");
    refuses(&m, "job.c:7: uid 'same' is already that of 'csv_source' (job.c:7)");
    m = three();
    m.d->edge[0].ship = SHIP_FORWARD;
    m.d->edge[0].ship_is_set = true;
    m.d->node[1].parallelism = 2;
    refuses(&m, "forward from 'csv_source' (parallelism 1) to 'map' (2)");
    m = three();
    m.d->node[1].parallelism = 32769;
    refuses(&m, "parallelism must be 1 to 32768");
    m = three();
    m.d->node[0].is_source = false;
    refuses(&m, "has no source");
    (void)state;
}

static void test_too_many_operators_are_refused(void **state)
{
    struct made m = three();

    for (int i = 3; i < DATAFLOW_NODES_MAX; i++)
        assert_non_null(add(&m, "map"));
    assert_null(add(&m, "map"));
    assert_int_equal(m.why.err, ERR_LIMIT);
    assert_non_null(strstr(m.why.text, "job.c:7: more than"));
    arena_free(m.arena);
    (void)state;
}

static void test_the_hash_is_of_all_that_is_said_and_of_nothing_else(void **state)
{
    enum { CHANGES = 10 };
    static const struct weir_column other[] = {{"key", WEIR_STRING}, {"m", WEIR_BIGINT}};
    static const struct weir_schema renamed = {"row", 2, 32, other};
    struct made m = three();
    uint64_t hash[CHANGES + 1] = {sealed_hash(&m)};

    m = three();
    assert_true(sealed_hash(&m) == hash[0]); /* at other addresses */
    for (int i = 1; i <= CHANGES; i++) {
        m = three();
        struct node *n = &m.d->node[1];

        if (i == 1)
            set_uid(&m, 1, "mine");
        if (i == 2)
            n->class_name = "filter";
        if (i == 3)
            n->config_hash = 1;
        if (i == 4)
            n->chaining = CHAINING_HEAD;
        if (i == 5)
            n->in = &renamed;
        if (i == 6)
            n->out = &renamed;
        if (i == 7)
            n->with = "c", n->with_bytes = 1;
        if (i == 8)
            m.d->edge[1].tag = 1;
        if (i == 9)
            m.d->edge[1].key_column = 1;
        if (i == 10)
            m.d->name = "four";
        hash[i] = sealed_hash(&m);
        for (int before = 0; before < i; before++)
            if (hash[before] == hash[i])
                fail_msg("change %d gives the hash of change %d", i, before);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sealing_fills_in_parallelism_uids_and_ships),
        cmocka_unit_test(test_a_derived_uid_is_sound_whatever_the_name),
        cmocka_unit_test(test_a_program_that_cannot_be_is_refused_with_its_place),
        cmocka_unit_test(test_too_many_operators_are_refused),
        cmocka_unit_test(test_the_hash_is_of_all_that_is_said_and_of_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
