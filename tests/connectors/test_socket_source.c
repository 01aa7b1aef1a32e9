/* The socket source behind a scripted connection: what it makes of lines, pauses and ends. */
#include <string.h>

#include "base/mem.h"
#include "connectors/registry.h"
#include "connectors/sources.h"
#include "data/row.h"
#include "tests/check.h"

#define NUMBER(C) C(BIGINT, n) C(STRING, word)
#define LINE(C) C(STRING, line)
WEIR_ROW(number, NUMBER)
WEIR_ROW(line, LINE)

/* A connection that gives one entry at each call: a line, or what is said in brackets. */
struct script {
    struct line_input input;
    const char *const *at;
    bool is_closed;
};

static struct script *playing;

static enum lines_next script_next(struct line_input *input, struct span *line)
{
    static const char *const words[] = {[LINES_WAIT] = "[wait]",
                                        [LINES_END] = "[end]",
                                        [LINES_LOST] = "[lost]",
                                        [LINES_LONG] = "[long]"};
    const char *entry = *((struct script *)input)->at++;

    for (int i = LINES_WAIT; i <= LINES_LONG; i++)
        if (strcmp(entry, words[i]) == 0)
            return (enum lines_next)i;
    *line = span_text(entry);
    return LINES_LINE;
}

static void script_close(struct line_input *input)
{
    ((struct script *)input)->is_closed = true;
}

static const struct line_input_class script_class = {script_next, script_close};

static int script_open(const struct lines *lines, const char *address, struct line_input **out,
                       struct diag *why)
{
    if (strcmp(address, "socket://a:1"))
        return diag_set(why, ERR_LOST, "%s: nobody", address);
    *out = &playing->input;
    return ERR_NONE;
}

static const struct lines scripted = {script_open};

/* ---- the source, and who is behind it ---- */

struct bench {
    struct arena *arena;
    struct counters counters;
    struct vertex vertex;
    struct node node;
    struct task_context context;
    struct operator* source;
    struct operator collector;
    struct target target;
    struct script script;
    const struct weir_schema *schema;
    struct bytes text; /* the rows */
};

static struct bench *collecting;

static void collect(struct operator* op, const struct weir_row *row)
{
    row_format(collecting->schema, row, &collecting->text);
    bytes_put_u8(&collecting->text, ';');
}

static const struct operator_class collector_class = {.name = "collector", .on_row = collect};

static int begin(struct bench *b, const struct file_source_config *config,
                 const char *const *entries, struct diag *why)
{
    b->script = (struct script){{&script_class}, entries, false};
    b->schema = config->schema;
    b->vertex.parallelism = 1;
    b->node = (struct node){.name = "socket", .uid = "socket-0", .config = config};
    b->context.counters = &b->counters;
    b->context.vertex = &b->vertex;
    b->collector = (struct operator){.class = &collector_class, .task = &b->context};
    b->target.op = &b->collector;
    b->source = mem_alloc(socket_source_class.bytes);
    b->source->class = &socket_source_class;
    b->source->task = &b->context;
    b->source->node = &b->node;
    b->source->deadline_us = INT64_MAX;
    b->source->output[TAG_MAIN] = (struct output){1, &b->target};
    collecting = b;
    playing = &b->script;
    return socket_source_class.open(b->source, why);
}

static struct bench new_bench(void)
{
    struct bench b = {.arena = arena_new()};

    b.context = (struct task_context){
        .options = options_new(b.arena), .lines = &scripted, .attempt = 1};
    return b;
}

static enum progress resume(struct bench *b)
{
    return socket_source_class.resume(b->source);
}

static enum progress run(struct bench *b)
{
    enum progress p;

    while ((p = resume(b)) == PROGRESS_MORE && b->context.failure.err == 0)
        ;
    return p;
}

static void end(struct bench *b)
{
    socket_source_class.close(b->source);
    mem_free(b->source);
    bytes_done(&b->text);
    bytes_done(&b->context.log);
    arena_free(b->arena);
}

static const struct file_source_config json = {"socket://a:1", &number_schema, WEIR_JSON},
                                       csv = {"socket://a:1", &number_schema, WEIR_CSV},
                                       raw = {"socket://a:1", &line_schema, WEIR_RAW},
                                       nobody = {"socket://b:1", &line_schema, WEIR_RAW};

