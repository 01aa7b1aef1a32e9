/* weir.h -- write a stream-processing job in C.
 *
 * A job is a main() that builds a graph and hands it to weir_run(); the same
 * program is client, job manager and worker (weir_run() reads the role from
 * argv).  The first mistake made while building sticks to the job, and
 * weir_run() reports it with file:line, so builders need no error checks.
 * Everything a builder returns belongs to the job.
 *
 * Callbacks must be functions of (context, row, declared state, constants) and
 * nothing else: no clock, no random, no static variables.  `make check`
 * refuses the object file otherwise.
 *
 * One lifetime rule for everything borrowed (rows, texts): valid until the
 * callback returns.  Copy what you keep, or put it into declared state.
 *
 * This header is rank 0: the engine's rooms include it for the types that both
 * sides share.  The functions are implemented in core/api and core/operators.
 *
 * Flink    DataStream API 2.3.0; where names differ the comment says which.
 */
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WEIR_SECOND = 1000, WEIR_MINUTE = 60000, WEIR_HOUR = 3600000 };
enum weir_type { WEIR_BOOLEAN, WEIR_INT, WEIR_BIGINT, WEIR_DOUBLE, WEIR_STRING, WEIR_TIMESTAMP };
enum weir_change { WEIR_INSERT, WEIR_UPDATE_BEFORE, WEIR_UPDATE_AFTER, WEIR_DELETE };
#define WEIR_NO_TIME INT64_MIN /* a row without a timestamp; a watermark not yet come */
#define WEIR_END INT64_MAX     /* the watermark of the end of the input */

/* Borrowed bytes, UTF-8, not terminated; copying the struct is fine. */
struct weir_text {
    const char *p;
    uint32_t bytes;
};

struct weir_column {
    const char *name;
    enum weir_type type;
};

/* `size` = bytes of the C struct.  Without a STRING column the struct *is* the
 * row image (size == 8 * (1 + columns)), and emitting it copies nothing. */
struct weir_schema {
    const char *name;
    uint32_t columns, size;
    const struct weir_column *column;
};

/* One row as it lies in a buffer: a null word (bit i = column i is null), one
 * 8-byte slot a column, then the bytes that STRING slots point to as
 * offset | bytes << 32, the offset counted from the image's start. */
struct weir_row {
    const uint64_t *image;
    int64_t event_ms; /* WEIR_NO_TIME if none */
    uint64_t origin;  /* split << 40 | row of the split it came from; kept by functions that map */
    uint32_t bytes;   /* of the image, a multiple of 8 */
    uint16_t key_group; /* on a keyed stream */
    uint8_t change;     /* enum weir_change */
};

struct weir_ctx; /* what a callback may ask and do, below */
struct weir_job;
struct weir_stream;

/* ---- row types: one list of columns makes the struct, the schema, readers and writers ----
 *
 *     #define FLIGHT(C) C(BIGINT, id) C(STRING, origin) C(INT, delay)
 *     WEIR_ROW(flight, FLIGHT)
 *
 * gives struct flight {nulls, id, origin, delay}, flight_schema, flight_of(row),
 * flight_emit(c, v), flight_emit_to(c, tag, v), flight_get / flight_put (value state). */
