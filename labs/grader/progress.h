/* progress.h -- what was marked when: one row a marking, only ever added to. */
#ifndef LABS_GRADER_PROGRESS_H
#define LABS_GRADER_PROGRESS_H

#include <stdbool.h>

/* In .weir/progress.db; failing to write is not the learner's trouble: it is said and goes on. */
void progress_add(const char *lab, const char *verdict, int passed, int cases);
/* The last verdict of a lab, or "" if it was never marked. */
void progress_last(const char *lab, char verdict[32]);

#endif
