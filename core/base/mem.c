#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* Ask for huge pages inside a large block: a map of ten million keys grows several times faster
 * and is read with fewer TLB misses.  Only a hint; the system may not know it. */
static void *hint_huge(void *p, size_t bytes)
{
    enum { HUGE_BYTES = 2 << 20 };
    uintptr_t from = ((uintptr_t)p + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1);
    uintptr_t to = ((uintptr_t)p + bytes) & ~(uintptr_t)(HUGE_BYTES - 1);

    if (bytes >= 4 * HUGE_BYTES)
        madvise((void *)from, to - from, MADV_HUGEPAGE);
    return p;
}

void *mem_alloc(size_t bytes)
{
    return hint_huge(or_abort(calloc(1, bytes ? bytes : 1)), bytes);
}

void *mem_resize(void *p, size_t bytes)
{
    return hint_huge(or_abort(realloc(p, bytes ? bytes : 1)), bytes);
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
