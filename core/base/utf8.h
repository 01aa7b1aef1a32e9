/* utf8.h -- characters out of bytes that may be anything.
 *
 * Text comes from files and keys, so it may not be UTF-8 at all.  One rule
 * everywhere: a byte that begins no whole, shortest, legal character counts as
 * one U+FFFD, alone.  (Surrogates written as UTF-8 are not legal.)
 */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_BAD = 0xfffd };

/* The character at `p`, `left` >= 1 bytes before the end; *bytes says how many it takes.
 * UTF8_BAD with *bytes == 1 is a bad byte; with 3 it was written so. */
uint32_t utf8_next(const uint8_t *p, size_t left, size_t *bytes);
/* A legal character as 1 to 4 bytes; returns how many. */
size_t utf8_put(uint32_t c, uint8_t *out);

#endif
