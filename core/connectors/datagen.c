/* What a generator's fields may be; the rows themselves are made in datagen_source.c. */
#include "connectors/datagen.h"

#include <float.h>
#include <stdarg.h>
#include <stdio.h>

#include "connectors/zipf.h"
#include "data/schema.h"

enum { LENGTH_DEFAULT = 100, LENGTH_MAX = 1 << 16 };

static bool can_be(enum weir_type type, enum weir_field_kind kind)
{
    switch (type) {
    case WEIR_INT:
    case WEIR_BIGINT:
    case WEIR_STRING:
        return true;
    case WEIR_DOUBLE:
        return kind != WEIR_ZIPF;
    case WEIR_BOOLEAN:
    case WEIR_TIMESTAMP:
        return kind == WEIR_RANDOM;
    }
    return false;
}

static int wrong(const struct weir_column *c, struct diag *why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int wrong(const struct weir_column *c, struct diag *why, const char *format, ...)
{
    char text[DIAG_TEXT_MAX / 2];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return diag_set(why, ERR_USAGE, "generated column '%s' (%s): %s", c->name, type_name(c->type),
                    text);
}

/* ---- defaults ---- */

/* RANDOM whole numbers: all of the type, if nothing is said. */
static void fill_range(enum weir_type type, struct weir_field *f)
{
    if (f->kind != WEIR_RANDOM || f->min || f->max)
        return;
    f->min = type == WEIR_INT ? INT32_MIN : INT64_MIN;
    f->max = type == WEIR_INT ? INT32_MAX : INT64_MAX;
}

static void fill_in(enum weir_type type, struct weir_field *f)
{
    if (type == WEIR_INT || type == WEIR_BIGINT)
        fill_range(type, f);
    if (f->low == 0 && f->high == 0)
        f->high = 1;
    if (f->length == 0)
        f->length = LENGTH_DEFAULT;
    if (f->kind == WEIR_ZIPF && f->skew == 0)
        f->skew = 1;
}

/* ---- checks ---- */

static int check_range(const struct weir_column *c, int64_t from, int64_t to, struct diag *why)
{
    if (from > to)
        return wrong(c, why, "from %lld to %lld is no range", (long long)from, (long long)to);
    if (c->type == WEIR_INT && (from < INT32_MIN || to > INT32_MAX))
        return wrong(c, why, "from %lld to %lld does not fit", (long long)from, (long long)to);
    return ERR_NONE;
}

static int check_zipf(const struct weir_column *c, const struct weir_field *f, struct diag *why)
{
    if ((uint64_t)f->max - (uint64_t)f->min >= ZIPF_VALUES_MAX)
        return wrong(c, why, "WEIR_ZIPF has at most %d values", ZIPF_VALUES_MAX);
    if (!(f->skew > 0 && f->skew <= ZIPF_SKEW_MAX))
        return wrong(c, why, "a skew of %g: use more than 0, at most %d", f->skew, ZIPF_SKEW_MAX);
    return ERR_NONE;
}

static int check_bounds(const struct weir_column *c, const struct weir_field *f, struct diag *why)
{
    int err;

    if (f->kind == WEIR_SEQUENCE)
        return check_range(c, f->start, f->end, why);
    err = check_range(c, f->min, f->max, why);
    if (!err && f->kind == WEIR_ZIPF)
        err = check_zipf(c, f, why);
    if (!err && !(f->low <= f->high && f->high - f->low <= DBL_MAX))
        err = wrong(c, why, "from %g to %g is no range", f->low, f->high);
    return err;
}

int datagen_field(const struct weir_column *c, const struct weir_field *given,
                  struct weir_field *out, struct diag *why)
{
    *out = given ? *given : (struct weir_field){0};
    out->column = c->name;
    if ((unsigned)out->kind > WEIR_ZIPF || !can_be(c->type, out->kind))
        return wrong(c, why, "a column of this type is not made in this way: use WEIR_RANDOM");
    fill_in(c->type, out);
    if (check_bounds(c, out, why))
        return ERR_USAGE;
    if (out->length > LENGTH_MAX)
        return wrong(c, why, "a length of %u: at most %d", out->length, LENGTH_MAX);
    if (out->max_past_ms < 0)
        return wrong(c, why, "max_past_ms of %lld: use 0 or more", (long long)out->max_past_ms);
    if (!(out->null_rate >= 0 && out->null_rate <= 1))
        return wrong(c, why, "a null_rate of %g: use 0 to 1", out->null_rate);
    return ERR_NONE;
}

uint64_t datagen_rows(const struct weir_schema *s, const struct weir_field *field)
{
    uint64_t rows = UINT64_MAX;

    for (uint32_t i = 0; i < s->columns; i++) {
        uint64_t more = (uint64_t)field[i].end - (uint64_t)field[i].start; /* than one */

        if (field[i].kind == WEIR_SEQUENCE && more < rows - 1)
            rows = more + 1;
    }
    return rows;
}
