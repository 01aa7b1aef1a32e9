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
    bool is_begun; /* not all is written: a script that ends early is still to do */
    uint64_t seed;
    struct marked_case done[CASES_MAX];
    int cases;
    enum verdict verdict;
    struct text failure;     /* of the first case that did not pass, for people */
    char counterexample[64]; /* its ID, or "" */
};

/* A case by hand: its name, what it is for, and its script. */
bool case_load(const char *path, struct script *s, char name[64], char intent[200]);
void mark_lab(struct mark *m);
void mark_done(struct mark *m);

/* Notes how a case ended; the worst of them is the marking's verdict. */
void mark_count(struct mark *m, const char *id, enum verdict v);
enum { JOB_LIMIT_MS = 20000, WRONG_LIMIT_MS = 3000 };
/* A whole job, with more arguments (NULL-terminated, or none).  False: c->verdict says why. */
bool run_job(const char *program, struct child *c, const char *const *more, int limit_ms);

#endif
