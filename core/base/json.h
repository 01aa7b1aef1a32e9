/* json.h -- write JSON into bytes.  Commas and escapes are kept for you.
 *
 * struct json_writer w = {&out}; json_object(&w, NULL); json_put_int(&w, "n", 3); json_end(&w);
 * A NULL name = an array element or the top value.  Nesting up to 32.
 * Bad UTF-8 in a text is written as U+FFFD, so the result is always JSON.
 * (Rows are read by json_scan.h; JSON to look around in by SQLite: tui/json.h.)
 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include "base/bytes.h"

struct json_writer {
    struct bytes *out;
    uint32_t depth;       /* levels open, the innermost is level depth - 1 */
    uint32_t has_members; /* bit d: level d already has a member */
    uint32_t is_array;    /* bit d: level d is an array */
};

void json_object(struct json_writer *w, const char *name);
void json_array(struct json_writer *w, const char *name);
void json_end(struct json_writer *w); /* closes the innermost */
void json_put_int(struct json_writer *w, const char *name, int64_t v);
void json_put_double(struct json_writer *w, const char *name, double v); /* null if not finite */
void json_put_bool(struct json_writer *w, const char *name, bool v);
void json_put_null(struct json_writer *w, const char *name);
void json_put_text(struct json_writer *w, const char *name, const char *text);
void json_put_span(struct json_writer *w, const char *name, struct span text);

#endif
