/* tables.h -- the databases that a job's table sinks write to, before and after a run. */
#ifndef CORE_CONNECTORS_TABLES_H
#define CORE_CONNECTORS_TABLES_H

#include "base/fs.h"
#include "graph/dataflow.h"

struct tables {
    const struct dataflow *dataflow;
    const char *home; /* where paths of databases start */
};

/* They are there and fit, or an err with `why`.  `from_the_beginning`: what an earlier run
 * committed is forgotten, so that the numbers begin again; its rows stay. */
int tables_begin(struct tables t, bool from_the_beginning, struct diag *why);
/* What was committed under sim, from the simulated store into the real databases. */
int tables_write(struct tables t, struct fs *output, struct diag *why);
/* For people: a line a table with how many rows it has now. */
void tables_describe(struct tables t, struct bytes *out);

#endif
