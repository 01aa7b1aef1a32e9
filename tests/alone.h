/* alone.h -- one operator of a program, alone: rows and watermarks go in, words come out.
 *
 * The program is built through the public API; the operator that made a stream is taken out of it
 * and stepped by hand.  What it sends on is written into a log: "k=1 n=2@5 " is a row of timestamp 5
 * ("@-": none), "w5 " a watermark, "late: ..." and "late2: ..." rows of those outputs.
 */
#ifndef TESTS_ALONE_H
#define TESTS_ALONE_H

#include "api/job.h"
#include "runtime/operator.h"

struct alone;
struct alone_catcher { /* the operator behind an output */
    struct operator op;
    struct alone *of;
    uint32_t tag;
};

struct alone {
    struct weir_job *job; /* owned */
    const struct node *node;
    struct operator* op;
    struct task_context task;
    struct counters counters;
    struct alone_catcher catcher[OUTPUT_TAGS];
    struct target target[OUTPUT_TAGS];
    struct operator* tag[2]; /* before a window of two streams: what makes its rows; else NULL */
    struct target behind_tags;
    struct bytes log, said;
};

/* The operator that made `s`; the job is now `a`'s.  It has no mistake, or the test aborts. */
void alone_begin(struct alone *a, struct weir_job *job, const struct weir_stream *s);
void alone_end(struct alone *a);
/* A struct of the first or the second input's type comes in. */
void alone_row(struct alone *a, bool second, int64_t event_ms, const void *value);
void alone_watermark(struct alone *a, int64_t ms); /* and all that it makes due */
void alone_pay(struct alone *a);                   /* all that is owed and does not wait */
const char *alone_said(struct alone *a);           /* what came out since this was asked last */
void alone_restart(struct alone *a);               /* snapshot, a new operator, restore */
const char *alone_failure(const struct alone *a);  /* why the task has failed; "" */

#endif
