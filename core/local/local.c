#include "local/local.h"

#include "base/mem.h"
#include "checkpoint/coordinator.h"
#include "local/worker.h"

/* What is awaited before the end. */
enum stopping {
    STOP_NOT,
    STOP_CHECKPOINT, /* to be complete */
    STOP_FLUSH,      /* its results to be visible */
    STOP_NOW
};

struct local {
    struct local_spec spec;
    struct links links;
    struct worker *worker;
    struct job_master *master;
    struct trace trace; /* of the master alone */
    struct actions todo;
    struct mail mail;
    int64_t started_us, now_us, tick_us;
    enum stopping stopping;
    uint32_t last_request; /* STOP_CHECKPOINT: for this one */
    bool saves;            /* it is a savepoint: the run's checkpoints are not wanted any more */
    uint32_t flushed;      /* workers */
};

static void init_worker(struct local *l, uint32_t i)
{
    l->worker[i].links = &l->links;
    l->worker[i].quiet = l->spec.quiet;
    l->worker[i].spec = (struct executor_spec){
        .graph = l->spec.graph,
        .options = l->spec.options,
        .data = l->spec.data,
        .lines = l->spec.lines,
        .output = l->spec.output,
        .checkpoints = l->spec.checkpoints,
        .find = l->spec.find,
        .worker = i,
    };
}

static void init_links(struct local *l, uint32_t workers)
{
    uint32_t tasks = l->spec.graph->tasks;

    l->links.graph = l->spec.graph;
    l->links.workers = workers;
    l->links.worker_of = mem_alloc(tasks * sizeof *l->links.worker_of);
    for (uint32_t t = 0; t < tasks; t++)
        l->links.worker_of[t] = master_worker_of(l->master, t);
    l->links.store.output = l->spec.output;
    l->links.store.checkpoints = l->spec.checkpoints;
    links_init(&l->links);
}

struct local *local_new(const struct local_spec *spec)
{
    struct local *l = mem_alloc(sizeof *l);
    uint32_t workers = master_workers(spec->graph, spec->options);

    l->spec = *spec;
    trace_init(&l->trace, 0);
    l->trace.listen = spec->listen;
    l->trace.listen_arg = spec->listen_arg;
    l->master = master_new(spec->graph, spec->options, workers, &l->trace);
    if (spec->restore)
        master_restore(l->master, spec->restore, spec->claims);
    init_links(l, workers);
    l->worker = mem_alloc(workers * sizeof *l->worker);
    for (uint32_t i = 0; i < workers; i++)
        init_worker(l, i);
    l->started_us = clock_now_us(l->links.clock);
    return l;
}

void local_free(struct local *l)
{
    if (l == NULL)
        return;
    links_done(&l->links);
    master_free(l->master);
    actions_done(&l->todo);
    mail_done(&l->mail);
    trace_done(&l->trace);
    mem_free(l->worker);
    mem_free(l);
}

/* ---- stopping ---- */

static void flush(struct local *l)
{
    l->stopping = STOP_FLUSH;
    for (uint32_t i = 0; i < l->links.workers; i++)
        mailbox_put(&l->links.mailbox[i], &(struct letter){.kind = LETTER_FLUSH});
}

static bool takes_checkpoints(const struct local *l)
{
    return option_number(l->spec.options, OPTION_INTERVAL) > 0;
}

uint32_t local_snapshot(struct local *l, enum snapshot_kind kind)
{
    uint32_t request;

    if (l->stopping != STOP_NOT || !takes_checkpoints(l) || !master_may_snapshot(l->master))
        return 0;
    request = master_request(l->master, l->now_us, kind, &l->todo);
    if (kind == SNAPSHOT_SUSPEND) {
        l->stopping = STOP_CHECKPOINT;
        l->last_request = request;
        l->saves = true;
    }
    return request;
}

void local_stop(struct local *l)
{
    if (l->stopping != STOP_NOT)
        return;
    l->stopping = STOP_NOW;
    if (!takes_checkpoints(l) || !master_may_snapshot(l->master))
        return;
    l->last_request = master_request_last(l->master, l->now_us, &l->todo);
    l->stopping = STOP_CHECKPOINT;
}

void local_cancel(struct local *l)
{
    l->stopping = STOP_NOW;
}

bool local_is_stopping(const struct local *l)
{
    return l->stopping != STOP_NOT;
}

/* The notification of the checkpoint was put into the mailboxes before the request to flush. */
static void on_answer(struct local *l, const struct coordinator_note *answer)
{
    if (l->spec.answered)
        l->spec.answered(l->spec.answered_arg, answer);
    if (l->stopping != STOP_CHECKPOINT || answer->request != l->last_request)
        return;
    if (answer->kind == NOTE_DONE)
        flush(l);
    else if (answer->reason != GIVE_UP_SHUTDOWN) /* then all data is processed: let it finish */
        l->stopping = STOP_NOW;
}

