/* weir_own.h -- sinks and sources of your own.
 *
 * The part of weir.h about both; weir.h includes it, programs include weir.h.  Their callbacks are
 * the ones that may touch the world outside: files, connections.  What they hold open there is made
 * by `open`, once an attempt of a subtask before all else, found again by weir_opened(), and given
 * back by `close`; a failure is said by weir_fail().  What must outlive it is state: a killed
 * attempt leaves the world as it is, and the next one begins with the state of the latest complete
 * checkpoint.
 *
 * Flink    Sink with SinkWriter and Committer, TwoPhaseCommitSinkFunction.
 */
#ifndef WEIR_OWN_H
#define WEIR_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "weir_state.h"

struct weir_here;
struct weir_job;
struct weir_row;
struct weir_stream;

void *weir_opened(const struct weir_ctx *); /* what `open` returned */

/* A sink.  Rows that came after the latest complete checkpoint come again after a failure, so one
 * that writes at once, in on_row, writes each row at least once.  Exactly once needs four things:
 *
 *   1. What comes between two checkpoints is one transaction, which nobody outside sees.
 *   2. on_checkpoint makes it durable, and adds its name and the checkpoint to operator state.
 *   3. on_complete commits what state names of this checkpoint and of earlier ones (their own news
 *      may have been lost), and takes it out of state.  A commit may come twice, and must not mind.
 *   4. on_restore commits all that state names, as the checkpoint it came from is complete, and
 *      rolls back whatever else the subtask left outside.
 *
 * A name of (subtask, number kept in state) is used again by the next attempt for the same rows. */
struct weir_sink {
    struct weir_state state[WEIR_STATES]; /* operator state, or of the key on a keyed stream */
    void (*on_row)(struct weir_ctx *, const struct weir_row *);
    void *(*open)(struct weir_ctx *);
    void (*close)(void *opened); /* not called for NULL */
    /* The snapshot is taken when it returns.  At the end of the input comes a last checkpoint;
     * without checkpoints both are called once, then, with 0. */
    void (*on_checkpoint)(struct weir_ctx *, uint32_t checkpoint);
    void (*on_complete)(struct weir_ctx *, uint32_t checkpoint);
    void (*on_restore)(struct weir_ctx *); /* once, if state came back, before the first row */
    const void *with;
    uint32_t with_bytes;
};

/* A source reads splits, each of them from its position on.  Who reads which is decided by number
 * alone, so every subtask of every attempt decides alike; positions are state, so a restore goes on
 * behind the last row of its checkpoint, whoever read the split before.  A subtask reads its splits
 * in turn, a row of each. */
enum weir_next {
    WEIR_NEXT_ROW,  /* `row` is filled in, `position` is behind it */
    WEIR_NEXT_WAIT, /* nothing at the moment: ask again in wait_ms */
    WEIR_NEXT_END   /* the split is over */
};
struct weir_source {
    /* How many there are; asked once an attempt, and all subtasks hear the same.  Between attempts
     * splits may be added at the end, and those that are over may go from there. */
    uint32_t (*splits)(struct weir_ctx *);
    /* The subtask, 0 .. subtasks - 1, that reads `split`; NULL: split % subtasks. */
    uint32_t (*assign)(struct weir_ctx *, uint32_t split, uint32_t subtasks);
    const struct weir_schema
        *position; /* of a split; a struct without STRING columns, zero at first */
    /* Fill in a struct of the stream's type, zeroed; its texts are valid until the next call. */
    enum weir_next (*next)(struct weir_ctx *, uint32_t split, void *position, void *row);
    void *(*open)(struct weir_ctx *);
    void (*close)(void *opened); /* not called for NULL */
    bool is_unbounded;           /* it never ends by itself: not for BATCH */
    int64_t wait_ms;             /* 0: 10 */
    const void *with;
    uint32_t with_bytes;
};

struct weir_stream *weir_source_at(struct weir_here, struct weir_job *, const struct weir_source *,
                                   const struct weir_schema *out);
#define weir_source(...) weir_source_at(WEIR_HERE, __VA_ARGS__)

struct weir_stream *weir_sink_at(struct weir_here, struct weir_stream *, const struct weir_sink *);
#define weir_sink(...) weir_sink_at(WEIR_HERE, __VA_ARGS__)

#endif
