/* format.h -- numbers as a learner reads them: virtual time, event time, counts. */
#ifndef TUI_FORMAT_H
#define TUI_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORMAT_BYTES = 40 };

/* A text small enough to be returned: format_us(12400).text is "12.400". */
struct formatted {
    char text[FORMAT_BYTES];
};

struct formatted format_us(int64_t us); /* virtual time: "12.400 ms", or "00:12.400" from 10 s on */
struct formatted format_ms(int64_t us); /* the same for a log column: "12.400" */
/* Event time.  Small numbers (labs count from 0) stay numbers; the rest is a UTC date and time.
 * "none" is INT64_MIN or !has, "end" is INT64_MAX. */
struct formatted format_wm(bool has, int64_t ms);      /* "2001-01-01 01:24:00" */
struct formatted format_wm_mid(bool has, int64_t ms);  /* "01-01 01:24" */
struct formatted format_wm_tiny(bool has, int64_t ms); /* "01:24" */

/* Copies a sentence of the engine; event times in it (numbers of 12 or 13 digits) become dates:
 * "watermark 978690659999" is "watermark 01-05 10:30:59.999".  Cut to `bytes`, ends in 0. */
void format_sentence(const char *from, char *to, size_t bytes);

#endif
