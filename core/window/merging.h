/* merging.h -- the sessions of one key that are open, and where each keeps its contents.
 *
 * A new window is merged with all that it touches into their cover.  Contents are not moved for
 * the survivor: every window in flight maps to a state window, the name under which its contents
 * are kept, and the cover keeps the state window of the first one that it swallowed.  Which is the
 * first shows in the order of a merged list: it is the first in a Java HashSet, as in Flink.
 *
 *   G1  windows in flight never touch each other
 *   G2  they are in ascending order of their start
 *
 * Cost     O(windows in flight) an element, usually one or two.
 * Flink    MergingWindowSet, TimeWindow.mergeWindows.
 */
#ifndef CORE_WINDOW_MERGING_H
#define CORE_WINDOW_MERGING_H

#include "window/time_window.h"

struct in_flight {
    struct time_window window, state;
};

struct merging { /* zero-initialised is empty */
    struct in_flight *at;
    uint32_t count, room;
};

/* What merging_add() did, for whoever keeps triggers and contents; borrowed until the next add. */
struct merge {
    struct in_flight result;
    bool has_merged;                /* others went into the result: their triggers are to be told */
    const struct in_flight *merged; /* as they were, in the order in which contents are merged; the
                                     * result's state window is the first's */
    uint32_t merged_count;
};

void merging_done(struct merging *m);
/* The window that `w` ends up in.  `scratch` gets the swallowed ones; it must outlive `*out`. */
void merging_add(struct merging *m, struct time_window w, struct merging *scratch,
                 struct merge *out);
/* The entry of a window in flight; NULL: it is not. */
const struct in_flight *merging_find(const struct merging *m, struct time_window w);
void merging_retire(struct merging *m, struct time_window w); /* must be in flight */
void merging_put(struct merging *m, struct in_flight f);      /* in its place; for restores too */

#endif
