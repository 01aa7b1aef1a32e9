/* keyed.h -- value, list, map, reducing and aggregating state of the current key, on the heap.
 *
 * State is declared as data (struct weir_state): shown, checked and snapshotted
 * without running the function that uses it.  Contents are row images.
 *
 *   S1  every access is to the key set by keyed_key() last
 *   S2  iteration and snapshots go in the order of first use; a map state iterates in the order
 *       of its keys' bytes, in every backend
 *   S3  an image with texts that a read returned stays valid until keyed_key() is called again,
 *       even if the entry was overwritten or cleared meanwhile (a function may put what it got);
 *       one without lies in the table, until the next call that puts or clears
 *   S4  a snapshot carries each state's name, kind and row types; restore refuses what differs,
 *       by name, and never half
 *   S5  of an entry with a time-to-live the last access is kept, in snapshots too; whether it has
 *       expired is asked when it is met (ttl.h).  A state may begin or cease to have one between
 *       two runs: what it held was then accessed at the restore, or lives for ever
 *
 * One backend for now, so there is no table of functions between (two users before an
 * abstraction).  A get and a put of one key cost one probe of a map; a value without texts has no
 * allocation of its own.
 *
 * Flink    HeapKeyedStateBackend, ValueState, ListState, MapState; TtlValueState and the like,
 *          TtlIncrementalCleanup (which visits keys in the order of their hashes, we in S2's).
 */
#ifndef CORE_STATE_KEYED_H
#define CORE_STATE_KEYED_H

#include "base/err.h"
#include "data/row.h"
#include "weir.h"

struct keyed;

/* States 0 .. n-1 = the entries of `decl[WEIR_STATES]` that have a name.  `decl` and the clock are
 * borrowed. */
struct keyed *keyed_new(const struct weir_state *decl, const int64_t *now_us);
void keyed_free(struct keyed *k); /* NULL is fine */
/* From now on `key` is the current key; borrowed until the next call. */
void keyed_key(struct keyed *k, uint32_t key_group, struct span key);
/* A hint: it will be the current key soon.  False: the state is too small to be worth it. */
bool keyed_peek(struct keyed *k, struct span key);
uint64_t keyed_count(const struct keyed *k); /* entries of all states: keys with something */

/* Images, 8-aligned; an empty span (p NULL) = none. */
struct span keyed_value(struct keyed *k, int state);
void keyed_value_put(struct keyed *k, int state, struct span image);
/* For a state that adds up: what to go on from, which is no read, and what came of it. */
struct span keyed_so_far(struct keyed *k, int state);
void keyed_so_far_put(struct keyed *k, int state, struct span image);
void keyed_clear(struct keyed *k, int state);
/* With a time-to-live the count is the read, and _at and _entry show what it found. */
uint32_t keyed_list_count(struct keyed *k, int state);
struct span keyed_list_at(struct keyed *k, int state, uint32_t i); /* none beyond the count */
void keyed_list_add(struct keyed *k, int state, struct span image);
struct span keyed_map_get(struct keyed *k, int state, struct span map_key);
void keyed_map_put(struct keyed *k, int state, struct span map_key, struct span image);
void keyed_map_remove(struct keyed *k, int state, struct span map_key);
bool keyed_map_is_empty(struct keyed *k, int state); /* no read */
uint32_t keyed_map_count(struct keyed *k, int state);
/* In key-byte order; false beyond the count. */
bool keyed_map_entry(struct keyed *k, int state, uint32_t i, struct span *key, struct span *image);

void keyed_snapshot(const struct keyed *k, struct bytes *out);
int keyed_restore(struct keyed *k, struct reader *r, const char *what, struct diag *why);

#endif
