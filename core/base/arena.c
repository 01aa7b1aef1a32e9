#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 16384, ALIGN = 16 };

struct block {
    struct block *next;
    size_t room, used;
    _Alignas(16) uint8_t data[];
};

struct arena {
    struct block *block; /* the newest first; those behind it are not filled further */
};

struct arena *arena_new(void)
{
    return mem_alloc(sizeof(struct arena));
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *next = b->next;

        mem_free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    free_blocks(a->block);
    mem_free(a);
}

static void add_block(struct arena *a, size_t bytes)
{
    size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct block *b = mem_alloc(sizeof *b + room);

    b->room = room;
    b->next = a->block;
    a->block = b;
}

/* What took several blocks is given one that holds it all, so that a scratch arena that is reset
 * after every step soon stops to call malloc. */
void arena_reset(struct arena *a)
{
    struct block *b = a->block;
    size_t used = 0;

    if (b == NULL)
        return;
    if (b->next == NULL) {
        memset(b->data, 0, b->used);
        b->used = 0;
        return;
    }
    for (; b; b = b->next)
        used += b->used;
    free_blocks(a->block);
    a->block = NULL;
    add_block(a, used);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    void *p;

    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (a->block == NULL || a->block->room - a->block->used < bytes)
        add_block(a, bytes);
    p = a->block->data + a->block->used;
    a->block->used += bytes;
    return p;
}

void *arena_copy(struct arena *a, const void *p, size_t bytes)
{
    void *copy;

    if (p == NULL)
        return NULL;
    copy = arena_alloc(a, bytes);
    if (bytes)
        memcpy(copy, p, bytes);
    return copy;
}

char *arena_text(struct arena *a, const char *text)
{
    return text ? arena_copy(a, text, strlen(text) + 1) : NULL;
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args;
    char *text;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = arena_alloc(a, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}
