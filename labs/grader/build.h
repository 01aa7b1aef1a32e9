/* build.h -- from the learner's file to programs that can be run; and one look at the object.
 *
 * Programs are linked from explicit lists of objects with exactly one replaced.
 * The object is compiled twice: plain (for the look, and for whole jobs), and
 * with address and undefined-behaviour sanitizers (for scripts).
 */
#ifndef LABS_GRADER_BUILD_H
#define LABS_GRADER_BUILD_H

#include "labs/grader/lab.h"
#include "labs/grader/verdict.h"

enum { PATH_BYTES = 512 };

struct built {
    char folder[PATH_BYTES];    /* .weir/lab/05-<hash of the path> */
    char object[PATH_BYTES];    /* plain */
    char organ[PATH_BYTES];     /* organ program on the learner's object; "" for a job lab */
    char reference[PATH_BYTES]; /* the same on the course's */
    bool is_begun;              /* some functions are there; `organ` has stand-ins for the others */
    struct text report;         /* what the compiler, the look or the linker said */
};

/* BUILD, TODO (functions missing), FAIL (something that an organ may not have) or PASS. */
enum verdict build_learner(const struct lab *lab, const char *file, struct built *b);
void built_done(struct built *b);
/* The course's wrong answers, each as an organ program; kept.  Returns how many. */
enum { MUTANTS_MAX = 32 };
struct mutant {
    char program[PATH_BYTES];
    char misconception[120];
};
int build_mutants(const struct lab *lab, struct built *b, struct mutant *out);
/* Job `name` of build/jobs, or the conformance runner, on the learner's object. */
bool build_job(const struct lab *lab, struct built *b, const char *name, char out[PATH_BYTES]);
bool build_conformance(const struct lab *lab, struct built *b, char out[PATH_BYTES]);
/* A job lab's program: from a file (the reference's), or, NULL, the learner's. */
bool build_program(struct built *b, const char *source, const char *name, char out[PATH_BYTES]);

#endif
