/* lookup.h -- each row with the columns of a table's row of the same key.
 *
 * The answer, even that there is none, is kept in a cache of a fixed number of slots: a key always
 * in the same one, until another key wants it.  The database is opened read-only, and under `sim`
 * too: it is input, as a file is.  There is no state: a restore asks again.
 *
 * Flink    JdbcLookupFunction with a partial cache, which is LRU and may expire; it gives all rows
 *          of a key.
 */
#ifndef CORE_DATABASE_LOOKUP_H
#define CORE_DATABASE_LOOKUP_H

#include "runtime/operator.h"

struct lookup_config {
    const char *database, *table;
    const char *column; /* of the table: what is looked for */
    int key;            /* column of the row */
    const struct weir_schema *in, *out;
    const struct weir_schema *found; /* the columns of `out` that come from the table */
    uint32_t slots;
    bool keeps_unmatched;
};

extern const struct operator_class sqlite_lookup_class;

#endif
