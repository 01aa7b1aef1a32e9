/* The real process operator, alone, around a function that runs the programs of the vectors: each
 * instruction is one public call. */
#include "operators/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/key_group.h"
#include "data/row.h"
#include "operators/registry.h"
#include "runtime/operator.h"
#include "tests/conformance/topic.h"

#define ELEMENT_ROW_(C) C(STRING, key) C(STRING, program)
#define NUMBER(C) C(BIGINT, n)
#define NAME(C) C(STRING, name)
#define HANDLER(C) C(BIGINT, left) C(STRING, program)
WEIR_ROW(item, ELEMENT_ROW_)
WEIR_ROW(number, NUMBER)
WEIR_ROW(named, NAME)
WEIR_ROW(handler, HANDLER)

enum { VALUE_STATE, LIST_STATE, MAP_STATE, SUM_STATE, HANDLER_STATE };
enum { PROGRAM_MAX = 4096 };

struct catcher { /* the operator behind */
    struct operator op;
    struct json_writer *out;
};

struct process_case {
    struct task_context task;
    struct counters counters;
    struct node node;
    struct process_config config;
    struct operator* process;
    struct catcher main;
    struct target target;
    struct json_writer *out; /* of this step */
    const char *unknown;     /* an instruction that is none */
};

/* ---- programs ---- */

struct run { /* one run of a program */
    struct weir_ctx *c;
    int64_t t; /* the element's timestamp, or the timer's time */
};

static struct process_case *case_of(struct weir_ctx *c)
{
    return (struct process_case *)(uintptr_t)weir_with(c);
}

static int64_t int_of(const char *text)
{
    return strtoll(text, NULL, 10);
}

static int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static struct json_writer *put_head(struct weir_ctx *c, const char *what)
{
    struct json_writer *out = case_of(c)->out;
    struct weir_text key = weir_key_text(c);

    put_list(out, "r");
    if (weir_event_ms(c) == WEIR_NO_TIME)
        json_put_null(out, NULL);
    else
        json_put_int(out, NULL, weir_event_ms(c));
    json_put_span(out, NULL, (struct span){(const uint8_t *)key.p, key.bytes});
    json_put_text(out, NULL, what);
    return out;
}

static void put_number(struct json_writer *out, bool is_there, int64_t n)
{
    if (is_there)
        json_put_int(out, NULL, n);
    else
        json_put_null(out, NULL);
}

static void say(struct weir_ctx *c, const char *what, bool is_there, int64_t n)
{
    struct json_writer *out = put_head(c, what);

    put_number(out, is_there, n);
    json_end(out);
}

static void add_up(struct weir_ctx *c, void *so_far, const void *value)
{
    struct number *s = so_far;

    (void)c;
    s->n = plus(s->n, ((const struct number *)value)->n);
}

/* Each instruction gets what stands behind its colon, "" for none. */
static void event_timer(struct run *r, const char *a)
{
    weir_timer_set(r->c, int_of(a));
}
static void event_timer_ahead(struct run *r, const char *a)
{
    weir_timer_set(r->c, plus(r->t, int_of(a)));
}
static void wall_timer(struct run *r, const char *a)
{
    weir_processing_timer_set(r->c, int_of(a));
}
static void wall_timer_ahead(struct run *r, const char *a)
{
    weir_processing_timer_set(r->c, plus(weir_now_ms(r->c), int_of(a)));
}
static void delete_event(struct run *r, const char *a)
{
    weir_timer_delete(r->c, int_of(a));
}
static void delete_event_ahead(struct run *r, const char *a)
{
    weir_timer_delete(r->c, plus(r->t, int_of(a)));
}
static void delete_wall(struct run *r, const char *a)
{
    weir_processing_timer_delete(r->c, int_of(a));
}

static void on(struct run *r, const char *a)
{
    const char *colon = strchr(a, ':');
    const char *program = colon ? colon + 1 : "";
    struct handler h = {.left = int_of(a), .program = {program, (uint32_t)strlen(program)}};

    handler_put(r->c, HANDLER_STATE, &h);
}

