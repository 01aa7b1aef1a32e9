#include "tui/layout.h"

#include <stdlib.h>
#include <string.h>

enum {
    GAP = 5,
    GAP_MAX = 9,
    FOLDED = 8,
    SOURCE_MIN = 16,
    SOURCE_MAX = 30,
    GATES_MIN = 25,
    GATES_MAX = 76
};

enum size_class size_class_of(int cols, int rows)
{
    if (cols < 20 || rows < 5)
        return SIZE_TINY;
    if (cols < 60 || rows < 15)
        return SIZE_SMALL;
    if (cols < 80 || rows < 24)
        return SIZE_ROWS;
    return cols < 120 || rows < 36 ? SIZE_BOXES : SIZE_WIDE;
}

bool edge_is_straight(const struct run *run, const struct edge *e)
{
    return strcmp(e->ship, "FORWARD") == 0 &&
           run->vertices[e->from].parallelism == run->vertices[e->to].parallelism;
}

uint32_t vertex_inputs(const struct run *run, uint32_t vertex)
{
    uint32_t n = 0;

    for (size_t i = 0; i < run->edge_count; i++)
        if (run->edges[i].to == vertex)
            n += edge_is_straight(run, &run->edges[i])
                     ? 1
                     : run->vertices[run->edges[i].from].parallelism;
    return n;
}

int task_rows(enum level level, uint32_t inputs)
{
    int gates = inputs > 1000 ? 1000 : (int)inputs;

    switch (level) {
    case LEVEL_LINE:
        return 1;
    case LEVEL_BAR:
        return 3;
    case LEVEL_GATES:
        return 3 + gates;
    case LEVEL_FULL:
        return 2 + 2 * gates + (gates ? 2 : 4);
    case LEVEL_DETAIL:
        return 2 + 2 * gates + (gates ? 6 : 5);
    case LEVEL_COUNT:
        break;
    }
    return 0;
}

/* Longest paths.  A round for each vertex is enough; a cycle (no job has one) just stops there. */
uint32_t *vertex_depths(const struct run *run)
{
    uint32_t *depth = calloc(run->vertex_count + 1, sizeof *depth);

    if (depth == NULL)
        abort();
    for (size_t round = 1; round < run->vertex_count; round++)
        for (size_t i = 0; i < run->edge_count; i++) {
            uint32_t past = depth[run->edges[i].from] + 1;

            if (past > depth[run->edges[i].to] && past < run->vertex_count)
                depth[run->edges[i].to] = past;
        }
    return depth;
}

/* ---- what stands in a column ---- */

static void add_place(struct layout *l, size_t column, struct place p)
{
    l->places[l->place_count++] = p;
    l->columns[column].count++;
}

static void add_vertex(struct layout *l, const struct run *run, size_t column, uint32_t vertex,
                       struct selection selected)
{
    uint32_t open = selected.vertex == vertex ? selected.subtask : 0;

    if (open >= run->vertices[vertex].parallelism)
        open = 0;
    add_place(l, column, (struct place){.kind = PLACE_STRIP, .vertex = vertex});
    add_place(l, column, (struct place){.kind = PLACE_TASK, .vertex = vertex, .subtask = open});
}

/* Subtask by subtask, so that what is connected straight stands on one height. */
static void fill_column(struct layout *l, const struct run *run, size_t column,
                        struct selection selected)
{
    l->columns[column].first = l->place_count;
    for (uint32_t sub = 0; sub < LAYOUT_OPEN_MAX; sub++)
        for (uint32_t v = 0; v < run->vertex_count; v++)
            if (l->depth[v] == column && sub < run->vertices[v].parallelism &&
                run->vertices[v].parallelism <= LAYOUT_OPEN_MAX)
                add_place(l, column, (struct place){.vertex = v, .subtask = sub});
    for (uint32_t v = 0; v < run->vertex_count; v++)
        if (l->depth[v] == column && run->vertices[v].parallelism > LAYOUT_OPEN_MAX)
            add_vertex(l, run, column, v, selected);
    for (uint32_t e = 0; e < run->edge_count; e++)
        if (l->depth[run->edges[e].from] < column && l->depth[run->edges[e].to] > column)
            add_place(l, column, (struct place){.kind = PLACE_WIRE, .vertex = e});
}

/* ---- widths ---- */

static bool has_gates(const struct layout *l, const struct run *run, size_t column)
{
    for (uint32_t v = 0; v < run->vertex_count; v++)
        if (l->depth[v] == column && vertex_inputs(run, v) > 0)
            return true;
    return false;
}

static int width_needed(const struct layout *l, int gap)
{
    int w = (int)(l->column_count - 1) * gap;

    for (size_t i = 0; i < l->column_count; i++)
        w += l->columns[i].w;
    return w;
}

/* Fold what is farthest from the selection until the rest fits. */
static void fold_columns(struct layout *l, size_t here, int cols)
{
    while (width_needed(l, GAP) > cols) {
        size_t far = l->column_count, best = 0;

        for (size_t i = 0; i < l->column_count; i++) {
            size_t away = i > here ? i - here : here - i;

            if (!l->columns[i].folded && away > best) {
                best = away;
                far = i;
            }
        }
        if (far == l->column_count)
            return;
        l->columns[far].folded = true;
        l->columns[far].w = FOLDED;
    }
}

