#include "callback/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/word.h"
#include "data/row.h"
#include "data/schema.h"
#include "callback/pairs.h"
#include "callback/timers.h"
#include "state/row_list.h"

void context_open(struct user_operator *u)
{
    const struct node *n = u->op.node;

    u->ctx = (struct weir_ctx){.op = &u->op, .event_ms = WEIR_NO_TIME};
    if (n->key_column >= 0 && n->in->column[n->key_column].type != WEIR_STRING)
        u->key_slot = 1 + (uint32_t)n->key_column;
}

void context_close(struct user_operator *u)
{
    bytes_done(&u->ctx.scratch);
    bytes_done(&u->ctx.scratch_key);
    keyed_free(u->ctx.keyed);
    keyed_free(u->ctx.broadcast);
    pairs_free(u->ctx.pairs);
    bytes_done(&u->ctx.walk);
    subtask_lists_free(u->ctx.lists);
    timerq_free(u->ctx.timers);
    timerq_free(u->ctx.processing);
    bytes_done(&u->ctx.scratch_value);
}

int user_open(struct operator* op, struct diag *why)
{
    (void)why;
    context_open((struct user_operator *)op);
    return ERR_NONE;
}

void user_close(struct operator* op)
{
    context_close((struct user_operator *)op);
}

bool user_peek(struct operator* op, const struct weir_row *row)
{
    struct keyed *k = ((struct user_operator *)op)->ctx.keyed;

    return k && keyed_peek(k, row_key(op->node->in, row->image, op->node->key_column));
}

/* Without a key of its own it has none at all. */
void context_row_2(struct user_operator *u, const struct weir_row *row)
{
    const struct node *n = u->op.node;
    struct span key = {0};

    u->ctx.event_ms = row->event_ms;
    u->ctx.origin = row->origin;
    u->ctx.is_second = true;
    if (n->key_column_2 >= 0)
        key = row_key(n->in_2, row->image, n->key_column_2);
    context_key(u, row->key_group, key);
    if (u->ctx.broadcast)
        keyed_key(u->ctx.broadcast, 0, (struct span){0}); /* what was read before may go */
}

/* ---- emission ---- */

static __attribute__((noinline)) struct span written(struct bytes *scratch,
                                                     const struct weir_schema *s, const void *value)
{
    uint32_t bytes = row_image_bytes(s, value);

    bytes_clear(scratch);
    row_write(s, value, (uint64_t *)(void *)bytes_grow(scratch, bytes));
    return (struct span){scratch->p, bytes};
}

/* The image of `value`: itself if the struct is fixed, else written into `scratch`. */
static inline struct span image_of(struct bytes *scratch, const struct weir_schema *s,
                                   const void *value)
{
    if (schema_is_fixed(s))
        return (struct span){value, s->size};
    return written(scratch, s, value);
}

/* In on_restore nobody has made room; who asks is answered in his turn. */
static bool may_emit(struct weir_ctx *c)
{
    if (c->is_restoring)
        operator_fail(c->op, ERR_USER, "it emits a row in on_restore: keep it until the first row");
    else if (c->mute)
        operator_fail(c->op, ERR_USER, "it emits a row: %s", c->mute);
    else if (c->is_asking)
        operator_fail(c->op, ERR_USER, "it emits a row in on_row, which only asks: use on_answer");
    return !c->is_restoring && !c->mute && !c->is_asking;
}

void context_emit(struct weir_ctx *c, uint32_t tag, struct span image)
{
    struct weir_row row = {(const uint64_t *)(const void *)image.p,
                           c->event_ms,
                           c->origin,
                           (uint32_t)image.bytes,
                           (uint16_t)c->key_group,
                           WEIR_INSERT};

    if (may_emit(c))
        operator_emit(c->op, tag, &row);
}

/* Rows of another type than the stream's would be read as what they are not. */
static bool is_of(struct weir_ctx *c, const struct weir_schema *emitted,
                  const struct weir_schema *wanted, const char *what)
{
    if (emitted == wanted || wanted == NULL || schema_equal(emitted, wanted))
        return true;
    operator_fail(c->op, ERR_USER, "it emits a row of type '%s', but %s is of type '%s'",
                  emitted->name, what, wanted->name);
    return false;
}

/* What the readers of a side output take it to be; NULL: nobody reads it. */
static const struct weir_schema *side_type(const struct weir_ctx *c, uint32_t tag)
{
    const struct dataflow *d = c->op->task->graph->dataflow;

    for (uint32_t i = 0; i < d->edges; i++)
        if (d->edge[i].from == c->op->node->id && d->edge[i].tag == tag)
            return d->edge[i].type;
    return NULL;
}

