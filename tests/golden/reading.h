/* reading.h -- what the readers of the parts of a job.json share: the first finding sticks. */
#ifndef TESTS_GOLDEN_READING_H
#define TESTS_GOLDEN_READING_H

#include "tests/golden/spec.h"

struct reading {
    struct spec *s;
    const struct json *job;
    char *why;
    enum understood u;
};

/* All answer false after a finding, so that readers are chains of &&. */
bool stop(struct reading *r, enum understood u, const char *what, const char *word);
int word_in(const char *word, const char *const *words); /* words end with NULL; -1: none of them */
/* Every member of `j` is in `names` (between blanks). */
bool members(struct reading *r, const struct json *j, const char *where, const char *names);
/* A count that the job divides by, or keeps that many of. */
bool at_least_one(struct reading *r, const char *what, int64_t n);
/* Each dataset has its own keys and fields: those of the other one are unknown words here. */
bool key_word_of(struct reading *r, const char *word);
bool field_of(struct reading *r, const char *word, enum field_word *f);
/* `text` is, or begins with, what a rule says in so many words. */
bool says(struct reading *r, const char *what, const char *text, const char *wanted);
bool begins(struct reading *r, const char *what, const char *text, const char *wanted);

bool read_window(struct reading *r, const struct json *window);
bool read_function(struct reading *r);
bool read_top(struct reading *r);          /* stage_1, stage_2 */
bool read_sides_of_two(struct reading *r); /* left, right; interval_join, or a window's function */
bool read_broadcast(struct reading *r);    /* broadcast, function, then */

#endif
