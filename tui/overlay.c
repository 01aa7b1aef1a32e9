/* What lies over a view: the fault palette, the help page, and the end of the engine. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tui/glyph.h"
#include "tui/keys.h"
#include "tui/view.h"
#include "tui/widgets.h"

static struct pane open_box(struct pane p, int w, int h, const char *title, const char *word)
{
    struct pane box;

    w = w > p.w ? p.w : w;
    h = h > p.h - 2 ? p.h - 2 : h;
    box = pane_sub(p, (p.w - w) / 2, 1 + (p.h - 2 - h) / 2, w, h);
    pane_fill(box, ' ', ROLE_NORMAL);
    widget_box(box, &(struct box){.title = title,
                                  .word = word,
                                  .role = ROLE_STRONG,
                                  .title_role = ROLE_STRONG,
                                  .word_role = ROLE_STRONG,
                                  .heavy = true});
    return pane_sub(box, 2, 1, box.w - 4, box.h - 2);
}

/* ---- palette ---- */

/* Does `text` hold the word, whatever the case? */
static bool holds(const char *text, const char *word, size_t bytes)
{
    for (; *text; text++) {
        size_t i = 0;

        while (i < bytes && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
            i++;
        if (i == bytes)
            return true;
    }
    return bytes == 0;
}

static bool fault_matches(const struct fault *f, const char *filter)
{
    char all[300];

    snprintf(all, sizeof all, "%s %s %s", f->name, f->target, f->line);
    while (*filter) {
        size_t word = strcspn(filter, " ");

        if (!holds(all, filter, word))
            return false;
        filter += word;
        filter += strspn(filter, " ");
    }
    return true;
}

size_t view_matching_faults(const struct view *v, size_t *indexes, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < v->fault_count && n < max; i++)
        if (fault_matches(&v->faults[i], v->input))
            indexes[n++] = i;
    return n;
}

static void draw_faults(struct pane p, const struct view *v, const size_t *shown, size_t count)
{
    int first = v->choice >= p.h ? v->choice - p.h + 1 : 0;

    for (int y = 0; y < p.h && (size_t)(first + y) < count; y++) {
        const struct fault *f = &v->faults[shown[first + y]];
        bool here = first + y == v->choice;
        enum role role = here ? ROLE_CURSOR : ROLE_NORMAL;

        pane_hline(p, 0, y, p.w, ' ', role);
        pane_text(p, 0, y, role, here ? "\u25b8" : " ");
        pane_text_cut(p, 2, y, 22, role, f->name);
        pane_text_cut(p, 25, y, p.w - 25, role, f->target);
    }
}

static void draw_armed(struct pane p, const struct run *run)
{
    pane_printf(p, 0, 0, ROLE_STRONG,
                run->plan_count ? "armed (:drop N removes one, X all)" : "nothing is armed yet");
    for (size_t i = 0; i < run->plan_count && (int)i + 1 < p.h; i++)
        pane_printf(p, 0, (int)i + 1, ROLE_BUSY, "%zu  %s", i, run->plan[i]);
}

static void draw_palette(struct pane p, const struct view *v, const struct run *run)
{
    size_t shown[FAULTS_MAX], count = view_matching_faults(v, shown, FAULTS_MAX);
    int armed = run ? 2 + (run->plan_count > 3 ? 3 : (int)run->plan_count) : 0, list, x;
    char word[40];

    snprintf(word, sizeof word, "%zu of %zu", count, v->fault_count);
    p = open_box(p, 66, p.h > 30 ? 24 : p.h - 5, "Inject fault", word);
    x = pane_printf(p, 0, 0, ROLE_STRONG, "> %s", v->input);
    pane_put(p, x, 0, '_', ROLE_STRONG);
    armed = p.h - 5 - armed < 2 ? 0 : armed;
    list = p.h - 5 - armed;
    pane_text(p, 2, 1, ROLE_DIM, "fault");
    pane_text(p, 25, 1, ROLE_DIM, "target");
    draw_faults(pane_sub(p, 0, 2, p.w, list), v, shown, count);
    if (count == 0)
        pane_text(p, 2, 2, ROLE_DIM,
                  v->fault_count ? "no fault has that in its name" : "the engine offers none");
    if (armed && run)
        draw_armed(pane_sub(p, 0, 2 + list, p.w, armed), run);
    pane_hline(p, 0, p.h - 3, p.w, GLYPH_LINE, ROLE_BOX);
    if (count && (size_t)v->choice < count)
        pane_printf(p, 0, p.h - 2, ROLE_NORMAL, "now: %s", v->faults[shown[v->choice]].line);
    pane_text_cut(p, 0, p.h - 1, p.w, ROLE_DIM,
                  "a fault is part of the run: step back and it has not happened");
}