void weir_emit(struct weir_ctx *c, const struct weir_schema *schema, const void *value)
{
    if (is_of(c, schema, c->op->node->out, "its stream"))
        context_emit(c, TAG_MAIN, image_of(&c->scratch, schema, value));
}

void weir_emit_to(struct weir_ctx *c, int tag, const struct weir_schema *schema, const void *value)
{
    if (tag < 0 || tag >= WEIR_TAGS)
        operator_fail(c->op, ERR_USER, "side output %d: tags are 0 to %d", tag, WEIR_TAGS - 1);
    else if (is_of(c, schema, side_type(c, TAG_SIDE + (uint32_t)tag), "the side output"))
        context_emit(c, TAG_SIDE + (uint32_t)tag, image_of(&c->scratch, schema, value));
}

void weir_forward_row(struct weir_ctx *c, const struct weir_row *row)
{
    const struct node *n = c->op->node;

    if (is_of(c, c->is_second ? n->in_2 : n->in, n->out, "its stream") && may_emit(c))
        operator_emit(c->op, TAG_MAIN, row);
}

/* ---- questions ---- */

const void *weir_with(const struct weir_ctx *c)
{
    return c->op->node->with;
}

int64_t weir_event_ms(const struct weir_ctx *c)
{
    return c->event_ms;
}

int64_t weir_watermark_ms(const struct weir_ctx *c)
{
    return c->op->watermark_ms;
}

struct weir_text weir_key_text(const struct weir_ctx *c)
{
    return (struct weir_text){(const char *)c->key.p, (uint32_t)c->key.bytes};
}

int64_t weir_key_int(const struct weir_ctx *c)
{
    return row_key_number(c->key);
}

void *weir_opened(const struct weir_ctx *c)
{
    return c->opened;
}

uint32_t weir_subtask(const struct weir_ctx *c)
{
    return c->op->task->subtask;
}

void weir_log(struct weir_ctx *c, const char *format, ...)
{
    struct bytes *log = &c->op->task->log;
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (log->bytes < OPERATOR_LOG_MAX)
        bytes_format(log, "%s[%u] %s\n", c->op->node->name, c->op->task->subtask, text);
}

void weir_fail(struct weir_ctx *c, const char *format, ...)
{
    char text[DIAG_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    operator_fail(c->op, ERR_USER, "%s", text);
}

/* ---- state ---- */

static bool is_declared(const struct weir_ctx *c, int state)
{
    return c->decl && state >= 0 && state < WEIR_STATES && c->decl[state].name;
}

static bool is_of_subtask(const struct weir_ctx *c, int state)
{
    return c->lists && is_declared(c, state) && state_is_of_subtask(&c->decl[state]);
}

/* The declared state, if it is of the kind; a wrong use fails the task and changes nothing. */
static inline const struct weir_state *state_of(struct weir_ctx *c, int state,
                                                enum weir_state_kind kind)
{
    bool there = is_declared(c, state);

    if (there && c->decl[state].kind == kind && c->is_restoring) {
        operator_fail(c->op, ERR_USER, "state '%s' is of a key: there is none in on_restore",
                      c->decl[state].name);
        return NULL;
    }
    if (there && c->decl[state].kind == kind && c->key.p)
        return &c->decl[state];
    if (there && c->key.p == NULL)
        operator_fail(c->op, ERR_USER,
                      "state '%s' is a key's, and on_broadcast has no key: use broadcast state",
                      c->decl[state].name);
    operator_fail(c->op, ERR_USER, "state %d is not declared%s; see struct weir_process", state,
                  there ? " as that kind" : "");
    return NULL;
}

static inline bool fill(const struct weir_schema *s, struct span image, void *value)
{
    if (image.p == NULL)
        return false;
    if (schema_is_fixed(s))
        word_copy(value, image.p, s->size);
    else
        row_read(s, (const uint64_t *)(const void *)image.p, value);
    return true;
}

bool weir_value_get(struct weir_ctx *c, int state, void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_VALUE);

    return d && fill(d->type, keyed_value(c->keyed, state), value);
}

void weir_value_put(struct weir_ctx *c, int state, const void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_VALUE);

    if (d)
        keyed_value_put(c->keyed, state, image_of(&c->scratch, d->type, value));
}

