/* arena.h -- memory of one lifetime, given back all at once.
 *
 * Name the lifetime: the job's arena (graph, schemas), an attempt's arena
 * (operators, config), scratch (reset after every step).
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);                               /* NULL is fine */
void arena_reset(struct arena *a);                              /* keeps the memory for reuse */
void *arena_alloc(struct arena *a, size_t bytes);               /* zeroed, aligned to 16 */
void *arena_copy(struct arena *a, const void *p, size_t bytes); /* NULL for NULL */
char *arena_text(struct arena *a, const char *text);            /* NULL for NULL */
char *arena_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
