#include "operators/pairs.h"

#include "base/mem.h"
#include "state/row_list.h"

enum { PAIRS_A_PORTION = 16 };

static bool has_more(const struct pairs *p)
{
    return p->at_first < p->first.bytes || p->at_second < p->second.bytes;
}

static void forget(struct pairs *p)
{
    bytes_clear(&p->first);
    bytes_clear(&p->second);
    p->at_first = p->at_second = 0;
}

/* One is kept for the next time; it stands alone when nothing is owed. */
struct pairs *pairs_begin(struct weir_ctx *c, const struct weir_join *fn)
{
    struct pairs **last = &c->pairs;

    while (*last && (has_more(*last) || (*last)->next))
        last = &(*last)->next;
    if (*last == NULL)
        *last = mem_alloc(sizeof **last);
    (*last)->fn = fn;
    (*last)->in_window = false;
    (*last)->start_ms = (*last)->end_ms = WEIR_NO_TIME;
    forget(*last);
    return *last;
}

void pairs_free(struct pairs *p)
{
    while (p) {
        struct pairs *next = p->next;

        bytes_done(&p->first);
        bytes_done(&p->second);
        bytes_done(&p->key);
        mem_free(p);
        p = next;
    }
}

static void call(struct weir_ctx *c, struct pairs *p, struct weir_row *second)
{
    c->event_ms = p->event_ms;
    if (!p->in_window)
        c->event_ms = p->row.event_ms > second->event_ms ? p->row.event_ms : second->event_ms;
    second->key_group = (uint16_t)p->key_group;
    p->fn->on_pair(c, &p->row, second);
}

/* The next row of `first` is at hand, with all of `second` before it. */
static void advance(struct pairs *p)
{
    row_list_next(&p->first, &p->at_first, &p->row);
    p->row.key_group = (uint16_t)p->key_group;
    p->at_second = 0;
}

static void emit_portion(struct weir_ctx *c, struct pairs *p)
{
    struct weir_row second;

    for (int n = 0; n < PAIRS_A_PORTION && has_more(p); n++) {
        if (p->at_second == p->second.bytes)
            advance(p);
        row_list_next(&p->second, &p->at_second, &second);
        call(c, p, &second);
    }
}

static enum progress more(struct operator* op)
{
    struct user_operator *u = (struct user_operator *)op;
    struct pairs *p = u->ctx.pairs, *next = p->next;

    u->ctx.origin = p->origin;
    context_key(u, p->key_group, bytes_span(&p->key));
    emit_portion(&u->ctx, p);
    context_key(u, 0, (struct span){0});
    if (has_more(p))
        return PROGRESS_MORE;
    if (next == NULL)
        return PROGRESS_DONE;
    p->next = NULL;
    pairs_free(p);
    u->ctx.pairs = next;
    return PROGRESS_MORE;
}

/* The key at hand is borrowed from a row, or from contents that may be gone by the next portion. */
void pairs_emit(struct weir_ctx *c, struct pairs *p)
{
    if (p->first.bytes == 0 || p->second.bytes == 0) {
        forget(p);
        return;
    }
    p->event_ms = c->event_ms;
    p->origin = c->origin;
    p->key_group = c->key_group;
    bytes_clear(&p->key);
    bytes_put(&p->key, c->key.p, c->key.bytes);
    p->at_second = p->second.bytes;
    if (p != c->pairs)
        return; /* others come first */
    emit_portion(c, p);
    if (has_more(p))
        operator_owe(c->op, more);
}

void weir_pair_window(const struct weir_ctx *c, int64_t *start_ms, int64_t *end_ms)
{
    *start_ms = c->pairs ? c->pairs->start_ms : WEIR_NO_TIME;
    *end_ms = c->pairs ? c->pairs->end_ms : WEIR_NO_TIME;
}
