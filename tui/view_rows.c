/* The small sizes: one subtask a row without boxes, and below that only title, WHY and keys; and
 * the inspector that the widest size has at its right. */
#include <stdio.h>
#include <string.h>

#include "tui/format.h"
#include "tui/glyph.h"
#include "tui/task_box.h"
#include "tui/view.h"
#include "tui/widgets.h"

void view_small_draw(struct pane p, const struct view *v, const struct run *run,
                     const struct frame *f)
{
    char why[500];
    struct pane middle = pane_sub(p, 0, 1, p.w, p.h - 2);
    int x = pane_text(middle, 0, 0, ROLE_WHY, "WHY "), used;

    view_why(v, run, f, why, sizeof why);
    used = widget_wrap(pane_sub(middle, x, 0, middle.w - x, middle.h), 0, ROLE_WHY, why);
    for (size_t i = 0; i < f->task_count && used + 1 + (int)i < middle.h && i < 100; i++) {
        struct pane row = pane_sub(middle, 0, used + 1 + (int)i, middle.w, 1);
        const struct task *t = &f->tasks[i];

        task_box(row, t->name, t, LEVEL_LINE,
                 t->vertex == v->selected.vertex && t->subtask == v->selected.subtask);
    }
}

/* The gates of a task as far as they fit: "3/12 12/12". */
static void gates_in_words(struct pane p, int x, const struct task *t)
{
    for (size_t i = 0; i < t->channel_count && x < p.w; i++) {
        const struct channel *c = &t->channels[i];

        pane_put(p, x, 0, c->shut ? GLYPH_SHUT : GLYPH_OPEN, c->shut ? ROLE_BARRIER : ROLE_DIM);
        x = 1 + pane_printf(p, x + 1, 0,
                            c->used && c->used >= c->capacity ? ROLE_BKPR : ROLE_NORMAL,
                            "%lld/%lld", (long long)c->used, (long long)c->capacity);
    }
}

static void draw_task_row(struct pane p, const struct task *t, bool selected)
{
    enum role name = selected ? ROLE_SELECTED : ROLE_NORMAL, role;
    char word[64];
    int x;

    role = task_word(t, word, sizeof word);
    pane_text(p, 0, 0, name, selected ? "\u25b8" : " ");
    pane_text_cut(p, 1, 0, 11, name, t->name);
    pane_text_cut(p, 13, 0, 9, role, word);
    x = pane_printf(p, 23, 0, t->busy >= 900 ? ROLE_BUSY : ROLE_NORMAL, "%4lld%%",
                    (long long)(t->busy + 5) / 10);
    x = pane_printf(p, x + 1, 0, t->bkpr >= 500 ? ROLE_BKPR : ROLE_NORMAL, "%4lld%%",
                    (long long)(t->bkpr + 5) / 10);
    pane_text_cut(p, x + 2, 0, 11, ROLE_WATERMARK, format_wm_mid(t->has_wm, t->wm).text);
    gates_in_words(p, x + 14, t);
}

static size_t selected_row(const struct view *v, const struct frame *f)
{
    for (size_t i = 0; i < f->task_count; i++)
        if (f->tasks[i].vertex == v->selected.vertex && f->tasks[i].subtask == v->selected.subtask)
            return i;
    return 0;
}

void view_rows_draw(struct pane p, const struct view *v, const struct run *run,
                    const struct frame *f)
{
    int events = p.h >= 20 ? 4 : 2, rows = p.h - 6 - events, x;
    size_t here = selected_row(v, f), first = here >= (size_t)rows ? here - (size_t)rows + 1 : 0;
    char why[500];

    pane_text(p, 1, 1, ROLE_DIM, "task        does       busy  bkpr  watermark   gates");
    for (size_t i = first; i < f->task_count && i - first < (size_t)rows; i++)
        draw_task_row(pane_sub(p, 0, 2 + (int)(i - first), p.w, 1), &f->tasks[i], i == here);
    widget_checkpoint(pane_sub(p, 0, 2 + rows, p.w, 1), f, run_mark_at(run, f->step));
    widget_events(pane_sub(p, 0, 3 + rows, p.w, events), f);
    view_why(v, run, f, why, sizeof why);
    x = pane_text(p, 1, p.h - 3, ROLE_WHY, "WHY ");
    widget_wrap(pane_sub(p, x, p.h - 3, p.w - x, 2), 0, ROLE_WHY, why);
}

