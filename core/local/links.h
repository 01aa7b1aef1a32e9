/* links.h -- what the threads of one run share: who is where, and how to reach him.
 *
 * Made before the first thread starts and not changed until the last has ended;
 * only what has a lock of its own (mailboxes, store, board) is written to.
 */
#ifndef CORE_LOCAL_LINKS_H
#define CORE_LOCAL_LINKS_H

#include "graph/job_graph.h"
#include "local/board.h"
#include "local/clock.h"
#include "local/store.h"

struct links {
    const struct job_graph *graph;
    uint32_t workers;
    uint32_t *worker_of;     /* by task number: a slot's subtask stays where it is, over restarts */
    struct mailbox *mailbox; /* of the workers, then the master's */
    struct store store;
    struct board board;
    struct clock clock;
};

void links_init(struct links *l);
void links_done(struct links *l);                                /* all threads have ended */
struct mailbox *links_mailbox(struct links *l, uint32_t worker); /* ACTION_MASTER: the master's */
/* Send and ask what `asker` (a worker, or ACTION_MASTER) decided; `todo` is empty afterwards. */
void links_route(struct links *l, uint32_t asker, struct actions *todo);

#endif
