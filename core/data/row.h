/* row.h -- rows as bytes: one image that can be copied, sent and stored as it is.
 *
 *     null word | slot 0 | slot 1 | ... | text bytes, padded to 8
 *
 * No pointers inside: a STRING slot is offset | bytes << 32 from the start.
 * Padding is zero and texts lie in column order without gaps, so equal rows
 * have equal bytes (hashing and comparing images is legal).  A column that is
 * null has an empty slot: 0, or an empty text where its text would stand.
 */
#ifndef CORE_DATA_ROW_H
#define CORE_DATA_ROW_H

#include "data/schema.h"
#include "data/timestamp.h"

/* The bytes an image of `value` (a struct of `s`) takes. */
uint32_t row_image_bytes(const struct weir_schema *s, const void *value);
/* The same at most, if all its texts have so many bytes. */
uint32_t row_room(const struct weir_schema *s, size_t text_bytes);
/* Write it; `image` has that room, 8-aligned.  Returns the bytes. */
uint32_t row_write(const struct weir_schema *s, const void *value, uint64_t *image);
/* Fill a struct of `s` from an image; texts point into the image. */
void row_read(const struct weir_schema *s, const uint64_t *image, void *value);
/* An image from outside: does every text stay inside `bytes`? */
bool row_is_sound(const struct weir_schema *s, const uint64_t *image, uint32_t bytes);

/* Column `i` as canonical bytes, for keys: 8 bytes of a fixed column, or the text itself. */
static inline struct span row_fixed_key(const uint64_t *image, uint32_t slot)
{
    return (struct span){(const uint8_t *)&image[slot], 8};
}
static inline struct span row_key(const struct weir_schema *s, const uint64_t *image, int column)
{
    struct weir_text t;

    if (s->column[column].type != WEIR_STRING)
        return row_fixed_key(image, 1 + (uint32_t)column);
    t = weir_get_STRING(image, column + 1);
    return (struct span){(const uint8_t *)t.p, t.bytes};
}
/* The number that a fixed column's key is (the bits of a DOUBLE); 0 for other lengths. */
static inline int64_t row_key_number(struct span key)
{
    int64_t v = 0;

    if (key.bytes == 8)
        memcpy(&v, key.p, 8);
    return v;
}
uint64_t row_hash(const struct weir_row *row); /* image and event time */

/* A row as text: `origin=DFW flights=3`; for logs and print. */
void row_format(const struct weir_schema *s, const struct weir_row *row, struct bytes *out);
void row_json(const struct weir_schema *s, const struct weir_row *row, struct bytes *out);

#endif
