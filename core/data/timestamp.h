/* timestamp.h -- milliseconds since 1970, UTC, from and to text.
 *
 * `yyyy-MM-dd HH:mm:ss`, with `.mmm` if there are milliseconds; reading also
 * takes a T between date and time and one to three digits behind the point.
 * The calendar is Gregorian for all time, as java.time has it; years 0000 to
 * 9999 can be read.  No locale, no time zone, no leap seconds.
 */
#ifndef CORE_DATA_TIMESTAMP_H
#define CORE_DATA_TIMESTAMP_H

#include "base/bytes.h"

int timestamp_parse(struct span text, int64_t *ms);   /* ERR_NONE or ERR_FORMAT */
void timestamp_format(int64_t ms, struct bytes *out); /* 2001-01-01 01:24:00[.mmm], UTC */

#endif
