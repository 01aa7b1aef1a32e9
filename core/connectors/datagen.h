/* datagen.h -- rows out of nothing: config of "datagen_source".
 *
 * A value is a function of (seed, column, number of the row) and of nothing else: no matter how
 * many subtasks there are, how often they were restored and when.  Row r is made by subtask
 * r mod n, so the number of the next row is all the state there is.
 *
 *   G1  the rows of a run are the same at every parallelism, and after every failure
 *   G2  row r is not given before r / rows_per_second has passed since the attempt's first row,
 *       by the clock of the driver
 *
 * Flink    DataGeneratorSource with RandomGenerator and SequenceGenerator.  There random values
 *          are drawn anew after a restore, and a TIMESTAMP is the wall clock's; zipf is ours.
 */
#ifndef CORE_CONNECTORS_DATAGEN_H
#define CORE_CONNECTORS_DATAGEN_H

#include "base/err.h"
#include "weir.h"

struct datagen_config {
    const struct weir_schema *schema;
    int64_t rows_per_second; /* also what TIMESTAMPs go by */
    bool is_paced;           /* else as fast as they are taken */
    uint64_t rows;           /* UINT64_MAX: endless */
    uint64_t seed;
    const struct weir_field *field; /* one a column, every number filled in */
};

/* The field of a column as it was given (NULL: not at all), with defaults filled in; an err with
 * `why` if it cannot be made. */
int datagen_field(const struct weir_column *c, const struct weir_field *given,
                  struct weir_field *out, struct diag *why);
/* Rows until the first sequence has ended; UINT64_MAX if there is none. */
uint64_t datagen_rows(const struct weir_schema *s, const struct weir_field *field);

#endif
