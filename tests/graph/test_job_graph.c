/* Chains by an obvious second implementation, for random programs; names and subjects of tasks. */
#include "graph/job_graph.h"
#include "base/rng.h"
#include "tests/check.h"

#include <string.h>

static const struct weir_column column[] = {{"key", WEIR_BIGINT}};
static const struct weir_schema schema = {"row", 1, 16, column};

struct made {
    struct arena *arena;
    struct options *options;
    struct dataflow *d;
    struct job_graph *g;
    struct diag why;
};

static struct made begin(void)
{
    struct made m = {.arena = arena_new()};

    m.options = options_new(m.arena);
    m.d = dataflow_new(m.arena, "t");
    return m;
}

static struct node *add(struct made *m, const char *name, uint32_t parallelism)
{
    struct node *n = dataflow_add(m->d, name, name, (struct weir_here){"job.c", 1}, &m->why);

    n->parallelism = parallelism;
    n->is_source = m->d->nodes == 1;
    n->out = &schema;
    return n;
}

static void connect(struct made *m, uint32_t from, uint32_t to, enum ship ship)
{
    struct edge *e = dataflow_connect(m->d, from, 0, to, &m->why);

    e->type = &schema;
    e->ship = ship;
    e->ship_is_set = ship != SHIP_FORWARD;
    e->key_column = ship == SHIP_HASH ? 0 : -1;
}

static void build(struct made *m)
{
    assert_int_equal(dataflow_seal(m->d, m->options, &m->why), ERR_NONE);
    m->g = job_graph_build(m->arena, m->d, m->options, &m->why);
}

/* ---- random programs ---- */

static struct made random_program(struct rng *r)
{
    static const enum ship ships[] = {SHIP_FORWARD, SHIP_FORWARD, SHIP_FORWARD, SHIP_REBALANCE,
                                      SHIP_HASH};
    struct made m = begin();
    uint32_t nodes = 2 + (uint32_t)rng_below(r, 10);

    if (rng_below(r, 8) == 0)
        options_set(m.options, "pipeline.operator-chaining.enabled", "false", true, &m.why);
    if (rng_below(r, 4) == 0)
        options_set(m.options, option_key(OPTION_CHAIN_MIXED), "false", true, &m.why);
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t inputs = i ? 1 + (rng_below(r, 5) == 0) : 0;

        add(&m, "map", 1 + (uint32_t)rng_below(r, 2));
        m.d->node[i].chaining = rng_below(r, 4) ? CHAINING_ALWAYS : (enum chaining)rng_below(r, 4);
        m.d->node[i].max_parallelism = rng_below(r, 8) ? 0 : 16;
        m.d->node[i].slot_group = rng_below(r, 8) ? NULL : "io";
        for (uint32_t k = 0; k < inputs; k++)
            connect(&m, (uint32_t)rng_below(r, i), i, ships[rng_below(r, 5)]);
    }
    build(&m);
    return m;
}

/* flink-semantics 8.2, said again: rows pass by a call. */
static bool may_be_called(const struct made *m, const struct edge *e)
{
    const struct node *from = &m->d->node[e->from], *to = &m->d->node[e->to];
    uint32_t inputs = 0;

    for (uint32_t i = 0; i < m->d->edges; i++)
        if (m->d->edge[i].to == e->to)
            inputs++;
    return inputs == 1 && e->ship == SHIP_FORWARD && from->parallelism == to->parallelism &&
           from->chaining != CHAINING_NEVER && to->chaining != CHAINING_NEVER &&
           to->chaining != CHAINING_HEAD &&
           (from->is_source || to->chaining != CHAINING_HEAD_WITH_SOURCES) &&
           strcmp(from->slot_group, to->slot_group) == 0 &&
           (from->max_parallelism == to->max_parallelism ||
            option_number(m->options, OPTION_CHAIN_MIXED)) &&
           option_number(m->options, OPTION_CHAINING);
}

static uint32_t vertex_with(const struct job_graph *g, uint32_t node)
{
    uint32_t found = UINT32_MAX, times = 0;

    for (uint32_t v = 0; v < g->vertices; v++)
        for (uint32_t i = 0; i < g->vertex[v].nodes; i++)
            if (g->vertex[v].node[i]->id == node) {
                found = v;
                times++;
            }
    assert_int_equal(times, 1);
    return found;
}

