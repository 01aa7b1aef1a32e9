#include "inspect/frame.h"

#include <inttypes.h>
#include <stdio.h>

#include "checkpoint/coordinator.h"
#include "data/element.h"
#include "inspect/why.h"
#include "runtime/gate.h"
#include "runtime/outbox.h"

void actor_name(const struct job_graph *g, uint32_t actor, char out[64])
{
    if (actor >= ACTOR_TASK && actor - ACTOR_TASK < g->tasks)
        job_graph_task_name(g, actor - ACTOR_TASK, out);
    else if (actor == ACTOR_MASTER)
        snprintf(out, 64, "jm");
    else
        snprintf(out, 64, "tm-%u", actor - ACTOR_WORKER + 1);
}

void event_text(const struct event *e, struct bytes *out)
{
    switch (e->kind) {
    case EVENT_RECORD:
        if (e->channel == CHANNEL_NONE)
            bytes_format(out, "reads a row at %" PRId64, e->a);
        else
            bytes_format(out, "row of %" PRId64 " on channel %u", e->a, e->channel);
        break;
    case EVENT_WATERMARK:
        if (e->a == WEIR_END)
            bytes_format(out, "watermark: end of time");
        else
            bytes_format(out, "watermark %" PRId64, e->a);
        break;
    case EVENT_BARRIER:
        bytes_format(out, "barrier %u on channel %u", e->checkpoint, e->channel);
        break;
    case EVENT_ALIGN:
        bytes_format(out, "checkpoint %u is aligned after %" PRId64 " ms", e->checkpoint, e->a);
        break;
    case EVENT_SNAPSHOT:
        bytes_format(out, "snapshot %u, %" PRId64 " bytes", e->checkpoint, e->a);
        break;
    case EVENT_WINDOW:
        bytes_format(out, "window from %" PRId64 " fires with %" PRIu64 " rows", e->a,
                     (uint64_t)e->b >> 32);
        break;
    case EVENT_LATE:
        bytes_format(out, "row of %" PRId64 " is late: the watermark is %" PRId64, e->a, e->b);
        break;
    case EVENT_TIMER:
        bytes_format(out, "timer %" PRId64 " fires", e->a);
        break;
    case EVENT_OUTPUT:
        bytes_format(out, "a row enters transaction %" PRIu64, (uint64_t)e->b & 0xffffffffffu);
        break;
    case EVENT_COMMIT:
        bytes_format(out, "commit %" PRIu64 " of checkpoint %u, %" PRId64 " rows",
                     (uint64_t)e->a & 0xffffffffffu, e->checkpoint, e->b);
        break;
    case EVENT_SEND:
        bytes_format(out, "sends a buffer of %" PRId64 " to %u, credit left %" PRId64, e->a,
                     e->channel, e->b);
        break;
    case EVENT_CREDIT:
        bytes_format(out, "credit from %u: now %" PRId64, e->channel, e->a);
        break;
    case EVENT_RESUME:
        bytes_format(out, "channel %u opens again", e->channel);
        break;
    case EVENT_GIVE_UP:
        bytes_format(out, "gives up checkpoint %u: %s", e->checkpoint, give_up_name((int)e->a));
        break;
    case EVENT_DEPLOY:
        bytes_format(out, "deploys attempt %u from ", e->attempt);
        bytes_format(out, e->a ? "checkpoint %" PRId64 : "the beginning", e->a);
        break;
    case EVENT_RESTART:
        bytes_format(out, "restarts after a failure");
        break;
    case EVENT_JOB:
        bytes_format(out, "the job is %s", job_state_name((enum job_state)e->a));
        break;
    case EVENT_FAULT:
        bytes_format(out, "plan line %" PRId64 " strikes", e->a + 1);
        break;
    default:
        bytes_format(out, "%s", event_word(e->kind));
        if (e->checkpoint)
            bytes_format(out, " of checkpoint %u", e->checkpoint);
        break;
    }
}

/* ---- cells ---- */

struct cells {
    struct json_writer *w;
    int64_t watermark_ms; /* of the receiver: rows behind it are late */
    uint32_t count;
};

