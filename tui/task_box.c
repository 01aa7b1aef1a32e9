#include "tui/task_box.h"

#include <stdio.h>
#include <string.h>

#include "tui/format.h"
#include "tui/glyph.h"
#include "tui/widgets.h"

const struct task *frame_task(const struct frame *f, uint32_t vertex, uint32_t subtask)
{
    for (size_t i = 0; i < f->task_count; i++)
        if (f->tasks[i].vertex == vertex && f->tasks[i].subtask == subtask)
            return &f->tasks[i];
    return NULL;
}

static size_t shut_gates(const struct task *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->channel_count; i++)
        n += t->channels[i].shut;
    return n;
}

enum role task_word(const struct task *t, char *word, size_t bytes)
{
    static const struct {
        const char *word;
        enum role role;
    } words[DOING_COUNT] = {[DOING_RUN] = {"run", ROLE_RUN},
                            [DOING_IDLE] = {"idle", ROLE_DIM},
                            [DOING_BKPR] = {"BKPR", ROLE_BKPR},
                            [DOING_ALIGN] = {"ALIGN", ROLE_BARRIER},
                            [DOING_SNAPSHOT] = {"SNAPSHOT", ROLE_BARRIER},
                            [DOING_FIRING] = {"FIRING", ROLE_WATERMARK},
                            [DOING_END] = {"end", ROLE_DIM},
                            [DOING_DEAD] = {"DEAD", ROLE_DEAD},
                            [DOING_ABSENT] = {"not yet", ROLE_DIM}};

    if (t->doing == DOING_ALIGN)
        snprintf(word, bytes, "ALIGN %zu/%zu", shut_gates(t), t->channel_count);
    else if (t->slow[0] && (t->doing == DOING_RUN || t->doing == DOING_IDLE))
        snprintf(word, bytes, "SLOW %.*s", (int)strcspn(t->slow, " "), t->slow);
    else
        snprintf(word, bytes, "%s", words[t->doing].word);
    return t->slow[0] && t->doing == DOING_RUN ? ROLE_BUSY : words[t->doing].role;
}

void task_details(const struct task *t, char *text, size_t bytes)
{
    size_t at = 0;

    text[0] = 0;
    for (size_t i = 0; i < t->detail_count && at < bytes; i++)
        at += (size_t)snprintf(text + at, bytes - at, "%s%s", i ? ", " : "", t->detail[i]);
}

static int percent(int64_t permille)
{
    return (int)((permille + 5) / 10);
}

/* Facts are separated by ", "; those that do not fit are left out whole. */
static void put_facts(struct pane p, int x, int y, int w, const char *facts)
{
    char text[300];
    char *end = text + snprintf(text, sizeof text - 8, "%.250s", facts);

    while (text_width(text) > w - (*facts && strcmp(text, facts) != 0 ? 2 : 0)) {
        while (end > text && strncmp(end, ", ", 2) != 0)
            end--;
        if (end == text) { /* not even one */
            pane_text_cut(p, x, y, w, ROLE_NORMAL, facts);
            return;
        }
        *end = 0;
    }
    x = pane_text(p, x, y, ROLE_NORMAL, text);
    if (strcmp(text, facts) != 0)
        pane_text(p, x, y, ROLE_DIM, " \u2026");
}

struct meter {
    const char *name;
    int64_t permille;
    uint32_t full;
    enum role role;
    const char *note;
};

/* "busy ████░░  62%", then the note in what is left of the row. */
static void meter(struct pane p, int y, const struct meter *m)
{
    int bar = p.w >= 60 ? 12 : p.w >= 40 ? 8 : p.w >= 14 ? 6 : 0, x;

    x = pane_text(p, 0, y, ROLE_NORMAL, m->name) + 1;
    widget_bar(pane_sub(p, x, y, bar, 1), m->permille, m->full, m->role);
    x = pane_printf(p, x + bar, y, m->permille >= 500 ? m->role : ROLE_NORMAL, "%4d%%",
                    percent(m->permille));
    put_facts(p, x + 2, y, p.w - x - 2, m->note);
}

