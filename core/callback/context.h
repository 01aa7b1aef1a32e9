/* context.h -- what a user's function sees: struct weir_ctx behind the public calls of weir.h.
 *
 * One a user operator, set before each call: who is called, on which row or
 * timer, for which key.  A row that is emitted takes its timestamp, origin and
 * key group from here.
 */
#ifndef CORE_CALLBACK_CONTEXT_H
#define CORE_CALLBACK_CONTEXT_H

#include "runtime/operator.h"
#include "state/keyed.h"
#include "state/subtask_lists.h"
#include "time/timerq.h"

struct pairs;
struct weir_ctx {
    struct operator* op;
    int64_t event_ms; /* stamped on what is emitted */
    uint64_t origin;
    struct span key; /* canonical bytes; empty on a stream that is not keyed */
    uint32_t key_group;
    struct keyed *keyed;         /* NULL: the function declared no state */
    struct subtask_lists *lists; /* NULL: the function declared no operator state */
    bool is_restoring;           /* on_restore: no key, no row, no room to emit */
    bool is_asking;              /* on_row of an async function: it has no result yet */
    struct timerq *timers;       /* by event time; NULL: no timers here */
    struct timerq *processing;   /* by the wall clock; NULL: none here */
    struct span pane;            /* a trigger is asked: timers go by this name, not the key */
    bool is_processing;          /* the timer that fires is by the wall clock */
    bool is_second;              /* the row at hand is of the second input */
    const char *mute;            /* why nothing may be emitted; NULL: it may */
    void *opened;                /* outside, by the user's function; NULL: nothing */
    const struct weir_state *decl;
    struct keyed *broadcast; /* NULL: none; maps of the subtask, under no key */
    const struct weir_state *broadcast_decl;
    struct bytes walk; /* keys that weir_each_key() has still to visit, from walk_at on */
    size_t walk_at;
    struct pairs *pairs;  /* of a join: those not emitted yet; or NULL */
    struct bytes scratch; /* the image being emitted or stored */
    struct bytes scratch_key, scratch_value;
};

struct user_operator { /* first member of every operator that calls user functions */
    struct operator op;
    struct weir_ctx ctx;
    uint32_t key_slot; /* in an image, of a key that is no text; 0: it is one, or there is none */
};

struct weir_rows {            /* rows of a window, while its function runs */
    const struct bytes *list; /* row_list.h */
    const bool *gone;         /* by place in the list: those an evictor took; NULL: none */
    size_t at;
    uint32_t place, key_group;
};

void context_open(struct user_operator *u);
void context_close(struct user_operator *u);
static inline void context_key(struct user_operator *u, uint32_t key_group, struct span key)
{
    u->ctx.key_group = key_group;
    u->ctx.key = key;
    if (u->ctx.keyed)
        keyed_key(u->ctx.keyed, key_group, key);
}
/* The row at hand, and (on a keyed stream) its key. */
static inline void context_row(struct user_operator *u, const struct weir_row *row)
{
    const struct node *n = u->op.node;

    if (u->ctx.lists)
        subtask_lists_turn(u->ctx.lists);
    u->ctx.event_ms = row->event_ms;
    u->ctx.origin = row->origin;
    if (u->key_slot)
        context_key(u, row->key_group, row_fixed_key(row->image, u->key_slot));
    else if (n->key_column >= 0)
        context_key(u, row->key_group, row_key(n->in, row->image, n->key_column));
}
void context_row_2(struct user_operator *u, const struct weir_row *row); /* of the second input */
/* Slots of operators that need no more than the context: open, close, and peek at keyed state. */
int user_open(struct operator* op, struct diag *why);
void user_close(struct operator* op);
bool user_peek(struct operator* op, const struct weir_row *row);
/* A row of this image, stamped with the context's time, origin and key group. */
void context_emit(struct weir_ctx *c, uint32_t tag, struct span image);

#endif