static void say_watermark(struct run *r, const char *a)
{
    (void)a;
    say(r->c, "wm", true, weir_watermark_ms(r->c));
}
static void say_clock(struct run *r, const char *a)
{
    (void)a;
    say(r->c, "pt", true, weir_now_ms(r->c));
}

static void value_add(struct run *r, const char *a)
{
    struct number v = {0};

    number_get(r->c, VALUE_STATE, &v);
    v.n = plus(v.n, int_of(a));
    number_put(r->c, VALUE_STATE, &v);
}
static void value_put(struct run *r, const char *a)
{
    number_put(r->c, VALUE_STATE, &(struct number){.n = int_of(a)});
}
static void value_clear(struct run *r, const char *a)
{
    (void)a;
    weir_clear(r->c, VALUE_STATE);
}
static void value_get(struct run *r, const char *a)
{
    struct number v = {0};
    bool is_there = number_get(r->c, VALUE_STATE, &v);

    (void)a;
    say(r->c, "value", is_there, v.n);
}

static void list_push(struct run *r, const char *a)
{
    weir_list_add(r->c, LIST_STATE, &(struct number){.n = int_of(a)});
}
static void list_clear(struct run *r, const char *a)
{
    (void)a;
    weir_clear(r->c, LIST_STATE);
}
static void list_set(struct run *r, const char *a)
{
    weir_clear(r->c, LIST_STATE);
    for (; *a; a += *a == '|') {
        list_push(r, a);
        a += strcspn(a, "|");
    }
}
static void list_get(struct run *r, const char *a)
{
    struct json_writer *out = put_head(r->c, "list");
    struct number v;

    (void)a;
    json_array(out, NULL);
    for (uint32_t i = 0; i < weir_list_count(r->c, LIST_STATE); i++) {
        weir_list_get(r->c, LIST_STATE, i, &v);
        json_put_int(out, NULL, v.n);
    }
    json_end(out);
    json_end(out);
}

static struct named name_of(const char *a)
{
    return (struct named){.name = {a, (uint32_t)strcspn(a, ":")}};
}
static void map_put_(struct run *r, const char *a)
{
    struct named key = name_of(a);

    weir_map_put(r->c, MAP_STATE, &key,
                 &(struct number){.n = int_of(a + key.name.bytes + (a[key.name.bytes] == ':'))});
}
static void map_delete(struct run *r, const char *a)
{
    struct named key = name_of(a);

    weir_map_remove(r->c, MAP_STATE, &key);
}
static void map_clear(struct run *r, const char *a)
{
    (void)a;
    weir_clear(r->c, MAP_STATE);
}
static void map_get(struct run *r, const char *a)
{
    struct named key = name_of(a);
    struct number v = {0};
    bool is_there = weir_map_get(r->c, MAP_STATE, &key, &v);
    struct json_writer *out = put_head(r->c, "map");

    json_put_span(out, NULL, (struct span){(const uint8_t *)key.name.p, key.name.bytes});
    put_number(out, is_there, v.n);
    json_end(out);
}
static void map_has(struct run *r, const char *a)
{
    struct named key = name_of(a);
    struct number v = {0};
    bool is_there = weir_map_get(r->c, MAP_STATE, &key, &v);
    struct json_writer *out = put_head(r->c, "has");

    json_put_span(out, NULL, (struct span){(const uint8_t *)key.name.p, key.name.bytes});
    json_put_int(out, NULL, is_there);
    json_end(out);
}
static void map_all(struct run *r, const char *a)
{
    struct json_writer *out = put_head(r->c, "entries");
    struct named key;
    struct number v;

    (void)a;
    json_array(out, NULL);
    for (uint32_t i = 0; i < weir_map_count(r->c, MAP_STATE); i++) {
        weir_map_entry(r->c, MAP_STATE, i, &key, &v);
        json_array(out, NULL);
        json_put_span(out, NULL, (struct span){(const uint8_t *)key.name.p, key.name.bytes});
        json_put_int(out, NULL, v.n);
        json_end(out);
    }
    json_end(out);
    json_end(out);
}
static void map_empty(struct run *r, const char *a)
{
    (void)a;
    say(r->c, "empty", true, weir_map_count(r->c, MAP_STATE) == 0);
}

