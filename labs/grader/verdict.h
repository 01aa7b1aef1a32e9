/* verdict.h -- what marking can end in, kept apart, and the exit code each has.
 *
 * A pass must be true: everything declared ran, and all of it was right.  When
 * several cases end differently the one that comes first in the order of the
 * list below decides.
 */
#ifndef LABS_GRADER_VERDICT_H
#define LABS_GRADER_VERDICT_H

#define VERDICT_LIST(V)                                                                            \
    V(INTERNAL, 70, "the grader itself is at fault: please report it")                             \
    V(TAMPERED, 8, "a protected file differs from the course's")                                   \
    V(BUILD, 3, "your file does not compile or link")                                              \
    V(CRASH, 6, "your code died")                                                                  \
    V(SANITIZER, 6, "a sanitizer stopped your code")                                               \
    V(EARLY_EXIT, 6, "your code ended the program before its work was done")                       \
    V(TIMEOUT, 5, "your code did not come back in time")                                           \
    V(MEMORY, 5, "your code took more than 256 MB")                                                \
    V(FLOOD, 5, "your code printed more than 256 KB")                                              \
    V(FAIL, 1, "an answer is wrong")                                                               \
    V(NONDETERMINISTIC, 7, "two runs of the same case differ")                                     \
    V(UNKNOWN, 7, "no answer was reached")                                                         \
    V(TODO, 4, "there is something left to write")                                                 \
    V(PASS, 0, "everything asked for passed")

enum verdict {
#define VERDICT_ENUM_(name, code, text) VERDICT_##name,
    VERDICT_LIST(VERDICT_ENUM_)
    VERDICTS
};
enum { EXIT_USAGE = 2 };

const char *verdict_name(enum verdict v);
const char *verdict_text(enum verdict v);
int verdict_exit(enum verdict v);
/* The one that decides. */
enum verdict verdict_worse(enum verdict a, enum verdict b);

#endif
