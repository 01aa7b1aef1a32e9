#include "tui/grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

void grid_init(struct grid *g, int cols, int rows)
{
    g->cols = clamp(cols, 1, GRID_COLS_MAX);
    g->rows = clamp(rows, 1, GRID_ROWS_MAX);
    g->cells = malloc((size_t)g->cols * (size_t)g->rows * sizeof *g->cells);
    if (g->cells == NULL)
        abort();
    grid_blank(g);
}

void grid_done(struct grid *g)
{
    free(g->cells);
    *g = (struct grid){0};
}

void grid_blank(struct grid *g)
{
    for (int i = 0; i < g->cols * g->rows; i++)
        g->cells[i] = (struct cell){' ', ROLE_NORMAL};
}

struct pane grid_pane(struct grid *g)
{
    return (struct pane){g, 0, 0, g->cols, g->rows, 0, 0, g->cols, g->rows};
}

struct pane pane_sub(struct pane p, int x, int y, int w, int h)
{
    struct pane s = p;

    s.x = p.x + x;
    s.y = p.y + y;
    s.w = w < 0 ? 0 : w;
    s.h = h < 0 ? 0 : h;
    s.clip_x = clamp(s.x, p.clip_x, p.clip_x1);
    s.clip_y = clamp(s.y, p.clip_y, p.clip_y1);
    s.clip_x1 = clamp(s.x + s.w, s.clip_x, p.clip_x1);
    s.clip_y1 = clamp(s.y + s.h, s.clip_y, p.clip_y1);
    return s;
}

/* ---- characters ---- */

/* Continuation bytes are checked one by one, so a cut sequence cannot run past the end. */
uint32_t utf8_take(const char **at)
{
    const uint8_t *p = (const uint8_t *)*at;
    int more = p[0] < 0x80                   ? 0
               : p[0] >= 0xc2 && p[0] < 0xe0 ? 1
               : (p[0] & 0xf0) == 0xe0       ? 2
               : p[0] >= 0xf0 && p[0] < 0xf5 ? 3
                                             : -1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t ch = more <= 0 ? p[0] : p[0] & (0x3fu >> more);

    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            more = -1;
            break;
        }
        ch = ch << 6 | (p[i] & 0x3f);
    }
    if (more < 0 || ch < least[more] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000)) {
        *at += 1;
        return 0xfffd;
    }
    *at += more + 1;
    return ch;
}

size_t utf8_put(uint32_t ch, char *four)
{
    uint8_t *p = (uint8_t *)four;

    if (ch < 0x80) {
        p[0] = (uint8_t)ch;
        return 1;
    }
    if (ch < 0x800) {
        p[0] = (uint8_t)(0xc0 | ch >> 6);
        p[1] = (uint8_t)(0x80 | (ch & 0x3f));
        return 2;
    }
    if (ch < 0x10000) {
        p[0] = (uint8_t)(0xe0 | ch >> 12);
        p[1] = (uint8_t)(0x80 | (ch >> 6 & 0x3f));
        p[2] = (uint8_t)(0x80 | (ch & 0x3f));
        return 3;
    }
    p[0] = (uint8_t)(0xf0 | ch >> 18);
    p[1] = (uint8_t)(0x80 | (ch >> 12 & 0x3f));
    p[2] = (uint8_t)(0x80 | (ch >> 6 & 0x3f));
    p[3] = (uint8_t)(0x80 | (ch & 0x3f));
    return 4;
}

struct span_of_chars {
    uint32_t first, last;
};

static bool is_in(uint32_t ch, const struct span_of_chars *spans, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ch >= spans[i].first && ch <= spans[i].last)
            return true;
    return false;
}

