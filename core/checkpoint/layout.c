#include "checkpoint/layout.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 2, 3))) static bool print(char out[LAYOUT_PATH_MAX],
                                                        const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(out, LAYOUT_PATH_MAX, format, args);
    va_end(args);
    return n >= 0 && n < LAYOUT_PATH_MAX;
}

static bool in_directory(const struct layout *l, const char *name, char out[LAYOUT_PATH_MAX])
{
    return l->own_directory ? print(out, "%s/%s%s", l->checkpoints, l->job, name)
                            : print(out, "%s%s", l->checkpoints, name);
}

bool layout_directory(const struct layout *l, char out[LAYOUT_PATH_MAX])
{
    return in_directory(l, "", out);
}

bool layout_shared(const struct layout *l, char out[LAYOUT_PATH_MAX])
{
    return in_directory(l, "/shared", out);
}

bool layout_task_owned(const struct layout *l, char out[LAYOUT_PATH_MAX])
{
    return in_directory(l, "/taskowned", out);
}

bool layout_savepoint(const struct layout *l, const char *unique, char out[LAYOUT_PATH_MAX])
{
    return print(out, "%s/savepoint-%.*s-%s", l->savepoints, LAYOUT_JOB_DIGITS, l->job, unique);
}
