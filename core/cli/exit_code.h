/* exit_code.h -- what the exit status of every weir program says. */
#ifndef CORE_CLI_EXIT_CODE_H
#define CORE_CLI_EXIT_CODE_H

#define EXIT_CODE_LIST(X)                                                                          \
    X(OK, 0, "everything asked for was done")                                                      \
    X(FAILED, 1, "the job failed; explore found something")                                        \
    X(USAGE, 2, "wrong usage: an unknown word, a wrong value, a mistake in the program")           \
    X(INPUT, 3, "a file that is missing, unreadable or malformed: data, plan, checkpoint")         \
    X(STOPPED, 4, "stopped by a signal; it says where to go on from, if there is a checkpoint")    \
    X(UNFIRED, 5, "the run was good, but a line of the plan never fired")                          \
    X(MISMATCH, 6, "a replay that did not show the same hash again")

enum exit_code {
#define EXIT_CODE_ENUM_(name, code, text) EXIT_CODE_##name = code,
    EXIT_CODE_LIST(EXIT_CODE_ENUM_)
};

/* The code a program ends with: what was printed and is lost is a failure too (a full disk). */
int exit_code_of_output(int code);

#endif
