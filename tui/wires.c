#include "tui/wires.h"

#include <stdlib.h>
#include <string.h>

#include "tui/glyph.h"

/* Lines are first collected as directions in each cell; where they meet the cell becomes a
 * junction by itself. */
enum { NORTH = 1, EAST = 2, SOUTH = 4, WEST = 8 };

struct canvas {
    int w, h;
    uint8_t *cells;
};

static void mark_cell(struct canvas *c, int x, int y, int directions)
{
    if (x >= 0 && x < c->w && y >= 0 && y < c->h)
        c->cells[y * c->w + x] |= (uint8_t)directions;
}

static void across(struct canvas *c, int from, int to, int y)
{
    for (int x = from; x <= to; x++)
        mark_cell(c, x, y, (x > from ? WEST : 0) | (x < to ? EAST : 0));
}

static void down(struct canvas *c, int x, int from, int to)
{
    for (int y = from; y <= to; y++)
        mark_cell(c, x, y, (y > from ? NORTH : 0) | (y < to ? SOUTH : 0));
}

/* One edge within one gap between two columns. */
struct hop {
    const struct run *run;
    const struct layout *l;
    uint32_t edge;
    const struct column *left, *right;
    int ordinal; /* among the edges of this gap */
};

static int middle(const struct place *p)
{
    return p->at.y + p->at.h / 2;
}

/* Does the edge leave `p` (or arrive there)? */
static bool touches(const struct hop *h, const struct place *p, bool leaves)
{
    const struct edge *e = &h->run->edges[h->edge];

    if (p->at.h == 0)
        return false;
    if (p->kind == PLACE_WIRE)
        return p->vertex == h->edge;
    return p->vertex == (leaves ? e->from : e->to);
}

static int lane_of(const struct hop *h)
{
    int first = h->left->x + h->left->w + 2, last = h->right->x - 2;
    int lane = first + 2 * h->ordinal;

    return lane > last ? last : lane;
}

static void draw_arrow(struct pane p, const struct hop *h, const struct place *to, int y)
{
    if (to->kind != PLACE_WIRE)
        pane_put(p, h->right->x - 1, y, GLYPH_OPEN, ROLE_BOX);
}

static void draw_bus(struct canvas *c, const struct hop *h)
{
    int top = c->h, bottom = -1, lane = lane_of(h);

    for (int side = 0; side < 2; side++) {
        const struct column *col = side == 0 ? h->left : h->right;

        for (size_t i = 0; i < col->count; i++) {
            const struct place *p = &h->l->places[col->first + i];
            int y = middle(p);

            if (!touches(h, p, side == 0))
                continue;
            if (side == 0)
                across(c, col->x + col->w, lane, y);
            else
                across(c, lane, col->x - 1, y);
            top = y < top ? y : top;
            bottom = y > bottom ? y : bottom;
        }
    }
    down(c, lane, top, bottom);
}

/* A row that both boxes have, else the middles of both, joined in the lane. */
static void draw_straight(struct canvas *c, const struct hop *h, const struct place *a,
                          const struct place *b, int *arrive)
{
    int low = a->at.y > b->at.y ? a->at.y : b->at.y;
    int a_end = a->at.y + a->at.h - 1, b_end = b->at.y + b->at.h - 1;
    int high = a_end < b_end ? a_end : b_end, from = middle(a), to = middle(b), lane = lane_of(h);

    if (low <= high)
        from = to = (low + high + 1) / 2;
    *arrive = to;
    across(c, h->left->x + h->left->w, lane, from);
    across(c, lane, h->right->x - 1, to);
    down(c, lane, from < to ? from : to, from < to ? to : from);
}

static bool is_straight_pair(const struct hop *h, const struct place *a, const struct place *b)
{
    return a->kind == b->kind && a->subtask == b->subtask;
}

static void hop_lines(struct canvas *c, const struct hop *h)
{
    int y;

    if (!edge_is_straight(h->run, &h->run->edges[h->edge])) {
        draw_bus(c, h);
        return;
    }
    for (size_t i = 0; i < h->left->count; i++)
        for (size_t k = 0; k < h->right->count; k++) {
            const struct place *a = &h->l->places[h->left->first + i];
            const struct place *b = &h->l->places[h->right->first + k];

            if (touches(h, a, true) && touches(h, b, false) &&
                (is_straight_pair(h, a, b) || a->kind == PLACE_WIRE || b->kind == PLACE_WIRE))
                draw_straight(c, h, a, b, &y);
        }
}

static void hop_arrows(struct pane p, const struct canvas *c, const struct hop *h)
{
    for (size_t k = 0; k < h->right->count; k++) {
        const struct place *b = &h->l->places[h->right->first + k];

        for (int y = b->at.y; touches(h, b, false) && y < b->at.y + b->at.h; y++)
            if (y >= 0 && y < c->h && h->right->x > 0 && h->right->x - 1 < c->w &&
                c->cells[y * c->w + h->right->x - 1] & WEST)
                draw_arrow(p, h, b, y);
    }
}

static void draw_canvas(struct pane p, const struct canvas *c)
{
    static const uint32_t glyphs[16] = {' ',    0x2502, 0x2500, 0x2514, 0x2502, 0x2502,
                                        0x250c, 0x251c, 0x2500, 0x2518, 0x2500, 0x2534,
                                        0x2510, 0x2524, 0x252c, 0x253c};

    for (int i = 0; i < c->w * c->h; i++)
        if (c->cells[i])
            pane_put(p, i % c->w, i / c->w, glyphs[c->cells[i] & 15], ROLE_BOX);
}

/* Wires that pass a column run through it on their own row. */
static void passing(struct canvas *c, const struct layout *l)
{
    for (size_t i = 0; i < l->place_count; i++)
        if (l->places[i].kind == PLACE_WIRE && l->places[i].at.h)
            across(c, l->places[i].at.x - 1, l->places[i].at.x + l->places[i].at.w,
                   l->places[i].at.y);
}

void wires_draw(struct pane p, const struct run *run, const struct layout *l)
{
    struct canvas c = {p.w, p.h, calloc((size_t)p.w * (size_t)p.h + 1, 1)};

    if (c.cells == NULL)
        abort();
    passing(&c, l);
    for (int arrows = 0; arrows < 2; arrows++) {
        if (arrows)
            draw_canvas(p, &c);
        for (size_t g = 0; g + 1 < l->column_count; g++) {
            int ordinal = 0;

            for (uint32_t e = 0; e < run->edge_count; e++) {
                const struct edge *edge = &run->edges[e];
                struct hop h = {run, l, e, &l->columns[g], &l->columns[g + 1], ordinal};

                if (l->depth[edge->from] > g || l->depth[edge->to] <= g)
                    continue;
                if (arrows)
                    hop_arrows(p, &c, &h);
                else
                    hop_lines(&c, &h);
                ordinal++;
            }
        }
    }
    free(c.cells);
}
