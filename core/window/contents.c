#include "window/contents.h"

#include <string.h>

#include "data/schema.h"
#include "state/row_list.h"

enum { WINDOW_BYTES = 16 }; /* of a name: start and end, little-endian */

void contents_init(struct contents *c, const struct weir_schema *acc)
{
    *c = (struct contents){acc, map_new(sizeof(struct cell))};
}

static void cell_done(struct cell *cell)
{
    bytes_done(&cell->body);
    trigger_state_done(&cell->trigger);
}

void contents_done(struct contents *c)
{
    for (int64_t e = c->cells ? map_next(c->cells, 0) : MAP_NONE; e != MAP_NONE;
         e = map_next(c->cells, e + 1))
        cell_done(map_value(c->cells, e));
    map_free(c->cells);
    *c = (struct contents){0};
}

/* ---- names ---- */

struct span window_name(struct bytes *out, struct time_window w, struct span key)
{
    bytes_clear(out);
    bytes_put_i64(out, w.start_ms);
    bytes_put_i64(out, w.end_ms);
    bytes_put(out, key.p, key.bytes);
    return bytes_span(out);
}

struct time_window window_of_name(struct span name)
{
    struct reader r = reader_of(name);
    int64_t start_ms = read_i64(&r);

    return (struct time_window){start_ms, read_i64(&r)};
}

struct span key_of_name(struct span name)
{
    return (struct span){name.p + WINDOW_BYTES, name.bytes - WINDOW_BYTES};
}

/* ---- cells ---- */

struct cell *contents_find(const struct contents *c, struct span name)
{
    int64_t e = map_find(c->cells, name);

    return e == MAP_NONE ? NULL : map_value(c->cells, e);
}

struct cell *contents_put(struct contents *c, struct span name, uint32_t key_group)
{
    struct cell *cell = map_value(c->cells, map_put(c->cells, name, NULL));

    cell->key_group = key_group;
    return cell;
}

void contents_settle(struct contents *c, struct span name)
{
    int64_t e = map_find(c->cells, name);
    struct cell *cell = e == MAP_NONE ? NULL : map_value(c->cells, e);

    if (cell == NULL || cell->filled || cell->trigger.has_value || cell->trigger.has_timeout)
        return;
    cell_done(cell);
    map_remove_entry(c->cells, e);
}

void cell_add_row(struct cell *cell, const struct weir_row *row)
{
    cell->filled = true;
    cell->rows++;
    row_list_add(&cell->body, row);
}

void *cell_acc(struct cell *cell, const struct weir_schema *acc)
{
    if (!cell->filled) {
        bytes_clear(&cell->body);
        memset(bytes_grow(&cell->body, acc->size), 0, acc->size);
        cell->filled = true;
    }
    return cell->body.p;
}

void cell_clear(struct cell *cell)
{
    bytes_done(&cell->body);
    cell->filled = false;
    cell->rows = 0;
}

/* ---- snapshots ---- */

void contents_snapshot(const struct contents *c, struct bytes *out)
{
    schema_write(c->acc, out);
    bytes_put_u32(out, map_count(c->cells));
    for (int64_t e = map_next(c->cells, 0); e != MAP_NONE; e = map_next(c->cells, e + 1)) {
        const struct cell *cell = map_value(c->cells, e);
        const struct trigger_state *t = &cell->trigger;

        bytes_put_block(out, map_key(c->cells, e));
        bytes_put_u32(out, cell->key_group);
        bytes_put_u32(out, cell->rows);
        bytes_put_u8(out, cell->filled);
        bytes_put_block(out, bytes_span(&cell->body));
        bytes_put_u8(out, (uint8_t)(t->has_value | t->has_timeout << 1));
        bytes_put_i64(out, t->value);
        bytes_put_i64(out, t->timeout);
        bytes_put_block(out, bytes_span(&t->last));
    }
}

static void restore_cell(struct contents *c, struct reader *r)
{
    struct span name = read_block(r), body, last;
    struct cell now = {.key_group = read_u32(r)}, *cell;
    uint8_t has;

    now.rows = read_u32(r);
    now.filled = read_u8(r);
    body = read_block(r);
    has = read_u8(r);
    now.trigger = (struct trigger_state){.has_value = has & 1, .has_timeout = has & 2};
    now.trigger.value = read_i64(r);
    now.trigger.timeout = read_i64(r);
    last = read_block(r);
    if (name.bytes < WINDOW_BYTES || (now.filled && c->acc && body.bytes != c->acc->size))
        r->failed = true;
    if (!reader_ok(r))
        return;
    bytes_put(&now.body, body.p, body.bytes);
    bytes_put(&now.trigger.last, last.p, last.bytes);
    cell = contents_put(c, name, now.key_group);
    cell_done(cell);
    *cell = now;
}

int contents_restore(struct contents *c, struct reader *r, const char *what, struct diag *why)
{
    uint32_t count;

    if (!schema_matches(c->acc, r))
        return diag_set(why, ERR_MISMATCH,
                        "%s: the window's accumulator was written with another row type", what);
    count = read_u32(r);
    for (uint32_t i = 0; i < count && reader_ok(r); i++)
        restore_cell(c, r);
    if (!reader_at_end(r))
        return diag_set(why, ERR_FORMAT, "%s: window contents do not end where they should", what);
    return ERR_NONE;
}
