/* Window join and coGroup: rows of two types as rows of one, and what a window makes of them. */
#include "base/mem.h"
#include "data/row.h"
#include "operators/context.h"
#include "operators/joins.h"
#include "operators/pairs.h"
#include "operators/registry.h"
#include "state/row_list.h"

/* The row as it was stands first, so that its image is aligned in this one. */
#define EITHER(C) C(STRING, row) C(BOOLEAN, second) C(BIGINT, key)
#define EITHER_BY_TEXT(C) C(STRING, row) C(BOOLEAN, second) C(STRING, key)
WEIR_ROW(either, EITHER)
WEIR_ROW(either_by_text, EITHER_BY_TEXT)

const struct weir_schema *either_type(struct arena *a, enum weir_type key)
{
    const struct weir_schema *like = key == WEIR_STRING ? &either_by_text_schema : &either_schema;
    struct weir_schema *type = arena_copy(a, like, sizeof *like);
    struct weir_column *column = arena_copy(a, like->column, like->columns * sizeof *column);

    column[EITHER_KEY].type = key;
    type->column = column;
    return type;
}

/* ---- tag ---- */

struct tag {
    struct operator op;
    struct bytes image;
};

static void write_image(struct tag *t, const struct weir_row *row)
{
    const struct tag_config *c = t->op.node->config;
    struct weir_text whole = {(const char *)row->image, row->bytes};
    uint64_t nulls = (row->image[0] >> c->key_column & 1) << EITHER_KEY;
    struct either fixed = {nulls, whole, c->second, (int64_t)row->image[c->key_column + 1]};
    struct either_by_text text = {nulls, whole, c->second, {0}};
    bool is_text = c->either->column[EITHER_KEY].type == WEIR_STRING;
    const void *value = is_text ? (const void *)&text : &fixed;

    if (is_text)
        text.key = weir_get_STRING(row->image, c->key_column + 1);
    bytes_clear(&t->image);
    row_write(c->either, value,
              (uint64_t *)(void *)bytes_grow(&t->image, row_image_bytes(c->either, value)));
}

static void tag_on_row(struct operator* op, const struct weir_row *row)
{
    struct tag *t = (struct tag *)op;
    struct weir_row tagged = *row;

    write_image(t, row);
    tagged.image = (const uint64_t *)(const void *)t->image.p;
    tagged.bytes = (uint32_t)t->image.bytes;
    operator_emit(op, TAG_MAIN, &tagged);
}

static void tag_close(struct operator* op)
{
    bytes_done(&((struct tag *)op)->image);
}

const struct operator_class tag_class = {
    .name = "tag",
    .bytes = sizeof(struct tag),
    .on_row = tag_on_row,
    .close = tag_close,
};

/* ---- in a window ---- */

static void take_apart(struct weir_rows *rows, struct bytes *first, struct bytes *second)
{
    struct weir_row row;

    while (weir_rows_next(rows, &row)) {
        struct either e = either_of(&row);

        row.image = (const uint64_t *)(const void *)e.row.p;
        row.bytes = e.row.bytes;
        row_list_add(e.second ? second : first, &row);
    }
}

static const struct joined_window_config *config_of(const struct weir_ctx *c)
{
    return c->op->node->config;
}

void join_in_window(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct pairs *p = pairs_begin(c, &config_of(c)->join);

    p->in_window = true;
    p->start_ms = start_ms;
    p->end_ms = end_ms;

    take_apart(rows, &p->first, &p->second);
    pairs_emit(c, p);
}

void group_in_window(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms)
{
    struct bytes first = {0}, second = {0};
    struct weir_rows of_first = {.list = &first, .key_group = c->key_group};
    struct weir_rows of_second = {.list = &second, .key_group = c->key_group};

    take_apart(rows, &first, &second);
    config_of(c)->group.on_group(c, &of_first, &of_second, start_ms, end_ms);
    bytes_done(&first);
    bytes_done(&second);
}
