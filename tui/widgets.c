#include "tui/widgets.h"

#include <stdlib.h>
#include <string.h>

#include "tui/format.h"
#include "tui/glyph.h"

void widget_bar(struct pane p, int64_t permille, uint32_t full, enum role role)
{
    int w = p.w;
    int64_t cells = permille <= 0 ? 0 : permille >= 1000 ? w : (permille * w + 500) / 1000;

    if (cells == 0 && permille > 0)
        cells = 1;
    pane_hline(p, 0, 0, w, GLYPH_EMPTY, ROLE_BOX);
    pane_hline(p, 0, 0, (int)cells, full, role);
}

/* ---- box ---- */

static void box_frame(struct pane p, const struct box *b)
{
    static const uint32_t light[] = {0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518};
    static const uint32_t heavy[] = {0x2550, 0x2551, 0x2554, 0x2557, 0x255a, 0x255d};
    const uint32_t *g = b->heavy ? heavy : light;
    int right = p.w - 1, bottom = p.h - 1;

    pane_hline(p, 1, 0, p.w - 2, g[0], b->role);
    pane_hline(p, 1, bottom, p.w - 2, g[0], b->role);
    for (int y = 1; y < bottom && y < p.clip_y1 - p.y; y++) {
        pane_put(p, 0, y, g[1], b->role);
        pane_put(p, right, y, g[1], b->role);
    }
    pane_put(p, 0, 0, g[2], b->role);
    pane_put(p, right, 0, g[3], b->role);
    pane_put(p, 0, bottom, g[4], b->role);
    pane_put(p, right, bottom, g[5], b->role);
}

/* In a tight box the title begins one cell earlier and the word ends one later. */
void widget_box(struct pane p, const struct box *b)
{
    int title = text_width(b->title), word = text_width(b->word);
    int in = title + word + 9 > p.w ? 0 : 1, end;

    if (p.w < 2 || p.h < 2)
        return;
    box_frame(p, b);
    if (word + 7 > p.w - 4)
        word = 0;
    if (title && p.w > 6) {
        int w = p.w - 4 - 2 * in - (word ? word + 3 : 0);

        pane_put(p, 1 + in, 0, ' ', b->title_role);
        end = pane_text_cut(p, 2 + in, 0, w, b->title_role, b->title);
        pane_put(p, end, 0, ' ', b->title_role);
    }
    if (word) {
        pane_put(p, p.w - 3 - in - word, 0, ' ', b->word_role);
        end = pane_text(p, p.w - 2 - in - word, 0, b->word_role, b->word);
        pane_put(p, end, 0, ' ', b->word_role);
    }
}

/* ---- gate ---- */

static void put_element(struct pane p, int x, int y, const struct element *e, bool far)
{
    switch (e->kind) {
    case 'r':
        pane_put(p, x, y, GLYPH_ROW, far ? ROLE_DIM : ROLE_NORMAL);
        return;
    case 'l':
        pane_put(p, x, y, GLYPH_LATE, ROLE_LATE);
        return;
    case 'b':
        pane_put(p, x, y, GLYPH_BARRIER, ROLE_BARRIER);
        return;
    case 'c':
        pane_put(p, x, y, GLYPH_CANCEL, ROLE_BARRIER);
        return;
    case 'w':
        pane_put(p, x, y, GLYPH_WATERMARK, ROLE_WATERMARK);
        return;
    default:
        pane_put(p, x, y, (uint8_t)e->kind, ROLE_DIM);
    }
}

/* Oldest at the right end of `w` cells from x, then `free_cells` free ones, then blanks. */
static void put_elements(struct pane p, int x, int w, const struct element *e, size_t count,
                         int64_t free_cells)
{
    size_t shown = count > (size_t)w ? (size_t)w : count;
    int rest = w - (int)shown, dots = free_cells < rest ? (int)free_cells : rest;

    for (size_t i = 0; i < shown; i++)
        put_element(p, x + w - 1 - (int)i, 0, &e[i], free_cells < 0);
    if (count > shown && w > 0)
        pane_put(p, x, 0, GLYPH_MORE, ROLE_DIM);
    pane_hline(p, x + rest - (dots > 0 ? dots : 0), 0, dots, GLYPH_FREE, ROLE_BOX);
}

/* Where a label of n columns finds room: beginning under its cell, else ending there; -1: nowhere.
 * `taken` has a free column beyond the last. */
static int label_place(const bool *taken, int at, int n, int first, int end)
{
    for (int from = at; from == at || (from == at - n + 1 && n > 1); from -= n > 1 ? n - 1 : 1) {
        int k = 0;

        if (from < first || from + n > end || (from > first && taken[from - 1]))
            continue;
        while (k <= n && !taken[from + k])
            k++;
        if (k > n)
            return from;
    }
    return -1;
}

