#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "connectors/datagen.h"
#include "connectors/registry.h"
#include "connectors/zipf.h"
#include "data/row.h"

enum { SECOND_US = 1000000 };

struct datagen_source {
    struct operator op;
    const struct datagen_config *config;
    uint64_t next, step; /* the next row of this subtask, and how far it is to the one behind */
    int64_t begin_us;    /* when row 0 would have been due; INT64_MIN: not yet begun */
    uint64_t *salt;      /* by column */
    struct zipf *zipf;   /* by column; empty for other kinds */
    struct bytes image;
};

static int datagen_open(struct operator* op, struct diag *why)
{
    struct datagen_source *s = (struct datagen_source *)op;
    const struct datagen_config *c = s->config = op->node->config;

    (void)why;
    s->next = op->task->subtask;
    s->step = op->task->vertex->parallelism;
    s->begin_us = INT64_MIN;
    s->salt = mem_alloc(c->schema->columns * sizeof *s->salt);
    s->zipf = mem_alloc(c->schema->columns * sizeof *s->zipf);
    for (uint32_t i = 0; i < c->schema->columns; i++) {
        const struct weir_field *f = &c->field[i];

        s->salt[i] = mix64(c->seed) ^ hash_bytes(f->column, strlen(f->column));
        if (f->kind == WEIR_ZIPF)
            zipf_init(&s->zipf[i], (uint32_t)(f->max - f->min + 1), f->skew);
    }
    return ERR_NONE;
}

static void datagen_close(struct operator* op)
{
    struct datagen_source *s = (struct datagen_source *)op;

    for (uint32_t i = 0; i < s->config->schema->columns; i++)
        zipf_done(&s->zipf[i]);
    mem_free(s->zipf);
    mem_free(s->salt);
    bytes_done(&s->image);
}

/* ---- values (G1) ---- */

/* Row r is due so long after row 0. */
static int64_t due_us(const struct datagen_config *c, uint64_t r)
{
    uint64_t rate = (uint64_t)c->rows_per_second;

    return (int64_t)(r / rate * SECOND_US + r % rate * SECOND_US / rate);
}

static double unit(uint64_t random) /* 0 <= u < 1 */
{
    return (double)(random >> 11) * 0x1p-53;
}

/* 0 .. range - 1; a range of 0 is 2^64. */
static uint64_t below(uint64_t random, uint64_t range)
{
    return range ? (uint64_t)((unsigned __int128)random * range >> 64) : random;
}

static int64_t number(const struct datagen_source *s, uint32_t i, uint64_t random)
{
    const struct weir_field *f = &s->config->field[i];

    if (f->kind == WEIR_SEQUENCE)
        return (int64_t)((uint64_t)f->start + s->next);
    if (f->kind == WEIR_ZIPF)
        return f->min + zipf_draw(&s->zipf[i], random);
    return (int64_t)((uint64_t)f->min + below(random, (uint64_t)f->max - (uint64_t)f->min + 1));
}

static uint64_t real(const struct datagen_source *s, uint32_t i, uint64_t random)
{
    const struct weir_field *f = &s->config->field[i];
    double d = f->kind == WEIR_SEQUENCE ? (double)number(s, i, random)
                                        : f->low + unit(random) * (f->high - f->low);
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    return bits;
}

static int64_t time_ms(const struct datagen_source *s, uint32_t i, uint64_t random)
{
    const struct weir_field *f = &s->config->field[i];

    return f->start + due_us(s->config, s->next) / 1000 -
           (int64_t)below(random, (uint64_t)f->max_past_ms + 1);
}

static void put_digits(struct bytes *out, uint32_t length, uint64_t random)
{
    static const char digits[] = "0123456789abcdef";

    for (uint32_t k = 0; k < length; k++) {
        if (k % 16 == 0)
            random = mix64(random + k + 1);
        bytes_put_u8(out, (uint8_t)digits[random >> (k % 16 * 4) & 15]);
    }
}

/* A text at the end of the image; its slot. */
static uint64_t text(struct datagen_source *s, uint32_t i, uint64_t random)
{
    const struct weir_field *f = &s->config->field[i];
    size_t at = s->image.bytes;

    if (f->kind == WEIR_RANDOM)
        put_digits(&s->image, f->length, random);
    else
        bytes_put_decimal(&s->image, number(s, i, random));
    return at | (uint64_t)(s->image.bytes - at) << 32;
}