static void spread_widths(struct layout *l, const struct run *run, int cols)
{
    int gap = GAP, x = 0;
    bool grew = true;

    while (grew) {
        grew = false;
        for (size_t i = 0; i < l->column_count; i++) {
            int most = has_gates(l, run, i) ? GATES_MAX : SOURCE_MAX;

            if (!l->columns[i].folded && l->columns[i].w < most && width_needed(l, GAP) < cols) {
                l->columns[i].w++;
                grew = true;
            }
        }
    }
    while (gap < GAP_MAX && l->column_count > 1 && width_needed(l, gap + 1) <= cols)
        gap++;
    for (size_t i = 0; i < l->column_count; i++) {
        l->columns[i].x = x;
        x += l->columns[i].w + gap;
    }
}

static void set_widths(struct layout *l, const struct run *run, int cols, size_t here)
{
    for (size_t i = 0; i < l->column_count; i++)
        l->columns[i].w = has_gates(l, run, i) ? GATES_MIN : SOURCE_MIN;
    fold_columns(l, here, cols);
    spread_widths(l, run, cols);
}

/* ---- heights ---- */

static int place_rows(const struct run *run, const struct place *p)
{
    switch (p->kind) {
    case PLACE_WIRE:
        return 1;
    case PLACE_STRIP:
        return p->level == LEVEL_LINE ? 1 : 4;
    case PLACE_TASK:
        break;
    }
    return task_rows(p->level, vertex_inputs(run, p->vertex));
}

static int column_rows(const struct layout *l, const struct run *run, const struct column *c)
{
    int rows = 0;

    for (size_t i = 0; i < c->count; i++)
        rows += place_rows(run, &l->places[c->first + i]);
    return rows;
}

static bool is_selected(const struct place *p, struct selection s)
{
    return p->kind == PLACE_TASK && p->vertex == s.vertex && p->subtask == s.subtask;
}

/* Try level `to` for all places of a column, or only for the selected one. */
static bool try_level(struct layout *l, const struct run *run, struct column *c, enum level to,
                      int rows, const struct selection *only)
{
    enum level before[4096 + 64];
    size_t n = c->count < 4096 ? c->count : 4096;

    for (size_t i = 0; i < n; i++) {
        struct place *p = &l->places[c->first + i];

        before[i] = p->level;
        if (only == NULL || is_selected(p, *only))
            p->level = to;
    }
    if (column_rows(l, run, c) <= rows)
        return true;
    for (size_t i = 0; i < n; i++)
        l->places[c->first + i].level = before[i];
    return false;
}

/* A column of equal boxes is cut into equal slots, so that neighbours stand side by side. */
static void stand(struct layout *l, const struct run *run, struct column *c, int rows)
{
    int n = (int)c->count, tallest = 0, y = 0, spare = rows - column_rows(l, run, c);
    bool slots;

    for (int i = 0; i < n; i++) {
        int h = place_rows(run, &l->places[c->first + (size_t)i]);

        tallest = h > tallest ? h : tallest;
    }
    slots = n > 0 && tallest * n <= rows;
    for (int i = 0; i < n; i++) {
        struct place *p = &l->places[c->first + (size_t)i];
        int h = place_rows(run, p), slot = rows / n;
        int top = slots ? i * rows / n + (slot - h) / 2 : y + (spare > 0 ? spare / 2 : 0);

        p->at = (struct rect){c->x, top, c->w, top + h <= rows ? h : 0};
        y += h;
    }
}

/* Nothing fits: keep the rows around the selected one. */
static void scroll(struct layout *l, struct column *c, int rows, struct selection s)
{
    size_t skip = 0;

    for (size_t i = 0; i < c->count; i++)
        if (is_selected(&l->places[c->first + i], s) && (int)i >= rows)
            skip = i - (size_t)rows + 1;
    for (size_t i = 0; i < c->count; i++) {
        struct rect *r = &l->places[c->first + i].at;
        bool in = i >= skip && i < skip + (size_t)(rows > 0 ? rows : 0);

        *r = (struct rect){c->x, in ? (int)(i - skip) : 0, c->w, in ? 1 : 0};
    }
}

static void set_heights(struct layout *l, const struct run *run, struct column *c, int rows,
                        struct selection s)
{
    enum level top = c->folded ? LEVEL_BAR : LEVEL_DETAIL, level = LEVEL_LINE;

    while (level < top && try_level(l, run, c, level + 1, rows, NULL))
        level++;
    while (level < top && try_level(l, run, c, level + 1, rows, &s))
        level++;
    if (column_rows(l, run, c) > rows)
        scroll(l, c, rows, s);
    else
        stand(l, run, c, rows);
}

void layout_init(struct layout *l, const struct run *run, int cols, int rows,
                 struct selection selected)
{
    size_t places = run->vertex_count * LAYOUT_OPEN_MAX, deepest = 0, here = 0;

    *l = (struct layout){.depth = vertex_depths(run)};
    for (size_t v = 0; v < run->vertex_count; v++) {
        deepest = l->depth[v] > deepest ? l->depth[v] : deepest;
        here = v == selected.vertex ? l->depth[v] : here;
    }
    places += run->edge_count * (deepest + 1);
    l->column_count = deepest + 1;
    l->columns = calloc(l->column_count, sizeof *l->columns);
    l->places = calloc(places + 1, sizeof *l->places);
    if (l->columns == NULL || l->places == NULL)
        abort();
    for (size_t i = 0; i < l->column_count; i++)
        fill_column(l, run, i, selected);
    set_widths(l, run, cols, here);
    for (size_t i = 0; i < l->column_count; i++)
        set_heights(l, run, &l->columns[i], rows, selected);
}

void layout_done(struct layout *l)
{
    free(l->places);
    free(l->columns);
    free(l->depth);
    *l = (struct layout){0};
}
