/* layout.h -- where things stand: size classes, and the job graph laid out left to right.
 *
 * A vertex stands in the column of its longest path from a source.  The layout depends on the
 * graph, the size and the selection, never on what a frame holds, so that boxes stand still
 * while the learner steps.  (One exception: of more than four subtasks only the selected one is
 * opened.)
 *
 *   L1  boxes of one column never overlap; columns never overlap.
 *   L2  the selected subtask always has a place, if there is a row for it.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/frame.h"
#include "tui/grid.h"

enum size_class {
    SIZE_TINY,  /* below 20x5: says what is needed */
    SIZE_SMALL, /* title, WHY, keys */
    SIZE_ROWS,  /* from 60x15: one subtask a row, no boxes */
    SIZE_BOXES, /* from 80x24 */
    SIZE_WIDE   /* from 120x36: with an inspector */
};

enum size_class size_class_of(int cols, int rows);

enum { LAYOUT_OPEN_MAX = 4 }; /* more subtasks than this are collapsed to a strip */

/* How much of a task is shown, from one line to everything. */
enum level { LEVEL_LINE, LEVEL_BAR, LEVEL_GATES, LEVEL_FULL, LEVEL_DETAIL, LEVEL_COUNT };

enum place_kind { PLACE_TASK, PLACE_STRIP, PLACE_WIRE };

struct rect {
    int x, y, w, h;
};

struct place {
    enum place_kind kind;
    enum level level;
    uint32_t vertex, subtask; /* WIRE: vertex = index of the edge that passes */
    struct rect at;           /* h 0: no room */
};

struct column {
    int x, w;
    size_t first, count; /* its places */
    bool folded;
};

struct layout {
    struct place *places;
    size_t place_count;
    struct column *columns;
    size_t column_count;
    uint32_t *depth; /* of each vertex */
};

struct selection {
    uint32_t vertex, subtask;
};

void layout_init(struct layout *l, const struct run *run, int cols, int rows,
                 struct selection selected);
void layout_done(struct layout *l);

uint32_t vertex_inputs(const struct run *run, uint32_t vertex);     /* channels of one subtask */
bool edge_is_straight(const struct run *run, const struct edge *e); /* subtask i to subtask i */
int task_rows(enum level level, uint32_t inputs);                   /* height of its picture */
uint32_t *vertex_depths(const struct run *run);                     /* malloc'ed */

#endif
