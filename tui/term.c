#include "tui/term.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/keys.h"

static const struct role_row {
    short c256, c8;
    int attributes;
} roles[ROLE_COUNT] = {
#define R(name, letter, c256, c8, attributes) {c256, c8, attributes},
    ROLES(R)
#undef R
};

/* One terminal a process; ncurses keeps it in globals as well. */
static struct {
    SCREEN *screen;
    FILE *tty;
    WINDOW *keys; /* 1x1: reading from it never paints */
    struct grid shown;
    bool ascii, colour;
} term;

bool term_speaks_utf8(void)
{
    const char *name = getenv("TERM");

    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && (name == NULL || strcmp(name, "linux"));
}

static void start_colours(void)
{
    const char *no = getenv("NO_COLOR");

    term.colour = (no == NULL || *no == 0) && has_colors() && start_color() == OK;
    if (!term.colour)
        return;
    use_default_colors();
    for (short r = 0; r < ROLE_COUNT; r++)
        init_pair((short)(r + 1), COLORS >= 256 ? roles[r].c256 : roles[r].c8, -1);
}

/* Terminals send cursor keys in two forms; terminfo knows one. */
static void define_keys(void)
{
    static const struct {
        const char *bytes;
        int key;
    } forms[] = {{"\033[A", KEY_UP},    {"\033OA", KEY_UP},    {"\033[B", KEY_DOWN},
                 {"\033OB", KEY_DOWN},  {"\033[C", KEY_RIGHT}, {"\033OC", KEY_RIGHT},
                 {"\033[D", KEY_LEFT},  {"\033OD", KEY_LEFT},  {"\033[H", KEY_HOME},
                 {"\033OH", KEY_HOME},  {"\033[F", KEY_END},   {"\033OF", KEY_END},
                 {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        define_key(forms[i].bytes, forms[i].key);
}

static bool refuse(const char *what, char *why, size_t why_bytes)
{
    if (term.tty)
        fclose(term.tty);
    term.tty = NULL;
    snprintf(why, why_bytes, "%s", what);
    return false;
}

bool term_open(bool ascii, char *why, size_t why_bytes)
{
    unsetenv("LINES"); /* or the size would never change */
    unsetenv("COLUMNS");
    setlocale(LC_CTYPE, "");
    term.ascii = ascii;
    term.tty = isatty(STDOUT_FILENO) ? fopen("/dev/tty", "r+") : NULL;
    if (term.tty == NULL)
        return refuse("there is no terminal; --plain works without one", why, why_bytes);
    term.screen = newterm(NULL, term.tty, term.tty);
    if (term.screen == NULL)
        return refuse("TERM names no terminal that is known here; --plain works on any", why,
                      why_bytes);
    set_term(term.screen);
    set_escdelay(25);
    raw();
    noecho();
    nonl();
    curs_set(0);
    start_colours();
    term.keys = newpad(1, 1);
    keypad(term.keys, TRUE);
    nodelay(term.keys, TRUE);
    define_keys();
    return true;
}

void term_close(void)
{
    if (term.screen == NULL)
        return;
    endwin();
    delwin(term.keys);
    delscreen(term.screen);
    fclose(term.tty);
    grid_done(&term.shown);
    memset(&term, 0, sizeof term);
}

void term_size(int *cols, int *rows)
{
    struct winsize size = {0};

    if (ioctl(fileno(term.tty), TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0) {
        size.ws_col = (unsigned short)COLS;
        size.ws_row = (unsigned short)LINES;
    }
    *cols = size.ws_col;
    *rows = size.ws_row;
}

static attr_t attributes_of(int role)
{
    attr_t a = A_NORMAL;

    if (roles[role].attributes & DRAW_BOLD)
        a |= A_BOLD;
    if (roles[role].attributes & DRAW_REVERSE)
        a |= A_REVERSE;
    if (roles[role].attributes & DRAW_DIM && !(term.colour && COLORS >= 256))
        a |= A_DIM;
    return a;
}

static void put(int x, int y, const struct cell *c)
{
    uint32_t ch = term.ascii ? ascii_of(c->ch) : c->ch;
    wchar_t text[2] = {(wchar_t)ch, 0};
    cchar_t cell;

    if (c->ch == 0)
        return; /* the right half came with the left */
    setcchar(&cell, text, attributes_of(c->role), term.colour ? (short)(c->role + 1) : 0, NULL);
    mvadd_wch(y, x, &cell);
}

void term_draw(const struct grid *g)
{
    bool all = term.shown.cols != g->cols || term.shown.rows != g->rows;

    if (all) {
        resizeterm(g->rows, g->cols);
        erase();
        grid_done(&term.shown);
        grid_init(&term.shown, g->cols, g->rows);
    }
    for (int i = 0; i < g->cols * g->rows; i++) {
        const struct cell *was = &term.shown.cells[i], *is = &g->cells[i];

        if (all || was->ch != is->ch || was->role != is->role)
            put(i % g->cols, i / g->cols, is);
    }
    memcpy(term.shown.cells, g->cells, sizeof *g->cells * (size_t)g->cols * (size_t)g->rows);
    wnoutrefresh(stdscr);
    doupdate();
}

void term_repaint(void)
{
    clearok(curscr, TRUE);
}

int term_fd(void)
{
    return fileno(term.tty);
}

static uint32_t function_key(wint_t key)
{
    switch (key) {
    case KEY_UP:
        return KEY_CODE_UP;
    case KEY_DOWN:
        return KEY_CODE_DOWN;
    case KEY_LEFT:
        return KEY_CODE_LEFT;
    case KEY_RIGHT:
        return KEY_CODE_RIGHT;
    case KEY_HOME:
        return KEY_CODE_HOME;
    case KEY_END:
        return KEY_CODE_END;
    case KEY_NPAGE:
        return KEY_CODE_PAGE_DOWN;
    case KEY_PPAGE:
        return KEY_CODE_PAGE_UP;
    case KEY_BACKSPACE:
        return KEY_CODE_BACKSPACE;
    case KEY_DC:
        return KEY_CODE_DELETE;
    case KEY_ENTER:
        return KEY_CODE_ENTER;
    case KEY_F(1):
        return '?';
    default:
        return KEY_CODE_DELETE + 1; /* a key without a meaning here */
    }
}

uint32_t term_key(void)
{
    wint_t key = 0;
    int kind = wget_wch(term.keys, &key);

    if (kind == ERR)
        return 0;
    if (kind == KEY_CODE_YES)
        return function_key(key);
    return key == 0 ? KEY_CODE_DELETE + 1 : (uint32_t)key;
}

/* The whole group stops, the engine too, as if the terminal had done it. */
void term_suspend(void)
{
    endwin();
    kill(0, SIGTSTP);
    doupdate();
    term_repaint();
}
