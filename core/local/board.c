#include "local/board.h"

#include "base/mem.h"

void board_init(struct board *b, uint32_t tasks)
{
    *b = (struct board){.tasks = tasks, .line = mem_alloc(tasks * sizeof *b->line)};
    pthread_mutex_init(&b->lock, NULL);
}

void board_done(struct board *b)
{
    pthread_mutex_destroy(&b->lock);
    mem_free(b->line);
}

void board_write(struct board *b, const struct task *t)
{
    const struct task_context *c = task_view_context(t);

    pthread_mutex_lock(&b->lock);
    b->line[c->task] = (struct board_line){.there = true,
                                           .progress = task_last_progress(t),
                                           .watermark_ms = task_operator(t, 0)->watermark_ms,
                                           .counters = *c->counters};
    pthread_mutex_unlock(&b->lock);
}

struct board_line board_read(struct board *b, uint32_t task)
{
    struct board_line line;

    pthread_mutex_lock(&b->lock);
    line = b->line[task];
    pthread_mutex_unlock(&b->lock);
    return line;
}
