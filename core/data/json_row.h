/* json_row.h -- rows from and to JSON lines: an object a line.
 *
 * A row is decoded by column *name*, whatever the order of the fields.  Strict: the line is one
 * JSON object and nothing else, in UTF-8.
 *
 *   BOOLEAN        true, false                STRING     a text
 *   INT, BIGINT    a whole number in range    TIMESTAMP  a text as in timestamp.h
 *   DOUBLE         any number that fits       any        null is NULL
 *
 * A column whose field is missing is NULL, or the row is bad; a field that is no column is passed
 * over, or the row is bad: struct json_rules.  A column that stands twice is bad.
 *
 * What json_row_encode() writes, json_row_decode() reads back as the same image, but for a DOUBLE
 * that is not finite (written as null) and texts that are not UTF-8 (U+FFFD for each bad byte).
 *
 * Flink    JsonRowDataDeserializationSchema.  Stricter: Flink takes "12" for an INT, 1.5 for 1 and
 *          the last of two fields of one name.
 */
#ifndef CORE_DATA_JSON_ROW_H
#define CORE_DATA_JSON_ROW_H

#include "base/err.h"
#include "data/row.h"

struct json_rules {
    bool missing_is_bad; /* json.fail-on-missing-field */
    bool extra_is_bad;   /* weir.json.fail-on-extra-field */
};

/* One line into an image with row_room() for the line's bytes.  Returns the image's bytes, or a
 * negative err with `why`: which column or character, what was expected, what stood there. */
int json_row_decode(const struct weir_schema *s, struct json_rules rules, struct span line,
                    uint64_t *image, struct diag *why);
void json_row_encode(const struct weir_schema *s, const struct weir_row *row, struct bytes *out);

#endif
