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

#endif
