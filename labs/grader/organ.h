/* organ.h -- what an organ program must provide: how to drive its organ by a script.
 *
 * The program reads scripts from standard input, each ended by a line "---":
 * a first line that says what is set up (`channels 3`, `sliding size 10 ...`),
 * then a step a line.  For each step it reports one line on the private pipe:
 * what came out.  It says nothing else; whether that is right is for the grader
 * to decide.
 *
 * Asked to be the model it answers from the definition, slowly and without the
 * organ; that is what drawn scripts are compared with.  An organ program
 * without a model answers with the organ it was linked with, the course's.
 */
#ifndef LABS_GRADER_ORGAN_H
#define LABS_GRADER_ORGAN_H

#include <stdbool.h>
#include <stdint.h>

enum { ORGAN_WORDS = 8 };

struct organ_step {
    int words;
    char word[ORGAN_WORDS][24];
};

extern bool organ_is_model;

void organ_begin(const struct organ_step *setup);
void organ_step(const struct organ_step *s);
void organ_end(void);

/* The number behind `name` in a line of names and numbers; 0: it is not there. */
int64_t organ_number(const struct organ_step *line, const char *name);
/* Stands for a function that is not written yet: the script ends here. */
void organ_unwritten(void);

/* For organ_step(): one thing that came out. */
void organ_out(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
