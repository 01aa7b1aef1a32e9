/* weir_state.h -- what a function remembers: state, declared as data, one set a key or subtask.
 *
 * The part of weir.h about state; weir.h includes it, programs include weir.h.  A state is declared
 * in its function (struct weir_process) and named by its index there:
 *
 *     .state = {{.name = "last", .kind = WEIR_VALUE, .type = &flight_schema}}
 *
 * Every call below is about the current key: that of the row or timer at hand; of operator state
 * about the subtask.
 *
 * Flink    StateDescriptor and its kinds; ValueState, ListState, MapState, ReducingState,
 *          AggregatingState; StateTtlConfig; CheckpointedFunction, with state that is always there
 *          instead of snapshotState().
 */
#ifndef WEIR_STATE_H
#define WEIR_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct weir_ctx;
struct weir_schema;

/* How long an entry lives: the value of a key, each element of a list, each entry of a map.  By the
 * wall clock (weir_now_ms()).  What has expired is removed when it is met: by a read, or by one of
 * the clean-ups below. */
struct weir_ttl {
    int64_t ms;           /* since the last access; 0: it lives for ever */
    bool renew_on_read;   /* a read is an access too (OnReadAndWrite); else only what writes */
    bool return_expired;  /* a read that finds it expired still gets it, once; `add` goes on from it
                          * (ReturnExpiredIfNotCleanedUp); else it was never there */
    bool clean_snapshots; /* leave expired entries out of snapshots (cleanupFullSnapshot) */
    int32_t clean_keys;   /* each access to the state also looks after so many keys, in turn; 0: as
                           * Flink, 5 (cleanupIncrementally); -1: none */
};

enum weir_state_kind {
    WEIR_VALUE,
    WEIR_LIST,
    WEIR_MAP,
    WEIR_REDUCING,
    WEIR_AGGREGATING,
    /* Lists of the subtask, on any stream, keyed or not.  At a restore the first gets its elements
     * back, the second those of all subtasks (getUnionListState); see weir_process.on_restore. */
    WEIR_OPERATOR_LIST,
    WEIR_OPERATOR_UNION
};
enum { WEIR_STATES = 8 }; /* of a function */

struct weir_state {
    const char *name; /* unique in its operator: state is restored by it */
    enum weir_state_kind kind;
    const struct weir_schema *type; /* of the value, element, map value or accumulator */
    const struct weir_schema *key;  /* WEIR_MAP only */
    /* WEIR_REDUCING only: change `so_far` by `value`; the first value is kept as it is. */
    void (*reduce)(struct weir_ctx *, void *so_far, const void *value);
    /* WEIR_AGGREGATING only: take a value into the accumulator, zeroed at first; make a result of
     * it.  Value and result are of what types the two agree on with their callers. */
    void (*add)(struct weir_ctx *, void *acc, const void *value);
    void (*result)(struct weir_ctx *, const void *acc, void *result);
    struct weir_ttl ttl;
};

/* Values are structs of the declared type; a text read from state is valid until the callback
 * returns. */
bool weir_value_get(struct weir_ctx *, int state, void *value); /* false: none yet, untouched */
void weir_value_put(struct weir_ctx *, int state, const void *value);

/* With a time-to-live the count is the read, and what follows shows what it found: ask once.
 *     for (uint32_t i = 0, n = weir_list_count(c, LAST); i < n; i++) weir_list_get(...) */
uint32_t weir_list_count(struct weir_ctx *, int state);                    /* operator state too */
void weir_list_get(struct weir_ctx *, int state, uint32_t i, void *value); /* i < count */
void weir_list_add(struct weir_ctx *, int state, const void *value);       /* at the end */

bool weir_map_get(struct weir_ctx *, int state, const void *key, void *value);
void weir_map_put(struct weir_ctx *, int state, const void *key, const void *value);
void weir_map_remove(struct weir_ctx *, int state, const void *key);
bool weir_map_is_empty(struct weir_ctx *, int state); /* no read: expired entries count */
uint32_t weir_map_count(struct weir_ctx *, int state);
/* Entry `i` < count in the order of the keys' bytes, the same in every backend. */
void weir_map_entry(struct weir_ctx *, int state, uint32_t i, void *key, void *value);

bool weir_reducing_get(struct weir_ctx *, int state, void *value); /* false: nothing added yet */
void weir_reducing_add(struct weir_ctx *, int state, const void *value);

bool weir_aggregating_get(struct weir_ctx *, int state, void *result); /* false: nothing added */
void weir_aggregating_add(struct weir_ctx *, int state, const void *value);

void weir_clear(struct weir_ctx *, int state); /* any kind */

#endif