static void go_on_stopping(struct local *l)
{
    struct coordinator_note answer;

    while (master_next_answer(l->master, &answer))
        on_answer(l, &answer);
    if (l->stopping == STOP_FLUSH && l->flushed == l->links.workers)
        l->stopping = STOP_NOW;
}

/* ---- the master's loop ---- */

static void open_letter(struct local *l, const struct letter *letter)
{
    const struct action *a = &letter->action;

    if (letter->kind == LETTER_MESSAGE)
        master_on_message(l->master, l->now_us, &a->message, &l->todo);
    else if (letter->kind == LETTER_DONE)
        master_on_done(l->master, l->now_us, a->request, letter->result, &l->todo);
    else if (letter->kind == LETTER_FLUSHED)
        l->flushed++;
}

static bool is_over(const struct local *l)
{
    enum job_state s = master_state(l->master);

    return s == JOB_STATE_FINISHED || s == JOB_STATE_FAILED || l->stopping == STOP_NOW;
}

static void read_mail(struct local *l)
{
    int64_t due_us = master_deadline_us(l->master);
    int64_t until_us = due_us < l->tick_us ? due_us : l->tick_us;

    mailbox_take(links_mailbox(&l->links, ACTION_MASTER), &l->mail,
                 clock_monotonic_us(l->links.clock, until_us));
    l->now_us = clock_now_us(l->links.clock);
    l->trace.us = l->now_us - l->started_us;
    for (uint32_t i = 0; i < l->mail.letters && !is_over(l); i++)
        open_letter(l, &l->mail.letter[i]);
    mail_clear(&l->mail);
}

static void tick(struct local *l)
{
    if (l->now_us >= l->tick_us)
        l->tick_us = l->now_us + l->spec.tick_us;
    if (l->spec.tick)
        l->spec.tick(l->spec.tick_arg, l);
}

static void run_master(struct local *l)
{
    l->tick_us = l->started_us + l->spec.tick_us;
    while (!is_over(l)) {
        read_mail(l);
        if (!is_over(l) && l->now_us >= master_deadline_us(l->master))
            master_on_time(l->master, l->now_us, &l->todo);
        tick(l);
        links_route(&l->links, ACTION_MASTER, &l->todo);
        go_on_stopping(l);
    }
}

static void end_workers(struct local *l)
{
    for (uint32_t i = 0; i < l->links.workers; i++)
        mailbox_put(&l->links.mailbox[i], &(struct letter){.kind = LETTER_QUIT});
    for (uint32_t i = 0; i < l->links.workers; i++)
        worker_join(&l->worker[i]);
    l->now_us = clock_now_us(l->links.clock);
}

static enum local_end how_it_ended(const struct local *l)
{
    enum job_state state = master_state(l->master);

    if (state == JOB_STATE_FINISHED)
        return LOCAL_FINISHED;
    if (state == JOB_STATE_FAILED)
        return LOCAL_FAILED;
    return l->flushed == l->links.workers ? LOCAL_STOPPED : LOCAL_CANCELED;
}

enum local_end local_run(struct local *l)
{
    static const enum job_end ends[] = {[LOCAL_FINISHED] = JOB_END_FINISHED,
                                        [LOCAL_STOPPED] = JOB_END_FINISHED,
                                        [LOCAL_FAILED] = JOB_END_FAILED,
                                        [LOCAL_CANCELED] = JOB_END_CANCELED};
    enum local_end end;

    for (uint32_t i = 0; i < l->links.workers; i++)
        worker_start(&l->worker[i]);
    run_master(l);
    end_workers(l);
    end = how_it_ended(l);
    if (end != LOCAL_STOPPED || l->saves) { /* else the last one is what was asked for */
        master_end(l->master, ends[end], &l->todo);
        links_route(&l->links, ACTION_MASTER, &l->todo);
    }
    return end;
}

/* ---- looking ---- */

int64_t local_us(const struct local *l)
{
    return l->now_us - l->started_us;
}

uint32_t local_workers(const struct local *l)
{
    return l->links.workers;
}

const struct job_master *local_master(const struct local *l)
{
    return l->master;
}

struct board_line local_line(struct local *l, uint32_t task)
{
    return board_read(&l->links.board, task);
}

uint64_t local_counter(struct local *l, enum counter c)
{
    uint64_t sum = 0;

    for (uint32_t t = 0; t < l->spec.graph->tasks; t++)
        sum += board_read(&l->links.board, t).counters.of[c];
    return sum;
}
