/* contents.h -- what one window operator holds: a cell for each key and window.
 *
 * A cell is found by its name: start and end of the window, then the key's bytes; timers go by the
 * same name.  Of a window that has been merged, the contents lie under its state window and the
 * trigger's state under its own name (merging.h), so a cell may have one, the other or both.
 *
 * Contents are an accumulator (an image of `acc`), or rows (state/row_list.h).
 *
 *   K1  a cell with neither contents nor trigger state is gone (contents_settle())
 *   K2  rows come out in the order in which they were put
 *   K3  snapshots go in the order of first use and hold all of it; no watermark
 *
 * Flink    windowState and per-window trigger state in the keyed backend, namespace = window.
 */
#ifndef CORE_WINDOW_CONTENTS_H
#define CORE_WINDOW_CONTENTS_H

#include "base/err.h"
#include "base/map.h"
#include "window/trigger.h"

struct cell {
    uint32_t key_group, rows;
    bool filled; /* contents are there, even if they are no rows */
    struct bytes body;
    struct trigger_state trigger;
};

struct contents {
    const struct weir_schema *acc; /* NULL: rows */
    struct map *cells;
};

void contents_init(struct contents *c, const struct weir_schema *acc);
void contents_done(struct contents *c);

/* Name of a window and key, written into `out`; borrowed until `out` changes. */
struct span window_name(struct bytes *out, struct time_window w, struct span key);
struct time_window window_of_name(struct span name);
struct span key_of_name(struct span name);

/* Valid until the next put. */
struct cell *contents_find(const struct contents *c, struct span name); /* NULL: none */
struct cell *contents_put(struct contents *c, struct span name, uint32_t key_group);
void contents_settle(struct contents *c, struct span name); /* K1 */

void cell_add_row(struct cell *cell, const struct weir_row *row);
/* The accumulator, made zero if the cell is empty. */
void *cell_acc(struct cell *cell, const struct weir_schema *acc);
void cell_clear(struct cell *cell); /* contents; the trigger's state stays */
void contents_snapshot(const struct contents *c, struct bytes *out);
int contents_restore(struct contents *c, struct reader *r, const char *what, struct diag *why);

#endif
