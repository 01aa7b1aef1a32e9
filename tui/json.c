#include "tui/json.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json {
    enum json_kind kind;
    const char *name, *text;
    size_t name_at, text_at; /* while the tree is built: offset + 1 in the texts; 0 = none */
    size_t text_bytes, count;
    int64_t number;
    double real;
    const struct json **child;
    long parent; /* index, while the tree is built */
};

struct json_reader {
    sqlite3 *db;
    sqlite3_stmt *walk;
};

/* The root of a tree: nodes, children and texts, all owned by it. */
struct tree {
    struct json *node;
    const struct json **children;
    char *texts;
};

struct json_reader *json_reader_new(void)
{
    struct json_reader *r = calloc(1, sizeof *r);

    if (r && sqlite3_open(":memory:", &r->db) == SQLITE_OK &&
        sqlite3_prepare_v2(r->db, "SELECT key, type, atom, id, parent FROM json_tree(?1)", -1,
                           &r->walk, NULL) == SQLITE_OK)
        return r;
    json_reader_free(r);
    return NULL;
}

void json_reader_free(struct json_reader *r)
{
    if (r == NULL)
        return;
    sqlite3_finalize(r->walk);
    sqlite3_close(r->db);
    free(r);
}

struct building {
    struct json *node;
    long *id; /* SQLite's, ascending */
    size_t count, room;
    char *texts;
    size_t bytes, text_room;
    bool failed;
};

static size_t keep_text(struct building *b, const unsigned char *text, size_t bytes)
{
    size_t at = b->bytes;

    if (b->bytes + bytes + 1 > b->text_room) {
        b->text_room = 2 * (b->text_room + bytes + 64);
        b->texts = realloc(b->texts, b->text_room);
        if (b->texts == NULL)
            abort();
    }
    if (bytes)
        memcpy(b->texts + at, text, bytes);
    b->texts[at + bytes] = 0;
    b->bytes += bytes + 1;
    return at;
}