static void sum_add(struct run *r, const char *a)
{
    weir_reducing_add(r->c, SUM_STATE, &(struct number){.n = int_of(a)});
}
static void sum_clear(struct run *r, const char *a)
{
    (void)a;
    weir_clear(r->c, SUM_STATE);
}
static void sum_get(struct run *r, const char *a)
{
    struct number v = {0};
    bool is_there = weir_reducing_get(r->c, SUM_STATE, &v);

    (void)a;
    say(r->c, "sum", is_there, v.n);
}

static const struct {
    const char *word;
    void (*run)(struct run *, const char *argument);
} instructions[] = {{"RE", event_timer},    {"RER", event_timer_ahead},
                    {"RP", wall_timer},     {"RPR", wall_timer_ahead},
                    {"DE", delete_event},   {"DER", delete_event_ahead},
                    {"DP", delete_wall},    {"ON", on},
                    {"WM", say_watermark},  {"PT", say_clock},
                    {"ADD", value_add},     {"PUT", value_put},
                    {"CLEAR", value_clear}, {"GET", value_get},
                    {"LPUSH", list_push},   {"LSET", list_set},
                    {"LCLEAR", list_clear}, {"LGET", list_get},
                    {"MPUT", map_put_},     {"MDEL", map_delete},
                    {"MCLEAR", map_clear},  {"MGET", map_get},
                    {"MHAS", map_has},      {"MALL", map_all},
                    {"MEMPTY", map_empty},  {"SADD", sum_add},
                    {"SCLEAR", sum_clear},  {"SGET", sum_get}};

static void instruction(struct run *r, char *text)
{
    char *colon = strchr(text, ':');
    const char *argument = colon ? colon + 1 : "";

    if (colon)
        *colon = 0;
    for (size_t i = 0; i < sizeof instructions / sizeof instructions[0]; i++)
        if (strcmp(instructions[i].word, text) == 0) {
            instructions[i].run(r, argument);
            return;
        }
    case_of(r->c)->unknown = "an unknown instruction";
}

static void program(struct weir_ctx *c, struct weir_text text, const char *separator, int64_t t)
{
    struct run r = {c, t};
    char copy[PROGRAM_MAX], *rest = copy, *one;

    snprintf(copy, sizeof copy, "%.*s", (int)text.bytes, text.p);
    while ((one = strsep(&rest, separator)) != NULL)
        if (*one)
            instruction(&r, one);
}

static void on_row(struct weir_ctx *c, const struct weir_row *row)
{
    program(c, item_of(row).program, ";", row->event_ms);
}

static void on_timer(struct weir_ctx *c, int64_t ms)
{
    struct number v = {0};
    struct handler h = {0};
    bool is_there = number_get(c, VALUE_STATE, &v);
    struct json_writer *out = put_head(c, "timer");

    json_put_text(out, NULL, weir_timer_is_processing(c) ? "proc" : "event");
    json_put_int(out, NULL, ms);
    put_number(out, is_there, v.n);
    json_end(out);
    if (!handler_get(c, HANDLER_STATE, &h) || h.left == 0)
        return;
    h.left--;
    handler_put(c, HANDLER_STATE, &h);
    program(c, h.program, ",", ms);
}

static const struct weir_process function = {
    .state = {[VALUE_STATE] = {.name = "value", .kind = WEIR_VALUE, .type = &number_schema},
              [LIST_STATE] = {.name = "list", .kind = WEIR_LIST, .type = &number_schema},
              [MAP_STATE] =
                  {.name = "map", .kind = WEIR_MAP, .type = &number_schema, .key = &named_schema},
              [SUM_STATE] =
                  {.name = "sum", .kind = WEIR_REDUCING, .type = &number_schema, .reduce = add_up},
              [HANDLER_STATE] = {.name = "handler", .kind = WEIR_VALUE, .type = &handler_schema}},
    .on_row = on_row,
    .on_timer = on_timer};

/* ---- life ---- */

static enum progress caught_watermark(struct operator* op, int64_t ms, bool *pass)
{
    (void)pass;
    put_watermark(((struct catcher *)op)->out, ms);
    return PROGRESS_DONE;
}

