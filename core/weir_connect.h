/* weir_connect.h -- functions of two streams: co-process, joins, coGroup, broadcast state.
 *
 * The part of weir.h about two inputs; weir.h includes it, programs include weir.h.  The two
 * streams may have different row types.  Where state or a join needs keys, both are keyed, by
 * columns of one type, and equal keys meet in one subtask:
 *
 *     weir_interval_joined(weir_key_by(orders, "id"), weir_key_by(payments, "order_id"),
 *                          (struct weir_interval){.upper_ms = WEIR_HOUR}, &paid, &paid_schema)
 *
 * The watermark is that of the slower input; an input that is idle is not waited for.  Which input
 * a row is taken from next is not defined, but for the order within each: what must not depend on
 * it waits for a timer.
 *
 * Flink    ConnectedStreams, JoinedStreams, CoGroupedStreams, IntervalJoin,
 *          BroadcastConnectedStream.
 */
#ifndef WEIR_CONNECT_H
#define WEIR_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "weir_state.h"
#include "weir_windows.h"

/* A (Keyed)CoProcessFunction: two streams, one state, which is the current key's as in
 * weir_process.  Every function may be NULL. */
struct weir_co_process {
    struct weir_state state[WEIR_STATES];
    void (*on_row_1)(struct weir_ctx *, const struct weir_row *);
    void (*on_row_2)(struct weir_ctx *, const struct weir_row *);
    void (*on_timer)(struct weir_ctx *, int64_t ms);
    const void *with;
    uint32_t with_bytes;
};

/* A (Keyed)BroadcastProcessFunction: every subtask sees every row of the second stream and keeps
 * what it makes of them in maps, `broadcast`.  on_row and on_timer read these, on_broadcast changes
 * them, in the same way everywhere and whatever the order: then they are the same everywhere.
 * on_broadcast has no key, so no keyed state and no timers but by weir_each_key(). */
struct weir_broadcast {
    struct weir_state broadcast[WEIR_STATES]; /* of kind WEIR_MAP; each subtask snapshots its own */
    struct weir_state state[WEIR_STATES];     /* of the current key; the first stream is keyed */
    void (*on_row)(struct weir_ctx *, const struct weir_row *);
    void (*on_broadcast)(struct weir_ctx *, const struct weir_row *);
    void (*on_timer)(struct weir_ctx *, int64_t ms);
    const void *with;
    uint32_t with_bytes;
};
bool weir_broadcast_get(struct weir_ctx *, int broadcast, const void *key, void *value);
uint32_t weir_broadcast_count(struct weir_ctx *, int broadcast);
/* Entry `i` < count in the order of the keys' bytes. */
void weir_broadcast_entry(struct weir_ctx *, int broadcast, uint32_t i, void *key, void *value);
/* In on_broadcast only. */
void weir_broadcast_put(struct weir_ctx *, int broadcast, const void *key, const void *value);
void weir_broadcast_remove(struct weir_ctx *, int broadcast, const void *key);
/* The same, of the keyed state: when on_broadcast has returned, and before anything else, on_key is
 * called for every key that has something in `state`, with that key's state and timers at hand.
 * (Flink's applyToKeyedState() does it at once; here it is a key a step.) */
void weir_each_key(struct weir_ctx *, int state, void (*on_key)(struct weir_ctx *));

/* What is called for each pair that joins; what it emits carries the later timestamp of the two
 * (interval) or the window's end - 1.  Rows without a partner are not seen. */
struct weir_join {
    void (*on_pair)(struct weir_ctx *, const struct weir_row *first, const struct weir_row *second);
    const void *with;
    uint32_t with_bytes;
};

/* In on_pair of a window join: of which window; else both are WEIR_NO_TIME. */
void weir_pair_window(const struct weir_ctx *, int64_t *start_ms, int64_t *end_ms);

/* A pair joins if first + lower_ms <= second <= first + upper_ms, by the rows' timestamps; a bound
 * that is exclusive is not itself within.  A row behind the watermark is late. */
struct weir_interval {
    int64_t lower_ms, upper_ms; /* may be negative */
    bool lower_exclusive, upper_exclusive;
    struct weir_stream **late_1, **late_2; /* set to the streams of late rows; NULL: dropped */
};

/* All rows of one key and window, in order of arrival; one side may be empty, not both. */
struct weir_co_group {
    void (*on_group)(struct weir_ctx *, struct weir_rows *first, struct weir_rows *second,
                     int64_t start_ms, int64_t end_ms);
    const void *with;
    uint32_t with_bytes;
};

struct weir_here;
struct weir_stream *weir_co_processed_at(struct weir_here, struct weir_stream *first,
                                         struct weir_stream *second, const struct weir_co_process *,
                                         const struct weir_schema *out);
struct weir_stream *weir_broadcasted_at(struct weir_here, struct weir_stream *,
                                        struct weir_stream *broadcast,
                                        const struct weir_broadcast *,
                                        const struct weir_schema *out);
struct weir_stream *weir_interval_joined_at(struct weir_here, struct weir_stream *first,
                                            struct weir_stream *second, struct weir_interval,
                                            const struct weir_join *,
                                            const struct weir_schema *out);
/* Every window of weir_windows.h but those that look into rows (gap_of, delta, own); late rows are
 * counted, there is no stream of them. */
struct weir_stream *weir_window_joined_at(struct weir_here, struct weir_stream *first,
                                          struct weir_stream *second, struct weir_window,
                                          const struct weir_join *, const struct weir_schema *out);
struct weir_stream *weir_co_grouped_at(struct weir_here, struct weir_stream *first,
                                       struct weir_stream *second, struct weir_window,
                                       const struct weir_co_group *, const struct weir_schema *out);
#define weir_co_processed(...) weir_co_processed_at(WEIR_HERE, __VA_ARGS__)
#define weir_broadcasted(...) weir_broadcasted_at(WEIR_HERE, __VA_ARGS__)
#define weir_interval_joined(...) weir_interval_joined_at(WEIR_HERE, __VA_ARGS__)
#define weir_window_joined(...) weir_window_joined_at(WEIR_HERE, __VA_ARGS__)
#define weir_co_grouped(...) weir_co_grouped_at(WEIR_HERE, __VA_ARGS__)

#endif
