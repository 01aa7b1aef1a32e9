/* text.h -- growing text, files as text, and paths: the little the grader needs of them. */
#ifndef LABS_GRADER_TEXT_H
#define LABS_GRADER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text { /* zero-initialised is empty; p is always terminated once something was put */
    char *p;
    size_t bytes, room;
};

void text_done(struct text *t);
void text_clear(struct text *t);
void text_put(struct text *t, const char *p, size_t bytes);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *text_of(const struct text *t); /* "" if empty */
/* First of its lines, others by strtok_r(NULL, "\n", save); NULL if none.  Cuts the text up. */
char *text_line(struct text *t, char **save);
bool text_load(struct text *t, const char *path);   /* appended; false: cannot be read */
bool text_save(const char *path, const char *text); /* through a temporary name */
void text_relative(struct text *t);                 /* paths below this folder, as from here */
uint64_t text_hash(const char *text);               /* FNV-1a, 64 bits */
void make_folders(const char *path);                /* of a path, up to its last slash */

#endif
