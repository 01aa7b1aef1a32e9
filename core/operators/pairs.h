/* pairs.h -- the pairs of a join: every row of one list with every row of another.
 *
 * There may be more than one call may emit, so they are handed to the user's function a portion at
 * a time: the first at once, the others as the operator is resumed, before anything else happens
 * to it.  Meanwhile rows and key are copies of its own.
 */
#ifndef CORE_OPERATORS_PAIRS_H
#define CORE_OPERATORS_PAIRS_H

#include "base/bytes.h"
#include "operators/context.h"

struct pairs {
    struct pairs *next; /* those of a later window that fired in the same call */
    const struct weir_join *fn;
    struct bytes first, second; /* row_list.h */
    bool in_window;             /* all have event_ms; else a pair has the later of its two times */
    int64_t start_ms, end_ms;   /* of the window, or WEIR_NO_TIME */
    int64_t event_ms;
    uint64_t origin;
    uint32_t key_group;
    struct bytes key;
    size_t at_first, at_second; /* behind the row of `first` at hand; behind the pair made last */
    struct weir_row row;        /* of `first` at hand */
};

/* Empty lists to fill, in no window; then all pairs of them, with the time, origin and key of the
 * context. */
struct pairs *pairs_begin(struct weir_ctx *c, const struct weir_join *fn);
void pairs_emit(struct weir_ctx *c, struct pairs *p);
void pairs_free(struct pairs *p); /* and those behind it; NULL is fine */

#endif
