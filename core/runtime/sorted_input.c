#include "runtime/sorted_input.h"

#include <assert.h>

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

struct side { /* the rows of one input */
    const struct weir_schema *type;
    int column; /* -1: all rows have one key */
    struct bytes rows, keys;
    struct place *place;
    size_t count, room, next;
};

enum stage { COLLECTS, GIVES, ENDS_TIME, ENDS_DATA, GAVE_ALL };
enum { FIRST, SECOND, SIDES };
struct sorted_input {
    struct side side[SIDES];
    bool second_passes; /* its rows have no key: they are not kept, so they come first */
    enum stage stage;
    bool second;      /* the row given last was of the second input */
    bool key_is_open; /* a row was given, and not yet that its key is over */
};

struct sorted_input *sorted_input_new(const struct job_graph *g, const struct vertex *v)
{
    const struct node *head = v->node[0];
    struct sorted_input *s;

    if (!g->is_batch || (head->key_column < 0 && !head->is_all))
        return NULL;
    s = mem_alloc(sizeof *s);
    s->side[FIRST].type = head->in;
    s->side[FIRST].column = head->key_column;
    s->side[SECOND].type = head->in_2;
    s->side[SECOND].column = head->key_column_2;
    s->second_passes = head->key_column_2 < 0;
    s->second = true; /* of equals the first input's row is given first, then they take turns */
    return s;
}

void sorted_input_free(struct sorted_input *s)
{
    if (s == NULL)
        return;
    for (int i = 0; i < SIDES; i++) {
        bytes_done(&s->side[i].rows);
        bytes_done(&s->side[i].keys);
        mem_free(s->side[i].place);
    }
    mem_free(s);
}

/* ---- collecting ---- */

static void collect(struct side *s, const struct weir_row *row)
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
    MEM_GROW(s->place, s->count, s->room);
    s->place[s->count++] = p;
}

/* ---- sorting ---- */

static struct span key_at(const struct side *s, size_t i)
{
    return (struct span){s->keys.p + s->place[i].key, s->place[i].key_bytes};
}

static int compare_rows(const struct side *a, size_t i, const struct side *b, size_t j)
{
    int order = a->column < 0 ? 0 : key_bytes_compare(key_at(a, i), key_at(b, j));
    int64_t x = a->place[i].event_ms, y = b->place[j].event_ms;

    return order ? order : (x > y) - (x < y);
}

static int compare(const void *of, size_t i, size_t j)
{
    return compare_rows(of, i, of, j);
}

static void swap(void *of, size_t i, size_t j)
{
    struct place *place = ((struct side *)of)->place, kept = place[i];

    place[i] = place[j];
    place[j] = kept;
}

static void sort(struct sorted_input *s)
{
    for (int i = 0; i < SIDES; i++)
        quick_sort(&(struct sortable){&s->side[i], compare, swap}, s->side[i].count);
    s->stage = GIVES;
}

/* A row is kept until the data has ended; what time says on the way is not heard (B1). */
void sorted_input_take(struct sorted_input *s, struct gate_item *item)
{
    if (s->stage == GAVE_ALL) /* only barriers and ends of channels may follow */
        return;
    switch (item->kind) {
    case GATE_ROW:
        if (item->second && s->second_passes)
            return;
        collect(&s->side[item->second], &item->row);
        break;
    case GATE_END_OF_DATA:
        sort(s);
        break;
    case GATE_WATERMARK:
    case GATE_STATUS:
        break;
    case GATE_CHECKPOINT:
    case GATE_ABORT:
        assert(!"a checkpoint before the end of data, in batch"); /* B3 */
        return;
    case GATE_EMPTY:
    case GATE_KEY_OVER:
    case GATE_NOTHING:
        return;
    }
    item->kind = GATE_NOTHING;
}

/* ---- giving ---- */

/* The side of the next row; NULL: none is left. */
static const struct side *next_side(const struct sorted_input *s)
{
    const struct side *first = &s->side[FIRST], *second = &s->side[SECOND];
    int order;

    if (second->next == second->count)
        return first->next == first->count ? NULL : first;
    if (first->next == first->count)
        return second;
    order = compare_rows(first, first->next, second, second->next);
    return order < 0 || (order == 0 && s->second) ? first : second;
}

static bool key_is_over(const struct sorted_input *s, const struct side *next)
{
    const struct side *last = &s->side[s->second];

    if (!s->key_is_open || next == NULL)
        return s->key_is_open;
    return last->column >= 0 &&
           key_bytes_compare(key_at(last, last->next - 1), key_at(next, next->next)) != 0;
}

static void give_row(struct sorted_input *s, bool second, struct gate_item *item)
{
    struct side *side = &s->side[second];
    const struct element *e = (const struct element *)(const void *)(side->rows.p +
                                                                     side->place[side->next++].row);

    s->key_is_open = true;
    s->second = second;
    item->kind = GATE_ROW;
    item->second = second;
    item->is_sorted = true;
    item->row = element_row(e);
}

static void give(struct sorted_input *s, struct gate_item *item)
{
    const struct side *next = next_side(s);

    item->kind = GATE_NOTHING;
    if (key_is_over(s, next)) {
        s->key_is_open = false;
        item->kind = GATE_KEY_OVER;
    } else if (next) {
        give_row(s, next == &s->side[SECOND], item);
    } else {
        s->stage = ENDS_TIME;
    }
}

bool sorted_input_give(struct sorted_input *s, struct gate_item *item)
{
    switch (s->stage) {
    case COLLECTS:
    case GAVE_ALL:
        return false;
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
    }
    return true;
}
