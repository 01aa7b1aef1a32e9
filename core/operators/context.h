/* context.h -- what a user's function sees: struct weir_ctx behind the public calls of weir.h.
 *
 * One a user operator, set before each call: who is called, on which row or
 * timer, for which key.  A row that is emitted takes its timestamp, origin and
 * key group from here.
 */
#ifndef CORE_OPERATORS_CONTEXT_H
#define CORE_OPERATORS_CONTEXT_H

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
    struct timerq *timers;       /* by event time; NULL: no timers here */
    struct timerq *processing;   /* by the wall clock; NULL: none here */
    bool is_processing;          /* the timer that fires is by the wall clock */
    bool is_second;              /* the row at hand is of the second input */
    const struct weir_state *decl;
    struct keyed *broadcast; /* NULL: none; maps of the subtask, under no key */
    const struct weir_state *broadcast_decl;
    struct pairs *pairs;  /* of a join: those not emitted yet; or NULL */
    struct bytes scratch; /* the image being emitted or stored */
    struct bytes scratch_key, scratch_value;
};

struct user_operator { /* first member of every operator that calls user functions */
    struct operator op;
    struct weir_ctx ctx;
};

struct weir_rows {            /* rows of a window, while its function runs */
    const struct bytes *list; /* row_list.h */
    const bool *gone;         /* by place in the list: those an evictor took; NULL: none */
    size_t at;
    uint32_t place, key_group;
};

void context_open(struct user_operator *u);
void context_close(struct user_operator *u);
/* The row at hand, and (on a keyed stream) its key. */
void context_row(struct user_operator *u, const struct weir_row *row);
void context_row_2(struct user_operator *u, const struct weir_row *row); /* of the second input */
void context_key(struct user_operator *u, uint32_t key_group, struct span key);

#endif
