/* joins.h -- what joins two streams: by an interval of time, or in a window.
 *
 *   "interval_join"  every row is kept until no row of the other side can join it any more, and
 *                    meets what that side keeps at once: results wait for no watermark, which
 *                    passes undelayed.  Times are counted in 64 bits and wrap, as in Java.
 *   "tag"            window join and coGroup are a union: each side's rows are made rows of one
 *                    type, either_type(), which hold the row as it was; keyed by that type's
 *                    column they go through the window operator as any other, and its function,
 *                    one of the two below, takes the sides apart.
 *
 * Flink    IntervalJoinOperator; CoGroupedStreams and JoinedStreams (TaggedUnion).
 */
#ifndef CORE_OPERATORS_JOINS_H
#define CORE_OPERATORS_JOINS_H

#include "base/arena.h"
#include "operators/window.h"
#include "weir.h"

struct interval_join_config {
    struct weir_join fn;
    int64_t lower_ms, upper_ms; /* both within */
    bool late_1, late_2;        /* late rows of that side go to TAG_LATE, TAG_LATE_2 */
};

struct tag_config {
    int key_column;
    bool second;
    const struct weir_schema *either;
};
enum { EITHER_KEY = 2 }; /* its column */
const struct weir_schema *either_type(struct arena *a, enum weir_type key);

struct joined_window_config { /* of the window operator, with what its function calls */
    struct window_config window;
    struct weir_join join;
    struct weir_co_group group;
};
void join_in_window(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms);
void group_in_window(struct weir_ctx *c, struct weir_rows *rows, int64_t start_ms, int64_t end_ms);

#endif
