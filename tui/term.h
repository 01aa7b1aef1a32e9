/* term.h -- the terminal.  The only file that knows ncurses.
 *
 * A screen is drawn by comparing it with the one before and writing the cells that differ, then
 * one update.  Colours come from the roles: 256, 8 or none (NO_COLOR, not empty).
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/grid.h"

/* False: there is no terminal, or one that ncurses does not know; `why` says which. */
bool term_open(bool ascii, char *why, size_t why_bytes);
void term_close(void); /* the terminal as it was; harmless when not open */

bool term_speaks_utf8(void);          /* by the locale, and not the Linux console */
void term_size(int *cols, int *rows); /* as it is now */
void term_draw(const struct grid *g); /* also after a change of size */
void term_repaint(void);              /* the next draw writes everything */
int term_fd(void);                    /* to poll for keys */
uint32_t term_key(void);              /* next key, by keys.h; 0 = no more now */
void term_suspend(void);              /* Ctrl-Z; returns when continued */

#endif