static void check_program(const struct made *m)
{
    uint32_t edges = 0, links = 0, tasks = 0;

    for (uint32_t i = 0; i < m->d->edges; i++) {
        const struct edge *e = &m->d->edge[i];
        bool together = vertex_with(m->g, e->from) == vertex_with(m->g, e->to);

        if (may_be_called(m, e))
            assert_true(together);
        else
            edges++; /* it leaves its vertex: also when it leads back into the same chain */
    }
    assert_int_equal(m->g->edges, edges);
    for (uint32_t v = 0; v < m->g->vertices; v++) {
        assert_int_equal(m->g->vertex[v].first_task, tasks);
        tasks += m->g->vertex[v].parallelism;
        links += m->g->vertex[v].links;
    }
    assert_int_equal(m->g->tasks, tasks);
    assert_int_equal(links, m->d->edges);
}

static void test_random_programs_are_chained_where_rows_pass_by_a_call(void **state)
{
    struct rng r = rng_of(test_seed(1), "programs");

    for (int i = 0; i < 3000; i++) {
        struct made m = random_program(&r);

        assert_non_null(m.g);
        check_program(&m);
        arena_free(m.arena);
    }
    (void)state;
}

/* ---- slots ---- */

/* The words of the vectors: a source of 4, then o1 alone of 1, o2, and o3 behind a shuffle; o4 in
 * "heavy", and o5 that inherits it.  4 + 1 slots. */
static void test_a_slot_group_is_inherited_and_needs_slots_of_its_own(void **state)
{
    static const char *const names[] = {"o0", "o1", "o2", "o3", "o4", "o5"};
    struct made m = begin();

    for (uint32_t i = 0; i < 6; i++) {
        add(&m, names[i], i ? 1 : 4);
        if (i)
            connect(&m, i - 1, i, i == 3 ? SHIP_SHUFFLE : SHIP_FORWARD);
    }
    m.d->node[1].chaining = CHAINING_NEVER;
    m.d->node[4].slot_group = "heavy";
    build(&m);
    assert_int_equal(m.g->vertices, 5);
    assert_string_equal(m.g->vertex[4].name, "o4 -> o5");
    assert_string_equal(m.g->vertex[4].slot_group, "heavy");
    assert_int_equal(m.g->slots, 5);
    assert_int_equal(job_graph_slot_of(m.g, 3), 3); /* the last subtask of the source */
    assert_int_equal(job_graph_slot_of(m.g, 4), 0); /* o1 shares the first slot */
    assert_int_equal(job_graph_slot_of(m.g, m.g->vertex[4].first_task), 4);
    arena_free(m.arena);
    (void)state;
}

static void test_inputs_of_two_groups_give_the_default_group(void **state)
{
    struct made m = begin();

    for (uint32_t i = 0; i < 4; i++)
        add(&m, i ? "map" : "csv", 2);
    connect(&m, 0, 1, SHIP_FORWARD);
    connect(&m, 0, 2, SHIP_FORWARD);
    connect(&m, 1, 3, SHIP_FORWARD);
    connect(&m, 2, 3, SHIP_FORWARD);
    m.d->node[1].slot_group = "io";
    m.d->node[2].slot_group = "heavy";
    build(&m);
    assert_string_equal(m.d->node[3].slot_group, SLOT_GROUP_DEFAULT);
    assert_int_equal(m.g->slots, 6);
    arena_free(m.arena);
    (void)state;
}

static void test_a_chain_that_branches_is_named_with_brackets(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    struct made m = begin();

    for (uint32_t i = 0; i < 4; i++)
        add(&m, names[i], 2);
    connect(&m, 0, 1, SHIP_FORWARD);
    connect(&m, 0, 2, SHIP_FORWARD);
    connect(&m, 2, 3, SHIP_FORWARD);
    build(&m);
    assert_string_equal(m.g->vertex[0].name, "a -> (b, c -> d)");
    arena_free(m.arena);
    (void)state;
}

/* ---- names ---- */

static struct made two_maps(void)
{
    struct made m = begin();

    add(&m, "csv", 2);
    add(&m, "map", 2);
    add(&m, "map", 3);
    connect(&m, 0, 1, SHIP_HASH);
    connect(&m, 1, 2, SHIP_HASH);
    build(&m);
    return m;
}

