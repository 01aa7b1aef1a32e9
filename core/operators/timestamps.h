/* timestamps.h -- the operator that reads a row's timestamp and makes watermarks.
 * What it does is in time/timestamps.h. */
#ifndef CORE_OPERATORS_TIMESTAMPS_H
#define CORE_OPERATORS_TIMESTAMPS_H

#include "weir.h"

struct timestamps_config {
    int column; /* TIMESTAMP or BIGINT, milliseconds */
    struct weir_time time;
};

#endif
