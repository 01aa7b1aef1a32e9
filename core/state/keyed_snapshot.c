/* Snapshots of keyed state: states, each with its keys grouped by key group. */
#include "state/keyed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/schema.h"
#include "state/subtask_lists.h"
#include "state/tables.h"

/* The kind's byte; with a time-to-live each image is followed by its last access. */
enum { HAS_ACCESS = 0x80 };

static bool is_written(const struct keyed *k, const struct table *t, struct image i)
{
    return !t->decl->ttl.clean_snapshots || !table_has_expired(k, t, i);
}

static void image_put(const struct table *t, struct image i, struct bytes *out)
{
    bytes_put_block(out, image_span(i));
    if (ttl_is_on(&t->decl->ttl))
        bytes_put_i64(out, *image_access_ms(i));
}

static uint32_t images_in(const struct table *t, struct cell *c)
{
    if (t->decl->kind == WEIR_MAP)
        return cell_map_count(c);
    return t->decl->kind == WEIR_LIST ? c->count : 1;
}

/* The `n`th image; its key, if it has one. */
static struct image image_at(const struct table *t, struct cell *c, uint32_t n, struct span *key)
{
    int64_t e;

    if (t->decl->kind != WEIR_MAP)
        return t->decl->kind == WEIR_LIST ? c->list[n] : table_value(t, c);
    e = cell_map_sorted(c)[n];
    *key = map_key(c->map, e);
    return *cell_map_image(c, e);
}

/* Returns how many are written; writes them unless `out` is NULL. */
static uint32_t cell_put(const struct keyed *k, const struct table *t, struct cell *c,
                         struct bytes *out)
{
    uint32_t written = 0;
    struct span key;

    for (uint32_t n = 0; n < images_in(t, c); n++) {
        struct image i = image_at(t, c, n, &key);

        if (!is_written(k, t, i))
            continue;
        written++;
        if (out && t->decl->kind == WEIR_MAP)
            bytes_put_block(out, key);
        if (out)
            image_put(t, i, out);
    }
    return written;
}

struct group_of_entry {
    int64_t entry;
    uint32_t group, images;
};

static int by_group(const void *a, const void *b)
{
    const struct group_of_entry *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

static void table_put(const struct keyed *k, const struct table *t, struct bytes *out)
{
    struct group_of_entry *all = mem_alloc(map_count(t->cells) * sizeof *all);
    uint32_t n = 0;

    for (int64_t e = map_next(t->cells, 0); e != MAP_NONE; e = map_next(t->cells, e + 1)) {
        struct cell *c = map_value(t->cells, e);

        all[n] = (struct group_of_entry){e, c->key_group, cell_put(k, t, c, NULL)};
        n += all[n].images > 0;
    }
    qsort(all, n, sizeof *all, by_group);
    bytes_put_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        bytes_put_u32(out, all[i].group);
        bytes_put_block(out, map_key(t->cells, all[i].entry));
        bytes_put_u32(out, all[i].images);
        cell_put(k, t, map_value(t->cells, all[i].entry), out);
    }
    mem_free(all);
}

void keyed_snapshot(const struct keyed *k, struct bytes *out)
{
    uint32_t states = 0;

    for (uint32_t s = 0; s < k->states; s++)
        states += !state_is_of_subtask(k->table[s].decl);
    bytes_put_u32(out, states);
    for (uint32_t s = 0; s < k->states; s++) {
        const struct weir_state *d = k->table[s].decl;

        if (state_is_of_subtask(d))
            continue;
        bytes_put_text(out, d->name);
        bytes_put_u8(out, (uint8_t)(d->kind | (ttl_is_on(&d->ttl) ? HAS_ACCESS : 0)));
        schema_write(d->type, out);
        schema_write(d->key, out);
        table_put(k, &k->table[s], out);
    }
}

/* The declared state that a snapshot's next table belongs to, and whether accesses are in it; or
 * NULL with a reason. */
static struct table *match(struct keyed *k, struct reader *r, bool *has_access, const char *what,
                           struct diag *why)
{
    char name[128];
    struct table *t = NULL;
    uint8_t kind;
    bool same;

    read_text(r, name, sizeof name);
    for (uint32_t s = 0; s < k->states; s++)
        if (strcmp(k->table[s].decl->name, name) == 0)
            t = &k->table[s];
    if (t == NULL) {
        diag_set(why, ERR_MISMATCH, "%s holds state '%s', which the program does not declare", what,
                 name);
        return NULL;
    }
    kind = read_u8(r);
    *has_access = kind & HAS_ACCESS;
    same = (kind & ~HAS_ACCESS) == (uint8_t)t->decl->kind;
    same = schema_matches(t->decl->type, r) && schema_matches(t->decl->key, r) && same;
    if (same)
        return t;
    diag_set(why, ERR_MISMATCH, "%s: state '%s' was written with another kind or row type", what,
             name);
    return NULL;
}

/* An image of a state that had no time-to-live then was accessed now. */
static struct image image_read(const struct keyed *k, const struct table *t, bool has_access,
                               struct reader *r)
{
    struct span s = read_block(r);
    int64_t access_ms = has_access ? read_i64(r) : keyed_now_ms(k);

    if (s.bytes % 8)
        r->failed = true;
    if (!reader_ok(r))
        return (struct image){0};
    return image_new(s, ttl_is_on(&t->decl->ttl) ? &access_ms : NULL);
}

/* Lives for ever, whatever it was when it was written. */
static void flat_read(const struct table *t, struct cell *c, bool has_access, struct reader *r)
{
    bool is_one = read_u32(r) == 1;
    struct span image = read_block(r);

    if (has_access)
        read_i64(r);
    if (!is_one || image.bytes != t->flat_bytes)
        r->failed = true;
    else
        memcpy(table_value(t, c).p, image.p, image.bytes);
}

static void cell_read(const struct keyed *k, const struct table *t, struct cell *c, bool has_access,
                      struct reader *r)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        struct span key = t->decl->kind == WEIR_MAP ? read_block(r) : (struct span){0};
        struct image image = image_read(k, t, has_access, r), *to;

        if (!reader_ok(r))
            return;
        if (t->decl->kind == WEIR_LIST) {
            cell_list_add(c, image);
            continue;
        }
        to = t->decl->kind == WEIR_MAP ? cell_map_put(c, key) : &c->value;
        mem_free(to->p);
        *to = image;
    }
}

static void table_read(struct keyed *k, struct table *t, bool has_access, struct reader *r)
{
    uint32_t n = read_u32(r);

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        uint32_t group = read_u32(r);
        struct span key = read_block(r);

        if (!reader_ok(r))
            return;
        keyed_key(k, group, key);
        if (t->flat_bytes)
            flat_read(t, table_cell(k, t), has_access, r);
        else
            cell_read(k, t, table_cell(k, t), has_access, r);
    }
}

int keyed_restore(struct keyed *k, struct reader *r, const char *what, struct diag *why)
{
    uint32_t n = read_u32(r);
    bool has_access;

    for (uint32_t i = 0; i < n && reader_ok(r); i++) {
        struct table *t = match(k, r, &has_access, what, why);

        if (t == NULL)
            return why->err;
        table_read(k, t, has_access, r);
    }
    keyed_key(k, 0, (struct span){0});
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: keyed state does not end where it should", what);
    return ERR_NONE;
}
