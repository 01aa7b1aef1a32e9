/* weir_windows.h -- a window: its rows, when it fires, what it forgets, what it computes.
 *
 * The part of weir.h about windows; weir.h includes it, programs include weir.h.  Zero is the
 * default everywhere, so a window is written with the fields that matter:
 *
 *     (struct weir_window){.size_ms = WEIR_HOUR}                          tumbling
 *     (struct weir_window){.size_ms = 6 * WEIR_HOUR, .slide_ms = WEIR_HOUR}   sliding
 *     (struct weir_window){.gap_ms = 20 * WEIR_MINUTE}                    sessions
 *
 * Flink    WindowAssigner, Trigger, Evictor and their classes.
 */
#ifndef WEIR_WINDOWS_H
#define WEIR_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

struct weir_ctx;
struct weir_here;
struct weir_row;
struct weir_schema;
struct weir_stream;

/* How far `to` is from `from`: a DeltaFunction. */
typedef double weir_delta(const struct weir_row *from, const struct weir_row *to);

enum weir_trigger_kind {
    WEIR_TRIGGER_DEFAULT, /* by the window: event time, processing time, never (global) */
    WEIR_TRIGGER_EVENT_TIME,
    WEIR_TRIGGER_PROCESSING_TIME,
    WEIR_TRIGGER_COUNT,                      /* count */
    WEIR_TRIGGER_CONTINUOUS_EVENT_TIME,      /* interval_ms */
    WEIR_TRIGGER_CONTINUOUS_PROCESSING_TIME, /* interval_ms */
    WEIR_TRIGGER_DELTA,                      /* delta, threshold; no sessions */
    WEIR_TRIGGER_END_OF_STREAM,              /* global windows */
    WEIR_TRIGGER_NEVER,
    WEIR_TRIGGER_PURGING,            /* inner; its firings also forget the contents */
    WEIR_TRIGGER_PROCESSING_TIMEOUT, /* inner; or timeout_ms after the first element */
    WEIR_TRIGGER_OWN                 /* own */
};

/* A trigger of your own: a state machine a key and window.  Its callbacks may look at the key, the
 * clocks and weir_now_ms(), and set and delete timers of the window by weir_timer_set() and its
 * like; they emit nothing. */
enum weir_answer { WEIR_CONTINUE, WEIR_FIRE, WEIR_PURGE, WEIR_FIRE_AND_PURGE };
struct weir_pane { /* what it is asked about */
    int64_t start_ms, end_ms;
    int64_t max_ms;   /* the last timestamp of the window; WEIR_END of a global one */
    void *state;      /* a struct of weir_own_trigger.state, zero at first; or NULL */
    const void *with; /* the trigger's constants, or NULL */
};
struct weir_own_trigger {
    const struct weir_schema *state; /* without STRING columns; NULL: it keeps none */
    enum weir_answer (*on_element)(struct weir_ctx *, struct weir_pane *, const struct weir_row *);
    /* A timer of the window, be it this trigger's or of a window merged into it; NULL: continue.
     * The clean-up of the window is a timer too, so `ms` must be looked at. */
    enum weir_answer (*on_event_time)(struct weir_ctx *, struct weir_pane *, int64_t ms);
    enum weir_answer (*on_processing_time)(struct weir_ctx *, struct weir_pane *, int64_t ms);
    /* The window goes: delete its timers.  Its state goes by itself. */
    void (*clear)(struct weir_ctx *, struct weir_pane *);
    /* For sessions.  The states of the windows that are merged become one, by `merge`; then
     * on_merge sets the new window's timers; then each old one is cleared, without a state. */
    void (*merge)(void *state, const void *other);
    void (*on_merge)(struct weir_ctx *, struct weir_pane *);
    const void *with;
    uint32_t with_bytes;
};
struct weir_trigger {
    enum weir_trigger_kind kind;
    int64_t count, interval_ms, timeout_ms; /* > 0 */
    weir_delta *delta;
    double threshold;
    const struct weir_trigger *inner;        /* copied with the window */
    bool reset_on_element, clear_on_timeout; /* PROCESSING_TIMEOUT */
    const struct weir_own_trigger *own;      /* copied with the window */
};

enum weir_evictor_kind {
    WEIR_EVICT_NOTHING,
    WEIR_EVICT_COUNT, /* keeps the last `count` */
    WEIR_EVICT_TIME,  /* keeps those later than the latest - size_ms */
    WEIR_EVICT_DELTA  /* keeps those with delta(row, last) < threshold */
};
struct weir_evictor {
    enum weir_evictor_kind kind;
    bool after; /* the window function; else before it */
    int64_t count, size_ms;
    weir_delta *delta;
    double threshold;
};

/* Tumbling unless slide_ms (sliding), step_ms (cumulate), gap_ms or gap_of (session) or is_global
 * is set. */
struct weir_window {
    int64_t size_ms, offset_ms, allowed_lateness_ms;
    struct weir_stream **late; /* set to the stream of late rows; NULL: dropped and counted */
    int64_t slide_ms;          /* may exceed the size: rows in the gaps belong to no window */
    int64_t step_ms; /* windows that begin together end a step apart, the last when it has its size,
                      * a multiple of the step (Flink has them in SQL) */
    int64_t gap_ms;  /* a session ends this long after its last row */
    int64_t (*gap_of)(const struct weir_row *); /* > 0; a session's gap by its row */
    bool is_global;                             /* one window for all, start and end WEIR_NO_TIME */
    bool processing_time;                       /* by the wall clock; lateness plays no role */
    struct weir_trigger trigger;
    struct weir_evictor evictor; /* keeps all rows until the window goes */
};

/* An AggregateFunction.  The accumulator is a struct of `acc`, zeroed at first; its text
 * columns stay empty (they would point at rows that are gone). */
struct weir_aggregate {
    const struct weir_schema *acc;
    void (*add)(struct weir_ctx *, void *acc, const struct weir_row *);
    void (*result)(struct weir_ctx *, const void *acc, int64_t start_ms, int64_t end_ms);
    const void *with;
    uint32_t with_bytes;
    /* Sessions need it; sliding windows that have it share slices: each row is added once. */
    void (*merge)(struct weir_ctx *, void *acc, const void *other);
};

/* A ProcessWindowFunction: all rows of a pane, in order of arrival. */
struct weir_rows;
bool weir_rows_next(struct weir_rows *, struct weir_row *row); /* false: no more */
struct weir_window_list {
    void (*on_window)(struct weir_ctx *, struct weir_rows *, int64_t start_ms, int64_t end_ms);
    const void *with;
    uint32_t with_bytes;
};

/* Windows of all rows, whatever their key: one subtask, whose key is empty (windowAll). */
struct weir_stream *weir_window_all_at(struct weir_here, struct weir_stream *, struct weir_window,
                                       const struct weir_aggregate *,
                                       const struct weir_schema *out);
struct weir_stream *weir_window_all_lists_at(struct weir_here, struct weir_stream *,
                                             struct weir_window, const struct weir_window_list *,
                                             const struct weir_schema *out);
#define weir_window_all(...) weir_window_all_at(WEIR_HERE, __VA_ARGS__)
#define weir_window_all_lists(...) weir_window_all_lists_at(WEIR_HERE, __VA_ARGS__)

#endif
