#include "graph/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct entry {
    const char *key;
    enum option_kind kind;
    const char *fallback, *help;
};
static const struct entry table[] = {
#define OPTION_ENTRY_(name, key, kind, fallback, help) {key, OPTION_##kind, fallback, help},
    OPTION_LIST(OPTION_ENTRY_)};
static const char cost_prefix[] = "weir.sim.cost.";

struct value {
    const char *text; /* NULL: not set */
    int64_t number;
    bool given, command_line;
};
struct cost {
    struct cost *next;
    const char *uid;
    struct value value;
};
struct options {
    struct arena *arena;
    struct value value[OPTIONS];
    struct cost *costs;
};

/* A number and what follows it; false if there is none. */
static bool number_and_unit(const char *text, int64_t *n, const char **unit)
{
    char *end;

    *n = strtoll(text, &end, 10);
    if (end == text || *n < -1)
        return false;
    while (*end == ' ')
        end++;
    *unit = end;
    return true;
}

struct unit {
    const char *names; /* each between blanks */
    int64_t scale;
};

static bool scaled(const char *text, const struct unit *units, size_t count, int64_t *out)
{
    char padded[24];
    const char *unit;
    int64_t n;

    if (!number_and_unit(text, &n, &unit) || strlen(unit) > 12)
        return false;
    snprintf(padded, sizeof padded, " %s ", unit);
    for (size_t i = 0; i < count; i++)
        if (strstr(units[i].names, padded))
            return !__builtin_mul_overflow(n, units[i].scale, out);
    return false;
}

int duration_parse(const char *text, int64_t *us)
{
    static const struct unit units[] = {
        {" us micro micros microsecond microseconds ", 1},
        {"  ms milli millis millisecond milliseconds ", 1000},
        {" s sec secs second seconds ", 1000000},
        {" m min minute minutes ", 60000000},
        {" h hour hours ", 3600000000},
        {" d day days ", 86400000000},
    };

    return scaled(text, units, 6, us) && *us >= 0 ? ERR_NONE : ERR_FORMAT;
}

static bool size_parse(const char *text, int64_t *bytes)
{
    static const struct unit units[] = {{"  b bytes ", 1},
                                        {" k kb kibibytes ", 1 << 10},
                                        {" m mb mebibytes ", 1 << 20},
                                        {" g gb gibibytes ", 1 << 30}};

    return scaled(text, units, 4, bytes) && *bytes >= 0;
}

void duration_format(int64_t us, char out[24])
{
    static const struct {
        int64_t scale;
        const char *unit;
    } units[] = {{3600000000, "h"}, {60000000, "min"}, {1000000, "s"}, {1000, "ms"}, {1, "us"}};

    for (int i = 0; i < 5; i++)
        if (us % units[i].scale == 0 && (us || i == 3)) {
            snprintf(out, 24, "%" PRId64 "%s", us / units[i].scale, units[i].unit);
            return;
        }
}

static bool value_parse(enum option_kind kind, const char *text, int64_t *number)
{
    const char *rest;

    switch (kind) {
    case OPTION_INT:
        return number_and_unit(text, number, &rest) && *rest == 0;
    case OPTION_BOOL:
        *number = strcmp(text, "true") == 0;
        return *number || strcmp(text, "false") == 0;
    case OPTION_DURATION_US:
        return duration_parse(text, number) == ERR_NONE;
    case OPTION_BYTES:
        return size_parse(text, number);
    case OPTION_TEXT:
        return true;
    }
    return false;
}

static const char *kind_text(enum option_kind kind)
{
    static const char *const texts[] = {"a whole number", "true or false",
                                        "a duration such as 200ms, 5s or 20us",
                                        "a size such as 32kb", "a text"};

    return texts[kind];
}

struct options *options_new(struct arena *a)
{
    struct options *o = arena_alloc(a, sizeof *o);