static void meters(struct pane p, int y, const struct task *t, const char *first,
                   const char *second)
{
    enum role busy = t->busy >= 900 ? ROLE_BUSY : ROLE_RUN;

    meter(p, y, &(struct meter){"busy", t->busy, GLYPH_FULL, busy, first});
    meter(p, y + 1, &(struct meter){"bkpr", t->bkpr, GLYPH_HELD, ROLE_BKPR, second});
}

/* Everything on one row: "busy 62 bkpr  0 wm 01:24". */
static void summary(struct pane p, int x, int y, const struct task *t)
{
    struct formatted tiny = format_wm_tiny(t->has_wm, t->wm);

    x = pane_text(p, x, y, ROLE_DIM, p.w - x > 22 ? "busy" : "b");
    x = pane_printf(p, x, y, t->busy >= 900 ? ROLE_BUSY : ROLE_NORMAL, "%4d%% ", percent(t->busy));
    x = pane_text(p, x, y, ROLE_DIM, p.w - x > 16 ? "bkpr" : "p");
    x = pane_printf(p, x, y, t->bkpr >= 500 ? ROLE_BKPR : ROLE_NORMAL, "%4d%% ", percent(t->bkpr));
    if (p.w - x >= 3 + text_width(tiny.text)) {
        x = pane_text(p, x, y, ROLE_DIM, "wm ");
        pane_text(p, x, y, ROLE_WATERMARK, tiny.text);
    }
}

static void source_rows(struct pane p, int y, const struct task *t)
{
    char text[200];
    int x = pane_printf(p, 0, y, ROLE_NORMAL, "out %lld", (long long)t->out);

    task_details(t, text, sizeof text);
    if (p.w - x > 2 + text_width(text))
        pane_text(p, p.w - text_width(text), y, ROLE_DIM, text);
    x = pane_text(p, 0, y + 1, ROLE_DIM, "wm ");
    pane_text_cut(p, x, y + 1, p.w - x, ROLE_WATERMARK,
                  p.w - x >= 19 ? format_wm(t->has_wm, t->wm).text
                                : format_wm_mid(t->has_wm, t->wm).text);
}

/* The three rows of LEVEL_DETAIL: counts and watermark, operator facts, cause. */
static void detail_rows(struct pane p, int y, const struct task *t)
{
    char text[300];
    struct formatted wm = p.w >= 40 ? format_wm(t->has_wm, t->wm) : format_wm_mid(t->has_wm, t->wm);
    int x = pane_text(p, 0, y, ROLE_DIM, "wm ");

    x = pane_text(p, x, y, ROLE_WATERMARK, wm.text);
    snprintf(text, sizeof text, "in %lld out %lld", (long long)t->in, (long long)t->out);
    if (p.w - x > text_width(text))
        pane_text(p, p.w - text_width(text), y, ROLE_NORMAL, text);
    task_details(t, text, sizeof text);
    put_facts(p, 0, y + 1, p.w, text);
    pane_text_cut(p, 0, y + 2, p.w, ROLE_DIM, t->why);
}

static void inside(struct pane p, const struct task *t, enum level level)
{
    int gate = level >= LEVEL_FULL ? 2 : 1, y = 0;
    char text[200], wm[FORMAT_BYTES + 4];

    if (t->doing >= DOING_DEAD && p.h > 1) { /* it has no gates and no clock to show */
        widget_wrap(p, 0, ROLE_DIM, t->why);
        return;
    }
    if (level == LEVEL_BAR) {
        summary(p, 0, 0, t);
        return;
    }
    for (size_t i = 0; i < t->channel_count && y + gate < p.h; i++, y += gate)
        widget_gate(pane_sub(p, 0, y, p.w, gate), &t->channels[i]);
    if (level == LEVEL_GATES) {
        summary(p, 0, p.h - 1, t);
        return;
    }
    y = p.h - (level == LEVEL_DETAIL ? 5 : t->channel_count ? 2 : 4);
    if (level == LEVEL_FULL && t->channel_count) {
        snprintf(wm, sizeof wm, "wm %s",
                 p.w < 34 ? format_wm_tiny(t->has_wm, t->wm).text
                          : format_wm_mid(t->has_wm, t->wm).text);
        task_details(t, text, sizeof text);
        meters(p, y, t, wm, text);
        return;
    }
    meters(p, y, t, "", "");
    if (level == LEVEL_DETAIL)
        detail_rows(p, y + 2, t);
    else
        source_rows(p, y + 2, t);
}

