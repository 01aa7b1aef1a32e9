#include "graph/dataflow.h"

#include <ctype.h>
#include <string.h>

#include "base/hash.h"
#include "data/key_group.h"
#include "data/schema.h"

const char *ship_name(enum ship s)
{
    static const char *const names[] = {
#define SHIP_NAME_(name, word) word,
        SHIP_LIST(SHIP_NAME_)};

    return (unsigned)s < SHIPS ? names[s] : "?";
}

struct dataflow *dataflow_new(struct arena *a, const char *name)
{
    struct dataflow *d = arena_alloc(a, sizeof *d);

    d->arena = a;
    d->name = arena_text(a, name);
    return d;
}

struct node *dataflow_add(struct dataflow *d, const char *class_name, const char *name,
                          struct weir_here here, struct diag *why)
{
    struct node *n;

    if (d->nodes == DATAFLOW_NODES_MAX) {
        diag_set(why, ERR_LIMIT, "%s:%d: more than %d operators", here.file, here.line,
                 DATAFLOW_NODES_MAX);
        return NULL;
    }
    n = &d->node[d->nodes];
    *n = (struct node){.id = d->nodes++,
                       .name = arena_text(d->arena, name),
                       .class_name = class_name,
                       .key_column = -1,
                       .key_column_2 = -1,
                       .here = here};
    return n;
}

struct edge *dataflow_connect(struct dataflow *d, uint32_t from, uint32_t tag, uint32_t to,
                              struct diag *why)
{
    struct edge *e;

    if (d->edges == 2 * DATAFLOW_NODES_MAX) {
        diag_set(why, ERR_LIMIT, "more than %d edges between operators", 2 * DATAFLOW_NODES_MAX);
        return NULL;
    }
    e = &d->edge[d->edges++];
    *e = (struct edge){.from = from, .to = to, .tag = tag, .key_column = -1};
    return e;
}

/* A uid names files, so it is made of letters, digits, '-', '_' and '.'. */
static bool uid_is_sound(const char *uid)
{
    size_t n = strlen(uid);

    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)uid[i]) && !strchr("-_.", uid[i]))
            return false;
    return n > 0 && n <= 64 && uid[0] != '.';
}

