/* slice_table.h -- sliding windows by slices: a row is added once, a window is a merge of slices.
 *
 * Time is cut into slices that no window cuts, as long as the greatest common divisor of size and
 * slide.  Of each key its slices lie side by side, oldest first, in three parts:
 *
 *     | front: merged with all of the front behind it | raw, and merged into `back` | raw, ahead |
 *       ^ head                                                                     window's end
 *
 * The window that fires is front[0] + back.  When the front is used up, the middle becomes the
 * front (from its end to its start) and `back` is empty: each slice is merged at most twice, so a
 * window costs two or three merges, however many slides are in its size.
 *
 *   L1  parts: front, then merged into back, then ahead; oldest first within and across
 *   L2  merges go from older to newer, so an answer does not depend on when it is asked for
 *   L3  windows fire in the order of their ends, keys within in the order of their arrival
 *   L4  a window fires once a key, also after a restore: how far time has come is in the snapshot
 *       (Flink would let rows behind it begin windows anew, until the next watermark)
 *
 * Source   two stacks, as in "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time"
 *          (Tangwongsan, Hirzel, Schneider 2017), there the starting point.
 * Flink    SlidingEventTimeWindows adds a row to size / slide windows; SQL's slices share.
 */
#ifndef CORE_WINDOW_SLICE_TABLE_H
#define CORE_WINDOW_SLICE_TABLE_H

#include "base/err.h"
#include "base/map.h"
#include "weir.h"
#include "window/assigner.h"

struct slice_table;

struct slice_calls { /* the user's aggregate */
    void (*add)(void *with, void *acc, const struct weir_row *row);
    void (*merge)(void *with, void *acc, const void *newer);
    void *with;
};
struct slice_window { /* that fires */
    struct time_window window;
    uint32_t key_group, rows;
    struct span key;
    const void *acc; /* valid until the next call */
};

/* `a` is sliding, its step no longer than its size. */
struct slice_table *slice_table_new(const struct weir_schema *acc, const struct assigner *a,
                                    struct slice_calls calls);
void slice_table_free(struct slice_table *t); /* NULL is fine */
uint64_t slice_table_keys(const struct slice_table *t);
bool slice_table_peek(struct slice_table *t, struct span key); /* a hint, as map_peek() */
/* False: all its windows have fired. */
bool slice_table_add(struct slice_table *t, uint32_t key_group, struct span key,
                     const struct weir_row *row);
/* Time has come so far: afterwards take what fires, until there is nothing. */
void slice_table_on_watermark(struct slice_table *t, int64_t ms);
/* Everything has fired and no time has come: in batch, before the next key. */
void slice_table_begin_again(struct slice_table *t);
bool slice_table_is_due(const struct slice_table *t); /* perhaps */
bool slice_table_fire(struct slice_table *t, struct slice_window *out);

void slice_table_snapshot(const struct slice_table *t, struct bytes *out);
int slice_table_restore(struct slice_table *t, struct reader *r, const char *what,
                        struct diag *why);

#endif
