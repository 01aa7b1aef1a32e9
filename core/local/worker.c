#include "local/worker.h"

#include <stdio.h>

#include "base/mem.h"
#include "runtime/buffer_pool.h"

/* ---- mail ---- */

static void deliver_parcel(struct worker *w, struct parcel *p)
{
    uint32_t task = executor_on_parcel(w->executor, p);

    if (task != UINT32_MAX)
        w->poked[task] = true;
}

static void poke_all(struct worker *w)
{
    for (uint32_t t = 0; t < w->links->graph->tasks; t++)
        w->poked[t] = true;
}

static void open_letter(struct worker *w, const struct letter *l)
{
    const struct action *a = &l->action;

    if (l->kind == LETTER_MESSAGE) {
        executor_on_message(w->executor, w->now_us, &a->message, &w->todo);
        w->poked[a->message.task] = true;
    } else if (l->kind == LETTER_DONE) {
        executor_on_done(w->executor, w->now_us, a->task, a->attempt, a->request, l->result,
                         &w->todo);
        w->poked[a->task] = true;
    } else if (l->kind == LETTER_FLUSH) {
        w->flushing = true;
        poke_all(w);
    } else if (l->kind == LETTER_QUIT) {
        w->quit = true;
    }
}

static void read_mail(struct worker *w)
{
    for (uint32_t i = 0; i < w->mail.letters; i++)
        open_letter(w, &w->mail.letter[i]);
    while (w->mail.parcels.count) {
        struct parcel p = parcel_queue_pop(&w->mail.parcels);

        deliver_parcel(w, &p);
    }
    mail_clear(&w->mail);
}

/* ---- stepping ---- */

static bool is_over(const struct task *t)
{
    return task_last_progress(t) == TASK_FINISHED || task_last_progress(t) == TASK_FAILED;
}

static uint32_t number_of(const struct task *t)
{
    return task_view_context(t)->task;
}

/* When it wants to be stepped; INT64_MIN: now.  One that is over still sends what is queued, for
 * the credit that comes. */
static int64_t due_us(const struct worker *w, const struct task *t)
{
    if (w->poked[number_of(t)])
        return INT64_MIN;
    if (is_over(t))
        return INT64_MAX;
    return task_last_progress(t) == TASK_MORE ? INT64_MIN : task_deadline_us(t);
}

static void hand_over_parcels(struct worker *w, struct task *t)
{
    struct parcel p;

    while (task_take_parcel(t, &p)) {
        uint32_t to = w->links->worker_of[parcel_receiver(w->links->graph, &p)];

        if (to == w->spec.worker)
            deliver_parcel(w, &p);
        else
            mailbox_put_parcel(&w->links->mailbox[to], &p);
    }
}

static void show_log(struct worker *w, struct task *t)
{
    if (task_view_context(t)->log.bytes == 0)
        return;
    bytes_clear(&w->log);
    task_take_log(t, &w->log);
    if (!w->quiet)
        fwrite(w->log.p, 1, w->log.bytes, stderr);
}

static void adapt_budget(struct worker *w, int64_t took_us)
{
    if (took_us > WORKER_STEP_US && w->budget > 1)
        w->budget /= 2;
    else if (took_us < WORKER_STEP_US / 4 && w->budget < WORKER_BUDGET)
        w->budget *= 2;
}

static void step_task(struct worker *w, uint32_t slot, struct task *t)
{
    int64_t began_us = w->now_us;

    executor_step(w->executor, slot, began_us, w->budget, &w->todo);
    w->now_us = clock_now_us(w->links->clock);
    adapt_budget(w, w->now_us - began_us);
    task_worked_until(t, w->now_us);
    show_log(w, t);
}

static void step(struct worker *w, uint32_t slot, struct task *t)
{
    if (due_us(w, t) > w->now_us)
        return;
    w->poked[number_of(t)] = false;
    if (!is_over(t))
        step_task(w, slot, t);
    hand_over_parcels(w, t);
}

static bool is_flushed(const struct worker *w)
{
    for (uint32_t s = 0; s < executor_tasks(w->executor); s++) {
        const struct task *t = executor_task(w->executor, s);

        if (t && !is_over(t) && !task_is_quiet(t))
            return false;
    }
    return true;
}

static void step_all(struct worker *w)
{
    for (uint32_t s = 0; s < executor_tasks(w->executor); s++)
        if (executor_task(w->executor, s))
            step(w, s, executor_task(w->executor, s));
    if (w->flushing && is_flushed(w)) {
        w->flushing = false;
        mailbox_put(links_mailbox(w->links, ACTION_MASTER),
                    &(struct letter){.kind = LETTER_FLUSHED, .worker = w->spec.worker});
    }
    links_route(w->links, w->spec.worker, &w->todo);
}

/* ---- the loop ---- */

/* When the first task wants to be stepped, by the monotonic clock. */
static int64_t wake_us(const struct worker *w)
{
    int64_t at = INT64_MAX;

    for (uint32_t s = 0; s < executor_tasks(w->executor); s++) {
        const struct task *t = executor_task(w->executor, s);

        if (t && due_us(w, t) < at)
            at = due_us(w, t);
    }
    if (at <= w->now_us)
        return INT64_MIN;
    return at == INT64_MAX ? at : clock_monotonic_us(w->links->clock, at);
}

static void show_numbers(struct worker *w, bool at_once)
{
    if (!at_once && w->now_us - w->shown_us < BOARD_PERIOD_US)
        return;
    w->shown_us = w->now_us;
    for (uint32_t s = 0; s < executor_tasks(w->executor); s++)
        if (executor_task(w->executor, s))
            board_write(&w->links->board, executor_task(w->executor, s));
}

static void *run(void *worker)
{
    struct worker *w = worker;

    w->budget = WORKER_BUDGET;
    w->now_us = clock_now_us(w->links->clock);
    w->executor = executor_new(&w->spec, &w->todo);
    links_route(w->links, w->spec.worker, &w->todo);
    while (!w->quit) {
        int64_t until_us = wake_us(w);

        show_numbers(w, until_us != INT64_MIN);
        mailbox_take(&w->links->mailbox[w->spec.worker], &w->mail, until_us);
        w->now_us = clock_now_us(w->links->clock);
        read_mail(w);
        step_all(w);
    }
    show_numbers(w, true);
    executor_free(w->executor);
    return NULL;
}

void worker_start(struct worker *w)
{
    w->poked = mem_alloc(w->links->graph->tasks);
    pthread_create(&w->thread, NULL, run, w);
}

void worker_join(struct worker *w)
{
    pthread_join(w->thread, NULL);
    mail_done(&w->mail);
    actions_done(&w->todo);
    bytes_done(&w->log);
    mem_free(w->poked);
}
