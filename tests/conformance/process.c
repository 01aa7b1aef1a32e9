/* The process operator around a function that runs the programs of the vectors: each instruction is
 * one public call. */
#include "operators/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "operators/registry.h"
#include "tests/conformance/lone.h"

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

struct process_case {
    struct lone lone;
    struct process_config config;
    const char *unknown; /* an instruction that is none */
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
    struct json_writer *out = case_of(c)->lone.out;

    put_list(out, "r");
    if (weir_event_ms(c) == WEIR_NO_TIME)
        json_put_null(out, NULL);
    else
        json_put_int(out, NULL, weir_event_ms(c));
    put_text(out, weir_key_text(c));
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
    for (uint32_t i = 0, n = weir_list_count(r->c, LIST_STATE); i < n; i++) {
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

    put_text(out, key.name);
    put_number(out, is_there, v.n);
    json_end(out);
}
static void map_has(struct run *r, const char *a)
{
    struct named key = name_of(a);
    struct number v = {0};
    bool is_there = weir_map_get(r->c, MAP_STATE, &key, &v);
    struct json_writer *out = put_head(r->c, "has");

    put_text(out, key.name);
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
    for (uint32_t i = 0, n = weir_map_count(r->c, MAP_STATE); i < n; i++) {
        weir_map_entry(r->c, MAP_STATE, i, &key, &v);
        json_array(out, NULL);
        put_text(out, key.name);
        json_put_int(out, NULL, v.n);
        json_end(out);
    }
    json_end(out);
    json_end(out);
}
static void map_empty(struct run *r, const char *a)
{
    (void)a;
    say(r->c, "empty", true, weir_map_is_empty(r->c, MAP_STATE));
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

static void element(struct lone *l, const struct json *step)
{
    struct process_case *p = (struct process_case *)l;
    struct item v = {.key = text_of(json_at(step, 2)), .program = text_of(json_at(step, 3))};

    if (v.program.bytes >= PROGRAM_MAX)
        p->unknown = "a program that is too long";
    else if (is_of_second(step))
        lone_row_2(l, json_int(json_at(step, 1)), &v);
    else
        lone_row(l, json_int(json_at(step, 1)), &v);
}

static void *begin(const struct weir_process *fn, const struct operator_class *class)
{
    struct process_case *p = mem_alloc(sizeof *p);

    p->config = (struct process_config){.fn = *fn, .on_row_2 = on_row};
    p->lone.element = element;
    lone_begin(&p->lone, class,
               (struct node){.config = &p->config,
                             .in = &item_schema,
                             .in_2 = &item_schema,
                             .with = p,
                             .with_bytes = sizeof *p});
    return p;
}

static void *process_begin(const struct json *op, struct refusal *why)
{
    return only_fields(op, "kind", why) ? begin(&function, &process_class) : NULL;
}

static void *co_process_begin(const struct json *op, struct refusal *why)
{
    return only_fields(op, "kind", why) ? begin(&function, &co_process_class) : NULL;
}

/* The one of two words that a field says, as 0 or 1; -1: neither. */
static int choice(const struct json *op, const char *field, const char *no, const char *yes,
                  struct refusal *why)
{
    const char *word = json_get_text(op, field);

    if (strcmp(word, no) == 0 || strcmp(word, yes) == 0)
        return strcmp(word, yes) == 0;
    refuse(why, CASE_FAIL, "unknown %s '%s'", field, word);
    return -1;
}

/* `state` says which one the programs use; all may expire, nobody meets the others. */
static void *ttl_begin(const struct json *op, struct refusal *why)
{
    struct weir_process fn = function;
    struct weir_ttl ttl = {.ms = json_get_int(op, "ttl"), .clean_keys = -1};
    int renew, show;

    if (!only_fields(op, "kind state ttl update visibility cleanup_full_snapshot", why))
        return NULL;
    renew = choice(op, "update", "create_write", "read_write", why);
    show = choice(op, "visibility", "never", "return_expired", why);
    if (renew < 0 || show < 0)
        return NULL;
    ttl.renew_on_read = renew;
    ttl.return_expired = show;
    ttl.clean_snapshots = json_bool(json_get(op, "cleanup_full_snapshot"));
    for (int s = VALUE_STATE; s <= SUM_STATE; s++)
        fn.state[s].ttl = ttl;
    return begin(&fn, &process_class);
}

static bool process_step(void *self, const struct json *step, struct json_writer *out)
{
    struct process_case *p = self;

    return lone_step(&p->lone, step, out) && p->unknown == NULL;
}

static void process_end(void *self)
{
    lone_end(&((struct process_case *)self)->lone);
    mem_free(self);
}

const struct topic co_process_topic = {
    .name = "co_process", .begin = co_process_begin, .step = process_step, .end = process_end};
const struct topic process_topic = {.name = "process",
                                    .sorted = true,
                                    .begin = process_begin,
                                    .step = process_step,
                                    .end = process_end};
const struct topic ttl_topic = {
    .name = "ttl", .sorted = true, .begin = ttl_begin, .step = process_step, .end = process_end};
