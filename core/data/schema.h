/* schema.h -- what a row type is, and that two of them are the same.
 *
 * The types themselves are public (weir.h): struct weir_schema, enum weir_type.
 */
#ifndef CORE_DATA_SCHEMA_H
#define CORE_DATA_SCHEMA_H

#include "base/bytes.h"
#include "base/err.h"
#include "weir.h"

enum { SCHEMA_COLUMNS_MAX = 63 };

const char *type_name(enum weir_type t); /* "BIGINT" */
/* The struct of `s` is its image: no text columns. */
static inline bool schema_is_fixed(const struct weir_schema *s)
{
    return s->size == 8 * (1 + s->columns);
}
int schema_column(const struct weir_schema *s, const char *name); /* index, or -1 */
int schema_check(const struct weir_schema *s, struct diag *why);  /* names, count, size */
/* Equal columns: names and types.  The name of the row type is for people and does not count.
 * Equal schemas have equal hashes.  NULL equals NULL only. */
bool schema_equal(const struct weir_schema *a, const struct weir_schema *b);
uint64_t schema_hash(const struct weir_schema *s);
/* Into a snapshot, NULL (no such rows) too; later: was it written of rows like `now`'s?  False as
 * well if it is malformed: then the reader may stand anywhere. */
void schema_write(const struct weir_schema *s, struct bytes *out);
bool schema_matches(const struct weir_schema *now, struct reader *r);

#endif