uint32_t weir_list_count(struct weir_ctx *c, int state)
{
    if (is_of_subtask(c, state))
        return subtask_list_count(c->lists, state);
    return state_of(c, state, WEIR_LIST) ? keyed_list_count(c->keyed, state) : 0;
}

void weir_list_get(struct weir_ctx *c, int state, uint32_t i, void *value)
{
    const struct weir_state *d;

    if (is_of_subtask(c, state))
        fill(c->decl[state].type, subtask_list_at(c->lists, state, i), value);
    else if ((d = state_of(c, state, WEIR_LIST)) != NULL)
        fill(d->type, keyed_list_at(c->keyed, state, i), value);
}

void weir_list_add(struct weir_ctx *c, int state, const void *value)
{
    const struct weir_state *d;

    if (is_of_subtask(c, state))
        subtask_list_add(c->lists, state, image_of(&c->scratch, c->decl[state].type, value));
    else if ((d = state_of(c, state, WEIR_LIST)) != NULL)
        keyed_list_add(c->keyed, state, image_of(&c->scratch, d->type, value));
}

bool weir_map_get(struct weir_ctx *c, int state, const void *key, void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_MAP);

    return d && fill(d->type,
                     keyed_map_get(c->keyed, state, image_of(&c->scratch_key, d->key, key)), value);
}

void weir_map_put(struct weir_ctx *c, int state, const void *key, const void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_MAP);

    if (d)
        keyed_map_put(c->keyed, state, image_of(&c->scratch_key, d->key, key),
                      image_of(&c->scratch, d->type, value));
}

void weir_map_remove(struct weir_ctx *c, int state, const void *key)
{
    const struct weir_state *d = state_of(c, state, WEIR_MAP);

    if (d)
        keyed_map_remove(c->keyed, state, image_of(&c->scratch_key, d->key, key));
}

bool weir_map_is_empty(struct weir_ctx *c, int state)
{
    return !state_of(c, state, WEIR_MAP) || keyed_map_is_empty(c->keyed, state);
}

uint32_t weir_map_count(struct weir_ctx *c, int state)
{
    return state_of(c, state, WEIR_MAP) ? keyed_map_count(c->keyed, state) : 0;
}

void weir_map_entry(struct weir_ctx *c, int state, uint32_t i, void *key, void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_MAP);
    struct span key_image, image;

    if (d == NULL || !keyed_map_entry(c->keyed, state, i, &key_image, &image))
        return;
    fill(d->key, key_image, key);
    fill(d->type, image, value);
}

bool weir_reducing_get(struct weir_ctx *c, int state, void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_REDUCING);

    return d && fill(d->type, keyed_value(c->keyed, state), value);
}

/* A struct of the state's type, to work on: what was added up so far, or else zero. */
static void *so_far_of(struct weir_ctx *c, int state, const struct weir_state *d, bool *is_there)
{
    void *so_far;

    bytes_clear(&c->scratch_value);
    so_far = bytes_grow(&c->scratch_value, d->type->size);
    memset(so_far, 0, d->type->size);
    *is_there = fill(d->type, keyed_so_far(c->keyed, state), so_far);
    return so_far;
}

void weir_reducing_add(struct weir_ctx *c, int state, const void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_REDUCING);
    bool is_there;
    void *so_far;

    if (d == NULL)
        return;
    so_far = so_far_of(c, state, d, &is_there);
    if (is_there) {
        d->reduce(c, so_far, value);
        value = so_far;
    }
    keyed_so_far_put(c->keyed, state, image_of(&c->scratch, d->type, value));
}

bool weir_aggregating_get(struct weir_ctx *c, int state, void *result)
{
    const struct weir_state *d = state_of(c, state, WEIR_AGGREGATING);
    void *acc;

    if (d == NULL)
        return false;
    bytes_clear(&c->scratch_value);
    acc = bytes_grow(&c->scratch_value, d->type->size);
    if (!fill(d->type, keyed_value(c->keyed, state), acc))
        return false;
    d->result(c, acc, result);
    return true;
}

void weir_aggregating_add(struct weir_ctx *c, int state, const void *value)
{
    const struct weir_state *d = state_of(c, state, WEIR_AGGREGATING);
    bool is_there;
    void *acc;

    if (d == NULL)
        return;
    acc = so_far_of(c, state, d, &is_there);
    d->add(c, acc, value);
    keyed_so_far_put(c->keyed, state, image_of(&c->scratch, d->type, acc));
}

