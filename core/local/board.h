/* board.h -- the numbers of all tasks, where anyone may look at them while they run.
 *
 * A task's counters belong to its worker, who copies them here now and then; what
 * is read is never torn and at most BOARD_PERIOD_US old, or as old as the last
 * time the worker had nothing to do.
 */
#ifndef CORE_LOCAL_BOARD_H
#define CORE_LOCAL_BOARD_H

#include <pthread.h>

#include "runtime/task.h"

enum { BOARD_PERIOD_US = 100000 };

struct board_line {
    bool there; /* has run at least once */
    enum task_progress progress;
    int64_t watermark_ms; /* that reached the head of its chain */
    struct counters counters;
};

struct board {
    pthread_mutex_t lock;
    uint32_t tasks;
    struct board_line *line; /* by task number */
};

void board_init(struct board *b, uint32_t tasks);
void board_done(struct board *b);
void board_write(struct board *b, const struct task *t);
struct board_line board_read(struct board *b, uint32_t task);

#endif
