/* weir_async.h -- async I/O: rows that wait for an answer, many at a time.
 *
 * The part of weir.h about slow questions; weir.h includes it, programs include weir.h.
 *
 *     static void ask(struct weir_ctx *c, const struct weir_row *r)
 *     {
 *         weir_request_text(c, flight_of(r).origin);
 *     }
 *     weir_awaited(flights, &(struct weir_async){.on_row = ask, .on_answer = join, .capacity = 20},
 *                  (struct weir_lookup_table){"airports.csv", &airport_schema, "iata",
 *                                             .latency_ms = 5},
 *                  &named_schema)
 *
 * A function does not wait: on_row says what is asked, and on_answer is called when the answer is
 * there and it is the row's turn.  What answers is declared as data: here a table, read from a
 * file when the task starts, that answers after a while and fails now and then, so that time and
 * failures can be practised and replayed.  Other services are a connector's business: one
 * implements core/base/lookup.h.
 *
 * Rows leave in the order they came, or, unordered, as they are answered; either way no row
 * overtakes a watermark and no watermark a row.  Rows that wait are in every snapshot; a restore
 * asks for them again, with a new time-out.
 *
 * Flink    AsyncDataStream.orderedWait, unorderedWait, ...WithRetry; AsyncWaitOperator.  We differ:
 *          the operator takes nothing while `capacity` elements wait (Flink: takes one more, and
 *          lets it wait); an answer that a time-out gave is not tried again; at the end of the
 *          input what fails is tried again as often as ever, without delay (Flink: it fails the
 *          job).
 */
#ifndef WEIR_ASYNC_H
#define WEIR_ASYNC_H

#include <stdbool.h>
#include <stdint.h>

struct weir_row;
struct weir_ctx;
struct weir_text;
struct weir_schema;

/* A question that failed is asked again, `delay_ms` after that. */
struct weir_retry {
    uint32_t max_attempts; /* how often again; 0: never.  Then the task fails */
    int64_t delay_ms;
    bool if_not_found; /* nothing under the key is tried again, too; in the end it is the answer */
};

struct weir_async {
    /* Asks, once, by weir_request_...; emits nothing.  If nothing is asked the answer is NULL, at
     * once. */
    void (*on_row)(struct weir_ctx *, const struct weir_row *);
    /* Emits any small number of rows; `answer` is a row of the table, or NULL: nothing there. */
    void (*on_answer)(struct weir_ctx *, const struct weir_row *, const struct weir_row *answer);
    /* No answer within timeout_ms of on_row, whatever was tried.  NULL: the task fails. */
    void (*on_timeout)(struct weir_ctx *, const struct weir_row *);
    int64_t timeout_ms; /* 0: waits for ever; with a retry it must be set */
    uint32_t capacity;  /* rows and watermarks that wait at most; 0: 100 */
    bool unordered;
    struct weir_retry retry;
    const void *with;
    uint32_t with_bytes;
};

/* A file with one row a key, looked up by `column`. */
struct weir_lookup_table {
    const char *path; /* in the data directory; CSV with a header */
    const struct weir_schema *schema;
    const char *column;
    int64_t latency_ms, latency_max_ms; /* an answer takes so long; max > latency: up to that */
    uint32_t fail_every;                /* every n-th question of a subtask fails; 0: none */
};

/* What on_row asks for: the row whose column, a STRING or any other, is this. */
void weir_request_text(struct weir_ctx *, struct weir_text key);
void weir_request_int(struct weir_ctx *, int64_t key);

struct weir_here;
struct weir_stream;
struct weir_stream *weir_awaited_at(struct weir_here, struct weir_stream *,
                                    const struct weir_async *, struct weir_lookup_table,
                                    const struct weir_schema *out);
#define weir_awaited(...) weir_awaited_at(WEIR_HERE, __VA_ARGS__)

#endif
