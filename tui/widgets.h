/* widgets.h -- the small pictures that views are made of.  Each draws inside its pane only (G1). */
#ifndef TUI_WIDGETS_H
#define TUI_WIDGETS_H

#include "tui/frame.h"
#include "tui/grid.h"

/* The pane's first row filled to `permille`; anything above 0 shows at least one cell. */
void widget_bar(struct pane p, int64_t permille, uint32_t full, enum role role);

/* A frame around the pane with a title at the left and a word at the right; one that does not fit
 * is cut.  `heavy` draws it double. */
struct box {
    const char *title, *word;
    enum role role, title_role, word_role;
    bool heavy;
};
void widget_box(struct pane p, const struct box *b);

/* One input channel as a gate: what is on the wire, what waits, whether the gate is open.
 *
 *     0  ▪▪[····▪▪┃▪▪~▪▪]▸  8/12
 *               17 01:24  credit 4
 *
 * Newest left, oldest right beside the gate.  Left of `[`: still with the sender.  A pane of one
 * row shows only the upper. */
void widget_gate(struct pane p, const struct channel *c);

/* "─ chk 17 aligned pending  acks 2/6  waits for ... ───  here: checkpoint 17 triggered" */
void widget_checkpoint(struct pane p, const struct frame *f, const struct mark *here);

/* The whole run on one row, in its order of steps, with the marks that stand in it:
 *
 *     0 ──··┃1──···──┃2·───▴──✗·↺────✓4 20431
 */
void widget_timeline(struct pane p, const struct run *run, int64_t step);

/* The log: events up to the cursor, then what comes next. */
void widget_events(struct pane p, const struct frame *f);

/* Breaks at blanks; returns the rows used. */
int widget_wrap(struct pane p, int y, enum role role, const char *text);

#endif
