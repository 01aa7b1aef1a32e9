/* element.h -- what travels in a segment: a 24-byte header and, for rows, an image.
 *
 * Rows, watermarks and channel status travel in order with each other inside
 * data segments; barriers and ends are events beside them (runtime/message.h).
 * Every element is a multiple of 8 bytes and never spans segments.
 */
#ifndef CORE_DATA_ELEMENT_H
#define CORE_DATA_ELEMENT_H

#include <stdint.h>

#include "weir.h"

enum element_type { ELEMENT_ROW, ELEMENT_WATERMARK, ELEMENT_IDLE, ELEMENT_ACTIVE };

struct element {
    uint32_t bytes;     /* header and image */
    uint8_t type;       /* enum element_type */
    uint8_t change;     /* enum weir_change */
    uint16_t key_group; /* of a row on a keyed edge, else 0 */
    int64_t event_ms;   /* of the row; of the watermark */
    uint64_t origin;    /* split << 40 | row number in the split: lineage and conservation checks */
    /* uint64_t image[] follows */
};

static inline uint64_t *element_image(const struct element *e)
{
    return (uint64_t *)(uintptr_t)(e + 1);
}
/* Of ELEMENT_ROW; it borrows the image. */
static inline struct weir_row element_row(const struct element *e)
{
    return (struct weir_row){element_image(e), e->event_ms,
                             e->origin,        e->bytes - (uint32_t)sizeof *e,
                             e->key_group,     e->change};
}
static inline uint64_t origin_of(uint32_t split, uint64_t row)
{
    return (uint64_t)split << 40 | row;
}

#endif
