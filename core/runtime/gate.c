#include "runtime/gate.h"

#include <assert.h>

#include "base/mem.h"
#include "graph/partitioner.h"
#include "runtime/sorted_input.h"

/* Channels of both inputs, or of one. */
static uint32_t count_channels(const struct job_graph *g, const struct vertex *v, uint32_t subtask,
                               bool second_too)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < v->in_edges; i++) {
        const struct job_edge *e = &g->edge[v->in_edge[i]];

        if (second_too || !e->second)
            n += wiring_inputs(e->ship, g->vertex[e->from].parallelism, v->parallelism, subtask);
    }
    return n;
}

_Static_assert((int)INPUT_CHANNELS_MAX <= (int)VALVE_CHANNELS_MAX, "a legal job has its valves");

struct gate *gate_new(const struct job_graph *g, const struct vertex *v, uint32_t subtask,
                      uint32_t attempt, uint32_t capacity)
{
    struct gate *gate;
    uint32_t channels = count_channels(g, v, subtask, true), c = 0;

    if (channels == 0)
        return NULL;
    gate = mem_alloc(sizeof *gate);
    gate->channels = channels;
    gate->firsts = count_channels(g, v, subtask, false);
    gate->inbox = mem_alloc(channels * sizeof *gate->inbox);
    gate->valve[0] = valve_new(gate->firsts);
    if (gate->firsts < channels)
        gate->valve[1] = valve_new(channels - gate->firsts);
    combined_init(&gate->clock);
    gate->aligner = aligner_new(channels, true);
    gate->sorted = sorted_input_new(g, v);
    for (uint32_t i = 0; i < v->in_edges; i++) {
        const struct job_edge *e = &g->edge[v->in_edge[i]];
        uint32_t up = g->vertex[e->from].parallelism;

        assert(e->second == (c >= gate->firsts)); /* G3 */
        for (uint32_t n = 0; n < wiring_inputs(e->ship, up, v->parallelism, subtask); n++) {
            uint32_t from, sub;

            wiring_input(e->ship, up, v->parallelism, subtask, n, &from, &sub);
            inbox_init(&gate->inbox[c++], (struct channel_id){e->id, from, subtask, attempt},
                       capacity);
        }
    }
    return gate;
}

void gate_free(struct gate *g)
{
    if (g == NULL)
        return;
    for (uint32_t c = 0; c < g->channels; c++)
        inbox_done(&g->inbox[c]);
    mem_free(g->inbox);
    valve_free(g->valve[0]);
    valve_free(g->valve[1]);
    aligner_free(g->aligner);
    sorted_input_free(g->sorted);
    mem_free(g);
}

static void note(const struct gate *g, enum event_kind kind, uint32_t checkpoint, uint32_t channel,
                 int64_t a, int64_t b)
{
    trace_note(g->trace, kind, g->actor, g->attempt, checkpoint, channel, a, b);
}

/* One decision of the aligner; false: none left that the task must hear of. */
static bool next_decision(struct gate *g, struct gate_item *item)
{
    while (g->action_next < g->aligner->actions) {
        const struct align_action *d = &g->aligner->action[g->action_next++];

        item->checkpoint = d->checkpoint;
        switch (d->kind) {
        case ALIGN_BLOCK:
            break;
        case ALIGN_RESUME:
            g->inbox[d->channel].resume = true;
            note(g, EVENT_RESUME, d->checkpoint, d->channel, 0, 0);
            break;
        case ALIGN_CHECKPOINT:
            item->kind = GATE_CHECKPOINT;
            item->created_ms = d->created_ms;
            item->snapshot = g->snapshot;
            note(g, EVENT_ALIGN, d->checkpoint, 0, d->took_ms, d->delay_ms);
            return true;
        case ALIGN_ABORT:
            item->kind = GATE_ABORT;
            item->reason = d->reason;
            note(g, EVENT_CANCELED, d->checkpoint, 0, d->reason, 0);
            return true;
        }
    }
    return false;
}

static bool hand_out_time(struct gate *g, struct gate_item *item)
{
    if (g->clock_out & VALVE_WATERMARK) {
        g->clock_out &= ~(unsigned)VALVE_WATERMARK;
        item->kind = GATE_WATERMARK;
        item->watermark_ms = gate_now(g);
        return true;
    }
    if (g->clock_out == VALVE_NOTHING)
        return false;
    item->kind = GATE_STATUS;
    item->active = g->clock_out & VALVE_ACTIVE;
    g->clock_out = VALVE_NOTHING;
    return true;
}

static uint32_t input_of(const struct gate *g, uint32_t c)
{
    return c >= g->firsts;
}

/* One decision of the valve moves the clock of both inputs, or does not: the next only after what
 * comes of it has been handed out.  Where there is one input, its valve is the clock. */
