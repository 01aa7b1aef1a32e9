/* worker.h -- one worker thread: a task executor, stepped as long as there is something to do.
 *
 * It takes its mail, steps every task that can go on (at most WORKER_BUDGET rows
 * each, so that barriers and messages do not wait long), moves parcels, and
 * sleeps when nobody can do anything, until mail comes or a timer is due.
 *
 * Flink    TaskManager; a thread a slot there too, but here the tasks of one slot share it.
 */
#ifndef CORE_LOCAL_WORKER_H
#define CORE_LOCAL_WORKER_H

#include "host/task_executor.h"
#include "local/links.h"

enum { WORKER_BUDGET = 4096 };

struct worker {
    struct executor_spec spec;
    struct links *links;
    bool quiet; /* what functions log is dropped */
    pthread_t thread;
    /* its thread's own */
    struct task_executor *executor;
    struct actions todo;
    struct mail mail;
    bool *poked; /* by task number: something came for it */
    bool flushing, quit;
    int64_t now_us, shown_us;
    struct bytes log;
};

void worker_start(struct worker *w); /* spec, links and quiet are set, the rest is zero */
void worker_join(struct worker *w);  /* after LETTER_QUIT */

#endif
