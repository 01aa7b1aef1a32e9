#include <stdio.h>
#include <string.h>

#include "tui/format.h"
#include "tui/glyph.h"
#include "tui/keys.h"
#include "tui/task_box.h"
#include "tui/view.h"
#include "tui/widgets.h"
#include "tui/wires.h"

void view_why(const struct view *v, const struct run *run, const struct frame *f, char *text,
              size_t bytes)
{
    const struct task *t = f && v->picked ? frame_task(f, v->selected.vertex, v->selected.subtask)
                                          : NULL;

    if (v->gone)
        snprintf(text, bytes, "nothing moves: the engine has ended; :restart starts it again");
    else if (f == NULL)
        snprintf(text, bytes, "nothing is shown: the engine has not answered yet");
    else if (t && t->why[0])
        snprintf(text, bytes, "%s %s", t->name, t->why);
    else if (f->why[0])
        snprintf(text, bytes, "%s", f->why);
    else if (f->step >= f->steps)
        snprintf(text, bytes, "the run is over: %s after %lld steps", run->end_state,
                 (long long)f->steps);
    else
        snprintf(text, bytes, "nobody waits at step %lld", (long long)f->step);
}

void view_title(struct pane p, const struct view *v, const struct run *run, const struct frame *f)
{
    char right[160] = "", speed[16];
    const char *state = v->gone ? "NO ENGINE" : v->paused ? "PAUSED" : "RUNNING";
    int w, x;

    pane_hline(p, 0, 0, p.w, ' ', ROLE_TITLE);
    snprintf(speed, sizeof speed, "x%d", 1 << v->speed);
    if (f)
        snprintf(right, sizeof right, "%s  step %lld/%lld  t %s  %s ", state, (long long)f->step,
                 (long long)f->steps, format_us(f->us).text, speed);
    if (f && text_width(right) > p.w - 8)
        snprintf(right, sizeof right, "%s %lld/%lld", state, (long long)f->step,
                 (long long)f->steps);
    w = text_width(right);
    if (w > p.w - 8) {
        pane_text_cut(p, 0, 0, p.w, ROLE_TITLE, right[0] ? right : " weir");
        return;
    }
    x = pane_text(p, 0, 0, ROLE_TITLE, " weir ");
    if (run && p.w - w - x > 8) {
        x = pane_text(p, x, 0, ROLE_TITLE, p.w - w - x > 16 ? "   \u00b7 " : "\u00b7 ");
        pane_text_cut(p, x, 0, p.w - w - x - 1, ROLE_TITLE, run->job);
    }
    pane_text(p, p.w - w, 0, ROLE_TITLE, right);
}

static int draw_workers(struct pane p, const struct frame *f, int room)
{
    char text[300];
    size_t at = 0;
    int w, x;

    text[0] = 0;
    if (f->attempt)
        at = (size_t)snprintf(text, sizeof text, "attempt %lld ", (long long)f->attempt);
    for (size_t i = 0; i < f->worker_count && at < sizeof text; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, " %s%s", f->workers[i].name,
                               strcmp(f->workers[i].state, "up") == 0     ? "\u2713"
                               : strcmp(f->workers[i].state, "dead") == 0 ? "\u2717"
                                                                          : "\u2026");
    w = text_width(text);
    if (w > room)
        return 0;
    x = p.w - w;
    for (const char *c = text; *c;) {
        uint32_t ch = utf8_take(&c);

        pane_put(p, x++, 0, ch, ch == 0x2717 ? ROLE_DEAD : ch == 0x2713 ? ROLE_ACKED : ROLE_DIM);
    }
    return w;
}

static void draw_tabs(struct pane p, const struct frame *f)
{
    static const char *const names[] = {"Lab", "Run", "Time", "Ckpt", "State", "Skew", "Log"};
    int x = 1;

    for (int i = 0; i < 7; i++)
        x = 2 + pane_printf(p, x, 0, i == 1 ? ROLE_SELECTED : ROLE_DIM,
                            i == 1 ? "[%d %s]" : "%d %s", i + 1, names[i]);
    if (f)
        draw_workers(p, f, p.w - x);
}

/* "a label it" is a vertex: "KEYBY origin > window p2", "SOURCE csv p2". */
static void vertex_label(const struct run *run, uint32_t vertex, char *text, size_t bytes)
{
    const struct vertex *v = &run->vertices[vertex];

    for (size_t i = 0; i < run->edge_count; i++)
        if (run->edges[i].to == vertex && strcmp(run->edges[i].ship, "HASH") == 0) {
            snprintf(text, bytes, "KEYBY %s \u25b8 %s p%u", run->edges[i].key, v->name,
                     v->parallelism);
            return;
        }
    snprintf(text, bytes, "%s%s p%u",
             strcmp(v->kind, "source") == 0 ? "SOURCE "
             : strcmp(v->kind, "sink") == 0 ? "SINK "
                                            : "",
             v->name, v->parallelism);
}