/* ---- help ---- */

static const char *const legend[] = {
    "",
    "What the signs mean",
    "",
    "  0 \u25aa\u25aa[\u00b7\u00b7\u00b7\u25aa\u2503\u25aa~]\u25b8 4/7   input 0: newest left, "
    "oldest "
    "at the gate",
    "  [   ]      buffers of the receiver; left of [ is still with the sender",
    "  \u25aa row   \u25c7 late row   \u2503 barrier (its id beneath)   ~ watermark (its time "
    "beneath)",
    "  \u00b7 free place   i idle   a active again   e end of data   E end of the channel",
    "  \u2717 cancel marker: the checkpoint beneath it was given up",
    "  \u25b8 gate open   \u22a3 shut: waits for the barrier of the other inputs",
    "  4/7        buffers used and there; credit: how many more the sender may send",
    "  busy \u2588\u2588\u2591  working   bkpr \u2593\u2593\u2591  waiting for room downstream "
    "(backpressured)",
    "  \u2713 acked or up   \u2717 dead   wm watermark   chk checkpoint   (next) not yet happened",
};

enum { LEGEND_ROWS = sizeof legend / sizeof legend[0] };

int help_rows(void)
{
    return 2 + ACTION_COUNT - 1 + 3 + COMMAND_COUNT - 1 + LEGEND_ROWS;
}

static void help_key_row(struct pane p, int y, int index)
{
    const struct key_row *k = key_row((enum action)(index + 1));

    if (k == NULL)
        return;
    pane_text(p, 2, y, ROLE_SELECTED, k->keys);
    pane_text_cut(p, 14, y, p.w - 14, ROLE_NORMAL, k->help);
}

static void help_command_row(struct pane p, int y, int index)
{
    const struct command_row *c = command_row((enum command)(index + 1));

    if (c == NULL)
        return;
    pane_printf(p, 2, y, ROLE_SELECTED, ":%s %s", c->word, c->argument);
    pane_text_cut(p, 18, y, p.w - 18, ROLE_NORMAL, c->help);
}

static void help_row(struct pane p, int y, int row)
{
    int keys = 2, commands = keys + ACTION_COUNT - 1 + 3, signs = commands + COMMAND_COUNT - 1;

    if (row == 0)
        pane_text(p, 0, y, ROLE_STRONG, "Keys");
    else if (row >= keys && row < keys + ACTION_COUNT - 1)
        help_key_row(p, y, row - keys);
    else if (row == commands - 2)
        pane_text(p, 0, y, ROLE_STRONG, "Commands, after :");
    else if (row >= commands && row < signs)
        help_command_row(p, y, row - commands);
    else if (row >= signs && row < signs + LEGEND_ROWS)
        pane_text_cut(p, 0, y, p.w, row == signs + 1 ? ROLE_STRONG : ROLE_NORMAL,
                      legend[row - signs]);
}

static void draw_help(struct pane p, const struct view *v)
{
    int most, scroll;
    char word[32];

    snprintf(word, sizeof word, "%d lines", help_rows());
    p = open_box(p, 80, p.h - 2, "Help", word);
    most = help_rows() - p.h;
    scroll = v->scroll > most ? most : v->scroll;
    scroll = scroll < 0 ? 0 : scroll;
    for (int y = 0; y < p.h && scroll + y < help_rows(); y++)
        help_row(p, y, scroll + y);
}

/* ---- the engine is gone ---- */

static void draw_gone(struct pane p, const struct view *v)
{
    int y = 0;
    const char *at = v->gone_tail;

    p = open_box(p, 70, 14, "The engine ended", "");
    y += widget_wrap(p, y, ROLE_DEAD, v->gone_why);
    y += widget_wrap(p, y, ROLE_NORMAL,
                     "The last picture stays beneath. :restart starts it again, q quits.");
    if (*at)
        pane_text(p, 0, y++, ROLE_DIM, "its last words:");
    while (*at && y < p.h) {
        char line[200];
        size_t bytes = strcspn(at, "\n");

        snprintf(line, sizeof line, "%.*s", (int)(bytes < 190 ? bytes : 190), at);
        pane_text_cut(p, 0, y++, p.w, ROLE_NORMAL, line);
        at += bytes + (at[bytes] == '\n');
    }
}

void overlay_draw(struct pane p, const struct view *v, const struct run *run)
{
    switch (v->overlay) {
    case OVERLAY_HELP:
        draw_help(p, v);
        return;
    case OVERLAY_PALETTE:
        draw_palette(p, v, run);
        return;
    case OVERLAY_NONE:
    case OVERLAY_PROMPT:
    case OVERLAY_ASK:
        break;
    }
    if (v->gone)
        draw_gone(p, v);
}
