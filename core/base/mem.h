/* mem.h -- memory that is there, or the process ends.
 *
 * Surviving out-of-memory costs a goto on every path and is never tested;
 * what must survive is a *budget*, and budgets are pools that say "not now".
 * These abort with one line on stderr when the system has no memory left.
 */
#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t bytes);           /* zeroed; bytes may be 0 */
void *mem_resize(void *p, size_t bytes); /* new bytes are not zeroed; p may be NULL */
void mem_free(void *p);                  /* NULL is fine */
void *mem_copy(const void *p, size_t bytes);
char *mem_text(const char *text); /* a copy of a C string */
/* Room for one more behind `count` items, if there is none: an array that doubles. */
#define MEM_GROW(array, count, room)                                                               \
    do {                                                                                           \
        if ((count) == (room)) {                                                                   \
            (room) = (room) ? 2 * (room) : 4;                                                      \
            (array) = mem_resize((array), (room) * sizeof *(array));                               \
        }                                                                                          \
    } while (0)

#endif
