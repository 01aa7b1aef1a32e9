#include "tests/conformance/own_trigger.h"

#include <stdlib.h>

#define COUNTED_(C) C(BIGINT, n)
WEIR_ROW(counted, COUNTED_)

/* ---- count ---- */

static enum weir_answer count(struct weir_ctx *c, struct weir_pane *pane,
                              const struct weir_row *row)
{
    const struct weir_trigger *t = pane->with;
    struct counted *so_far = pane->state;

    (void)c;
    (void)row;
    if (++so_far->n < t->count)
        return WEIR_CONTINUE;
    so_far->n = 0;
    return WEIR_FIRE;
}

static void add_up(void *so_far, const void *other)
{
    ((struct counted *)so_far)->n += ((const struct counted *)other)->n;
}

static void leave(struct weir_ctx *c, struct weir_pane *pane)
{
    (void)c;
    (void)pane;
}

static const struct weir_own_trigger counting = {
    .state = &counted_schema, .on_element = count, .merge = add_up, .on_merge = leave};

/* ---- event time ---- */

static enum weir_answer wait_for_end(struct weir_ctx *c, struct weir_pane *pane,
                                     const struct weir_row *row)
{
    (void)row;
    if (pane->max_ms <= weir_watermark_ms(c))
        return WEIR_FIRE;
    weir_timer_set(c, pane->max_ms);
    return WEIR_CONTINUE;
}

static enum weir_answer at_end(struct weir_ctx *c, struct weir_pane *pane, int64_t ms)
{
    (void)c;
    return ms == pane->max_ms ? WEIR_FIRE : WEIR_CONTINUE;
}

static void forget_end(struct weir_ctx *c, struct weir_pane *pane)
{
    weir_timer_delete(c, pane->max_ms);
}

static void wait_for_new_end(struct weir_ctx *c, struct weir_pane *pane)
{
    if (pane->max_ms > weir_watermark_ms(c))
        weir_timer_set(c, pane->max_ms);
}

static const struct weir_own_trigger by_event_time = {.on_element = wait_for_end,
                                                      .on_event_time = at_end,
                                                      .clear = forget_end,
                                                      .on_merge = wait_for_new_end};

/* ---- the wall clock ---- */

static enum weir_answer wait_for_clock(struct weir_ctx *c, struct weir_pane *pane,
                                       const struct weir_row *row)
{
    (void)row;
    weir_processing_timer_set(c, pane->max_ms);
    return WEIR_CONTINUE;
}

static enum weir_answer by_clock(struct weir_ctx *c, struct weir_pane *pane, int64_t ms)
{
    (void)c;
    (void)pane;
    (void)ms;
    return WEIR_FIRE;
}

static void forget_clock(struct weir_ctx *c, struct weir_pane *pane)
{
    weir_processing_timer_delete(c, pane->max_ms);
}

static void wait_for_new_clock(struct weir_ctx *c, struct weir_pane *pane)
{
    if (pane->max_ms > weir_now_ms(c))
        weir_processing_timer_set(c, pane->max_ms);
}

static const struct weir_own_trigger by_processing_time = {.on_element = wait_for_clock,
                                                           .on_processing_time = by_clock,
                                                           .clear = forget_clock,
                                                           .on_merge = wait_for_new_clock};

/* ---- which ---- */

static const struct weir_own_trigger *written_again(enum weir_trigger_kind kind)
{
    return kind == WEIR_TRIGGER_COUNT             ? &counting
           : kind == WEIR_TRIGGER_EVENT_TIME      ? &by_event_time
           : kind == WEIR_TRIGGER_PROCESSING_TIME ? &by_processing_time
                                                  : NULL;
}

void own_trigger_instead(struct weir_trigger *t, struct weir_own_trigger *own)
{
    const char *asked = getenv("WEIR_OWN_TRIGGERS");
    const struct weir_own_trigger *written = written_again(t->kind);

    if (asked == NULL || written == NULL)
        return;
    t->kind = WEIR_TRIGGER_OWN;
    t->count += strcmp(asked, "wrong") == 0;
    *own = *written;
    own->with = t;
    t->own = own;
}
