/* json_scan.h -- read one JSON object strictly (RFC 8259), without building anything.
 *
 * json_scan_object() walks the members of one object and shows each to a function: its name and
 * its value, as they stand in the text.  Nested objects and arrays are checked and shown as a
 * whole.  What json_scan lets through is JSON in UTF-8; a mistake says at which character
 * (counted in bytes, from 1) and what was expected there.  It is meant for millions of short
 * lines; for a document to look around in there is tui/json.h.
 *
 *   S1  the bytes behind the object are blanks, or it is a mistake
 *   S2  escapes are whole: \u has four hexadecimal digits, surrogates come in pairs
 *   S3  nesting ends at JSON_LEVELS_MAX: rubbish cannot use up the stack
 */
#ifndef CORE_BASE_JSON_SCAN_H
#define CORE_BASE_JSON_SCAN_H

#include "base/bytes.h"
#include "base/err.h"

enum { JSON_LEVELS_MAX = 64 };

enum json_type {
    JSON_TYPE_ABSENT,
    JSON_TYPE_NULL,
    JSON_TYPE_TRUE,
    JSON_TYPE_FALSE,
    JSON_TYPE_NUMBER,
    JSON_TYPE_TEXT,
    JSON_TYPE_OBJECT,
    JSON_TYPE_ARRAY
};

struct json_value { /* borrowed from the text */
    enum json_type type;
    bool whole;       /* a number without fraction or exponent */
    bool escaped;     /* a text with a backslash in it: json_unescape() */
    struct span text; /* of a text what is between the quotes, else all of it */
};

/* A member; not ERR_NONE with `why`: stop. */
typedef int json_member(void *arg, const struct json_value *name, const struct json_value *value,
                        struct diag *why);

/* ERR_NONE, or ERR_FORMAT, or what `each` said. */
int json_scan_object(struct span text, json_member *each, void *arg, struct diag *why);
/* A text as it is meant; `out` has room for the bytes of v->text.  Returns the bytes. */
uint32_t json_unescape(const struct json_value *v, uint8_t *out);

#endif