static uint64_t slot_of(struct datagen_source *s, uint32_t i, uint64_t random)
{
    switch (s->config->schema->column[i].type) {
    case WEIR_STRING:
        return text(s, i, random);
    case WEIR_DOUBLE:
        return real(s, i, random);
    case WEIR_TIMESTAMP:
        return (uint64_t)time_ms(s, i, random);
    case WEIR_BOOLEAN:
        return random & 1;
    case WEIR_INT:
    case WEIR_BIGINT:
        break;
    }
    return (uint64_t)number(s, i, random);
}

static uint64_t *words(const struct datagen_source *s)
{
    return (uint64_t *)(void *)s->image.p;
}

static void put_column(struct datagen_source *s, uint32_t i)
{
    uint64_t random = mix64(s->salt[i] + s->next * 0x9e3779b97f4a7c15u), slot;
    bool is_text = s->config->schema->column[i].type == WEIR_STRING;

    if (unit(mix64(~random)) < s->config->field[i].null_rate) {
        words(s)[0] |= 1ull << i;
        words(s)[1 + i] = is_text ? s->image.bytes : 0;
        return;
    }
    slot = slot_of(s, i, random); /* the image may move */
    words(s)[1 + i] = slot;
}

static void make_image(struct datagen_source *s)
{
    uint32_t columns = s->config->schema->columns;

    bytes_clear(&s->image);
    memset(bytes_grow(&s->image, 8 * (1 + columns)), 0, 8 * (1 + columns));
    for (uint32_t i = 0; i < columns; i++)
        put_column(s, i);
    while (s->image.bytes % 8)
        bytes_put_u8(&s->image, 0);
}

/* ---- rows in time (G2) ---- */

static bool is_due(struct datagen_source *s)
{
    int64_t now = s->op.task->now_us, due;

    if (!s->config->is_paced)
        return true;
    if (s->begin_us == INT64_MIN)
        s->begin_us = now - due_us(s->config, s->next);
    due = s->begin_us + due_us(s->config, s->next);
    if (due > now)
        operator_wake_at(&s->op, due);
    return due <= now;
}

static void datagen_on_time(struct operator* op, int64_t now_us)
{
    (void)now_us;
    operator_wake_at(op, INT64_MAX); /* the next resume gives the row */
}

static enum progress datagen_resume(struct operator* op)
{
    struct datagen_source *s = (struct datagen_source *)op;
    struct weir_row row = {.event_ms = WEIR_NO_TIME, .origin = s->next};

    if (s->next >= s->config->rows)
        return PROGRESS_END;
    if (!is_due(s))
        return PROGRESS_WAIT;
    make_image(s);
    row.image = words(s);
    row.bytes = (uint32_t)s->image.bytes;
    op->task->counters->of[COUNTER_RECORDS_IN]++;
    trace_note(op->task->trace, EVENT_RECORD, op->task->actor, op->task->attempt, 0, CHANNEL_NONE,
               (int64_t)s->next, (int64_t)s->next);
    s->next += s->step;
    operator_emit(op, TAG_MAIN, &row);
    return PROGRESS_MORE;
}

/* ---- state ---- */

static void datagen_snapshot(struct operator* op, uint32_t checkpoint, struct snapshot_out *out)
{
    struct bytes *b = operator_block(op, out, "next", 1);

    (void)checkpoint;
    bytes_put_u64(b, ((struct datagen_source *)op)->next);
    snapshot_block_end(out);
}

static int datagen_restore(struct operator* op, const struct snapshot_in *in, struct diag *why)
{
    struct datagen_source *s = (struct datagen_source *)op;
    struct reader r;

    if (operator_block_find(op, in, "next", &r))
        return ERR_NONE;
    s->next = read_u64(&r);
    if (!reader_at_end(&r) || s->next % s->step != op->task->subtask)
        return diag_set(why, ERR_MISMATCH,
                        "'%s': row %llu of the checkpoint is not one of subtask %u", op->node->uid,
                        (unsigned long long)s->next, op->task->subtask);
    return ERR_NONE;
}

static void datagen_describe(const struct operator* op, struct bytes *out)
{
    bytes_format(out, "row %llu", (unsigned long long)((const struct datagen_source *)op)->next);
}

const struct operator_class datagen_source_class = {
    .name = "datagen_source",
    .bytes = sizeof(struct datagen_source),
    .open = datagen_open,
    .resume = datagen_resume,
    .on_time = datagen_on_time,
    .snapshot = datagen_snapshot,
    .restore = datagen_restore,
    .describe = datagen_describe,
    .close = datagen_close,
};