/* Barrier ids, then watermarks where there is room. */
static void put_labels(struct pane p, int x, int w, int end, const struct channel *c)
{
    bool taken[GRID_COLS_MAX + 64] = {false};
    size_t shown = c->queue_count > (size_t)w ? (size_t)w - 1 : c->queue_count;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < shown; i++) {
            const struct element *e = &c->queue[i];
            int at, n;
            struct formatted f = format_wm_tiny(true, e->value);

            if (strchr(pass == 0 ? "bc" : "w", e->kind) == NULL)
                continue;
            if (pass == 0)
                snprintf(f.text, sizeof f.text, "%lld", (long long)e->value);
            n = text_width(f.text);
            at = label_place(taken, x + w - 1 - (int)i, n, x, end);
            if (at < 0)
                continue;
            pane_text(p, at, 1, pass == 0 ? ROLE_BARRIER : ROLE_WATERMARK, f.text);
            memset(taken + at, true, (size_t)n);
        }
}

static size_t rows_ahead(const struct channel *c)
{
    for (size_t i = 0; i < c->queue_count; i++)
        if (c->queue[i].kind == 'b')
            return i;
    return 0;
}

/* The most telling fact beneath the gate. */
static enum role gate_fact(const struct channel *c, char *text, size_t bytes)
{
    if (c->shut) {
        snprintf(text, bytes, "shut");
        return ROLE_BARRIER;
    }
    if (rows_ahead(c)) {
        snprintf(text, bytes, "%zu ahead", rows_ahead(c));
        return ROLE_BARRIER;
    }
    if (c->idle) {
        snprintf(text, bytes, "idle");
        return ROLE_DIM;
    }
    snprintf(text, bytes, "credit %lld", (long long)c->credit);
    return c->credit == 0 ? ROLE_BKPR : ROLE_DIM;
}

void widget_gate(struct pane p, const struct channel *c)
{
    char label[24], fill[48], fact[32];
    int left, room, cells, wire, gate;
    enum role role;

    snprintf(label, sizeof label, "%lld", (long long)c->index);
    snprintf(fill, sizeof fill, "%2lld/%lld", (long long)c->used, (long long)c->capacity);
    left = pane_text(p, 0, 0, ROLE_DIM, label);
    room = p.w - left - 3 - 1 - (int)strlen(fill);
    if (room > GRID_COLS_MAX - left - 8)
        room = GRID_COLS_MAX - left - 8;
    if (room < 1) {
        pane_text_cut(p, left + 1, 0, p.w - left - 1, ROLE_NORMAL, fill);
        return;
    }
    wire = room >= 40 ? 12 : room >= 16 ? room / 4 : room / 3;
    cells = c->capacity >= 8 && c->capacity <= room ? (int)c->capacity : room - wire;
    wire = room - cells > 14 ? 14 : room - cells;
    put_elements(p, left, wire, c->sent, c->sent_count, -1);
    pane_put(p, left + wire, 0, '[', ROLE_BOX);
    put_elements(p, left + wire + 1, cells, c->queue, c->queue_count,
                 c->capacity > c->used ? c->capacity - c->used : 0);
    gate = left + wire + 1 + cells;
    pane_put(p, gate, 0, ']', ROLE_BOX);
    pane_put(p, gate + 1, 0, c->shut ? GLYPH_SHUT : GLYPH_OPEN,
             c->shut ? ROLE_BARRIER : ROLE_NORMAL);
    pane_text(p, gate + 3, 0, c->used >= c->capacity && c->used ? ROLE_BKPR : ROLE_NORMAL, fill);
    if (p.h < 2)
        return;
    role = gate_fact(c, fact, sizeof fact);
    put_labels(p, left + wire + 1, cells, p.w - (int)strlen(fact) - 1, c);
    pane_text(p, p.w - (int)strlen(fact), 1, role, fact);
}

/* ---- lines ---- */

static int put_acks(struct pane p, int x, const struct frame *f)
{
    const struct checkpoint *c = &f->checkpoint;

    for (size_t i = 0; i < c->ack_count && x < p.w; i++) {
        enum role role = c->acks[i].acked ? ROLE_ACKED : ROLE_NORMAL;

        x = pane_text(p, x, 0, role, f->tasks[c->acks[i].task].name);
        x = pane_text(p, x, 0, role, c->acks[i].acked ? " \u2713 " : " \u00b7 ");
    }
    return x;
}

static int acks_width(const struct frame *f)
{
    int w = 0;

    for (size_t i = 0; i < f->checkpoint.ack_count && w < GRID_COLS_MAX; i++)
        w += text_width(f->tasks[f->checkpoint.acks[i].task].name) + 3;
    return w;
}

