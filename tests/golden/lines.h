/* lines.h -- an output line: the fields that a job names, in its order, as JSON. */
#ifndef TESTS_GOLDEN_LINES_H
#define TESTS_GOLDEN_LINES_H

#include "base/bytes.h"
#include "tests/golden/spec.h"

#define LINE_(C) C(STRING, text)
WEIR_ROW(line, LINE_)

/* One of the first n of FAMILY_TOP. */
#define RANKED_(C) C(STRING, key) C(BIGINT, count) C(BIGINT, sum) C(BIGINT, end)
WEIR_ROW(ranked, RANKED_)

struct values { /* what a line may hold; unused ones stay zero */
    struct weir_text key, id, destination, first, last_id, top;
    int64_t start, end, count, sum, max, min, ts, wm, nth, distinct, last, seen, value;
    int64_t hash, group;
    struct weir_text left, right; /* of a pair */
    int64_t left_ts, right_ts, departures, arrivals, departed_mi, arrived_mi;
    const int64_t *list; /* `values` of a list, `subtasks` of a key */
    uint32_t listed;
    const struct weir_text *ids;
    uint32_t id_count;
    const struct ranked *ranked; /* `top` of FAMILY_TOP */
    uint32_t ranked_count;
};

enum { TO_OUTPUT = -1 }; /* else the tag of a side output */
void line_out(struct weir_ctx *c, int tag, const struct values *v);
void line_late(struct weir_ctx *c, int tag, struct weir_text id, struct weir_text key);

#endif