void weir_clear(struct weir_ctx *c, int state)
{
    if (is_of_subtask(c, state))
        subtask_list_clear(c->lists, state);
    else if (c->keyed && is_declared(c, state) && state_of(c, state, c->decl[state].kind))
        keyed_clear(c->keyed, state);
}

/* ---- broadcast state ---- */

static const struct weir_state *broadcast_of(struct weir_ctx *c, int state, bool changes)
{
    bool there = c->broadcast && state >= 0 && state < WEIR_STATES && c->broadcast_decl[state].name;

    if (!there)
        operator_fail(c->op, ERR_USER,
                      "broadcast state %d is not declared; see struct "
                      "weir_broadcast",
                      state);
    else if (changes && !c->is_second)
        operator_fail(c->op, ERR_USER,
                      "broadcast state '%s' is changed in on_broadcast only, or it would differ "
                      "from subtask to subtask",
                      c->broadcast_decl[state].name);
    return there && (c->is_second || !changes) ? &c->broadcast_decl[state] : NULL;
}

bool weir_broadcast_get(struct weir_ctx *c, int state, const void *key, void *value)
{
    const struct weir_state *d = broadcast_of(c, state, false);

    return d &&
           fill(d->type, keyed_map_get(c->broadcast, state, image_of(&c->scratch_key, d->key, key)),
                value);
}

void weir_broadcast_put(struct weir_ctx *c, int state, const void *key, const void *value)
{
    const struct weir_state *d = broadcast_of(c, state, true);

    if (d)
        keyed_map_put(c->broadcast, state, image_of(&c->scratch_key, d->key, key),
                      image_of(&c->scratch, d->type, value));
}

void weir_broadcast_remove(struct weir_ctx *c, int state, const void *key)
{
    const struct weir_state *d = broadcast_of(c, state, true);

    if (d)
        keyed_map_remove(c->broadcast, state, image_of(&c->scratch_key, d->key, key));
}

uint32_t weir_broadcast_count(struct weir_ctx *c, int state)
{
    return broadcast_of(c, state, false) ? keyed_map_count(c->broadcast, state) : 0;
}

void weir_broadcast_entry(struct weir_ctx *c, int state, uint32_t i, void *key, void *value)
{
    const struct weir_state *d = broadcast_of(c, state, false);
    struct span key_image, image;

    if (d == NULL || !keyed_map_entry(c->broadcast, state, i, &key_image, &image))
        return;
    fill(d->key, key_image, key);
    fill(d->type, image, value);
}

/* ---- timers ---- */

static struct span timer_name(const struct weir_ctx *c)
{
    return c->pane.p ? c->pane : c->key;
}

static void set_timer(struct weir_ctx *c, struct timerq *q, int64_t ms)
{
    if (c->is_restoring)
        operator_fail(c->op, ERR_USER, "timers are of a key: there is none in on_restore");
    else if (q == NULL || timer_name(c).p == NULL)
        operator_fail(c->op, ERR_USER, "timers exist on keyed streams only: use weir_key_by()%s",
                      c->is_second && q ? "; on_broadcast has no key" : "");
    else
        timerq_set(q, ms, c->key_group, timer_name(c));
}

void weir_timer_set(struct weir_ctx *c, int64_t event_ms)
{
    set_timer(c, c->timers, event_ms);
}

void weir_timer_delete(struct weir_ctx *c, int64_t event_ms)
{
    if (c->timers)
        timerq_delete(c->timers, event_ms, timer_name(c));
}

int64_t weir_now_ms(const struct weir_ctx *c)
{
    return c->op->task->now_us / 1000;
}

void weir_processing_timer_set(struct weir_ctx *c, int64_t ms)
{
    set_timer(c, c->processing, ms);
    if (c->processing)
        operator_wake_at(c->op, timers_deadline_us(c->op, c->processing));
}

void weir_processing_timer_delete(struct weir_ctx *c, int64_t ms)
{
    if (c->processing == NULL)
        return;
    timerq_delete(c->processing, ms, timer_name(c));
    operator_wake_at(c->op, timers_deadline_us(c->op, c->processing));
}

bool weir_timer_is_processing(const struct weir_ctx *c)
{
    return c->is_processing;
}

/* ---- rows of a window ---- */

bool weir_rows_next(struct weir_rows *rows, struct weir_row *row)
{
    while (row_list_next(rows->list, &rows->at, row))
        if (!rows->gone || !rows->gone[rows->place++]) {
            row->key_group = (uint16_t)rows->key_group;
            return true;
        }
    return false;
}
