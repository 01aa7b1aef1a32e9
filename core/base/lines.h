/* lines.h -- the seam to lines that come when they come, such as a socket's.
 *
 * Whoever reads never waits: next() says that nothing is there yet.  What was
 * read is gone; there is no way back.  A simulator has no such seam (NULL): in
 * it nothing comes from outside.
 */
#ifndef CORE_BASE_LINES_H
#define CORE_BASE_LINES_H

#include "base/bytes.h"
#include "base/err.h"

enum { LINE_BYTES_MAX = 1 << 24 };

enum lines_next {
    LINES_LINE, /* without its newline; borrowed until the next call */
    LINES_WAIT, /* none yet */
    LINES_END,  /* the other side has closed; no more will come */
    LINES_LOST, /* the connection broke */
    LINES_LONG  /* a line of more than LINE_BYTES_MAX */
};

struct line_input { /* first member of every implementation */
    const struct line_input_class *class;
};
struct line_input_class {
    enum lines_next (*next)(struct line_input *, struct span *line);
    void (*close)(struct line_input *);
};

struct lines { /* first member of every implementation */
    /* An err with `why`: which address, what is wrong. */
    int (*open)(const struct lines *, const char *address, struct line_input **out,
                struct diag *why);
};

#endif
