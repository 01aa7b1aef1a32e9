/* SQLite, a part and a row at a time: a part that is applied again changes nothing, a gap and a run
 * that went back are refused; a source reads every row once, wherever it is restored. */
#include <string.h>
#include <unistd.h>

#include "connectors/registry.h"
#include "connectors/table_source.h"
#include "database/database_sqlite.h"
#include "database/part_sqlite.h"
#include "base/mem.h"
#include "data/row.h"
#include "tests/check.h"

#define ITEM(C) C(BIGINT, id) C(STRING, word) C(DOUBLE, weight) C(TIMESTAMP, at) C(BOOLEAN, good)
WEIR_ROW(item, ITEM)

static char folder[64];

/* What a query of the database gives: "a|b" a row, rows with spaces between. */
static const char *query(const char *sql)
{
    static char text[1024];
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *s = NULL;

    text[0] = 0;
    snprintf(path, sizeof path, "%s/a.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (; *sql; sqlite3_finalize(s)) {
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, &sql), SQLITE_OK);
        while (s && sqlite3_step(s) == SQLITE_ROW) {
            strcat(text, text[0] ? " " : "");
            for (int i = 0; i < sqlite3_column_count(s); i++) {
                const char *v = (const char *)sqlite3_column_text(s, i);

                strcat(strcat(text, i ? "|" : ""), v ? v : "NULL");
            }
        }
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return text;
}

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/weir-sqlite-XXXXXX");
    assert_non_null(mkdtemp(folder));
    query("CREATE TABLE items (id INTEGER PRIMARY KEY, word TEXT, weight REAL, at TEXT, good INT)");
    return 0;
}

static int end(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/a.db", folder);
    return unlink(path) | rmdir(folder);
}

/* ---- parts ---- */

static const struct table_sink upsert = {"a.db", "items", 1}, append = {"a.db", "items", 0};

static void put(struct bytes *part, const struct table_sink *t, struct item v, enum weir_change c)
{
    uint64_t image[16];
    struct weir_row row = {.image = image, .change = (uint8_t)c};

    row.bytes = row_write(&item_schema, &v, image);
    assert_true(part_put_row(part, t, &row));
}

static struct bytes part_of(const struct table_sink *t, uint64_t number, uint32_t epoch)
{
    struct part_name name = {"job", "items", 0, number, epoch};
    struct bytes part = {0};

    part_begin(&part, t, &item_schema, &name);
    return part;
}

static void apply(struct bytes *part, int wanted, const char *words)
{
    struct diag why = {0};

    assert_int_equal(part_apply(bytes_span(part), folder, &why), wanted);
    if (strstr(why.text, words) == NULL)
        fail_msg("'%s' does not say '%s'", why.text, words);
}

static struct item an_item(int64_t id, const char *word)
{
    return (struct item){.id = id, .word = {word, (uint32_t)strlen(word)}, .weight = 0.5};
}

static void test_a_part_is_applied_once_and_every_value_as_it_was(void **state)
{
    struct bytes part = part_of(&append, 0, 1);
    struct item v = an_item(1, "it's");

    v.at = 978307200001; /* 2001-01-01 00:00:00.001 */
    v.good = 1;
    put(&part, &append, v, WEIR_INSERT);
    put(&part, &append, (struct item){.nulls = 30, .id = 2}, WEIR_INSERT); /* all but the first */
    apply(&part, ERR_NONE, "");
    apply(&part, ERR_NONE, "");
    assert_string_equal(query("SELECT * FROM items ORDER BY id"),
                        "1|it's|0.5|2001-01-01 00:00:00.001|1 2|NULL|NULL|NULL|NULL");
    assert_string_equal(query("SELECT * FROM weir_commits"), "job/items|0|0|1");
    bytes_done(&part);
    (void)state;
}

