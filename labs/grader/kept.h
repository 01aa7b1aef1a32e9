/* kept.h -- counterexamples: shown, kept under an ID in .weir/runs, loaded and run again.
 *
 * Three kinds: a script for an organ (ID.case), a plan of faults (ID.plan), and
 * rows for a program of a job lab (the folder ID, program.h).
 */
#ifndef LABS_GRADER_KEPT_H
#define LABS_GRADER_KEPT_H

#include "labs/grader/mark.h"

/* The text behind `key` up to the end of the line; "" if it is not there. */
void header_of(const char *text, const char *key, char *out, size_t room);
/* "04.drawn-3fa2"; the first of a marking is the one that is shown. */
void kept_name(struct mark *m, const char *id, uint64_t hash, char name[64]);

void script_keep(struct mark *m, const struct script *s, const char *id, const char *intent);
void script_show(const struct script *s, struct text *out);
/* Load it: lab, file, script.  False: no such ID. */
bool script_kept(const char *id, char lab[8], char file[PATH_BYTES], struct script *s,
                 char intent[200]);

/* The job program on the learner's organ, and the plan.  False: there is none of that ID; on a
 * build failure `program` is "". */
bool plan_kept(const struct lab *labs, int count, const char *id, char program[PATH_BYTES],
               char plan[160]);

/* Run a kept counterexample again: prints, returns the exit code. */
int replay_kept(const struct lab *labs, int count, const char *id);

#endif