static void combine(struct gate *g)
{
    uint32_t input = input_of(g, g->taking);

    if (g->valve[1] == NULL) {
        g->clock_out = g->valve_out;
        g->valve_out = VALVE_NOTHING;
    } else if (g->valve_out & VALVE_WATERMARK) {
        g->valve_out &= ~(unsigned)VALVE_WATERMARK;
        g->clock_out = combined_on_watermark(&g->clock, input, valve_now(g->valve[input]));
    } else {
        g->clock_out = combined_on_status(&g->clock, input, g->valve_out & VALVE_ACTIVE);
        g->valve_out = VALVE_NOTHING;
    }
}

static bool next_time(struct gate *g, struct gate_item *item)
{
    while (!hand_out_time(g, item)) {
        if (g->valve_out == VALVE_NOTHING)
            return false;
        combine(g);
    }
    return true;
}

static void take_event(struct gate *g, uint32_t c, const struct parcel *p, int64_t now_us,
                       struct gate_item *item)
{
    g->action_next = 0;
    g->aligner->actions = 0;
    switch (p->kind) {
    case PARCEL_BARRIER:
        note(g, EVENT_BARRIER, p->checkpoint, c, p->created_ms, 0);
        if (p->checkpoint >= g->aligner->current)
            g->snapshot = p->snapshot;
        aligner_on_barrier(g->aligner, c, p->checkpoint, p->created_ms, now_us / 1000);
        break;
    case PARCEL_CANCEL:
        aligner_on_cancel(g->aligner, c, p->checkpoint, now_us / 1000);
        break;
    case PARCEL_END_OF_DATA:
        if (!g->inbox[c].end_of_data && ++g->ended == g->channels)
            item->kind = GATE_END_OF_DATA; /* G2 */
        g->inbox[c].end_of_data = true;
        break;
    case PARCEL_END_OF_CHANNEL:
        g->inbox[c].end_of_channel = true;
        aligner_on_end(g->aligner, c, now_us / 1000);
        break;
    case PARCEL_DATA:
    case PARCEL_CREDIT:
    case PARCEL_RESUME:
        break;
    }
}

static void take_element(struct gate *g, uint32_t c, const struct element *e,
                         struct gate_item *item)
{
    uint32_t input = input_of(g, c);
    struct valve *valve = g->valve[input];
    uint32_t place = input ? c - g->firsts : c;

    switch ((enum element_type)e->type) {
    case ELEMENT_ROW:
        item->kind = GATE_ROW;
        item->row = element_row(e);
        item->second = input;
        note(g, EVENT_RECORD, 0, c, e->event_ms, (int64_t)e->origin);
        break;
    case ELEMENT_WATERMARK:
        g->valve_out = valve_on_watermark(valve, place, e->event_ms);
        break;
    case ELEMENT_IDLE:
        g->valve_out = valve_on_idle(valve, place);
        break;
    case ELEMENT_ACTIVE:
        g->valve_out = valve_on_active(valve, place);
        break;
    }
}

/* The next channel with something, from `turn` on, that is not shut (G1); `channels` if none. */
static uint32_t choose(const struct gate *g)
{
    for (uint32_t n = 0, c = g->turn; n < g->channels; n++, c = c + 1 < g->channels ? c + 1 : 0)
        if (g->inbox[c].queue.count && !aligner_is_shut(g->aligner, c))
            return c;
    return g->channels;
}

static void next_as_it_came(struct gate *g, int64_t now_us, struct gate_item *item)
{
    const struct parcel *event;
    const struct element *e;
    uint32_t c;

    item->kind = GATE_EMPTY;
    if (next_decision(g, item) || next_time(g, item))
        return;
    c = choose(g);
    if (c == g->channels)
        return;
    item->kind = GATE_NOTHING;
    g->taking = c;
    e = inbox_peek(&g->inbox[c], &event);
    if (e)
        take_element(g, c, e, item);
    else
        take_event(g, c, event, now_us, item);
    g->turn = c;
    if (inbox_pop(&g->inbox[c]))
        g->turn = c + 1 < g->channels ? c + 1 : 0;
    if (item->kind == GATE_NOTHING && !next_decision(g, item))
        next_time(g, item);
}

void gate_next(struct gate *g, int64_t now_us, struct gate_item *item)
{
    item->is_sorted = false;
    if (g->sorted && sorted_input_give(g->sorted, item))
        return;
    next_as_it_came(g, now_us, item);
    if (g->sorted)
        sorted_input_take(g->sorted, item);
}

static struct inbox *find(const struct gate *g, const struct channel_id *id)
{
    for (uint32_t c = 0; c < g->channels; c++)
        if (g->inbox[c].channel.edge == id->edge && g->inbox[c].channel.from == id->from)
            return &g->inbox[c];
    return NULL;
}

bool gate_on_parcel(struct gate *g, struct parcel *p)
{
    struct inbox *in = find(g, &p->channel);

    if (in)
        inbox_push(in, *p);
    return in != NULL;
}

bool gate_take(struct gate *g, struct parcel *out)
{
    for (uint32_t c = 0; c < g->channels; c++)
        if (inbox_take(&g->inbox[c], out))
            return true;
    return false;
}
