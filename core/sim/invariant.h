/* invariant.h -- what must hold in every run, whatever fails: checked in it, and at its end.
 *
 *   I3   exactly-once output: what each sink committed is what its surviving history wrote, every
 *        row that left a vertex arrived at the next, and every row of the input was read; and, if
 *        the job's answer does not depend on timing, it equals the answer without faults
 *   I12  between the first and the last barrier n at a task, no row from a channel whose barrier
 *        has come is processed
 *   I20  a task's watermark never goes back within an attempt, and is never ahead of a channel
 *        that counts
 *   I22  a row is dropped as late only if its timestamp + lateness <= the watermark
 *   I23  the rows of fired windows are exactly the rows that came for them and were not late
 *   I33  a channel never queues more than its credit
 *   W1   without allowed lateness a window fires at most once a key (within an attempt: after a
 *        restore the watermark is unknown, and a just-late row may open it again, as in Flink)
 *   I34  the job does not stand still
 *
 * "Surviving history": what a task did after checkpoint n is undone when n is
 * restored.  So tallies are kept beside each snapshot and taken back with it.
 *
 * Source   reliability.md 3.
 */
#ifndef CORE_SIM_INVARIANT_H
#define CORE_SIM_INVARIANT_H

#include "sim/world.h"

#define INVARIANT_LIST(I)                                                                          \
    I(I3, "exactly-once output")                                                                   \
    I(I12, "alignment")                                                                            \
    I(I20, "watermark monotonic")                                                                  \
    I(I22, "no late drop in the promise")                                                          \
    I(I23, "window completeness")                                                                  \
    I(I33, "back-pressure bound")                                                                  \
    I(W1, "a window fires at most once a key")                                                     \
    I(I34, "no deadlock")

enum invariant {
    INVARIANT_NONE,
#define INVARIANT_ENUM_(name, text) INVARIANT_##name,
    INVARIANT_LIST(INVARIANT_ENUM_) INVARIANTS
};
const char *invariant_name(enum invariant i); /* "I12" */
const char *invariant_text(enum invariant i); /* "alignment" */

struct violation {
    enum invariant invariant; /* INVARIANT_NONE: nothing wrong */
    uint32_t step;
    char text[200];
};

struct answer { /* the committed output as an order-free digest */
    uint64_t digest, rows, source_rows, late;
};

struct judge; /* of one run */

/* `expected`: the answer without faults; NULL: it depends on timing (then only `source_rows` of
 * the next argument are compared).  `source_rows` 0: unknown. */
struct judge *judge_new(const struct job_graph *g, const struct options *o,
                        const struct answer *expected, uint64_t source_rows);
void judge_free(struct judge *j);
void judge_listen(void *judge, const struct event *e);   /* a trace_listener */
void judge_look(struct judge *j, const struct world *w); /* after each step */
void judge_end(struct judge *j, const struct world *w);  /* the run is over */
const struct violation *judge_violation(const struct judge *j);
struct answer judge_answer(const struct judge *j);

#endif
