/* keyed.h -- value, list, map and reducing state of the current key, on the heap.
 *
 * State is declared as data (struct weir_state): shown, checked and snapshotted
 * without running the function that uses it.  Contents are row images.
 *
 *   S1  every access is to the key set by keyed_key() last
 *   S2  iteration and snapshots go in the order of first use; a map state iterates in the order
 *       of its keys' bytes, in every backend
 *   S3  an image with texts that a read returned stays valid until keyed_key() is called again, even
 *       if the entry was overwritten or cleared meanwhile (a function may put what it got); one
 *       without lies in the table, until the next call that puts or clears
 *   S4  a snapshot carries each state's name, kind and row types; restore refuses what differs,
 *       by name, and never half
 *
 * One backend for now, so there is no table of functions between (two users before an
 * abstraction).  A get and a put of one key cost one probe of a map; a value without texts has no
 * allocation of its own.
 *
 * Flink    HeapKeyedStateBackend, ValueState, ListState, MapState.
 */
#ifndef CORE_STATE_KEYED_H
#define CORE_STATE_KEYED_H

#include "base/err.h"
#include "data/row.h"
#include "weir.h"

struct keyed;

/* States 0 .. n-1 = the entries of `decl` that have a name.  `decl` is borrowed. */
struct keyed *keyed_new(const struct weir_state decl[WEIR_STATES]);
void keyed_free(struct keyed *k); /* NULL is fine */
/* From now on `key` is the current key; borrowed until the next call. */
void keyed_key(struct keyed *k, uint32_t key_group, struct span key);
/* A hint: it will be the current key soon.  False: the state is too small to be worth it. */
bool keyed_peek(struct keyed *k, struct span key);
uint64_t keyed_count(const struct keyed *k); /* entries of all states: keys with something */

/* Images, 8-aligned; an empty span (p NULL) = none. */
struct span keyed_value(struct keyed *k, int state);
void keyed_value_put(struct keyed *k, int state, struct span image);
void keyed_clear(struct keyed *k, int state);
uint32_t keyed_list_count(struct keyed *k, int state);
struct span keyed_list_at(struct keyed *k, int state, uint32_t i);
void keyed_list_add(struct keyed *k, int state, struct span image);
struct span keyed_map_get(struct keyed *k, int state, struct span map_key);
void keyed_map_put(struct keyed *k, int state, struct span map_key, struct span image);
void keyed_map_remove(struct keyed *k, int state, struct span map_key);
uint32_t keyed_map_count(struct keyed *k, int state);
void keyed_map_entry(struct keyed *k, int state, uint32_t i, struct span *key,
                     struct span *image); /* in key-byte order */

void keyed_snapshot(const struct keyed *k, struct bytes *out);
int keyed_restore(struct keyed *k, struct reader *r, const char *what, struct diag *why);

#endif
