/* tables.h -- the databases that a job's table sinks write to, before and after a run. */
#ifndef CORE_CLI_TABLES_H
#define CORE_CLI_TABLES_H

#include "cli/run.h"

/* They are there and fit, or an err with `why`.  `from_the_beginning`: what an earlier run committed
 * is forgotten, so that the numbers begin again; its rows stay. */
int tables_begin(const struct run *r, bool from_the_beginning, struct diag *why);
/* What was committed under sim, from the simulated store into the real databases. */
int tables_write(const struct run *r, struct fs *output, struct diag *why);
void tables_show(const struct run *r); /* how many rows each has now */

#endif
