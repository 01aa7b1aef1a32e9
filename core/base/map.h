/* map.h -- bytes to fixed-size values: dense entries, and an index beside them.
 *
 * Entries lie in the order of insertion, so iteration is deterministic and a
 * snapshot is one pass; the index holds only entry numbers and hash bits, and
 * grows a small part at a time, so no put is slow because there are many keys.
 * Removal leaves a tombstone; when half the entries are tombstones they are
 * squeezed out (order kept).
 *
 * Values are addressed by entry number between two calls that may grow; a
 * pointer from map_value() is valid until the next map_put on the same map.
 *
 * Source   the compact dict of Python 3.6 / PyPy: entries apart from the index.
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include "base/bytes.h"

struct map;

enum { MAP_NONE = -1 };

struct map *map_new(uint32_t value_bytes); /* value_bytes may be 0 (a set) */
/* Eight bytes less an entry: the first byte of a value is the map's, its owner leaves it alone. */
struct map *map_new_packed(uint32_t value_bytes);
void map_free(struct map *m); /* NULL is fine */
void map_clear(struct map *m);
uint32_t map_count(const struct map *m);

/* The entry of `key`, or MAP_NONE. */
int64_t map_find(const struct map *m, struct span key);
/* The entry of `key`, made (value zeroed) if absent; *made says which. `made` may be NULL. */
int64_t map_put(struct map *m, struct span key, bool *made);
bool map_remove(struct map *m, struct span key); /* false: was not there */
void map_remove_entry(struct map *m, int64_t entry);

void *map_value(const struct map *m, int64_t entry);
struct span map_key(const struct map *m, int64_t entry); /* borrowed until the next put */
/* The first live entry at or after `from` in insertion order, or MAP_NONE:
 * for (e = map_next(m, 0); e != MAP_NONE; e = map_next(m, e + 1)) */
int64_t map_next(const struct map *m, int64_t from);
bool map_is_live(const struct map *m, int64_t entry); /* it may have been removed since */
/* How often entries got new numbers: by a put that squeezed tombstones out, by the removal of the
 * last one.  Who keeps numbers compares. */
uint64_t map_moves(const struct map *m);
size_t map_bytes(const struct map *m); /* memory held */
/* The same with the hash already known: hash_bytes() of the key, and no other. */
int64_t map_find_hashed(const struct map *m, struct span key, uint64_t hash);
int64_t map_put_hashed(struct map *m, struct span key, uint64_t hash, bool *made);
void *map_get_hashed(const struct map *m, struct span key, uint64_t hash); /* value, or NULL */

/* Keys that will be looked up soon are announced: memory is asked for their place in the index;
 * MAP_PEEKS announcements later, when that has come, for the entry it points to.  A hint: it
 * changes nothing.  False: it did nothing, a map that fits into the cache needs no hints. */
enum { MAP_PEEKS = 4 };
struct map_peeks { /* zero-initialised is empty */
    struct {
        const struct map *map;
        uint64_t hash;
    } at[MAP_PEEKS];
    uint32_t next;
};
bool map_peek(struct map_peeks *p, const struct map *m, struct span key);
void map_peeks_forget(struct map_peeks *p); /* before a map that was peeked at is freed */

#endif
