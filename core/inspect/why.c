#include "inspect/why.h"

#include <inttypes.h>

#include "checkpoint/coordinator.h"
#include "runtime/gate.h"
#include "runtime/outbox.h"

static void name_of(const struct inspect_view *v, uint32_t task, char out[64])
{
    job_graph_task_name(v->graph, task, out);
}

static uint32_t consumer_of(const struct inspect_view *v, const struct channel_id *c)
{
    return v->graph->vertex[v->graph->edge[c->edge].to].first_task + c->to;
}

/* It cannot send: which receiver holds it back, and how. */
static bool why_backpressured(const struct inspect_view *v, const struct task *t, struct bytes *out)
{
    char name[64];

    for (uint32_t i = 0; i < task_outboxes(t); i++)
        for (uint32_t s = 0; s < outbox_subpartitions(task_outbox(t, i)); s++) {
            const struct subpartition *p = outbox_subpartition(task_outbox(t, i), s);

            if (p->queue.count == 0 || (p->credit && !p->blocked))
                continue;
            name_of(v, consumer_of(v, &p->channel), name);
            if (p->blocked)
                bytes_format(out,
                             "waits: its barrier is at %s, which is still aligning, and %u "
                             "buffers queue behind it",
                             name, p->queue.segments);
            else
                bytes_format(out, "waits: no credit from %s, %u buffers queue for it", name,
                             p->queue.segments);
            return true;
        }
    return false;
}

static bool why_aligning(const struct gate *g, struct bytes *out)
{
    uint32_t shut = 0, waiting = g->channels;

    for (uint32_t c = 0; c < g->channels; c++) {
        if (aligner_is_shut(g->aligner, c))
            shut++;
        else if (!g->inbox[c].end_of_channel && waiting == g->channels)
            waiting = c;
    }
    if (shut == 0 || waiting == g->channels)
        return false;
    bytes_format(out,
                 "aligns checkpoint %u: %u of %u channels are shut, barrier %u has not come on "
                 "channel %u",
                 g->aligner->current, shut, g->channels, g->aligner->current, waiting);
    return true;
}

/* The channel whose watermark holds the task's clock, if another one is ahead of it. */
static bool why_clock_held(const struct gate *g, struct bytes *out)
{
    uint32_t slowest = g->channels;
    bool ahead = false;

    for (uint32_t c = 0; c < g->channels; c++) {
        if (!gate_channel(g, c)->active)
            continue;
        ahead = ahead || gate_channel(g, c)->watermark_ms > gate_now(g);
        if (slowest == g->channels ||
            gate_channel(g, c)->watermark_ms < gate_channel(g, slowest)->watermark_ms)
            slowest = c;
    }
    if (!ahead || slowest == g->channels)
        return false;
    bytes_format(out, "; its clock is held by channel %u", slowest);
    return true;
}

static void why_running(const struct inspect_view *v, const struct task *t, struct bytes *out)
{
    const struct gate *g = task_gate(t);

    if (task_last_progress(t) == TASK_BLOCKED_ON_OUTPUT && why_backpressured(v, t, out))
        return;
    if (g && why_aligning(g, out))
        return;
    if (task_phase(t) == PHASE_END) {
        bytes_format(out, "has seen all of its input and waits for the last checkpoint");
        return;
    }
    if (task_phase(t) == PHASE_FIRING)
        bytes_format(out, "fires timers that the watermark made due, one at a time");
    else if (task_last_progress(t) == TASK_BLOCKED_ON_INPUT)
        bytes_format(out, "waits for input: its channels are empty");
    else
        bytes_format(out, g ? "works on the rows that have come"
                            : "reads its input and has room for what it gives");
    if (g)
        why_clock_held(g, out);
}

void why_task(const struct inspect_view *v, uint32_t task, struct bytes *out)
{
    const struct task *t = v->task(v->driver, task);
    uint32_t worker = master_worker_of(v->master, task);

    if (!v->worker_is_up(v->driver, worker))
        bytes_format(out, "is gone: its worker tm-%u is dead%s", worker + 1,
                     master_state(v->master) == JOB_STATE_RUNNING ? ", which the master has not "
                                                                    "noticed yet"
                                                                  : "");
    else if (t == NULL)
        bytes_format(out, "is not deployed");
    else if (task_last_progress(t) == TASK_FINISHED)
        bytes_format(out, "has finished");
    else if (task_last_progress(t) == TASK_FAILED)
        bytes_format(out, "has failed: %s", task_failure(t)->text);
    else
        why_running(v, t, out);
}

static bool is_dead(const struct inspect_view *v, uint32_t *worker)
{
    for (*worker = 0; *worker < v->workers; ++*worker)
        if (!v->worker_is_up(v->driver, *worker))
            return true;
    return false;
}

/* The task whose wait says most: one that cannot send, then one that aligns, then one that ends. */
static uint32_t most_telling(const struct inspect_view *v)
{
    uint32_t best = 0;
    int rank = 0;

    for (uint32_t t = 0; t < v->graph->tasks; t++) {
        const struct task *task = v->task(v->driver, t);
        int r = task == NULL                                           ? 0
                : task_last_progress(task) == TASK_BLOCKED_ON_OUTPUT   ? 3
                : task_gate(task) && task_gate(task)->aligner->pending ? 2
                                                                       : 1;

        if (r > rank) {
            rank = r;
            best = t;
        }
    }
    return best;
}

/* Where a restart begins: there may be no checkpoint yet. */
static void put_origin(const struct manifest *latest, struct bytes *out)
{
    if (latest)
        bytes_format(out, "checkpoint %u", latest->checkpoint);
    else
        bytes_format(out, "the beginning, for want of a checkpoint,");
}

void why_job(const struct inspect_view *v, struct bytes *out)
{
    const struct manifest *latest = coordinator_latest(master_coordinator(v->master));
    enum job_state state = master_state(v->master);
    uint32_t worker;
    char name[64];

    if (state == JOB_STATE_FINISHED) {
        bytes_format(out, "the job has finished: every task ended");
        if (latest)
            bytes_format(out, " after checkpoint %u was complete", latest->checkpoint);
    } else if (state == JOB_STATE_FAILED) {
        bytes_format(out, "the job has failed: %s", master_failure(v->master)->text);
    } else if (state == JOB_STATE_CREATED) {
        bytes_format(out, "the job waits for its %u workers to register", v->workers);
    } else if (is_dead(v, &worker)) {
        bytes_format(out, "tm-%u is dead%s; the job goes on from ", worker + 1,
                     state == JOB_STATE_RUNNING ? ", which the master has not noticed yet" : "");
        put_origin(latest, out);
        bytes_format(out, " when it is back");
    } else if (state == JOB_STATE_RESTARTING) {
        bytes_format(out, "the job restarts from ");
        put_origin(latest, out);
        bytes_format(out, " after its delay");
    } else {
        uint32_t task = most_telling(v);

        name_of(v, task, name);
        bytes_format(out, "%s ", name);
        why_task(v, task, out);
    }
}