static void test_lines_of_every_format_become_rows(void **state)
{
    static const struct {
        const struct file_source_config *config;
        const char *const entries[5];
        const char *rows;
    } cases[] = {
        {&json,
         {"{\"n\":1}", "", "{\"word\":\"b\",\"n\":2}\r", "[end]"},
         "n=1 word=NULL;n=2 word=b;"},
        {&csv, {"1,a", "2,\"b,b\"\r", "[end]"}, "n=1 word=a;n=2 word=b,b;"}, /* no header */
        {&raw, {"to be", "\r", "or not\r", "[end]"}, "line=to be;line=;line=or not;"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b = new_bench();
        struct diag why = {0};

        assert_int_equal(begin(&b, cases[i].config, cases[i].entries, &why), ERR_NONE);
        assert_int_equal(run(&b), PROGRESS_END);
        assert_string_equal(bytes_cstr(&b.text), cases[i].rows);
        assert_true(b.counters.of[COUNTER_RECORDS_IN] == (i < 2 ? 2 : 3)); /* raw: also "" */
        end(&b);
        assert_true(b.script.is_closed);
    }
}

static void test_it_looks_again_after_a_while(void **state)
{
    static const char *const entries[] = {"[wait]", "[wait]", "x", "[end]"};
    struct bench b = new_bench();

    begin(&b, &raw, entries, NULL);
    b.context.now_us = 5000;
    assert_int_equal(resume(&b), PROGRESS_WAIT);
    assert_true(b.source->deadline_us == 15000);
    b.context.now_us = 15000;
    socket_source_class.on_time(b.source, 15000);
    assert_true(b.source->deadline_us == INT64_MAX);
    assert_int_equal(resume(&b), PROGRESS_WAIT);
    assert_int_equal(run(&b), PROGRESS_END);
    assert_string_equal(bytes_cstr(&b.text), "line=x;");
    end(&b);
}

static void test_what_breaks_off_fails_and_says_so(void **state)
{
    static const struct {
        const char *const entries[3];
        const char *why;
    } cases[] = {{{"{\"n\":1}", "[lost]"}, "socket[0]: socket://a:1: the connection broke"},
                 {{"{\"n\":1}", "[long]"}, "socket://a:1:2: a line of more than 16777216 bytes"},
                 {{"{\"n\":1}", "{\"n\":x}"}, "socket://a:1:2: character 6: expected a value"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b = new_bench();

        begin(&b, &json, cases[i].entries, NULL);
        run(&b);
        assert_string_equal(bytes_cstr(&b.text), "n=1 word=NULL;");
        assert_non_null(strstr(b.context.failure.text, cases[i].why));
        end(&b);
    }
}

static void test_another_attempt_says_what_may_be_lost(void **state)
{
    static const char *const entries[] = {"[end]"};

    for (uint32_t restored = 0; restored < 3; restored += 2) { /* in this process, or by -s */
        struct bench b = new_bench();

        b.context.attempt = restored ? 1 : 2;
        b.context.restored = restored;
        begin(&b, &raw, entries, NULL);
        assert_non_null(strstr(bytes_cstr(&b.context.log),
                               "lines that came after the last checkpoint are lost"));
        end(&b);
    }
}

static void test_where_there_are_no_sockets_and_where_nobody_listens(void **state)
{
    struct diag simulated = {0}, unreachable = {0};
    struct bench b = new_bench(), c = new_bench();

    b.context.lines = NULL;
    assert_int_equal(begin(&b, &raw, NULL, &simulated), ERR_USAGE);
    assert_non_null(strstr(simulated.text, "a socket cannot be opened in a simulation"));
    end(&b);
    assert_int_equal(begin(&c, &nobody, NULL, &unreachable), ERR_LOST);
    assert_string_equal(unreachable.text, "socket://b:1: nobody");
    end(&c);
}

static void test_only_the_first_subtask_connects(void **state)
{
    struct bench b = new_bench();
    struct diag why = {0};

    b.context.subtask = 1;
    assert_int_equal(begin(&b, &raw, NULL, &why), ERR_NONE);
    assert_int_equal(resume(&b), PROGRESS_END);
    end(&b);
    assert_false(b.script.is_closed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_of_every_format_become_rows),
        cmocka_unit_test(test_it_looks_again_after_a_while),
        cmocka_unit_test(test_what_breaks_off_fails_and_says_so),
        cmocka_unit_test(test_another_attempt_says_what_may_be_lost),
        cmocka_unit_test(test_where_there_are_no_sockets_and_where_nobody_listens),
        cmocka_unit_test(test_only_the_first_subtask_connects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