static char *derived_uid(struct dataflow *d, const struct node *n)
{
    char *uid = arena_format(d->arena, "%s-%u", n->name, n->id);

    for (char *p = uid; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            *p = '_';
    if (strlen(uid) > 64)
        uid = arena_format(d->arena, "%s-%u", n->class_name, n->id);
    return uid;
}

static int check_parallelism(const struct node *n, struct diag *why)
{
    if (n->parallelism < 1 || n->parallelism > MAX_PARALLELISM_LIMIT)
        return diag_set(why, ERR_USAGE, "%s:%d: '%s': parallelism must be 1 to %d", n->here.file,
                        n->here.line, n->name, MAX_PARALLELISM_LIMIT);
    if (n->max_parallelism && !parallelism_is_legal(n->parallelism, n->max_parallelism))
        return diag_set(why, ERR_USAGE,
                        "%s:%d: '%s': parallelism %u is not possible with a max parallelism of %u",
                        n->here.file, n->here.line, n->name, n->parallelism, n->max_parallelism);
    return ERR_NONE;
}

static int seal_node(struct dataflow *d, struct node *n, const struct options *o, struct diag *why)
{
    int64_t usual = option_number(o, OPTION_PARALLELISM);

    if (n->parallelism == 0)
        n->parallelism = (uint32_t)usual;
    if (check_parallelism(n, why))
        return why->err;
    if (!n->uid_is_set)
        n->uid = derived_uid(d, n);
    if (!uid_is_sound(n->uid))
        return diag_set(why, ERR_USAGE,
                        "%s:%d: uid '%s': use 1 to 64 letters, digits, '-', '_' and '.'",
                        n->here.file, n->here.line, n->uid);
    for (const struct node *before = d->node; before < n; before++)
        if (strcmp(before->uid, n->uid) == 0)
            return diag_set(why, ERR_USAGE, "%s:%d: uid '%s' is already that of '%s' (%s:%d)",
                            n->here.file, n->here.line, n->uid, before->name, before->here.file,
                            before->here.line);
    return ERR_NONE;
}

/* Its own; or else that of its inputs, if they are of one; or else the default. */
static void seal_slot_group(const struct dataflow *d, struct node *n)
{
    const char *group = NULL;

    for (uint32_t i = 0; i < d->edges && n->slot_group == NULL; i++) {
        const char *from = d->node[d->edge[i].from].slot_group;

        if (d->edge[i].to == n->id)
            group = group == NULL || strcmp(group, from) == 0 ? from : SLOT_GROUP_DEFAULT;
    }
    if (n->slot_group == NULL)
        n->slot_group = group ? group : SLOT_GROUP_DEFAULT;
}

static int seal_edge(const struct dataflow *d, struct edge *e, struct diag *why)
{
    const struct node *from = &d->node[e->from], *to = &d->node[e->to];

    if (!e->ship_is_set)
        e->ship = from->parallelism == to->parallelism ? SHIP_FORWARD : SHIP_REBALANCE;
    if (e->ship == SHIP_FORWARD && from->parallelism != to->parallelism)
        return diag_set(why, ERR_USAGE,
                        "%s:%d: forward from '%s' (parallelism %u) to '%s' (%u): give them the "
                        "same parallelism or use rebalance",
                        to->here.file, to->here.line, from->name, from->parallelism, to->name,
                        to->parallelism);
    return ERR_NONE;
}

int dataflow_seal(struct dataflow *d, const struct options *o, struct diag *why)
{
    bool source = false;
    int err;

    for (uint32_t i = 0; i < d->nodes; i++) {
        err = seal_node(d, &d->node[i], o, why);
        if (err)
            return err;
        seal_slot_group(d, &d->node[i]);
        source = source || d->node[i].is_source;
    }
    for (uint32_t i = 0; i < d->edges; i++) {
        err = seal_edge(d, &d->edge[i], why);
        if (err)
            return err;
    }
    if (!source)
        return diag_set(why, ERR_USAGE,
                        "job '%s' has no source: begin with weir_csv() or "
                        "weir_rows()",
                        d->name);
    return ERR_NONE;
}

static uint64_t text_hash(const char *text)
{
    return text ? hash_bytes(text, strlen(text)) : 0;
}

static uint64_t node_hash(const struct node *n)
{
    uint64_t hash = hash_mix(text_hash(n->uid), text_hash(n->class_name));

    hash = hash_mix(hash, n->config_hash);
    hash = hash_mix(hash, n->parallelism);
    hash = hash_mix(hash, n->max_parallelism);
    hash = hash_mix(hash, text_hash(n->slot_group));
    hash = hash_mix(hash, n->chaining);
    hash = hash_mix(hash, n->in ? schema_hash(n->in) : 0);
    hash = hash_mix(hash, n->out ? schema_hash(n->out) : 0);
    hash = hash_mix(hash, n->with ? hash_bytes(n->with, n->with_bytes) : 0);
    if (n->in_2)
        hash = hash_mix(schema_hash(n->in_2), hash_mix(hash, (uint64_t)(n->key_column_2 + 1)));
    return hash_mix(hash, (uint64_t)(n->key_column + 1));
}

uint64_t dataflow_hash(const struct dataflow *d)
{
    uint64_t hash = text_hash(d->name);

    for (uint32_t i = 0; i < d->nodes; i++)
        hash = hash_mix(hash, node_hash(&d->node[i]));
    for (uint32_t i = 0; i < d->edges; i++) {
        const struct edge *e = &d->edge[i];

        hash = hash_mix(hash, (uint64_t)e->from << 32 | e->to);
        hash = hash_mix(hash, (uint64_t)e->tag << 32 | (uint64_t)e->second << 16 | e->ship);
        hash = hash_mix(hash, (uint64_t)(e->key_column + 1));
    }
    return hash;
}