    o->arena = a;
    for (int i = 0; i < OPTIONS; i++) {
        if (table[i].fallback[0] == 0)
            continue;
        o->value[i].text = table[i].fallback;
        value_parse(table[i].kind, table[i].fallback, &o->value[i].number);
    }
    return o;
}

static int unknown(const char *key, struct diag *why)
{
    const char *words[OPTIONS], *near;

    for (int i = 0; i < OPTIONS; i++)
        words[i] = table[i].key;
    near = nearest_word(key, words, OPTIONS);
    return diag_set(why, ERR_USAGE, "unknown option '%s'%s%s%s; `weir options` lists them all", key,
                    near ? ": did you mean '" : "", near ? near : "", near ? "'" : "");
}

static int assign(struct options *o, struct value *v, enum option_kind kind, const char *key,
                  const char *text, bool command_line, struct diag *why)
{
    int64_t number = 0;

    if (!value_parse(kind, text, &number))
        return diag_set(why, ERR_USAGE, "option '%s': '%s' is not %s", key, text, kind_text(kind));
    if (v->command_line && !command_line)
        return ERR_NONE; /* the command line wins */
    *v = (struct value){arena_text(o->arena, text), number, true, command_line};
    return ERR_NONE;
}

static struct cost *cost_of(struct options *o, const char *uid)
{
    struct cost *c;

    for (c = o->costs; c; c = c->next)
        if (strcmp(c->uid, uid) == 0)
            return c;
    c = arena_alloc(o->arena, sizeof *c);
    c->uid = arena_text(o->arena, uid);
    c->next = o->costs;
    o->costs = c;
    return c;
}

int options_set(struct options *o, const char *key, const char *value, bool command_line,
                struct diag *why)
{
    size_t prefix = sizeof cost_prefix - 1;

    if (strncmp(key, cost_prefix, prefix) == 0 && key[prefix])
        return assign(o, &cost_of(o, key + prefix)->value, OPTION_DURATION_US, key, value,
                      command_line, why);
    for (int i = 0; i < OPTIONS; i++)
        if (strcmp(table[i].key, key) == 0)
            return assign(o, &o->value[i], table[i].kind, key, value, command_line, why);
    return unknown(key, why);
}

int options_set_pair(struct options *o, const char *pair, bool command_line, struct diag *why)
{
    const char *equals = strchr(pair, '=');

    if (equals == NULL || equals == pair)
        return diag_set(why, ERR_USAGE, "-D wants key=value, not '%s'", pair);
    return options_set(o, arena_format(o->arena, "%.*s", (int)(equals - pair), pair), equals + 1,
                       command_line, why);
}

bool option_is_set(const struct options *o, enum option id)
{
    return o->value[id].text != NULL;
}

int64_t option_number(const struct options *o, enum option id)
{
    return o->value[id].number;
}

const char *option_text(const struct options *o, enum option id)
{
    return o->value[id].text ? o->value[id].text : "";
}

int64_t option_cost_us(const struct options *o, const char *uid)
{
    for (const struct cost *c = o->costs; c; c = c->next)
        if (strcmp(c->uid, uid) == 0)
            return c->value.number;
    return option_number(o, OPTION_SIM_COST);
}

/* Where data lies and output goes is not part of what a run is. */
uint64_t options_hash(const struct options *o)
{
    uint64_t hash = 0, costs = 0;

    for (int i = 0; i < OPTIONS; i++)
        if (o->value[i].given && i != OPTION_DATA_DIR && i != OPTION_OUTPUT_DIR)
            hash = hash_mix(hash_mix(hash, (uint64_t)i),
                            hash_bytes(o->value[i].text, strlen(o->value[i].text)));
    for (const struct cost *c = o->costs; c; c = c->next) /* a sum: their order means nothing */
        costs += hash_mix(hash_bytes(c->uid, strlen(c->uid)), (uint64_t)c->value.number);
    return hash_mix(hash, costs);
}

const char *option_key(enum option id)
{
    return table[id].key;
}

const char *option_help(enum option id)
{
    return table[id].help;
}

const char *option_default(enum option id)
{
    return table[id].fallback;
}
