#include "state/row_list.h"

void row_list_add(struct bytes *list, const struct weir_row *row)
{
    bytes_put_u32(list, row->bytes);
    bytes_put_u32(list, row->change);
    bytes_put_i64(list, row->event_ms);
    bytes_put_u64(list, row->origin);
    bytes_put(list, row->image, row->bytes);
}

bool row_list_next(const struct bytes *list, size_t *at, struct weir_row *row)
{
    struct reader r = reader_of((struct span){list->p + *at, list->bytes - *at});

    if (*at >= list->bytes)
        return false;
    *row = (struct weir_row){.bytes = read_u32(&r)};
    row->change = (uint8_t)read_u32(&r);
    row->event_ms = read_i64(&r);
    row->origin = read_u64(&r);
    row->image = (const uint64_t *)(const void *)r.p;
    *at = (size_t)(r.p - list->p) + row->bytes;
    return true;
}
