/* mark.h -- mark one lab: every declared case, drawn scripts, vectors, whole jobs, faults. */
#ifndef LABS_GRADER_MARK_H
#define LABS_GRADER_MARK_H

#include "labs/grader/build.h"
#include "labs/grader/script.h"

enum { CASES_MAX = 64 };

struct marked_case {
    char id[64];
    enum verdict verdict;
};

struct mark {
    const struct lab *lab;
    const char *file;
    bool deep;
    uint64_t seed;
    struct marked_case done[CASES_MAX];
    int cases;
    enum verdict verdict;
    struct text failure; /* of the first case that did not pass, for people */
    char counterexample[64]; /* its ID, or "" */
};

void mark_lab(struct mark *m);
void mark_done(struct mark *m);

/* A kept plan (what `survive` found): the job program on the learner's organ, and the plan.  False:
 * there is none of that ID; on a build failure `program` is "". */
bool kept_plan(const struct lab *labs, int count, const char *id, char program[PATH_BYTES],
               char plan[160]);

/* Run a kept counterexample again: prints, returns the exit code. */
int replay_kept(const struct lab *labs, int count, const char *id);
/* Load it: lab, file, script.  False: no such ID. */
bool kept_load(const char *id, char lab[8], char file[PATH_BYTES], struct script *s,
               char intent[200]);

#endif