static void test_upserts_replace_and_deletes_remove_the_row_of_the_key(void **state)
{
    struct bytes part = part_of(&upsert, 0, 1);

    put(&part, &upsert, an_item(1, "a"), WEIR_INSERT);
    put(&part, &upsert, an_item(2, "b"), WEIR_INSERT);
    put(&part, &upsert, an_item(1, "a"), WEIR_UPDATE_BEFORE);
    put(&part, &upsert, an_item(1, "c"), WEIR_UPDATE_AFTER);
    put(&part, &upsert, an_item(2, "any"), WEIR_DELETE);
    apply(&part, ERR_NONE, "");
    assert_string_equal(query("SELECT id, word FROM items"), "1|c");
    assert_false(part_put_row(&part, &append, &(struct weir_row){.change = WEIR_DELETE}));
    bytes_done(&part);
    (void)state;
}

static void test_a_gap_a_run_that_went_back_and_damage_are_refused_and_change_nothing(void **state)
{
    struct bytes part[4] = {part_of(&upsert, 0, 1), part_of(&upsert, 1, 1), part_of(&upsert, 2, 1),
                            part_of(&upsert, 1, 2)};
    struct diag why = {0};

    for (int i = 0; i < 4; i++)
        put(&part[i], &upsert, an_item(i, "x"), WEIR_INSERT);
    apply(&part[0], ERR_NONE, "");
    apply(&part[2], ERR_MISMATCH, "lacks transaction 1 of 'job/items', subtask 0");
    apply(&part[1], ERR_NONE, "");
    apply(&part[3], ERR_MISMATCH, "holds rows from behind the checkpoint");
    part[2].bytes -= 8;
    apply(&part[2], ERR_DAMAGED, "ends in a row");
    part[2].bytes = 20;
    apply(&part[2], ERR_DAMAGED, "damaged");
    assert_string_equal(query("SELECT id FROM items"), "0 1");
    assert_int_equal(
        part_forget(&upsert, &(struct part_name){.job = "job", .uid = "items"}, folder, &why),
        ERR_NONE);
    apply(&part[1], ERR_MISMATCH, "lacks transaction 0");
    for (int i = 0; i < 4; i++)
        bytes_done(&part[i]);
    (void)state;
}

/* ---- the source ---- */

struct subtask {
    struct operator* op;
    struct operator collector;
    struct target target;
    struct task_context context;
    struct vertex vertex;
    struct node node;
    struct counters counters;
};

static int64_t seen[600];
static uint32_t count;

static void collect(struct operator* op, const struct weir_row *row)
{
    (void)op;
    assert_true(count < 600);
    seen[count++] = (int64_t)row->image[1];
}

static const struct operator_class collector_class = {.name = "collector", .on_row = collect};

static int open_subtask(struct subtask *s, struct options *o, const struct table_source_config *c,
                        uint32_t i, uint32_t n, struct diag *why)
{
    *s = (struct subtask){.vertex = {.parallelism = n},
                          .node = {.uid = "src", .config = c},
                          .collector = {.class = &collector_class},
                          .op = mem_alloc(sqlite_source_class.bytes)};
    s->context = (struct task_context){.options = o,
                                       .counters = &s->counters,
                                       .subtask = i,
                                       .vertex = &s->vertex,
                                       .attempt = 1,
                                       .budget = 1};
    s->collector.task = s->op->task = &s->context;
    s->target.op = &s->collector;
    s->op->class = &sqlite_source_class;
    s->op->node = &s->node;
    s->op->output[TAG_MAIN] = (struct output){1, &s->target};
    return sqlite_source_class.open(s->op, why);
}

static void close_subtask(struct subtask *s)
{
    sqlite_source_class.close(s->op);
    bytes_done(&s->context.log);
    mem_free(s->op);
}

static void restart(struct subtask *s, struct options *o, const struct table_source_config *c,
                    uint32_t i, uint32_t n)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};

    snapshot_start(&out);
    sqlite_source_class.snapshot(s->op, 1, &out);
    snapshot_finish(&out);
    close_subtask(s);
    assert_int_equal(open_subtask(s, o, c, i, n, &why), ERR_NONE);
    assert_int_equal(snapshot_open(&in, bytes_span(&out.bytes), "test", &why), ERR_NONE);
    assert_int_equal(sqlite_source_class.restore(s->op, &in, &why), ERR_NONE);
    snapshot_out_done(&out);
}

