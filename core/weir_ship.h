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

struct weir_stream *weir_rebalance_at(struct weir_here, struct weir_stream *);
struct weir_stream *weir_forward_at(struct weir_here, struct weir_stream *);
#define weir_rebalance(...) weir_rebalance_at(WEIR_HERE, __VA_ARGS__)
#define weir_forward(...) weir_forward_at(WEIR_HERE, __VA_ARGS__)

#endif