static void cell(struct cells *c, const char *letter, int64_t n)
{
    char text[32];

    if (c->count++ >= FRAME_CELLS_MAX)
        return;
    snprintf(text, sizeof text, "%s%" PRId64, letter, n);
    json_put_text(c->w, NULL, text);
}

static void put_cell(struct cells *c, const char *word)
{
    if (c->count++ < FRAME_CELLS_MAX)
        json_put_text(c->w, NULL, word);
}

static void put_segment(struct cells *c, const struct segment *s)
{
    for (uint32_t at = s->read; at < s->bytes;) {
        const struct element *e = (const struct element *)((const uint8_t *)s->data + at);

        at += e->bytes;
        if (e->type == ELEMENT_WATERMARK)
            cell(c, "w", e->event_ms);
        else
            put_cell(c, e->type == ELEMENT_IDLE                                         ? "i"
                        : e->type == ELEMENT_ACTIVE                                     ? "a"
                        : e->event_ms != WEIR_NO_TIME && e->event_ms <= c->watermark_ms ? "l"
                                                                                        : "r");
    }
}

static void put_parcel(void *cells, const struct parcel *p)
{
    struct cells *c = cells;

    switch (p->kind) {
    case PARCEL_DATA:
        put_segment(c, p->segment);
        break;
    case PARCEL_BARRIER:
        cell(c, "b", p->checkpoint);
        break;
    case PARCEL_CANCEL:
        cell(c, "c", p->checkpoint);
        break;
    case PARCEL_END_OF_DATA:
        put_cell(c, "e");
        break;
    case PARCEL_END_OF_CHANNEL:
        put_cell(c, "E");
        break;
    case PARCEL_CREDIT:
    case PARCEL_RESUME:
        break;
    }
}

static void put_queue(struct cells *c, const struct parcel_queue *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        put_parcel(c, parcel_queue_at(q, i));
}

/* ---- channels ---- */

static uint32_t producer_of(const struct inspect_view *v, const struct channel_id *c)
{
    return v->graph->vertex[v->graph->edge[c->edge].from].first_task + c->from;
}

/* The sender's half of a channel, or NULL while the sender is nowhere. */
static const struct subpartition *sender_of(const struct inspect_view *v,
                                            const struct channel_id *c)
{
    const struct task *t = v->task(v->driver, producer_of(v, c));

    for (uint32_t i = 0; t && i < task_outboxes(t); i++)
        for (uint32_t s = 0; s < outbox_subpartitions(task_outbox(t, i)); s++) {
            const struct subpartition *p = outbox_subpartition(task_outbox(t, i), s);

            if (p->channel.edge == c->edge && p->channel.to == c->to)
                return p;
        }
    return NULL;
}

static void put_ms(struct json_writer *w, const char *name, int64_t ms)
{
    if (ms == WEIR_NO_TIME)
        json_put_null(w, name);
    else
        json_put_int(w, name, ms);
}

static void channel_write(const struct inspect_view *v, const struct gate *g, uint32_t i,
                          struct json_writer *w)
{
    const struct inbox *in = &g->inbox[i];
    const struct subpartition *sender = sender_of(v, &in->channel);
    struct cells cells = {w, gate_now(g), 0};

    json_object(w, NULL);
    json_put_int(w, "index", i);
    json_put_int(w, "from", producer_of(v, &in->channel));
    json_array(w, "queue");
    put_queue(&cells, &in->queue);
    json_end(w);
    cells.count = 0;
    json_array(w, "sent");
    v->in_flight(v->driver, &in->channel, put_parcel, &cells);
    if (sender)
        put_queue(&cells, &sender->queue);
    if (sender && sender->open)
        put_segment(&cells, sender->open);
    json_end(w);
    json_put_int(w, "used", in->queue.segments + (in->spent != NULL));
    json_put_int(w, "capacity", in->capacity);
    json_put_int(w, "credit", sender ? sender->credit : 0);
    json_put_bool(w, "shut", aligner_is_shut(g->aligner, i));
    put_ms(w, "wm", gate_channel(g, i)->watermark_ms);
    json_put_bool(w, "idle", !gate_channel(g, i)->active);
    json_end(w);
}