/* All subtasks, each restored after every `every` calls (0: never); what failed, or "". */
static const char *read_all(const struct table_source_config *c, uint32_t n, uint32_t every)
{
    static char failure[DIAG_TEXT_MAX];
    struct arena *a = arena_new();
    struct options *o = options_new(a);
    struct diag why = {0};

    options_set(o, option_key(OPTION_DATA_DIR), folder, false, &why);
    count = 0;
    for (uint32_t i = 0; i < n && !why.err; i++) {
        struct subtask s;

        open_subtask(&s, o, c, i, n, &why);
        for (uint32_t calls = 1; !why.err && !s.context.failure.err; calls++) {
            if (sqlite_source_class.resume(s.op) == PROGRESS_END)
                break;
            if (every && calls % every == 0)
                restart(&s, o, c, i, n);
        }
        if (s.context.failure.err)
            why = s.context.failure;
        close_subtask(&s);
    }
    strcpy(failure, why.text);
    arena_free(a);
    return failure;
}

static const struct table_source_config items = {"a.db", "items", NULL, NULL, &item_schema};

static void test_every_row_is_read_once_at_any_parallelism_wherever_it_is_restored(void **state)
{
    query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
          "INSERT INTO items (id, word) SELECT 7 * i, 'w' FROM n");
    for (uint32_t n = 1; n <= 5; n++)
        for (uint32_t every = 0; every <= 3; every += 3) {
            assert_string_equal(read_all(&items, n, every), "");
            assert_int_equal(count, 300);
            for (uint32_t i = 0; i < count; i++)
                assert_int_equal(seen[i], 7 * (i + 1));
        }
    (void)state;
}

static void test_the_ends_of_the_integers_and_no_rows_at_all(void **state)
{
    assert_string_equal(read_all(&items, 3, 0), "");
    assert_int_equal(count, 0);
    query("INSERT INTO items (id) VALUES (-9223372036854775808), (0), (9223372036854775807)");
    for (uint32_t n = 1; n <= 4; n++) {
        assert_string_equal(read_all(&items, n, 1 + n), "");
        assert_int_equal(count, 3);
        assert_true(seen[0] == INT64_MIN && seen[1] == 0 && seen[2] == INT64_MAX);
    }
    (void)state;
}

static void test_a_select_is_read_by_its_key_which_must_be_unique(void **state)
{
    struct table_source_config c = {"a.db", NULL, "SELECT *, id / 2 AS k FROM items WHERE id > 1",
                                    "k", &item_schema};

    query("INSERT INTO items (id) VALUES (1), (2), (4), (6)");
    assert_string_equal(read_all(&c, 2, 0), "");
    assert_int_equal(count, 3);
    query("INSERT INTO items (id) VALUES (7)");
    assert_non_null(strstr(read_all(&c, 1, 0), "key 'k' is not an integer of its own in each row"));
    (void)state;
}

static void test_a_value_of_another_type_is_a_bad_row_that_is_named(void **state)
{
    query("INSERT INTO items (id) VALUES (1); INSERT INTO items (id, at) VALUES (2, 'noon')");
    assert_non_null(
        strstr(read_all(&items, 1, 0), "a.db:2: column 'at': 'noon' (TEXT) is no TIMESTAMP"));
    assert_int_equal(count, 1);
    query("UPDATE items SET at = NULL, good = 2");
    assert_non_null(
        strstr(read_all(&items, 1, 0), "a.db:1: column 'good': '2' (INTEGER) is no BOOLEAN"));
    (void)state;
}

#define TEST_(t) cmocka_unit_test_setup_teardown(t, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_(test_a_part_is_applied_once_and_every_value_as_it_was),
        TEST_(test_upserts_replace_and_deletes_remove_the_row_of_the_key),
        TEST_(test_a_gap_a_run_that_went_back_and_damage_are_refused_and_change_nothing),
        TEST_(test_every_row_is_read_once_at_any_parallelism_wherever_it_is_restored),
        TEST_(test_the_ends_of_the_integers_and_no_rows_at_all),
        TEST_(test_a_select_is_read_by_its_key_which_must_be_unique),
        TEST_(test_a_value_of_another_type_is_a_bad_row_that_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
