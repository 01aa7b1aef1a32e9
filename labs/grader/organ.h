/* organ.h -- what an organ program must provide: how to drive its organ by a script.
 *
 * The program reads scripts from standard input, separated by lines "---":
 * a first line `channels N [option]`, then a step a line.  For each step it
 * reports one line on the private pipe: what came out.  It says nothing else;
 * whether that is right is for the grader to decide.
 */
#ifndef LABS_GRADER_ORGAN_H
#define LABS_GRADER_ORGAN_H

#include <stdint.h>

enum { ORGAN_WORDS = 6 };

struct organ_step {
    int words;
    char word[ORGAN_WORDS][24];
};

/* `option` is what stands behind the number of channels, or "". */
void organ_begin(uint32_t channels, const char *option);
void organ_step(const struct organ_step *s);
void organ_end(void);

/* For organ_step(): one thing that came out. */
void organ_out(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