typedef int64_t WEIR_C_BIGINT, WEIR_C_INT, WEIR_C_TIMESTAMP, WEIR_C_BOOLEAN;
typedef double WEIR_C_DOUBLE;
typedef struct weir_text WEIR_C_STRING;
static inline int64_t weir_get_BIGINT(const uint64_t *image, int i)
{
    return (int64_t)image[i];
}
#define weir_get_INT weir_get_BIGINT
#define weir_get_TIMESTAMP weir_get_BIGINT
#define weir_get_BOOLEAN weir_get_BIGINT
static inline double weir_get_DOUBLE(const uint64_t *image, int i)
{
    double d;
    memcpy(&d, &image[i], 8);
    return d;
}
static inline struct weir_text weir_get_STRING(const uint64_t *image, int i)
{
    return (struct weir_text){(const char *)image + (uint32_t)image[i], (uint32_t)(image[i] >> 32)};
}
#define WEIR_FIELD_(T, c) WEIR_C_##T c;
#define WEIR_READ_(T, c) v.c = weir_get_##T(r->image, ++i);
#define WEIR_COLUMN_(T, c) {#c, WEIR_##T},
#define WEIR_ROW(name, COLUMNS)                                                                    \
    struct name {                                                                                  \
        uint64_t nulls;                                                                            \
        COLUMNS(WEIR_FIELD_)                                                                       \
    };                                                                                             \
    static const struct weir_column name##_columns_[] = {COLUMNS(WEIR_COLUMN_)};                   \
    static __attribute__((unused)) const struct weir_schema name##_schema = {                      \
        #name, sizeof name##_columns_ / sizeof name##_columns_[0], sizeof(struct name),            \
        name##_columns_};                                                                          \
    static inline __attribute__((unused)) struct name name##_of(const struct weir_row *r)          \
    {                                                                                              \
        struct name v;                                                                             \
        int i = 0;                                                                                 \
        v.nulls = r->image[0];                                                                     \
        COLUMNS(WEIR_READ_)                                                                        \
        return v;                                                                                  \
    }                                                                                              \
    static inline __attribute__((unused)) void name##_emit(struct weir_ctx *c, struct name v)      \
    {                                                                                              \
        weir_emit(c, &name##_schema, &v);                                                          \
    }                                                                                              \
    static inline                                                                                  \
        __attribute__((unused)) void name##_emit_to(struct weir_ctx *c, int tag, struct name v)    \
    {                                                                                              \
        weir_emit_to(c, tag, &name##_schema, &v);                                                  \
    }                                                                                              \
    static inline                                                                                  \
        __attribute__((unused)) bool name##_get(struct weir_ctx *c, int s, struct name *v)         \
    {                                                                                              \
        return weir_value_get(c, s, v);                                                            \
    }                                                                                              \
    static inline                                                                                  \
        __attribute__((unused)) void name##_put(struct weir_ctx *c, int s, const struct name *v)   \
    {                                                                                              \
        weir_value_put(c, s, v);                                                                   \
    }

/* ---- in a callback ---- */

/* Send a row on; `value` is a struct of `schema`, copied before the call returns.  It never
 * fails and never blocks: the task made room before it called you.  The row keeps the
 * timestamp of what is being processed (a row's, a timer's, a window's end - 1). */
void weir_emit(struct weir_ctx *, const struct weir_schema *schema, const void *value);
void weir_forward_row(struct weir_ctx *, const struct weir_row *row); /* as it came */
/* The same to side output `tag` (0..WEIR_TAGS-1), read by weir_side(). */
enum { WEIR_TAGS = 4 };
void weir_emit_to(struct weir_ctx *, int tag, const struct weir_schema *schema, const void *value);

const void *weir_with(const struct weir_ctx *);          /* the function's constants, or NULL */
int64_t weir_event_ms(const struct weir_ctx *);          /* of the row or timer at hand */
int64_t weir_watermark_ms(const struct weir_ctx *);      /* WEIR_NO_TIME before the first */
struct weir_text weir_key_text(const struct weir_ctx *); /* keyed by a STRING column */
int64_t weir_key_int(const struct weir_ctx *);           /* keyed by any other column */
uint32_t weir_subtask(const struct weir_ctx *);          /* 0 .. parallelism - 1 */
void weir_log(struct weir_ctx *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fail the task with a message: the job restarts by its strategy.  Return soon after. */
void weir_fail(struct weir_ctx *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#include "weir_state.h" /* struct weir_state, and what a callback does with state */

/* Timers of the current key, by event time or by the wall clock; the same time twice is one timer.
 * A timer for the past fires at once: by event time at the next watermark. */
void weir_timer_set(struct weir_ctx *, int64_t event_ms);
void weir_timer_delete(struct weir_ctx *, int64_t event_ms);
int64_t weir_now_ms(const struct weir_ctx *); /* the wall clock; virtual under sim */
void weir_processing_timer_set(struct weir_ctx *, int64_t ms);
void weir_processing_timer_delete(struct weir_ctx *, int64_t ms);
bool weir_timer_is_processing(const struct weir_ctx *); /* in on_timer: whose time it is */

/* ---- functions.  on_row, on_timer and finish may be NULL: then nothing is done.  `with`
 * (with_bytes long, copied into the graph and part of its hash) is what weir_with() gives back: one
 * function serves many parameters. ---- */
typedef void weir_on_row(struct weir_ctx *, const struct weir_row *);
typedef bool weir_test(struct weir_ctx *, const struct weir_row *);

struct weir_process { /* a (Keyed)ProcessFunction */
    struct weir_state state[WEIR_STATES];
    weir_on_row *on_row;
    void (*on_timer)(struct weir_ctx *, int64_t ms);
    const void *with;
    uint32_t with_bytes;
    /* Once, if state came back, before the first row: for operator state only.  Emits nothing. */
    void (*on_restore)(struct weir_ctx *);
};

/* A rolling aggregate of a keyed stream: each row gives its key's aggregate so far, in a row of the
 * same type.  SUM, MIN, MAX combine one column and leave the others as the key's first row had
 * them; MIN_BY, MAX_BY keep the whole row. */
enum weir_rolling_kind { WEIR_SUM, WEIR_MIN, WEIR_MAX, WEIR_MIN_BY, WEIR_MAX_BY, WEIR_REDUCE };
struct weir_rolling {
    enum weir_rolling_kind kind;
    const char *column; /* not for REDUCE */
    bool last;          /* MIN_BY, MAX_BY: of rows that tie the newest; else the oldest */
    bool at_end; /* only the last aggregate of each key, at the end of the input; so in BATCH */
    /* REDUCE: change `so_far`, a struct of the stream's type; its texts may be the row's. */
    void (*reduce)(struct weir_ctx *, void *so_far, const struct weir_row *);
    const void *with;
    uint32_t with_bytes;
};

/* A sink that folds rows into an accumulator (a struct of `acc`, zeroed) and hands it over at
 * the end of the input, outside any simulation of faults: for digests and small results. */
struct weir_fold {
    const struct weir_schema *acc;
    void (*add)(struct weir_ctx *, void *acc, const struct weir_row *);
    void (*finish)(struct weir_ctx *, const void *acc);
    const void *with;
    uint32_t with_bytes;
};

/* ---- the graph ---- */
struct weir_job *weir_job(int argc, char **argv, const char *name);
int weir_run(struct weir_job *); /* returns the exit code for main */

struct weir_here {
    const char *file;
    int line;
};
#define WEIR_HERE ((struct weir_here){__FILE__, __LINE__})

#include "weir_connectors.h" /* sources and sinks */
#include "weir_time.h"       /* struct weir_time: timestamps and watermarks */
#include "weir_windows.h"    /* struct weir_window, with its trigger and evictor */
#include "weir_connect.h"    /* functions of two streams */
#include "weir_own.h"        /* sinks and sources of your own */
#include "weir_ship.h"       /* the ways between subtasks */
#include "weir_async.h"      /* rows that wait for an answer */

struct weir_stream *weir_watermarks_at(struct weir_here, struct weir_stream *, struct weir_time);
struct weir_stream *weir_filter_at(struct weir_here, struct weir_stream *, weir_test *);
/* map emits exactly one row a row, flat_map any small number. */
struct weir_stream *weir_map_at(struct weir_here, struct weir_stream *, weir_on_row *,
                                const struct weir_schema *out);
struct weir_stream *weir_flat_map_at(struct weir_here, struct weir_stream *, weir_on_row *,
                                     const struct weir_schema *out);
struct weir_stream *weir_key_by_at(struct weir_here, struct weir_stream *, const char *column);
struct weir_stream *weir_processed_at(struct weir_here, struct weir_stream *,
                                      const struct weir_process *, const struct weir_schema *out);
struct weir_stream *weir_windowed_at(struct weir_here, struct weir_stream *, struct weir_window,
                                     const struct weir_aggregate *, const struct weir_schema *out);
struct weir_stream *weir_window_lists_at(struct weir_here, struct weir_stream *, struct weir_window,
                                         const struct weir_window_list *,
                                         const struct weir_schema *out);
struct weir_stream *weir_rolled_at(struct weir_here, struct weir_stream *,
                                   const struct weir_rolling *);
struct weir_stream *weir_side_at(struct weir_here, struct weir_stream *, int tag,
                                 const struct weir_schema *);
struct weir_stream *weir_union_at(struct weir_here, struct weir_stream *, struct weir_stream *);
#define weir_watermarks(...) weir_watermarks_at(WEIR_HERE, __VA_ARGS__)
#define weir_filter(...) weir_filter_at(WEIR_HERE, __VA_ARGS__)
#define weir_map(...) weir_map_at(WEIR_HERE, __VA_ARGS__)
#define weir_flat_map(...) weir_flat_map_at(WEIR_HERE, __VA_ARGS__)
#define weir_key_by(...) weir_key_by_at(WEIR_HERE, __VA_ARGS__)
#define weir_processed(...) weir_processed_at(WEIR_HERE, __VA_ARGS__)
#define weir_windowed(...) weir_windowed_at(WEIR_HERE, __VA_ARGS__)
#define weir_window_lists(...) weir_window_lists_at(WEIR_HERE, __VA_ARGS__)
#define weir_rolled(...) weir_rolled_at(WEIR_HERE, __VA_ARGS__)
#define weir_side(...) weir_side_at(WEIR_HERE, __VA_ARGS__)
#define weir_union(...) weir_union_at(WEIR_HERE, __VA_ARGS__)

struct weir_stream *weir_folded_at(struct weir_here, struct weir_stream *,
                                   const struct weir_fold *);
#define weir_folded(...) weir_folded_at(WEIR_HERE, __VA_ARGS__)

/* Settings of the operator that made the stream; each returns its argument. */
struct weir_stream *weir_uid(struct weir_stream *, const char *uid);   /* names its state */
struct weir_stream *weir_name(struct weir_stream *, const char *name); /* for people */
struct weir_stream *weir_parallelism(struct weir_stream *, uint32_t subtasks);
struct weir_stream *weir_max_parallelism(struct weir_stream *, uint32_t key_groups);
/* Operators of one group share slots; unset: that of its inputs if they agree, else "default". */
struct weir_stream *weir_slot_group(struct weir_stream *, const char *group);
struct weir_stream *weir_disable_chaining(struct weir_stream *); /* ChainingStrategy NEVER */
struct weir_stream *weir_start_new_chain(struct weir_stream *);  /* ChainingStrategy HEAD */
/* Constants of a filter, map or flat_map function, copied; see weir_with(). */
struct weir_stream *weir_constants(struct weir_stream *, const void *with, uint32_t bytes);
/* A default for an option, as `-D key=value` on the command line would give it (which wins). */
void weir_option(struct weir_job *, const char *key, const char *value);

#endif