static void draw_headers(struct pane p, const struct run *run, const struct layout *l)
{
    for (size_t i = 0; i < l->column_count; i++) {
        const struct column *c = &l->columns[i];
        char all[400] = "", one[160];
        size_t at = 0;

        for (uint32_t v = 0; v < run->vertex_count && at < sizeof all; v++) {
            if (l->depth[v] != i)
                continue;
            vertex_label(run, v, one, sizeof one);
            at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", at ? ", " : "", one);
        }
        pane_text_cut(p, c->x, 0, c->w + 3, ROLE_STRONG, all);
    }
}

static void draw_folded(struct pane p, const struct run *run, const struct frame *f,
                        const struct place *place, bool selected)
{
    const struct task *t = frame_task(f, place->vertex, place->subtask);
    char word[64] = "-", name[80];
    enum role role = t ? task_word(t, word, sizeof word) : ROLE_DIM;

    snprintf(name, sizeof name, "%s[%u]", run->vertices[place->vertex].short_name, place->subtask);
    pane_fill(p, ' ', ROLE_NORMAL);
    if (p.h < 3) {
        pane_text_cut(p, 0, 0, p.w, role, name);
        return;
    }
    widget_box(p,
               &(struct box){.title = "", .word = "", .role = selected ? ROLE_SELECTED : ROLE_BOX});
    pane_text_cut(p, 1, 0, p.w - 2, ROLE_NORMAL, name);
    pane_text_cut(p, 1, 1, p.w - 2, role, word);
}

static void draw_place(struct pane graph, const struct view *v, const struct run *run,
                       const struct frame *f, const struct place *place, bool folded)
{
    struct pane p = pane_sub(graph, place->at.x, place->at.y, place->at.w, place->at.h);
    bool selected = v->selected.vertex == place->vertex && v->selected.subtask == place->subtask;
    char name[100];

    if (place->at.h == 0 || place->kind == PLACE_WIRE)
        return;
    if (place->kind == PLACE_STRIP) {
        task_strip(p, run, f, place->vertex, v->selected.vertex == place->vertex);
        return;
    }
    if (folded) {
        draw_folded(p, run, f, place, selected);
        return;
    }
    snprintf(name, sizeof name, "%s[%u]", run->vertices[place->vertex].short_name, place->subtask);
    task_box(p, name, frame_task(f, place->vertex, place->subtask), place->level, selected);
}

/* Row 0 names the columns, the rest is the graph. */
static void draw_graph(struct pane p, const struct view *v, const struct run *run,
                       const struct frame *f)
{
    struct pane graph = pane_sub(p, 0, 1, p.w, p.h - 1);
    struct layout l;

    layout_init(&l, run, graph.w, graph.h, v->selected);
    draw_headers(p, run, &l);
    wires_draw(graph, run, &l);
    for (size_t c = 0; c < l.column_count; c++)
        for (size_t i = 0; i < l.columns[c].count; i++)
            draw_place(graph, v, run, f, &l.places[l.columns[c].first + i], l.columns[c].folded);
    layout_done(&l);
}

/* Two rows; `keep_first`: the upper shows something else unless the text needs it. */
static void draw_why(struct pane p, const struct view *v, const struct run *run,
                     const struct frame *f, bool keep_first)
{
    char why[500];
    int x;

    view_why(v, run, f, why, sizeof why);
    if (p.h > 1 && text_width(why) <= p.w - 5 && keep_first)
        p = pane_sub(p, 0, 1, p.w, 1);
    pane_fill(p, ' ', ROLE_NORMAL);
    x = pane_text(p, 1, 0, ROLE_WHY, "WHY ");
    widget_wrap(pane_sub(p, x, 0, p.w - x, p.h), 0, ROLE_WHY, why);
}

