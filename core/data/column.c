#include "data/column.h"

#include <string.h>

#include "data/row.h"

static int compare_doubles(double a, double b)
{
    if (a < b || a > b)
        return a < b ? -1 : 1;
    if (a == b && a != 0)
        return 0;
    if (a != a || b != b)
        return (a != a) - (b != b);
    return (__builtin_signbit(a) == 0) - (__builtin_signbit(b) == 0);
}

int column_compare(const struct weir_schema *s, int column, const uint64_t *a, const uint64_t *b)
{
    int slot = column + 1;
    int64_t x = (int64_t)a[slot], y = (int64_t)b[slot];

    switch (s->column[column].type) {
    case WEIR_DOUBLE:
        return compare_doubles(weir_get_DOUBLE(a, slot), weir_get_DOUBLE(b, slot));
    case WEIR_STRING:
        return span_compare(row_key(s, a, column), row_key(s, b, column));
    case WEIR_BOOLEAN:
    case WEIR_INT:
    case WEIR_BIGINT:
    case WEIR_TIMESTAMP:
        break;
    }
    return (x > y) - (x < y);
}

uint64_t column_sum(enum weir_type type, uint64_t a, uint64_t b)
{
    double x, y;

    if (type == WEIR_INT)
        return (uint64_t)(int64_t)(int32_t)(uint32_t)(a + b);
    if (type != WEIR_DOUBLE)
        return a + b;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    x += y;
    memcpy(&a, &x, sizeof x);
    return a;
}
