#include "base/err.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *err_name(int err)
{
    switch (err) {
#define CASE_(name, code, text)                                                                    \
    case code:                                                                                     \
        return #name;
        ERR_LIST(CASE_)
#undef CASE_
    default:
        return err == ERR_NONE ? "NONE" : "UNKNOWN";
    }
}

const char *err_text(int err)
{
    switch (err) {
#define CASE_(name, code, text)                                                                    \
    case code:                                                                                     \
        return text;
        ERR_LIST(CASE_)
#undef CASE_
    default:
        return err == ERR_NONE ? "no error" : "unknown error";
    }
}

int diag_set(struct diag *d, int err, const char *format, ...)
{
    va_list args;

    assert(err != ERR_NONE);
    if (d == NULL || d->err)
        return err;
    d->err = err;
    va_start(args, format);
    vsnprintf(d->text, sizeof d->text, format, args);
    va_end(args);
    return err;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Levenshtein distance, one row of the table at a time; words longer than the row are far from
 * everything. */
static int distance(const char *a, const char *b)
{
    enum { ROW = 64 };
    int row[ROW + 1];
    size_t n = strlen(a), m = strlen(b);

    if (n > ROW || m > ROW)
        return INT_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];

        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int changed = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[m];
}

const char *nearest_word(const char *word, const char *const *words, int count)
{
    const char *best = NULL;
    int limit = (int)strlen(word) / 3 + 1; /* farther than that is another word */

    for (int i = 0; i < count; i++) {
        int d = distance(word, words[i]);

        if (d <= limit) {
            best = words[i];
            limit = d - 1; /* only a nearer one from here */
        }
    }
    return best;
}
