/* lookup.h -- the seam to what answers questions by key, later: a table, a service behind a socket.
 *
 * Whoever asks never waits: poll() says what has come.  A question has a
 * number, given by who asks; its answer carries the number, and answers come in
 * any order.  Time is an argument.
 */
#ifndef CORE_BASE_LOOKUP_H
#define CORE_BASE_LOOKUP_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/fs.h"

struct lookup_answer {
    uint64_t number;
    bool has_failed;   /* it was not answered: ask again, or give up */
    struct span found; /* borrowed until the lookup is closed; empty: nothing under this key */
};

struct lookup { /* first member of every implementation */
    const struct lookup_class *class;
};
struct lookup_class {
    /* `with` is the service's own description, borrowed for as long as it is open.  An err with
     * `why`: what cannot be opened, and why. */
    int (*open)(const void *with, struct fs *data, struct lookup **out, struct diag *why);
    void (*ask)(struct lookup *, uint64_t number, struct span key, int64_t now_us);
    bool (*poll)(struct lookup *, int64_t now_us, struct lookup_answer *out); /* false: none yet */
    int64_t (*deadline_us)(
        const struct lookup *); /* when to poll again; INT64_MAX: nothing asked */
    void (*close)(struct lookup *);
};

#endif