/* Title, tabs, graph, checkpoint line, events, WHY, hints: from the outside in. */
static void draw_boxes(struct pane p, const struct view *v, const struct run *run,
                       const struct frame *f)
{
    bool wide = size_class_of(p.w, p.h) == SIZE_WIDE;
    int line = p.h >= 30 ? 1 : 0; /* room for the timeline */
    int side = wide ? (p.w > 180 ? 44 : p.w > 140 ? 36 : 31) : 0, why = wide ? 2 : 1;
    int events = wide ? (p.h - 24) / 3 + 2 : 2 + (p.h - 24) / 3, graph;

    events = (events > 14 ? 14 : events) - line;
    graph = p.h - 2 - 1 - line - events - why - 1;
    draw_tabs(pane_sub(p, 0, 1, p.w, 1), f);
    draw_graph(pane_sub(p, 0, 2, p.w - (side ? side + 1 : 0), graph), v, run, f);
    if (side)
        view_inspector(pane_sub(p, p.w - side, 2, side, graph), v, run, f);
    widget_checkpoint(pane_sub(p, 0, 2 + graph, p.w, 1), f, run_mark_at(run, f->step));
    if (line)
        widget_timeline(pane_sub(p, 0, 3 + graph, p.w, 1), run, f->step);
    widget_events(pane_sub(p, 0, 3 + graph + line, p.w, events), f);
    draw_why(pane_sub(p, 0, p.h - 3, p.w, 2), v, run, f, why == 1);
}

static void put_hint(struct pane p, int *x, int end, const char *keys, const char *word)
{
    char text[80];

    if (strcmp(keys, "Space") == 0)
        keys = "Spc";
    snprintf(text, sizeof text, "%.*s %s  ", (int)strcspn(keys, " "), keys, word);
    if (*x + text_width(text) <= end)
        *x = pane_text(p, *x, 0, ROLE_HINT, text);
}

/* Generated from the keys; the way to help and out comes last and is never cut. */
static void draw_key_hints(struct pane p)
{
    const char *last = p.w >= 24 ? "? help  q quit " : "? q ";
    int x = 1, end = p.w - text_width(last);

    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (key_row((enum action)a)->word[0])
            put_hint(p, &x, end, key_row((enum action)a)->keys, key_row((enum action)a)->word);
    pane_text(p, x < end ? x : end, 0, ROLE_HINT, last);
}

void view_hints(struct pane p, const struct view *v, const struct run *run)
{
    enum role role = v->notice[0] || v->overlay == OVERLAY_ASK ? ROLE_NOTICE : ROLE_HINT;
    int x;

    pane_hline(p, 0, 0, p.w, ' ', role);
    if (v->overlay == OVERLAY_PROMPT) {
        int skip = text_width(v->input) - (p.w - 4);
        const char *from = v->input;

        while (skip-- > 0 && *from)
            utf8_take(&from);
        x = pane_printf(p, 1, 0, ROLE_HINT, ":%s", from);
        pane_put(p, x, 0, '_', ROLE_HINT);
    } else if (v->overlay == OVERLAY_ASK && run) {
        pane_printf(p, 1, 0, role, "Drop all %zu plan lines and run without them?  y / n",
                    run->plan_count);
    } else if (v->overlay == OVERLAY_PALETTE) {
        pane_text_cut(p, 1, 0, p.w - 1, ROLE_HINT,
                      "type to filter   Up Down choose   Enter arm   Esc close");
    } else if (v->overlay == OVERLAY_HELP) {
        pane_text_cut(p, 1, 0, p.w - 1, ROLE_HINT, "j k scroll   Esc back");
    } else if (v->notice[0]) {
        pane_text_cut(p, 1, 0, p.w - 2, role, v->notice);
    } else {
        draw_key_hints(p);
    }
}

static void draw_tiny(struct pane p)
{
    char text[80];

    snprintf(text, sizeof text, "need 20x5, have %dx%d, q quits", p.w, p.h);
    widget_wrap(p, 0, ROLE_NORMAL, text);
}

static void draw_waiting(struct pane p, const struct view *v)
{
    char why[200];

    view_why(v, NULL, NULL, why, sizeof why);
    widget_wrap(pane_sub(p, 1, 2, p.w - 2, p.h - 3), 0, ROLE_WHY, why);
}

void view_run_draw(struct grid *g, const struct view *v, const struct run *run,
                   const struct frame *f)
{
    struct pane p = grid_pane(g);
    enum size_class size = size_class_of(g->cols, g->rows);

    grid_blank(g);
    if (size == SIZE_TINY) {
        draw_tiny(p);
        return;
    }
    view_title(p, v, run, f);
    if (run == NULL || f == NULL)
        draw_waiting(p, v);
    else if (size == SIZE_SMALL)
        view_small_draw(p, v, run, f);
    else if (size == SIZE_ROWS)
        view_rows_draw(p, v, run, f);
    else
        draw_boxes(p, v, run, f);
    overlay_draw(p, v, run);
    view_hints(pane_sub(p, 0, p.h - 1, p.w, 1), v, run);
}
