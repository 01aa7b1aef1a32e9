/* wires.h -- lines between the boxes: a bus for an exchange, an arrow for subtask to subtask. */
#ifndef TUI_WIRES_H
#define TUI_WIRES_H

#include "tui/layout.h"

void wires_draw(struct pane p, const struct run *run, const struct layout *l);

#endif
