/* err.h -- what the world can do to us, as one list of codes, names and texts.
 *
 * Four kinds of trouble, four mechanisms: a bug is an assert; no memory aborts
 * (mem.h); "not now" is an enum of its own (a blocked task, a full pool); the
 * world (disk, peer, bad bytes, bad job) is a negative `enum err`.  Where a
 * person must understand it, the function also fills a `struct diag`: what,
 * where, what to do.
 */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#define ERR_LIST(E)                                                                                \
    E(IO, -1, "input/output error")                                                                \
    E(NOT_FOUND, -2, "not found")                                                                  \
    E(EXISTS, -3, "already exists")                                                                \
    E(FULL, -4, "no space left")                                                                   \
    E(DAMAGED, -5, "damaged data")                                                                 \
    E(FORMAT, -6, "malformed input")                                                               \
    E(VERSION, -7, "version not supported")                                                        \
    E(MISMATCH, -8, "does not belong here")                                                        \
    E(USAGE, -9, "wrong usage")                                                                    \
    E(USER, -10, "the job's own function failed")                                                  \
    E(LIMIT, -11, "limit exceeded")                                                                \
    E(LOST, -12, "connection lost")                                                                \
    E(BUSY, -13, "in use by someone else")

enum err {
    ERR_NONE = 0,
#define ERR_ENUM_(name, code, text) ERR_##name = code,
    ERR_LIST(ERR_ENUM_)
};

const char *err_name(int err); /* "IO"; never NULL */
const char *err_text(int err); /* "input/output error"; never NULL */

/* A message for a person.  `text` says what, where and what to do, without a newline. */
enum { DIAG_TEXT_MAX = 512 };
struct diag {
    int err; /* ERR_NONE while nothing is wrong */
    char text[DIAG_TEXT_MAX];
};

/* Keeps the first mistake: a diag that is already set stays as it is.  Returns `err`, which is not
 * ERR_NONE.  `d` may be NULL: nobody wants to know. */
int diag_set(struct diag *d, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The nearest of `count` words to `word` (edit distance, at most 1/3 of its length + 1), or NULL:
 * "unknown option 'paralelism': did you mean 'parallelism'?" */
const char *nearest_word(const char *word, const char *const *words, int count);

#endif
