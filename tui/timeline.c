/* The row that shows where in the run one is.  Of marks that fall on one cell the gravest is
 * drawn: a cell of a long run stands for hundreds of steps. */
#include <stdio.h>
#include <string.h>

#include "tui/glyph.h"
#include "tui/widgets.h"

/* By rank: a later row covers an earlier one. */
static const struct sign {
    const char *kind;
    uint32_t glyph;
    enum role role;
} signs[] = {
    {"window", GLYPH_FREE, ROLE_WATERMARK}, {"restore", GLYPH_AGAIN, ROLE_STRONG},
    {"finish", 'e', ROLE_STRONG},           {"trigger", GLYPH_BARRIER, ROLE_BARRIER},
    {"complete", GLYPH_DONE, ROLE_ACKED},   {"abort", '!', ROLE_BKPR},
    {"restart", GLYPH_AGAIN, ROLE_STRONG},  {"fault", GLYPH_CANCEL, ROLE_DEAD},
};

enum { SIGNS = sizeof signs / sizeof signs[0], WINDOW = 0 };

static int sign_of(const struct mark *m)
{
    for (int i = 0; i < SIGNS; i++)
        if (strcmp(m->kind, signs[i].kind) == 0)
            return i;
    return -1;
}

static int cell_of(int64_t step, int64_t steps, int w)
{
    return steps > 0 ? (int)((double)step / (double)steps * (w - 1)) : 0;
}

/* The checkpoint's number behind its sign, over windows only. */
static void put_number(struct pane p, const struct mark *m, int x, const signed char *rank)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)m->cp);

    for (int i = 1; i <= n; i++)
        if (x + i >= p.w || rank[x + i] > WINDOW)
            return;
    pane_text(p, x + 1, 0, signs[rank[x]].role, text);
}

static void put_marks(struct pane p, const struct run *run)
{
    signed char rank[GRID_COLS_MAX];

    memset(rank, -1, sizeof rank);
    for (size_t i = 0; i < run->mark_count; i++) {
        int x = cell_of(run->marks[i].step, run->steps, p.w), sign = sign_of(&run->marks[i]);

        if (sign > rank[x])
            rank[x] = (signed char)sign;
    }
    for (int x = 0; x < p.w; x++)
        if (rank[x] >= 0)
            pane_put(p, x, 0, signs[rank[x]].glyph, signs[rank[x]].role);
    for (size_t i = 0; i < run->mark_count; i++) {
        int x = cell_of(run->marks[i].step, run->steps, p.w);

        if (run->marks[i].cp && sign_of(&run->marks[i]) == rank[x])
            put_number(p, &run->marks[i], x, rank);
    }
}

void widget_timeline(struct pane p, const struct run *run, int64_t step)
{
    char last[32];
    int w, now;

    snprintf(last, sizeof last, "%lld", (long long)run->steps);
    w = p.w - 5 - (int)strlen(last);
    if (w < 10 || p.h < 1 || w > GRID_COLS_MAX)
        return;
    pane_text(p, 1, 0, ROLE_DIM, "0");
    pane_text(p, 4 + w, 0, ROLE_DIM, last);
    p = pane_sub(p, 3, 0, w, 1);
    now = cell_of(step, run->steps, w);
    pane_hline(p, 0, 0, now, GLYPH_LINE, ROLE_RUN);
    pane_hline(p, now, 0, w - now, GLYPH_LINE, ROLE_FUTURE);
    put_marks(p, run);
    pane_put(p, now, 0, GLYPH_HERE, ROLE_CURSOR);
}
