/* json.h -- the project's one JSON reader: SQLite parses, we keep a tree to look at.
 *
 * The workbench, the grader and the test runners are clients of weir's JSON.
 * (core only writes JSON.)  json_tree() of an in-memory database walks the
 * text; every digit of an int64 is kept.  One allocation a tree; a tree is
 * read-only and lives until json_free().
 *
 * Asking is forgiving so that callers can chain: a NULL node has kind
 * JSON_NONE, no members, and gives 0 or "".  Whoever must tell "absent" from
 * "zero" asks for the kind.
 */
#ifndef TUI_JSON_H
#define TUI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_kind {
    JSON_NONE,
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,
    JSON_DOUBLE,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json_reader; /* one database connection and its prepared statement */
struct json;        /* a node; the root owns the tree */

struct json_reader *json_reader_new(void); /* NULL: SQLite could not be opened */
void json_reader_free(struct json_reader *r);
/* NULL if malformed: `why` then says what SQLite found. */
struct json *json_parse(struct json_reader *r, const char *text, size_t bytes, char *why,
                        size_t why_bytes);
void json_free(struct json *root); /* NULL is fine */

enum json_kind json_kind(const struct json *j);
size_t json_count(const struct json *j);                             /* members or elements */
const struct json *json_at(const struct json *j, size_t i);          /* NULL past the end */
const struct json *json_get(const struct json *j, const char *name); /* first of that name; NULL */
const char *json_name(const struct json *j);                         /* of a member, else "" */
int64_t json_int(const struct json *j);
double json_double(const struct json *j);
bool json_bool(const struct json *j);
const char *json_text(const struct json *j); /* UTF-8, terminated */
size_t json_text_bytes(const struct json *j);
/* The same, straight from a member. */
int64_t json_get_int(const struct json *j, const char *name);
const char *json_get_text(const struct json *j, const char *name);
bool json_equal(const struct json *a, const struct json *b); /* members in the same order */

#endif
