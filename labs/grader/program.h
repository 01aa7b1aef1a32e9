/* program.h -- job labs: the learner's whole program beside the course's, on data that is not known
 * beforehand.  When they differ, rows are left out as long as they still do: what is shown is the
 * row that shows it, and it is kept in .weir/runs/ID.
 */
#ifndef LABS_GRADER_PROGRAM_H
#define LABS_GRADER_PROGRAM_H

#include "labs/grader/mark.h"

void mark_program(struct mark *m, struct built *b);

struct kept_rows {
    char file[PATH_BYTES]; /* the learner's */
    char mine[PATH_BYTES]; /* its program; "": it does not build any more */
    char course[PATH_BYTES];
    char data[PATH_BYTES]; /* "weir.data-dir=..." */
    char parallelism[16];
    char intent[200];
};

/* False: there are none of that ID. */
bool rows_kept(const struct lab *labs, int count, const char *id, struct kept_rows *k);
int rows_replay(const struct kept_rows *k, const char *id);

#endif
