/* child.h -- run one program, believe nothing it says about itself.
 *
 * Own process group, killed as a group; wall time, resident memory (256 MB,
 * polled: address sanitizer needs a large address space) and output (256 KB)
 * are limited; no core files.  What it prints is captured.  Observations come
 * on a private pipe, number CHILD_PIPE, which the program under test is told
 * nothing else about.
 */
#ifndef LABS_GRADER_CHILD_H
#define LABS_GRADER_CHILD_H

#include "labs/grader/text.h"
#include "labs/grader/verdict.h"

enum { CHILD_PIPE = 3, CHILD_SANITIZER = 99, CHILD_LOOP = 98 };

struct child {
    const char *const *argv; /* NULL-terminated */
    const char *input;       /* on its standard input; NULL: none */
    int limit_ms;
    int perturb; /* fill of fresh and freed memory, so that two runs can be told apart */
    /* results */
    struct text printed;  /* stdout and stderr */
    struct text observed; /* from the pipe */
    enum verdict verdict; /* PASS: it ended by itself; `status` says how */
    int status;           /* exit code */
    int signal;           /* CRASH */
};

void child_run(struct child *c);
void child_done(struct child *c);

#endif
