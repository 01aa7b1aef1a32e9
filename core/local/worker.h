/* worker.h -- one worker thread: a task executor, stepped as long as there is something to do.
 *
 * It takes its mail, steps every task that can go on, moves parcels, and sleeps
 * when nobody can do anything, until mail comes or a timer is due.  A step is
 * at most `budget` rows; that halves when one took longer than WORKER_STEP_US, so
 * that messages and other tasks do not wait for slow functions.
 *
 * Flink    TaskManager; a thread a slot there too, but here the tasks of one slot share it.
 */
#ifndef CORE_LOCAL_WORKER_H
#define CORE_LOCAL_WORKER_H

#include "host/task_executor.h"
#include "local/links.h"

enum { WORKER_BUDGET = 4096, WORKER_STEP_US = 2000 };

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
    uint32_t budget;
    int64_t now_us, shown_us;
    struct bytes log;
};

void worker_start(struct worker *w); /* spec, links and quiet are set, the rest is zero */
void worker_join(struct worker *w);  /* after LETTER_QUIT */

#endif
