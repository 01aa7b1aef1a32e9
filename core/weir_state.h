/* weir_state.h -- what a keyed function remembers: state, declared as data, one set a key.
 *
 * The part of weir.h about state; weir.h includes it, programs include weir.h.  A state is declared
 * in its function (struct weir_process) and named by its index there:
 *
 *     .state = {{.name = "last", .kind = WEIR_VALUE, .type = &flight_schema}}
 *
 * Every call below is about the current key: that of the row or timer at hand.
 *
 * Flink    StateDescriptor and its kinds; ValueState, ListState, MapState, ReducingState.
 */
#ifndef WEIR_STATE_H
#define WEIR_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct weir_ctx;
struct weir_schema;

enum weir_state_kind { WEIR_VALUE, WEIR_LIST, WEIR_MAP, WEIR_REDUCING };
enum { WEIR_STATES = 8 }; /* of a function */

struct weir_state {
    const char *name; /* unique in its operator: state is restored by it */
    enum weir_state_kind kind;
    const struct weir_schema *type; /* of the value, element or map value */
    const struct weir_schema *key;  /* WEIR_MAP only */
    /* WEIR_REDUCING only: change `so_far` by `value`; the first value is kept as it is. */
    void (*reduce)(struct weir_ctx *, void *so_far, const void *value);
};

/* Values are structs of the declared type; a text read from state is valid until the callback
 * returns. */
bool weir_value_get(struct weir_ctx *, int state, void *value); /* false: none yet, untouched */
void weir_value_put(struct weir_ctx *, int state, const void *value);

uint32_t weir_list_count(struct weir_ctx *, int state);
void weir_list_get(struct weir_ctx *, int state, uint32_t i, void *value); /* i < count */
void weir_list_add(struct weir_ctx *, int state, const void *value);       /* at the end */

bool weir_map_get(struct weir_ctx *, int state, const void *key, void *value);
void weir_map_put(struct weir_ctx *, int state, const void *key, const void *value);
void weir_map_remove(struct weir_ctx *, int state, const void *key);
uint32_t weir_map_count(struct weir_ctx *, int state);
/* Entry `i` < count in the order of the keys' bytes, the same in every backend. */
void weir_map_entry(struct weir_ctx *, int state, uint32_t i, void *key, void *value);

bool weir_reducing_get(struct weir_ctx *, int state, void *value); /* false: nothing added yet */
void weir_reducing_add(struct weir_ctx *, int state, const void *value);

void weir_clear(struct weir_ctx *, int state); /* any kind */

#endif