/* Every task with its sign where there is room, else those that are waited for. */
static int put_pending(struct pane p, int x, const struct frame *f, int room)
{
    const struct checkpoint *c = &f->checkpoint;
    char text[400] = "waits for";
    size_t acked = 0, at = strlen(text);

    for (size_t i = 0; i < c->ack_count; i++) {
        acked += c->acks[i].acked;
        if (!c->acks[i].acked && at < sizeof text)
            at += (size_t)snprintf(text + at, sizeof text - at, " %s",
                                   f->tasks[c->acks[i].task].name);
    }
    x = pane_printf(p, x, 0, ROLE_NORMAL, " acks %zu/%zu  ", acked, c->ack_count);
    if (acks_width(f) < room - x)
        return put_acks(p, x, f);
    if (acked == c->ack_count || room - x < 16)
        return x;
    x = pane_text_cut(p, x, 0, room - x - 1, ROLE_NORMAL, text);
    pane_put(p, x, 0, ' ', ROLE_NORMAL);
    return x + 1;
}

void widget_checkpoint(struct pane p, const struct frame *f, const struct mark *here)
{
    const struct checkpoint *c = &f->checkpoint;
    int mark = here ? text_width(here->text) + 8 : 0, x;

    pane_hline(p, 0, 0, p.w, GLYPH_LINE, ROLE_BOX);
    if (mark > p.w / 2)
        mark = p.w / 2;
    if (strcmp(c->state, "none") == 0) {
        x = pane_text(p, 2, 0, ROLE_DIM, " no checkpoint yet ");
    } else {
        x = pane_printf(p, 1, 0, ROLE_BARRIER, " chk %lld", (long long)c->cp_id);
        x = pane_printf(p, x, 0, ROLE_NORMAL, " %s ", c->type);
        x = pane_printf(p, x, 0, strcmp(c->state, "completed") == 0 ? ROLE_ACKED : ROLE_STRONG,
                        "%s ", c->state);
        x = put_pending(p, x, f, p.w - mark - 1);
    }
    if (f->last_completed && f->last_completed != c->cp_id && p.w - mark - x > 20)
        pane_printf(p, x, 0, ROLE_DIM, " last complete %lld ", (long long)f->last_completed);
    if (here) {
        pane_text(p, p.w - mark, 0, ROLE_STRONG, " here: ");
        pane_text_cut(p, p.w - mark + 7, 0, mark - 8, ROLE_STRONG, here->text);
        pane_put(p, p.w - 1, 0, ' ', ROLE_NORMAL);
    }
}

static void put_event(struct pane p, int y, const struct event *e, bool now, bool next)
{
    enum role role = next ? ROLE_FUTURE : now ? ROLE_STRONG : ROLE_NORMAL;
    int x = pane_printf(p, 0, y, role, "%s%6lld %9s ", now ? "\u25b8" : " ", (long long)e->step,
                        format_ms(e->us).text);
    int end = next ? p.w - 7 : p.w;

    pane_text_cut(p, x, y, 10, role, e->actor);
    x += p.w >= 76 ? 11 : text_width(e->actor) + 1;
    pane_text_cut(p, x, y, end - x, role, e->text);
    if (next)
        pane_text(p, end, y, ROLE_FUTURE, " (next)");
}

void widget_events(struct pane p, const struct frame *f)
{
    int next = p.h > 5 ? 2 : p.h > 1 ? 1 : 0, past = p.h - next;

    if ((size_t)next > f->next_count)
        next = (int)f->next_count;
    for (int i = 0; i < past; i++) {
        size_t back = (size_t)(past - i);
        const struct event *e;

        if (back > f->event_count)
            continue;
        e = &f->events[f->event_count - back];
        put_event(p, i, e, e->step == f->step, false);
    }
    for (int i = 0; i < next; i++)
        put_event(p, past + i, &f->next[i], false, true);
}

int widget_wrap(struct pane p, int y, enum role role, const char *text)
{
    int first = y;

    while (*text && p.w > 0) {
        const char *at = text, *blank = NULL;
        char line[4 * GRID_COLS_MAX + 8];
        size_t bytes;
        int w = 0;

        while (*at && w < p.w && (size_t)(at - text) < sizeof line - 8) {
            if (*at == ' ')
                blank = at;
            w += char_width(utf8_take(&at));
        }
        if (*at && *at != ' ' && blank > text)
            at = blank;
        bytes = (size_t)(at - text);
        memcpy(line, text, bytes);
        line[bytes] = 0;
        pane_text(p, 0, y++, role, line);
        for (text = at; *text == ' ';)
            text++;
    }
    return y - first;
}