/* ---- tasks ---- */

static const char *doing(const struct task *t)
{
    const struct gate *g = task_gate(t);

    switch (task_last_progress(t)) {
    case TASK_FINISHED:
        return "end";
    case TASK_FAILED:
        return "dead";
    case TASK_BLOCKED_ON_OUTPUT:
        return "bkpr";
    case TASK_MORE:
    case TASK_BLOCKED_ON_INPUT:
        break;
    }
    for (uint32_t c = 0; g && c < g->channels; c++)
        if (aligner_is_shut(g->aligner, c))
            return "align";
    if (task_phase(t) == PHASE_SNAPSHOT)
        return "snapshot";
    if (task_phase(t) == PHASE_FIRING)
        return "firing";
    if (task_phase(t) == PHASE_END)
        return "end";
    return task_last_progress(t) == TASK_MORE ? "run" : "idle";
}

static int64_t permille(uint64_t part, uint64_t whole)
{
    return whole ? (int64_t)(1000 * part / whole) : 0;
}

static void counters_write(const struct counters *c, struct json_writer *w)
{
    uint64_t busy = c->of[COUNTER_BUSY_US], idle = c->of[COUNTER_IDLE_US];
    uint64_t held = c->of[COUNTER_BACKPRESSURED_US], all = busy + idle + held;

    json_put_int(w, "busy", permille(busy, all));
    json_put_int(w, "bkpr", permille(held, all));
    json_put_int(w, "idle", permille(idle, all));
    json_put_int(w, "in", (int64_t)c->of[COUNTER_RECORDS_IN]);
    json_put_int(w, "out", (int64_t)c->of[COUNTER_RECORDS_OUT]);
}

static int64_t clock_of(const struct task *t)
{
    int64_t ms = WEIR_NO_TIME;

    if (task_gate(t))
        return gate_now(task_gate(t));
    for (uint32_t i = 0; i < task_operators(t); i++)
        if (task_operator(t, i)->watermark_ms > ms)
            ms = task_operator(t, i)->watermark_ms;
    return ms;
}

static void details_write(const struct task *t, struct json_writer *w)
{
    struct bytes text = {0};

    json_array(w, "detail");
    for (uint32_t i = 0; i < task_operators(t); i++) {
        const struct operator* op = task_operator(t, i);

        bytes_clear(&text);
        if (op->class->describe)
            op->class->describe(op, &text);
        if (text.bytes)
            json_put_span(w, NULL, bytes_span(&text));
    }
    json_end(w);
    bytes_done(&text);
}

static void living_write(const struct inspect_view *v, const struct task *t, struct json_writer *w)
{
    const struct gate *g = task_gate(t);

    json_put_text(w, "doing", doing(t));
    json_put_int(w, "attempt", task_view_context(t)->attempt);
    counters_write(task_view_context(t)->counters, w);
    put_ms(w, "wm", clock_of(t));
    details_write(t, w);
    json_array(w, "channels");
    for (uint32_t c = 0; g && c < g->channels; c++)
        channel_write(v, g, c, w);
    json_end(w);
}

static void dead_write(struct json_writer *w)
{
    static const struct counters none;

    json_put_text(w, "doing", "dead");
    json_put_int(w, "attempt", 0);
    counters_write(&none, w);
    json_put_null(w, "wm");
    json_array(w, "detail");
    json_end(w);
    json_array(w, "channels");
    json_end(w);
}

static void slow_write(const struct inspect_view *v, uint32_t task, struct json_writer *w)
{
    char time[24], text[40];

    if (v->slow_us(v->driver, task) == 0) {
        json_put_null(w, "slow");
        return;
    }
    duration_format(v->slow_us(v->driver, task), time);
    snprintf(text, sizeof text, "%s/row", time);
    json_put_text(w, "slow", text);
}

