/* lone.h -- one operator of the engine, alone, as the vectors of the keyed topics drive it.
 *
 * Rows, watermarks and the clock go in as the task would give them; what the operator sends on is
 * caught by an operator behind each output.  A topic puts a struct lone first in its own struct and
 * says what an element of its script is and what a caught row looks like.
 */
#ifndef TESTS_CONFORMANCE_LONE_H
#define TESTS_CONFORMANCE_LONE_H

#include "runtime/operator.h"
#include "tests/conformance/topic.h"
#include "time/combined.h"

struct lone;
struct lone_catcher { /* the operator behind an output */
    struct operator op;
    struct lone *lone;
    uint32_t tag;
};

struct lone {
    void (*element)(struct lone *, const struct json *step);
    /* A row came out of output `tag`; NULL: the function under test writes its answer itself. */
    void (*caught)(struct lone *, uint32_t tag, const struct weir_row *);
    bool sided; /* elements say of which side they are, though the operator has one input */
    struct json_writer *out; /* of this step */
    const struct operator_class *class;
    struct operator* op;
    struct task_context task;
    struct counters counters;
    struct node node;
    struct combined clock; /* of its inputs */
    struct lone_catcher catcher[OUTPUT_TAGS];
    struct target target[OUTPUT_TAGS];
};

/* `element` and `caught` are set.  `node` says what the operator is: config, row types, key columns,
 * constants. */
void lone_begin(struct lone *l, const struct operator_class *class, struct node node);
void lone_end(struct lone *l);
/* The step of a topic: `e`, `w`, `p`, `snap`, and all that it sets off.  With two inputs `w1`, `idle2`
 * and the like instead of `w`; `e1` and `e2` are elements too.  False: it is none of these, or it
 * made the operator fail. */
bool lone_step(struct lone *l, const struct json *step, struct json_writer *out);
/* An element comes in: a struct of the node's `in`, or of its `in_2`. */
void lone_row(struct lone *l, int64_t event_ms, const void *value);
void lone_row_2(struct lone *l, int64_t event_ms, const void *value);
/* A struct of a type as a row, its image in `image`, with the key group of its column `key`. */
struct weir_row row_of_value(const struct weir_schema *type, int key, int64_t event_ms,
                             const void *value, struct bytes *image);
bool is_of_second(const struct json *step); /* `e2` and the like */

/* The window that an `assigner` of the vectors describes; false: refused. */
bool read_assigner(const struct json *a, struct weir_window *w, struct refusal *why);
struct weir_text text_of(const struct json *j);           /* a string's */
void put_text(struct json_writer *out, struct weir_text); /* as an array's element */

#endif
