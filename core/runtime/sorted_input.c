#include "runtime/sorted_input.h"

#include "base/mem.h"
#include "base/quick_sort.h"
#include "data/element.h"
#include "data/key_bytes.h"
#include "data/row.h"

struct place { /* of a row: its element in `rows`, its key in `keys` */
    size_t row, key;
    uint32_t key_bytes;
    int64_t event_ms;
};

enum stage { COLLECTS, GIVES, ENDS_TIME, ENDS_DATA, GAVE_ALL };
struct sorted_input {
    const struct weir_schema *type;
    int column; /* -1: all rows have one key */
    struct bytes rows, keys;
    struct place *place;
    size_t count, room, next;
    enum stage stage;
    bool key_is_open; /* a row was given, and not yet that its key is over */
};

struct sorted_input *sorted_input_new(const struct job_graph *g, const struct vertex *v)
{
    const struct node *head = v->node[0];
    struct sorted_input *s;

    if (!g->is_batch || (head->key_column < 0 && !head->is_all))
        return NULL;
    s = mem_alloc(sizeof *s);
    s->type = head->in;
    s->column = head->key_column;
    return s;
}

void sorted_input_free(struct sorted_input *s)
{
    if (s == NULL)
        return;
    bytes_done(&s->rows);
    bytes_done(&s->keys);
    mem_free(s->place);
    mem_free(s);
}

/* ---- collecting ---- */

static void collect(struct sorted_input *s, const struct weir_row *row)
{
    struct element e = {.bytes = (uint32_t)sizeof e + row->bytes,
                        .type = ELEMENT_ROW,
                        .change = row->change,
                        .key_group = row->key_group,
                        .event_ms = row->event_ms,
                        .origin = row->origin};
    struct place p = {.row = s->rows.bytes, .key = s->keys.bytes, .event_ms = row->event_ms};

    bytes_put(&s->rows, &e, sizeof e);
    bytes_put(&s->rows, row->image, row->bytes);
    if (s->column >= 0)
        key_bytes_put(&s->keys, s->type->column[s->column].type,
                      row_key(s->type, row->image, s->column));
    p.key_bytes = (uint32_t)(s->keys.bytes - p.key);
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 256;
        s->place = mem_resize(s->place, s->room * sizeof *s->place);
    }
    s->place[s->count++] = p;
}

/* ---- sorting ---- */

static int compare_keys(const struct sorted_input *s, size_t i, size_t j)
{
    const struct place *a = &s->place[i], *b = &s->place[j];

    return key_bytes_compare((struct span){s->keys.p + a->key, a->key_bytes},
                             (struct span){s->keys.p + b->key, b->key_bytes});
}

static int compare(const void *of, size_t i, size_t j)
{
    const struct sorted_input *s = of;
    int order = s->column < 0 ? 0 : compare_keys(s, i, j);
    int64_t a = s->place[i].event_ms, b = s->place[j].event_ms;

    return order ? order : (a > b) - (a < b);
}

static void swap(void *of, size_t i, size_t j)
{
    struct place *place = ((struct sorted_input *)of)->place, kept = place[i];

    place[i] = place[j];
    place[j] = kept;
}

static void sort(struct sorted_input *s)
{
    quick_sort(&(struct sortable){s, compare, swap}, s->count);
    s->stage = GIVES;
}

/* A row is kept until the data has ended; what time says on the way is not heard (B1). */
static void take(struct sorted_input *s, struct gate_item *item)
{
    switch (item->kind) {
    case GATE_ROW:
        collect(s, &item->row);
        break;
    case GATE_END_OF_DATA:
        sort(s);
        break;
    case GATE_WATERMARK:
    case GATE_STATUS:
        break;
    case GATE_EMPTY:
    case GATE_CHECKPOINT:
    case GATE_ABORT:
    case GATE_KEY_OVER:
    case GATE_NOTHING:
        return;
    }
    item->kind = GATE_NOTHING;
}

/* ---- giving ---- */

static struct weir_row row_at(const struct sorted_input *s, size_t i)
{
    const struct element *e = (const struct element *)(const void *)(s->rows.p + s->place[i].row);

    return (struct weir_row){element_image(e), e->event_ms,
                             e->origin,        e->bytes - (uint32_t)sizeof *e,
                             e->key_group,     e->change};
}

static bool key_is_over(const struct sorted_input *s)
{
    return s->key_is_open &&
           (s->next == s->count || (s->column >= 0 && compare_keys(s, s->next - 1, s->next) != 0));
}

static void give(struct sorted_input *s, struct gate_item *item)
{
    if (key_is_over(s)) {
        s->key_is_open = false;
        item->kind = GATE_KEY_OVER;
    } else if (s->next < s->count) {
        s->key_is_open = true;
        item->kind = GATE_ROW;
        item->row = row_at(s, s->next++);
    } else {
        s->stage = ENDS_TIME;
        item->kind = GATE_NOTHING;
    }
}

void sorted_input_next(struct sorted_input *s, struct gate *gate, int64_t now_us,
                       struct gate_item *item)
{
    switch (s ? s->stage : GAVE_ALL) {
    case COLLECTS:
        gate_next(gate, now_us, item);
        take(s, item);
        break;
    case GIVES:
        give(s, item);
        break;
    case ENDS_TIME:
        s->stage = ENDS_DATA;
        item->kind = GATE_WATERMARK;
        item->watermark_ms = WEIR_END;
        break;
    case ENDS_DATA:
        s->stage = GAVE_ALL;
        item->kind = GATE_END_OF_DATA;
        break;
    case GAVE_ALL: /* only ends of channels may follow; or there is nothing to sort */
        gate_next(gate, now_us, item);
        break;
    }
}
