#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *or_abort(void *p)
{
    static const char text[] = "weir: no memory left\n";

    if (p == NULL) {
        if (write(2, text, sizeof text - 1) < 0)
            abort();
        abort();
    }
    return p;
}

void *mem_alloc(size_t bytes)
{
    return or_abort(calloc(1, bytes ? bytes : 1));
}

void *mem_resize(void *p, size_t bytes)
{
    return or_abort(realloc(p, bytes ? bytes : 1));
}

void mem_free(void *p)
{
    free(p);
}

void *mem_copy(const void *p, size_t bytes)
{
    void *copy = mem_alloc(bytes);

    if (bytes)
        memcpy(copy, p, bytes);
    return copy;
}

char *mem_text(const char *text)
{
    return mem_copy(text, strlen(text) + 1);
}