static const struct operator_class catcher_class = {
    .name = "catcher", .bytes = sizeof(struct catcher), .on_watermark = caught_watermark};

static void build_operator(struct process_case *p)
{
    struct diag why = {0};

    p->process = mem_alloc(process_class.bytes);
    p->process->class = &process_class;
    p->process->task = &p->task;
    p->process->node = &p->node;
    p->process->watermark_ms = INT64_MIN;
    p->process->deadline_us = INT64_MAX;
    p->process->output[TAG_MAIN] = (struct output){1, &p->target};
    process_class.open(p->process, &why);
}

static void drop_operator(struct process_case *p)
{
    process_class.close(p->process);
    bytes_done(&p->process->held);
    mem_free(p->process);
}

static void *process_begin(const struct json *op, struct refusal *why)
{
    struct process_case *p;

    if (!only_fields(op, "kind", why))
        return NULL;
    p = mem_alloc(sizeof *p);
    p->config.fn = function;
    p->task.counters = &p->counters;
    p->node = (struct node){.name = "process",
                            .uid = "p",
                            .config = &p->config,
                            .in = &item_schema,
                            .key_column = 0,
                            .with = p,
                            .with_bytes = sizeof *p};
    p->main = (struct catcher){.op = {.class = &catcher_class, .task = &p->task}};
    p->target = (struct target){.op = &p->main.op};
    build_operator(p);
    return p;
}

static void element(struct process_case *p, const struct json *step)
{
    const char *key = json_text(json_at(step, 2)), *text = json_text(json_at(step, 3));
    struct item v = {.key = {key, (uint32_t)strlen(key)},
                     .program = {text, (uint32_t)strlen(text)}};
    uint64_t image[2 * PROGRAM_MAX / 8];
    uint32_t bytes, group = key_group_of_key(WEIR_STRING, span_text(key), 128);
    struct weir_row row;

    if (v.key.bytes + v.program.bytes > PROGRAM_MAX) {
        p->unknown = "a program that is too long";
        return;
    }
    bytes = row_write(&item_schema, &v, image);
    row = (struct weir_row){image, json_int(json_at(step, 1)), 0, bytes, (uint16_t)group, 0};
    operator_row(p->process, &row);
}

/* Take a snapshot, throw the operator away, restore into a new one. */
static bool snap(struct process_case *p)
{
    struct snapshot_out out;
    struct snapshot_in in;
    struct diag why = {0};
    bool ok;

    snapshot_start(&out);
    process_class.snapshot(p->process, 1, &out);
    snapshot_finish(&out);
    drop_operator(p);
    build_operator(p);
    ok = snapshot_open(&in, bytes_span(&out.bytes), "vector", &why) == ERR_NONE &&
         process_class.restore(p->process, &in, &why) == ERR_NONE;
    snapshot_out_done(&out);
    return ok;
}

/* Timers of the wall clock fire in a `p` step only, and see its time. */
static void wall_clock(struct process_case *p, int64_t now_ms)
{
    p->task.now_us = now_ms * 1000;
    while (p->process->deadline_us <= p->task.now_us)
        process_class.on_time(p->process, p->task.now_us);
}

static bool process_step(void *self, const struct json *step, struct json_writer *out)
{
    struct process_case *p = self;
    const char *verb = json_text(json_at(step, 0));

    p->out = p->main.out = out;
    if (strcmp(verb, "e") == 0)
        element(p, step);
    else if (strcmp(verb, "w") == 0)
        operator_watermark(p->process, json_int(json_at(step, 1)));
    else if (strcmp(verb, "snap") == 0)
        return snap(p);
    else if (strcmp(verb, "p") == 0)
        wall_clock(p, json_int(json_at(step, 1)));
    else
        return false;
    while (p->process->owes)
        operator_resume(p->process);
    return p->unknown == NULL && p->task.failure.err == ERR_NONE;
}

static void process_end(void *self)
{
    drop_operator(self);
    mem_free(self);
}

const struct topic process_topic = {.name = "process",
                                    .sorted = true,
                                    .begin = process_begin,
                                    .step = process_step,
                                    .end = process_end};
