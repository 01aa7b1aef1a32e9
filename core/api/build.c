#include "api/build.h"

#include <string.h>

#include "base/hash.h"
#include "data/schema.h"

struct weir_stream *build_stream(struct weir_job *job, uint32_t node, uint32_t tag,
                                 const struct weir_schema *type)
{
    struct weir_stream *s = arena_alloc(job->arena, sizeof *s);

    *s = (struct weir_stream){.job = job, .parts = 1, .type = type, .key_column = -1};
    s->part[0] = (struct stream_part){.node = node, .tag = tag};
    return s;
}

struct weir_stream *build_wrong(struct weir_stream *s)
{
    return s;
}

void build_check_schema(struct weir_job *job, struct weir_here here, const struct weir_schema *s)
{
    struct diag why = {0};

    if (schema_check(s, &why))
        job_mistake(job, here, "%s", why.text);
}

struct node *build_node(struct weir_job *job, struct weir_here here, const char *class_name,
                        const char *name, const struct weir_schema *out)
{
    struct node *n;

    if (out)
        build_check_schema(job, here, out);
    n = dataflow_add(job->dataflow, class_name, name, here, &job->mistake);
    if (n)
        n->out = out;
    return n;
}

static bool connect(struct weir_stream *s, struct node *n, bool second)
{
    for (uint32_t i = 0; i < s->parts; i++) {
        struct edge *e = dataflow_connect(s->job->dataflow, s->part[i].node, s->part[i].tag, n->id,
                                          &s->job->mistake);

        if (e == NULL)
            return false;
        e->second = second;
        e->type = s->type;
        e->ship = s->key_column >= 0 ? SHIP_HASH : s->part[i].ship;
        e->ship_is_set = s->key_column >= 0 || s->part[i].ship_is_set;
        e->key_column = e->ship == SHIP_CUSTOM ? s->part[i].column : s->key_column;
        e->partition = s->part[i].partition;
    }
    return true;
}

struct node *build_after(struct weir_stream *s, struct weir_here here, const char *class_name,
                         const char *name, const struct weir_schema *out)
{
    struct node *n = build_node(s->job, here, class_name, name, out);

    if (n == NULL)
        return NULL;
    n->in = s->type;
    n->key_column = s->key_column;
    return connect(s, n, false) ? n : NULL;
}

struct node *build_after_two(struct weir_stream *first, struct weir_stream *second,
                             struct weir_here here, const char *class_name,
                             const struct weir_schema *out)
{
    struct node *n = build_after(first, here, class_name, class_name, out);

    if (n == NULL)
        return NULL;
    n->in_2 = second->type;
    n->key_column_2 = second->key_column;
    return connect(second, n, true) ? n : NULL;
}

struct weir_stream *build_shipped(struct weir_here here, struct weir_stream *s, enum ship ship)
{
    struct weir_stream *copy = arena_copy(s->job->arena, s, sizeof *s);

    if (s->key_column >= 0)
        job_mistake(s->job, here, "a keyed stream is shipped by its key");
    for (uint32_t i = 0; i < copy->parts; i++) {
        copy->part[i].ship = ship;
        copy->part[i].ship_is_set = true;
    }
    return copy;
}

void build_check_function(struct weir_job *job, struct weir_here here, bool is_there,
                          const char *what)
{
    if (!is_there)
        job_mistake(job, here, "%s: give it a function", what);
}

void *build_config(struct weir_job *job, struct node *n, const void *config, size_t bytes)
{
    void *copy = arena_copy(job->arena, config, bytes);

    n->config = copy;
    return copy;
}

void build_say(struct node *n, uint64_t value)
{
    n->config_hash = hash_mix(n->config_hash, value);
}

void build_say_text(struct node *n, const char *text)
{
    build_say(n, hash_bytes(text, strlen(text)));
}

void build_constants(struct weir_job *job, struct node *n, const void *with, uint32_t bytes)
{
    n->with = arena_copy(job->arena, with, bytes);
    n->with_bytes = with ? bytes : 0;
}

int build_column(struct weir_stream *s, struct weir_here here, const char *name)
{
    const char *words[SCHEMA_COLUMNS_MAX], *near;
    int i = schema_column(s->type, name);

    if (i >= 0)
        return i;
    for (uint32_t c = 0; c < s->type->columns; c++)
        words[c] = s->type->column[c].name;
    near = nearest_word(name, words, (int)s->type->columns);
    job_mistake(s->job, here, "row type '%s' has no column '%s'%s%s%s", s->type->name, name,
                near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

/* Its files are named by it, hidden ones are the sink's own. */
bool build_output_is_sound(const char *path)
{
    enum { OUTPUT_PATH_MAX = 96 };

    for (const char *p = path; p; p = strchr(p, '/')) {
        p += p > path;
        if (*p == 0 || *p == '/' || *p == '.')
            return false;
    }
    return strlen(path) <= OUTPUT_PATH_MAX;
}