static void one_line(struct pane p, const char *name, const struct task *t, bool selected)
{
    char word[64];
    enum role role = t ? task_word(t, word, sizeof word) : ROLE_DIM;
    int x = pane_text(p, 0, 0, ROLE_SELECTED, selected ? "\u25b8" : " ");

    x = pane_text(p, x, 0, selected ? ROLE_SELECTED : ROLE_NORMAL, name) + 1;
    if (t == NULL)
        return;
    x = pane_text_cut(p, x, 0, p.w - x, role, word) + 1;
    if (p.w - x >= 14)
        summary(p, x, 0, t);
}

void task_box(struct pane p, const char *name, const struct task *t, enum level level,
              bool selected)
{
    char word[64] = "not there", title[100];
    enum role role = t ? task_word(t, word, sizeof word) : ROLE_DIM;
    bool dead = t && t->doing == DOING_DEAD;

    if (level == LEVEL_LINE || p.h < 3) {
        one_line(p, name, t, selected);
        return;
    }
    snprintf(title, sizeof title, "%s%s", selected ? "\u25b8" : "", name);
    pane_fill(p, ' ', ROLE_NORMAL);
    widget_box(p, &(struct box){.title = title,
                                .word = word,
                                .role = dead       ? ROLE_DEAD
                                        : selected ? ROLE_SELECTED
                                                   : ROLE_BOX,
                                .title_role = selected ? ROLE_SELECTED : ROLE_NORMAL,
                                .word_role = role});
    if (t)
        inside(pane_sub(p, 1, 1, p.w - 2, p.h - 2), t, level);
}

/* One cell a subtask, eighths by load; what does not fit is left out. */
static void strip(struct pane p, int y, const char *name, const struct frame *f, uint32_t vertex,
                  bool busy)
{
    static const uint32_t eighths[] = {0x2581, 0x2581, 0x2582, 0x2583, 0x2584,
                                       0x2585, 0x2586, 0x2587, 0x2588};
    int x = pane_text(p, 0, y, ROLE_NORMAL, name) + 1;

    for (size_t i = 0; i < f->task_count && x < p.w; i++) {
        const struct task *t = &f->tasks[i];
        int64_t v = busy ? t->busy : t->bkpr;

        if (t->vertex != vertex)
            continue;
        if (t->doing == DOING_DEAD)
            pane_put(p, x++, y, 0x2717, ROLE_DEAD);
        else
            pane_put(p, x++, y, eighths[v * 8 / 1000], busy ? ROLE_BUSY : ROLE_BKPR);
    }
}

void task_strip(struct pane p, const struct run *run, const struct frame *f, uint32_t vertex,
                bool selected)
{
    char title[120];

    snprintf(title, sizeof title, "%s x %u", run->vertices[vertex].short_name,
             run->vertices[vertex].parallelism);
    pane_fill(p, ' ', ROLE_NORMAL);
    if (p.h < 4) {
        strip(p, 0, run->vertices[vertex].short_name, f, vertex, true);
        return;
    }
    widget_box(p, &(struct box){.title = title,
                                .word = "",
                                .role = selected ? ROLE_SELECTED : ROLE_BOX,
                                .title_role = ROLE_NORMAL});
    p = pane_sub(p, 1, 1, p.w - 2, p.h - 2);
    strip(p, 0, "busy", f, vertex, true);
    strip(p, 1, "bkpr", f, vertex, false);
}
