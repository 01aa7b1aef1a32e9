/* results.h -- what the sinks of a job wrote, for people and as JSON. */
#ifndef CORE_CLI_RESULTS_H
#define CORE_CLI_RESULTS_H

#include "cli/run.h"
#include "connectors/file_sink.h"

const struct file_sink_config *results_sink(const struct node *n); /* NULL: no such sink */
/* Parts of an earlier run: this one replaces them. */
void results_remove(const struct run *r, struct fs *output);
/* All that was printed, the first rows of each directory, and how many there are. */
void results_show(const struct run *r, struct fs *output);
/* The member "sinks". */
void results_json(const struct run *r, struct fs *output, struct json_writer *j);

#endif