int char_width(uint32_t ch)
{
    static const struct span_of_chars none[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},    {0x64b, 0x65f},
        {0xe31, 0xe31},   {0xe34, 0xe3a},   {0x200b, 0x200f}, {0x202a, 0x202e},  {0x2060, 0x2064},
        {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};
    static const struct span_of_chars wide[] = {
        {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
        {0x2614, 0x2615},   {0x26a1, 0x26a1},   {0x2705, 0x2705},   {0x2728, 0x2728},
        {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
        {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},
        {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
        {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

    if (ch < 0x300)
        return 1;
    if (is_in(ch, none, sizeof none / sizeof none[0]))
        return 0;
    return is_in(ch, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

uint32_t ascii_of(uint32_t ch)
{
    static const struct {
        uint32_t ch;
        char ascii;
    } table[] = {{0x25aa, 'o'},  {0x25c7, 'd'}, {0x2503, '|'}, {0xb7, '.'},   {0x25b8, '>'},
                 {0x22a3, 'X'},  {0x2588, '#'}, {0x2593, '%'}, {0x2591, '.'}, {0x2592, ':'},
                 {0x2713, '+'},  {0x2717, 'x'}, {0x2026, '.'}, {0x2581, '_'}, {0x2582, '.'},
                 {0x2583, '-'},  {0x2584, '-'}, {0x2585, '='}, {0x2586, '='}, {0x2587, '#'},
                 {0x250a, '\''}, {0x2022, 'o'}, {0x2500, '-'}, {0x2502, '|'}, {0x2550, '='},
                 {0x2551, '|'},  {0x2039, '<'}, {0x2190, '<'}, {0x2192, '>'}, {0x21b5, '<'},
                 {0x25a1, 'i'},  {0x25a0, 'a'}, {0x25fc, 'e'}, {0x21ba, 'R'}, {0x25b4, '^'},
                 {0x2014, '-'},  {0x2013, '-'}};

    if (ch < 0x80)
        return ch;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].ch == ch)
            return (uint32_t)table[i].ascii;
    return ch >= 0x2500 && ch < 0x2580 ? '+' : '?'; /* corners and junctions */
}

int text_width(const char *utf8)
{
    int w = 0;

    while (*utf8)
        w += char_width(utf8_take(&utf8));
    return w;
}

/* ---- drawing ---- */

static struct cell *cell_at(struct pane p, int x, int y)
{
    int gx = p.x + x, gy = p.y + y;

    if (gx < p.clip_x || gx >= p.clip_x1 || gy < p.clip_y || gy >= p.clip_y1)
        return NULL; /* G1 */
    return &p.grid->cells[gy * p.grid->cols + gx];
}

/* Half a wide character cannot stay when the other half is drawn over. */
static void split_wide(struct pane p, struct cell *c)
{
    long at = c - p.grid->cells;

    if (c->ch == 0 && at % p.grid->cols > 0)
        c[-1].ch = ' ';
    if (at % p.grid->cols + 1 < p.grid->cols && c[1].ch == 0)
        c[1].ch = ' ';
}

void pane_put(struct pane p, int x, int y, uint32_t ch, enum role role)
{
    struct cell *c = cell_at(p, x, y);
    struct cell *right = char_width(ch) == 2 ? cell_at(p, x + 1, y) : NULL;

    if (c == NULL || char_width(ch) == 0)
        return;
    split_wide(p, c);
    if (char_width(ch) == 2 && right == NULL)
        ch = ' ';
    *c = (struct cell){ch < ' ' || ch == 0x7f ? ' ' : ch, (uint8_t)role};
    if (right) {
        split_wide(p, right);
        *right = (struct cell){0, (uint8_t)role}; /* G2 */
        c->ch = ch;
    }
}

void pane_hline(struct pane p, int x, int y, int w, uint32_t ch, enum role role)
{
    int first = clamp(x, p.clip_x - p.x, p.clip_x1 - p.x);
    int last = clamp(x + w, first, p.clip_x1 - p.x);

    for (int i = first; i < last; i++)
        pane_put(p, i, y, ch, role);
}

void pane_fill(struct pane p, uint32_t ch, enum role role)
{
    for (int y = p.clip_y - p.y; y < p.clip_y1 - p.y; y++)
        pane_hline(p, 0, y, p.w, ch, role);
}

int pane_text_cut(struct pane p, int x, int y, int w, enum role role, const char *utf8)
{
    int end = x + w, fits = text_width(utf8) <= w;

    while (*utf8) {
        uint32_t ch = utf8_take(&utf8);
        int cw = char_width(ch);

        if (!fits && x + cw > end - 1) {
            if (x < end)
                pane_put(p, x++, y, 0x2026, role);
            break;
        }
        pane_put(p, x, y, ch, role);
        x += cw;
    }
    return x;
}

int pane_text(struct pane p, int x, int y, enum role role, const char *utf8)
{
    while (*utf8) {
        uint32_t ch = utf8_take(&utf8);

        pane_put(p, x, y, ch, role);
        x += char_width(ch);
    }
    return x;
}

int pane_printf(struct pane p, int x, int y, enum role role, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return pane_text(p, x, y, role, text);
}

/* ---- reading ---- */

uint64_t grid_hash(const struct grid *g)
{
    uint64_t h = 0xcbf29ce484222325u ^ ((uint64_t)g->cols << 32 | (uint64_t)g->rows);

    for (int i = 0; i < g->cols * g->rows; i++)
        h = (h ^ (g->cells[i].ch | (uint64_t)g->cells[i].role << 32)) * 0x100000001b3u;
    return h;
}

size_t grid_diff(const struct grid *a, const struct grid *b)
{
    size_t n = 0;

    if (a->cols != b->cols || a->rows != b->rows)
        return (size_t)(a->cols * a->rows > b->cols * b->rows ? a->cols * a->rows
                                                              : b->cols * b->rows);
    for (int i = 0; i < a->cols * a->rows; i++)
        n += a->cells[i].ch != b->cells[i].ch || a->cells[i].role != b->cells[i].role;
    return n;
}

void grid_write_text(const struct grid *g, bool ascii, FILE *out)
{
    for (int y = 0; y < g->rows; y++) {
        const struct cell *row = &g->cells[y * g->cols];
        int end = g->cols;
        char bytes[4];

        while (end > 0 && row[end - 1].ch == ' ')
            end--;
        for (int x = 0; x < end; x++)
            if (row[x].ch) {
                uint32_t ch = ascii ? ascii_of(row[x].ch) : row[x].ch;

                fwrite(bytes, 1, utf8_put(ch, bytes), out);
            } else if (ascii)
                fputc('?', out);
        fputc('\n', out);
    }
}

void grid_write_roles(const struct grid *g, FILE *out)
{
#define R(name, letter, c256, c8, attributes) letter,
    static const char letters[] = {ROLES(R)};
#undef R

    for (int y = 0; y < g->rows; y++) {
        for (int x = 0; x < g->cols; x++)
            fputc(letters[g->cells[y * g->cols + x].role], out);
        fputc('\n', out);
    }
}
