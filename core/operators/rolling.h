/* rolling.h -- a running aggregate of each key: sum, min, max, minBy, maxBy, reduce.
 *
 * Every row gives the aggregate so far, with that row's timestamp; or (at_end, and in batch) only
 * the last one of a key, when the watermark reaches the end of time, with that timestamp.
 * The first row of a key is its aggregate as it is.
 *
 *   sum, min, max    one column is combined; the others stay those of the key's first row
 *   minBy, maxBy     the whole row with the extreme column; of rows that tie the oldest, or with
 *                    `last` the newest
 *   reduce           the function changes the stored row
 *
 * An INT sum wraps at 32 bits and a BIGINT sum at 64, as in Java; doubles are ordered as by
 * Double.compare: -0 < 0, NaN is the greatest.  A null does not count; what is null takes the first
 * value that comes.
 *
 * Flink    StreamGroupedReduceOperator, BatchGroupedReduceOperator, SumAggregator,
 *          ComparableAggregator.
 */
#ifndef CORE_OPERATORS_ROLLING_H
#define CORE_OPERATORS_ROLLING_H

#include "weir.h"

enum { ROLLING_STATE = 0 };
struct rolling_config {
    struct weir_rolling fn;
    int column;                           /* of fn.column; -1 for a reduce */
    struct weir_state state[WEIR_STATES]; /* one: the aggregate */
};

struct rolling_config rolling_config_of(const struct weir_rolling *fn, int column,
                                        const struct weir_schema *type);

#endif
