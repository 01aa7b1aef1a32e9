#include "graph/options.h"

#include <errno.h>
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
static const struct {
    int64_t least, most;
} limits[OPTIONS] = {
#define OPTION_LIMIT_(name, least, most) [OPTION_##name] = {least, most},
    OPTION_LIMIT_LIST(OPTION_LIMIT_)};
static const char *const words[OPTIONS][OPTION_WORDS_MAX] = {
#define OPTION_WORDS_(name, ...) [OPTION_##name] = {__VA_ARGS__},
    OPTION_WORD_LIST(OPTION_WORDS_)};
static const char cost_prefix[] = "weir.sim.cost.";

struct value {
    const char *text; /* NULL: not set */
    int64_t number;
    double real;
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

    errno = 0;
    *n = strtoll(text, &end, 10);
    if (end == text || *n < -1 || errno == ERANGE)
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

static bool real_parse(const char *text, double *real)
{
    char *end;

    *real = strtod(text, &end);
    return end != text && *end == 0 && *real - *real == 0; /* finite */
}

static bool value_parse(enum option_kind kind, const char *text, struct value *v)
{
    const char *rest;

    switch (kind) {
    case OPTION_INT:
        return number_and_unit(text, &v->number, &rest) && *rest == 0;
    case OPTION_BOOL:
        v->number = strcmp(text, "true") == 0;
        return v->number || strcmp(text, "false") == 0;
    case OPTION_DURATION_US:
        return duration_parse(text, &v->number) == ERR_NONE;
    case OPTION_BYTES:
        return size_parse(text, &v->number);
    case OPTION_REAL:
        return real_parse(text, &v->real);
    case OPTION_TEXT:
        return true;
    }
    return false;
}

static const char *kind_text(enum option_kind kind)
{
    static const char *const texts[] = {
        "a whole number",      "true or false",        "a duration such as 200ms, 5s or 20us",
        "a size such as 32kb", "a number such as 1.5", "a text"};

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
        value_parse(table[i].kind, table[i].fallback, &o->value[i]);
    }
    return o;
}

static int unknown(const char *key, struct diag *why)
{
    const char *keys[OPTIONS], *near;

    for (int i = 0; i < OPTIONS; i++)
        keys[i] = table[i].key;
    near = nearest_word(key, keys, OPTIONS);
    return diag_set(why, ERR_USAGE, "unknown option '%s'%s%s%s; `weir options` lists them all", key,
                    near ? ": did you mean '" : "", near ? near : "", near ? "'" : "");
}

/* A limit as it would be typed. */
static void limit_text(enum option_kind kind, int64_t limit, char out[24])
{
    if (kind == OPTION_DURATION_US)
        duration_format(limit, out);
    else
        snprintf(out, 24, "%" PRId64, limit);
}

static bool is_within(enum option id, const struct value *v)
{
    double real = table[id].kind == OPTION_REAL ? v->real : (double)v->number;

    return limits[id].most == 0 ||
           (real >= (double)limits[id].least && real <= (double)limits[id].most);
}

static int check_number(enum option id, const struct value *v, const char *text, struct diag *why)
{
    char least[24], most[24];

    if (id == OPTION_SEGMENT && (v->number & (v->number - 1)))
        return diag_set(why, ERR_USAGE, "option '%s': %s is not a power of two", table[id].key,
                        text);
    if (is_within(id, v))
        return ERR_NONE;
    limit_text(table[id].kind, limits[id].least, least);
    limit_text(table[id].kind, limits[id].most, most);
    return diag_set(why, ERR_USAGE, "option '%s': %s is not between %s and %s", table[id].key, text,
                    least, most);
}

static int check_word(enum option id, const char *text, struct diag *why)
{
    char all[128] = "";
    size_t n = 0;

    if (words[id][0] == NULL)
        return ERR_NONE;
    for (int i = 0; i < OPTION_WORDS_MAX && words[id][i]; i++) {
        if (strcmp(text, words[id][i]) == 0)
            return ERR_NONE;
        n += (size_t)snprintf(all + n, sizeof all - n, "%s'%s'", i ? ", " : "", words[id][i]);
    }
    return diag_set(why, ERR_USAGE, "option '%s': '%s' is none of %s", table[id].key, text, all);
}

/* `id`: whose limits and words hold; costs of single operators have those of SIM_COST. */
static int assign(struct options *o, struct value *v, enum option id, const char *key,
                  const char *text, bool command_line, struct diag *why)
{
    enum option_kind kind = table[id].kind;
    struct value new = {.given = true, .command_line = command_line};

    if (!value_parse(kind, text, &new))
        return diag_set(why, ERR_USAGE, "option '%s': '%s' is not %s", key, text, kind_text(kind));
    if (kind == OPTION_TEXT ? check_word(id, text, why) : check_number(id, &new, text, why))
        return ERR_USAGE;
    if (v->command_line && !command_line)
        return ERR_NONE; /* the command line wins */
    new.text = arena_text(o->arena, text);
    *v = new;
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
        return assign(o, &cost_of(o, key + prefix)->value, OPTION_SIM_COST, key, value,
                      command_line, why);
    for (int i = 0; i < OPTIONS; i++)
        if (strcmp(table[i].key, key) == 0)
            return assign(o, &o->value[i], (enum option)i, key, value, command_line, why);
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

double option_real(const struct options *o, enum option id)
{
    return o->value[id].real;
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

int options_check(const struct options *o, struct diag *why)
{
    enum option first = OPTION_RESTART_EXP_INITIAL, most = OPTION_RESTART_EXP_MAX;

    if (option_number(o, first) <= option_number(o, most))
        return ERR_NONE;
    return diag_set(why, ERR_USAGE, "option '%s': %s is more than '%s', %s", option_key(first),
                    option_text(o, first), option_key(most), option_text(o, most));
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

const char *option_kind_name(enum option id)
{
    static const char *const names[] = {"int", "bool", "duration", "size", "real", "text"};

    return names[table[id].kind];
}
