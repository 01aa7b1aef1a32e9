/* guess.h -- which known misconception gives the same wrong answers?
 *
 * The mutants of a lab are wrong answers with a name.  One that answers the
 * shrunk script just as the learner's file does is a guess; of several it is the
 * one that agrees on most cases by hand.
 */
#ifndef LABS_GRADER_GUESS_H
#define LABS_GRADER_GUESS_H

#include "labs/grader/build.h"
#include "labs/grader/script.h"

/* `s` as the learner's file answered it.  False: nothing known looks like it. */
bool guess(const struct lab *lab, struct built *b, const struct script *s, char misconception[120]);

#endif
