#include "data/format.h"

/* ---- csv ---- */

static int start_csv(struct line_reader *r, struct span header, struct diag *why)
{
    return csv_layout(&r->csv, r->schema, header, why);
}

static int decode_csv(const struct line_reader *r, struct span line, uint64_t *image, uint32_t room,
                      struct diag *why)
{
    return csv_decode(&r->csv, line, image, room, why);
}

static void encode_csv(const struct weir_schema *s, const struct weir_row *row, struct bytes *out)
{
    csv_encode(s, row->image, out);
}

/* ---- JSON lines ---- */

static int decode_json(const struct line_reader *r, struct span line, uint64_t *image,
                       uint32_t room, struct diag *why)
{
    (void)room; /* texts only get shorter than the line */
    return json_row_decode(r->schema, r->json, line, image, why);
}

/* ---- raw: the line itself ---- */

static int decode_raw(const struct line_reader *r, struct span line, uint64_t *image, uint32_t room,
                      struct diag *why)
{
    const struct {
        uint64_t nulls;
        struct weir_text line;
    } value = {0, {(const char *)line.p, (uint32_t)line.bytes}};

    if (line.bytes >= INT32_MAX)
        return diag_set(why, ERR_LIMIT, "a line of %zu bytes", line.bytes);
    (void)room;
    return (int)row_write(r->schema, &value, image);
}

static void encode_raw(const struct weir_schema *s, const struct weir_row *row, struct bytes *out)
{
    struct weir_text t = weir_get_STRING(row->image, 1);

    (void)s;
    bytes_put(out, t.p, t.bytes);
    bytes_put_u8(out, '\n');
}

const struct format *format_of(enum weir_format f)
{
    static const struct format formats[] = {
        [WEIR_CSV] = {"csv", ".csv", true, false, start_csv, decode_csv, csv_header, encode_csv},
        [WEIR_JSON] = {"json", ".json", false, false, NULL, decode_json, NULL, json_row_encode},
        [WEIR_RAW] = {"raw", ".txt", false, true, NULL, decode_raw, NULL, encode_raw}};

    return &formats[f];
}
