#include <string.h>

#include "base/mem.h"
#include "checkpoint/rescale.h"
#include "tests/conformance/topic.h"

enum { SUBTASKS_MAX = 4096 };

static bool has(const struct json *array, uint32_t n)
{
    for (size_t i = 0; i < json_count(array); i++)
        if (json_int(json_at(array, i)) == n)
            return true;
    return false;
}

static bool read_sides(const struct json *in, uint32_t *old, uint32_t *new, struct refusal *why)
{
    return number_between(in, "old", 1, SUBTASKS_MAX, old, why) &&
           number_between(in, "new", 1, SUBTASKS_MAX, new, why);
}

/* ---- keyed ---- */

static void put_pair(struct json_writer *out, const char *name, uint32_t a, uint32_t b)
{
    json_array(out, name);
    json_put_int(out, NULL, a);
    json_put_int(out, NULL, b);
    json_end(out);
}

static void put_gets(struct json_writer *out, uint32_t from, struct key_range what)
{
    json_object(out, NULL);
    json_put_int(out, "from", from);
    json_put_int(out, "start", what.first);
    json_put_int(out, "end", what.last);
    json_end(out);
}

static bool keyed(const struct json *in, struct json_writer *out, struct refusal *why)
{
    uint32_t old, new, max;

    if (!only_fields(in, "kind maxParallelism old new withoutState", why) ||
        !read_sides(in, &old, &new, why) ||
        !number_between(in, "maxParallelism", old > new ? old : new, MAX_PARALLELISM_LIMIT, &max,
                        why))
        return false;
    json_array(out, NULL);
    for (uint32_t i = 0; i < new; i++) {
        struct key_range mine = key_group_range(i, new, max), both;

        json_object(out, NULL);
        put_pair(out, "range", mine.first, mine.last);
        json_array(out, "gets");
        for (uint32_t j = 0; j < old; j++)
            if (!has(json_get(in, "withoutState"), j) &&
                rescale_overlap(key_group_range(j, old, max), mine, &both))
                put_gets(out, j, both);
        json_end(out);
        json_end(out);
    }
    json_end(out);
    return true;
}

/* ---- operator state ---- */

struct one_state {
    const char *name, *mode;
    struct lists lists;
    int32_t *size;
    uint32_t start; /* where dealing begins */
};

static bool read_state(const struct json *j, struct one_state *s, struct refusal *why)
{
    const struct json *sizes = json_get(j, "sizes");

    if (!only_fields(j, "name mode sizes", why))
        return false;
    s->name = json_get_text(j, "name");
    s->mode = json_get_text(j, "mode");
    if (json_count(sizes) != s->lists.old)
        return refuse(why, CASE_FAIL, "malformed: 'sizes'");
    for (size_t i = 0; i < json_count(sizes); i++)
        s->size[i] = (int32_t)json_int(json_at(sizes, i));
    return true;
}

static uint32_t runs_of(const struct one_state *s, uint32_t subtask)
{
    if (strcmp(s->mode, "UNION") == 0)
        return rescale_union(&s->lists);
    if (strcmp(s->mode, "BROADCAST") == 0)
        return rescale_broadcast(&s->lists, subtask);
    return rescale_list(&s->lists, s->start, subtask);
}

static void put_elements(const struct one_state *s, uint32_t runs, struct json_writer *out)
{
    json_array(out, s->name);
    for (uint32_t r = 0; r < runs; r++)
        for (uint32_t e = 0; e < s->lists.run[r].count; e++)
            put_pair(out, NULL, s->lists.run[r].old, s->lists.run[r].first + e);
    json_end(out);
}