static enum json_kind kind_of(const char *type)
{
    static const struct {
        const char *type;
        enum json_kind kind;
    } kinds[] = {{"null", JSON_NULL},   {"true", JSON_BOOL},    {"false", JSON_BOOL},
                 {"integer", JSON_INT}, {"real", JSON_DOUBLE},  {"text", JSON_STRING},
                 {"array", JSON_ARRAY}, {"object", JSON_OBJECT}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    return JSON_NONE;
}

static void grow(struct building *b)
{
    if (b->count < b->room)
        return;
    b->room = b->room ? 2 * b->room : 64;
    b->node = realloc(b->node, b->room * sizeof *b->node);
    b->id = realloc(b->id, b->room * sizeof *b->id);
    if (b->node == NULL || b->id == NULL)
        abort();
}

/* The node with SQLite's id; ids ascend, so search by halves. */
static long find_id(const struct building *b, long id)
{
    size_t low = 0, high = b->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (b->id[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->count && b->id[low] == id ? (long)low : -1;
}

/* Texts are kept as offsets + 1 until all are there: the block may move. */
static void add_row(struct building *b, sqlite3_stmt *s)
{
    const char *type = (const char *)sqlite3_column_text(s, 1);
    struct json *j;

    grow(b);
    j = &b->node[b->count];
    *j = (struct json){.kind = kind_of(type), .parent = -1};
    if (sqlite3_column_type(s, 0) == SQLITE_TEXT)
        j->name_at = keep_text(b, sqlite3_column_text(s, 0), (size_t)sqlite3_column_bytes(s, 0)) +
                     1;
    if (j->kind == JSON_STRING) {
        j->text_at = keep_text(b, sqlite3_column_text(s, 2), (size_t)sqlite3_column_bytes(s, 2)) +
                     1;
        j->text_bytes = (size_t)sqlite3_column_bytes(s, 2);
    }
    j->number = j->kind == JSON_BOOL ? type[0] == 't' : sqlite3_column_int64(s, 2);
    j->real = sqlite3_column_double(s, 2);
    if (sqlite3_column_type(s, 4) != SQLITE_NULL)
        j->parent = find_id(b, (long)sqlite3_column_int64(s, 4));
    b->id[b->count++] = (long)sqlite3_column_int64(s, 3);
}

static struct json *finish(struct building *b)
{
    struct tree *t = calloc(1, sizeof *t + sizeof(struct json));
    struct json *root = (struct json *)(t + 1);
    size_t next = 0;

    if (t == NULL)
        abort();
    t->children = calloc(b->count + 1, sizeof *t->children);
    t->node = b->node;
    t->texts = b->texts;
    for (size_t i = 0; i < b->count; i++) {
        struct json *j = &b->node[i];

        if (j->name_at)
            j->name = b->texts + j->name_at - 1;
        if (j->text_at)
            j->text = b->texts + j->text_at - 1;
        if (j->parent >= 0)
            b->node[j->parent].count++;
    }
    for (size_t i = 0; i < b->count; i++) {
        b->node[i].child = t->children + next;
        next += b->node[i].count;
        b->node[i].count = 0;
    }
    for (size_t i = 0; i < b->count; i++)
        if (b->node[i].parent >= 0) {
            struct json *p = &b->node[b->node[i].parent];

            p->child[p->count++] = &b->node[i];
        }
    free(b->id);
    *root = b->node[0];
    return root;
}

struct json *json_parse(struct json_reader *r, const char *text, size_t bytes, char *why,
                        size_t why_bytes)
{
    struct building b = {0};
    int rc;

    sqlite3_bind_text(r->walk, 1, text, (int)bytes, SQLITE_STATIC);
    while ((rc = sqlite3_step(r->walk)) == SQLITE_ROW)
        add_row(&b, r->walk);
    sqlite3_reset(r->walk);
    if (rc == SQLITE_DONE && b.count)
        return finish(&b);
    snprintf(why, why_bytes, "%s", b.count || rc != SQLITE_DONE ? sqlite3_errmsg(r->db) : "empty");
    free(b.node);
    free(b.id);
    free(b.texts);
    return NULL;
}

void json_free(struct json *root)
{
    struct tree *t = root ? (struct tree *)(void *)root - 1 : NULL;

    if (t == NULL)
        return;
    free(t->node);
    free(t->children);
    free(t->texts);
    free(t);
}

enum json_kind json_kind(const struct json *j)
{
    return j ? j->kind : JSON_NONE;
}

size_t json_count(const struct json *j)
{
    return j ? j->count : 0;
}

const struct json *json_at(const struct json *j, size_t i)
{
    return j && i < j->count ? j->child[i] : NULL;
}

const struct json *json_get(const struct json *j, const char *name)
{
    for (size_t i = 0; j && j->kind == JSON_OBJECT && i < j->count; i++)
        if (strcmp(json_name(j->child[i]), name) == 0)
            return j->child[i];
    return NULL;
}

const char *json_name(const struct json *j)
{
    return j && j->name ? j->name : "";
}

int64_t json_int(const struct json *j)
{
    return j ? j->number : 0;
}

double json_double(const struct json *j)
{
    return j ? j->real : 0;
}

bool json_bool(const struct json *j)
{
    return j && j->kind == JSON_BOOL && j->number;
}

const char *json_text(const struct json *j)
{
    return j && j->text ? j->text : "";
}

size_t json_text_bytes(const struct json *j)
{
    return j ? j->text_bytes : 0;
}

int64_t json_get_int(const struct json *j, const char *name)
{
    return json_int(json_get(j, name));
}

const char *json_get_text(const struct json *j, const char *name)
{
    return json_text(json_get(j, name));
}

bool json_equal(const struct json *a, const struct json *b)
{
    if (json_kind(a) != json_kind(b) || json_count(a) != json_count(b))
        return false;
    for (size_t i = 0; i < json_count(a); i++)
        if (strcmp(json_name(json_at(a, i)), json_name(json_at(b, i))) != 0 ||
            !json_equal(json_at(a, i), json_at(b, i)))
            return false;
    switch (json_kind(a)) {
    case JSON_INT:
    case JSON_BOOL:
        return json_int(a) == json_int(b);
    case JSON_DOUBLE:
        return json_double(a) == json_double(b);
    case JSON_STRING:
        return json_text_bytes(a) == json_text_bytes(b) &&
               memcmp(json_text(a), json_text(b), json_text_bytes(a)) == 0;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return true;
}
