/* grid.h -- a screen as a value: cells of one character and one role each.
 *
 * Every view draws into a grid and nowhere else; a terminal, a text file and a test are
 * three readers of it.  So a screen can be compared, hashed, printed and fuzzed without a
 * terminal.
 *
 *   G1  nothing is written outside the pane that was drawn into, whatever the arguments.
 *   G2  one character of two columns takes two cells: the character, then a cell of 0.
 *   G3  a cell's role says what it means, never a colour; term.c alone knows colours.
 *
 * Pure: no terminal, no locale.  Widths come from an own table: terminals differ in the
 * "ambiguous" characters, and all of those that we draw are taken as one column.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* name, letter in the role plane, xterm-256 colour (-1: the terminal's own), of 8, attributes */
#define ROLES(R)                                                                                   \
    R(NORMAL, '.', -1, -1, 0)                                                                      \
    R(DIM, 'd', 246, -1, DRAW_DIM)                                                                 \
    R(TITLE, 'T', -1, -1, DRAW_REVERSE)                                                            \
    R(TAB, 't', -1, -1, 0)                                                                         \
    R(STRONG, 'S', -1, -1, DRAW_BOLD)                                                              \
    R(SELECTED, 's', -1, -1, DRAW_BOLD)                                                            \
    R(BOX, 'x', 246, -1, DRAW_DIM)                                                                 \
    R(RUN, 'r', 74, 6, 0)                                                                          \
    R(BUSY, 'b', 178, 3, 0)                                                                        \
    R(BKPR, 'p', 166, 1, 0)                                                                        \
    R(BARRIER, 'B', 175, 5, DRAW_BOLD)                                                             \
    R(WATERMARK, 'w', 35, 2, 0)                                                                    \
    R(LATE, 'l', 221, 3, DRAW_BOLD)                                                                \
    R(ACKED, 'a', 74, 4, 0)                                                                        \
    R(FUTURE, 'f', 246, -1, DRAW_DIM)                                                              \
    R(DEAD, 'D', 166, 1, DRAW_BOLD)                                                                \
    R(WHY, 'W', -1, -1, DRAW_BOLD)                                                                 \
    R(HINT, 'h', -1, -1, DRAW_REVERSE)                                                             \
    R(NOTICE, 'N', 221, 3, DRAW_REVERSE)                                                           \
    R(CURSOR, 'c', -1, -1, DRAW_REVERSE)

enum { DRAW_BOLD = 1, DRAW_DIM = 2, DRAW_REVERSE = 4 };

enum role {
#define R(name, letter, c256, c8, attributes) ROLE_##name,
    ROLES(R)
#undef R
        ROLE_COUNT
};

enum { GRID_COLS_MAX = 1000, GRID_ROWS_MAX = 500 };

struct cell {
    uint32_t ch; /* a code point; 0 = right half of a wide one */
    uint8_t role;
};

struct grid {
    int cols, rows;
    struct cell *cells; /* rows * cols, by row */
};

/* A window onto a grid: own coordinates from 0,0, clipped on all sides. */
struct pane {
    struct grid *grid;
    int x, y, w, h;                       /* may reach outside; drawing does not */
    int clip_x, clip_y, clip_x1, clip_y1; /* in grid coordinates; end exclusive */
};

void grid_init(struct grid *g, int cols, int rows); /* clamped to 1..MAX; blank */
void grid_done(struct grid *g);
void grid_blank(struct grid *g);
struct pane grid_pane(struct grid *g);
struct pane pane_sub(struct pane p, int x, int y, int w, int h);

void pane_put(struct pane p, int x, int y, uint32_t ch, enum role role);
void pane_fill(struct pane p, uint32_t ch, enum role role);
void pane_hline(struct pane p, int x, int y, int w, uint32_t ch, enum role role);
/* UTF-8 (bad bytes become U+FFFD, control characters a space).  Returns the column after it. */
int pane_text(struct pane p, int x, int y, enum role role, const char *utf8);
int pane_printf(struct pane p, int x, int y, enum role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Like pane_text, but at most `w` columns; what does not fit ends in an ellipsis. */
int pane_text_cut(struct pane p, int x, int y, int w, enum role role, const char *utf8);

uint64_t grid_hash(const struct grid *g); /* characters, roles and size */
/* Cells that differ; all of the larger one if the sizes do. */
size_t grid_diff(const struct grid *a, const struct grid *b);
/* The text plane, trailing blanks cut, one line a row.  `ascii`: by ascii_of(). */
void grid_write_text(const struct grid *g, bool ascii, FILE *out);
void grid_write_roles(const struct grid *g, FILE *out);

uint32_t ascii_of(uint32_t ch);           /* the same cell in ASCII; '?' when none */
int char_width(uint32_t ch);              /* 0 (combining), 1 or 2 columns */
uint32_t utf8_take(const char **at);      /* next character of a terminated text, not at its end */
size_t utf8_put(uint32_t ch, char *four); /* bytes written, 1..4 */
int text_width(const char *utf8);

#endif
