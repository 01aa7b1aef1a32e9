/* trace.h -- note events, fold them into the run's hash, let someone listen.
 *
 * The hash after n events is a function of the n events and nothing else:
 * the same program, dataset, seed and plan give the same hash at every step,
 * with every compiler and with sanitizers.  Noting and hashing one event
 * costs about 3 ns, 5 with a ring; a NULL trace costs a branch.
 *
 * The driver sets `step` and `us` before it lets anyone run; machines only
 * call trace_note().
 */
#ifndef CORE_TRACE_TRACE_H
#define CORE_TRACE_TRACE_H

#include <stdbool.h>

#include "trace/event.h"

typedef void trace_listener(void *arg, const struct event *e);

struct trace {
    uint64_t hash; /* starts as TRACE_HASH_START */
    uint64_t count;
    uint32_t step;
    int64_t us;
    struct event *ring; /* the newest ring_max events, or NULL: nothing is kept */
    uint32_t ring_max;
    uint32_t ring_at;       /* count % ring_max: where the next event goes */
    trace_listener *listen; /* called for each event, may be NULL */
    void *listen_arg;
};
#define TRACE_HASH_START 0x77656972u /* "weir" */

void trace_init(struct trace *t, uint32_t ring_max); /* ring_max 0: hash only */
void trace_done(struct trace *t);
/* The fields as words: actor << 48 | channel << 32 | kind << 24 | attempt << 16.  Scalars travel in
 * registers; a struct event as argument would be written in small pieces and read back in large
 * ones, for which the processor waits ten times as long as the hash takes. */
void trace_note_words(struct trace *t, uint64_t who, uint32_t checkpoint, int64_t a, int64_t b);
void trace_note_event(struct trace *t, struct event e); /* number, step, us are filled in */
/* Event `number` if it is still in the ring, else NULL. */
const struct event *trace_event(const struct trace *t, uint64_t number);

static inline void trace_note(struct trace *t, enum event_kind kind, uint32_t actor,
                              uint32_t attempt, uint32_t checkpoint, uint32_t channel, int64_t a,
                              int64_t b)
{
    if (t)
        trace_note_words(t,
                         (uint64_t)(uint16_t)actor << 48 | (uint64_t)(uint16_t)channel << 32 |
                             (uint64_t)(uint8_t)kind << 24 | (uint64_t)(uint8_t)attempt << 16,
                         checkpoint, a, b);
}

#endif
