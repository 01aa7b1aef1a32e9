#include "connectors/table_lookup.h"

#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "connectors/split.h"
#include "data/row.h"

struct question {
    int64_t due_us;
    struct lookup_answer answer;
};

struct table {
    struct lookup lookup;
    const struct table_lookup_config *config;
    struct map *rows; /* key -> place of its image in `images` */
    struct bytes images;
    struct question *question; /* in the order they were asked */
    uint32_t questions, room;
    uint64_t asked;
};

struct place {
    uint64_t at, bytes;
};

/* ---- reading ---- */

static int add_row(struct table *t, const struct line_reader *reader, struct span line,
                   struct diag *why)
{
    uint32_t room = row_room(reader->schema, line.bytes);
    struct place *place, p = {.at = t->images.bytes};
    uint64_t *image = (uint64_t *)(void *)bytes_grow(&t->images, room);
    int bytes = reader->format->decode(reader, line, image, room, why);
    struct span key;
    bool is_new;

    if (bytes < 0)
        return bytes;
    t->images.bytes = p.at + (p.bytes = (uint64_t)bytes);
    key = row_key(reader->schema, image, t->config->column);
    place = map_value(t->rows, map_put(t->rows, key, &is_new));
    *place = p;
    return is_new ? ERR_NONE
                  : diag_set(why, ERR_FORMAT, "its key, '%s', has come before",
                             t->config->table.column);
}

static int read_file(struct table *t, struct fs *data, struct diag *why)
{
    const char *path = t->config->table.path;
    struct line_reader reader = {.format = format_of(WEIR_CSV), .schema = t->config->table.schema};
    struct span file, line;
    struct diag row = {0};
    uint64_t number = 1; /* of the header */
    size_t at;

    if (split_view(data, path, &reader, &file, &at, why))
        return why->err;
    for (; at < file.bytes; at += line.bytes + 1) {
        line = line_at(file, at);
        number++;
        if (line.bytes && add_row(t, &reader, line, &row))
            return diag_set(why, row.err, "%s:%llu: %s", path, (unsigned long long)number,
                            row.text);
    }
    return ERR_NONE;
}

/* ---- as a service ---- */

static void table_close(struct lookup *l)
{
    struct table *t = (struct table *)l;

    map_free(t->rows);
    bytes_done(&t->images);
    mem_free(t->question);
    mem_free(t);
}

static int table_open(const void *with, struct fs *data, struct lookup **out, struct diag *why)
{
    struct table *t = mem_alloc(sizeof *t);

    *t = (struct table){.lookup.class = &table_lookup_class, .config = with};
    t->rows = map_new(sizeof(struct place));
    *out = &t->lookup;
    return read_file(t, data, why);
}

static int64_t latency_us(const struct table *t)
{
    const struct weir_lookup_table *c = &t->config->table;
    int64_t more = c->latency_max_ms - c->latency_ms;

    return 1000 * c->latency_ms +
           (more > 0 ? (int64_t)(hash_mix(0, t->asked) % (uint64_t)(1000 * more + 1)) : 0);
}

static struct span row_of(const struct table *t, struct span key)
{
    int64_t entry = map_find(t->rows, key);
    const struct place *p;

    if (entry == MAP_NONE)
        return (struct span){0};
    p = map_value(t->rows, entry);
    return (struct span){t->images.p + p->at, p->bytes};
}

static void table_ask(struct lookup *l, uint64_t number, struct span key, int64_t now_us)
{
    struct table *t = (struct table *)l;
    uint32_t every = t->config->table.fail_every;
    struct question q = {.answer.number = number};

    t->asked++;
    q.due_us = now_us + latency_us(t);
    q.answer.has_failed = every && t->asked % every == 0;
    if (!q.answer.has_failed)
        q.answer.found = row_of(t, key);
    if (t->questions == t->room) {
        t->room = t->room ? 2 * t->room : 16;
        t->question = mem_resize(t->question, t->room * sizeof q);
    }
    t->question[t->questions++] = q;
}

/* The question that is answered first, of several the one asked first; or NULL. */
static struct question *first_due(const struct table *t)
{
    struct question *first = NULL;

    for (uint32_t i = 0; i < t->questions; i++)
        if (first == NULL || t->question[i].due_us < first->due_us)
            first = &t->question[i];
    return first;
}

static bool table_poll(struct lookup *l, int64_t now_us, struct lookup_answer *out)
{
    struct table *t = (struct table *)l;
    struct question *q = first_due(t);

    if (q == NULL || q->due_us > now_us)
        return false;
    *out = q->answer;
    memmove(q, q + 1, (size_t)(t->question + --t->questions - q) * sizeof *q);
    return true;
}

static int64_t table_deadline_us(const struct lookup *l)
{
    const struct question *q = first_due((const struct table *)l);

    return q ? q->due_us : INT64_MAX;
}

const struct lookup_class table_lookup_class = {.open = table_open,
                                                .ask = table_ask,
                                                .poll = table_poll,
                                                .deadline_us = table_deadline_us,
                                                .close = table_close};
