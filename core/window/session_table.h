/* session_table.h -- sessions of every key with their accumulators, and which of them ends next.
 *
 * For sessions that only an accumulator fills and only event time ends: the most common ones.  The
 * sessions of a key lie side by side, the first of them in the table of keys.  Ends are in a heap;
 * a session that grows leaves its old end there, and the entry is corrected when it comes up, so
 * a row that makes a session longer costs nothing there.
 *
 *   B1  sessions of a key never touch each other; they are in ascending order of their start
 *   B2  for each session the heap has an entry at its last instant, or before that within it
 *   B3  sessions come out in the order of their ends, then of their keys' arrival
 *   B4  a snapshot is all sessions in the order of their keys' arrival; the heap is made anew
 *
 * Flink    MergingWindowSet, and an event-time timer for each window.  Ties: unspecified there.
 */
#ifndef CORE_WINDOW_SESSION_TABLE_H
#define CORE_WINDOW_SESSION_TABLE_H

#include "base/err.h"
#include "base/map.h"
#include "weir.h"
#include "window/time_window.h"

struct session {
    struct time_window window;
    uint32_t rows;
    _Alignas(8) uint8_t acc[]; /* an image of the table's row type */
};

struct session_table;

/* Adds `other` to `acc`: AggregateFunction.merge. */
struct session_merge {
    void (*merge)(void *with, void *acc, const void *other);
    void *with;
};

struct session_table *session_table_new(const struct weir_schema *acc);
void session_table_free(struct session_table *t); /* NULL is fine */
uint64_t session_table_keys(const struct session_table *t);
bool session_table_peek(struct session_table *t, struct span key); /* a hint, as map_peek() */
/* The session that window `w` of the key ends up in: those that it touches are merged into it, or
 * it begins one.  NULL: it touches none, and has ended by `wm_ms`.  Valid until the next call. */
struct session *session_table_take(struct session_table *t, uint32_t key_group, struct span key,
                                   struct time_window w, int64_t wm_ms,
                                   const struct session_merge *merge);

bool session_table_is_due(const struct session_table *t, int64_t wm_ms); /* perhaps */
/* The next session that has ended by `wm_ms`, and its key; NULL: none.  It stays until it is
 * dropped, before any other call. */
struct session *session_table_due(struct session_table *t, int64_t wm_ms, uint32_t *key_group,
                                  struct span *key);
void session_table_drop(struct session_table *t, struct session *due);

void session_table_snapshot(const struct session_table *t, struct bytes *out);
int session_table_restore(struct session_table *t, struct reader *r, const char *what,
                          struct diag *why);

#endif
