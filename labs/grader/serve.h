/* serve.h -- a kept counterexample as an engine of the workbench: one frame a step of the script. */
#ifndef LABS_GRADER_SERVE_H
#define LABS_GRADER_SERVE_H

#include "labs/grader/lab.h"

/* Speaks format 1 of the engine protocol on standard input and output; returns the exit code. */
int serve_kept(const struct lab *labs, int count, const char *id);

#endif
