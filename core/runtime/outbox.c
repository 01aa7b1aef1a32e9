#include "runtime/outbox.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/word.h"
#include "data/element.h"
#include "data/key_group.h"
#include "data/row.h"
#include "runtime/buffer_pool.h"

struct outbox {
    struct outbox_spec spec;
    struct partitioner partitioner;
    enum weir_type key_type;
    uint32_t subpartitions;
    uint32_t elements_max; /* in a segment */
    uint32_t full;         /* sub-partitions whose queue is at queue_max */
    uint32_t unflushed;    /* sub-partitions with an open segment */
    uint32_t ready;        /* parcels in all queues: take() asks nobody while it is 0 */
    uint32_t turn;         /* whose turn it is to send */
    struct subpartition sub[];
};

struct outbox *outbox_new(const struct outbox_spec *spec)
{
    const struct job_edge *e = spec->edge;
    const struct vertex *from = &spec->graph->vertex[e->from], *to = &spec->graph->vertex[e->to];
    uint32_t n = wiring_outputs(e->ship, from->parallelism, to->parallelism, spec->subtask);
    struct outbox *o = mem_alloc(sizeof *o + n * sizeof o->sub[0]);

    o->spec = *spec;
    o->subpartitions = n;
    o->elements_max = spec->elements_max ? spec->elements_max : UINT32_MAX;
    partitioner_init(&o->partitioner, e->ship, n, to->max_parallelism, spec->drawn);
    o->partitioner.partition = e->partition;
    if (e->key_column >= 0)
        o->key_type = e->type->column[e->key_column].type;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t consumer = wiring_output(e->ship, from->parallelism, to->parallelism,
                                          spec->subtask, i);

        o->sub[i].credit = spec->credit;
        o->sub[i].channel = (struct channel_id){e->id, spec->subtask, consumer, spec->attempt};
    }
    return o;
}

void outbox_free(struct outbox *o)
{
    if (o == NULL)
        return;
    for (uint32_t i = 0; i < o->subpartitions; i++) {
        if (o->sub[i].open)
            segment_release(o->sub[i].open);
        parcel_queue_done(&o->sub[i].queue);
    }
    mem_free(o);
}

bool outbox_has_room(const struct outbox *o)
{
    return o->full == 0 && buffer_pool_is_available(o->spec.pool);
}

static void use_room(struct outbox *o)
{
    if (o->spec.disturbed)
        *o->spec.disturbed = true;
}

static void push(struct outbox *o, struct subpartition *s, struct parcel p)
{
    p.channel = s->channel;
    parcel_queue_push(&s->queue, p);
    o->ready++;
    if (p.kind == PARCEL_DATA && s->queue.segments == o->spec.queue_max)
        o->full++;
    use_room(o);
}

static void finish_segment(struct outbox *o, struct subpartition *s)
{
    struct segment *segment = s->open;

    if (segment == NULL)
        return;
    s->open = NULL;
    o->unflushed--;
    push(o, s, (struct parcel){.kind = PARCEL_DATA, .segment = segment});
}

static __attribute__((noinline)) struct segment *
begin_segment(struct outbox *o, struct subpartition *s, uint32_t bytes)
{
    finish_segment(o, s);
    s->open = buffer_pool_acquire(o->spec.pool, bytes);
    o->unflushed++;
    use_room(o);
    return s->open;
}

/* Room for an element of `bytes` at the end of the open segment. */
static inline struct element *append(struct outbox *o, struct subpartition *s, uint32_t bytes)
{
    struct segment *open = s->open;
    struct element *e;

    if (open == NULL || open->room - open->bytes < bytes)
        open = begin_segment(o, s, bytes);
    e = (struct element *)((uint8_t *)open->data + open->bytes);
    e->bytes = bytes;
    open->bytes += bytes;
    open->elements++;
    return e;
}

static inline void finish_if_full(struct outbox *o, struct subpartition *s)
{
    if (s->open->elements >= o->elements_max)
        finish_segment(o, s);
}

static inline __attribute__((always_inline)) void
put_row(struct outbox *o, struct subpartition *s, const struct weir_row *row, uint32_t key_group)
{
    struct element *e = append(o, s, (uint32_t)sizeof *e + row->bytes);

    e->type = ELEMENT_ROW;
    e->change = row->change;
    e->key_group = (uint16_t)key_group;
    e->event_ms = row->event_ms;
    e->origin = row->origin;
    word_copy(element_image(e), row->image, row->bytes);
    finish_if_full(o, s);
}

static void fail_partition(struct outbox *o, uint32_t to)
{
    const struct job_graph *g = o->spec.graph;

    use_room(o);
    diag_set(o->spec.failure, ERR_USER,
             "the partitioner in front of '%s' chose subtask %u of %u: use 0 to %u",
             g->vertex[o->spec.edge->to].name, to, o->subpartitions, o->subpartitions - 1);
}