static void test_a_task_has_a_name_of_its_own_that_finds_it(void **state)
{
    struct made m = two_maps();
    char name[7][64];
    const char *nearest;
    uint32_t task[8];

    for (uint32_t t = 0; t < 7; t++) {
        job_graph_task_name(m.g, t, name[t]);
        assert_int_equal(job_graph_find(m.g, name[t], task, 8, &nearest), 1);
        assert_int_equal(task[0], t);
    }
    assert_string_equal(name[1], "csv[1]");
    assert_string_equal(name[2], "map-1[0]");
    assert_string_equal(name[6], "map-2[2]");
    arena_free(m.arena);
    (void)state;
}

static void test_subjects_are_one_subtask_or_all(void **state)
{
    struct made m = two_maps();
    const char *nearest;
    uint32_t task[8] = {0};

    assert_int_equal(job_graph_find(m.g, "map", task, 8, &nearest), 5);
    assert_int_equal(task[0], 2);
    assert_int_equal(task[4], 6);
    assert_int_equal(job_graph_find(m.g, "map-2[*]", task, 2, &nearest), 3); /* more than fit */
    assert_int_equal(task[1], 5);
    assert_int_equal(job_graph_find(m.g, "csv[2]", task, 8, &nearest), 0);
    assert_int_equal(job_graph_find(m.g, "csv[", task, 8, &nearest), 0);
    assert_int_equal(job_graph_find(m.g, "csv[x]", task, 8, &nearest), 0);
    assert_int_equal(job_graph_find(m.g, "cvs[0]", task, 8, &nearest), 0);
    assert_string_equal(nearest, "csv");
    assert_int_equal(job_graph_find(m.g, "elephant", task, 8, &nearest), 0);
    assert_null(nearest);
    arena_free(m.arena);
    (void)state;
}

static void test_a_program_with_too_many_channels_is_refused(void **state)
{
    struct made m = begin();

    add(&m, "csv", 256);
    add(&m, "map", 128);
    connect(&m, 0, 1, SHIP_HASH); /* 256 * 128 = 32768 channels: just enough */
    build(&m);
    assert_non_null(m.g);
    m.d->node[1].parallelism = 129;
    assert_null(job_graph_build(m.arena, m.d, m.options, &m.why));
    assert_non_null(
        strstr(m.why.text, "385 tasks (4000 at most) and 33024 channels between them (32768"));
    arena_free(m.arena);
    (void)state;
}

static void test_parallelism_beyond_the_key_groups_is_refused(void **state)
{
    struct made m = begin();

    options_set(m.options, "pipeline.max-parallelism", "4", true, &m.why);
    add(&m, "csv", 5);
    add(&m, "map", 1);
    connect(&m, 0, 1, SHIP_HASH);
    build(&m);
    assert_null(m.g);
    assert_non_null(strstr(m.why.text, "parallelism 5 is not possible"));
    arena_free(m.arena);
    (void)state;
}

static void test_explain_shows_chains_edges_and_keys(void **state)
{
    struct made m = begin();
    struct bytes text = {0};

    add(&m, "csv", 2);
    add(&m, "filter", 2);
    add(&m, "window", 2);
    connect(&m, 0, 1, SHIP_FORWARD);
    connect(&m, 1, 2, SHIP_HASH);
    build(&m);
    job_graph_explain(m.g, &text);
    assert_string_equal(bytes_cstr(&text), "0: csv -> filter  (parallelism 2, uid csv-0)\n"
                                           "   -- HASH(key) --> 1: window\n"
                                           "1: window  (parallelism 2, uid window-2)\n");
    bytes_done(&text);
    arena_free(m.arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_programs_are_chained_where_rows_pass_by_a_call),
        cmocka_unit_test(test_a_slot_group_is_inherited_and_needs_slots_of_its_own),
        cmocka_unit_test(test_inputs_of_two_groups_give_the_default_group),
        cmocka_unit_test(test_a_chain_that_branches_is_named_with_brackets),
        cmocka_unit_test(test_a_task_has_a_name_of_its_own_that_finds_it),
        cmocka_unit_test(test_subjects_are_one_subtask_or_all),
        cmocka_unit_test(test_a_program_with_too_many_channels_is_refused),
        cmocka_unit_test(test_parallelism_beyond_the_key_groups_is_refused),
        cmocka_unit_test(test_explain_shows_chains_edges_and_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
