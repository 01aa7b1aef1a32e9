/* weir_ship.h -- the way rows take from the subtasks of one operator to those of the next.
 *
 * The part of weir.h about shipping; weir.h includes it, programs include weir.h.  Without a word
 * of it rows are forwarded where both sides have equally many subtasks, else rebalanced; a keyed
 * stream is always shipped by its key.
 *
 * Flink    DataStream and its partitioners.
 */
#ifndef WEIR_SHIP_H
#define WEIR_SHIP_H

#include <stdint.h>

struct weir_here;
struct weir_stream;
struct weir_text;

/* forward    subtask i to subtask i, of equally many; only such a way lets operators be chained
 * rebalance  each next row to the next subtask, of all
 * rescale    the same among a few that only this subtask, or few others, send to: of 2 to 6 each
 *            sends to 3 of its own, of 6 to 2 each three have one
 * shuffle    to one drawn for each row; drawn alike in every run of the same graph
 * global     all to subtask 0
 * broadcast  each row to every subtask */
struct weir_stream *weir_forward_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_rebalance_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_rescale_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_shuffle_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_global_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_broadcast_at(struct weir_here, struct weir_stream *);

/* A Partitioner: to which of `channels` subtasks a row of this key goes, 0 .. channels - 1; any
 * other answer fails the task.  `text` is the key if its column is a STRING, else `number` is (the
 * bits of a DOUBLE).  A null is an empty text, or 0. */
typedef uint32_t weir_partition(struct weir_text text, int64_t number, uint32_t channels);
/* By the function of a column.  The stream is not keyed by it: there is no keyed state. */
struct weir_stream *weir_partition_custom_at(struct weir_here, struct weir_stream *,
                                             const char *column, weir_partition *);
#define weir_forward(...) weir_forward_at(WEIR_HERE, __VA_ARGS__)
#define weir_rebalance(...) weir_rebalance_at(WEIR_HERE, __VA_ARGS__)
#define weir_rescale(...) weir_rescale_at(WEIR_HERE, __VA_ARGS__)
#define weir_shuffle(...) weir_shuffle_at(WEIR_HERE, __VA_ARGS__)
#define weir_global(...) weir_global_at(WEIR_HERE, __VA_ARGS__)
#define weir_broadcast(...) weir_broadcast_at(WEIR_HERE, __VA_ARGS__)
#define weir_partition_custom(...) weir_partition_custom_at(WEIR_HERE, __VA_ARGS__)

#endif