static void task_write(const struct inspect_view *v, uint32_t i, struct json_writer *w)
{
    const struct vertex *vertex = job_graph_vertex_of(v->graph, i);
    const struct task *t = v->task(v->driver, i);
    struct bytes why = {0};
    char name[64];

    job_graph_task_name(v->graph, i, name);
    json_object(w, NULL);
    json_put_int(w, "id", i);
    json_put_int(w, "vertex", vertex->id);
    json_put_int(w, "subtask", i - vertex->first_task);
    json_put_text(w, "name", name);
    snprintf(name, sizeof name, "tm-%u", master_worker_of(v->master, i) + 1);
    json_put_text(w, "worker", name);
    json_put_text(w, "state", task_state_name(master_task_state(v->master, i)));
    slow_write(v, i, w);
    why_task(v, i, &why);
    json_put_span(w, "why", bytes_span(&why));
    if (t)
        living_write(v, t, w);
    else
        dead_write(w);
    json_end(w);
    bytes_done(&why);
}

/* ---- the rest ---- */

static void checkpoint_write(const struct inspect_view *v, struct json_writer *w)
{
    const struct coordinator *c = master_coordinator(v->master);
    const struct manifest *latest = coordinator_latest(c);
    struct pending_view p = coordinator_pending(c);
    uint32_t id = p.checkpoint ? p.checkpoint : latest ? latest->checkpoint : 0;

    json_object(w, "checkpoint");
    json_put_int(w, "id", id);
    json_put_text(w, "state", p.checkpoint ? "pending" : latest ? "completed" : "none");
    json_put_text(w, "type", "aligned");
    json_put_int(w, "triggered_us", p.created_us);
    json_array(w, "acks");
    for (uint32_t t = 0; id && t < v->graph->tasks; t++) {
        json_object(w, NULL);
        json_put_int(w, "task", t);
        json_put_bool(w, "acked", p.checkpoint ? !p.owes[t] : true);
        json_end(w);
    }
    json_end(w);
    json_end(w);
    if (latest)
        json_put_int(w, "last_completed", latest->checkpoint);
    else
        json_put_null(w, "last_completed");
}

static void workers_write(const struct inspect_view *v, struct json_writer *w)
{
    char name[16];

    json_array(w, "workers");
    for (uint32_t i = 0; i < v->workers; i++) {
        snprintf(name, sizeof name, "tm-%u", i + 1);
        json_object(w, NULL);
        json_put_text(w, "name", name);
        json_put_text(w, "state", v->worker_is_up(v->driver, i) ? "up" : "dead");
        json_array(w, "tasks");
        for (uint32_t t = 0; t < v->graph->tasks; t++)
            if (master_worker_of(v->master, t) == i)
                json_put_int(w, NULL, t);
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static void events_write(const struct inspect_view *v, const char *name, uint64_t from, uint64_t to,
                         struct json_writer *w)
{
    struct bytes text = {0};
    char actor[64];

    json_array(w, name);
    for (uint64_t i = from; i < to && i < v->events; i++) {
        const struct event *e = &v->event[i];

        bytes_clear(&text);
        event_text(e, &text);
        actor_name(v->graph, e->actor, actor);
        json_object(w, NULL);
        json_put_int(w, "step", e->step);
        json_put_int(w, "us", e->us);
        json_put_text(w, "actor", actor);
        json_put_span(w, "text", bytes_span(&text));
        json_end(w);
    }
    json_end(w);
    bytes_done(&text);
}

void frame_write(const struct inspect_view *v, struct json_writer *w)
{
    struct bytes why = {0};

    json_put_int(w, "step", (int64_t)v->step);
    json_put_int(w, "steps", (int64_t)v->steps);
    json_put_int(w, "us", v->now_us);
    json_put_int(w, "attempt", master_attempt(v->master));
    json_put_text(w, "job", job_state_name(master_state(v->master)));
    json_array(w, "tasks");
    for (uint32_t i = 0; i < v->graph->tasks; i++)
        task_write(v, i, w);
    json_end(w);
    checkpoint_write(v, w);
    workers_write(v, w);
    events_write(v, "events", v->cursor > FRAME_EVENTS_MAX ? v->cursor - FRAME_EVENTS_MAX : 0,
                 v->cursor, w);
    events_write(v, "next", v->cursor, v->cursor + 3, w);
    why_job(v, &why);
    json_put_span(w, "why", bytes_span(&why));
    bytes_done(&why);
}