static const struct one_state *find(const struct one_state *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

/* Members go in the order of Flink's answer (a hash map's); what that leaves out must be empty. */
static void put_subtask(const struct one_state *all, size_t n, uint32_t subtask,
                        const struct json *asked, struct json_writer *out)
{
    json_object(out, NULL);
    for (size_t m = 0; m < json_count(asked); m++) {
        const struct one_state *s = find(all, n, json_name(json_at(asked, m)));

        if (s)
            put_elements(s, runs_of(s, subtask), out);
    }
    for (size_t i = 0; i < n; i++)
        if (json_get(asked, all[i].name) == NULL && runs_of(&all[i], subtask))
            put_elements(&all[i], runs_of(&all[i], subtask), out);
    json_end(out);
}

static bool read_states(const struct json *states, struct one_state *all, uint32_t old,
                        uint32_t new, struct refusal *why)
{
    uint32_t start = 0;

    for (size_t i = 0; i < json_count(states); i++) {
        struct one_state *s = &all[i];

        s->size = mem_alloc(old * sizeof *s->size);
        s->lists = (struct lists){old, new, s->size,
                                  mem_alloc((old + 1) * sizeof(struct list_run))};
    }
    for (size_t i = 0; i < json_count(states); i++) {
        all[i].start = start;
        if (!read_state(json_at(states, i), &all[i], why))
            return false;
        if (strcmp(all[i].mode, "SPLIT_DISTRIBUTE") == 0)
            start = rescale_list_next(&all[i].lists, start);
        else if (strcmp(all[i].mode, "UNION") != 0 && strcmp(all[i].mode, "BROADCAST") != 0)
            return refuse(why, CASE_FAIL, "unknown mode '%s'", all[i].mode);
    }
    return true;
}

static bool operator_state(const struct json *in, const struct json *asked, struct json_writer *out,
                           struct refusal *why)
{
    const struct json *states = json_get(in, "states");
    size_t n = json_count(states);
    struct one_state *all;
    uint32_t old, new;
    bool ok;

    if (!only_fields(in, "kind old new states", why) || !read_sides(in, &old, &new, why))
        return false;
    all = mem_alloc(n * sizeof *all);
    ok = read_states(states, all, old, new, why);
    if (ok) {
        json_array(out, NULL);
        for (uint32_t i = 0; i < new; i++)
            put_subtask(all, n, i, json_at(asked, i), out);
        json_end(out);
    }
    for (size_t i = 0; i < n; i++) {
        mem_free(all[i].size);
        mem_free(all[i].lists.run);
    }
    mem_free(all);
    return ok;
}

/* ---- in-flight data ---- */

static uint32_t put_readers(enum mapper m, uint32_t old, uint32_t olds, uint32_t news,
                            struct json_writer *out)
{
    uint32_t readers = 0;

    json_array(out, NULL);
    for (uint32_t new = 0; new < news; new ++)
        if (mapper_reads(m, old, olds, new, news)) {
            json_put_int(out, NULL, new);
            readers++;
        }
    json_end(out);
    return readers;
}

static void put_read(enum mapper m, uint32_t olds, uint32_t news, struct json_writer *out)
{
    json_array(out, "reads");
    for (uint32_t new = 0; new < news; new ++) {
        json_array(out, NULL);
        for (uint32_t old = 0; old < olds; old++)
            if (mapper_reads(m, old, olds, new, news))
                json_put_int(out, NULL, old);
        json_end(out);
    }
    json_end(out);
}

static bool is_identity(enum mapper m, uint32_t olds, uint32_t news)
{
    for (uint32_t old = 0; old < olds; old++)
        for (uint32_t new = 0; new < news; new ++)
            if (mapper_reads(m, old, olds, new, news) != (old == new))
                return false;
    return true;
}

static void put_mapping(enum mapper m, uint32_t olds, uint32_t news, struct json_writer *out)
{
    bool *ambiguous = mem_alloc(olds);

    put_read(m, olds, news, out);
    json_array(out, "readBy");
    for (uint32_t old = 0; old < olds; old++)
        ambiguous[old] = put_readers(m, old, olds, news, out) > 1;
    json_end(out);
    json_put_bool(out, "ambiguousMapper", mapper_is_ambiguous(m));
    json_array(out, "ambiguousOld");
    for (uint32_t old = 0; old < olds; old++)
        if (ambiguous[old])
            json_put_int(out, NULL, old);
    json_end(out);
    json_put_bool(out, "identity", is_identity(m, olds, news));
    mem_free(ambiguous);
}

static bool channels(const struct json *in, struct json_writer *out, struct refusal *why)
{
    uint32_t olds, news;
    int m = 0;

    if (!only_fields(in, "kind mapper old new", why) || !read_sides(in, &olds, &news, why))
        return false;
    while (m < MAPPERS && strcmp(mapper_name((enum mapper)m), json_get_text(in, "mapper")) != 0)
        m++;
    if (m == MAPPERS)
        return refuse(why, CASE_FAIL, "unknown mapper '%s'", json_get_text(in, "mapper"));
    json_object(out, NULL);
    if (m == MAPPER_UNSUPPORTED)
        json_put_text(out, "error", "unsupported");
    else
        put_mapping((enum mapper)m, olds, news, out);
    json_end(out);
    return true;
}

/* ---- max parallelism ---- */

static bool max_parallelism(const struct json *in, struct json_writer *out, struct refusal *why)
{
    static const char *const errors[] = {
        [RESCALE_MAX_CHANGED] = "max-parallelism-changed",
        [RESCALE_ABOVE_STATE_MAX] = "parallelism-above-state-max",
    };
    uint32_t state_max, parallelism, max = 0;
    enum rescale_refusal refusal;

    if (!only_fields(in, "kind stateMaxParallelism parallelism maxParallelism", why) ||
        !number_between(in, "stateMaxParallelism", 1, MAX_PARALLELISM_LIMIT, &state_max, why) ||
        !number_between(in, "parallelism", 1, MAX_PARALLELISM_LIMIT, &parallelism, why) ||
        (json_kind(json_get(in, "maxParallelism")) != JSON_NULL &&
         !number_between(in, "maxParallelism", 1, MAX_PARALLELISM_LIMIT, &max, why)))
        return false;
    refusal = rescale_check(state_max, parallelism, max);
    json_object(out, NULL);
    if (refusal)
        json_put_text(out, "error", errors[refusal]);
    else
        json_put_int(out, "maxParallelism", state_max);
    json_end(out);
    return true;
}

static bool rescale_answer(const struct json *in, const struct json *asked, struct json_writer *out,
                           struct refusal *why)
{
    const char *kind = json_get_text(in, "kind");

    if (strcmp(kind, "keyed") == 0)
        return keyed(in, out, why);
    if (strcmp(kind, "operator") == 0)
        return operator_state(in, asked, out, why);
    if (strcmp(kind, "channels") == 0)
        return channels(in, out, why);
    if (strcmp(kind, "max-parallelism") == 0)
        return max_parallelism(in, out, why);
    return refuse(why, CASE_FAIL, "unknown kind '%s'", kind);
}

const struct topic rescale_topic = {.name = "rescale", .answer = rescale_answer};
