/* script.h -- scripts for organs: run many at once, compare, make a failing one small. */
#ifndef LABS_GRADER_SCRIPT_H
#define LABS_GRADER_SCRIPT_H

#include "labs/grader/child.h"
#include "labs/grader/lab.h"

enum { STEPS_MAX = 64, SETUP_BYTES = 80, STEP_BYTES = 40, ANSWER_BYTES = 160 };

struct script {
    char setup[SETUP_BYTES]; /* what there is: "channels 3", "sliding size 10 step 5 offset 0" */
    int steps;
    char step[STEPS_MAX][STEP_BYTES];
    char expected[STEPS_MAX][ANSWER_BYTES]; /* of the reference, or written by hand */
    char got[STEPS_MAX][ANSWER_BYTES];
    int answered;    /* steps that got an answer */
    int first_wrong; /* -1: none */
};

struct organ_run {
    enum verdict verdict;
    struct text printed; /* what the program said, trimmed, if it died */
};

unsigned script_channels(const struct script *s); /* of the set-up; 0: it has none */
/* Run all scripts in one process of `program`; answers go to `got`, or, `into_expected`, the
 * program is asked to be the model, and they go to `expected`. */
void scripts_run(const char *program, struct script *s, int count, bool into_expected, int perturb,
                 struct organ_run *run);
/* Sets first_wrong; true if it is right. */
bool script_compare(struct script *s);
/* A script for the lab's organ, from a seed; false: nobody knows how to draw for it. */
bool script_draw(struct script *s, const char *organ, uint64_t seed);
/* Fewer steps, fewer channels, and if wanted smaller numbers, as long as `learner` differs from
 * `reference`. */
void script_shrink(struct script *s, const char *learner, const char *reference, bool numbers);
/* Fewer steps, as long as `learner` dies in the same way. */
void script_shrink_death(struct script *s, const char *learner, enum verdict death);
void script_text(const struct script *s, struct text *out); /* as it is read and saved */
/* The set-up, then lines `step -> answer` (the arrow and the answer may be missing). */
bool script_parse(struct script *s, const char *text);
uint64_t script_hash(const struct script *s); /* of what was got */

#endif
