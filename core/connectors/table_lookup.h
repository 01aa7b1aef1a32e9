/* table_lookup.h -- a lookup service out of a file: what a slow one is like, in virtual time too.
 *
 *   L1  a question is answered after its latency: fixed, or drawn out of its number; so answers may
 *       overtake each other, in every run alike
 *   L2  every n-th question fails, counted from when the service was opened
 *
 * The file is read when it is opened.  A line that is no row, and a key that comes twice, are
 * errors there.
 *
 * Flink    a LookupFunction in AsyncDataStream's examples; FileSystem tables have no lookup.
 */
#ifndef CORE_CONNECTORS_TABLE_LOOKUP_H
#define CORE_CONNECTORS_TABLE_LOOKUP_H

#include "base/lookup.h"
#include "weir.h"

struct table_lookup_config {
    struct weir_lookup_table table;
    int column; /* of table.column */
};

extern const struct lookup_class table_lookup_class;

#endif
