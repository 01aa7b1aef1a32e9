/* jobs.h -- Flink's verbs for jobs that run: list, savepoint, stop, cancel.
 *
 * A job is named by its id, the beginning of it, or its name if only one runs.
 */
#ifndef CORE_CLI_JOBS_H
#define CORE_CLI_JOBS_H

#include <stdbool.h>

/* Is it one of these verbs?  Then `code` is the exit code of having done it. */
bool jobs_verb(const char *verb, int argc, char **argv, int *code);

#endif