/* ---- the inspector ---- */

static void row_of(struct pane p, int *y, const char *name, enum role role, const char *text)
{
    pane_text(p, 0, *y, ROLE_DIM, name);
    pane_text_cut(p, 10, *y, p.w - 10, role, text);
    *y += 1;
}

static void number_row(struct pane p, int *y, const char *name, int64_t n)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)n);
    row_of(p, y, name, ROLE_NORMAL, text);
}

static void inspect_channel(struct pane p, int *y, const struct frame *f, const struct channel *c)
{
    char text[200];
    size_t waiting = c->queue_count + c->sent_count;

    snprintf(text, sizeof text, "%lld %s", (long long)c->index, f->tasks[c->from].name);
    pane_text_cut(p, 1, *y, 12, ROLE_NORMAL, text);
    pane_text(p, 14, *y, c->idle ? ROLE_DIM : ROLE_WATERMARK,
              c->idle ? "idle" : format_wm_mid(c->has_wm, c->wm).text);
    if (waiting && p.w > 34)
        pane_printf(p, 26, *y, ROLE_DIM, "%zu waiting", waiting);
    *y += 1;
}

static void inspect(struct pane p, const struct frame *f, const struct task *t)
{
    char text[300];
    int y = 0;
    enum role role = task_word(t, text, sizeof text);

    row_of(p, &y, "does", role, text);
    if (t->slow[0])
        row_of(p, &y, "slow", ROLE_BUSY, t->slow);
    snprintf(text, sizeof text, "%s, attempt %lld", t->worker, (long long)t->attempt);
    row_of(p, &y, "worker", ROLE_NORMAL, text);
    row_of(p, &y, "state", strcmp(t->state, "RUNNING") == 0 ? ROLE_NORMAL : ROLE_STRONG, t->state);
    number_row(p, &y, "rows in", t->in);
    number_row(p, &y, "rows out", t->out);
    row_of(p, &y, "watermark", ROLE_WATERMARK,
           p.w >= 30 ? format_wm(t->has_wm, t->wm).text : format_wm_mid(t->has_wm, t->wm).text);
    y++;
    if (t->channel_count) {
        pane_text(p, 0, y++, ROLE_STRONG, "watermark of each input");
        for (size_t i = 0; i < t->channel_count && y < p.h - 6; i++)
            inspect_channel(p, &y, f, &t->channels[i]);
        y++;
    }
    if (t->detail_count)
        pane_text(p, 0, y++, ROLE_STRONG, "inside");
    for (size_t i = 0; i < t->detail_count && y < p.h - 4; i++)
        pane_text_cut(p, 1, y++, p.w - 1, ROLE_NORMAL, t->detail[i]);
    y += t->detail_count > 0;
    pane_text(p, 0, y++, ROLE_STRONG, "why");
    y += widget_wrap(pane_sub(p, 1, 0, p.w - 1, p.h), y, ROLE_NORMAL,
                     t->why[0] ? t->why : "it waits for nobody");
}

static int plan_rows(const struct run *run)
{
    return run->plan_count == 0 ? 0 : run->plan_count > 5 ? 7 : (int)run->plan_count + 2;
}

static void draw_plan(struct pane p, const struct run *run)
{
    pane_text(p, 0, 0, ROLE_STRONG, "plan");
    for (size_t i = 0; i < run->plan_count && (int)i + 1 < p.h; i++) {
        int x = pane_printf(p, 1, (int)i + 1, ROLE_DIM, "%zu ", i);

        pane_text_cut(p, x, (int)i + 1, p.w - x, ROLE_BUSY, run->plan[i]);
    }
}

void view_inspector(struct pane p, const struct view *v, const struct run *run,
                    const struct frame *f)
{
    const struct task *t = frame_task(f, v->selected.vertex, v->selected.subtask);
    int plan = plan_rows(run);

    widget_box(p, &(struct box){.title = t ? t->name : "nothing selected",
                                .word = "",
                                .role = ROLE_BOX,
                                .title_role = ROLE_SELECTED});
    p = pane_sub(p, 2, 1, p.w - 4, p.h - 2);
    if (t)
        inspect(pane_sub(p, 0, 0, p.w, p.h - plan), f, t);
    draw_plan(pane_sub(p, 0, p.h - plan + 1, p.w, plan - 1), run);
}