/* Not by key group: such a row has none. */
static void put_unkeyed(struct outbox *o, const struct weir_row *row)
{
    const struct job_edge *edge = o->spec.edge;
    struct span key = {0};
    uint32_t to;

    if (edge->ship == SHIP_BROADCAST) {
        for (uint32_t i = 0; i < o->subpartitions; i++)
            put_row(o, &o->sub[i], row, 0);
        return;
    }
    if (edge->key_column >= 0)
        key = row_key(edge->type, row->image, edge->key_column);
    to = partitioner_select(&o->partitioner, 0, key);
    if (to < o->subpartitions)
        put_row(o, &o->sub[to], row, 0);
    else
        fail_partition(o, to);
}

void outbox_row(struct outbox *o, const struct weir_row *row)
{
    const struct job_edge *edge = o->spec.edge;
    uint32_t group, to = 0;
    struct span key;

    o->spec.counters->of[COUNTER_RECORDS_OUT]++;
    if (edge->ship != SHIP_HASH) {
        put_unkeyed(o, row);
        return;
    }
    key = row_key(edge->type, row->image, edge->key_column);
    group = key_group_of_key(o->key_type, key, o->partitioner.max_parallelism);
    if (o->subpartitions > 1)
        to = partitioner_select(&o->partitioner, group, key);
    put_row(o, &o->sub[to], row, group);
}

void outbox_element(struct outbox *o, uint8_t type, int64_t ms)
{
    for (uint32_t i = 0; i < o->subpartitions; i++) {
        struct element *e = append(o, &o->sub[i], sizeof *e);

        *e = (struct element){.bytes = e->bytes, .type = type, .event_ms = ms};
        finish_if_full(o, &o->sub[i]);
    }
}

static void push_event(struct outbox *o, struct parcel p)
{
    for (uint32_t i = 0; i < o->subpartitions; i++) {
        finish_segment(o, &o->sub[i]); /* O2 */
        push(o, &o->sub[i], p);
    }
}

void outbox_event(struct outbox *o, enum parcel_kind kind, uint32_t checkpoint, int64_t created_ms)
{
    push_event(o,
               (struct parcel){.kind = kind, .checkpoint = checkpoint, .created_ms = created_ms});
}

void outbox_barrier(struct outbox *o, uint32_t checkpoint, enum snapshot_kind snapshot,
                    int64_t created_ms)
{
    push_event(o, (struct parcel){.kind = PARCEL_BARRIER,
                                  .checkpoint = checkpoint,
                                  .snapshot = snapshot,
                                  .created_ms = created_ms});
}

void outbox_flush(struct outbox *o)
{
    for (uint32_t i = 0; o->unflushed && i < o->subpartitions; i++)
        finish_segment(o, &o->sub[i]);
}

bool outbox_has_unflushed(const struct outbox *o)
{
    return o->unflushed > 0;
}

static bool may_send(const struct subpartition *s)
{
    if (s->queue.count == 0 || s->blocked)
        return false;
    return s->credit > 0 || parcel_queue_at(&s->queue, 0)->kind != PARCEL_DATA;
}

static void send(struct outbox *o, struct subpartition *s, struct parcel *out)
{
    if (s->queue.segments == o->spec.queue_max &&
        parcel_queue_at(&s->queue, 0)->kind == PARCEL_DATA)
        o->full--;
    *out = parcel_queue_pop(&s->queue);
    o->ready--;
    s->blocked = out->kind == PARCEL_BARRIER; /* O4 */
    if (out->kind != PARCEL_DATA)
        return;
    s->credit--; /* O3 */
    o->spec.counters->of[COUNTER_BUFFERS_OUT]++;
    o->spec.counters->of[COUNTER_BYTES_OUT] += out->segment->bytes;
    trace_note(o->spec.trace, EVENT_SEND, o->spec.actor, o->spec.attempt, 0, out->channel.to,
               out->segment->elements, s->credit);
}

bool outbox_take(struct outbox *o, struct parcel *out)
{
    for (uint32_t n = 0; o->ready && n < o->subpartitions; n++) {
        struct subpartition *s = &o->sub[o->turn];

        o->turn = o->turn + 1 < o->subpartitions ? o->turn + 1 : 0;
        if (may_send(s)) {
            send(o, s, out);
            return true;
        }
    }
    return false;
}

bool outbox_on_parcel(struct outbox *o, const struct parcel *p)
{
    for (uint32_t i = 0; i < o->subpartitions; i++) {
        struct subpartition *s = &o->sub[i];

        if (p->channel.edge != s->channel.edge || p->channel.to != s->channel.to)
            continue;
        if (p->kind == PARCEL_RESUME) {
            s->blocked = false;
            return true;
        }
        s->credit += p->credit;
        trace_note(o->spec.trace, EVENT_CREDIT, o->spec.actor, o->spec.attempt, 0, p->channel.to,
                   s->credit, 0);
        return true;
    }
    return false;
}

uint32_t outbox_subpartitions(const struct outbox *o)
{
    return o->subpartitions;
}

const struct subpartition *outbox_subpartition(const struct outbox *o, uint32_t i)
{
    assert(i < o->subpartitions);
    return &o->sub[i];
}
